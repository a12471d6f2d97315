// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/keychainstore.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <csignal>

using namespace bartizan;
using namespace std::chrono_literals;

namespace {

constexpr int kPatienceMs = 20'000;
constexpr auto kStorePatience = 3s;
const QString kKey = QStringLiteral("postgresql://anna@db.example:5432/audit");

} // namespace

/// The keyring of the desktop: none, a real one, and one that hangs, in this order on one bus.
class TestKeychainStore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void saysPlainlyThatNoKeyringRuns();
    void keepsReplacesAndForgets();
    void answersNobodyWhoIsGone();
    void givesUpOnAKeyringThatHangs();
    void cleanupTestCase();

private:
    bool startKeyring();
    Result<std::optional<QString>> read(const QString &key = kKey);
    Result<void> write(const QString &secret);
    Result<void> remove();

    QTemporaryDir m_home;
    QProcess m_keyring;
    std::unique_ptr<KeychainStore> m_store;
};

void TestKeychainStore::initTestCase()
{
    if (qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS"))
        QSKIP("there is no session bus; ctest starts one with dbus-run-session");
    qputenv("HOME", m_home.path().toLocal8Bit());
    qputenv("XDG_RUNTIME_DIR", m_home.path().toLocal8Bit());
    qputenv("XDG_DATA_HOME", m_home.path().toLocal8Bit());
    m_store = std::make_unique<KeychainStore>(kStorePatience);
}

void TestKeychainStore::cleanupTestCase()
{
    m_store.reset();
    if (m_keyring.state() == QProcess::NotRunning)
        return;
    m_keyring.kill();
    QVERIFY(m_keyring.waitForFinished(kPatienceMs));
}

/// An unlocked keyring, as logging in leaves it.
bool TestKeychainStore::startKeyring()
{
    if (m_keyring.state() == QProcess::Running)
        return true;
    m_keyring.start(QStringLiteral("gnome-keyring-daemon"),
                    {QStringLiteral("--foreground"), QStringLiteral("--unlock"), QStringLiteral("--components=secrets")});
    if (!m_keyring.waitForStarted(kPatienceMs))
        return false;
    m_keyring.write("login password");
    m_keyring.closeWriteChannel();
    return QTest::qWaitFor([this] { return m_keyring.state() == QProcess::NotRunning || read().ok(); }, kPatienceMs)
        && m_keyring.state() == QProcess::Running;
}

Result<std::optional<QString>> TestKeychainStore::read(const QString &key)
{
    std::optional<Result<std::optional<QString>>> answer;
    m_store->read(key, this, [&](const auto &told) { answer = told; });
    if (!QTest::qWaitFor([&] { return answer.has_value(); }, kPatienceMs))
        return Error{QStringLiteral("no answer")};
    return *answer;
}

Result<void> TestKeychainStore::write(const QString &secret)
{
    std::optional<Result<void>> answer;
    m_store->write(kKey, secret, this, [&](const auto &told) { answer = told; });
    if (!QTest::qWaitFor([&] { return answer.has_value(); }, kPatienceMs))
        return Error{QStringLiteral("no answer")};
    return *answer;
}

Result<void> TestKeychainStore::remove()
{
    std::optional<Result<void>> answer;
    m_store->remove(kKey, this, [&](const auto &told) { answer = told; });
    if (!QTest::qWaitFor([&] { return answer.has_value(); }, kPatienceMs))
        return Error{QStringLiteral("no answer")};
    return *answer;
}

void TestKeychainStore::saysPlainlyThatNoKeyringRuns()
{
    const auto found = read();
    QVERIFY(!found);
    QCOMPARE(found.error().message, QStringLiteral("No keyring runs here: the password is asked for each time, or comes "
                                                   "from the password file (PGPASSFILE)."));
    QVERIFY(!write(QStringLiteral("secret")));
    QVERIFY(!remove());
}

void TestKeychainStore::keepsReplacesAndForgets()
{
    if (QStandardPaths::findExecutable(QStringLiteral("gnome-keyring-daemon")).isEmpty())
        QSKIP("gnome-keyring is not installed");
    QVERIFY2(startKeyring(), m_keyring.readAllStandardError().constData());
    QVERIFY(*read() == std::nullopt);
    QVERIFY(remove().ok());
    const QString secret = QStringLiteral("p;'\" äöü 雨 \\");
    QVERIFY(write(secret).ok());
    QCOMPARE(**read(), secret);
    QVERIFY(*read(QStringLiteral("postgresql://anna@elsewhere.example:5432/audit")) == std::nullopt);
    QVERIFY(write(QStringLiteral("second")).ok());
    QCOMPARE(**read(), QStringLiteral("second"));
    QVERIFY(remove().ok());
    QVERIFY(*read() == std::nullopt);
}

void TestKeychainStore::answersNobodyWhoIsGone()
{
    auto context = std::make_unique<QObject>();
    bool called = false;
    m_store->read(kKey, context.get(), [&](const auto &) { called = true; });
    context.reset();
    (void)read(); // Asked later, answered later.
    QVERIFY(!called);
}

void TestKeychainStore::givesUpOnAKeyringThatHangs()
{
    if (m_keyring.state() != QProcess::Running)
        QSKIP("gnome-keyring is not installed");
    QCOMPARE(::kill(static_cast<pid_t>(m_keyring.processId()), SIGSTOP), 0);
    int turns = 0; // of this thread's event loop, which goes on meanwhile
    QTimer alive;
    connect(&alive, &QTimer::timeout, this, [&] { ++turns; });
    alive.start(50);
    const auto found = read();
    QVERIFY(!found);
    QVERIFY2(found.error().message.startsWith(QLatin1String("The keyring has not answered for 3 s")),
             qPrintable(found.error().message));
    QVERIFY(turns >= 5);
    QCOMPARE(::kill(static_cast<pid_t>(m_keyring.processId()), SIGCONT), 0);
    // What was asked meanwhile is done with: the keyring can be used again.
    QTRY_VERIFY_WITH_TIMEOUT(read().ok(), kPatienceMs);
}

QTEST_GUILESS_MAIN(TestKeychainStore)
#include "tst_keychainstore.moc"
