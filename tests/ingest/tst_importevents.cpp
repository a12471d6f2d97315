// SPDX-License-Identifier: GPL-3.0-or-later
#include "importtesting.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <atomic>
#include <thread>

#include <sys/stat.h>

using namespace bartizan;

namespace {

const QByteArray kGood = R"({"timestamp":"2026-11-20T10:00:00Z","eventType":"AUTHENTICATION","action":"login","outcome":"FAILURE")";

QJsonObject metadata(const AuditEvent &event)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(event.metadata)).object();
}

/// A log that refuses its second batch, and knows on which thread it was spoken to.
class RefusingLog final : public AuditLog {
public:
    explicit RefusingLog(Store &store) : m_store(store) {}

    Result<AppendReport> append(std::span<const NewAuditRow> rows, std::span<const QuarantinedLine> quarantined) override
    {
        strange = strange || std::this_thread::get_id() != m_thread;
        if (++calls == 2)
            return Error{QStringLiteral("no room")};
        return m_store.append(rows, quarantined);
    }
    Result<std::vector<AuditEvent>> events(const EventQuery &query, CountryResolver *countries) override
    {
        return m_store.events(query, countries);
    }
    Result<std::int64_t> countEvents(const EventQuery &query, CountryResolver *countries) override
    {
        return m_store.countEvents(query, countries);
    }
    Result<std::vector<std::string>> companies() override { return m_store.companies(); }
    Result<std::optional<TimeRange>> extent() override { return m_store.extent(); }
    Result<std::int64_t> quarantinedCount() override { return m_store.quarantinedCount(); }
    Result<std::vector<QuarantinedLine>> quarantined(std::int64_t afterId, std::size_t limit) override
    {
        return m_store.quarantined(afterId, limit);
    }
    Result<void> setUserEmails(std::span<const std::pair<std::string, std::string>> idAndEmail) override
    {
        return m_store.setUserEmails(idAndEmail);
    }
    int calls = 0;
    bool strange = false;

private:
    Store &m_store;
    const std::thread::id m_thread = std::this_thread::get_id();
};

/// So many events, with every hundredth line no event; users count the lines from 1.
QByteArray manyEvents(int lines)
{
    QByteArray content;
    for (int i = 1; i <= lines; ++i)
        content += i % 100 == 0 ? QByteArray("no event\n") : kGood + ",\"userId\":\"u" + QByteArray::number(i) + "\"}\n";
    return content;
}

} // namespace

/// Files of audit events, as NDJSON, into a real database.
class TestImportEvents : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyField();
    void nullIsAbsent();
    void metadataKeepTheirText();
    void metadataOrigin_data();
    void metadataOrigin();
    void repairs_data();
    void repairs();
    void quarantine_data();
    void quarantine();
    void hugeMetadata();
    void hugeLine();
    void companyOption();
    void timesWithoutOffset();
    void keepsOrderOverManyBatches();
    void endsWhereTheStoreRefuses();
    void cancelIsHeardWhileAPipeIsSilent();
    void refusesWhatIsNoRegularFile();
};

void TestImportEvents::everyField()
{
    ImportBench bench;
    const auto report = bench.importText(
        R"({"id":77,"timestamp":"2026-11-20T10:00:00.123+01:00","eventType":"PLATFORM_ADMIN","action":"a","outcome":"RATE_LIMITED",)"
        R"("severity":"CRITICAL","userId":"u","companyId":"c","platformUserId":"p","ipAddress":"203.0.113.9","userAgent":"ua",)"
        R"("country":"DE","sessionId":"s","requestId":"r","metadata":{"k":[1,2.50,"x"]},"errorMessage":"e"})" "\r\n",
        QStringLiteral("all.ndjson"));
    QVERIFY2(report.ok(), qPrintable(report.ok() ? QString() : report.error().message));
    QVERIFY(report->format == ImportFormat::Ndjson);
    QCOMPARE(report->totals.imported, 1);
    QCOMPARE(report->totals.lines, 1);
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(1));
    AuditEvent expected;
    expected.id = rows[0].id;
    expected.timestamp = parseIso("2026-11-20T09:00:00.123Z").value();
    expected.eventType = SecurityEventType::PlatformAdmin;
    expected.outcome = AuditOutcome::RateLimited;
    expected.severity = AuditSeverity::Critical;
    expected.action = "a";
    expected.context = {"u", "c", "p", "203.0.113.9", "ua", "DE", "s", "r"};
    expected.metadata = R"({"k":[1,2.50,"x"],"file":"all.ndjson","line":1})";
    expected.errorMessage = "e";
    expected.imported = true;
    QVERIFY(rows[0] == expected);
    QCOMPARE(report->range.start, expected.timestamp);
    QCOMPARE(report->range.end, expected.timestamp);
}

void TestImportEvents::nullIsAbsent()
{
    ImportBench bench;
    const QByteArray nulls = R"(,"severity":null,"userId":null,"metadata":null,"errorMessage":null})";
    const auto report = bench.importText(kGood + nulls);
    QVERIFY(report.ok());
    QCOMPARE(report->totals.imported, 1);
    const auto rows = bench.rows();
    QVERIFY(!rows[0].context.userId);
    QVERIFY(!rows[0].errorMessage);
    QVERIFY(rows[0].severity == AuditSeverity::Info);
    const std::string origin = R"({"file":"log","line":1})";
    QCOMPARE(rows[0].metadata, origin);
}

void TestImportEvents::metadataKeepTheirText()
{
    // A number no double holds, a key twice, blanks: none of it is touched.
    const std::string text = R"({ "n": 123456789012345678901234567890, "n" : 1e400 , "d":0.10})";
    ImportBench bench;
    QVERIFY(bench.importText(kGood + ",\"metadata\":" + QByteArray::fromStdString(text) + "}").ok());
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(1));
    const std::string origin = R"(,"file":"log","line":1})";
    QCOMPARE(rows[0].metadata, text.substr(0, text.size() - 1) + origin);
}

void TestImportEvents::metadataOrigin_data()
{
    QTest::addColumn<QByteArray>("rest");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const char *rest, const char *expected) {
        QTest::newRow(name) << QByteArray(rest) << QByteArray(expected);
    };
    row("empty", R"(,"metadata":{})", R"({"file":"log","line":1})");
    row("empty with blanks", R"(,"metadata":{ })", R"({"file":"log","line":1})");
    row("taken", R"(,"metadata":{"file":"auth.log","line":12,"port":4})",
        R"({"originalFile":"auth.log","originalLine":12,"port":4,"file":"log","line":1})");
    row("taken by the same", R"(,"metadata":{"file":"log","line":1})", R"({"file":"log","line":1})");
    row("unknown fields", R"(,"tenant":{"a":[1]},"n":12345678901234567890123)",
        R"({"tenant":{"a":[1]},"n":12345678901234567890123,"file":"log","line":1})");
    row("an unknown field that metadata have", R"(,"port":5,"metadata":{"port":4})", R"({"port":4,"file":"log","line":1})");
    row("an unknown field named file", R"(,"file":"x")", R"({"originalFile":"x","file":"log","line":1})");
    row("unknown null", R"(,"x":null)", R"({"file":"log","line":1})");
    row("nested braces in text", R"(,"metadata":{"a":"}\"{"})", R"({"a":"}\"{","file":"log","line":1})");
}

void TestImportEvents::metadataOrigin()
{
    QFETCH(QByteArray, rest);
    QFETCH(QByteArray, expected);
    ImportBench bench;
    const auto report = bench.importText(kGood + rest + "}");
    QVERIFY(report.ok());
    QCOMPARE(report->totals.imported, 1);
    QCOMPARE(QByteArray::fromStdString(bench.rows()[0].metadata), expected);
}

void TestImportEvents::repairs_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("stored");
    const auto row = [](const char *name, const QByteArray &user, const QByteArray &stored) {
        QTest::newRow(name) << user << stored;
    };
    row("bytes that are no UTF-8", "\"a\xff\xfe" "b\"", "a\xEF\xBF\xBD\xEF\xBF\xBD" "b");
    row("half a surrogate pair", "\"a\\ud800b\"", "a\xEF\xBF\xBD" "b");
    row("NUL", "\"a\\u0000b\"", QByteArray("a\0b", 3));
    row("HTML", "\"<b>&amp;</b>\"", "<b>&amp;</b>");
    row("bidi", "\"\\u202egnp.exe\"", "\xE2\x80\xAEgnp.exe");
    row("a number", "4711", "4711");
    row("a large number", "0.5e3", "0.5e3");
    row("empty", "\"\"", "");
}

void TestImportEvents::repairs()
{
    QFETCH(QByteArray, user);
    QFETCH(QByteArray, stored);
    ImportBench bench;
    const auto report = bench.importText(kGood + ",\"userId\":" + user + "}\n");
    QVERIFY(report.ok());
    QCOMPARE(report->totals.quarantined, 0);
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(1));
    QVERIFY(rows[0].context.userId.has_value());
    QCOMPARE(QByteArray::fromStdString(*rows[0].context.userId), stored);
}

void TestImportEvents::quarantine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("reason");
    const auto row = [](const char *name, const QByteArray &line, const char *reason) {
        QTest::newRow(name) << line << QByteArray(reason);
    };
    row("not JSON", "hello", "is no JSON object");
    row("cut short", kGood, "is no JSON object");
    row("something behind", kGood + "} x", "is no JSON object");
    row("two objects", kGood + "}{}", "is no JSON object");
    row("an array", "[1]", "is no JSON object");
    row("a bare NUL", kGood + QByteArray(",\"userId\":\"a\0b\"}", 15), "is no JSON object");
    row("no timestamp", R"({"eventType":"AUTHENTICATION","action":"login","outcome":"FAILURE"})", "timestamp is missing");
    row("timestamp null", R"({"timestamp":null,"eventType":"AUTHENTICATION","action":"a","outcome":"FAILURE"})",
        "timestamp is missing");
    row("no type", R"({"timestamp":"2026-11-20T10:00:00Z","action":"login","outcome":"FAILURE"})", "eventType is missing");
    row("no action", R"({"timestamp":"2026-11-20T10:00:00Z","eventType":"AUTHENTICATION","outcome":"FAILURE"})",
        "action is missing");
    row("no outcome", R"({"timestamp":"2026-11-20T10:00:00Z","eventType":"AUTHENTICATION","action":"a"})",
        "outcome is missing");
    row("bad timestamp", R"({"timestamp":"yesterday","eventType":"AUTHENTICATION","action":"a","outcome":"FAILURE"})",
        "timestamp \"yesterday\" is no time of ISO 8601");
    row("seconds", R"({"timestamp":1763632800,"eventType":"AUTHENTICATION","action":"a","outcome":"FAILURE"})",
        "timestamp 1763632800 is no number of milliseconds since 1970");
    row("a day that is none", R"({"timestamp":"2026-02-30T00:00:00Z","eventType":"AUTHENTICATION","action":"a","outcome":"FAILURE"})",
        "timestamp \"2026-02-30T00:00:00Z\" is no time of ISO 8601");
    row("unknown type", R"({"timestamp":"2026-11-20T10:00:00Z","eventType":"LOGIN","action":"a","outcome":"FAILURE"})",
        "eventType \"LOGIN\" is unknown");
    row("unknown outcome", R"({"timestamp":"2026-11-20T10:00:00Z","eventType":"AUTHENTICATION","action":"a","outcome":"failure"})",
        "outcome \"failure\" is unknown");
    row("unknown severity", kGood + R"(,"severity":"DIRE"})", "severity \"DIRE\" is unknown");
    row("user is an object", kGood + R"(,"userId":{}})", "userId is no text");
    row("user is true", kGood + R"(,"userId":true})", "userId is no text");
    row("metadata is text", kGood + R"(,"metadata":"x"})", "metadata is no JSON object");
    row("metadata is an array", kGood + R"(,"metadata":[]})", "metadata is no JSON object");
    row("metadata is broken inside", kGood + R"(,"metadata":{"a":tru}})", "metadata is no JSON object");
    row("metadata has a broken number", kGood + R"(,"metadata":{"a":[01]}})", "metadata is no JSON object");
    row("metadata has a broken escape", kGood + R"(,"metadata":{"a":"\x"}})", "metadata is no JSON object");
    row("metadata is too deep", kGood + ",\"metadata\":{\"a\":" + QByteArray(600, '[') + QByteArray(600, ']') + "}}",
        "metadata is no JSON object");
    row("company is too long", kGood + ",\"companyId\":\"" + QByteArray(1001, 'c') + "\"}", "companyId is longer than 1000 bytes");
    row("an unknown field is broken", kGood + R"(,"x":tru})", "\"x\" is no JSON");
}

void TestImportEvents::quarantine()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, reason);
    ImportBench bench;
    bench.options().format = ImportFormat::Ndjson;
    const auto report = bench.importText("\n" + kGood + "}\n" + line + "\n" + kGood + ",\"userId\":\"z\"}\n",
                                         QStringLiteral("bad.ndjson"));
    QVERIFY(report.ok());
    QCOMPARE(report->totals.imported, 2);
    QCOMPARE(report->totals.quarantined, 1);
    QCOMPARE(bench.quarantined().size(), std::size_t(1));
    const QuarantinedLine &bad = bench.quarantined()[0];
    QCOMPARE(bad.line, 3);
    QCOMPARE(bad.source, std::string("bad.ndjson"));
    QCOMPARE(QByteArray::fromStdString(bad.reason), reason);
    QCOMPARE(QByteArray::fromStdString(bad.text), line.left(4096));
    const auto kept = bench.store().quarantined(0, 10);
    QVERIFY(kept.ok());
    QCOMPARE(kept->size(), std::size_t(1));
    QCOMPARE(kept->front().reason, bad.reason);
}

void TestImportEvents::hugeMetadata()
{
    ImportBench bench;
    const QByteArray big(10 << 20, 'x');
    const auto report = bench.importText(kGood + ",\"metadata\":{\"big\":\"" + big + "\"}}\n" + kGood + "}");
    QVERIFY(report.ok());
    QCOMPARE(report->totals.imported, 2);
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(2));
    const std::string around = R"({"big":"","file":"log","line":1})";
    QCOMPARE(rows[0].metadata.size(), static_cast<std::size_t>(big.size()) + around.size());
    QCOMPARE(metadata(rows[1]).value(QLatin1String("line")).toInt(), 2);
}

void TestImportEvents::hugeLine()
{
    ImportBench bench;
    const auto report = bench.importText(kGood + ",\"userId\":\"1\"}\n" + kGood + ",\"userAgent\":\"" + QByteArray(17 << 20, 'x') + "\"}\n"
                                         + kGood + ",\"userId\":\"3\"}");
    QVERIFY(report.ok());
    QCOMPARE(report->totals.imported, 2);
    QCOMPARE(report->totals.lines, 3);
    QCOMPARE(report->totals.bytesRead, report->totals.bytesTotal);
    QCOMPARE(bench.quarantined().size(), std::size_t(1));
    QCOMPARE(bench.quarantined()[0].line, 2);
    QCOMPARE(bench.quarantined()[0].reason, std::string("is longer than 16 MiB"));
    QCOMPARE(bench.quarantined()[0].text.size(), std::size_t(4096));
    QCOMPARE(metadata(bench.rows()[1]).value(QLatin1String("line")).toInt(), 3);
}

void TestImportEvents::companyOption()
{
    ImportBench bench;
    bench.options().companyId = "acme";
    QVERIFY(bench.importText(kGood + "}\n" + kGood + ",\"companyId\":\"other\"}").ok());
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(*rows[0].context.companyId, std::string("acme"));
    QCOMPARE(*rows[1].context.companyId, std::string("other"));
}

void TestImportEvents::timesWithoutOffset()
{
    ImportBench bench;
    bench.options().timeZone = "Europe/Zurich";
    const QByteArray log = R"({"timestamp":"2026-07-01 12:00:00.5","eventType":"AUTHENTICATION","action":"a","outcome":"FAILURE"})" "\n"
                             R"({"timestamp":"2026-11-20T12:00:00-05:00","eventType":"AUTHENTICATION","action":"a","outcome":"FAILURE"})" "\n"
                             R"({"timestamp":1795176000123,"eventType":"AUTHENTICATION","action":"a","outcome":"FAILURE"})";
    QVERIFY(bench.importText(log).ok());
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(3));
    QCOMPARE(formatIso(rows[0].timestamp), std::string("2026-07-01T10:00:00.500Z"));
    QCOMPARE(formatIso(rows[1].timestamp), std::string("2026-11-20T12:00:00.123Z"));
    QCOMPARE(formatIso(rows[2].timestamp), std::string("2026-11-20T17:00:00.000Z"));
}

void TestImportEvents::keepsOrderOverManyBatches()
{
    // Reading is ahead of writing by a batch; nothing may show it.
    constexpr int lines = 130'000;
    ImportBench bench;
    bench.options().format = ImportFormat::Ndjson;
    std::int64_t told = 0;
    bench.observer().progress = [&told](const ImportProgress &progress) {
        QVERIFY(progress.lines >= told);
        QVERIFY(progress.imported + progress.quarantined <= progress.lines);
        told = progress.lines;
    };
    const auto report = bench.importText(manyEvents(lines));
    QVERIFY(report.ok());
    QCOMPARE(report->totals.lines, lines);
    QCOMPARE(report->totals.imported, lines - lines / 100);
    QCOMPARE(report->totals.quarantined, lines / 100);
    QCOMPARE(told, lines);
    QCOMPARE(bench.quarantined().size(), std::size_t(lines / 100));
    for (std::size_t i = 0; i < bench.quarantined().size(); ++i)
        QCOMPARE(bench.quarantined()[i].line, static_cast<std::int64_t>(100 * (i + 1)));
    const auto rows = bench.rows();
    std::size_t at = 0;
    for (int i = 1; i <= lines; ++i) {
        if (i % 100 != 0)
            QCOMPARE(rows.at(at++).context.userId.value(), "u" + std::to_string(i));
    }
}

void TestImportEvents::endsWhereTheStoreRefuses()
{
    ImportBench bench;
    bench.options().format = ImportFormat::Ndjson;
    RefusingLog log(bench.store());
    std::size_t quarantined = 0;
    ImportObserver observer;
    observer.quarantined = [&quarantined](const QuarantinedLine &) { ++quarantined; };
    const auto report = importFile(bench.write(manyEvents(160'000)), bench.options(), log, observer);
    QVERIFY(!report.ok());
    QCOMPARE(report.error().message, QStringLiteral("no room"));
    QCOMPARE(log.calls, 2);
    QVERIFY(!log.strange);
    // The first batch, whole, and nothing else.
    const auto rows = bench.rows();
    QCOMPARE(rows.size(), std::size_t(50'000));
    QCOMPARE(rows.back().context.userId.value(), std::string("u50505"));
    QCOMPARE(quarantined, std::size_t(505));
    QCOMPARE(*bench.store().quarantinedCount(), 505);
}

void TestImportEvents::cancelIsHeardWhileAPipeIsSilent()
{
    ImportBench bench;
    bench.options().format = ImportFormat::Ndjson;
    const QString path = bench.path(QStringLiteral("pipe"));
    QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0600), 0);
    QFile silent(path);
    QVERIFY(silent.open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered));
    silent.write(kGood + "}\n");
    std::atomic<bool> cancel{false};
    bench.observer().cancel = &cancel;
    // Told while the import waits for a second line, which does not come.
    bench.observer().progress = [&cancel](const ImportProgress &progress) { cancel = progress.lines == 1; };
    const auto report = bench.importPath(path);
    QVERIFY(report.ok());
    QVERIFY(report->cancelled);
    QCOMPARE(report->totals.imported, 0);
    QVERIFY(bench.rows().empty());
}

void TestImportEvents::refusesWhatIsNoRegularFile()
{
    ImportBench bench;
    bench.options().onlyRegularFiles = true;
    const QString path = bench.path(QStringLiteral("pipe"));
    QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0600), 0);
    // Nobody writes to the pipe: whoever opens it in the ordinary way waits.
    for (const QString &name : {path, QStringLiteral("-"), QStringLiteral("/dev/zero"), bench.path(QStringLiteral("."))}) {
        const auto report = bench.importPath(name);
        QVERIFY(!report.ok());
        QCOMPARE(report.error().message, QStringLiteral("Cannot import: “%1” is no regular file").arg(name));
    }
    QVERIFY(bench.importText(kGood + "}\n").ok());
}

QTEST_GUILESS_MAIN(TestImportEvents)
#include "tst_importevents.moc"
