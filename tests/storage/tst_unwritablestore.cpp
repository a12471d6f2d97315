// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliteconnection.h"
#include "tests/storage/storefiles.h"
#include "tests/storage/storetesting.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bartizan {
namespace {

/// The effective user of this process while in scope: root may write anything, so tests of rights need another.
class AsNobody {
public:
    AsNobody() : m_root(::geteuid() == 0) { m_ok = !m_root || ::seteuid(65534) == 0; }
    ~AsNobody()
    {
        if (m_root && ::seteuid(0) != 0)
            qFatal("cannot become root again");
    }
    bool ok() const { return m_ok; }

private:
    bool m_root;
    bool m_ok = false;
};

/// The largest file this process may write, while in scope.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit now = m_before;
        now.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~FileSizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int) = SIG_DFL;
};

} // namespace

/// What may not be written, or has no room left: it is read all the same, and what is refused is refused whole.
class TestUnwritableStore : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("log.db"));
    }
    void cleanup() { m_folder.reset(); }

    void opensReadOnly();
    void opensAFileItMayNotWrite();
    void opensInAFolderItMayNotWrite();
    void survivesAFullDisk();
    void namesAFullDatabase();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void TestUnwritableStore::opensReadOnly()
{
    const auto writer = openIn(m_path, Mode::Create);
    VERIFY_OK(writer);
    const SecurityAlert alert = alertNumber(1, kNoon);
    VERIFY_OK((*writer)->commit(commitOf({alert})));
    const auto reader = openIn(m_path, Mode::ReadOnly);
    VERIFY_OK(reader);
    Store &store = **reader;
    QVERIFY(!store.readOnlyReason().isEmpty());
    QCOMPARE(store.alerts({})->size(), 1U);
    QVERIFY(!appendRows(store, {failedLogin(kNoon)}));
    QVERIFY(!store.commit({}));
    QVERIFY(!store.acknowledge(std::vector{alert.id}, "ann", kNoon, {}));
    QVERIFY(!store.setUserEmails({}));
    const auto refused = store.updateSettings({}, "UTC", "ann", kNoon);
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains(m_path));
    // It follows what others write.
    VERIFY_OK(appendRows(**writer, {failedLogin(kNoon)}));
    QVERIFY(*store.changed());
    QCOMPARE(*store.countEvents({}), 2);
}

void TestUnwritableStore::opensAFileItMayNotWrite()
{
    {
        const auto store = openIn(m_path, Mode::Create);
        VERIFY_OK(store);
        VERIFY_OK(appendRows(**store, {failedLogin(kNoon)}));
    }
    QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0444), 0);
    QCOMPARE(::chmod(QFile::encodeName(m_folder->path()).constData(), 0777), 0);
    const QByteArray before = contentOf(m_path);
    {
        const AsNobody nobody;
        QVERIFY(nobody.ok());
        const auto store = openIn(m_path, Mode::ReadWrite);
        VERIFY_OK(store);
        QVERIFY2((*store)->readOnlyReason().contains(m_path), qPrintable((*store)->readOnlyReason()));
        QCOMPARE(*(*store)->countEvents({}), 1);
        const auto appended = appendRows(**store, {failedLogin(kNoon)});
        QVERIFY(!appended);
        QVERIFY(appended.error().message.contains(QLatin1String("not writable")));
    }
    QVERIFY(contentOf(m_path) == before);
}

void TestUnwritableStore::opensInAFolderItMayNotWrite()
{
    {
        const auto store = openIn(m_path, Mode::Create);
        VERIFY_OK(store);
        VERIFY_OK(appendRows(**store, {failedLogin(kNoon)}));
    }
    QCOMPARE(::chmod(QFile::encodeName(m_path).constData(), 0666), 0);
    QCOMPARE(::chmod(QFile::encodeName(m_folder->path()).constData(), 0555), 0);
    {
        const AsNobody nobody;
        QVERIFY(nobody.ok());
        const auto store = openIn(m_path, Mode::Create);
        VERIFY_OK(store);
        QVERIFY((*store)->readOnlyReason().contains(m_folder->path()));
        QCOMPARE(*(*store)->countEvents({}), 1);
        // A new file cannot be made here at all.
        const QString missing = m_folder->filePath(QStringLiteral("new.db"));
        const auto made = openIn(missing, Mode::Create);
        QVERIFY(!made);
        QVERIFY2(made.error().message.contains(missing), qPrintable(made.error().message));
    }
    QCOMPARE(::chmod(QFile::encodeName(m_folder->path()).constData(), 0700), 0);
}

void TestUnwritableStore::survivesAFullDisk()
{
    const auto opened = openIn(m_path, Mode::Create);
    VERIFY_OK(opened);
    Store &store = **opened;
    VERIFY_OK(appendRows(store, {failedLogin(kNoon)}));
    const EngineCursor cursor{1, kNoon, kNoon};
    VERIFY_OK(store.commit(commitOf({alertNumber(1, kNoon)}, cursor)));
    AuditEvent large = failedLogin(kNoon);
    large.metadata = "{\"x\":\"" + std::string(4U << 20U, 'x') + "\"}";
    {
        const FileSizeLimit limit(static_cast<rlim_t>(QFileInfo(m_path + QStringLiteral("-wal")).size() + 65536));
        const auto appended = appendRows(store, {failedLogin(kNoon), large});
        QVERIFY(!appended);
        QVERIFY2(appended.error().message.contains(m_path), qPrintable(appended.error().message));
        SecurityAlert huge = alertNumber(2, kNoon);
        huge.description = large.metadata;
        QVERIFY(!store.commit(commitOf({huge}, {9, 9, 9})));
    }
    // All or nothing; and it goes on when there is space again.
    QCOMPARE(*store.countEvents({}), 2);
    QVERIFY(*store.loadCursor() == cursor);
    QCOMPARE(store.alerts({})->size(), 1U);
    VERIFY_OK(appendRows(store, {large}));
    QCOMPARE(*store.countEvents({}), 3);
}

void TestUnwritableStore::namesAFullDatabase()
{
    VERIFY_OK(openIn(m_path, Mode::Create));
    SqliteConnection connection;
    VERIFY_OK(connection.open(m_path, SqliteConnection::Access::ReadWrite));
    const auto pages = connection.integer("PRAGMA page_count");
    VERIFY_OK(connection.execute(("PRAGMA max_page_count = " + std::to_string(*pages)).c_str()));
    const auto filled = connection.execute("INSERT INTO quarantine (source, line, reason, text) "
                                           "VALUES ('', 0, '', hex(zeroblob(100000)))");
    QVERIFY(!filled);
    QVERIFY2(filled.error().message.contains(QLatin1String("No space")), qPrintable(filled.error().message));
    QVERIFY(filled.error().message.contains(m_path));
}

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestUnwritableStore)
#include "tst_unwritablestore.moc"
