// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/postgresconnection.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QTest>

#include <future>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

constexpr int kPatienceMs = 60'000;
constexpr const char *kTakeLock = "SELECT pg_advisory_lock(1112689230, 1)";

} // namespace

/// Who is elected when the lock and the heartbeat do not say the same, and when several stand at once.
class TestPostgresElection : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void oneOfTwoTakesOver_data();
    void oneOfTwoTakesOver();
    void followsWhoLeadsWithoutTheLock();
    void leadsWhileSomethingElseHasTheLock();

private:
    Result<EngineLock> stand(const char *program) const { return EngineLock::take(m_url, QLatin1String(program), kNoon); }
    QByteArray epoch() const { return sql(QStringLiteral("SELECT epoch FROM bartizan.engine_epoch")); }
    QByteArray locks() const { return sql(QStringLiteral("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")); }
    /// An engine that is not heard of any more and keeps its lock; only by that name it can be ended.
    void fallSilent(PostgresConnection &connection, const QString &name) const
    {
        VERIFY_OK(connection.open(m_profile, {}, name));
        VERIFY_OK(connection.execute(kTakeLock));
        sql(QStringLiteral("INSERT INTO bartizan.engine_heartbeat VALUES (1, 0, 0, 'old', 1, 'there', 1, 'a1b2c3d4', "
                           "clock_timestamp() - interval '1 minute')"));
    }
};

/// Each finds the same old heartbeat, and one of them waits for the other's lock, or both in vain.
void TestPostgresElection::oneOfTwoTakesOver_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("from one that can be ended") << QStringLiteral("old engine a1b2c3d4");
    QTest::newRow("from one that cannot") << QStringLiteral("psql");
}

void TestPostgresElection::oneOfTwoTakesOver()
{
    QFETCH(const QString, name);
    PostgresConnection silent;
    fallSilent(silent, name);
    auto other = std::async(std::launch::async, [this] { return stand("second"); });
    const auto first = stand("first");
    const auto second = other.get();
    VERIFY_OK(first);
    VERIFY_OK(second);
    QCOMPARE(int(first->held()) + int(second->held()), 1);
    QCOMPARE(epoch(), QByteArray("1"));
    const EngineLock &leader = first->held() ? *first : *second;
    const EngineLock &loser = first->held() ? *second : *first;
    QCOMPARE(leader.epoch(), 1);
    QVERIFY2(leader.holder().startsWith(first->held() ? QLatin1String("first") : QLatin1String("second")),
             qPrintable(leader.holder()));
    QCOMPARE(loser.holder(), leader.holder());
    QVERIFY(!stand("third")->held());
    QCOMPARE(epoch(), QByteArray("1"));
}

void TestPostgresElection::followsWhoLeadsWithoutTheLock()
{
    std::optional<Result<EngineLock>> first;
    {
        PostgresConnection silent;
        fallSilent(silent, QStringLiteral("psql"));
        first = stand("first");
        VERIFY_OK(*first);
        QVERIFY((*first)->held());
        QCOMPARE(locks(), QByteArray("1"));
    }
    QTRY_COMPARE_WITH_TIMEOUT(locks(), QByteArray("0"), kPatienceMs);
    const auto second = stand("second");
    VERIFY_OK(second);
    QVERIFY(!second->held());
    QCOMPARE(second->holder(), (*first)->holder());
    QCOMPARE(epoch(), QByteArray("1"));
    QTRY_COMPARE_WITH_TIMEOUT(locks(), QByteArray("0"), kPatienceMs); // It keeps the lock from nobody.
    // When that one ends, the lead is free.
    (*first)->release();
    const auto third = stand("third");
    VERIFY_OK(third);
    QVERIFY(third->held());
    QCOMPARE(epoch(), QByteArray("2"));
}

/// A program that takes locks of its own by the same number, or somebody who wants no engine to run.
void TestPostgresElection::leadsWhileSomethingElseHasTheLock()
{
    PostgresConnection other;
    VERIFY_OK(other.open(m_profile, {}, QStringLiteral("psql")));
    VERIFY_OK(other.execute(kTakeLock));
    std::optional<Result<EngineLock>> lock;
    const auto held = [&] {
        if (lock && lock->ok() && (*lock)->held())
            return true;
        lock = stand("first");
        return lock->ok() && (*lock)->held();
    };
    QVERIFY(!held()); // It may have been elected just now.
    VERIFY_OK(*lock);
    QTRY_VERIFY_WITH_TIMEOUT(held(), kPatienceMs);
    QCOMPARE(epoch(), QByteArray("1"));
    QVERIFY(!stand("second")->held());
    QVERIFY(EngineLock::holderOf(m_url)->value_or(QString()).startsWith(QLatin1String("first")));
    VERIFY_OK(other.execute("SELECT 1")); // Nobody has ended it.
    // An engine that ends makes room for the next, which waits as long again.
    (*lock)->release();
    QVERIFY(!held());
    QCOMPARE(epoch(), QByteArray("1"));
}

QTEST_GUILESS_MAIN(TestPostgresElection)
#include "tst_postgreselection.moc"
