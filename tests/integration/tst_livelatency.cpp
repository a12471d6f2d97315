// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"

#include "tests/engine/enginetesting.h"

#include <QHash>
#include <QProcess>
#include <QSignalSpy>

#include <chrono>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr int kRows = 250;
constexpr int kIntervalMs = 37; // Drifts against the engine's and the follower's polling.
/// An alert that takes longer is not live; how long it takes is told, not judged, for machines differ.
constexpr double kLongestMs = 10'000.0;

qint64 nowUs()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

/// From another process's commit of a row to the alert in this process's signals.
class TestLiveLatency : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void commitToAlert();
};

void TestLiveLatency::commitToAlert()
{
    const TestDatabase database;
    Session session;
    QSignalSpy opened(&session, &Session::opened);
    Session::OpenOptions options;
    options.path = database.path();
    session.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(int(session.engineStatus().state), int(EngineState::Running), 20'000);

    QHash<QByteArray, qint64> told;
    connect(&session, &Session::alertsChanged, this, [&](const ToldChanges &changes) {
        for (const SecurityAlert &alert : changes->changed) {
            if (alert.context.ipAddress)
                told.insert(QByteArray::fromStdString(*alert.context.ipAddress), nowUs());
        }
    });
    QProcess appender;
    appender.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    appender.start(QCoreApplication::applicationDirPath() + QStringLiteral("/logappender"),
                   {database.path(), QString::number(kRows), QString::number(kIntervalMs)});
    QTRY_COMPARE_WITH_TIMEOUT(appender.state(), QProcess::Running, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(appender.state(), QProcess::NotRunning, 120'000);
    QCOMPARE(appender.exitCode(), 0);

    QHash<QByteArray, qint64> committed;
    for (const QByteArray &line : appender.readAllStandardOutput().split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 2)
            committed.insert(words.at(0), words.at(1).toLongLong());
    }
    QCOMPARE(committed.size(), kRows);
    QTRY_COMPARE_WITH_TIMEOUT(told.size(), kRows, 20'000);

    std::vector<qint64> delays;
    for (auto it = committed.cbegin(); it != committed.cend(); ++it) {
        QVERIFY2(told.contains(it.key()), it.key().constData());
        delays.push_back(told.value(it.key()) - it.value());
    }
    std::sort(delays.begin(), delays.end());
    const auto percentile = [&](double share) {
        return static_cast<double>(delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))]) / 1000.0;
    };
    qInfo("commit to alert: median %.1f ms, p99 %.1f ms, longest %.1f ms over %d rows", percentile(0.5),
          percentile(0.99), percentile(1.0), kRows);
    QVERIFY2(percentile(0.99) <= kLongestMs, qPrintable(QString::number(percentile(0.99))));
}

QTEST_GUILESS_MAIN(TestLiveLatency)
#include "tst_livelatency.moc"
