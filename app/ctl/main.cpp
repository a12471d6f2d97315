// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands.h"
#include "app/ctl/terminal.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <algorithm>
#include <csignal>

namespace bartizan::ctl {
namespace {

QString helpText()
{
    QString text = Text::tr("Usage: bartizanctl [--db DB] COMMAND …\n"
                            "\n"
                            "The security operations console without a window.\n"
                            "\n"
                            "Options:\n"
                            "  --db DB     the database: a file, or postgresql://user@host:port/name for a server (the\n"
                            "              password comes from PGPASSFILE, PGPASSWORD or a prompt); by default that\n"
                            "              of the environment's BARTIZAN_DB, else the embedded database in the\n"
                            "              user's data folder\n"
                            "  --help      show this text, or behind a command that command's\n"
                            "  --version   show the version\n"
                            "\n"
                            "Commands:\n");
    for (const Command &command : commands()) {
        text += QStringLiteral("  %1%2\n").arg(QLatin1String(command.name), -10).arg(Text::tr(command.summary));
    }
    text += Text::tr("\n"
                     "Times are ISO 8601 (2026-11-20, 2026-11-20T14:27:12Z, 2026-11-20T15:27+01:00), UTC without an "
                     "offset.\n"
                     "Answers go to standard output, everything else to standard error.\n"
                     "Exit status: 0 done, 1 failed, 2 unusable arguments, 3 done but some input was quarantined.\n");
    return text;
}

int unusable(Terminal &terminal, const QString &message)
{
    terminal.error(message);
    terminal.note(Text::tr("Try 'bartizanctl --help'."));
    return kUnusable;
}

int runCommand(Terminal &terminal, const QString &database, QStringList arguments)
{
    const QString name = arguments.takeFirst();
    const auto all = commands();
    const auto command = std::find_if(all.begin(), all.end(),
                                      [&](const Command &c) { return QLatin1String(c.name) == name; });
    if (command == all.end())
        return unusable(terminal, Text::tr("there is no command '%1'").arg(name));
    return command->run({command->name, database, arguments, terminal});
}

/// The options before the command; what follows it is the command's own.
int dispatch(Terminal &terminal, const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsPositionalArguments);
    const QCommandLineOption db(QStringLiteral("db"), {}, QStringLiteral("DB"));
    const QCommandLineOption help(QStringList{QStringLiteral("help"), QStringLiteral("h")});
    const QCommandLineOption version(QStringList{QStringLiteral("version"), QStringLiteral("v")});
    parser.addOptions({db, help, version});
    if (!parser.parse(arguments))
        return unusable(terminal, parser.errorText());
    if (parser.isSet(help)) {
        terminal.write(helpText().toStdString());
        return kDone;
    }
    if (parser.isSet(version)) {
        terminal.write("bartizanctl " BARTIZAN_VERSION "\n");
        return kDone;
    }
    if (parser.isSet(db) && parser.value(db).isEmpty())
        return unusable(terminal, Text::tr("--db: a file or a URL is needed"));
    const QString database = parser.isSet(db) ? parser.value(db) : qEnvironmentVariable("BARTIZAN_DB");
    if (parser.positionalArguments().isEmpty())
        return unusable(terminal, Text::tr("a command is needed"));
    return runCommand(terminal, database, parser.positionalArguments());
}

} // namespace
} // namespace bartizan::ctl

int main(int argc, char *argv[])
{
    // A reader that goes away is seen as EPIPE where the answer is written, never as a death in the middle of a commit.
    std::signal(SIGPIPE, SIG_IGN);
    const QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("bartizan"));
    QCoreApplication::setApplicationVersion(QStringLiteral(BARTIZAN_VERSION));

    bartizan::ctl::Terminal terminal;
    return terminal.finish(bartizan::ctl::dispatch(terminal, QCoreApplication::arguments()));
}
