// SPDX-License-Identifier: GPL-3.0-or-later
#include "importtesting.h"

#include <QtTest>

using namespace bartizan;

/// Files of audit events, as CSV, into a real database.
class TestImportCsv : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsEveryColumn();
    void lineEndsInsideAField();
    void guardsComeOff();
    void quarantine_data();
    void quarantine();
    void headerFaults_data();
    void headerFaults();
    void anUnclosedQuoteLosesOneLine();
};

void TestImportCsv::readsEveryColumn()
{
    ImportBench bench;
    const auto report = bench.importText("\xEF\xBB\xBFoutcome,timestamp,event_type,action,ipAddress,userId,metadata,errorMessage,tenant,id\r\n"
                                         "FAILURE,2026-11-20T10:00:00Z,AUTHENTICATION,login,192.0.2.1,\"a, \"\"b\"\"\",\"{\"\"k\"\":1}\",\"two\r\nlines\",blue,9\r\n"
                                         "\r\n"
                                         "SUCCESS,2026-11-20T10:00:01Z,AUTHENTICATION,login,,,,,,",
                                         QStringLiteral("events.csv"));
    QVERIFY2(report.ok(), qPrintable(report.ok() ? QString() : report.error().message));
    QVERIFY(report->format == ImportFormat::Csv);
    QCOMPARE(report->totals.imported, 2);
    QCOMPARE(report->totals.lines, 5);
    const auto rows = bench.rows();
    QCOMPARE(*rows[0].context.userId, std::string("a, \"b\""));
    QCOMPARE(*rows[0].errorMessage, std::string("two\r\nlines"));
    const std::string first = R"({"k":1,"tenant":"blue","file":"events.csv","line":2})";
    const std::string second = R"({"file":"events.csv","line":5})";
    QCOMPARE(rows[0].metadata, first);
    QVERIFY(!rows[1].context.userId);
    QVERIFY(!rows[1].errorMessage);
    QCOMPARE(rows[1].metadata, second);
}

void TestImportCsv::lineEndsInsideAField()
{
    ImportBench bench;
    QVERIFY(bench.importText("timestamp,eventType,action,outcome,userAgent,errorMessage\n"
                             "2026-11-20T10:00:00Z,AUTHENTICATION,a,FAILURE,\"a\r\n\r\nb\nc\",\"d\r\n\"\n"
                             "2026-11-20T10:00:01Z,AUTHENTICATION,\"open\r\n"
                             "2026-11-20T10:00:02Z,AUTHENTICATION,a,FAILURE,x,y\r\n").ok());
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(*rows[0].context.userAgent, std::string("a\r\n\r\nb\nc"));
    QCOMPARE(*rows[0].errorMessage, std::string("d\r\n"));
    QCOMPARE(*rows[1].errorMessage, std::string("y"));
    QCOMPARE(bench.quarantined().size(), std::size_t(1));
}

void TestImportCsv::guardsComeOff()
{
    ImportBench bench;
    QVERIFY(bench.importText("timestamp,eventType,action,outcome,userId,sessionId\n"
                             "2026-11-20T10:00:00Z,AUTHENTICATION,login,FAILURE,'=1+1,'quoted'\n").ok());
    const auto rows = bench.rows();
    QCOMPARE(*rows[0].context.userId, std::string("=1+1"));
    QCOMPARE(*rows[0].context.sessionId, std::string("'quoted'"));
}

void TestImportCsv::quarantine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("too few") << QByteArray("2026-11-20T10:00:00Z,AUTHENTICATION") << QByteArray("has 2 fields where the header has 5");
    QTest::newRow("too many") << QByteArray("2026-11-20T10:00:00Z,AUTHENTICATION,a,FAILURE,,") << QByteArray("has 6 fields where the header has 5");
    QTest::newRow("enum") << QByteArray("2026-11-20T10:00:00Z,LOGIN,a,FAILURE,") << QByteArray("eventType \"LOGIN\" is unknown");
    QTest::newRow("empty cell") << QByteArray("2026-11-20T10:00:00Z,AUTHENTICATION,,FAILURE,") << QByteArray("action is missing");
    QTest::newRow("metadata") << QByteArray("2026-11-20T10:00:00Z,AUTHENTICATION,a,FAILURE,[]") << QByteArray("metadata is no JSON object");
    QTest::newRow("quote inside") << QByteArray("2026-11-20T10:00:00Z,AUTHENTICATION,a\"\"b,FAILURE,") << QByteArray("has a quote inside a field that is not quoted");
    QTest::newRow("text behind a quote") << QByteArray("2026-11-20T10:00:00Z,AUTHENTICATION,\"a\"b,FAILURE,") << QByteArray("has a quote inside a field that is not quoted");
}

void TestImportCsv::quarantine()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, reason);
    ImportBench bench;
    const QByteArray good = "2026-11-20T10:00:00Z,AUTHENTICATION,a,FAILURE,\n";
    const auto report = bench.importText("timestamp,eventType,action,outcome,metadata\n" + good + line + "\n" + good);
    QVERIFY(report.ok());
    QCOMPARE(report->totals.imported, 2);
    QCOMPARE(bench.quarantined().size(), std::size_t(1));
    QCOMPARE(bench.quarantined()[0].line, 3);
    QCOMPARE(QByteArray::fromStdString(bench.quarantined()[0].reason), reason);
}

void TestImportCsv::headerFaults_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QString>("message");
    QTest::newRow("lacks") << QByteArray("timestamp,action,who") << QStringLiteral("The header of the CSV, line 1, lacks eventType, outcome");
    QTest::newRow("broken") << QByteArray("timestamp,\"action") << QStringLiteral("The header of the CSV cannot be read: line 1 has a quote that is never closed");
}

void TestImportCsv::headerFaults()
{
    QFETCH(QByteArray, header);
    ImportBench bench;
    bench.options().format = ImportFormat::Csv;
    const auto report = bench.importText(header + "\nx,y,z\n");
    QVERIFY(!report.ok());
    QFETCH(QString, message);
    QVERIFY2(report.error().message.endsWith(QLatin1String("/log: ") + message), qPrintable(report.error().message));
}

void TestImportCsv::anUnclosedQuoteLosesOneLine()
{
    ImportBench bench;
    QByteArray content = "timestamp,eventType,action,outcome\n";
    for (int i = 0; i < 2500; ++i)
        content += i == 7 ? "2026-11-20T10:00:00Z,AUTHENTICATION,\"a,FAILURE\n" : "2026-11-20T10:00:00Z,AUTHENTICATION,a,FAILURE\n";
    const auto report = bench.importText(content);
    QVERIFY(report.ok());
    QCOMPARE(report->totals.imported, 2499);
    QCOMPARE(report->totals.lines, 2501);
    QCOMPARE(bench.quarantined().size(), std::size_t(1));
    QCOMPARE(bench.quarantined()[0].line, 9);
    QCOMPARE(bench.quarantined()[0].reason, std::string("has a quote that is never closed"));
}

QTEST_GUILESS_MAIN(TestImportCsv)
#include "tst_importcsv.moc"
