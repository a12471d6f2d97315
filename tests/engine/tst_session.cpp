// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"

#include "core/engine/commandwriter.h"
#include "tests/engine/enginetesting.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QUuid>

#include <set>

#include <sys/stat.h>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr int kPatience = 20'000;

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
    void takesStepsAndTakesThemBack();
    void takesAStepOnMany();
    void cancelsAStep();
    void aFailingStepSaysSo();
    void settingsChangeIsTold();
    void unusableSettingsAreRefused();
    void secondSessionTakesOver();
    void queriesAnswer();
    void newerQueryReplacesOlder();
    void goneContextIsNotAnswered();
    void importsInTheBackground();
    void importIsCancelled();
    void importsOnlyRegularFiles();
    void exportsExactlyWhatWasAsked();
    void commandsWithoutDatabaseFail();
    void closesWhileBusy();
    void opensAnotherDatabase();
    void vanishedDatabaseIsToldAndRecovered();

private:
    static void open(Session &session, const QString &path, bool runEngine = true);
};

void TestSession::open(Session &session, const QString &path, bool runEngine)
{
    QSignalSpy opened(&session, &Session::opened);
    QSignalSpy failed(&session, &Session::openFailed);
    Session::OpenOptions options;
    options.path = path;
    options.runEngine = runEngine;
    session.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count() + failed.count(), 1, kPatience);
    if (!failed.isEmpty())
        qFatal("%s", qPrintable(failed.at(0).at(1).value<Error>().message));
    if (runEngine)
        QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().state == EngineState::Running
                                     || session.engineStatus().state == EngineState::RunningElsewhere,
                                 kPatience);
}

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
    const auto raised = changes.at(0).at(0).value<AlertChanges>();
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
    const auto updated = changes.at(1).at(0).value<AlertChanges>();
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
    const std::vector<std::string> ids{changes.at(0).at(0).value<AlertChanges>().changed.at(0).id};
    QVERIFY(other->acknowledge(ids, "l.meyer", kBase + kMinute, {}));
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 2, kPatience);
    QCOMPARE(changes.at(1).at(0).value<AlertChanges>().changed.at(0).acknowledgedBy.value(), std::string("l.meyer"));
}

namespace {

/// Alerts that no engine raised.
std::vector<std::string> commitAlerts(Store &store, int count)
{
    EngineCommit commit;
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) {
        SecurityAlert alert;
        alert.id = QUuid::createUuidV5(QUuid(), QString::number(i)).toString(QUuid::WithoutBraces).toStdString();
        alert.timestamp = kBase + i;
        alert.metadata = "{}";
        ids.push_back(alert.id);
        commit.alerts.push_back(std::move(alert));
    }
    if (const auto done = store.commit(commit); !done)
        qFatal("%s", qPrintable(done.error().message));
    return ids;
}

} // namespace

void TestSession::takesStepsAndTakesThemBack()
{
    const TestDatabase database;
    const auto other = database.open();
    const std::vector<std::string> ids = commitAlerts(*other, 2);
    Session session;
    open(session, database.path(), false);
    QSignalSpy triaged(&session, &Session::triaged);
    QSignalSpy changes(&session, &Session::alertsChanged);

    TriageStep resolve;
    resolve.kind = TriageKind::Resolve;
    resolve.disposition = AlertDisposition::Benign;
    resolve.comment = "our own scanner";
    const quint64 token = session.triage({ids[0], ids[0], ids[1], "no-such-alert"}, resolve);
    QTRY_COMPARE_WITH_TIMEOUT(triaged.count(), 1, kPatience);
    QCOMPARE(triaged.at(0).at(0).toULongLong(), token);
    const auto outcome = triaged.at(0).at(1).value<TriageOutcome>();
    QVERIFY((outcome.report == TriageReport{ids, {}, {"no-such-alert"}}));
    QCOMPARE(outcome.asked, 3);
    QVERIFY(!outcome.cancelled && outcome.failure.isEmpty() && outcome.undoes.empty());
    QVERIFY(!outcome.step.id.empty());
    QVERIFY(outcome.step.kind == TriageKind::Resolve);
    QTRY_VERIFY_WITH_TIMEOUT(!changes.isEmpty(), kPatience);
    const auto told = changes.at(0).at(0).value<AlertChanges>().changed.at(0);
    QVERIFY(told.status == AlertStatus::Resolved && told.disposition == AlertDisposition::Benign);
    QCOMPARE(told.resolvedBy.value(), currentUserName());

    // Somebody changes one of them: undoing spares it.
    TriageStep own;
    own.id = "of somebody";
    own.kind = TriageKind::Own;
    QVERIFY(other->triage(std::vector{ids[1]}, own, "l.meyer", kBase + kHour));
    const quint64 undo = session.undo(outcome.step.id);
    QTRY_COMPARE_WITH_TIMEOUT(triaged.count(), 2, kPatience);
    QCOMPARE(triaged.at(1).at(0).toULongLong(), undo);
    const auto undone = triaged.at(1).at(1).value<TriageOutcome>();
    QCOMPARE(undone.undoes, outcome.step.id);
    QVERIFY((undone.report == TriageReport{{ids[0]}, {{ids[1], "owned", "l.meyer", kBase + kHour}}, {}}));
    QVERIFY(other->alert(ids[0])->value().status == AlertStatus::New);
}

void TestSession::takesAStepOnMany()
{
    const TestDatabase database;
    const auto other = database.open();
    const std::vector<std::string> ids = commitAlerts(*other, 5'000);
    Session session;
    open(session, database.path(), false);
    QSignalSpy triaged(&session, &Session::triaged);
    QSignalSpy progress(&session, &Session::jobProgress);
    session.triage(ids, {});
    // Somebody else's command is not kept waiting until the last part.
    session.acknowledge({ids[4'999]}, QStringLiteral("first"));
    QTRY_COMPARE_WITH_TIMEOUT(triaged.count(), 1, kPatience);
    const auto outcome = triaged.at(0).at(1).value<TriageOutcome>();
    QCOMPARE(outcome.report.done.size(), std::size_t(4'999));
    QCOMPARE(outcome.report.conflicts.size(), std::size_t(1));
    QCOMPARE(outcome.report.conflicts[0].alertId, ids[4'999]);
    QCOMPARE(progress.count(), 3);
    QCOMPARE(progress.at(0).at(1).value<JobProgress>().done, static_cast<std::int64_t>(kTriageChunk));
    QCOMPARE(progress.at(2).at(1).value<JobProgress>().done, 5'000);
    QCOMPARE(progress.at(2).at(1).value<JobProgress>().total, 5'000);
    session.undo(outcome.step.id);
    QTRY_COMPARE_WITH_TIMEOUT(triaged.count(), 2, kPatience);
    QCOMPARE(triaged.at(1).at(1).value<TriageOutcome>().report.done.size(), std::size_t(4'999));
    AlertQuery active;
    active.acknowledged = false;
    QCOMPARE(*other->countAlerts(active), 4'999);
}

void TestSession::cancelsAStep()
{
    const TestDatabase database;
    const auto other = database.open();
    const std::vector<std::string> ids = commitAlerts(*other, 9'000);
    Session session;
    open(session, database.path(), false);
    QSignalSpy triaged(&session, &Session::triaged);
    const quint64 token = session.triage(ids, {});
    connect(&session, &Session::jobProgress, &session, [&session, token] { session.cancelJob(token); });
    QTRY_COMPARE_WITH_TIMEOUT(triaged.count(), 1, kPatience);
    // Whatever was done when the word arrived is told of, and is what stands in the database.
    const auto outcome = triaged.at(0).at(1).value<TriageOutcome>();
    const std::size_t done = outcome.report.done.size();
    QVERIFY(done >= kTriageChunk);
    QCOMPARE(outcome.asked, 9'000);
    QCOMPARE(outcome.cancelled, done < ids.size());
    AlertQuery acknowledged;
    acknowledged.acknowledged = true;
    QCOMPARE(*other->countAlerts(acknowledged), static_cast<std::int64_t>(done));
}

void TestSession::aFailingStepSaysSo()
{
    const TestDatabase database;
    const auto other = database.open();
    const std::vector<std::string> ids = commitAlerts(*other, 1);
    Session session;
    QSignalSpy failed(&session, &Session::commandFailed);
    session.triage(ids, {});
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience); // No database is open.
    open(session, database.path(), false);
    TriageStep comment;
    comment.kind = TriageKind::Comment;
    const quint64 token = session.triage(ids, comment);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 2, kPatience);
    QCOMPARE(failed.at(1).at(0).toULongLong(), token);
    QVERIFY(failed.at(1).at(1).value<Error>().message.contains(QLatin1String("comment")));
    QSignalSpy triaged(&session, &Session::triaged);
    session.undo("no such step");
    QTRY_COMPARE_WITH_TIMEOUT(triaged.count(), 1, kPatience);
    QCOMPARE(triaged.at(0).at(1).value<TriageOutcome>().asked, 0);
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
    // It works without an engine of its own.
    QSignalSpy changes(&second, &Session::alertsChanged);
    const auto other = database.open();
    append(*other, bruteForce(kBase, "203.0.113.9"));
    QTRY_COMPARE_WITH_TIMEOUT(changes.count(), 1, kPatience);
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
    std::optional<Error> noAddress;
    queries->ipReport("10.1", {}, &context, [&](const Result<IpReport> &answer) { noAddress = answer.error(); });
    std::optional<std::size_t> companies;
    queries->companies(&context, [&](const auto &answer) { companies = answer.value().size(); });
    std::optional<std::size_t> quarantined;
    queries->quarantined(10, &context, [&](const auto &answer) { quarantined = answer.value().size(); });

    QTRY_VERIFY_WITH_TIMEOUT(overview && alerts && details && events && noAddress && companies && quarantined, kPatience);
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
    QCOMPARE(events->total.value(), rows);
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

void TestSession::importsInTheBackground()
{
    const TestDatabase database;
    Session session;
    open(session, database.path());
    QSignalSpy finished(&session, &Session::importFinished);
    QSignalSpy progress(&session, &Session::jobProgress);
    ImportOptions options;
    options.year = 2017;
    const quint64 token = session.startImport(QStringLiteral(BARTIZAN_TEST_DATA "/logs/auth-2980.log"), options);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    QCOMPARE(finished.at(0).at(0).toULongLong(), token);
    const auto report = finished.at(0).at(1).value<ImportReport>();
    QVERIFY(report.totals.imported > 300);
    QVERIFY(!report.cancelled);
    QVERIFY(!progress.isEmpty());
    QCOMPARE(progress.last().at(1).value<JobProgress>().import.imported, report.totals.imported);
    QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().processed == report.totals.imported, kPatience);

    // The engine read the real attacks, and saw no others.
    const auto store = database.open();
    std::set<std::string> attackers;
    for (const SecurityAlert &alert : sortedAlerts(*store)) {
        if (alert.type == AlertType::BruteForceAttack)
            attackers.insert(alert.context.ipAddress.value());
    }
    const std::set<std::string> expected{"181.25.206.27", "24.151.103.17",  "218.60.136.106",
                                         "106.57.58.19",  "181.23.168.176", "91.197.232.109"};
    QVERIFY(attackers == expected);

    QSignalSpy failed(&session, &Session::jobFailed);
    const quint64 missing = session.startImport(QStringLiteral("/no/such/file.log"), {});
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
    QCOMPARE(failed.at(0).at(0).toULongLong(), missing);
    QVERIFY(failed.at(0).at(1).value<Error>().message.contains(QStringLiteral("/no/such/file.log")));
}

void TestSession::importIsCancelled()
{
    const TestDatabase database;
    QFile log(database.folder() + QStringLiteral("/large.ndjson"));
    QVERIFY(log.open(QIODevice::WriteOnly));
    for (int i = 0; i < 300'000; ++i) {
        log.write("{\"timestamp\":\"2026-03-02T00:00:00Z\",\"eventType\":\"AUTHENTICATION\",\"action\":\"a"
                  + QByteArray::number(i) + "\",\"outcome\":\"SUCCESS\"}\n");
    }
    log.close();
    Session session;
    open(session, database.path(), false);
    QSignalSpy finished(&session, &Session::importFinished);
    QSignalSpy progress(&session, &Session::jobProgress);
    const quint64 token = session.startImport(log.fileName(), {});
    QTRY_VERIFY_WITH_TIMEOUT(!progress.isEmpty(), kPatience);
    session.cancelJob(token);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    const auto report = finished.at(0).at(1).value<ImportReport>();
    QVERIFY(report.cancelled);
    QVERIFY(report.totals.imported < 300'000);
    // What came in before stays.
    QCOMPARE(*database.open()->countEvents({}), report.totals.imported);
}

void TestSession::importsOnlyRegularFiles()
{
    const TestDatabase database;
    const QString path = database.folder() + QStringLiteral("/pipe.ndjson");
    QCOMPARE(::mkfifo(QFile::encodeName(path).constData(), 0600), 0);
    Session session;
    open(session, database.path(), false);
    // Somebody has the pipe open and writes nothing: a reader would wait until this goes away.
    QFile silent(path);
    QVERIFY(silent.open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered));
    QSignalSpy failed(&session, &Session::jobFailed);
    const QStringList refused{path, QStringLiteral("/dev/zero"), QStringLiteral("-"), database.folder()};
    for (const QString &name : refused) {
        failed.clear();
        const quint64 token = session.startImport(name, {});
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 5000);
        QCOMPARE(failed.at(0).at(0).toULongLong(), token);
        const QString message = failed.at(0).at(1).value<Error>().message;
        QVERIFY2(message.contains(QStringLiteral("“%1” is no regular file").arg(name)), qPrintable(message));
    }
    // A link to a file is as good as the file.
    const QString link = database.folder() + QStringLiteral("/link.log");
    QVERIFY(QFile::link(QStringLiteral(BARTIZAN_TEST_DATA "/logs/auth-2980.log"), link));
    QSignalSpy finished(&session, &Session::importFinished);
    session.startImport(link, {});
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
}

void TestSession::exportsExactlyWhatWasAsked()
{
    const TestDatabase database;
    append(*database.open(), traffic(2000, 13));
    Session session;
    open(session, database.path());
    const auto all = sortedAlerts(*database.open());
    QVERIFY(all.size() > 4);
    QSignalSpy finished(&session, &Session::exportFinished);
    ExportRequest request;
    request.path = database.folder() + QStringLiteral("/some.json");
    request.format = ExportFormat::Json;
    request.ids = {all[3].id, all[0].id};
    const quint64 token = session.startExport(request);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, kPatience);
    QCOMPARE(finished.at(0).at(0).toULongLong(), token);
    QCOMPARE(finished.at(0).at(1).toLongLong(), 2);
    QFile file(request.path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray written = QJsonDocument::fromJson(file.readAll()).array();
    QCOMPARE(written.size(), 2);
    QCOMPARE(written.at(0).toObject().value(QStringLiteral("id")).toString().toStdString(), all[3].id);
    QCOMPARE(written.at(1).toObject().value(QStringLiteral("id")).toString().toStdString(), all[0].id);
    // Nothing is overwritten unasked.
    QSignalSpy failed(&session, &Session::jobFailed);
    session.startExport(request);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatience);
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
