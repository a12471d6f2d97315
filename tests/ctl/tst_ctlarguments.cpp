// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ctl/ctlprocess.h"

#include <QDir>
#include <QTest>

using bartizan::test::Ctl;
using bartizan::test::Outcome;
using bartizan::test::words;

/// The command line itself: help, what cannot be used, where the database is.
class CtlArgumentsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsHelpAndVersion();
    void documentsEachCommand_data();
    void documentsEachCommand();
    void refusesUnusableArguments_data();
    void refusesUnusableArguments();
    void refusesAPasswordInAUrlWithoutRepeatingIt();
    void findsTheDatabase();
    void namesAMissingDatabase();
    void tellsWhenItCannotWrite();
    void staysQuietWhenTheReaderLeaves();

private:
    Ctl m_ctl;
};

void CtlArgumentsTest::showsHelpAndVersion()
{
    const Outcome help = m_ctl.runBare({QStringLiteral("--help")});
    QCOMPARE(help.status, 0);
    QVERIFY(help.err.isEmpty());
    for (const char *name : {"init", "import", "run", "replay", "events", "alerts", "ack", "mutes", "metrics", "ip", "handover", "export", "config", "--db"})
        QVERIFY2(help.out.contains(name), name);
    const Outcome version = m_ctl.runBare({QStringLiteral("--version")});
    QCOMPARE(version.status, 0);
    QCOMPARE(version.out, QByteArray("bartizanctl " BARTIZAN_VERSION "\n"));
}

void CtlArgumentsTest::documentsEachCommand_data()
{
    QTest::addColumn<QString>("command");
    QTest::addColumn<QString>("options");
    QTest::newRow("init") << "init" << "";
    QTest::newRow("import") << "import" << "--format --year --timezone --company FILE…";
    QTest::newRow("run") << "run" << "--once";
    QTest::newRow("replay") << "replay" << "--format --preset --config --start --from --to --company FILE";
    QTest::newRow("events") << "events" << "--from --to --type --outcome --user --ip --limit --format --json";
    QTest::newRow("alerts") << "alerts" << "--active --all --severity --type --from --to --limit --json";
    QTest::newRow("ack") << "ack" << "ID… --comment";
    QTest::newRow("mutes") << "mutes" << "set lift --all --alert --rule --group --network --for --reason --restore --json";
    QTest::newRow("metrics") << "metrics" << "--from --to --company --json";
    QTest::newRow("ip") << "ip" << "ADDRESS --json";
    QTest::newRow("handover") << "handover" << "--from --to --company --limit --json";
    QTest::newRow("export") << "export" << "--format --from --to -o --force";
    QTest::newRow("config") << "config" << "get set load --json";
}

void CtlArgumentsTest::documentsEachCommand()
{
    QFETCH(QString, command);
    QFETCH(QString, options);
    const Outcome help = m_ctl.runBare({command, QStringLiteral("--help")});
    QCOMPARE(help.status, 0);
    const QByteArray usage = "Usage: bartizanctl [--db DB] " + command.toUtf8();
    QVERIFY(help.out.startsWith(usage));
    for (const QString &option : options.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        QVERIFY2(help.out.contains(option.toUtf8()), qPrintable(option));
    QVERIFY(help.err.isEmpty());
}

void CtlArgumentsTest::refusesUnusableArguments_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("named");
    QTest::newRow("no command") << QStringList() << QByteArray("command");
    QTest::newRow("no such command") << words("explode") << QByteArray("'explode'");
    QTest::newRow("no such global option") << words("--bogus init") << QByteArray("bogus");
    QTest::newRow("--db without a file") << words("--db") << QByteArray("db");
    QTest::newRow("empty --db") << QStringList{QStringLiteral("--db"), QString(), QStringLiteral("init")} << QByteArray("--db");
    QTest::newRow("no such option") << words("events --bogus") << QByteArray("bogus");
    QTest::newRow("one argument too many") << words("events x") << QByteArray("'x'");
    QTest::newRow("init with an argument") << words("init x") << QByteArray("'x'");
    QTest::newRow("bad --from") << words("events --from yesterday") << QByteArray("--from: 'yesterday'");
    QTest::newRow("bad --to") << words("alerts --to 2026-13-01") << QByteArray("--to: '2026-13-01'");
    QTest::newRow("range upside down") << words("metrics --from 2026-02-01 --to 2026-01-01") << QByteArray("--from");
    QTest::newRow("bad type") << words("events --type LOGIN") << QByteArray("--type: 'LOGIN'");
    QTest::newRow("bad outcome") << words("events --outcome NO") << QByteArray("--outcome: 'NO'");
    QTest::newRow("bad severity") << words("alerts --severity INFO") << QByteArray("--severity: 'INFO'");
    QTest::newRow("bad alert type") << words("alerts --type AUTHENTICATION") << QByteArray("--type");
    QTest::newRow("limit zero") << words("events --limit 0") << QByteArray("--limit: '0'");
    QTest::newRow("limit no number") << words("alerts --limit 5x") << QByteArray("--limit: '5x'");
    QTest::newRow("bad format of events") << words("events --format xml") << QByteArray("--format: 'xml'");
    QTest::newRow("two formats") << words("events --format csv --json") << QByteArray("--format");
    QTest::newRow("active and all") << words("alerts --active --all") << QByteArray("--active");
    QTest::newRow("ack without an ID") << words("ack") << QByteArray("ID");
    QTest::newRow("ip without an address") << words("ip") << QByteArray("address");
    QTest::newRow("ip of a name") << words("ip example.org") << QByteArray("'example.org'");
    QTest::newRow("ip out of range") << words("ip 192.0.2.256") << QByteArray("'192.0.2.256'");
    QTest::newRow("export without a format") << words("export") << QByteArray("--format");
    QTest::newRow("export as XML") << words("export --format xml") << QByteArray("--format: 'xml'");
    QTest::newRow("config verb") << words("config drop") << QByteArray("'drop'");
    QTest::newRow("config set without a value") << words("config set a.b") << QByteArray("VALUE");
    QTest::newRow("config load without a file") << words("config load") << QByteArray("FILE");
}

void CtlArgumentsTest::refusesUnusableArguments()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, named);
    const Outcome outcome = m_ctl.runBare(arguments);
    QVERIFY2(outcome.status == 2, outcome.told().constData());
    QVERIFY2(outcome.err.contains(named), outcome.told().constData());
    QVERIFY(outcome.err.contains("--help"));
    QVERIFY(outcome.out.isEmpty());
    // What cannot be used leaves no database behind.
    QVERIFY(!QDir(m_ctl.path(QStringLiteral("data"))).exists());
}

void CtlArgumentsTest::refusesAPasswordInAUrlWithoutRepeatingIt()
{
    const QString url = QStringLiteral("postgresql://soc:hunter2@db.example.org:5432/audit");
    for (const char *command : {"init", "events", "alerts", "metrics", "config"}) {
        const Outcome outcome = m_ctl.runBare({QStringLiteral("--db"), url, QString::fromUtf8(command)});
        QVERIFY2(outcome.status == 2, outcome.told().constData());
        QVERIFY2(outcome.err.contains("PGPASSFILE") && !outcome.err.contains("hunter2"), outcome.told().constData());
    }
}

void CtlArgumentsTest::findsTheDatabase()
{
    const Ctl ctl;
    const QString named = ctl.path(QStringLiteral("named.db"));
    const QString fromEnvironment = ctl.path(QStringLiteral("environment.db"));
    const QHash<QString, QString> environment{{QStringLiteral("BARTIZAN_DB"), fromEnvironment}};
    QCOMPARE(ctl.runBare(words("init"), {}, environment).status, 0);
    QVERIFY(QFile::exists(fromEnvironment));
    QVERIFY(!QDir(ctl.path(QStringLiteral("data"))).exists());
    QCOMPARE(ctl.runBare({QStringLiteral("--db"), named, QStringLiteral("init")}, {}, environment).status, 0);
    QVERIFY(QFile::exists(named));
    QCOMPARE(ctl.runBare(words("init")).status, 0);
    const QString embedded = ctl.path(QStringLiteral("data/bartizan/bartizan.db"));
    QVERIFY(QFile::exists(embedded));
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QCOMPARE(QFile::permissions(embedded) & others, QFile::Permissions());
    QCOMPARE(QFile::permissions(ctl.path(QStringLiteral("data/bartizan"))) & others, QFile::Permissions());
}

void CtlArgumentsTest::namesAMissingDatabase()
{
    const Ctl ctl;
    for (const char *command : {"run", "run --once", "events", "alerts", "metrics", "ip 192.0.2.1", "handover", "export --format csv", "config", "ack x",
                                "config set thresholds.adminActionsPerHour 5"}) {
        const Outcome outcome = ctl.run(words(command));
        QVERIFY2(outcome.status == 1, outcome.told().constData());
        QVERIFY2(outcome.err.contains(ctl.database().toUtf8()), outcome.told().constData());
        QVERIFY(!QFile::exists(ctl.database()));
    }
}

void CtlArgumentsTest::tellsWhenItCannotWrite()
{
    const Outcome outcome = m_ctl.shell(QStringLiteral("$CTL --help > /dev/full"));
    QVERIFY2(outcome.status == 1, outcome.told().constData());
    QVERIFY(outcome.err.contains("standard output"));
}

void CtlArgumentsTest::staysQuietWhenTheReaderLeaves()
{
    const Outcome outcome = m_ctl.shell(QStringLiteral("($CTL --help; echo status $? >&2) | true"));
    QCOMPARE(outcome.err, QByteArray("status 0\n"));
}

QTEST_GUILESS_MAIN(CtlArgumentsTest)
#include "tst_ctlarguments.moc"
