// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/enginetesting.h"

#include "core/domain/jsontext.h"

#include <QFile>
#include <QProcess>

#include <csignal>
#include <map>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr int kKills = 50;
constexpr int kPortion = 2'000; ///< Events imported beside each engine: 100,000 in all.
constexpr unsigned kSeed = 4711;
constexpr int kPatience = 60'000;

const QString kProgram = QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl");

/// Writes a stream as the NDJSON that `bartizanctl import` reads.
void writeLog(const QString &path, const std::vector<AuditEvent> &rows)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write the log");
    std::string line;
    for (const AuditEvent &row : rows) {
        line = "{\"timestamp\":\"" + formatIso(row.timestamp) + "\",\"eventType\":\"";
        line += toString(row.eventType);
        line += "\",\"outcome\":\"";
        line += toString(row.outcome);
        line += "\",\"action\":\"" + row.action + "\",\"userId\":\"" + row.context.userId.value() + "\",\"ipAddress\":\""
            + row.context.ipAddress.value() + "\"";
        if (row.context.country)
            line += ",\"country\":\"" + *row.context.country + "\"";
        line += "}\n";
        file.write(line.data(), static_cast<qint64>(line.size()));
    }
}

/// When an engine is killed; the moment itself is random.
enum class Kill { BesideTheImport, AfterItsFirstCommit, EarlyInItsWork };

/// What an alert says, keys aside.
using Shown = std::map<std::string, int>;

Shown shown(Store &store)
{
    Shown counts;
    for (const SecurityAlert &alert : sortedAlerts(store)) {
        ++counts[formatIso(alert.timestamp) + ' ' + std::string(toString(alert.type)) + ' ' + alert.description + ' '
                 + alert.context.ipAddress.value_or("-") + ' ' + alert.context.userId.value_or("-")];
    }
    return counts;
}

} // namespace

/// Kills a real engine again and again while a real import runs beside it.
class TestKillRestart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noAlertIsLostOrDoubled();

private:
    static bool runToEnd(const QStringList &arguments);
};

bool TestKillRestart::runToEnd(const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(kProgram, arguments);
    return process.waitForFinished(kPatience) && process.exitStatus() == QProcess::NormalExit
        && process.exitCode() == 0;
}

void TestKillRestart::noAlertIsLostOrDoubled()
{
    const QTemporaryDir folder;
    const QString log = folder.filePath(QStringLiteral("events.ndjson"));
    const auto rows = traffic(std::size_t(kPortion) * kKills, kSeed, kBase - 300 * kDay);
    writeLog(log, rows);

    // Undisturbed: all imported, then all processed.
    const TestDatabase whole;
    QVERIFY(runToEnd({QStringLiteral("--db"), whole.path(), QStringLiteral("import"), log}));
    QVERIFY(runToEnd({QStringLiteral("--db"), whole.path(), QStringLiteral("run"), QStringLiteral("--once")}));
    const auto reference = whole.open();
    const Shown expected = shown(*reference);
    QVERIFY(expected.size() > 500);

    // Disturbed: each portion of the import runs beside an engine that is killed somewhere between its first breath
    // and its last row; what it leaves undone waits for the next one.
    const TestDatabase database;
    const auto watcher = database.open();
    std::mt19937 random(kSeed);
    std::vector<std::string> acknowledged;
    int killedAtWork = 0;
    int gotOn = 0;
    for (int i = 0; i < kKills; ++i) {
        const QString part = folder.filePath(QStringLiteral("part%1.ndjson").arg(i));
        writeLog(part, {rows.begin() + i * kPortion, rows.begin() + (i + 1) * kPortion});
        const auto before = watcher->loadCursor();
        QVERIFY(before);
        QProcess engine;
        engine.setStandardOutputFile(QProcess::nullDevice());
        engine.setStandardErrorFile(QProcess::nullDevice());
        QProcess import;
        import.setProcessChannelMode(QProcess::MergedChannels);
        const QStringList importing{QStringLiteral("--db"), database.path(), QStringLiteral("import"), part};
        const QStringList running{QStringLiteral("--db"), database.path(), QStringLiteral("run")};
        const auto kind = static_cast<Kill>(i % 3);
        if (kind == Kill::EarlyInItsWork) {
            // The rows wait for it already, so that it dies while it starts or works, however fast the machine is.
            import.start(kProgram, importing);
            QTRY_COMPARE_WITH_TIMEOUT(import.state(), QProcess::NotRunning, kPatience);
        }
        engine.start(kProgram, running);
        QVERIFY(engine.waitForStarted(kPatience));
        if (kind != Kill::EarlyInItsWork)
            import.start(kProgram, importing);
        if (kind == Kill::AfterItsFirstCommit)
            QTRY_VERIFY_WITH_TIMEOUT(watcher->loadCursor()->lastRowId > before->lastRowId, kPatience);
        QTest::qWait(static_cast<int>(random() % (kind == Kill::BesideTheImport ? 400 : 40)));
        ::kill(static_cast<pid_t>(engine.processId()), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(engine.state(), QProcess::NotRunning, kPatience);
        QCOMPARE(engine.exitStatus(), QProcess::CrashExit);
        QTRY_COMPARE_WITH_TIMEOUT(import.state(), QProcess::NotRunning, kPatience);
        QCOMPARE(import.exitCode(), 0);
        const auto after = watcher->loadCursor();
        QVERIFY(after);
        killedAtWork += watcher->backlog(after->lastRowId)->count > 0;
        gotOn += after->lastRowId > before->lastRowId;
        // Meanwhile an analyst acknowledges what there is.
        AlertQuery active;
        active.acknowledged = false;
        active.limit = 3;
        const auto waiting = watcher->alerts(active);
        QVERIFY(waiting);
        std::vector<std::string> ids;
        for (const SecurityAlert &alert : *waiting)
            ids.push_back(alert.id);
        if (!ids.empty()) {
            const auto report = watcher->acknowledge(ids, "l.meyer", kBase + i, {});
            QVERIFY(report);
            acknowledged.insert(acknowledged.end(), report->acknowledged.begin(), report->acknowledged.end());
        }
    }
    QVERIFY(runToEnd({QStringLiteral("--db"), database.path(), QStringLiteral("run"), QStringLiteral("--once")}));

    qInfo("%d kills: %d left rows undone, %d came after some were done; %zu alerts, %zu acknowledged meanwhile", kKills,
          killedAtWork, gotOn, expected.size(), acknowledged.size());
    // Else it would not have been killed at random points.
    QVERIFY(killedAtWork >= 5);
    QVERIFY(gotOn >= 5);
    QVERIFY(acknowledged.size() > 20);
    const Shown found = shown(*watcher);
    QVERIFY(found == expected);
    // Every acknowledgement stands, and nothing else is acknowledged.
    AlertQuery done;
    done.acknowledged = true;
    const auto stands = watcher->alerts(done);
    QVERIFY(stands);
    std::vector<std::string> ids;
    for (const SecurityAlert &alert : *stands) {
        QCOMPARE(alert.acknowledgedBy.value(), std::string("l.meyer"));
        ids.push_back(alert.id);
    }
    std::sort(ids.begin(), ids.end());
    std::sort(acknowledged.begin(), acknowledged.end());
    QVERIFY(ids == acknowledged);
    // One row about each alert and each acknowledgement, beside the events themselves.
    QCOMPARE(*watcher->countEvents({}),
             *reference->countEvents({}) + static_cast<std::int64_t>(acknowledged.size()));
}

QTEST_GUILESS_MAIN(TestKillRestart)
#include "tst_killrestart.moc"
