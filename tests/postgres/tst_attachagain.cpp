// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/attachtesting.h"
#include "tests/storage/storetesting.h"

#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace bartizan;
using namespace bartizan::test;

namespace {

const QString kTable = QStringLiteral("public.log");

QString tableCalled(const QString &name)
{
    return QStringLiteral("CREATE TABLE %1 (id bigserial PRIMARY KEY, event_type text NOT NULL, action text NOT NULL, outcome text NOT NULL, "
                          "user_id text, timestamp bigint NOT NULL)")
        .arg(name);
}

QString rowsOf(const QString &action, int count)
{
    return QStringLiteral("INSERT INTO log (event_type, action, outcome, timestamp) SELECT 'AUTHENTICATION', '%1', 'FAILURE', %3 + i "
                          "FROM generate_series(1, %2) AS i")
        .arg(action)
        .arg(count)
        .arg(kNoon);
}

} // namespace

/// One log is left for another, or for the same once more.
class TestAttachAgain : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void leavesRowsOfItsOwn();
    void goesBackFromRowsOfItsOwn();
    void knowsItsOwnRowsAgain();
    void saysWhatHelpsBehindRowsOfAnApplication();
    void letsColumnsBeChanged();
    void takesTheOwnersRightsBack();
    void findsRowsWithACursorOfTheirOwn();

private:
    std::unique_ptr<Store> engine() const { return engineOf(m_profile); }
    Result<void> attach(const QString &relation, const AttachOptions &options = {})
    {
        return attachTo(m_profile, relation, options);
    }
    /// As many rows of Bartizan's own as that, of a change of settings and of alerts.
    void writeRows(Store &store, int alerts)
    {
        VERIFY_OK(store.updateSettings(QJsonObject{{QStringLiteral("preset"), QStringLiteral("reference")}}, "UTC", "ann", kNoon, {}));
        for (int i = 1; i <= alerts; ++i)
            VERIFY_OK(store.commit(commitOf({alertNumber(i, kNoon)})));
    }
};

/// Its keys '1', '2', … are those of the application's first rows as well.
void TestAttachAgain::leavesRowsOfItsOwn()
{
    const auto running = engine();
    writeRows(*running, 2);
    QCOMPARE(running->fetchAfter(0, 100)->size(), 3U);
    sql(tableCalled(QStringLiteral("log")) + QLatin1Char(';') + rowsOf(QStringLiteral("login"), 5));
    VERIFY_OK(attach(kTable, {.addCursor = true, .appendOnly = true}));
    LogReader reader{*running, 3};
    QTRY_COMPARE_WITH_TIMEOUT(reader.readOn(), 5U, 10'000);
    QCOMPARE(std::count(reader.actions.begin(), reader.actions.end(), "login"), 5);
    // The alerts stay, and are triaged in the new log.
    AlertQuery query;
    QCOMPARE(*running->countAlerts(query), 2);
    VERIFY_OK(running->acknowledge(std::vector{alertNumber(1, 0).id}, "ann", kNoon + 9, {}));
    QCOMPARE(sql(QStringLiteral("SELECT action FROM log ORDER BY id DESC LIMIT 1")), QByteArray("alert_acknowledged"));
    while (*running->rollUp(nullptr)) { }
    QCOMPARE(running->metricsInputs({})->totalEvents, 6);
}

void TestAttachAgain::goesBackFromRowsOfItsOwn()
{
    sql(tableCalled(QStringLiteral("log")));
    VERIFY_OK(attach(kTable));
    writeRows(*engine(), 1);
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM log")), QByteArray("2"));
    VERIFY_OK(attach(kOwnAuditLog));
    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) VALUES ('AUTHENTICATION', 'login', 'FAILURE')"));
    const auto rows = engine()->fetchAfter(2, 100);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 1U);
    QCOMPARE(rows->front().action, std::string("login"));
}

/// They are no application's, whichever log was followed meanwhile, and bar no way.
void TestAttachAgain::knowsItsOwnRowsAgain()
{
    writeRows(*engine(), 2);
    QCOMPARE(engine()->fetchAfter(0, 100)->size(), 3U);
    sql(tableCalled(QStringLiteral("log")));
    VERIFY_OK(attach(kTable));
    VERIFY_OK(engine()->updateSettings(QJsonObject{{QStringLiteral("preset"), QStringLiteral("standard")}}, "UTC", "ann", kNoon, {}));
    VERIFY_OK(attach(kOwnAuditLog));
    const auto running = engine();
    LogReader own{*running};
    QTRY_COMPARE_WITH_TIMEOUT(own.readOn(), 3U, 10'000);
    QCOMPARE(std::count(own.origins.begin(), own.origins.end(), RowOrigin::Monitor), 3);
    QCOMPARE(running->fetchAfter(own.last, 100)->size(), 0U); // Nor is one of them taken in anew.
    VERIFY_OK(attach(kTable));
    LogReader table{*running};
    QTRY_COMPARE_WITH_TIMEOUT(table.readOn(), 1U, 10'000);
    QCOMPARE(table.origins, std::vector{RowOrigin::Monitor});
}

void TestAttachAgain::saysWhatHelpsBehindRowsOfAnApplication()
{
    sql(QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome) VALUES ('AUTHENTICATION', 'login', 'FAILURE'); ")
        + tableCalled(QStringLiteral("log")));
    QCOMPARE(engine()->fetchAfter(0, 100)->size(), 1U);
    const auto refused = attach(kTable);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(QLatin1String("DROP SCHEMA bartizan CASCADE")), qPrintable(refused.error().message));
    // It can be followed.
    sql(QStringLiteral("DROP SCHEMA bartizan CASCADE"));
    VERIFY_OK(openStore(m_profile, {}, {StoreOptions::Mode::Create, StoreOptions::Role::Client, false, {}}));
    VERIFY_OK(attach(kTable));
}

/// As the README says.
void TestAttachAgain::letsColumnsBeChanged()
{
    sql(tableCalled(QStringLiteral("log")) + QLatin1Char(';') + rowsOf(QStringLiteral("before"), 2));
    VERIFY_OK(attach(kTable, {.addCursor = true, .rollUp = true}));
    QCOMPARE(engine()->fetchAfter(0, 100)->size(), 2U);
    sql(QStringLiteral("BEGIN; DROP VIEW bartizan.log_all CASCADE; ALTER TABLE log ALTER COLUMN user_id TYPE varchar(64); COMMIT; ")
        + rowsOf(QStringLiteral("meanwhile"), 1));
    const auto failed = engine()->fetchAfter(2, 100);
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.contains(QLatin1String("bartizanctl attach")), qPrintable(failed.error().message));
    VERIFY_OK(attach(kTable, {.addCursor = true, .rollUp = true}));
    const auto rows = engine()->fetchAfter(2, 100);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 1U);
    QCOMPARE(rows->front().action, std::string("meanwhile"));
}

void TestAttachAgain::takesTheOwnersRightsBack()
{
    VERIFY_OK(makePostgresRoles(m_profile, {}));
    sql(QStringLiteral("CREATE SCHEMA app; ") + tableCalled(QStringLiteral("app.log")) + QLatin1Char(';') + tableCalled(QStringLiteral("log")));
    const QString rights = QStringLiteral("SELECT has_schema_privilege('bartizan_owner', 'app', 'USAGE'), "
                                          "has_table_privilege('bartizan_owner', 'app.log', 'SELECT, INSERT'), "
                                          "has_sequence_privilege('bartizan_owner', 'app.log_id_seq', 'USAGE'), "
                                          "has_table_privilege('bartizan_owner', 'public.log', 'SELECT, INSERT')");
    QCOMPARE(sql(rights), QByteArray("f|f|f|f"));
    // What somebody granted for another reason, as for a trigger of the log, stays.
    sql(QStringLiteral("CREATE SCHEMA ext; CREATE TABLE ext.stats (n integer); GRANT USAGE ON SCHEMA ext TO bartizan_owner; "
                       "GRANT INSERT ON ext.stats TO bartizan_owner"));
    VERIFY_OK(attach(QStringLiteral("app.log")));
    QCOMPARE(sql(rights), QByteArray("t|t|t|f"));
    VERIFY_OK(attach(kTable));
    QCOMPARE(sql(rights), QByteArray("f|f|f|t"));
    VERIFY_OK(attach(kOwnAuditLog));
    QCOMPARE(sql(rights), QByteArray("f|f|f|f"));
    QCOMPARE(sql(QStringLiteral("SELECT has_schema_privilege('bartizan_owner', 'ext', 'USAGE'), "
                                "has_table_privilege('bartizan_owner', 'ext.stats', 'INSERT')")),
             QByteArray("t|t"));
}

/// As the README says: behind a copy of all columns the table is attached once more.
void TestAttachAgain::findsRowsWithACursorOfTheirOwn()
{
    sql(tableCalled(QStringLiteral("log")) + QLatin1Char(';') + rowsOf(QStringLiteral("before"), 1));
    VERIFY_OK(attach(kTable, {.addCursor = true}));
    sql(rowsOf(QStringLiteral("as usual"), 1));
    const auto running = engine();
    QCOMPARE(running->fetchAfter(0, 100)->size(), 2U);
    QCOMPARE(running->fetchAfter(2, 100)->size(), 0U); // All that could be seen is done.
    VERIFY_OK(running->commit(commitOf({}, {2, kNoon, kNoon, 0})));
    sql(QStringLiteral("INSERT INTO log (event_type, action, outcome, timestamp, tx) SELECT event_type, 'copied', outcome, timestamp, tx FROM log"));
    QCOMPARE(running->fetchAfter(2, 100)->size(), 0U);
    VERIFY_OK(attach(kTable, {.addCursor = true}));
    const auto rows = engine()->fetchAfter(2, 100);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 2U);
    QCOMPARE(rows->front().action, std::string("copied"));
}

QTEST_GUILESS_MAIN(TestAttachAgain)
#include "tst_attachagain.moc"
