// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"
#include "core/engine/commandwriter.h"
#include "tests/engine/sessiontesting.h"

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

/// What a session does in the background when it is told to: steps of triage, imports, exports.
class TestSessionCommands : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void takesStepsAndTakesThemBack();
    void takesAStepOnMany();
    void cancelsAStep();
    void aFailingStepSaysSo();
    void importsInTheBackground();
    void importIsCancelled();
    void importsOnlyRegularFiles();
    void exportsExactlyWhatWasAsked();
};

void TestSessionCommands::takesStepsAndTakesThemBack()
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
    QVERIFY(outcome.done == ids && outcome.conflicts.empty() && outcome.unknown == IdList{"no-such-alert"});
    QCOMPARE(outcome.asked, 3);
    QVERIFY(!outcome.cancelled && outcome.failure.isEmpty() && outcome.undoes.empty());
    QVERIFY(!outcome.step.id.empty());
    QVERIFY(outcome.step.kind == TriageKind::Resolve);
    QTRY_VERIFY_WITH_TIMEOUT(!changes.isEmpty(), kPatience);
    const auto told = changes.at(0).at(0).value<ToldChanges>()->changed.at(0);
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
    QVERIFY(undone.done == IdList{ids[0]} && undone.unknown.empty());
    QVERIFY((undone.conflicts == std::vector<TriageConflict>{{ids[1], "owned", "l.meyer", kBase + kHour}}));
    QVERIFY(other->alert(ids[0])->value().status == AlertStatus::New);
}

void TestSessionCommands::takesAStepOnMany()
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
    QCOMPARE(outcome.done.size(), std::size_t(4'999));
    QCOMPARE(outcome.conflicts.size(), std::size_t(1));
    QCOMPARE(outcome.conflicts[0].alertId, ids[4'999]);
    QVERIFY(progress.count() >= 3); // More of them where the parts take long.
    QCOMPARE(progress.first().at(1).value<JobProgress>().done, static_cast<std::int64_t>(kTriageChunk));
    QCOMPARE(progress.last().at(1).value<JobProgress>().done, 5'000);
    QCOMPARE(progress.last().at(1).value<JobProgress>().total, 5'000);
    session.undo(outcome.step.id);
    QTRY_COMPARE_WITH_TIMEOUT(triaged.count(), 2, kPatience);
    QCOMPARE(triaged.at(1).at(1).value<TriageOutcome>().done.size(), std::size_t(4'999));
    AlertQuery active;
    active.acknowledged = false;
    QCOMPARE(*other->countAlerts(active), 4'999);
}

void TestSessionCommands::cancelsAStep()
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
    const std::size_t done = outcome.done.size();
    QVERIFY(done >= kTriageChunk);
    QCOMPARE(outcome.asked, 9'000);
    QCOMPARE(outcome.cancelled, done < ids.size());
    QCOMPARE(outcome.left, std::vector<std::string>(ids.begin() + static_cast<std::ptrdiff_t>(done), ids.end()));
    AlertQuery acknowledged;
    acknowledged.acknowledged = true;
    QCOMPARE(*other->countAlerts(acknowledged), static_cast<std::int64_t>(done));
}

void TestSessionCommands::aFailingStepSaysSo()
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

void TestSessionCommands::importsInTheBackground()
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

void TestSessionCommands::importIsCancelled()
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

void TestSessionCommands::importsOnlyRegularFiles()
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

void TestSessionCommands::exportsExactlyWhatWasAsked()
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
    request.ids = std::make_shared<const std::vector<std::string>>(std::vector{all[3].id, all[0].id});
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

QTEST_GUILESS_MAIN(TestSessionCommands)
#include "tst_sessioncommands.moc"
