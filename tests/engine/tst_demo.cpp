// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/session.h"

#include "tests/engine/enginetesting.h"

#include <QDir>
#include <QFileInfo>
#include <QSignalSpy>

#include <set>

using namespace bartizan;
using namespace bartizan::testing;

class TestDemo : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_cache.path().toUtf8()); }
    void showsAnAttackAndGoesOn();
    void leftOversAreRemoved();

private:
    QTemporaryDir m_cache;
};

void TestDemo::showsAnAttackAndGoesOn()
{
    QString path;
    {
        Session session;
        QSignalSpy opened(&session, &Session::opened);
        QSignalSpy status(&session, &Session::engineStatusChanged);
        Session::OpenOptions options;
        options.demo = true;
        session.open(options);
        QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 60'000);
        QVERIFY(session.database().demo);
        path = session.database().path;
        QVERIFY2(path.startsWith(m_cache.path()), qPrintable(path));
        // It said what it was doing meanwhile.
        QVERIFY(std::any_of(status.begin(), status.end(), [](const QList<QVariant> &told) {
            return told.at(0).value<EngineStatus>().detail.contains(QLatin1Char('%'));
        }));
        QTRY_COMPARE_WITH_TIMEOUT(int(session.engineStatus().state), int(EngineState::Running), 20'000);

        const auto store = std::move(*openStore(path));
        std::set<AlertType> types;
        bool acknowledged = false;
        bool active = false;
        for (const SecurityAlert &alert : sortedAlerts(*store)) {
            types.insert(alert.type);
            (alert.acknowledged ? acknowledged : active) = true;
        }
        QVERIFY(types.size() >= 5);
        QVERIFY(acknowledged);
        QVERIFY(active);

        // Events go on arriving, and the newest is of this very moment.
        const auto before = session.engineStatus().processed;
        QTRY_VERIFY_WITH_TIMEOUT(session.engineStatus().processed > before + 3, 60'000);
        QVERIFY(session.engineStatus().lastEventAt.value() > SystemClock().now() - kMinute);
    }
    QVERIFY(!QFile::exists(path));
    QVERIFY(!QFileInfo::exists(QFileInfo(path).absolutePath()));
}

void TestDemo::leftOversAreRemoved()
{
    // As a killed console leaves it: the folder, and a mark that nobody holds.
    const QDir cache(m_cache.filePath(QStringLiteral("bartizan")));
    QVERIFY(cache.mkpath(QStringLiteral("demo-killed")));
    QFile mark(cache.filePath(QStringLiteral("demo-killed/in-use")));
    QVERIFY(mark.open(QIODevice::WriteOnly));
    mark.close();
    Session session;
    QSignalSpy opened(&session, &Session::opened);
    Session::OpenOptions options;
    options.demo = true;
    session.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, 60'000);
    QVERIFY(!cache.exists(QStringLiteral("demo-killed")));
    // One that is in use stays.
    Session second;
    QSignalSpy secondOpened(&second, &Session::opened);
    second.open(options);
    QTRY_COMPARE_WITH_TIMEOUT(secondOpened.count(), 1, 60'000);
    QVERIFY(QFile::exists(session.database().path));
    QVERIFY(session.database().path != second.database().path);
}

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
