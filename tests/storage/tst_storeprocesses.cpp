// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "core/storage/openstore.h"
#include "storetesting.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>
#include <cstdio>
#include <memory>

namespace bartizan {
namespace {

constexpr int kBatch = 40;

/// The other process: "append" appends batches without end, "lock" holds the engine's lock; both say when they began.
int runChild(const QString &task, const QString &path)
{
    if (task == QLatin1String("lock")) {
        const auto lock = EngineLock::take(path, QStringLiteral("child"), kNoon);
        std::puts(lock && lock->held() ? "held" : "refused");
        std::fflush(stdout);
        return std::getchar() == EOF ? 0 : 1; // Until the parent closes the pipe or kills.
    }
    const auto store = openStore(path);
    if (!store)
        return 2;
    const std::vector<AuditEvent> batch(kBatch, failedLogin(kNoon));
    for (int i = 0; ; ++i) {
        if (!appendRows(**store, batch))
            return 3;
        if (i == 0) {
            std::puts("begun");
            std::fflush(stdout);
        }
    }
}

/// Such a process, ended with this object.
class Child {
public:
    Child(const QString &task, const QString &path)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--child"), task, path});
    }
    ~Child() { kill(); }
    QByteArray firstLine()
    {
        while (!m_process.canReadLine()) {
            if (!m_process.waitForReadyRead(30'000))
                return {};
        }
        return m_process.readLine().trimmed();
    }
    void kill()
    {
        m_process.kill(); // SIGKILL
        m_process.waitForFinished();
    }

private:
    QProcess m_process;
};

} // namespace

/// What several processes do with one file.
class TestStoreProcesses : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("log.db"));
        StoreOptions options;
        options.mode = StoreOptions::Mode::Create;
        options.role = StoreOptions::Role::Engine;
        auto store = openStore(m_path, options);
        VERIFY_OK(store);
        m_store = std::move(*store);
    }
    void cleanup()
    {
        m_store.reset();
        m_folder.reset();
    }

    void readsWhileOthersAppendAndDie();
    void oneEngineAtATime();
    void theLockEndsWithItsProcess();
    void lookingTakesNoLock();
    void theLockFollowsLinks();
    void theLockNeedsAFile();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<Store> m_store;
};

void TestStoreProcesses::readsWhileOthersAppendAndDie()
{
    std::int64_t cursor = 0;
    for (int round = 0; round < 6; ++round) {
        Child first(QStringLiteral("append"), m_path);
        Child second(QStringLiteral("append"), m_path);
        QCOMPARE(first.firstLine(), QByteArray("begun"));
        QCOMPARE(second.firstLine(), QByteArray("begun"));
        const std::int64_t target = cursor + 20 * kBatch;
        while (cursor < target) {
            const auto rows = m_store->fetchAfter(cursor, 100'000);
            VERIFY_OK(rows);
            QCOMPARE(rows->size() % kBatch, 0U);
            for (const AuditEvent &event : *rows)
                QCOMPARE(event.id, ++cursor);
            // The engine writes, and copies the log back, while they append.
            EngineCommit reached;
            reached.cursor = {cursor, kNoon, kNoon};
            VERIFY_OK(m_store->commit(reached));
        }
        first.kill();
        second.kill();
    }
    // A transaction that was killed leaves nothing of itself.
    const auto rest = m_store->fetchAfter(cursor, 10'000'000);
    VERIFY_OK(rest);
    QCOMPARE(rest->size() % kBatch, 0U);
    m_store.reset();
    const auto again = openStore(m_path);
    VERIFY_OK(again);
    QCOMPARE((*again)->backlog(0)->count, cursor + static_cast<std::int64_t>(rest->size()));
    QCOMPARE(*(*again)->countEvents({}), cursor + static_cast<std::int64_t>(rest->size()));
    // The roll-ups hold the same rows, whoever wrote them.
    const auto counted = (*again)->metricsInputs({});
    VERIFY_OK(counted);
    QCOMPARE(counted->totalEvents, cursor + static_cast<std::int64_t>(rest->size()));
    QCOMPARE(counted->eventsByHour[12], counted->totalEvents);
}

void TestStoreProcesses::oneEngineAtATime()
{
    auto mine = EngineLock::take(m_path, QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(mine);
    QVERIFY(mine->held());
    Child child(QStringLiteral("lock"), m_path);
    QCOMPARE(child.firstLine(), QByteArray("refused"));
    // Nor a second time in this process.
    const auto second = EngineLock::take(m_path, QStringLiteral("other"), kNoon);
    VERIFY_OK(second);
    QVERIFY(!second->held());
    const QString holder = second->holder();
    QVERIFY2(holder.contains(QStringLiteral("bartizan (process %1 ").arg(QCoreApplication::applicationPid())),
             qPrintable(holder));
    QVERIFY2(holder.contains(QLatin1String("since 2026-11-20 12:00:00 UTC")), qPrintable(holder));

    EngineLock moved = std::move(*mine);
    QVERIFY(moved.held());
    QVERIFY(!mine->held());
    moved.release();
    QVERIFY(EngineLock::take(m_path, QStringLiteral("other"), kNoon)->held());
}

void TestStoreProcesses::theLockEndsWithItsProcess()
{
    Child child(QStringLiteral("lock"), m_path);
    QCOMPARE(child.firstLine(), QByteArray("held"));
    const auto refused = EngineLock::take(m_path, QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(refused);
    QVERIFY(!refused->held());
    QVERIFY(refused->holder().startsWith(QLatin1String("child (process ")));
    child.kill();
    const auto taken = EngineLock::take(m_path, QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(taken);
    QVERIFY(taken->held());
}

void TestStoreProcesses::lookingTakesNoLock()
{
    const auto before = EngineLock::holderOf(m_path);
    VERIFY_OK(before);
    QVERIFY(!*before);
    QVERIFY(!QFile::exists(m_path + QStringLiteral(".engine")));
    Child child(QStringLiteral("lock"), m_path);
    QCOMPARE(child.firstLine(), QByteArray("held"));
    const auto during = EngineLock::holderOf(m_path);
    VERIFY_OK(during);
    QVERIFY(*during && (*during)->startsWith(QLatin1String("child (process ")));
    child.kill();
    const auto after = EngineLock::holderOf(m_path);
    VERIFY_OK(after);
    QVERIFY(!*after);
    // In this process as well, and looking ends no lock.
    const auto mine = EngineLock::take(m_path, QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(mine);
    QVERIFY(mine->held());
    QVERIFY(*EngineLock::holderOf(m_path));
    QVERIFY(*EngineLock::holderOf(m_path));
    QVERIFY(!EngineLock::holderOf(m_folder->filePath(QStringLiteral("none.db"))));
}

void TestStoreProcesses::theLockFollowsLinks()
{
    const QString link = m_folder->filePath(QStringLiteral("link.db"));
    QVERIFY(QFile::link(m_path, link));
    const auto mine = EngineLock::take(m_path, QStringLiteral("bartizan"), kNoon);
    VERIFY_OK(mine);
    QVERIFY(!EngineLock::take(link, QStringLiteral("other"), kNoon)->held());
}

void TestStoreProcesses::theLockNeedsAFile()
{
    const QString missing = m_folder->filePath(QStringLiteral("none.db"));
    const auto none = EngineLock::take(missing, QStringLiteral("bartizan"), kNoon);
    QVERIFY(!none);
    QVERIFY(none.error().message.contains(missing));
    // A link in place of the lock file is not followed: it could name any file.
    const QString victim = m_folder->filePath(QStringLiteral("victim"));
    QVERIFY(QFile::link(victim, m_path + QStringLiteral(".engine")));
    QVERIFY(!EngineLock::take(m_path, QStringLiteral("bartizan"), kNoon));
    QVERIFY(!QFile::exists(victim));
}

} // namespace bartizan

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments.at(1) == QLatin1String("--child"))
        return bartizan::runChild(arguments.at(2), arguments.at(3));
    bartizan::TestStoreProcesses test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_storeprocesses.moc"
