// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/import.h"
#include "core/storage/auditattach.h"
#include "core/storage/openstore.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresTest;

/// One row whose company or key no index takes stops neither the engine nor an import.
class TestLongKeys : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void takesTheRowsAroundIt_data();
    void takesTheRowsAroundIt();
    void importsTheLinesAroundIt();
};

void TestLongKeys::takesTheRowsAroundIt_data()
{
    QTest::addColumn<bool>("cursor");
    QTest::newRow("with the cursor") << true;
    QTest::newRow("without the cursor") << false;
}

void TestLongKeys::takesTheRowsAroundIt()
{
    QFETCH(const bool, cursor);
    // Of nothing does a view say that its keys are there, short, and each of its own.
    sql(QStringLiteral(
        "CREATE TABLE raw (id text, timestamp bigint, event_type text, action text, outcome text, company_id text%1); "
        "CREATE VIEW seen AS SELECT * FROM raw; CREATE TABLE long AS SELECT string_agg(md5(i::text), '') AS text FROM "
        "generate_series(1, 300) AS i; "
        "INSERT INTO raw SELECT r.* FROM long, LATERAL (VALUES "
        "('a', %2, 'AUTHENTICATION', 'first', 'FAILURE', repeat('c', 1000)), "
        "('b', %2 + 1, 'AUTHENTICATION', 'long company', 'FAILURE', long.text), "
        "(long.text, %2 + 2, 'AUTHENTICATION', 'long key', 'FAILURE', 'acme'), "
        "(NULL, %2 + 3, 'AUTHENTICATION', 'no key', 'FAILURE', 'acme'), (NULL, %2 + 3, 'AUTHENTICATION', 'no key', 'FAILURE', 'acme'), "
        "('twice', %2 + 4, 'AUTHENTICATION', 'second', 'FAILURE', 'acme'), ('twice', %2 + 5, 'AUTHENTICATION', 'third', 'FAILURE', 'acme'), "
        "('z', %2 + 6, 'AUTHENTICATION', 'last', 'FAILURE', NULL)) AS r")
            .arg(cursor ? QStringLiteral(", tx xid8 DEFAULT pg_current_xact_id()") : QString())
            .arg(kNoon));
    const auto table = describeAuditTable(m_profile, {}, QStringLiteral("public.seen"), {});
    VERIFY_OK(table);
    VERIFY_OK(attachAuditTable(m_profile, {}, *table, {}));
    const auto engine = std::move(*openStore(m_url, {.role = StoreOptions::Role::Engine}));
    const auto rows = engine->fetchAfter(0, 100);
    VERIFY_OK(rows);
    QVERIFY(rows->size() >= 3U);
    QCOMPARE(rows->front().action, std::string("first"));
    QCOMPARE(rows->back().action, std::string("last"));
    const auto rest = engine->fetchAfter(rows->back().id, 100);
    VERIFY_OK(rest);
    QVERIFY(rest->empty());
    QCOMPARE(engine->backlog(rows->back().id)->count, 0);
    const auto aside = engine->quarantined(0, 100);
    VERIFY_OK(aside);
    QStringList reasons;
    for (const QuarantinedLine &line : *aside)
        reasons << QString::fromStdString(line.reason);
    QCOMPARE(reasons, (QStringList{QStringLiteral("company_id: is longer than 1000 bytes"), QStringLiteral("id: is longer than 1000 bytes"),
                                   QStringLiteral("id: is missing")}));
    // Neither do they stand in the log, as which they are not known.
    QCOMPARE(*engine->countEvents({}), 4);
    QCOMPARE(engine->companies()->size(), 2U);
}

void TestLongKeys::importsTheLinesAroundIt()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("log.ndjson")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QByteArray random;
    for (int i = 0; i < 300; ++i)
        random += sql(QStringLiteral("SELECT md5('%1')").arg(i));
    for (const QByteArray &company : {QByteArray("acme"), random, QByteArray("beta")}) {
        file.write(R"({"timestamp":"2026-11-20T10:00:00Z","eventType":"AUTHENTICATION","action":"login","outcome":"FAILURE","companyId":")"
                   + company + "\"}\n");
    }
    file.close();
    const auto report = importFile(file.fileName(), {}, *m_store, {});
    VERIFY_OK(report);
    QCOMPARE(report->totals.imported, 2);
    QCOMPARE(report->totals.quarantined, 1);
    QCOMPARE(m_store->quarantined(0, 10)->front().line, 2);
    QCOMPARE(m_store->companies()->size(), 2U);
}

QTEST_GUILESS_MAIN(TestLongKeys)
#include "tst_longkeys.moc"
