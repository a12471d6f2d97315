// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/connectiontester.h"
#include "core/storage/connectiontest.h"
#include "core/storage/postgresmessages.h"

#include <QByteArray>
#include <QTest>
#include <QThreadPool>

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <future>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace bartizan;

namespace {

constexpr int kPatienceMs = 3'000;

/// The port on which a socket listens from now on.
quint16 listenOnLoopback(int listener)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || ::listen(listener, 16) != 0
        || ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        qFatal("no socket on the loopback address");
    return ntohs(address.sin_port);
}

/// Passes for a PostgreSQL server that speaks no TLS and asks for the password in the clear; keeps all that it is told.
class Impostor {
public:
    Impostor()
    {
        m_port = listenOnLoopback(m_listener);
        m_thread = std::thread([this] {
            for (int client = ::accept(m_listener, nullptr, nullptr); client >= 0;
                 client = ::accept(m_listener, nullptr, nullptr)) {
                talk(client);
                ::close(client);
            }
        });
    }
    ~Impostor() { (void)told(); }

    quint16 port() const { return m_port; }
    /// All that was said; the impostor is gone then.
    QByteArray told()
    {
        if (m_thread.joinable()) {
            ::shutdown(m_listener, SHUT_RDWR);
            m_thread.join();
            ::close(m_listener);
        }
        return m_told;
    }

private:
    QByteArray hear(int client)
    {
        pollfd waiting{client, POLLIN, 0};
        QByteArray heard(4096, '\0');
        const bool any = ::poll(&waiting, 1, kPatienceMs) == 1;
        heard.resize(any ? std::max<qsizetype>(0, ::recv(client, heard.data(), static_cast<std::size_t>(heard.size()), 0)) : 0);
        m_told += heard;
        return heard;
    }
    void talk(int client)
    {
        QByteArray heard = hear(client);
        if (heard.mid(4, 4) == QByteArray::fromHex("04d2162f")) { // A wish for TLS.
            (void)!::write(client, "N", 1);
            heard = hear(client);
        }
        if (heard.isEmpty())
            return;
        (void)!::write(client, "R\0\0\0\x08\0\0\0\x03", 9);
        hear(client);
    }

    int m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    quint16 m_port = 0;
    std::thread m_thread;
    QByteArray m_told; ///< Read once the thread has ended.
};

/// Passes for a PostgreSQL server that lets everybody in and then says no more, as one whose processes stand still.
class Mute {
public:
    Mute()
    {
        m_port = listenOnLoopback(m_listener);
        m_thread = std::thread([this] {
            for (int client = ::accept(m_listener, nullptr, nullptr); client >= 0;
                 client = ::accept(m_listener, nullptr, nullptr)) {
                m_clients.push_back(std::thread([this, client] { talk(client); }));
            }
        });
    }
    ~Mute()
    {
        m_ended = true;
        ::shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        for (std::thread &client : m_clients)
            client.join();
        ::close(m_listener);
    }

    ConnectionProfile profile() const
    {
        ConnectionProfile profile;
        profile.host = QStringLiteral("127.0.0.1");
        profile.port = QString::number(m_port);
        profile.user = QStringLiteral("anna");
        profile.database = QStringLiteral("audit");
        profile.tls = TlsMode::Disable;
        return profile;
    }
    /// How many questions nobody has answered.
    int asked() const { return m_asked; }

private:
    void talk(int client)
    {
        QByteArray heard(4096, '\0');
        (void)!::recv(client, heard.data(), static_cast<std::size_t>(heard.size()), 0);
        (void)!::send(client, "R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", 15, MSG_NOSIGNAL);
        for (bool open = true; open && !m_ended;) {
            pollfd waiting{client, POLLIN, 0};
            if (::poll(&waiting, 1, 50) != 1)
                continue;
            const auto size = ::recv(client, heard.data(), static_cast<std::size_t>(heard.size()), 0);
            open = size > 0;
            m_asked += open && heard.at(0) == 'Q' ? 1 : 0;
        }
        ::close(client);
    }

    int m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    quint16 m_port = 0;
    std::atomic<bool> m_ended = false;
    std::atomic<int> m_asked = 0;
    std::vector<std::thread> m_clients; ///< The listening thread's, until that has ended.
    std::thread m_thread;
};

} // namespace

/// To whom a connection that is only tried says what.
class TestConnectionProbe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsNoPasswordToAnImpostor();
    void speaksInSentences();
    void saysThatNobodyAnswers();
    void keepsNobodyWaiting();
};

void TestConnectionProbe::showsNoPasswordToAnImpostor()
{
    qputenv("PGPASSWORD", "from the environment");
    Impostor impostor;
    ConnectionProfile profile;
    profile.host = QStringLiteral("127.0.0.1");
    profile.port = QString::number(impostor.port());
    profile.user = QStringLiteral("anna");
    profile.database = QStringLiteral("audit");
    const ConnectionReport report = testConnection(profile, QStringLiteral("typed in"));
    QVERIFY(report.host.state == ConnectionCheck::State::Good);
    QVERIFY(report.tls.state == ConnectionCheck::State::Bad);
    QVERIFY2(report.tls.text.startsWith(QStringLiteral("The server does not speak TLS")), qPrintable(report.tls.text));
    QVERIFY(report.withoutTls);
    const QByteArray told = impostor.told();
    QVERIFY(told.contains("anna"));
    QVERIFY2(!told.contains("typed in") && !told.contains("from the environment"), told.constData());
}

void TestConnectionProbe::speaksInSentences()
{
    QCOMPARE(inSentences("connection to server failed: Connection refused\n\tIs the server running there?\n"),
             QStringLiteral("connection to server failed: Connection refused. Is the server running there?"));
    QCOMPARE(inSentences("one line\n"), QStringLiteral("one line"));
    QCOMPARE(inSentences("first:\n second.\n\nthird"), QStringLiteral("first: second. third"));
    QCOMPARE(inSentences(""), QString());
}

void TestConnectionProbe::saysThatNobodyAnswers()
{
    const Mute server;
    auto testing = std::async(std::launch::async, [&server] { return testConnection(server.profile(), {}); });
    // A test that hangs must fail, and end.
    if (testing.wait_for(std::chrono::seconds(60)) != std::future_status::ready)
        qFatal("the test of the connection comes to no end");
    const ConnectionReport report = testing.get();
    QVERIFY2(report.password.state == ConnectionCheck::State::Good, qPrintable(report.password.text));
    QVERIFY2(report.schema.state == ConnectionCheck::State::Bad && report.schema.text.contains(QLatin1String("answers no question")),
             qPrintable(report.schema.text));
    QVERIFY(!report.mayMakeSchema && !report.usable());
    QCOMPARE(server.asked(), 1);
}

/// Neither does it hold up who tries it: a program waits at its end for its pool of threads.
void TestConnectionProbe::keepsNobodyWaiting()
{
    const Mute server;
    {
        ConnectionTester tester;
        tester.start(server.profile(), {});
        QTRY_COMPARE_WITH_TIMEOUT(server.asked(), 1, 20'000);
        QVERIFY(tester.isRunning());
    }
    QCOMPARE(QThreadPool::globalInstance()->activeThreadCount(), 0);
}

QTEST_GUILESS_MAIN(TestConnectionProbe)
#include "tst_connectionprobe.moc"
