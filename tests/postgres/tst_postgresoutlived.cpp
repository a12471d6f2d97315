// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QSignalSpy>
#include <QTest>

#include <libpq-fe.h>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

constexpr int kPatienceMs = 60'000;
/// Addresses that attack while the engine cannot store what it finds.
constexpr int kAttackers = 250; // The rows about their alerts fill several pages.

const QString kAttack = QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                                       "SELECT 'AUTHENTICATION', 'login', 'FAILURE', '198.51.100.' || a "
                                       "FROM generate_series(%1, %2) AS a, generate_series(1, 5)");

/// An application that has connected before the trouble begins.
class Application {
public:
    explicit Application(const QString &url) : m_connection(PQconnectdb(url.toUtf8().constData())) {}
    ~Application() { PQfinish(m_connection); }
    Application(const Application &) = delete;
    Application &operator=(const Application &) = delete;

    QByteArray pid() const { return QByteArray::number(PQbackendPID(m_connection)); }
    /// Its first value; ends the process where it fails.
    QByteArray run(const QString &statements)
    {
        PGresult *result = PQexec(m_connection, statements.toUtf8().constData());
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            qFatal("%s: %s", qPrintable(statements), PQerrorMessage(m_connection));
        QByteArray value = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
        PQclear(result);
        return value;
    }

private:
    PGconn *m_connection;
};

} // namespace

/// A console and its engine through what befalls a server: each says what is amiss, loses nothing, and goes on by itself.
class TestPostgresOutlived : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void statementsThatTakeTooLong();
    void aFullDisk();

private:
    void prepare() override { m_store.reset(); }
    bool open(Session &session) const
    {
        session.open({.path = m_url});
        return QTest::qWaitFor([&] { return session.engineStatus().state == EngineState::Running; }, kPatienceMs);
    }
    QByteArrayList backends(const Application &but) const
    {
        return sql(QStringLiteral("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                                  "AND pid <> %1").arg(QString::fromLatin1(but.pid()))).split('\n');
    }
    /// Alerts about the attackers, those that there are several of, and whether each alert has its row.
    QByteArray found() const
    {
        return sql(QStringLiteral("SELECT count(*), count(*) - count(DISTINCT ip_address), "
                                  "(SELECT count(*) FROM bartizan.audit WHERE action = 'security_alert_created') "
                                  "= (SELECT count(*) FROM bartizan.alert) "
                                  "FROM bartizan.alert WHERE ip_address LIKE '198.51.100.%' AND type = 9"));
    }
    /// Waits until the engine fails with a text, and its console, and whoever reads the database, are told so.
    bool isTold(const Session &session, const QString &text) const
    {
        const auto told = [&] {
            return session.engineStatus().state == EngineState::Retrying && session.engineStatus().detail.contains(text)
                && session.engineStatus().lastError.contains(text);
        };
        return QTest::qWaitFor(told, kPatienceMs) && QTest::qWaitFor([&] {
            return sql(QStringLiteral("SELECT count(*) FROM bartizan.engine_health WHERE position('%1' IN last_error) > 0 "
                                      "AND failing_since <> 0").arg(QString(text).replace(QLatin1String("'"), QLatin1String("''")))) == "1";
        }, kPatienceMs);
    }
    /// Waits until it runs again and has found what it could not store.
    bool goesOn(const Session &session) const
    {
        const QByteArray all = QByteArray::number(kAttackers) + "|0|t";
        return QTest::qWaitFor([&] { return session.engineStatus().state == EngineState::Running && found() == all; }, kPatienceMs)
            && QTest::qWaitFor([&] {
                   return sql(QStringLiteral("SELECT count(*) FROM bartizan.engine_health WHERE failing_since = 0")) == "1";
               }, kPatienceMs);
    }
};

/// What raises an alert takes longer than the server allows, until somebody mends that.
void TestPostgresOutlived::statementsThatTakeTooLong()
{
    Application application(m_url);
    application.run(QStringLiteral("CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS "
                                   "$$ BEGIN PERFORM pg_sleep(5); RETURN NEW; END $$"));
    application.run(QStringLiteral("ALTER DATABASE %1 SET statement_timeout = '1s'").arg(m_database));
    Session session;
    QVERIFY(open(session));
    application.run(QStringLiteral("CREATE TRIGGER slow BEFORE INSERT ON bartizan.alert FOR EACH STATEMENT EXECUTE FUNCTION public.slow()"));
    application.run(kAttack.arg(1).arg(kAttackers));
    QVERIFY2(isTold(session, QStringLiteral("took too long")), qPrintable(session.engineStatus().detail));
    QCOMPARE(found(), QByteArray("0|0|t"));
    QVERIFY(session.database().readOnlyReason.isEmpty());
    application.run(QStringLiteral("DROP TRIGGER slow ON bartizan.alert"));
    QVERIFY2(goesOn(session), found().constData());
}

void TestPostgresOutlived::aFullDisk()
{
    Application application(m_url);
    Session session;
    QVERIFY(open(session));
    // The log is the largest file by far, so that it is the one that cannot grow; short rows fill what long ones leave of pages.
    const QString sizeOfLog = QStringLiteral("SELECT max(pg_relation_size(inhrelid)) FROM pg_inherits "
                                             "WHERE inhparent = 'bartizan.audit'::regclass");
    const QString fill = QStringLiteral("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"userAgent\") "
                                        "SELECT 'DATA_PRIVACY', 'r', 'SUCCESS', %1 FROM generate_series(1, %2)");
    application.run(fill.arg(QStringLiteral("repeat('x', 1000)")).arg(20'000));
    std::int64_t rows = 20'000;
    for (const qint64 before = application.run(sizeOfLog).toLongLong(); application.run(sizeOfLog).toLongLong() < before + (1 << 16);
         rows += 1'000)
        application.run(fill.arg(QStringLiteral("NULL")).arg(1'000));
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().processed >= rows, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::Running, kPatienceMs);
    application.run(QStringLiteral("BEGIN"));
    application.run(kAttack.arg(1).arg(kAttackers));
    const qint64 size = application.run(sizeOfLog).toLongLong();
    QVERIFY2(size > 17 << 20, qPrintable(QString::number(size))); // As large as the files of the server's journal.
    // Half a page more: what is written of a page that does not fit is how a server knows that a disk is full.
    m_cluster->limitFiles(size + 4096, backends(application));
    application.run(QStringLiteral("COMMIT"));
    QVERIFY2(isTold(session, QStringLiteral("the server's disk is full; nothing of this change was stored")),
             qPrintable(session.engineStatus().detail));
    QCOMPARE(found(), QByteArray("0|0|t"));
    m_cluster->limitFiles(std::nullopt);
    QVERIFY2(goesOn(session), found().constData());
}

QTEST_GUILESS_MAIN(TestPostgresOutlived)
#include "tst_postgresoutlived.moc"
