// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/postgres/postgrescluster.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QStorageInfo>

#include <libpq-fe.h>

#include <arpa/inet.h>
#include <csignal>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bartizan::test {
namespace {

const QString kBinaries = QStringLiteral("/usr/lib/postgresql/15/bin/");
constexpr int kPatienceMs = 60'000;

/// Whom the server runs as; null: as whoever runs the test.
const passwd *serverUser()
{
    return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

/// A port that nobody listens on now.
quint16 freePort()
{
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (socket < 0 || ::bind(socket, reinterpret_cast<sockaddr *>(&address), size) != 0
        || ::getsockname(socket, reinterpret_cast<sockaddr *>(&address), &size) != 0) {
        qFatal("no free port for the test's server");
    }
    ::close(socket);
    return ntohs(address.sin_port);
}

/// Makes a child process the server's user, and lets it die with this one. Only calls that are safe behind fork().
void prepareChild(QProcess &process)
{
    const passwd *user = serverUser();
    const uid_t uid = user ? user->pw_uid : 0;
    const gid_t gid = user ? user->pw_gid : 0;
    process.setChildProcessModifier([user, uid, gid] {
        if (user && (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0))
            ::_exit(126);
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    });
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.startsWith(QLatin1String("PG")))
            environment.remove(name);
    }
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    environment.insert(QStringLiteral("TZ"), QStringLiteral("Asia/Kathmandu")); // No time may hang on it.
    process.setProcessEnvironment(environment);
}

/// Memory where there is enough of it: a database is a thousand files.
QString folderFor(bool durable)
{
    const QStorageInfo memory(QStringLiteral("/dev/shm"));
    const bool fits = memory.isValid() && !memory.isReadOnly() && memory.bytesAvailable() > qint64{2} << 30;
    return !durable && fits ? memory.rootPath() : QDir::tempPath();
}

QByteArray textOf(PGresult *result)
{
    QByteArray text;
    for (int row = 0; row < PQntuples(result); ++row) {
        if (row > 0)
            text += '\n';
        for (int column = 0; column < PQnfields(result); ++column) {
            if (column > 0)
                text += '|';
            text += PQgetvalue(result, row, column);
        }
    }
    return text;
}

} // namespace

QString PostgresCluster::missing()
{
    if (!QFileInfo::exists(kBinaries + QStringLiteral("postgres")))
        return QStringLiteral("PostgreSQL 15 is not installed (Debian: postgresql-15)");
    if (::geteuid() == 0 && !serverUser())
        return QStringLiteral("PostgreSQL does not run as root, and there is no user \"postgres\"");
    return {};
}

PostgresCluster::PostgresCluster(Options options)
    : m_options(std::move(options)), m_folder(folderFor(m_options.durable) + QStringLiteral("/bartizan-pg-XXXXXX"))
{
    if (!m_folder.isValid())
        qFatal("no temporary folder for the test's server");
    if (const passwd *user = serverUser(); user
        && ::chown(QFile::encodeName(m_folder.path()).constData(), user->pw_uid, user->pw_gid) != 0) {
        qFatal("the temporary folder cannot be given to the server's user");
    }
    m_port = freePort();
    if (m_options.replicaOf)
        copyFrom(*m_options.replicaOf);
    else
        initialise();
    start();
}

PostgresCluster::~PostgresCluster()
{
    end(SIGQUIT);
}

void PostgresCluster::runTool(const QString &program, const QStringList &arguments)
{
    QProcess tool;
    prepareChild(tool);
    tool.setWorkingDirectory(m_folder.path());
    tool.setProcessChannelMode(QProcess::MergedChannels);
    tool.start(program, arguments);
    if (!tool.waitForFinished(kPatienceMs) || tool.exitStatus() != QProcess::NormalExit || tool.exitCode() != 0)
        qFatal("%s failed: %s", qPrintable(program), tool.readAll().constData());
}

void PostgresCluster::copyFrom(const PostgresCluster &primary)
{
    const QString data = m_folder.filePath(QStringLiteral("data"));
    runTool(kBinaries + QStringLiteral("pg_basebackup"),
            {QStringLiteral("--pgdata"), data, QStringLiteral("--host"), primary.socketFolder(), QStringLiteral("--port"),
             QString::number(primary.port()), QStringLiteral("--username=postgres"), QStringLiteral("--checkpoint=fast"),
             QStringLiteral("--wal-method=stream"), QStringLiteral("--write-recovery-conf"), QStringLiteral("--no-sync")});
    QFile settings(data + QStringLiteral("/postgresql.auto.conf"));
    if (!settings.open(QIODevice::WriteOnly | QIODevice::Append))
        qFatal("cannot write the replica's settings");
    const QStringList lines{QStringLiteral("port=%1").arg(m_port),
                            QStringLiteral("unix_socket_directories='%1'").arg(m_folder.path())};
    settings.write((lines + m_options.settings).join(QLatin1Char('\n')).toUtf8() + '\n');
}

QByteArray PostgresCluster::position() const
{
    return sql(QStringLiteral("postgres"), QStringLiteral("SELECT pg_current_wal_insert_lsn()"));
}

bool PostgresCluster::hasReached(const QByteArray &position) const
{
    return sql(QStringLiteral("postgres"), QStringLiteral("SELECT pg_last_wal_replay_lsn() >= '%1'")
                                               .arg(QString::fromLatin1(position))) == "t";
}

void PostgresCluster::promote()
{
    sql(QStringLiteral("postgres"), QStringLiteral("SELECT pg_promote()"));
}

void PostgresCluster::initialise()
{
    const QString data = m_folder.filePath(QStringLiteral("data"));
    runTool(kBinaries + QStringLiteral("initdb"),
            {QStringLiteral("--pgdata"), data, QStringLiteral("--username=postgres"), QStringLiteral("--auth=trust"),
             QStringLiteral("--no-sync"), QStringLiteral("--encoding=UTF8"), QStringLiteral("--locale=C.UTF-8")});
    QFile access(data + QStringLiteral("/pg_hba.conf"));
    if (!access.open(QIODevice::WriteOnly | QIODevice::Truncate))
        qFatal("cannot write pg_hba.conf");
    access.write("local all all trust\nlocal replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n");
    QFile settings(data + QStringLiteral("/postgresql.auto.conf"));
    if (!settings.open(QIODevice::WriteOnly | QIODevice::Truncate))
        qFatal("cannot write the server's settings");
    QStringList lines{QStringLiteral("listen_addresses='127.0.0.1'"), QStringLiteral("port=%1").arg(m_port),
                      QStringLiteral("unix_socket_directories='%1'").arg(m_folder.path()),
                      QStringLiteral("max_connections=120"), QStringLiteral("shared_buffers=128MB"),
                      QStringLiteral("log_destination=stderr"), QStringLiteral("autovacuum_naptime=5s")};
    if (!m_options.durable) {
        lines += {QStringLiteral("fsync=off"), QStringLiteral("synchronous_commit=off"),
                  QStringLiteral("full_page_writes=off")};
    }
    if (m_options.tls) {
        makeCertificate();
        lines += {QStringLiteral("ssl=on")};
    }
    lines += m_options.settings;
    settings.write(lines.join(QLatin1Char('\n')).toUtf8() + '\n');
}

void PostgresCluster::makeCertificate()
{
    const QString data = m_folder.filePath(QStringLiteral("data"));
    runTool(QStringLiteral("openssl"),
            {QStringLiteral("req"), QStringLiteral("-new"), QStringLiteral("-x509"), QStringLiteral("-days"),
             QStringLiteral("2"), QStringLiteral("-nodes"), QStringLiteral("-subj"), QStringLiteral("/CN=localhost"),
             QStringLiteral("-addext"), QStringLiteral("subjectAltName=DNS:localhost"), QStringLiteral("-keyout"),
             data + QStringLiteral("/server.key"), QStringLiteral("-out"), data + QStringLiteral("/server.crt")});
}

void PostgresCluster::start()
{
    m_server = std::make_unique<QProcess>();
    prepareChild(*m_server);
    m_server->setWorkingDirectory(m_folder.path());
    m_server->setProcessChannelMode(QProcess::MergedChannels);
    m_server->setStandardOutputFile(m_folder.filePath(QStringLiteral("server.log")), QIODevice::Append);
    m_server->start(kBinaries + QStringLiteral("postgres"), {QStringLiteral("-D"), m_folder.filePath(QStringLiteral("data"))});
    if (!m_server->waitForStarted(kPatienceMs))
        qFatal("the server does not start: %s", qPrintable(m_server->errorString()));
    const QByteArray address = url(QStringLiteral("postgres")).toUtf8();
    QElapsedTimer waiting;
    for (waiting.start(); PQping(address.constData()) != PQPING_OK;) {
        if (m_server->waitForFinished(20) || waiting.hasExpired(kPatienceMs)) {
            QFile log(m_folder.filePath(QStringLiteral("server.log")));
            (void)log.open(QIODevice::ReadOnly);
            qFatal("the server does not answer: %s", log.readAll().constData());
        }
    }
}

void PostgresCluster::end(int signal)
{
    if (!running())
        return;
    ::kill(static_cast<pid_t>(m_server->processId()), signal);
    if (!m_server->waitForFinished(kPatienceMs))
        qFatal("the server does not stop");
}

void PostgresCluster::stop()
{
    end(SIGINT);
}

void PostgresCluster::crash()
{
    end(SIGQUIT);
}

void PostgresCluster::limitFiles(std::optional<qint64> bytes, const QByteArrayList &backends)
{
    // By the server's own user: nobody else may without privileges that a container may lack.
    const QString limit = QStringLiteral("--fsize=%1:").arg(bytes ? QString::number(*bytes) : QStringLiteral("unlimited"));
    for (const QByteArray &process : QByteArrayList{QByteArray::number(m_server->processId())} + backends)
        runTool(QStringLiteral("prlimit"), {limit, QStringLiteral("--pid"), QString::fromLatin1(process)});
}

QString PostgresCluster::makeDatabase()
{
    const QString name = QStringLiteral("test%1").arg(++m_databases);
    sql(QStringLiteral("postgres"), QStringLiteral("CREATE DATABASE %1").arg(name));
    return name;
}

QString PostgresCluster::url(const QString &database, const QString &user) const
{
    return QStringLiteral("postgresql://%1@/%2?host=%3&port=%4").arg(user, database, m_folder.path()).arg(m_port);
}

QString PostgresCluster::tcpUrl(const QString &database, const QString &user) const
{
    return QStringLiteral("postgresql://%1@127.0.0.1:%2/%3?sslmode=disable").arg(user).arg(m_port).arg(database);
}

QByteArray PostgresCluster::sql(const QString &database, const QString &statements) const
{
    bool ok = false;
    const QByteArray answer = trySql(database, statements, QStringLiteral("postgres"), &ok);
    if (!ok)
        qFatal("%s\nfailed: %s", qPrintable(statements), answer.constData());
    return answer;
}

QByteArray PostgresCluster::trySql(const QString &database, const QString &statements, const QString &user,
                                   bool *ok) const
{
    PGconn *connection = PQconnectdb(url(database, user).toUtf8().constData());
    PGresult *result = PQexec(connection, statements.toUtf8().constData());
    const ExecStatusType status = PQresultStatus(result);
    *ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY;
    QByteArray answer = textOf(result);
    if (!*ok) {
        const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        answer = QByteArray(code ? code : "") + ' ' + PQerrorMessage(connection);
    }
    PQclear(result);
    PQfinish(connection);
    return answer;
}

} // namespace bartizan::test
