// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/connectiontest.h"
#include "core/storage/postgresmessages.h"

#include <QByteArray>
#include <QTest>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace bartizan;

namespace {

constexpr int kPatienceMs = 3'000;

/// Passes for a PostgreSQL server that speaks no TLS and asks for the password in the clear; keeps all that it is told.
class Impostor {
public:
    Impostor()
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(m_listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || ::listen(m_listener, 16) != 0
            || ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size) != 0)
            qFatal("no socket on the loopback address");
        m_port = ntohs(address.sin_port);
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

} // namespace

/// To whom a connection that is only tried says what.
class TestConnectionProbe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsNoPasswordToAnImpostor();
    void speaksInSentences();
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

QTEST_GUILESS_MAIN(TestConnectionProbe)
#include "tst_connectionprobe.moc"
