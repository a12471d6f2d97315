// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/commandwriter.h"
#include "tests/engine/sessiontesting.h"

using namespace bartizan;
using namespace bartizan::testing;

namespace {

/// A clock by which everything takes the same time: it goes on whenever it is looked at.
class StepClock final : public Clock {
public:
    explicit StepClock(std::int64_t stepMs) : m_step(stepMs) {}
    TimestampMs now() const override { return m_now += m_step; }

private:
    const std::int64_t m_step;
    mutable TimestampMs m_now = kBase;
};

/// Alerts in the database, by their ids.
std::vector<std::string> makeAlerts(const TestDatabase &database, int many)
{
    std::vector<std::string> ids;
    EngineCommit commit;
    for (int i = 0; i < many; ++i) {
        SecurityAlert alert;
        alert.id = "alert-" + std::to_string(i);
        alert.timestamp = kBase + i;
        ids.push_back(alert.id);
        commit.alerts.push_back(std::move(alert));
    }
    if (const auto done = database.open()->commit(commit); !done)
        qFatal("%s", qPrintable(done.error().message));
    return ids;
}

/// How many alerts are done after each part of a step on 4,000 of them, where a part takes so long.
QList<qint64> partsOf(std::int64_t tookMs)
{
    const TestDatabase database;
    auto order = std::make_shared<TriageOrder>();
    const std::vector<std::string> ids = makeAlerts(database, 4'000);
    order->wanted = std::make_shared<const IdList>(ids);
    order->step.id = newStepId();
    const StepClock clock(tookMs);
    CommandWriter writer([&database] { return Result(database.open()); }, "ann", clock);
    QList<qint64> parts;
    QObject::connect(&writer, &CommandWriter::triageAdvanced, &writer,
                     [&parts](quint64, qint64 done, qint64) { parts.append(done); });
    bool ended = false;
    QObject::connect(&writer, &CommandWriter::triaged, &writer,
                     [&ended](const std::shared_ptr<TriageOrder> &, const QString &failure) { ended = failure.isEmpty(); });
    writer.triage(order);
    for (int i = 0; i < 20; ++i)
        QCoreApplication::sendPostedEvents(&writer);
    return ended && order->done == ids ? parts : QList<qint64>();
}

} // namespace

/// What an analyst orders, in parts that nobody waits long for.
class TestCommandWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesSmallerPartsOfASlowDatabase_data();
    void takesSmallerPartsOfASlowDatabase();
    void tellsWhatWasDoneBeforeTheDatabaseWentAway();
};

void TestCommandWriter::takesSmallerPartsOfASlowDatabase_data()
{
    QTest::addColumn<qint64>("tookMs");
    QTest::addColumn<QList<qint64>>("parts");
    QTest::newRow("fast") << qint64{0} << QList<qint64>{2000, 4000};
    QTest::newRow("fast enough") << qint64{200} << QList<qint64>{2000, 4000};
    QTest::newRow("slow") << qint64{320} << QList<qint64>{2000, 3250, 4000};
    QTest::newRow("stuck") << qint64{60'000} << QList<qint64>{2000, 2250, 2500, 2750, 3000, 3250, 3500, 3750, 4000};
    QTest::newRow("set back") << qint64{-60'000} << QList<qint64>{2000, 4000};
}

void TestCommandWriter::takesSmallerPartsOfASlowDatabase()
{
    QFETCH(qint64, tookMs);
    QFETCH(QList<qint64>, parts);
    QCOMPARE(partsOf(tookMs), parts);
}

/// Two steps are on their way when the database goes: of each it is told which alerts it has taken, and these can be taken
/// back. Of a step that had taken none it is told that it failed.
void TestCommandWriter::tellsWhatWasDoneBeforeTheDatabaseWentAway()
{
    const TestDatabase database;
    const std::vector<std::string> ids = makeAlerts(database, 6'000);
    const StepClock clock(0);
    const QString away = QStringLiteral("injected: cannot connect");
    bool isAway = false;
    CommandWriter writer(
        [&]() -> Result<std::unique_ptr<Store>> {
            if (isAway)
                return Error{away};
            return database.open();
        },
        "ann", clock);
    std::vector<std::pair<std::shared_ptr<TriageOrder>, QString>> ended;
    QObject::connect(&writer, &CommandWriter::triaged, &writer,
                     [&ended](const std::shared_ptr<TriageOrder> &order, const QString &failure) {
                         ended.emplace_back(order, failure);
                     });
    QList<quint64> failed;
    QObject::connect(&writer, &CommandWriter::failed, &writer, [&failed](quint64 token, const Error &) { failed.append(token); });
    const auto order = [&writer](quint64 token, std::vector<std::string> about, const std::string &undoes = {}) {
        auto given = std::make_shared<TriageOrder>();
        given->token = token;
        if (undoes.empty())
            given->wanted = std::make_shared<const IdList>(about);
        given->step.id = newStepId();
        given->undoes = undoes;
        writer.triage(given);
        return given;
    };
    const auto first = order(1, {ids.begin(), ids.begin() + 3'000});
    const auto second = order(2, {ids.begin() + 3'000, ids.end()});
    QVERIFY(ended.empty());
    writer.reopen();
    isAway = true;
    order(3, ids);
    for (int i = 0; i < 4; ++i)
        QCoreApplication::sendPostedEvents(&writer);
    QCOMPARE(failed, QList<quint64>{3});
    QCOMPARE(ended.size(), std::size_t(2));
    QVERIFY(ended[0].first == first && ended[1].first == second);
    for (const auto &[one, failure] : ended) {
        QCOMPARE(failure, away);
        QCOMPARE(one->done.size(), kTriageChunk);
    }
    isAway = false;
    for (const auto &given : {first, second}) {
        const auto back = order(4, {}, given->step.id);
        QVERIFY(back->done == given->done);
    }
}

QTEST_GUILESS_MAIN(TestCommandWriter)
#include "tst_commandwriter.moc"
