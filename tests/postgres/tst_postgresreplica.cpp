// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QProcess>
#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

constexpr int kPatienceMs = 60'000;

} // namespace

/// A streaming replica: it shows what the primary holds, nothing can be written on it, and no engine works there, until
/// it is promoted.
class TestPostgresReplica : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { SKIP_WITHOUT_POSTGRES(); }
    void init();
    void cleanup();

    void readsAndRefuses();
    void learnsOfNews();
    void runsNoEngine();
    void tellsWhoRunsTheEngine();
    void isFoundAmongSeveralHosts();
    void isWorkedOnOncePromoted();

private:
    QString primaryUrl() const { return m_primary->url(m_database); }
    QString replicaUrl() const { return m_replica->url(m_database); }
    /// Both hosts, the primary first, and which of them is wanted.
    QString urlOfBoth(const QString &wanted) const
    {
        return QStringLiteral("postgresql://postgres@/%1?host=%2,%3&port=%4,%5&target_session_attrs=%6")
            .arg(m_database, m_primary->socketFolder(), m_replica->socketFolder())
            .arg(m_primary->port())
            .arg(m_replica->port())
            .arg(wanted);
    }
    /// Waits until the replica has all that the primary has.
    bool catchUp() const
    {
        const QByteArray position = m_primary->position();
        return QTest::qWaitFor([&] { return m_replica->hasReached(position); }, kPatienceMs);
    }

    std::unique_ptr<PostgresCluster> m_primary;
    std::unique_ptr<PostgresCluster> m_replica;
    QString m_database;
    std::unique_ptr<Store> m_store; ///< Of the primary, with an alert in it.
};

void TestPostgresReplica::init()
{
    m_primary = std::make_unique<PostgresCluster>();
    m_database = m_primary->makeDatabase();
    m_store = std::move(*openStore(primaryUrl(), {.mode = StoreOptions::Mode::Create}));
    VERIFY_OK(appendRows(*m_store, {failedLogin(kNoon), failedLogin(kNoon + 1)}));
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon)})));
    PostgresCluster::Options options;
    options.replicaOf = m_primary.get();
    m_replica = std::make_unique<PostgresCluster>(options);
    QVERIFY(catchUp());
}

void TestPostgresReplica::cleanup()
{
    m_store.reset();
    m_replica.reset();
    m_primary.reset();
}

void TestPostgresReplica::readsAndRefuses()
{
    const auto opened = openStore(replicaUrl());
    VERIFY_OK(opened);
    Store &replica = **opened;
    QVERIFY2(replica.readOnlyReason().contains(QLatin1String("replica")), qPrintable(replica.readOnlyReason()));
    QCOMPARE(replica.refusals().triage, replica.readOnlyReason());
    QCOMPARE(replica.refusals().settings, replica.readOnlyReason());
    QCOMPARE(replica.refusals().append, replica.readOnlyReason());
    QCOMPARE(*replica.countEvents({}), std::int64_t{3});
    QCOMPARE(*replica.metricsInputs({}), *m_store->metricsInputs({}));
    const auto alerts = replica.alerts({});
    VERIFY_OK(alerts);
    QCOMPARE(alerts->size(), std::size_t{1});
    const std::string id = alerts->front().id;
    QCOMPARE(*replica.lookAt(id, "anna", "window"), std::vector<std::string>());

    const std::vector<std::string> ids{id};
    const auto acknowledged = replica.acknowledge(ids, "anna", kNoon, {});
    QVERIFY(!acknowledged);
    QVERIFY2(acknowledged.error().message.contains(QLatin1String("replica")), qPrintable(acknowledged.error().message));
    const auto appended = appendRows(replica, {failedLogin(kNoon)});
    QVERIFY(!appended);
    QVERIFY2(appended.error().message.contains(QLatin1String("replica")), qPrintable(appended.error().message));
    QVERIFY(!replica.updateSettings({}, "UTC", "anna", kNoon, {}));
    QVERIFY(catchUp());
    QCOMPARE(replica.alert(id)->value().acknowledged, false);
}

void TestPostgresReplica::learnsOfNews()
{
    const auto replica = std::move(*openStore(replicaUrl()));
    // Each call tells of what came since the one before.
    QVERIFY(QTest::qWaitFor([&] { return !*replica->changed(); }, kPatienceMs));
    VERIFY_OK(m_store->commit(commitOf({alertNumber(2, kNoon + 5)})));
    QVERIFY(QTest::qWaitFor([&] { return *replica->changed(); }, kPatienceMs));
    QCOMPARE(replica->alerts({})->size(), std::size_t{2});
}

void TestPostgresReplica::runsNoEngine()
{
    QProcess engine;
    engine.start(QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl"), {QStringLiteral("--db"), replicaUrl(), QStringLiteral("run")});
    QByteArray said;
    const auto says = [&](const QByteArray &text) { return (said += engine.readAllStandardError()).contains(text); };
    QTRY_VERIFY_WITH_TIMEOUT(says("is a replica, which can only be read"), kPatienceMs);
    QVERIFY2(!says("trying again") && engine.state() == QProcess::Running, said.constData());
    // It waits for its turn, which comes with the promotion.
    m_store.reset();
    m_primary->crash();
    m_replica->promote();
    QTRY_VERIFY_WITH_TIMEOUT(says("Engine: running\n"), kPatienceMs);
    engine.terminate();
    QVERIFY(engine.waitForFinished(kPatienceMs));
    QCOMPARE(engine.exitCode(), 0);
}

/// The connection of the primary's engine is not to be seen on a replica; its heartbeat is.
void TestPostgresReplica::tellsWhoRunsTheEngine()
{
    const QString ctl = QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl");
    const QStringList check{QStringLiteral("--db"), replicaUrl(), QStringLiteral("status"), QStringLiteral("--check"),
                            QStringLiteral("--patience"), QStringLiteral("1")};
    const auto checked = [&](QByteArray &said) {
        QProcess status;
        status.setProcessChannelMode(QProcess::MergedChannels);
        status.start(ctl, check);
        const bool ended = status.waitForFinished(kPatienceMs);
        said = status.readAll();
        return ended ? status.exitCode() : -1;
    };
    QByteArray said;
    QCOMPARE(checked(said), 1);
    QVERIFY2(said.contains("no engine runs"), said.constData());
    QProcess engine;
    engine.start(ctl, {QStringLiteral("--db"), primaryUrl(), QStringLiteral("run")});
    const QString who = QStringLiteral("bartizanctl (process %1").arg(engine.processId());
    QTRY_VERIFY_WITH_TIMEOUT(EngineLock::holderOf(replicaUrl())->value_or(QString()).startsWith(who), kPatienceMs);
    QCOMPARE(EngineLock::holderOf(replicaUrl())->value(), EngineLock::holderOf(primaryUrl())->value());
    QTRY_VERIFY2_WITH_TIMEOUT(checked(said) == 0, said.constData(), kPatienceMs);
    QVERIFY2(said.contains(QByteArray("run by " + who.toUtf8())), said.constData());
    // One that waits there says the same.
    QProcess next;
    next.start(ctl, {QStringLiteral("--db"), replicaUrl(), QStringLiteral("run")});
    const QByteArray waits = "running elsewhere, waiting for its turn (" + who.toUtf8();
    QByteArray told;
    QTRY_VERIFY_WITH_TIMEOUT((told += next.readAllStandardError()).contains(waits), kPatienceMs);
    // Killed, it falls silent: no connection tells of that.
    engine.kill();
    QVERIFY(engine.waitForFinished(kPatienceMs));
    QTRY_VERIFY_WITH_TIMEOUT(!EngineLock::holderOf(replicaUrl())->has_value(), kPatienceMs);
    QCOMPARE(checked(said), 1);
    QVERIFY2(said.contains("no engine runs"), said.constData());
    next.terminate();
    QVERIFY(next.waitForFinished(kPatienceMs));
}

void TestPostgresReplica::isFoundAmongSeveralHosts()
{
    for (const char *wanted : {"prefer-standby", "standby", "read-only"}) {
        const auto store = openStore(urlOfBoth(QLatin1String(wanted)));
        VERIFY_OK(store);
        QVERIFY2((*store)->readOnlyReason().contains(QLatin1String("replica")), wanted);
    }
    for (const char *wanted : {"read-write", "primary", "any"}) {
        const auto store = openStore(urlOfBoth(QLatin1String(wanted)));
        VERIFY_OK(store);
        QVERIFY2((*store)->readOnlyReason().isEmpty(), wanted);
    }
    // As it is kept by the console, and with the primary away.
    const QString kept = ConnectionProfile::fromUrl(urlOfBoth(QStringLiteral("prefer-standby")))->toUrl();
    QVERIFY((*openStore(kept))->readOnlyReason().contains(QLatin1String("replica")));
    m_store.reset();
    m_primary->stop();
    VERIFY_OK(openStore(kept));
    QVERIFY(!openStore(urlOfBoth(QStringLiteral("read-write"))));
}

void TestPostgresReplica::isWorkedOnOncePromoted()
{
    m_store.reset();
    m_primary->crash();
    m_replica->promote();
    const QString url = urlOfBoth(QStringLiteral("read-write"));
    const auto store = openStore(url);
    VERIFY_OK(store);
    QVERIFY2((*store)->readOnlyReason().isEmpty(), qPrintable((*store)->readOnlyReason()));
    QCOMPARE((*store)->alerts({})->size(), std::size_t{1});
    const std::vector<std::string> ids{(*store)->alerts({})->front().id};
    QCOMPARE((*store)->acknowledge(ids, "anna", kNoon, {})->acknowledged.size(), std::size_t{1});
    const auto lock = EngineLock::take(url, QStringLiteral("test"), kNoon);
    VERIFY_OK(lock);
    QVERIFY(lock->held());
}

QTEST_GUILESS_MAIN(TestPostgresReplica)
#include "tst_postgresreplica.moc"
