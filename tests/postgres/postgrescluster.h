// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>
#include <optional>
#include <string>

/// Skips the test function, or all of them in initTestCase(), with the reason where no PostgreSQL 15 is installed.
#define SKIP_WITHOUT_POSTGRES()                                                                                        \
    do {                                                                                                               \
        if (const QString reason_ = bartizan::test::PostgresCluster::missing(); !reason_.isEmpty())                    \
            QSKIP(qPrintable(reason_));                                                                                \
    } while (false)

namespace bartizan::test {

/// A PostgreSQL server of the test's own: made by initdb in a temporary folder, on a free port of the loopback address
/// and a socket in that folder, and ended with the object, or with the test's process however that ends. Over the
/// socket everybody is trusted; over TCP passwords are asked for. PostgreSQL refuses to run as root: then the server
/// runs as the user "postgres". Thread: one.
class PostgresCluster {
public:
    /// How the server is set up.
    struct Options {
        bool durable = false; ///< Whether commits wait for the disk (fsync); tests of what is stored need not.
        bool tls = false;     ///< Whether TCP speaks TLS, with a certificate made for "localhost".
        QStringList settings; ///< Further "name=value" of postgresql.conf.
        const PostgresCluster *replicaOf = nullptr; ///< The running server that this one follows and is a copy of.
    };

    /// Why there can be no cluster; empty when there can.
    static QString missing();

    explicit PostgresCluster(Options options);
    PostgresCluster() : PostgresCluster(Options{}) {}
    ~PostgresCluster();
    PostgresCluster(const PostgresCluster &) = delete;
    PostgresCluster &operator=(const PostgresCluster &) = delete;

    /// Starts the server and waits until it answers; fails the process when it does not.
    void start();
    /// Stops it, taking its connections away (pg_ctl's "fast").
    void stop();
    /// Stops it as a power cut would (pg_ctl's "immediate").
    void crash();
    /// Lets no file grow beyond so many bytes that the server, these of its processes, and those that it starts from then on write,
    /// as on a disk that is full; nullopt: any size.
    void limitFiles(std::optional<qint64> bytes, const QByteArrayList &backends = {});
    bool running() const { return m_server && m_server->state() == QProcess::Running; }

    /// Makes an empty database, and answers its name.
    QString makeDatabase();
    /// "postgresql://postgres@/NAME?host=…&port=…": over the socket.
    QString url(const QString &database, const QString &user = QStringLiteral("postgres")) const;
    /// "postgresql://USER@127.0.0.1:PORT/NAME?sslmode=disable": over TCP, where a password is asked for.
    QString tcpUrl(const QString &database, const QString &user) const;
    /// Folder of the socket.
    QString socketFolder() const { return m_folder.path(); }
    /// Where its log of changes ends now.
    QByteArray position() const;
    /// Whether a replica has got as far as that.
    bool hasReached(const QByteArray &position) const;
    /// Makes a replica a server of its own, which can be written to.
    void promote();
    quint16 port() const { return m_port; }
    /// The certificate that clients must trust, with Options::tls.
    QString certificate() const { return m_folder.filePath(QStringLiteral("data/server.crt")); }

    /// Runs SQL as the superuser; rows as text, columns apart by '|', rows by '\n'. Fails the process on an error.
    QByteArray sql(const QString &database, const QString &statements) const;
    /// The same as another user and without failing: the error's text instead, with its SQLSTATE before it.
    QByteArray trySql(const QString &database, const QString &statements, const QString &user, bool *ok) const;

private:
    void initialise();
    void copyFrom(const PostgresCluster &primary);
    void makeCertificate();
    void runTool(const QString &program, const QStringList &arguments);
    void end(int signal);

    const Options m_options;
    QTemporaryDir m_folder;
    quint16 m_port = 0;
    int m_databases = 0;
    std::unique_ptr<QProcess> m_server;
};

} // namespace bartizan::test
