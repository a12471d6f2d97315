// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"

#include "core/engine/commandwriter.h"
#include "core/storage/enginelock.h"
#include "tests/engine/sessiontesting.h"

#include <QFile>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QUuid>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

std::vector<AuditEvent> bruteForce(TimestampMs at, const std::string &address)
{
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 5; ++i)
        rows.push_back(failedLogin(at + i * kSecond, address));
    return rows;
}

} // namespace

class TestSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void opensAndTellsWhatItOpened();
    void missingFileIsNotMade();
    void foreignFileIsRefused();
    void raisesLiveAndAcknowledges();
    void acknowledgedElsewhere();
    void readsNoFurtherThanCanBeFollowed();
    void settingsChangeIsTold();
    void unusableSettingsAreRefused();
    void secondSessionTakesOver();
    void queriesAnswer();
    void newerQueryReplacesOlder();
    void goneContextIsNotAnswered();
    void commandsWithoutDatabaseFail();
    void closesWhileBusy();
    void opensAnotherDatabase();
    void tellsNothingOfTheEngineOfAnotherDatabase();
    void vanishedDatabaseIsToldAndRecovered();
};

void TestSession::opensAndTellsWhatItOpened()
{
    const TestDatabase database;
    Session session;
    QVERIFY(!session.isOpen());
    QVERIFY(!session.queries());
    open(session, database.path());
    QVERIFY(session.isOpen());
    QVERIFY(session.queries());
    QCOMPARE(session.database().path, database.path());
    QCOMPARE(session.database().name, QStringLiteral("audit.db"));
    QVERIFY(!session.database().embedded);
    QVERIFY(!session.database().demo);
    QCOMPARE(session.engineStatus().rulesOn, 20);
    QSignalSpy closed(&session, &Session::closed);
    session.close();
    QCOMPARE(closed.count(), 1);
    QVERIFY(!session.isOpen());
    QCOMPARE(int(session.engineStatus().state), int(EngineState::Idle));
}

void TestSession::missingFileIsNotMade()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("none.db"));
    Session session;
    QSignalSpy failed(&session, &Session::openFailed);
    Session::OpenOptions options;
    options.path = path;
    session.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
    QCOMPARE(failed.at(0).at(0).toString(), path);
    QVERIFY(failed.at(0).at(1).value<Error>().message.contains(path));
    QVERIFY(!QFile::exists(path));
    QVERIFY(!session.isOpen());

    options.create = true;
    QSignalSpy opened(&session, &Session::opened);
    session.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QVERIFY(QFile::exists(path));
}

void TestSession::foreignFileIsRefused()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("notes.txt")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QByteArray text("no database, and it must stay what it is\n");
    file.write(text);
    file.close();
    Session session;
    QSignalSpy failed(&session, &Session::openFailed);
    Session::OpenOptions options;
    options.path = file.fileName();
    options.create = true;
    session.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), text);
}

void TestSession::raisesLiveAndAcknowledges()
{
    const TestDatabase database;
    Session session;
    open(session, database.path());
    QSignalSpy changes(&session, &Session::alertsChanged);
    QSignalSpy advanced(&session, &Session::auditLogAdvanced);
    const auto other = database.open();
    append(*other, bruteForce(kBase, "203.0.113.9"));
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 1, kPatience);
    const AlertChanges raised = *changes.at(0).at(0).value<ToldChanges>();
    QCOMPARE(raised.changed.size(), std::size_t(1));
    QVERIFY(!raised.changed[0].acknowledged);
    QTRY_VERIFY_WITH_TIMEOUT(!advanced.isEmpty(), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(session.engineStatus().activeAlerts, 1, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().lastEventAt == kBase + 4 * kSecond, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(session.engineStatus().processed, 5, kPatience);

    QSignalSpy acknowledged(&session, &Session::acknowledged);
    const quint64 token = session.acknowledge({raised.changed[0].id, "no-such-alert"}, QStringLiteral("scanner"));
    QTRY_COMPARE_WITH_TIMEOUT(acknowledged.count(), 1, kPatience);
    QCOMPARE(acknowledged.at(0).at(0).toULongLong(), token);
    const auto report = acknowledged.at(0).at(1).value<AcknowledgeReport>();
    QCOMPARE(report.acknowledged.size(), std::size_t(1));
    QCOMPARE(report.unknown.size(), std::size_t(1));
    // What the view learns comes from the database.
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 2, kPatience);
    const AlertChanges updated = *changes.at(1).at(0).value<ToldChanges>();
    QCOMPARE(updated.changed.size(), std::size_t(1));
    QVERIFY(updated.changed[0].acknowledged);
    QCOMPARE(updated.changed[0].acknowledgedBy.value(), currentUserName());
    QTRY_COMPARE_WITH_TIMEOUT(session.engineStatus().activeAlerts, 0, kPatience);

    // A second time the first stands.
    session.acknowledge({raised.changed[0].id});
    QTRY_COMPARE_WITH_TIMEOUT(acknowledged.count(), 2, kPatience);
    const auto second = acknowledged.at(1).at(1).value<AcknowledgeReport>();
    QVERIFY(second.acknowledged.empty());
    QCOMPARE(second.already.size(), std::size_t(1));
    QCOMPARE(second.already[0].by, currentUserName());
}

void TestSession::acknowledgedElsewhere()
{
    const TestDatabase database;
    const auto other = database.open();
    append(*other, bruteForce(kBase, "203.0.113.9"));
    Session session;
    QSignalSpy changes(&session, &Session::alertsChanged);
    open(session, database.path());
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 1, kPatience);
    const std::vector<std::string> ids{changes.at(0).at(0).value<ToldChanges>()->changed.at(0).id};
    QVERIFY(other->acknowledge(ids, "l.meyer", kBase + kMinute, {}));
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 2, kPatience);
    QCOMPARE(changes.at(1).at(0).value<ToldChanges>()->changed.at(0).acknowledgedBy.value(), std::string("l.meyer"));
}

/// A window that takes its time with 20,000 alerts need not hold all of them.
void TestSession::readsNoFurtherThanCanBeFollowed()
{
    constexpr std::size_t kAlerts = 20'000;
    const TestDatabase database;
    Session session;
    open(session, database.path(), false);
    std::vector<ToldChanges> held;
    bool holds = true;
    std::size_t told = 0;
    connect(&session, &Session::alertsChanged, this, [&](const ToldChanges &changes) {
        told += changes->changed.size();
        if (holds)
            held.push_back(changes);
    });
    QSignalSpy settings(&session, &Session::settingsChanged);
    EngineCommit commit;
    for (std::size_t i = 0; i < kAlerts; ++i) {
        SecurityAlert alert;
        alert.id = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
        alert.timestamp = kBase;
        alert.metadata = "{}";
        commit.alerts.push_back(std::move(alert));
    }
    const auto other = database.open();
    QVERIFY(other->commit(commit));
    QTRY_VERIFY_WITH_TIMEOUT(told >= 6000, kPatience);
    // It goes on looking all the same: so it has seen that there is more, and leaves it where it is.
    for (int i = 1; i <= 5; ++i) {
        QVERIFY(other->updateSettings({{QStringLiteral("thresholds"), QJsonObject{{QStringLiteral("failedLoginsPerMinute"), i + 10}}}},
                                      {}, "tester", kBase));
        QTRY_COMPARE_WITH_TIMEOUT(settings.count(), i, kPatience);
    }
    QVERIFY2(told < 8000, qPrintable(QString::number(told)));
    holds = false;
    held.clear();
    QTRY_COMPARE_WITH_TIMEOUT(told, kAlerts, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(session.engineStatus().activeAlerts, static_cast<std::int64_t>(kAlerts), kPatience);
}

void TestSession::settingsChangeIsTold()
{
    const TestDatabase database;
    Session session;
    open(session, database.path());
    QSignalSpy told(&session, &Session::settingsChanged);
    session.updateSettings({{QStringLiteral("alerting"), QJsonObject{{QStringLiteral("suppressDuplicateMinutes"), 3}}}},
                           QStringLiteral("Europe/Berlin"));
    QTRY_COMPARE_WITH_TIMEOUT(told.count(), 1, kPatience);
    QCOMPARE(session.settings().config.alerting.suppressDuplicateMinutes, 3);
    QCOMPARE(session.settings().timeZone, std::string("Europe/Berlin"));

    // Another process lowers a threshold: the session tells, and the running engine goes by it.
    const auto other = database.open();
    QVERIFY(other->updateSettings({{QStringLiteral("thresholds"),
                                    QJsonObject{{QStringLiteral("failedLoginsPerMinute"), 2}}}},
                                  {}, "tester", kBase));
    QTRY_COMPARE_WITH_TIMEOUT(told.count(), 2, kPatience);
    QCOMPARE(session.settings().config.thresholds.failedLoginsPerMinute, 2);
    QSignalSpy changes(&session, &Session::alertsChanged);
    append(*other, {failedLogin(kBase, "203.0.113.9"), failedLogin(kBase + 1, "203.0.113.9")});
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 1, kPatience);
}

void TestSession::unusableSettingsAreRefused()
{
    const TestDatabase database;
    Session session;
    open(session, database.path());
    QSignalSpy failed(&session, &Session::commandFailed);
    const quint64 token = session.updateSettings(
        {{QStringLiteral("thresholds"), QJsonObject{{QStringLiteral("failedLoginsPerMinute"), 0}}}});
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
    QCOMPARE(failed.at(0).at(0).toULongLong(), token);
    QVERIFY(failed.at(0).at(1).value<Error>().message.contains(QStringLiteral("failedLoginsPerMinute")));
    QCOMPARE(session.settings().config.thresholds.failedLoginsPerMinute, 5);
}

void TestSession::secondSessionTakesOver()
{
    const TestDatabase database;
    auto first = std::make_unique<Session>();
    open(*first, database.path());
    QCOMPARE(int(first->engineStatus().state), int(EngineState::Running));
    Session second;
    open(second, database.path());
    QCOMPARE(int(second.engineStatus().state), int(EngineState::RunningElsewhere));
    QVERIFY2(second.engineStatus().detail.contains(QString::number(QCoreApplication::applicationPid())),
             qPrintable(second.engineStatus().detail));
    // It works without an engine of its own, and knows how the other one is.
    QSignalSpy changes(&second, &Session::alertsChanged);
    const auto other = database.open();
    append(*other, bruteForce(kBase, "203.0.113.9"));
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 1, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(second.engineStatus().processed > 0 && second.engineStatus().processed == first->engineStatus().processed,
                             kPatience);
    QVERIFY(second.engineStatus().keysHeld > 0);
    QCOMPARE(second.engineStatus().keysHeld, first->engineStatus().keysHeld);
    QCOMPARE(second.engineStatus().stateBytes, first->engineStatus().stateBytes);
    EngineHealth health;
    health.at = kBase;
    health.backlog = 70;
    health.keysEvicted = 3;
    health.lastError = "the disk is full";
    health.lastErrorAt = kBase;
    // As the other one would, which goes on writing its own meanwhile.
    QTRY_VERIFY_WITH_TIMEOUT(other->saveHealth(health).ok() && second.engineStatus().backlog.count == 70, kPatience);
    QCOMPARE(second.engineStatus().keysEvicted, 3);
    QCOMPARE(second.engineStatus().lastError, QStringLiteral("the disk is full"));
    QCOMPARE(second.engineStatus().lastErrorAt.value(), kBase);
    QVERIFY(!second.engineStatus().backlog.isBound);
    health.backlog = kUncounted;
    const Backlog atLeastOne{1, true};
    QTRY_VERIFY_WITH_TIMEOUT(other->saveHealth(health).ok() && second.engineStatus().backlog == atLeastOne, kPatience);
    first.reset();
    QTRY_COMPARE_WITH_TIMEOUT(int(second.engineStatus().state), int(EngineState::Running), kPatience);
    append(*other, bruteForce(kBase + kMinute, "203.0.113.10"));
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 2, kPatience);
    QCOMPARE(sortedAlerts(*other).size(), std::size_t(2));
}

void TestSession::queriesAnswer()
{
    const TestDatabase database;
    append(*database.open(), traffic(2000, 11));
    Session session;
    open(session, database.path());
    const auto other = database.open();
    const auto all = sortedAlerts(*other);
    QVERIFY(all.size() > 5);
    QObject context;
    QueryService *queries = session.queries();

    std::optional<OverviewSnapshot> overview;
    MetricsQuery metrics;
    metrics.range = {kBase, kBase + 30 * kDay};
    queries->overview(metrics, &context, [&](const Result<OverviewSnapshot> &answer) { overview = answer.value(); });
    std::optional<AlertPage> alerts;
    AlertQuery newest;
    newest.newestFirst = true;
    newest.limit = 3;
    queries->alerts(newest, &context, [&](const Result<AlertPage> &answer) { alerts = answer.value(); });
    std::optional<AlertDetails> details;
    queries->alertDetails(all.back().id, &context, [&](const Result<AlertDetails> &answer) { details = answer.value(); });
    std::optional<EventPage> events;
    EventQuery page;
    page.limit = 10;
    queries->events({page, {}}, &context, [&](const Result<EventPage> &answer) { events = answer.value(); });
    std::optional<std::int64_t> eventCount;
    queries->eventCount({page, {}}, &context, [&](const auto &answer) { eventCount = answer.value(); });
    std::optional<Error> noAddress;
    queries->ipReport("10.1", {}, &context, [&](const Result<IpReport> &answer) { noAddress = answer.error(); });
    std::optional<std::size_t> companies;
    queries->companies(&context, [&](const auto &answer) { companies = answer.value().size(); });
    std::optional<std::size_t> quarantined;
    queries->quarantined(10, &context, [&](const auto &answer) { quarantined = answer.value().size(); });

    QTRY_VERIFY_WITH_TIMEOUT(overview && alerts && details && events && eventCount && noAddress && companies && quarantined, kPatience);
    const auto rows = static_cast<std::int64_t>(2000 + all.size());
    QCOMPARE(overview->metrics.counts.totalEvents, rows);
    QCOMPARE(overview->metrics.counts.activeAlerts, static_cast<std::int64_t>(all.size()));
    QCOMPARE(overview->activeAlerts.size(), std::min<std::size_t>(50, all.size()));
    QVERIFY(overview->response == ResponseTimes());
    QVERIFY(overview->extent.has_value());
    QCOMPARE(alerts->alerts.size(), std::size_t(3));
    QCOMPARE(alerts->total, static_cast<std::int64_t>(all.size()));
    QVERIFY(alerts->alerts[0] == all.back() || alerts->alerts[0].timestamp == all.back().timestamp);
    QVERIFY(details->alert == all.back());
    QCOMPARE(details->history.size(), std::size_t(1));
    QVERIFY(!details->related.empty());
    QCOMPARE(events->events.size(), std::size_t(10));
    QVERIFY(events->countable && !events->total);
    QCOMPARE(eventCount, rows);
    QVERIFY(noAddress->message.contains(QStringLiteral("10.1")));
    QCOMPARE(*companies, std::size_t(0));
    QCOMPARE(*quarantined, std::size_t(0));
}

void TestSession::newerQueryReplacesOlder()
{
    const TestDatabase database;
    append(*database.open(), traffic(20'000, 12));
    Session session;
    open(session, database.path());
    QObject context;
    std::vector<int> answered;
    for (int i = 0; i < 50; ++i) {
        MetricsQuery metrics;
        metrics.range = {kBase, kBase + (i + 1) * kHour};
        session.queries()->overview(metrics, &context, [&answered, i](const Result<OverviewSnapshot> &answer) {
            QVERIFY(answer.ok());
            QCOMPARE(answer->range.end, kBase + (i + 1) * kHour);
            answered.push_back(i);
        });
    }
    // A request of another kind is not held up by them, nor lost.
    bool other = false;
    session.queries()->companies(&context, [&](const auto &) { other = true; });
    QTRY_VERIFY_WITH_TIMEOUT(!answered.empty() && other, kPatience);
    QCOMPARE(answered, std::vector<int>{49});
    // And the line still works afterwards.
    bool again = false;
    session.queries()->overview({}, &context, [&](const Result<OverviewSnapshot> &answer) { again = answer.ok(); });
    QTRY_VERIFY_WITH_TIMEOUT(again, kPatience);
    QCOMPARE(answered, std::vector<int>{49});
}

void TestSession::goneContextIsNotAnswered()
{
    const TestDatabase database;
    Session session;
    open(session, database.path());
    bool wrong = false;
    auto context = std::make_unique<QObject>();
    session.queries()->events({}, context.get(), [&](const auto &) { wrong = true; });
    context.reset();
    // A later request on the same connection is answered after the first would have been.
    QObject alive;
    bool later = false;
    session.queries()->companies(&alive, [&](const auto &) { later = true; });
    QTRY_VERIFY_WITH_TIMEOUT(later, kPatience);
    QVERIFY(!wrong);
}

void TestSession::commandsWithoutDatabaseFail()
{
    Session session;
    QSignalSpy commands(&session, &Session::commandFailed);
    QSignalSpy jobs(&session, &Session::jobFailed);
    const quint64 first = session.acknowledge({"x"});
    session.updateSettings({});
    session.startImport(QStringLiteral("/tmp/none"), {});
    session.startExport({});
    QTRY_COMPARE_WITH_TIMEOUT(commands.count(), 2, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(jobs.count(), 2, kPatience);
    QCOMPARE(commands.at(0).at(0).toULongLong(), first);
}

void TestSession::closesWhileBusy()
{
    const TestDatabase database;
    append(*database.open(), traffic(50'000, 14));
    Session session;
    QSignalSpy opened(&session, &Session::opened);
    Session::OpenOptions options;
    options.path = database.path();
    session.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, kPatience);
    QObject context;
    session.queries()->overview({}, &context, [](const auto &) { QFAIL("answered after it was closed"); });
    session.close();
    QVERIFY(!session.queries());
    // The database is whole, and a new session goes on where this one stopped.
    open(session, database.path());
    QTRY_COMPARE_WITH_TIMEOUT(database.open()->backlog(database.open()->loadCursor()->lastRowId)->count, 0, kPatience);
}

void TestSession::opensAnotherDatabase()
{
    const TestDatabase one;
    const TestDatabase two;
    append(*two.open(), bruteForce(kBase, "203.0.113.9"));
    Session session;
    open(session, one.path());
    QSignalSpy changes(&session, &Session::alertsChanged);
    QSignalSpy closed(&session, &Session::closed);
    open(session, two.path());
    QCOMPARE(closed.count(), 1);
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 1, kPatience);
    // The first is left alone from now on.
    append(*one.open(), bruteForce(kBase, "203.0.113.10"));
    append(*two.open(), bruteForce(kBase + kMinute, "203.0.113.11"));
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 2, kPatience);
    QVERIFY(sortedAlerts(*one.open()).empty());
}

/// What the one engine left stands in its own database.
void TestSession::tellsNothingOfTheEngineOfAnotherDatabase()
{
    const TestDatabase one;
    const TestDatabase two;
    const auto oneLock = EngineLock::take(one.path(), QStringLiteral("somebody"), kBase);
    const auto twoLock = EngineLock::take(two.path(), QStringLiteral("somebody else"), kBase);
    QVERIFY(oneLock && oneLock->held() && twoLock && twoLock->held());
    EngineHealth health;
    health.at = kBase;
    health.backlog = 70;
    health.lastError = "the disk is full";
    health.lastErrorAt = kBase;
    QVERIFY(one.open()->saveHealth(health));
    Session session;
    open(session, one.path());
    QTRY_COMPARE_WITH_TIMEOUT(session.engineStatus().backlog.count, 70, kPatience);
    open(session, two.path());
    QCOMPARE(int(session.engineStatus().state), int(EngineState::RunningElsewhere));
    QVERIFY(session.engineStatus().backlog.isEmpty());
    QCOMPARE(session.engineStatus().lastError, QString());
    QVERIFY(!session.engineStatus().lastErrorAt);
}

void TestSession::vanishedDatabaseIsToldAndRecovered()
{
    const TestDatabase database;
    const auto other = database.open();
    Session session;
    open(session, database.path());
    const QString away = database.path() + QStringLiteral(".away");
    QVERIFY(QFile::rename(database.path(), away));
    QTRY_COMPARE_WITH_TIMEOUT(int(session.engineStatus().state), int(EngineState::Retrying), kPatience);
    QVERIFY2(session.engineStatus().detail.contains(database.path()), qPrintable(session.engineStatus().detail));
    QVERIFY(QFile::rename(away, database.path()));
    QTRY_COMPARE_WITH_TIMEOUT(int(session.engineStatus().state), int(EngineState::Running), 3 * kPatience);
    QSignalSpy changes(&session, &Session::alertsChanged);
    append(*other, bruteForce(kBase, "203.0.113.9"));
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 1, kPatience);
}

QTEST_GUILESS_MAIN(TestSession)
#include "tst_session.moc"
