// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "tests/console/consoletest.h"
#include "tests/postgres/postgrescluster.h"
#include "ui/views/alertstable.h"

#include <QHash>
#include <QProcess>
#include <QTest>

#include <chrono>

using namespace bartizan;

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

using Moments = QHash<QByteArray, qint64>; ///< By address, in microseconds.

/// Notes when an alert is in the queue's model, and when the view has painted after that.
class Watch final : public QObject {
public:
    explicit Watch(AlertsPage *page) : m_model(page->model()), m_viewport(page->table()->viewport())
    {
        m_viewport->installEventFilter(this);
        connect(&m_model, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &, int first, int last) {
            for (int row = first; row <= last; ++row) {
                const QModelIndex address = m_model.index(row, AlertModel::AddressColumn);
                const QByteArray name = address.data(AlertModel::RawTextRole).toString().toUtf8();
                if (name.isEmpty())
                    continue; // Of no row, but of their number: so many in a minute raise an alert about their volume.
                inModel.insert(name, nowUs());
                m_unpainted.append(name);
            }
        });
    }

    Moments inModel;
    Moments painted;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (watched == m_viewport && event->type() == QEvent::Paint) {
            // Behind the painting itself, which happens now.
            QMetaObject::invokeMethod(this, [this, names = std::exchange(m_unpainted, {})] {
                for (const QByteArray &name : names)
                    painted.insert(name, nowUs());
            }, Qt::QueuedConnection);
        }
        return false;
    }

private:
    const AlertModel &m_model;
    QWidget *m_viewport;
    QList<QByteArray> m_unpainted;
};

/// Milliseconds from each commit to its moment, shortest first.
std::vector<double> delays(const Moments &committed, const Moments &then)
{
    std::vector<double> sorted;
    for (auto it = committed.cbegin(); it != committed.cend(); ++it)
        sorted.push_back(static_cast<double>(then.value(it.key()) - it.value()) / 1000.0);
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

double percentile(const std::vector<double> &sorted, double share)
{
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

} // namespace

/// From another process's commit of a row to the alert in the table of a real window.
class TestRowToScreen : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void commitToPaintedRow_data();
    void commitToPaintedRow();
};

void TestRowToScreen::commitToPaintedRow_data()
{
    QTest::addColumn<bool>("server");
    QTest::addColumn<bool>("elsewhere");
    QTest::newRow("SQLite") << false << false;
    QTest::newRow("PostgreSQL") << true << false;
    QTest::newRow("PostgreSQL, another process runs the engine") << true << true;
}

void TestRowToScreen::commitToPaintedRow()
{
    QFETCH(bool, server);
    QFETCH(bool, elsewhere);
    std::unique_ptr<test::PostgresCluster> cluster;
    ConsoleTest console;
    QString database = console.path();
    if (server) {
        SKIP_WITHOUT_POSTGRES();
        test::PostgresCluster::Options options;
        options.durable = true; // As a server that is worked with.
        cluster = std::make_unique<test::PostgresCluster>(options);
        database = ConnectionProfile::fromUrl(cluster->url(cluster->makeDatabase()))->toUrl();
    }
    QVERIFY(openStore(database, {.mode = StoreOptions::Mode::Create}).ok());
    QProcess engine;
    if (elsewhere) {
        engine.setProcessChannelMode(QProcess::MergedChannels);
        engine.start(QStringLiteral(BARTIZAN_BIN_DIR "/bartizanctl"), {QStringLiteral("--db"), database, QStringLiteral("run")});
        QTRY_VERIFY_WITH_TIMEOUT(EngineLock::holderOf(database)->has_value(), kPatienceMs);
    }
    QVERIFY(console.openFile(database, elsewhere ? EngineState::RunningElsewhere : EngineState::Running));
    console.window->showPage(PageId::Alerts);
    QTRY_VERIFY_WITH_TIMEOUT(!console.alerts()->isLoading(), kPatienceMs);
    const Watch watch(console.alerts());

    QProcess appender;
    appender.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    appender.start(QCoreApplication::applicationDirPath() + QStringLiteral("/logappender"),
                   {database, QString::number(kRows), QString::number(kIntervalMs)});
    QVERIFY(appender.waitForStarted(kPatienceMs));
    QTRY_COMPARE_WITH_TIMEOUT(appender.state(), QProcess::NotRunning, 120'000);
    QCOMPARE(appender.exitCode(), 0);
    Moments committed;
    for (const QByteArray &line : appender.readAllStandardOutput().split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() == 2)
            committed.insert(words.at(0), words.at(1).toLongLong());
    }
    QCOMPARE(committed.size(), kRows);
    QTRY_COMPARE_WITH_TIMEOUT(watch.inModel.size(), kRows, kPatienceMs);
    QTRY_COMPARE_WITH_TIMEOUT(watch.painted.size(), kRows, kPatienceMs);
    for (auto it = committed.cbegin(); it != committed.cend(); ++it)
        QVERIFY2(watch.painted.contains(it.key()), it.key().constData());

    const std::vector<double> model = delays(committed, watch.inModel);
    const std::vector<double> screen = delays(committed, watch.painted);
    qInfo("commit to model: median %.1f ms, p99 %.1f ms; to painted row: median %.1f ms, p99 %.1f ms, longest %.1f ms; "
          "%d rows", percentile(model, 0.5), percentile(model, 0.99), percentile(screen, 0.5), percentile(screen, 0.99),
          screen.back(), kRows);
    QVERIFY2(percentile(screen, 0.99) <= kLongestMs, qPrintable(QString::number(percentile(screen, 0.99))));
    if (elsewhere) {
        QVERIFY(console.session->engineStatus().state == EngineState::RunningElsewhere);
        engine.terminate();
        QVERIFY(engine.waitForFinished(kPatienceMs));
    }
}

QTEST_MAIN(TestRowToScreen)
#include "tst_rowtoscreen.moc"
