// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/changefollower.h"
#include "core/storage/postgresstore.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QSignalSpy>
#include <QTest>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

constexpr int kPatienceMs = 20'000;

} // namespace

/// The server's notifications by themselves: whoever listens asks for news once an hour here, and hears of them all the same.
class TestPostgresNotices : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void tellOfEveryCommit();
    void tellAgainAfterARestart();

private:
    /// A follower that hardly asks.
    std::unique_ptr<ChangeFollower> follower() const
    {
        const auto settings = m_store->loadSettings();
        const auto changes = m_store->changesSince(-1);
        if (!settings || !changes)
            qFatal("the new database cannot be read");
        return std::make_unique<ChangeFollower>(
            [url = m_url]() -> Result<std::unique_ptr<Store>> {
                auto opened = openStore(url);
                if (opened)
                    dynamic_cast<PostgresStore &>(**opened).setPace({.askEvery = std::chrono::hours(1)});
                return opened;
            },
            changes->position, changes->newest, *settings);
    }
};

void TestPostgresNotices::tellOfEveryCommit()
{
    const auto console = follower();
    QSignalSpy alerts(console.get(), &ChangeFollower::alertsChanged);
    QSignalSpy settings(console.get(), &ChangeFollower::settingsChanged);
    QSignalSpy advanced(console.get(), &ChangeFollower::logAdvanced);
    console->start();
    QTRY_COMPARE_WITH_TIMEOUT(advanced.size(), 1, kPatienceMs); // It has opened, and asked.
    const auto heard = [](QSignalSpy &spy) {
        return QTest::qWaitFor([&] { return !spy.isEmpty(); }, kPatienceMs);
    };
    // What the engine commits.
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon)})));
    QVERIFY(heard(alerts));
    // What people do: one alert after the other, and with a mute.
    const std::vector<std::string> ids{alertNumber(1, kNoon).id};
    TriageStep own;
    own.kind = TriageKind::Own;
    own.id = "6b1c1a52-0000-4000-8000-000000000001";
    alerts.clear();
    VERIFY_OK(m_store->triage(ids, own, "anna", kNoon));
    QVERIFY(heard(alerts));
    alerts.clear();
    VERIFY_OK(m_store->undo(ids, {"6b1c1a52-0000-4000-8000-000000000002", own.id}, "anna", kNoon));
    QVERIFY(heard(alerts));
    alerts.clear();
    VERIFY_OK(m_store->acknowledge(ids, "anna", kNoon, {}));
    QVERIFY(heard(alerts));
    VERIFY_OK(m_store->updateSettings({{QStringLiteral("preset"), QStringLiteral("reference")}}, "UTC", "anna", kNoon, {}));
    QVERIFY(heard(settings));
    // An import.
    advanced.clear();
    VERIFY_OK(appendRows(*m_store, {failedLogin(kNoon)}));
    QVERIFY(heard(advanced));
}

void TestPostgresNotices::tellAgainAfterARestart()
{
    const auto console = follower();
    QSignalSpy alerts(console.get(), &ChangeFollower::alertsChanged);
    QSignalSpy trouble(console.get(), &ChangeFollower::trouble);
    console->start();
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon)})));
    QTRY_COMPARE_WITH_TIMEOUT(alerts.size(), 1, kPatienceMs);
    m_store.reset();
    m_cluster->stop();
    QTRY_VERIFY_WITH_TIMEOUT(!trouble.isEmpty(), kPatienceMs);
    m_cluster->start();
    QTRY_VERIFY_WITH_TIMEOUT(trouble.last().first().toString().isEmpty(), kPatienceMs); // It has opened anew, and asked.
    m_store = connect(QStringLiteral("postgres"));
    VERIFY_OK(m_store->commit(commitOf({alertNumber(2, kNoon + 1)})));
    QTRY_COMPARE_WITH_TIMEOUT(alerts.size(), 2, kPatienceMs);
}

QTEST_GUILESS_MAIN(TestPostgresNotices)
#include "tst_postgresnotices.moc"
