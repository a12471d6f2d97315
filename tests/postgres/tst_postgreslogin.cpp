// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgreslogin.h"
#include "tests/postgres/postgrescluster.h"
#include "tests/storage/storetesting.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <libpq-fe.h>

#include <atomic>
#include <cerrno>
#include <future>
#include <semaphore>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace bartizan;
using bartizan::test::PostgresCluster;

namespace {

constexpr int kPatienceMs = 60'000;
std::atomic<bool> noEventsLeft{false};

} // namespace

/// In place of the system's, so that there may be none left.
extern "C" int eventfd(unsigned int count, int flags) noexcept
{
    if (!noEventsLeft)
        return static_cast<int>(::syscall(SYS_eventfd2, count, flags));
    errno = EMFILE;
    return -1;
}

namespace {

/// What ends a log-in from without.
class Wake {
public:
    Wake() : m_event(::eventfd(0, EFD_CLOEXEC)) {}
    ~Wake() { ::close(m_event); }
    Wake(const Wake &) = delete;
    Wake &operator=(const Wake &) = delete;
    int descriptor() const { return m_event; }
    void up() const { ::eventfd_write(m_event, 1); }

private:
    const int m_event;
};

using Answer = std::future<Result<PostgresHandle>>;

Answer logIn(const ConnectionProfile &profile, const Wake &wake, const QString &password = {}, const LoginPatience &patience = {})
{
    return std::async(std::launch::async, [&profile, &wake, password, patience] {
        return logInToPostgres(profile, password, wake.descriptor(), patience);
    });
}

/// Tells when a log-in waits for another one's attempt.
class SeenWaiting {
public:
    LoginPatience patience(std::chrono::milliseconds perHost, std::chrono::milliseconds worthATry)
    {
        return {perHost, worthATry, [this] { m_waits.release(); }};
    }
    bool once() { return m_waits.try_acquire_for(std::chrono::milliseconds(kPatienceMs)); }

private:
    std::counting_semaphore<> m_waits{0};
};

constexpr std::chrono::milliseconds kShort{2'000};
constexpr std::chrono::milliseconds kLong{kPatienceMs};
constexpr std::chrono::milliseconds kNever{2 * kPatienceMs};

/// A server where anna's password is "right", and twelve that log in there at once as her.
struct Crowd {
    explicit Crowd(const QString &password)
    {
        cluster.sql(QStringLiteral("postgres"), QStringLiteral("CREATE ROLE anna LOGIN PASSWORD 'right'"));
        profile = *ConnectionProfile::fromUrl(cluster.tcpUrl(QStringLiteral("postgres"), QStringLiteral("anna")));
        for (int i = 0; i < 12; ++i)
            answers.push_back(logIn(profile, never, password));
    }

    const PostgresCluster cluster;
    ConnectionProfile profile;
    const Wake never;
    std::vector<Answer> answers; // They use the members above: those must outlive them.
};

bool isOver(const Answer &answer)
{
    return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

} // namespace

/// Several connections that log in with the same password at once.
class TestPostgresLogin : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wakingEndsTheWaitForAnother();
    void allAreToldOfASilentServer();
    void silenceEndsNobodyBeforeHisTime_data();
    void silenceEndsNobodyBeforeHisTime();
    void oneThatIsGivenUpKeepsNobodyOut_data();
    void oneThatIsGivenUpKeepsNobodyOut();
    void lettingOneInLetsAllIn();
    void aWrongPasswordIsOfferedOnce();

private:
    /// A server that takes connections and says nothing.
    bool listen(QTcpServer &server, ConnectionProfile &profile)
    {
        profile = *ConnectionProfile::fromUrl(QStringLiteral("postgresql://anna@127.0.0.1:1/none?sslmode=disable"));
        const bool listens = server.listen(QHostAddress::LocalHost);
        profile.port = QString::number(server.serverPort());
        return listens;
    }
};

void TestPostgresLogin::wakingEndsTheWaitForAnother()
{
    QTcpServer server;
    ConnectionProfile profile;
    QVERIFY(listen(server, profile));
    const Wake first;
    const Wake second;
    auto holds = logIn(profile, first, {}, {kLong, kNever});
    QVERIFY(server.waitForNewConnection(kPatienceMs)); // It is at the server, and nobody else comes.
    SeenWaiting seen;
    auto waits = logIn(profile, second, {}, seen.patience(kLong, kNever));
    QVERIFY(seen.once());
    second.up();
    const auto woken = waits.get();
    QVERIFY(!woken);
    QVERIFY(!isOver(holds));
    first.up();
    QVERIFY(!holds.get());
}

void TestPostgresLogin::allAreToldOfASilentServer()
{
    QTcpServer server;
    ConnectionProfile profile;
    QVERIFY(listen(server, profile));
    const Wake never;
    std::vector<Answer> answers;
    for (int i = 0; i < 6; ++i)
        answers.push_back(logIn(profile, never, {}, {kShort, kShort}));
    for (Answer &answer : answers) {
        const auto handle = answer.get();
        QVERIFY(!handle);
        QVERIFY2(handle.error().message.contains(QLatin1String("does not answer")), qPrintable(handle.error().message));
    }
    int came = 0;
    while (server.waitForNewConnection(0) || server.hasPendingConnections()) {
        delete server.nextPendingConnection();
        ++came;
    }
    QCOMPARE(came, 1);
}

/// Who has begun later goes to the server himself when the first is at his end, if it is worth a try in what is left of his
/// own time.
void TestPostgresLogin::silenceEndsNobodyBeforeHisTime_data()
{
    QTest::addColumn<int>("worthATry");
    QTest::addColumn<bool>("tries");
    QTest::newRow("with time left") << 1'000 << true;
    QTest::newRow("with too little of it") << static_cast<int>(kNever.count()) << false;
}

void TestPostgresLogin::silenceEndsNobodyBeforeHisTime()
{
    QFETCH(const int, worthATry);
    QFETCH(const bool, tries);
    QTcpServer server;
    ConnectionProfile profile;
    QVERIFY(listen(server, profile));
    const Wake never;
    const Wake wake;
    SeenWaiting seen;
    auto first = logIn(profile, never, {}, {kShort, kShort});
    QVERIFY(server.waitForNewConnection(kPatienceMs));
    const QTcpSocket *const held = server.nextPendingConnection(); // The server's: it stays, in silence.
    QVERIFY(held);
    auto second = logIn(profile, wake, {}, seen.patience(kLong, std::chrono::milliseconds(worthATry)));
    QVERIFY(seen.once());
    QVERIFY(!first.get());
    if (tries) {
        QVERIFY(server.waitForNewConnection(kPatienceMs));
        QVERIFY(!isOver(second));
        wake.up();
    }
    const auto ended = second.get();
    QVERIFY(!ended);
    QVERIFY2(ended.error().message.contains(QLatin1String("does not answer")), qPrintable(ended.error().message));
    QVERIFY(tries || (!server.waitForNewConnection(0) && !server.hasPendingConnections()));
}

void TestPostgresLogin::oneThatIsGivenUpKeepsNobodyOut_data()
{
    QTest::addColumn<bool>("events");
    QTest::newRow("told") << true;
    QTest::newRow("without a descriptor to be told by") << false;
}

void TestPostgresLogin::oneThatIsGivenUpKeepsNobodyOut()
{
    QFETCH(const bool, events);
    QTcpServer server;
    ConnectionProfile profile;
    QVERIFY(listen(server, profile));
    const Wake first;
    const Wake second;
    noEventsLeft = !events;
    auto holds = logIn(profile, first, {}, {kLong, kNever});
    QVERIFY(server.waitForNewConnection(kPatienceMs));
    SeenWaiting seen;
    auto waits = logIn(profile, second, {}, seen.patience(kLong, kNever));
    QVERIFY(seen.once());
    first.up();
    QVERIFY(!holds.get());
    QVERIFY(server.waitForNewConnection(kPatienceMs)); // The second goes there itself.
    noEventsLeft = false;
    second.up();
    QVERIFY(!waits.get());
}

void TestPostgresLogin::lettingOneInLetsAllIn()
{
    SKIP_WITHOUT_POSTGRES();
    Crowd crowd(QStringLiteral("right"));
    std::vector<PostgresHandle> handles;
    for (Answer &answer : crowd.answers) {
        auto handle = answer.get();
        VERIFY_OK(handle);
        handles.push_back(std::move(*handle));
    }
    QCOMPARE(crowd.cluster.sql(QStringLiteral("postgres"), QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE usename = 'anna'")),
             QByteArray("12"));
}

void TestPostgresLogin::aWrongPasswordIsOfferedOnce()
{
    SKIP_WITHOUT_POSTGRES();
    Crowd crowd(QStringLiteral("wrong"));
    for (Answer &answer : crowd.answers) {
        const auto handle = answer.get();
        QVERIFY(!handle);
        QVERIFY2(handle.error().message.contains(QLatin1String("did not take the password")), qPrintable(handle.error().message));
    }
    QFile log(crowd.cluster.socketFolder() + QStringLiteral("/server.log"));
    QVERIFY(log.open(QIODevice::ReadOnly));
    QCOMPARE(log.readAll().count("password authentication failed"), 1);
}

QTEST_GUILESS_MAIN(TestPostgresLogin)
#include "tst_postgreslogin.moc"
