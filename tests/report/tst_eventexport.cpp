// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/import.h"
#include "core/report/eventexport.h"
#include "core/storage/openstore.h"
#include "tests/report/rfc4180.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace bartizan;

/// Audit rows in files: what a spreadsheet reads, and what is imported again.
class TestEventExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void csvIsSafeAndWhole();
    void ndjsonIsImportedAgain();
    void writesTheColumnsAskedFor();
    void leavesNothingUnfinished();
    void asksBeforeItReplaces();

private:
    /// Rows with everything that an attacker may write.
    static std::vector<AuditEvent> rows()
    {
        AuditEvent hostile;
        hostile.timestamp = 1'795'176'000'123;
        hostile.eventType = SecurityEventType::ApiSecurity;
        hostile.outcome = AuditOutcome::Suspicious;
        hostile.severity = AuditSeverity::High;
        hostile.action = "=HYPERLINK(\"http://203.0.113.9\",\"x\")";
        hostile.context = {"u,1", "c\r\n2", "p\"3\"", "203.0.113.9", "agent\t<b>", "DE", "s", "r"};
        hostile.metadata = R"({"z":1,"a":[12345678901234567890]})";
        hostile.errorMessage = "+cmd|' /C calc'!A0";
        AuditEvent plain;
        plain.timestamp = 1'795'175'000'000;
        plain.action = "login";
        return {hostile, plain};
    }
    static QByteArray contents(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    qint64 write(const QString &file, ExportFormat format, bool overwrite = false,
                 const std::vector<EventColumn> &columns = {}, std::string_view lookedUp = {})
    {
        auto made = EventExport::begin(file, format, overwrite, columns);
        if (!made)
            return -1;
        const auto all = rows();
        // In pieces, as a long log comes.
        for (const AuditEvent &row : all) {
            if (!made->add(std::span(&row, 1), std::span(&lookedUp, 1)))
                return -1;
        }
        const auto written = made->finish();
        return written ? *written : -1;
    }

    QTemporaryDir m_folder;
};

void TestEventExport::csvIsSafeAndWhole()
{
    const QString file = path("events.csv");
    QCOMPARE(write(file, ExportFormat::Csv), 2);
    const QByteArray text = contents(file);
    const auto records = test::readRfc4180({text.constData(), static_cast<std::size_t>(text.size())});
    QVERIFY(records);
    QCOMPARE(records->size(), 3U);
    QCOMPARE(records->front().size(), 15U);
    const std::vector<std::string> &hostile = (*records)[1];
    QCOMPARE(hostile[0], std::string("2026-11-20T12:00:00.123Z"));
    QCOMPARE(hostile[2], "'" + rows().front().action);
    QCOMPARE(hostile[6], std::string("c\r\n2"));
    QCOMPARE(hostile[7], std::string("p\"3\""));
    QCOMPARE(hostile[13], rows().front().metadata);
    QCOMPARE(hostile[14], "'" + *rows().front().errorMessage);
    for (const std::string &cell : hostile)
        QVERIFY(cell.empty() || std::string_view("=+-@\t\r").find(cell.front()) == std::string_view::npos);
    QCOMPARE(QFile(file).permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
}

void TestEventExport::ndjsonIsImportedAgain()
{
    const QString file = path("events.ndjson");
    QCOMPARE(write(file, ExportFormat::Json), 2);
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    const auto store = openStore(path("log.db"), options);
    QVERIFY(store);
    const auto report = importFile(file, {}, **store, {});
    QVERIFY(report);
    QCOMPARE(report->totals.imported, 2);
    EventQuery query;
    const auto read = (*store)->events(query);
    QVERIFY(read);
    std::vector<AuditEvent> expected = rows();
    QCOMPARE(read->size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const AuditEvent &row = (*read)[i];
        QCOMPARE(row.timestamp, expected[i].timestamp);
        QVERIFY(row.eventType == expected[i].eventType && row.outcome == expected[i].outcome);
        QCOMPARE(row.action, expected[i].action);
        QVERIFY(row.context == expected[i].context);
        QVERIFY(row.errorMessage == expected[i].errorMessage);
    }
    QVERIFY(read->front().metadata.find("12345678901234567890") != std::string::npos);
}

/// These alone, in this order; a country that was looked up apart from one that was logged.
void TestEventExport::writesTheColumnsAskedFor()
{
    const std::vector columns{EventColumn::Country, EventColumn::CountryLookedUp, EventColumn::Action, EventColumn::Timestamp};
    QCOMPARE(write(path("columns.csv"), ExportFormat::Csv, false, columns, "FR"), 2);
    QCOMPARE(contents(path("columns.csv")),
             QByteArray("country,countryLookedUp,action,timestamp\r\n"
                        "DE,FR,\"'=HYPERLINK(\"\"http://203.0.113.9\"\",\"\"x\"\")\",2026-11-20T12:00:00.123Z\r\n"
                        ",FR,login,2026-11-20T11:43:20.000Z\r\n"));
    QCOMPARE(write(path("columns.ndjson"), ExportFormat::Json, false, columns), 2);
    QCOMPARE(contents(path("columns.ndjson")),
             QByteArray("{\"country\":\"DE\",\"action\":\"=HYPERLINK(\\\"http://203.0.113.9\\\",\\\"x\\\")\","
                        "\"timestamp\":\"2026-11-20T12:00:00.123Z\"}\n"
                        "{\"action\":\"login\",\"timestamp\":\"2026-11-20T11:43:20.000Z\"}\n"));
    // All that was logged, and nothing else.
    QCOMPARE(write(path("all.csv"), ExportFormat::Csv, false, {}, "FR"), 2);
    QVERIFY(!contents(path("all.csv")).contains("FR"));
}

void TestEventExport::leavesNothingUnfinished()
{
    {
        auto made = EventExport::begin(path("never.csv"), ExportFormat::Csv, false);
        QVERIFY(made);
        const auto all = rows();
        QVERIFY(made->add(all));
    }
    const QStringList left = QDir(m_folder.path()).entryList({QStringLiteral("*never*")}, QDir::Files | QDir::Hidden);
    QVERIFY2(left.isEmpty(), qPrintable(left.join(QLatin1Char(' '))));
}

void TestEventExport::asksBeforeItReplaces()
{
    const QString file = path("kept.csv");
    QFile kept(file);
    QVERIFY(kept.open(QIODevice::WriteOnly));
    kept.write("precious");
    kept.close();
    QCOMPARE(write(file, ExportFormat::Csv), -1);
    QCOMPARE(contents(file), QByteArray("precious"));
    QCOMPARE(write(file, ExportFormat::Csv, true), 2);
    QVERIFY(contents(file).startsWith("timestamp,"));
}

QTEST_GUILESS_MAIN(TestEventExport)
#include "tst_eventexport.moc"
