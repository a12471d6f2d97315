// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/networkfilesystem.h"
#include "core/storage/openstore.h"
#include "core/storage/sqliteconnection.h"
#include "core/storage/sqliteschema.h"
#include "tests/storage/storefiles.h"
#include "tests/storage/storetesting.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <atomic>
#include <sys/stat.h>
#include <thread>

namespace bartizan {
namespace {

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
}

/// Runs SQL on a file as another program would.
void runSql(const QString &path, const QByteArray &sql)
{
    SqliteConnection connection;
    if (auto opened = connection.open(path, SqliteConnection::Access::ReadWrite); !opened)
        qFatal("%s", qPrintable(opened.error().message));
    if (auto ran = connection.execute(sql.constData()); !ran)
        qFatal("%s", qPrintable(ran.error().message));
}

} // namespace

/// Opening: what is made, what is migrated, and what is refused, untouched.
class TestOpenStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("log.db"));
    }
    void cleanup() { m_folder.reset(); }

    void makesAPrivateFile();
    void keepsTheDemoFlag();
    void refusesWhatIsNotThere();
    void refusesForeignFiles_data();
    void refusesForeignFiles();
    void refusesANewerSchema();
    void refusesATruncatedFile();
    void tellsOfDamage();
    void migratesFromEveryVersion_data();
    void migratesFromEveryVersion();
    void aFailedMigrationChangesNothing();
    void vocabularyIsThatOfTheProgram();
    void isMadeOnceByManyThreads();
    void leavesCheckpointsToTheEngine();
    void knowsNetworkFileSystems();

private:
    void verifyRefused(Mode mode, const QString &reason);

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

/// Opening fails, says why and where, and leaves no trace.
void TestOpenStore::verifyRefused(Mode mode, const QString &reason)
{
    const QByteArray before = contentOf(m_path);
    const auto store = openIn(m_path, mode);
    QVERIFY(!store);
    const QString message = store.error().message;
    QVERIFY2(message.contains(reason) && message.contains(QFileInfo(m_path).fileName()), qPrintable(message));
    QVERIFY(contentOf(m_path) == before);
}

void TestOpenStore::makesAPrivateFile()
{
    const auto store = openIn(m_path, Mode::Create);
    VERIFY_OK(store);
    QVERIFY((*store)->readOnlyReason().isEmpty());
    QVERIFY(!(*store)->isDemo());
    VERIFY_OK(appendRows(**store, {failedLogin(kNoon)}));
    for (const char *suffix : {"", "-wal", "-shm"}) {
        struct stat info {};
        const QByteArray name = QFile::encodeName(m_path) + suffix;
        QCOMPARE(::stat(name.constData(), &info), 0);
        QCOMPARE(info.st_mode & 07777U, 0600U);
    }
}

void TestOpenStore::keepsTheDemoFlag()
{
    StoreOptions options;
    options.mode = Mode::Create;
    options.demo = true;
    QVERIFY((*openStore(m_path, options))->isDemo());
    QVERIFY((*openIn(m_path, Mode::ReadWrite))->isDemo());
    // A real database does not become one.
    m_path += QStringLiteral("2");
    QVERIFY(!(*openIn(m_path, Mode::Create))->isDemo());
    QVERIFY(!(*openStore(m_path, options))->isDemo());
}

void TestOpenStore::refusesWhatIsNotThere()
{
    verifyRefused(Mode::ReadWrite, QStringLiteral("does not exist"));
    verifyRefused(Mode::ReadOnly, QStringLiteral("does not exist"));
    QVERIFY(!QFile::exists(m_path));
    m_path = m_folder->filePath(QStringLiteral("no/such/log.db"));
    verifyRefused(Mode::Create, QStringLiteral("no/such"));
    m_path = m_folder->path();
    verifyRefused(Mode::Create, QStringLiteral("folder"));
    QVERIFY(!openIn({}, Mode::Create));
}

void TestOpenStore::refusesForeignFiles_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("reason");
    const QString notSqlite = QStringLiteral("not an SQLite database");
    QTest::newRow("text") << QByteArray("Nov 22 14:00:00 host sshd[1]: x\n") << QByteArray() << notSqlite;
    QTest::newRow("short") << QByteArray("SQLite") << QByteArray() << notSqlite;
    QTest::newRow("noise") << QByteArray(8192, '\x5a') << QByteArray() << notSqlite;
    QTest::newRow("header alone") << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, '\x5a') << QByteArray()
                                  << notSqlite;
    const QString other = QStringLiteral("another program");
    QTest::newRow("tables") << QByteArray() << QByteArray("CREATE TABLE t (x)") << other;
    QTest::newRow("application id") << QByteArray() << QByteArray("PRAGMA application_id = 7") << other;
    QTest::newRow("user version") << QByteArray() << QByteArray("PRAGMA user_version = 1") << other;
    QTest::newRow("with a log") << QByteArray() << QByteArray("PRAGMA journal_mode = WAL; CREATE TABLE t (x)") << other;
}

void TestOpenStore::refusesForeignFiles()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, sql);
    QFETCH(QString, reason);
    write(m_path, content);
    if (!sql.isEmpty())
        runSql(m_path, sql);
    for (const Mode mode : {Mode::Create, Mode::ReadWrite, Mode::ReadOnly})
        verifyRefused(mode, reason);
}

void TestOpenStore::refusesANewerSchema()
{
    VERIFY_OK(openIn(m_path, Mode::Create));
    runSql(m_path, "PRAGMA user_version = 999");
    verifyRefused(Mode::Create, QStringLiteral("newer Bartizan"));
    verifyRefused(Mode::ReadOnly, QStringLiteral("999"));
}

void TestOpenStore::refusesATruncatedFile()
{
    {
        const auto store = openIn(m_path, Mode::Create);
        VERIFY_OK(store);
        VERIFY_OK(appendRows(**store, std::vector<AuditEvent>(2000, failedLogin(kNoon))));
    }
    QVERIFY(QFile::resize(m_path, QFileInfo(m_path).size() / 2));
    verifyRefused(Mode::ReadWrite, QStringLiteral("damaged"));
    verifyRefused(Mode::ReadOnly, QStringLiteral("damaged"));
}

void TestOpenStore::tellsOfDamage()
{
    {
        const auto store = openIn(m_path, Mode::Create);
        VERIFY_OK(store);
        VERIFY_OK(appendRows(**store, std::vector<AuditEvent>(5000, failedLogin(kNoon))));
    }
    const QByteArray whole = contentOf(m_path);
    QByteArray damaged = whole;
    damaged.replace(100, 3000, QByteArray(3000, '\x5a')); // The schema.
    write(m_path, damaged);
    verifyRefused(Mode::ReadWrite, QStringLiteral("damaged"));

    // Pages in the middle: opening need not see it, but reading them says so and goes no further.
    damaged = whole;
    const qsizetype from = whole.size() / 3 / 4096 * 4096;
    damaged.replace(from, 40960, QByteArray(40960, '\x5a'));
    write(m_path, damaged);
    const auto store = openIn(m_path, Mode::ReadWrite);
    QString message = store ? QString() : store.error().message;
    if (store) {
        const auto rows = (*store)->fetchAfter(0, 10'000);
        const auto counted = (*store)->metricsInputs({{0, 1}, std::nullopt, "UTC"});
        const auto read = (*store)->rowsBetween({}, 10'000, {}, 10'000);
        QVERIFY(!rows || !read || !counted);
        message = !rows ? rows.error().message : !read ? read.error().message : counted.error().message;
    }
    QVERIFY2(message.contains(QLatin1String("damaged")), qPrintable(message));
}

void TestOpenStore::migratesFromEveryVersion_data()
{
    QTest::addColumn<int>("version");
    for (int version = 1; version < latestSchemaVersion(); ++version)
        QTest::addRow("%d", version) << version;
}

void TestOpenStore::migratesFromEveryVersion()
{
    QFETCH(int, version);
    write(m_path, {});
    {
        SqliteConnection connection;
        VERIFY_OK(connection.open(m_path, SqliteConnection::Access::ReadWrite));
        VERIFY_OK(migrate(connection, version, true));
        QCOMPARE(*connection.integer("PRAGMA user_version"), version);
        VERIFY_OK(connection.execute("INSERT INTO audit (timestamp, event_type, outcome, severity, origin, action) "
                                     "VALUES (1795176000000, 0, 1, 0, 0, 'login')"));
        if (version >= 2) {
            VERIFY_OK(connection.execute("INSERT INTO alert (id, timestamp, severity, type, event_type, event_id, change, "
                                         "title, description, metadata) VALUES ('old', 1795176000000, 2, 9, 0, 1, 1, "
                                         "'t', 'd', '{}'); UPDATE change_counter SET value = 1"));
            VERIFY_OK(connection.execute("INSERT INTO alert (id, timestamp, severity, type, event_type, acknowledged, "
                                         "acknowledged_at, acknowledged_by, event_id, change, title, description, "
                                         "metadata) VALUES ('seen', 1795176000000, 2, 9, 0, 1, 7, 'ann', 1, 2, 't', 'd', "
                                         "'{}'); UPDATE change_counter SET value = 2"));
        }
        if (version >= 9) // From here on a program that acknowledges sets the status as well.
            VERIFY_OK(connection.execute("UPDATE alert SET status = 1 WHERE acknowledged = 1"));
    }
    verifyRefused(Mode::ReadOnly, QStringLiteral("older schema"));
    const auto store = openIn(m_path, Mode::ReadWrite);
    VERIFY_OK(store);
    QVERIFY((*store)->isDemo());
    const auto rows = (*store)->fetchAfter(0, 10);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 1U);
    QCOMPARE(rows->front().timestamp, kNoon);
    if (version >= 2) {
        const auto old = (*store)->alert("old");
        VERIFY_OK(old);
        QCOMPARE((*old)->title, std::string("t"));
        QVERIFY((*old)->rule.empty() && (*old)->group.empty() && (*old)->repeats == 0 && !(*old)->lastRepeatAt);
        QVERIFY((*old)->status == AlertStatus::New && (*old)->version == 0);
        const auto seen = (*store)->alert("seen");
        VERIFY_OK(seen);
        QVERIFY((*seen)->status == AlertStatus::Acknowledged && (*seen)->acknowledgedBy == "ann");
    }
    VERIFY_OK((*store)->commit(commitOf({alertNumber(1, kNoon)})));
    const QJsonObject update{{QStringLiteral("thresholds"), QJsonObject{{QStringLiteral("adminActionsPerHour"), 9}}}};
    VERIFY_OK((*store)->updateSettings(update, {}, "ann", kNoon));
    QCOMPARE(*(*store)->countEvents({}), 3);
}

void TestOpenStore::aFailedMigrationChangesNothing()
{
    write(m_path, {});
    runSql(m_path, "PRAGMA application_id = 1112693326; PRAGMA user_version = 1; CREATE TABLE alert (x)");
    {
        SqliteConnection connection;
        VERIFY_OK(connection.open(m_path, SqliteConnection::Access::ReadWrite));
        const auto migrated = migrate(connection, latestSchemaVersion(), false);
        QVERIFY(!migrated);
        QVERIFY2(migrated.error().message.contains(QLatin1String("stays at version 1")),
                 qPrintable(migrated.error().message));
        QCOMPARE(*connection.integer("PRAGMA user_version"), 1);
        QCOMPARE(*connection.integer("SELECT count(*) FROM sqlite_schema"), 1);
    }
}

void TestOpenStore::vocabularyIsThatOfTheProgram()
{
    VERIFY_OK(openIn(m_path, Mode::Create));
    SqliteConnection connection;
    VERIFY_OK(connection.open(m_path, SqliteConnection::Access::ReadOnly));
    const auto namesOf = [&](const char *kind) {
        std::vector<std::string> names;
        auto statement = connection.prepare("SELECT name, value FROM vocabulary WHERE kind = ? ORDER BY value");
        if (!statement)
            return names;
        statement->bind(1, std::string_view(kind));
        for (std::int64_t i = 0; *statement->step() && statement->integer(1) == i; ++i)
            names.push_back(statement->string(0));
        return names;
    };
    const auto expected = [](std::span<const std::string_view> names) {
        return std::vector<std::string>(names.begin(), names.end());
    };
    QCOMPARE(namesOf("eventType"), expected(enumNames<SecurityEventType>()));
    QCOMPARE(namesOf("outcome"), expected(enumNames<AuditOutcome>()));
    QCOMPARE(namesOf("severity"), expected(enumNames<AuditSeverity>()));
}

void TestOpenStore::isMadeOnceByManyThreads()
{
    std::atomic<int> failures{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&] {
            const auto store = openIn(m_path, Mode::Create);
            if (!store || !appendRows(**store, {failedLogin(kNoon)})) {
                ++failures;
                qWarning("%s", store ? "append failed" : qPrintable(store.error().message));
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(failures.load(), 0);
    QCOMPARE(*(*openIn(m_path, Mode::ReadWrite))->countEvents({}), 6);
}

void TestOpenStore::leavesCheckpointsToTheEngine()
{
    // 16,000 pages of 4 KiB make the engine's connection copy the log back.
    std::vector<AuditEvent> events(40, failedLogin(kNoon));
    for (AuditEvent &event : events)
        event.metadata = "{\"x\":\"" + std::string(2U << 20U, 'x') + "\"}";
    for (const auto role : {StoreOptions::Role::Client, StoreOptions::Role::Engine}) {
        StoreOptions options;
        options.mode = Mode::Create;
        options.role = role;
        const auto store = openStore(m_path, options);
        VERIFY_OK(store);
        VERIFY_OK(appendRows(**store, events));
        const bool copied = QFileInfo(m_path).size() > (40 << 20);
        QCOMPARE(copied, role == StoreOptions::Role::Engine);
        m_path += QStringLiteral("2");
    }
}

void TestOpenStore::knowsNetworkFileSystems()
{
    for (const char *kind : {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph"})
        QVERIFY2(isNetworkFileSystem(QString::fromLatin1(kind)), kind);
    for (const char *kind : {"ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.fuse-overlayfs", ""})
        QVERIFY2(!isNetworkFileSystem(QString::fromLatin1(kind)), kind);
}

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestOpenStore)
#include "tst_openstore.moc"
