// SPDX-License-Identifier: GPL-3.0-or-later
#include "importtesting.h"

#include "core/detect/detector.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <set>

using namespace bartizan;

namespace {

const QString kLogs = QStringLiteral(BARTIZAN_TEST_DATA "/logs/");

QByteArray failedLine(const QByteArray &stamp, int pid = 1)
{
    return stamp + " h sshd[" + QByteArray::number(pid) + "]: Failed password for root from 192.0.2.1 port 4 ssh2\n";
}

QStringList times(ImportBench &bench)
{
    QStringList found;
    for (const AuditEvent &event : bench.rows())
        found.append(QString::fromStdString(formatIso(event.timestamp)));
    return found;
}

} // namespace

/// OpenSSH logs into a real database: what becomes of a line, of years and zones, and of importing again.
class TestImportSshd : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRow();
    void realAttackRaisesExactlySixAddresses();
    void twiceAddsNothing_data();
    void twiceAddsNothing();
    void equalLinesAreEventsOfTheirOwn();
    void aGrownLogAddsWhatIsNew();
    void anotherCompanyIsAnotherEvent();
    void years_data();
    void years();
    void zones_data();
    void zones();
    void unknownZone();
    void quarantinesWhatIsNoLog();
    void lineEnds();
    void hostileText();
    void detects_data();
    void detects();
    void refuses_data();
    void refuses();
    void missingFile();
    void emptyFile();
    void progressAndCancel();
};

void TestImportSshd::aRow()
{
    ImportBench bench;
    bench.options().companyId = "acme";
    const auto report = bench.importText("Nov 11 10:00:00 web1 sshd[812]: Failed password for invalid user eve from UNKNOWN port 7 ssh2\n"
                                         "Nov 11 10:00:01 web1 CRON[1]: whatever\n"
                                         "2026-11-11T12:00:02.5+02:00 web1 sshd-session[813]: Accepted publickey for git from ::ffff:192.0.2.7 port 8 ssh2: RSA SHA256:x\n",
                                         QStringLiteral("auth.log"));
    QVERIFY2(report.ok(), qPrintable(report.ok() ? QString() : report.error().message));
    QVERIFY(report->format == ImportFormat::Sshd);
    QCOMPARE(report->totals.lines, 3);
    QCOMPARE(report->totals.imported, 2);
    QCOMPARE(report->totals.quarantined, 0);
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(2));
    AuditEvent failed;
    failed.id = rows[0].id;
    failed.timestamp = parseIso("2026-11-11T10:00:00Z").value();
    failed.outcome = AuditOutcome::Failure;
    failed.imported = true;
    failed.severity = AuditSeverity::Low;
    failed.action = "ssh_login";
    failed.context.userId = "eve";
    failed.context.companyId = "acme";
    failed.metadata = "{\"method\":\"password\",\"port\":7,\"host\":\"web1\",\"pid\":812,\"invalidUser\":true,"
                      "\"source\":\"UNKNOWN\",\"file\":\"auth.log\",\"line\":1}";
    QVERIFY(rows[0] == failed);
    AuditEvent accepted;
    accepted.id = rows[1].id;
    accepted.imported = true;
    accepted.timestamp = parseIso("2026-11-11T10:00:02.5Z").value();
    accepted.action = "ssh_login";
    accepted.context.userId = "git";
    accepted.context.companyId = "acme";
    accepted.context.ipAddress = "192.0.2.7";
    accepted.metadata = "{\"method\":\"publickey\",\"port\":8,\"host\":\"web1\",\"pid\":813,\"file\":\"auth.log\",\"line\":3}";
    QVERIFY(rows[1] == accepted);
}

void TestImportSshd::realAttackRaisesExactlySixAddresses()
{
    ImportBench bench;
    bench.options().year = 2017;
    const auto report = bench.importPath(kLogs + QLatin1String("auth-2980.log"));
    QVERIFY(report.ok());
    QCOMPARE(report->totals.lines, 2980);
    QCOMPARE(report->totals.quarantined, 0);
    Detector detector;
    DetectorOutput out;
    for (const AuditEvent &event : bench.rows())
        detector.process(EventView::of(event), out);
    std::set<std::string> addresses;
    for (const SecurityAlert &alert : out.alerts) {
        if (alert.type == AlertType::BruteForceAttack)
            addresses.insert(alert.context.ipAddress.value_or(std::string()));
    }
    const std::set<std::string> expected{"181.25.206.27", "24.151.103.17", "218.60.136.106", "106.57.58.19",
                                         "181.23.168.176", "91.197.232.109"};
    for (const std::string &address : addresses)
        QVERIFY2(expected.contains(address), address.c_str());
    for (const std::string &address : expected)
        QVERIFY2(addresses.contains(address), address.c_str());
}

void TestImportSshd::twiceAddsNothing_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("quarantined");
    QTest::newRow("sshd") << QString(kLogs + QLatin1String("auth-2980.log")) << 0;
    QTest::newRow("historic wordings") << QString(kLogs + QLatin1String("fail2ban-sshd-sample.log")) << 0;
    QTest::newRow("NDJSON") << QStringLiteral(BARTIZAN_TEST_DATA "/vectors/brute-force.ndjson") << -1;
}

void TestImportSshd::twiceAddsNothing()
{
    QFETCH(QString, file);
    QFETCH(int, quarantined);
    ImportBench bench;
    const auto first = bench.importPath(file);
    QVERIFY(first.ok());
    QVERIFY(first->totals.imported > 0);
    if (quarantined >= 0)
        QCOMPARE(first->totals.quarantined, quarantined);
    const auto rows = bench.rows();
    QCOMPARE(static_cast<std::int64_t>(rows.size()), first->totals.imported);
    const std::int64_t kept = bench.store().quarantinedCount().value();
    const auto second = bench.importPath(file);
    QVERIFY(second.ok());
    QCOMPARE(second->totals.imported, 0);
    QCOMPARE(second->totals.duplicates, first->totals.imported);
    QVERIFY(second->range.start > second->range.end);
    QVERIFY(bench.rows() == rows);
    QCOMPARE(bench.store().quarantinedCount().value(), kept);
}

void TestImportSshd::equalLinesAreEventsOfTheirOwn()
{
    ImportBench bench;
    const QByteArray line = failedLine("Nov 11 10:00:00");
    const QByteArray repeated = "Nov 11 10:00:00 h sshd[1]: message repeated 3 times: [ Failed password for root from 192.0.2.1 port 4 ssh2]\n";
    QCOMPARE(bench.importText(line + line + repeated + line + repeated).value().totals.imported, 9);
    QCOMPARE(bench.importText(line + line + repeated + line + repeated).value().totals.duplicates, 9);
    QCOMPARE(bench.rows().size(), std::size_t(9));
}

void TestImportSshd::aGrownLogAddsWhatIsNew()
{
    ImportBench bench;
    const QByteArray line = failedLine("Nov 11 10:00:00");
    QCOMPARE(bench.importText(line + line).value().totals.imported, 2);
    const auto grown = bench.importText(line + line + line + failedLine("Nov 11 10:00:01"));
    QCOMPARE(grown.value().totals.imported, 2);
    QCOMPARE(grown.value().totals.duplicates, 2);
}

void TestImportSshd::anotherCompanyIsAnotherEvent()
{
    ImportBench bench;
    bench.options().companyId = "a";
    QCOMPARE(bench.importText(failedLine("Nov 11 10:00:00")).value().totals.imported, 1);
    bench.options().companyId = "b";
    QCOMPARE(bench.importText(failedLine("Nov 11 10:00:00")).value().totals.imported, 1);
}

void TestImportSshd::years_data()
{
    QTest::addColumn<QStringList>("stamps");
    QTest::addColumn<int>("year");
    QTest::addColumn<QString>("now");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char *name, const QStringList &stamps, int year, const char *now, const QStringList &expected) {
        QTest::newRow(name) << stamps << year << QString::fromLatin1(now) << expected;
    };
    const auto s = [](const char *text) { return QString::fromLatin1(text); };
    row("this year", {s("Nov 19 10:00:00")}, 0, "2026-11-20T12:00:00Z", {s("2026-11-19T10:00:00.000Z")});
    row("the future was last year", {s("Nov 21 10:00:00")}, 0, "2026-11-20T12:00:00Z", {s("2025-11-21T10:00:00.000Z")});
    row("one in the future moves the whole log", {s("Mar  1 10:00:00"), s("Dec  1 10:00:00")}, 0, "2026-11-20T12:00:00Z",
        {s("2025-03-01T10:00:00.000Z"), s("2025-12-01T10:00:00.000Z")});
    row("written while it is read", {s("Nov 20 12:00:30")}, 0, "2026-11-20T12:00:00Z", {s("2026-11-20T12:00:30.000Z")});
    row("over New Year", {s("Dec 31 23:59:59"), s("Jan  1 00:00:01"), s("Feb  2 10:00:00")}, 0, "2026-02-03T00:00:00Z",
        {s("2025-12-31T23:59:59.000Z"), s("2026-01-01T00:00:01.000Z"), s("2026-02-02T10:00:00.000Z")});
    row("over New Year, long ago", {s("Dec 31 23:59:59"), s("Jan  1 00:00:01"), s("Dec 24 10:00:00")}, 0, "2026-11-20T12:00:00Z",
        {s("2024-12-31T23:59:59.000Z"), s("2025-01-01T00:00:01.000Z"), s("2025-12-24T10:00:00.000Z")});
    row("over two New Years", {s("Dec  1 00:00:00"), s("Jan  1 00:00:00"), s("Dec  1 00:00:00"), s("Jan  1 00:00:00")}, 0,
        "2026-11-20T12:00:00Z", {s("2024-12-01T00:00:00.000Z"), s("2025-01-01T00:00:00.000Z"),
                                 s("2025-12-01T00:00:00.000Z"), s("2026-01-01T00:00:00.000Z")});
    row("a named year goes on over New Year", {s("Dec 31 23:59:59"), s("Jan  1 00:00:01")}, 2017, "2026-11-20T12:00:00Z",
        {s("2017-12-31T23:59:59.000Z"), s("2018-01-01T00:00:01.000Z")});
    row("not in order: each on its own", {s("Jun  1 00:00:00"), s("Mar  1 00:00:00"), s("Dec  1 00:00:00")}, 0,
        "2026-11-20T12:00:00Z", {s("2025-12-01T00:00:00.000Z"), s("2026-03-01T00:00:00.000Z"), s("2026-06-01T00:00:00.000Z")});
    row("not in order, a named year", {s("Jun  1 00:00:00"), s("Mar  1 00:00:00")}, 2017, "2026-11-20T12:00:00Z",
        {s("2017-03-01T00:00:00.000Z"), s("2017-06-01T00:00:00.000Z")});
    row("a priority in front", {s("<86>Mar  1 10:00:00"), s("<38>Dec  1 10:00:00")}, 0, "2026-11-20T12:00:00Z",
        {s("2025-03-01T10:00:00.000Z"), s("2025-12-01T10:00:00.000Z")});
    row("the last hour of the day decides", {s("Nov 20 09:00:00"), s("Nov 20 12:30:00"), s("Nov 20 10:00:00")}, 0,
        "2026-11-20T12:00:00Z", {s("2025-11-20T09:00:00.000Z"), s("2025-11-20T10:00:00.000Z"), s("2025-11-20T12:30:00.000Z")});
    row("a leap day", {s("Feb 28 00:00:00"), s("Feb 29 00:00:00")}, 0, "2026-11-20T12:00:00Z",
        {s("2024-02-28T00:00:00.000Z"), s("2024-02-29T00:00:00.000Z")});
    row("a little disorder at New Year", {s("Dec 31 23:59:59"), s("Jan  1 00:00:00"), s("Dec 31 23:59:58"), s("Jan  1 00:00:01")}, 0,
        "2026-11-20T12:00:00Z", {s("2025-12-31T23:59:58.000Z"), s("2025-12-31T23:59:59.000Z"),
                                 s("2026-01-01T00:00:00.000Z"), s("2026-01-01T00:00:01.000Z")});
    row("a little disorder is none", {s("Jan  1 00:00:10"), s("Jan  1 00:00:09"), s("Nov 19 00:00:00")}, 0, "2026-11-20T12:00:00Z",
        {s("2026-01-01T00:00:09.000Z"), s("2026-01-01T00:00:10.000Z"), s("2026-11-19T00:00:00.000Z")});
}

void TestImportSshd::years()
{
    QFETCH(QStringList, stamps);
    QFETCH(int, year);
    QFETCH(QString, now);
    QFETCH(QStringList, expected);
    ImportBench bench;
    if (year > 0)
        bench.options().year = year;
    bench.options().now = parseIso(now.toStdString()).value();
    QByteArray log;
    for (const QString &stamp : stamps)
        log += failedLine(stamp.toLatin1());
    QVERIFY(bench.importText(log).ok());
    QCOMPARE(times(bench), expected);
}

void TestImportSshd::zones_data()
{
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<QByteArrayList>("stamps");
    QTest::addColumn<QStringList>("expected");
    const auto s = [](const char *text) { return QString::fromLatin1(text); };
    const QByteArray zurich = "Europe/Zurich";
    QTest::newRow("winter and summer") << zurich << QByteArrayList{"Jan 10 12:00:00", "Jul 10 12:00:00"}
                                       << QStringList{s("2026-01-10T11:00:00.000Z"), s("2026-07-10T10:00:00.000Z")};
    QTest::newRow("an hour that is skipped") << zurich << QByteArrayList{"Mar 29 01:59:59", "Mar 29 02:30:00", "Mar 29 03:00:00"}
                                             << QStringList{s("2026-03-29T00:59:59.000Z"), s("2026-03-29T01:00:00.000Z"), s("2026-03-29T01:30:00.000Z")};
    QTest::newRow("an hour that comes twice") << zurich << QByteArrayList{"Oct 25 02:10:00", "Oct 25 02:50:00", "Oct 25 02:10:00", "Oct 25 02:50:00", "Oct 25 03:10:00"}
                                              << QStringList{s("2026-10-25T00:10:00.000Z"), s("2026-10-25T00:50:00.000Z"), s("2026-10-25T01:10:00.000Z"), s("2026-10-25T01:50:00.000Z"), s("2026-10-25T02:10:00.000Z")};
    QTest::newRow("an offset in the stamp wins") << zurich << QByteArrayList{"2026-11-11T10:00:00-05:00", "2026-11-11T10:00:00"}
                                                 << QStringList{s("2026-11-11T09:00:00.000Z"), s("2026-11-11T15:00:00.000Z")};
    QTest::newRow("45 minutes") << QByteArray("Asia/Kathmandu") << QByteArrayList{"Nov 11 05:45:00"} << QStringList{s("2026-11-11T00:00:00.000Z")};
}

void TestImportSshd::zones()
{
    QFETCH(QByteArray, zone);
    QFETCH(QByteArrayList, stamps);
    QFETCH(QStringList, expected);
    ImportBench bench;
    bench.options().timeZone = zone.toStdString();
    QByteArray log;
    for (const QByteArray &stamp : stamps)
        log += failedLine(stamp);
    QVERIFY(bench.importText(log).ok());
    QCOMPARE(times(bench), expected);
}

void TestImportSshd::unknownZone()
{
    ImportBench bench;
    bench.options().timeZone = "Mars/Olympus";
    const auto report = bench.importText(failedLine("Nov 11 10:00:00"));
    QVERIFY(!report.ok());
    QVERIFY(report.error().message.contains(QLatin1String("Mars/Olympus")));
}

void TestImportSshd::quarantinesWhatIsNoLog()
{
    ImportBench bench;
    const auto report = bench.importText("garbage at the start\n" + failedLine("Nov 11 10:00:00") + "\n\nNov 31 10:00:00 h sshd[1]: x\n"
                                         + failedLine("Nov 11 10:00:01") + "Nov 11 10:00:02 h sshd[1]: Failed password for ro");
    QVERIFY(report.ok());
    QCOMPARE(report->totals.lines, 7);
    QCOMPARE(report->totals.imported, 2);
    QCOMPARE(report->totals.quarantined, 3);
    QList<qint64> lines;
    for (const QuarantinedLine &line : bench.quarantined())
        lines.append(line.line);
    QCOMPARE(lines, (QList<qint64>{1, 5, 7}));
    QCOMPARE(bench.quarantined()[0].text, std::string("garbage at the start"));
}

void TestImportSshd::lineEnds()
{
    ImportBench bench;
    QByteArray log = failedLine("Nov 11 10:00:00") + failedLine("Nov 11 10:00:01");
    log.replace("\n", "\r\n");
    log.chop(2);
    QVERIFY(bench.importText("\xEF\xBB\xBF" + log).ok());
    QCOMPARE(bench.rows().size(), std::size_t(2));
    // The same log with other line ends is the same log.
    QVERIFY(bench.importText(failedLine("Nov 11 10:00:00") + failedLine("Nov 11 10:00:01")).ok());
    QCOMPARE(bench.rows().size(), std::size_t(2));
}

void TestImportSshd::hostileText()
{
    ImportBench bench;
    const QByteArray users[] = {"<script>alert(1)</script>", "'; DROP TABLE audit; --", QByteArray("nul\0l", 5), "\xff\xfe",
                                "=cmd|' /C calc'!A0", "\xE2\x80\xAE" "gnp.exe", "\x1b[31m", QByteArray(100'000, 'a')};
    QByteArray log;
    int second = 10;
    for (const QByteArray &user : users)
        log += "Nov 11 10:00:" + QByteArray::number(second++) + " h sshd[1]: Failed password for invalid user " + user + " from 192.0.2.1 port 4 ssh2\n";
    const auto report = bench.importText(log, QStringLiteral("a \"quoted\" \\ name.log"));
    QVERIFY(report.ok());
    QCOMPARE(report->totals.quarantined, 0);
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size(users));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const QByteArray expected = i == 3 ? QByteArray("\xEF\xBF\xBD\xEF\xBF\xBD") : users[i];
        QCOMPARE(QByteArray::fromStdString(rows[i].context.userId.value()), expected);
        const QJsonObject metadata = QJsonDocument::fromJson(QByteArray::fromStdString(rows[i].metadata)).object();
        QCOMPARE(metadata[QLatin1String("file")].toString(), QStringLiteral("a \"quoted\" \\ name.log"));
        QCOMPARE(*rows[i].context.ipAddress, std::string("192.0.2.1"));
    }
}

void TestImportSshd::detects_data()
{
    QTest::addColumn<QByteArray>("start");
    QTest::addColumn<int>("format");
    QTest::newRow("syslog") << failedLine("Nov 11 10:00:00") << int(ImportFormat::Sshd);
    QTest::newRow("ISO") << failedLine("2026-11-11T10:00:00.123456+01:00") << int(ImportFormat::Sshd);
    QTest::newRow("journal") << QByteArray("{\"__CURSOR\":\"x\",\"__REALTIME_TIMESTAMP\":\"1763820000123456\"}\n") << int(ImportFormat::Sshd);
    QTest::newRow("a cut line first") << QByteArray("word from 1.2.3.4 port 5 ssh2\n" + failedLine("Nov 11 10:00:00")) << int(ImportFormat::Sshd);
    QTest::newRow("NDJSON") << QByteArray("\n  {\"timestamp\":\"x\"}\n") << int(ImportFormat::Ndjson);
    QTest::newRow("CSV") << QByteArray("id,timestamp,eventType,outcome,action\n") << int(ImportFormat::Csv);
    QTest::newRow("quoted CSV") << QByteArray("\"timestamp\",\"eventType\",\"outcome\",\"action\"\n") << int(ImportFormat::Csv);
}

void TestImportSshd::detects()
{
    QFETCH(QByteArray, start);
    ImportBench bench;
    const auto report = bench.importText(start);
    QVERIFY2(report.ok(), qPrintable(report.ok() ? QString() : report.error().message));
    QTEST(int(report->format), "format");
}

void TestImportSshd::refuses_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("word");
    QTest::newRow("prose") << QByteArray("Dear Sir or Madam,\nhello\n") << QStringLiteral("Cannot tell the format");
    QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08xxxx") << QStringLiteral("compressed");
    QTest::newRow("UTF-16") << QByteArray("\xff\xfeN\0o\0", 6) << QStringLiteral("UTF-16");
    QTest::newRow("binary") << QByteArray(5000, '\0') << QStringLiteral("Cannot tell the format");
    QTest::newRow("binary, with braces") << QByteArray("\x89PNG\r\n{\x01\xfe\n{ \x02}\n") << QStringLiteral("Cannot tell the format");
}

void TestImportSshd::refuses()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, word);
    ImportBench bench;
    const auto report = bench.importText(content, QStringLiteral("what.bin"));
    QVERIFY(!report.ok());
    QVERIFY2(report.error().message.contains(word), qPrintable(report.error().message));
    QVERIFY(report.error().message.contains(QLatin1String("what.bin")));
    QVERIFY(bench.rows().empty());
}

void TestImportSshd::missingFile()
{
    ImportBench bench;
    const auto missing = bench.importPath(bench.path(QStringLiteral("none.log")));
    QVERIFY(!missing.ok());
    QVERIFY(missing.error().message.contains(QLatin1String("none.log")));
    const auto folder = bench.importPath(bench.path(QString()));
    QVERIFY(!folder.ok());
}

void TestImportSshd::emptyFile()
{
    ImportBench bench;
    const auto report = bench.importText("");
    QVERIFY(report.ok());
    QVERIFY(report->totals == ImportProgress{});
    QVERIFY(report->range.start > report->range.end);
    QVERIFY(bench.importText("\n \n").ok());
}

void TestImportSshd::progressAndCancel()
{
    ImportBench bench;
    QByteArray log;
    for (int i = 0; i < 160'000; ++i)
        log += failedLine("Nov 11 10:00:00", i);
    const QString file = bench.write(log);
    std::atomic<bool> cancel{false};
    std::vector<ImportProgress> told;
    bench.observer().cancel = &cancel;
    bench.observer().progress = [&](const ImportProgress &progress) {
        told.push_back(progress);
        cancel = progress.imported > 0;
    };
    const auto first = bench.importPath(file);
    QVERIFY(first.ok());
    QVERIFY(first->cancelled);
    QVERIFY(first->totals.imported > 0);
    QVERIFY(first->totals.imported < 160'000);
    QCOMPARE(static_cast<std::int64_t>(bench.rows().size()), first->totals.imported);
    for (const ImportProgress &progress : told) {
        QCOMPARE(progress.bytesTotal, log.size());
        QVERIFY(progress.bytesRead <= progress.bytesTotal);
    }
    // Once more, to the end: what is there already stays as it is.
    bench.observer() = {};
    const auto second = bench.importPath(file);
    QVERIFY(second.ok());
    QVERIFY(!second->cancelled);
    QCOMPARE(second->totals.duplicates, first->totals.imported);
    QCOMPARE(second->totals.imported + second->totals.duplicates, 160'000);
    // Set before it begins: nothing happens.
    cancel = true;
    bench.observer().cancel = &cancel;
    QVERIFY(bench.importPath(file).value().cancelled);
}

QTEST_GUILESS_MAIN(TestImportSshd)
#include "tst_importsshd.moc"
