// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/arguments.h"

#include "core/engine/databaseaddress.h"

#include <QCoreApplication>

namespace bartizan {
namespace {

constexpr int kSmallestWidth = 1024;
constexpr int kSmallestHeight = 640;
constexpr int kLargestSide = 8192;

/// The context of the translations.
struct Arguments {
    Q_DECLARE_TR_FUNCTIONS(bartizan::Arguments)
};

Result<QSize> parseSize(const QString &text)
{
    const QStringList sides = text.split(QLatin1Char('x'));
    bool widthOk = false;
    bool heightOk = false;
    const QSize size(sides.value(0).toInt(&widthOk), sides.value(1).toInt(&heightOk));
    if (sides.size() != 2 || !widthOk || !heightOk || size.width() < kSmallestWidth
        || size.height() < kSmallestHeight || size.width() > kLargestSide || size.height() > kLargestSide) {
        return Error{Arguments::tr("--size: “%1” is no size; write it as 1440x900, from %2x%3 to %4x%4")
                         .arg(text)
                         .arg(kSmallestWidth)
                         .arg(kSmallestHeight)
                         .arg(kLargestSide)};
    }
    return size;
}

/// Hands out arguments one by one, and the value of `--name value` or `--name=value`.
class Reader {
public:
    explicit Reader(const QStringList &arguments) : m_arguments(arguments) {}

    bool atEnd() const { return m_next >= m_arguments.size(); }

    /// The next argument's name; what follows "=" is kept for value().
    QString next()
    {
        const QString argument = m_arguments.at(m_next++);
        const qsizetype equals = argument.indexOf(QLatin1Char('='));
        m_inline = argument.startsWith(QLatin1String("--")) && equals > 0;
        m_inlineValue = m_inline ? argument.mid(equals + 1) : QString();
        return m_inline ? argument.left(equals) : argument;
    }

    bool hasInlineValue() const { return m_inline; }

    Result<QString> value(const QString &name)
    {
        if (m_inline && !m_inlineValue.isEmpty())
            return m_inlineValue;
        if (m_inline || atEnd() || m_arguments.at(m_next).startsWith(QLatin1String("--")))
            return Error{Arguments::tr("%1: a value is missing").arg(name)};
        return m_arguments.at(m_next++);
    }

private:
    QStringList m_arguments;
    qsizetype m_next = 0;
    bool m_inline = false;
    QString m_inlineValue;
};

Result<void> setValued(ConsoleArguments &parsed, const QString &name, const QString &value)
{
    if (name == QLatin1String("--db")) {
        if (ConnectionProfile::isUrl(value)) {
            if (const auto profile = ConnectionProfile::fromUrl(value); !profile)
                return Error{Arguments::tr("--db: %1").arg(profile.error().message)};
        }
        parsed.database = value;
    } else if (name == QLatin1String("--screenshot")) {
        parsed.action = ConsoleArguments::Action::Screenshot;
        parsed.pictures = value;
    } else if (name == QLatin1String("--size")) {
        const Result<QSize> size = parseSize(value);
        if (!size)
            return size.error();
        parsed.size = *size;
    } else if (name == QLatin1String("--theme")) {
        if (value != QLatin1String("light") && value != QLatin1String("dark"))
            return Error{Arguments::tr("--theme: “%1” is no theme; known are light and dark").arg(value)};
        parsed.theme = value;
    } else {
        parsed.page = value;
    }
    return {};
}

Result<void> checkTogether(const ConsoleArguments &parsed)
{
    if (parsed.demo && !parsed.database.isEmpty())
        return Error{Arguments::tr("--demo and --db exclude each other: demo data are never mixed into a database")};
    return {};
}

} // namespace

Result<ConsoleArguments> parseConsoleArguments(const QStringList &arguments)
{
    static const QStringList kValued{QStringLiteral("--db"), QStringLiteral("--screenshot"), QStringLiteral("--size"),
                                     QStringLiteral("--theme"), QStringLiteral("--page")};
    ConsoleArguments parsed;
    Reader reader(arguments);
    while (!reader.atEnd()) {
        const QString name = reader.next();
        if (kValued.contains(name)) {
            const Result<QString> value = reader.value(name);
            if (!value)
                return value.error();
            if (auto set = setValued(parsed, name, *value); !set)
                return set.error();
        } else if (reader.hasInlineValue()) {
            return Error{Arguments::tr("%1 is no option, or takes no value").arg(name)};
        } else if (name == QLatin1String("--version")) {
            parsed.action = ConsoleArguments::Action::ShowVersion;
            return parsed;
        } else if (name == QLatin1String("--help") || name == QLatin1String("-h")) {
            parsed.action = ConsoleArguments::Action::ShowHelp;
            return parsed;
        } else if (name == QLatin1String("--demo")) {
            parsed.demo = true;
        } else {
            return Error{Arguments::tr("“%1” is not understood").arg(name)};
        }
    }
    if (auto together = checkTogether(parsed); !together)
        return together.error();
    return parsed;
}

QString consoleHelp()
{
    return Arguments::tr("Usage: bartizan [--db DB] [--demo]\n"
              "       bartizan --version | --help\n"
              "       bartizan --screenshot DIR [--size WxH] [--theme light|dark] [--page NAME] [--db DB | --demo]\n"
              "\n"
              "Opens the security operations console on a database: the one named, else the one that was open last,\n"
              "else the one embedded in your data folder.\n"
              "\n"
              "  --db DB            open this database: a SQLite file, or postgresql://user@host/name on a server. Its\n"
              "                     password is in the keyring or the password file (PGPASSFILE), or is asked for\n"
              "  --demo             open a fresh database with demonstration data; it is deleted on closing\n"
              "  --version          print the version\n"
              "  --help             print this text\n"
              "  --screenshot DIR   draw the pages into PNG files in DIR, write summary.txt beside them, and end;\n"
              "                     works without a display\n"
              "  --size WxH         the size of the window for --screenshot (1440x900)\n"
              "  --theme NAME       light or dark; without it --screenshot draws both\n"
              "  --page NAME        draw one page only: overview, alerts, events, handover, rules,\n"
              "                     settings or look-up\n"
              "\n"
              "Exit status: 0 in order, 1 no display or a failure, 2 arguments that cannot be used.\n");
}

} // namespace bartizan
