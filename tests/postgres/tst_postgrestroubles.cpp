// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTest>

#include <pwd.h>
#include <sys/mount.h>
#include <unistd.h>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

/// A file system of its own in memory, of a size in megabytes, that the server's user may write to.
class SmallDisk {
public:
    explicit SmallDisk(int megabytes)
    {
        const passwd *user = ::getpwnam("postgres");
        const QByteArray options = "size=" + QByteArray::number(megabytes) + "m";
        m_mounted = user && m_folder.isValid()
            && ::mount("tmpfs", path().toLocal8Bit().constData(), "tmpfs", 0, options.constData()) == 0
            && ::chown(path().toLocal8Bit().constData(), user->pw_uid, user->pw_gid) == 0;
    }
    ~SmallDisk()
    {
        if (m_mounted)
            ::umount2(path().toLocal8Bit().constData(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;

    bool mounted() const { return m_mounted; }
    QString path() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
    bool m_mounted = false;
};

std::vector<AuditEvent> longRows(int count)
{
    std::vector<AuditEvent> rows;
    for (int i = 0; i < count; ++i) {
        rows.push_back(failedLogin(kNoon + i));
        rows.back().context.userAgent = std::string(1'000, 'x');
    }
    return rows;
}

} // namespace

/// What goes wrong on a server is said in words, harms nothing that is stored, and is over when its cause is.
class TestPostgresTroubles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        SKIP_WITHOUT_POSTGRES();
        m_cluster = std::make_unique<PostgresCluster>();
    }
    void cleanupTestCase() { m_cluster.reset(); }

    void outlivesAFullDisk();
    void tellsWhoMayNotMigrate();
    void refusesWhatOtherMigrationsMade();

private:
    std::unique_ptr<PostgresCluster> m_cluster;
};

void TestPostgresTroubles::outlivesAFullDisk()
{
    if (::geteuid() != 0)
        QSKIP("only root can make a disk that is full");
    const SmallDisk disk(40);
    if (!disk.mounted())
        QSKIP("no file system can be mounted here, so that no disk is full");
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("CREATE TABLESPACE small LOCATION '%1'").arg(disk.path()));
    m_cluster->sql(QStringLiteral("postgres"), QStringLiteral("CREATE DATABASE narrow TABLESPACE small"));
    const auto store = std::move(*openStore(m_cluster->url(QStringLiteral("narrow")), {.mode = StoreOptions::Mode::Create}));
    m_cluster->sql(QStringLiteral("narrow"), QStringLiteral("CREATE TABLE ballast AS SELECT repeat('x', 2000) AS x "
                                                            "FROM generate_series(1, 3000)"));
    Result<AppendReport> last = AppendReport{};
    std::int64_t stored = 0;
    while (last) {
        stored += last->inserted;
        QVERIFY(stored < 100'000);
        last = appendRows(*store, longRows(1'000));
    }
    QVERIFY2(last.error().message.contains(QLatin1String("the server's disk is full; nothing of this change was stored")),
             qPrintable(last.error().message));
    QCOMPARE(*store->countEvents({}), stored);
    // The same connection goes on as soon as there is room.
    m_cluster->sql(QStringLiteral("narrow"), QStringLiteral("DROP TABLE ballast"));
    VERIFY_OK(appendRows(*store, longRows(1'000)));
    QCOMPARE(*store->countEvents({}), stored + 1'000);
    QCOMPARE(store->backlog(0)->count, stored + 1'000); // Each with its number.
    m_cluster->stop(); // What is on the disk goes with it.
    m_cluster.reset();
    m_cluster = std::make_unique<PostgresCluster>();
}

void TestPostgresTroubles::tellsWhoMayNotMigrate()
{
    const QString database = m_cluster->makeDatabase();
    VERIFY_OK(openStore(m_cluster->url(database), {.mode = StoreOptions::Mode::Create}));
    VERIFY_OK(makePostgresRoles(*ConnectionProfile::fromUrl(m_cluster->url(database)), {}));
    m_cluster->sql(database, QStringLiteral("CREATE ROLE ben LOGIN IN ROLE bartizan_analyst; "
                                            "CREATE ROLE service LOGIN IN ROLE bartizan_engine"));
    const int latest = latestPostgresSchema();
    const auto claimVersion = [&](int version) {
        m_cluster->sql(database, QStringLiteral("UPDATE bartizan.meta SET value = CASE key WHEN 'schema' THEN '%1' ELSE '%2' END "
                                                "WHERE key IN ('schema', 'migrations')")
                                     .arg(version)
                                     .arg(QLatin1String(postgresMigrationsDigest(version))));
    };
    claimVersion(latest - 1);
    for (const char *user : {"ben", "service"}) {
        const auto refused = openStore(m_cluster->url(database, QLatin1String(user)));
        QVERIFY(!refused);
        const QString expected = QStringLiteral("it has the older schema version %1 and must be migrated to %2 first, which "
                                                "“%3” may not do")
                                     .arg(latest - 1)
                                     .arg(latest)
                                     .arg(QLatin1String(user));
        QVERIFY2(refused.error().message.contains(expected), qPrintable(refused.error().message));
        QVERIFY2(refused.error().message.contains(QLatin1String("bartizanctl init")), qPrintable(refused.error().message));
    }
    QCOMPARE(m_cluster->sql(database, QStringLiteral("SELECT value FROM bartizan.meta WHERE key = 'schema'")).toInt(),
             latest - 1);
    claimVersion(latest);
    VERIFY_OK(openStore(m_cluster->url(database, QStringLiteral("ben"))));
}

/// A schema of the same version that other migrations made lacks what the program needs: it says so when it opens it.
void TestPostgresTroubles::refusesWhatOtherMigrationsMade()
{
    const QString database = m_cluster->makeDatabase();
    const QString url = m_cluster->url(database);
    VERIFY_OK(openStore(url, {.mode = StoreOptions::Mode::Create}));
    VERIFY_OK(openStore(url, {.mode = StoreOptions::Mode::Create}));
    const QString state = QStringLiteral("SELECT md5(string_agg(m::text, ' ' ORDER BY key)) FROM bartizan.meta AS m");
    for (const char *change : {"UPDATE bartizan.meta SET value = repeat('0', 64) WHERE key = 'migrations'",
                               "DELETE FROM bartizan.meta WHERE key = 'migrations'"}) {
        m_cluster->sql(database, QLatin1String(change));
        const QByteArray before = m_cluster->sql(database, state);
        for (const auto mode : {StoreOptions::Mode::Create, StoreOptions::Mode::ReadWrite, StoreOptions::Mode::ReadOnly}) {
            const auto refused = openStore(url, {.mode = mode});
            QVERIFY(!refused);
            QVERIFY2(refused.error().message.contains(QLatin1String("never released")), qPrintable(refused.error().message));
        }
        QCOMPARE(m_cluster->sql(database, state), before);
    }
    m_cluster->sql(database, QStringLiteral("INSERT INTO bartizan.meta VALUES ('migrations', '%1')")
                                 .arg(QLatin1String(postgresMigrationsDigest(latestPostgresSchema()))));
    VERIFY_OK(openStore(url));
    QVERIFY(postgresMigrationsDigest(1) != postgresMigrationsDigest(2));
    // Each file counts as it is, with what stands in its texts and comments.
    QCryptographicHash hash(QCryptographicHash::Sha256);
    const QDir folder(QStringLiteral(":/postgresql"));
    const QStringList names = folder.entryList({QStringLiteral("0*.sql")}, QDir::Files, QDir::Name);
    QCOMPARE(names.size(), latestPostgresSchema());
    for (const QString &name : names) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        hash.addData(file.readAll().append('\0'));
    }
    QCOMPARE(postgresMigrationsDigest(latestPostgresSchema()), hash.result().toHex());
}

QTEST_GUILESS_MAIN(TestPostgresTroubles)
#include "tst_postgrestroubles.moc"
