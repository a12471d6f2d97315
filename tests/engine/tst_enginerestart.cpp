// SPDX-License-Identifier: GPL-3.0-or-later
// Whoever stops the engine, however often and wherever, changes neither an alert nor what it counts.
#include "core/engine/engineprocessor.h"

#include "core/domain/jsontext.h"
#include "core/storage/sqliteconnection.h"
#include "tests/engine/enginetesting.h"
#include "tests/engine/faultystore.h"

#include <functional>
#include <set>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr std::size_t kLimit = 400;

/// Rows that come in one after the other, and when.
using Chunks = std::vector<std::vector<AuditEvent>>;

/// Two hours and a half of all kinds of events, dense enough that every group meets thresholds, with pauses. With
/// `late`, some rows come minutes after newer ones, and some hours.
Chunks stream(unsigned seed, bool late)
{
    std::mt19937 random(seed);
    const auto upTo = [&random](int n) { return std::uniform_int_distribution<int>(0, n)(random); };
    Chunks chunks;
    TimestampMs at = kBase + 13 * kSecond;
    for (int chunk = 0; chunk < 14; ++chunk) {
        std::vector<AuditEvent> rows;
        for (int i = 0; i < 250; ++i) {
            at += upTo(40) == 0 ? 1000 * upTo(90) : upTo(2000);
            TimestampMs when = at;
            if (late && upTo(25) == 0)
                when -= upTo(8) * kMinute;
            rows.push_back(rowOfAnyKind(random, when));
        }
        for (AuditEvent &row : attacks(at + kSecond))
            rows.push_back(std::move(row));
        at = rows.back().timestamp;
        if (late && chunk % 5 == 3) {
            for (int i = 0; i < 60; ++i)
                rows.push_back(rowOfAnyKind(random, at - 40 * kMinute + i * 700));
        }
        if (late && chunk == 8) {
            for (int i = 0; i < 200; ++i)
                rows.push_back(rowOfAnyKind(random, at - 20 * kDay + i * 1500));
        }
        chunks.push_back(std::move(rows));
    }
    return chunks;
}

std::string withoutExamples(const std::string &metadata)
{
    QJsonObject object = jsonObjectOf(metadata);
    object.remove(QLatin1String("exampleEvents"));
    return jsonTextOf(object);
}

/// What happens to the engine between two steps.
using Interlude = std::function<void(std::unique_ptr<EngineProcessor> &processor, const QString &path)>;

struct Run {
    std::vector<SecurityAlert> alerts;
    int resumed = 0; ///< Times that a checkpoint was gone on from.
    int begun = 0;
};

} // namespace

class TestEngineRestart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void restartsChangeNothing_data();
    void restartsChangeNothing();
    void killsChangeNothing_data() { restartsChangeNothing_data(); }
    void killsChangeNothing();
    void checkpointsChangeNothing_data() { restartsChangeNothing_data(); }
    void checkpointsChangeNothing();
    void unfitCheckpointsAreLeftAside_data();
    void unfitCheckpointsAreLeftAside();
    void settingsOutdateACheckpoint();
    void importedHistoryHasNoVolume();

private:
    std::unique_ptr<EngineProcessor> begin(Store &store, Run &run) const;
    Run run(const Chunks &chunks, const QString &preset, const Interlude &interlude,
            const std::shared_ptr<Faults> &faults = std::make_shared<Faults>()) const;
    void compare(const Run &found, const Run &expected) const;

    /// Between the rows, so that some of them are live and most are not.
    const ManualClock m_clock{kBase + 70 * kMinute};
};

std::unique_ptr<EngineProcessor> TestEngineRestart::begin(Store &store, Run &run) const
{
    auto processor = std::make_unique<EngineProcessor>(store, m_clock);
    if (const auto begun = processor->begin(); !begun)
        qFatal("%s", qPrintable(begun.error().message));
    ++run.begun;
    run.resumed += processor->resumed() ? 1 : 0;
    return processor;
}

Run TestEngineRestart::run(const Chunks &chunks, const QString &preset, const Interlude &interlude,
                           const std::shared_ptr<Faults> &faults) const
{
    Run run;
    const TestDatabase database;
    FaultyStore store(database.open(StoreOptions::Role::Engine), faults);
    QJsonObject settings = toJson(touchyConfig());
    settings.insert(QStringLiteral("preset"), preset);
    const auto set = store.updateSettings(settings, {}, "tester", kBase, {});
    if (!set)
        qFatal("%s", qPrintable(set.error().message));
    auto processor = begin(store, run);
    for (const std::vector<AuditEvent> &rows : chunks) {
        append(store, rows);
        for (bool more = true; more;) {
            const auto step = processor->step(kLimit);
            // What fails is as good as killed: the next one knows only what was committed.
            if (!step)
                processor = begin(store, run);
            more = !step || step->more;
            if (interlude)
                interlude(processor, database.path());
            if (!processor)
                processor = begin(store, run);
        }
        // The clock runs a little beyond the rows, as that of a live stream does.
        while (!processor->runClock(processor->cursor().watermark + 45 * kSecond))
            processor = begin(store, run);
    }
    run.alerts = sortedAlerts(store);
    for (SecurityAlert &alert : run.alerts) {
        // Which rows a hijacked session names as examples hangs on how its uses were joined before; what it counts does
        // not.
        if (alert.rule == ruleInfo(RuleId::SessionHijacking).key)
            alert.metadata = withoutExamples(alert.metadata);
    }
    return run;
}

void TestEngineRestart::compare(const Run &found, const Run &expected) const
{
    QCOMPARE(found.alerts.size(), expected.alerts.size());
    for (std::size_t i = 0; i < found.alerts.size(); ++i) {
        const SecurityAlert &a = found.alerts[i];
        const SecurityAlert &b = expected.alerts[i];
        const auto shown = [](const SecurityAlert &alert) {
            return QStringLiteral("%1 %2 %3 %4: %5 repeats, the last at %6, %7")
                .arg(QString::number(alert.timestamp), QString::fromStdString(alert.rule),
                     QString::fromStdString(alert.group), QString::fromStdString(alert.description),
                     QString::number(alert.repeats), QString::number(alert.lastRepeatAt.value_or(0)),
                     QString::fromStdString(alert.metadata));
        };
        QVERIFY2(a == b, qPrintable(shown(a) + QStringLiteral("\nexpected ") + shown(b)));
    }
}

void TestEngineRestart::restartsChangeNothing_data()
{
    QTest::addColumn<QString>("preset");
    QTest::addColumn<bool>("late");
    QTest::newRow("standard") << QStringLiteral("standard") << false;
    QTest::newRow("standard, late rows") << QStringLiteral("standard") << true;
    QTest::newRow("reference") << QStringLiteral("reference") << false;
    QTest::newRow("reference, late rows") << QStringLiteral("reference") << true;
}

void TestEngineRestart::restartsChangeNothing()
{
    QFETCH(const QString, preset);
    QFETCH(const bool, late);
    const Chunks chunks = stream(11, late);
    const Run expected = run(chunks, preset, {});
    std::set<std::string> rules;
    std::int64_t repeats = 0;
    for (const SecurityAlert &alert : expected.alerts) {
        rules.insert(alert.rule);
        repeats += alert.repeats;
    }
    const bool standard = preset == QLatin1String("standard");
    for (const RuleInfo &rule : ruleCatalog()) {
        // Under the reference an unusual hour never alerts.
        if (standard || (rule.reference && rule.id != RuleId::TemporalAnomaly))
            QVERIFY2(rules.contains(std::string(rule.key)), std::string(rule.key).c_str());
    }
    QVERIFY(standard == (repeats > 0));

    std::mt19937 random(5);
    const Run cut = run(chunks, preset, [&random](auto &processor, const QString &) {
        if (random() % 2 == 0)
            processor.reset();
    });
    QVERIFY(cut.begun > 5);
    compare(cut, expected);
}

void TestEngineRestart::killsChangeNothing()
{
    QFETCH(const QString, preset);
    QFETCH(const bool, late);
    const Chunks chunks = stream(12, late);
    const Run expected = run(chunks, preset, {});
    const auto faults = std::make_shared<Faults>();
    std::mt19937 random(6);
    const Run cut = run(chunks, preset, [&](auto &, const QString &) {
        // Before a commit, or after it.
        if (random() % 3 == 0)
            (random() % 2 == 0 ? faults->commits : faults->lostAnswers) = 1;
    }, faults);
    QVERIFY(cut.begun > 5);
    compare(cut, expected);
}

void TestEngineRestart::checkpointsChangeNothing()
{
    QFETCH(const QString, preset);
    QFETCH(const bool, late);
    const Chunks chunks = stream(13, late);
    const Run expected = run(chunks, preset, {});
    std::mt19937 random(7);
    const Run cut = run(chunks, preset, [&random](auto &processor, const QString &) {
        if (random() % 2 == 0 && !processor->checkpoint())
            qFatal("checkpoint");
        if (random() % 2 == 0)
            processor.reset();
    });
    QVERIFY(cut.begun > 5);
    QVERIFY2(cut.resumed > 2, qPrintable(QString::number(cut.resumed)));
    compare(cut, expected);
}

void TestEngineRestart::unfitCheckpointsAreLeftAside_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::newRow("whole") << QByteArray();
    QTest::newRow("cut off") << QByteArray("state = substr(state, 1, length(state) / 2)");
    QTest::newRow("empty") << QByteArray("state = x''");
    QTest::newRow("bytes changed") << QByteArray("state = CAST(substr(state, 1, length(state) - 40) || "
                                                 "zeroblob(40) AS BLOB)");
    QTest::newRow("another version") << QByteArray("format = format + 1");
    QTest::newRow("other settings") << QByteArray("settings_version = settings_version + 1");
    QTest::newRow("from the future") << QByteArray("last_row_id = last_row_id + 1000000");
    QTest::newRow("of a later time") << QByteArray("watermark = watermark + 1000000000");
}

void TestEngineRestart::unfitCheckpointsAreLeftAside()
{
    QFETCH(const QByteArray, damage);
    const Chunks chunks = stream(14, false);
    const Run expected = run(chunks, QStringLiteral("standard"), {});
    const Run cut = run(chunks, QStringLiteral("standard"), [&damage](auto &processor, const QString &path) {
        if (!processor->checkpoint())
            qFatal("checkpoint");
        processor.reset();
        if (damage.isEmpty())
            return;
        SqliteConnection connection;
        if (!connection.open(path, SqliteConnection::Access::ReadWrite)
            || !connection.execute(QByteArray("UPDATE engine_checkpoint SET " + damage).constData()))
            qFatal("damage");
    });
    QVERIFY(cut.begun > 14);
    QCOMPARE(cut.resumed > 0, damage.isEmpty());
    compare(cut, expected);
}

void TestEngineRestart::settingsOutdateACheckpoint()
{
    const TestDatabase database;
    const auto store = database.open(StoreOptions::Role::Engine);
    Run run;
    append(*store, stream(15, false).front());
    auto processor = begin(*store, run);
    QVERIFY(processor->step(1000));
    QVERIFY(processor->checkpoint());
    processor = begin(*store, run);
    QVERIFY(processor->resumed());
    QVERIFY(store->updateSettings(jsonObjectOf(R"({"thresholds":{"failedLoginsPerMinute":3}})"), {}, "tester", kBase));
    processor = begin(*store, run);
    QVERIFY(!processor->resumed());
    // A new one is of the new settings.
    append(*store, stream(15, false).back());
    QVERIFY(processor->step(1000));
    QVERIFY(processor->checkpoint());
    QVERIFY(begin(*store, run)->resumed());
}

void TestEngineRestart::importedHistoryHasNoVolume()
{
    const auto alertsAt = [](TimestampMs wallClock, bool imported) {
        const TestDatabase database;
        const ManualClock clock(wallClock);
        const auto store = database.open();
        std::vector<NewAuditRow> rows;
        for (unsigned i = 0; i < 400; ++i)
            rows.push_back({auditEvent(kBase + i * 100, SecurityEventType::CompanyManagement, AuditOutcome::Success, {}, {}),
                            imported ? i + 1 : 0});
        if (!store->append(rows, {}))
            qFatal("append");
        EngineProcessor processor(*store, clock);
        if (!processor.begin() || !processor.step(1000))
            qFatal("step");
        // Nor after a restart, when the clock goes on.
        EngineProcessor next(*store, clock);
        if (!next.begin() || !next.runClock(kBase + 2 * kMinute))
            qFatal("runClock");
        return sortedAlerts(*store);
    };
    QVERIFY(alertsAt(kBase + kDay, false).empty());
    QVERIFY(alertsAt(kBase + kMinute, true).empty()); // A log that was written until just now.
    const auto live = alertsAt(kBase + kMinute, false);
    QCOMPARE(live.size(), std::size_t(1));
    QCOMPARE(live[0].rule, std::string("event-volume"));
}

QTEST_GUILESS_MAIN(TestEngineRestart)
#include "tst_enginerestart.moc"
