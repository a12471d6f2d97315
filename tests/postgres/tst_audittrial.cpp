// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditattach.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

/// %1: the type of its key.
const QString kLog = QStringLiteral("CREATE TABLE audit_log (id %1 PRIMARY KEY, timestamp timestamptz NOT NULL, event_type text NOT NULL, "
                                    "action text NOT NULL, outcome text NOT NULL)");

} // namespace

/// Whether a table that is there already takes what Bartizan writes, told before it is followed.
class TestAuditTrial : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void triesItsOwnRows_data();
    void triesItsOwnRows();
    void putsActorsWhereTheyFit_data();
    void putsActorsWhereTheyFit();
    void namesTheTableThatRefuses();
    void leavesNoTrace_data();
    void leavesNoTrace();
    void drawsKeysWithRoles();

private:
    void prepare() override { m_store.reset(); }
    std::unique_ptr<Store> engine()
    {
        StoreOptions options;
        options.role = StoreOptions::Role::Engine;
        return std::move(*openStore(m_profile, {}, options));
    }
    Result<void> attach(const QString &relation)
    {
        const auto table = describeAuditTable(m_profile, {}, relation, {});
        return table ? attachAuditTable(m_profile, {}, *table) : Result<void>(table.error());
    }
};

void TestAuditTrial::triesItsOwnRows_data()
{
    QTest::addColumn<QString>("columns"); // In place of those that take everything.
    QTest::addColumn<QStringList>("told");
    QTest::addColumn<QString>("mend");
    const QString refusal = QStringLiteral("does not take a row that Bartizan writes, SYSTEM_CONFIG “%1”");
    const QString created = refusal.arg(QStringLiteral("security_alert_created"));
    const auto alter = [](const char *change) { return QStringLiteral("ALTER TABLE public.audit_log ALTER COLUMN %1").arg(QLatin1String(change)); };
    const auto row = [](const char *name, const char *columns, const QStringList &told, const QString &mend) {
        QTest::newRow(name) << QString::fromLatin1(columns) << (mend.startsWith(QLatin1String("ALTER TYPE")) ? told : told + QStringList{mend}) << mend;
    };
    row("a word that an enum lacks", "event_type public.et NOT NULL",
        {QStringLiteral("“event_type” does not take 'SYSTEM_CONFIG'"), QStringLiteral("ALTER TYPE public.et ADD VALUE 'SYSTEM_CONFIG'")},
        QStringLiteral("ALTER TYPE public.et ADD VALUE 'SYSTEM_CONFIG'"));
    row("severities that an enum lacks", "severity public.sev", {QStringLiteral("“severity” does not take 'LOW', 'CRITICAL'")},
        QStringLiteral("ALTER TYPE public.sev ADD VALUE 'LOW'; ALTER TYPE public.sev ADD VALUE 'CRITICAL'"));
    row("a short action", "action varchar(16) NOT NULL",
        {created, QStringLiteral("character varying(16)"), QStringLiteral("“action” is too narrow for “security_alert_created”")},
        alter("\"action\" TYPE text"));
    row("an action that is long enough for alerts alone", "action varchar(22) NOT NULL", // Not for what was refused.
        {refusal.arg(QStringLiteral("alert_acknowledge_refused"))}, alter("\"action\" TYPE text"));
    row("short metadata", "metadata varchar(40)", {refusal.arg(QStringLiteral("alert_acknowledged")), QStringLiteral("“metadata” is too narrow")},
        alter("\"metadata\" TYPE text"));
    row("a user that must be there", "user_id text NOT NULL", {created, QStringLiteral("null value in column \"user_id\"")},
        alter("\"user_id\" DROP NOT NULL"));
    row("a company that must be there", "company_id uuid NOT NULL DEFAULT gen_random_uuid()",
        {created, QStringLiteral("null value in column \"company_id\"")}, alter("\"company_id\" DROP NOT NULL"));
    QTest::newRow("a constraint") << QStringLiteral("event_type text CHECK (event_type IN ('AUTHENTICATION'))")
                                  << QStringList{created, QStringLiteral("audit_log_event_type_check"), QStringLiteral("has to allow")}
                                  << QStringLiteral("ALTER TABLE audit_log DROP CONSTRAINT audit_log_event_type_check");
    QTest::newRow("a constraint that is checked late")
        << QStringLiteral("user_id text REFERENCES users DEFERRABLE INITIALLY DEFERRED")
        << QStringList{created, QStringLiteral("audit_log_user_id_fkey")}
        << QStringLiteral("ALTER TABLE audit_log ALTER CONSTRAINT audit_log_user_id_fkey NOT DEFERRABLE");
    QTest::newRow("a type that takes no text") << QStringLiteral("metadata bytea[]")
                                               << QStringList{refusal.arg(QStringLiteral("alert_acknowledged"))}
                                               << QStringLiteral("ALTER TABLE audit_log DROP COLUMN metadata");
}

/// A table that can be read may still refuse what Bartizan writes: no alert could ever be raised.
void TestAuditTrial::triesItsOwnRows()
{
    QFETCH(const QString, columns);
    QFETCH(const QStringList, told);
    QFETCH(const QString, mend);
    QStringList all{columns};
    for (const char *other : {"event_type text NOT NULL", "action text NOT NULL", "severity text", "metadata jsonb", "user_id text"}) {
        if (QString::fromLatin1(other).section(QLatin1Char(' '), 0, 0) != columns.section(QLatin1Char(' '), 0, 0))
            all << QString::fromLatin1(other);
    }
    sql(QStringLiteral("CREATE TYPE et AS ENUM ('AUTHENTICATION'); CREATE TYPE sev AS ENUM ('INFO', 'MEDIUM', 'HIGH');"
                       "CREATE TABLE users (id text PRIMARY KEY);"
                       "CREATE TABLE audit_log (id bigserial PRIMARY KEY, timestamp timestamptz NOT NULL, outcome text NOT NULL, %1)")
            .arg(all.join(QStringLiteral(", "))));
    const QString listed = findAuditTables(m_profile, {})->front().problem;
    const auto attached = attach(QStringLiteral("audit_log"));
    QVERIFY2(!attached, "it was attached");
    for (const QString &part : told) {
        QVERIFY2(listed.contains(part), qPrintable(listed));
        QVERIFY2(attached.error().message.contains(part), qPrintable(attached.error().message));
    }
    QVERIFY2(attached.error().message.contains(QLatin1String("public.audit_log cannot serve")), qPrintable(attached.error().message));
    QCOMPARE(sql(QStringLiteral("SELECT own FROM bartizan.source")), QByteArray("t"));
    sql(mend);
    QCOMPARE(findAuditTables(m_profile, {})->front().problem, QString());
    VERIFY_OK(attach(QStringLiteral("audit_log")));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM audit_log")), QByteArray("0"));
    const auto store = engine();
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon + 5)})));
    VERIFY_OK(store->acknowledge(std::vector{alertNumber(1, 0).id}, "root", kNoon + 6, {}));
    QCOMPARE(sql(QStringLiteral("SELECT string_agg(action, ' ' ORDER BY id) FROM audit_log")), QByteArray("security_alert_created alert_acknowledged"));
}

void TestAuditTrial::putsActorsWhereTheyFit_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("user"); // One that the column takes.
    QTest::addColumn<bool>("json");
    QTest::newRow("UUIDs") << QStringLiteral("uuid") << QStringLiteral("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11") << true;
    QTest::newRow("numbers") << QStringLiteral("bigint") << QStringLiteral("4711") << true;
    QTest::newRow("short names, metadata as text") << QStringLiteral("varchar(4)") << QStringLiteral("anna") << false;
}

/// Whoever triages need not be a user of the application's.
void TestAuditTrial::putsActorsWhereTheyFit()
{
    QFETCH(const QString, type);
    QFETCH(const QString, user);
    QFETCH(const bool, json);
    sql(QStringLiteral("CREATE TABLE audit_log (id bigserial PRIMARY KEY, timestamp timestamptz NOT NULL, event_type text NOT NULL, "
                       "action text NOT NULL, outcome text NOT NULL, user_id %1, metadata %2)")
            .arg(type, json ? QStringLiteral("jsonb") : QStringLiteral("text")));
    VERIFY_OK(attach(QStringLiteral("audit_log")));
    QCOMPARE(findAuditTables(m_profile, {})->front().takesLogins, !json);
    const auto store = engine();
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon + 5), alertNumber(2, kNoon + 5)})));
    VERIFY_OK(store->acknowledge(std::vector{alertNumber(1, 0).id}, "root@host", kNoon + 6, {}));
    VERIFY_OK(store->acknowledge(std::vector{alertNumber(2, 0).id}, user.toStdString(), kNoon + 7, {}));
    QCOMPARE(sql(QStringLiteral("SELECT coalesce(user_id::text, 'none'), coalesce(metadata::jsonb->>'userId', 'none'), "
                                "metadata::jsonb->>'alertId' FROM audit_log WHERE action = 'alert_acknowledged' ORDER BY id")),
             "none|root@host|" + QByteArray::fromStdString(alertNumber(1, 0).id) + '\n' + user.toUtf8() + "|none|"
                 + QByteArray::fromStdString(alertNumber(2, 0).id));
    // A row that is imported has its user where rules look for it, or is refused.
    AuditEvent event = failedLogin(kNoon);
    event.context.userId = "root@host";
    const auto imported = store->append(std::vector<NewAuditRow>{{event, 7}}, {});
    QVERIFY(!imported);
    QVERIFY2(imported.error().message.contains(QLatin1String("public.audit_log does not take the row \"")), qPrintable(imported.error().message));
}

/// What refuses rows later on is told by name.
void TestAuditTrial::namesTheTableThatRefuses()
{
    sql(kLog.arg(QStringLiteral("bigserial")));
    VERIFY_OK(attach(QStringLiteral("audit_log")));
    sql(QStringLiteral("ALTER TABLE audit_log ADD CONSTRAINT brief CHECK (length(action) < 10)"));
    const auto refused = engine()->commit(commitOf({alertNumber(1, kNoon + 5)}));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(QLatin1String("public.audit_log does not take the row \"security_alert_created\""))
                 && refused.error().message.contains(QLatin1String("\"brief\"")),
             qPrintable(refused.error().message));
}

void TestAuditTrial::leavesNoTrace_data()
{
    QTest::addColumn<QString>("key");
    for (const char *key : {"bigserial", "smallserial", "int GENERATED BY DEFAULT AS IDENTITY", "uuid", "text"})
        QTest::newRow(key) << QString::fromLatin1(key);
}

/// Neither rows nor numbers of a sequence.
void TestAuditTrial::leavesNoTrace()
{
    QFETCH(const QString, key);
    sql(kLog.arg(key));
    const bool numbers = key != QLatin1String("uuid") && key != QLatin1String("text");
    QCOMPARE(findAuditTables(m_profile, {})->front().problem, QString());
    VERIFY_OK(attach(QStringLiteral("audit_log")));
    if (numbers)
        QCOMPARE(sql(QStringLiteral("SELECT nextval(pg_get_serial_sequence('audit_log', 'id'))")), QByteArray("1"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM audit_log")), QByteArray("0"));
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM bartizan.intake")), QByteArray("0"));
}

/// Keys come from a sequence of the application's.
void TestAuditTrial::drawsKeysWithRoles()
{
    sql(kLog.arg(QStringLiteral("bigserial")));
    VERIFY_OK(makePostgresRoles(m_profile, {}));
    VERIFY_OK(attach(QStringLiteral("audit_log")));
    if (sql(QStringLiteral("SELECT count(*) FROM pg_roles WHERE rolname = 'engine3'")) == "0")
        sql(QStringLiteral("CREATE ROLE engine3 LOGIN IN ROLE bartizan_engine"));
    StoreOptions options;
    options.role = StoreOptions::Role::Engine;
    const auto store = openStore(m_cluster->url(m_database, QStringLiteral("engine3")), options);
    VERIFY_OK(store);
    VERIFY_OK((*store)->commit(commitOf({alertNumber(1, kNoon)})));
    QCOMPARE(sql(QStringLiteral("SELECT id, action FROM audit_log")), QByteArray("1|security_alert_created"));
}

QTEST_GUILESS_MAIN(TestAuditTrial)
#include "tst_audittrial.moc"
