// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

/// The program itself: its arguments, without and with a display, and its end.
class TestProgram : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsItsVersionAndHelpWithoutADisplay();
    void refusesArgumentsItCannotUse_data();
    void refusesArgumentsItCannotUse();
    void saysThatThereIsNoDisplay();
    void closesInOrderWhenTerminated();

private:
    struct Ran {
        int status = -1;
        QString out;
        QString error;
    };
    static Ran run(const QStringList &arguments);
    static QProcessEnvironment bare(const QString &home);
};

QProcessEnvironment TestProgram::bare(const QString &home)
{
    QProcessEnvironment environment;
    environment.insert(QStringLiteral("PATH"), qEnvironmentVariable("PATH"));
    environment.insert(QStringLiteral("HOME"), home);
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    return environment;
}

TestProgram::Ran TestProgram::run(const QStringList &arguments)
{
    const QTemporaryDir home;
    QProcess process;
    process.setProcessEnvironment(bare(home.path()));
    process.start(QStringLiteral(BARTIZAN_BIN_DIR "/bartizan"), arguments);
    if (!process.waitForFinished(20'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

void TestProgram::tellsItsVersionAndHelpWithoutADisplay()
{
    const Ran version = run({QStringLiteral("--version")});
    QCOMPARE(version.status, 0);
    QCOMPARE(version.out, QStringLiteral("bartizan " BARTIZAN_VERSION "\n"));
    const Ran help = run({QStringLiteral("--help")});
    QCOMPARE(help.status, 0);
    for (const char *option : {"--db DB", "--demo", "--version", "--help", "--screenshot DIR"})
        QVERIFY2(help.out.contains(QLatin1String(option)), option);
}

void TestProgram::refusesArgumentsItCannotUse_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown") << QStringList{QStringLiteral("--frob")} << QStringLiteral("--frob");
    QTest::newRow("no value") << QStringList{QStringLiteral("--db")} << QStringLiteral("--db");
    QTest::newRow("both") << QStringList{QStringLiteral("--demo"), QStringLiteral("--db"), QStringLiteral("x.db")}
                          << QStringLiteral("--demo");
    // A password on the command line is read by everybody who lists the processes.
    QTest::newRow("password") << QStringList{QStringLiteral("--db=postgresql://anna:pw@h/d")} << QStringLiteral("password");
    QTest::newRow("weak by accident") << QStringList{QStringLiteral("--db=postgresql://anna@h/d?sslmode=prefer")}
                                      << QStringLiteral("sslmode=prefer");
    QTest::newRow("size") << QStringList{QStringLiteral("--size"), QStringLiteral("10x10")} << QStringLiteral("10x10");
    QTest::newRow("theme") << QStringList{QStringLiteral("--theme=pink")} << QStringLiteral("pink");
    QTest::newRow("left over") << QStringList{QStringLiteral("audit.db")} << QStringLiteral("audit.db");
}

void TestProgram::refusesArgumentsItCannotUse()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, named);
    const Ran refused = run(arguments);
    QCOMPARE(refused.status, 2);
    QVERIFY(refused.out.isEmpty());
    QVERIFY2(refused.error.contains(named), qPrintable(refused.error));
    QVERIFY2(!refused.error.contains(QStringLiteral("anna:")), qPrintable(refused.error));
}

void TestProgram::saysThatThereIsNoDisplay()
{
    const Ran nothing = run({});
    QCOMPARE(nothing.status, 1);
    QVERIFY2(nothing.error.contains(QStringLiteral("no display")), qPrintable(nothing.error));
}

void TestProgram::closesInOrderWhenTerminated()
{
    const QTemporaryDir home;
    QProcess process;
    QProcessEnvironment environment = bare(home.path());
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(BARTIZAN_BIN_DIR "/bartizan"), QStringList());
    QVERIFY(process.waitForStarted(20'000));
    const QString database = home.filePath(QStringLiteral(".local/share/bartizan/bartizan.db"));
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(database), 20'000);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGTERM), 0);
    QVERIFY(process.waitForFinished(20'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    QVERIFY(QFile::exists(home.filePath(QStringLiteral(".config/bartizan/bartizan.conf"))));
}

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
