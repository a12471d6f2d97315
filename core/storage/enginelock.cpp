// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"

#include "core/storage/holderwords.h"
#include "core/storage/postgreselection.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSysInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::EngineLock", text);
}

QString inWords(const QJsonObject &holder)
{
    return holderWords(holder.value(QLatin1String("program")).toString(), holder.value(QLatin1String("pid")).toInt(),
                       holder.value(QLatin1String("host")).toString(),
                       static_cast<TimestampMs>(holder.value(QLatin1String("since")).toDouble()));
}

QJsonObject readHolder(int fd)
{
    QByteArray content(1024, '\0');
    const ssize_t size = ::pread(fd, content.data(), static_cast<std::size_t>(content.size()), 0);
    content.resize(size > 0 ? static_cast<qsizetype>(size) : 0);
    return QJsonDocument::fromJson(content).object();
}

bool writeHolder(int fd, const QJsonObject &holder)
{
    const QByteArray content = QJsonDocument(holder).toJson(QJsonDocument::Compact);
    return ::ftruncate(fd, 0) == 0
        && ::pwrite(fd, content.constData(), static_cast<std::size_t>(content.size()), 0) == content.size();
}

/// A lock of the whole file for one alone. Of the kinds of lock that end with the open file, only this one can be asked
/// about without being taken.
struct flock wholeFile()
{
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// One file has one lock, whatever links lead to it. Empty when there is no such file.
QString lockPathOf(const QString &path)
{
    const QString target = QFileInfo(path).canonicalFilePath();
    return target.isEmpty() ? target : target + QStringLiteral(".engine");
}

Error noDatabase(const QString &path)
{
    return Error{tr("“%1” does not exist").arg(path)};
}

Error failure(const QString &path)
{
    return Error{tr("The engine's lock “%1” cannot be used: %2")
                     .arg(path, QString::fromLocal8Bit(std::strerror(errno)))};
}

} // namespace

QString holderWords(const QString &program, qint64 pid, const QString &host, TimestampMs since)
{
    if (program.isEmpty())
        return tr("another process");
    return tr("%1 (process %2 on %3, since %4 UTC)")
        .arg(program, QString::number(pid), host,
             QString::fromStdString(formatIso(since)).left(19).replace(QLatin1Char('T'), QLatin1Char(' ')));
}

Result<EngineLock> EngineLock::take(const ConnectionProfile &profile, const QString &password, const QString &program,
                                    TimestampMs now, std::shared_ptr<OpeningStop> stop)
{
    auto election = PostgresElection::stand(profile, password, program, now, std::move(stop));
    if (!election)
        return election.error();
    EngineLock lock;
    lock.m_holder = (*election)->holder();
    if ((*election)->leads())
        lock.m_election = std::move(*election);
    return lock;
}

Result<EngineLock> EngineLock::take(const QString &path, const QString &program, TimestampMs now)
{
    if (ConnectionProfile::isUrl(path)) {
        const auto profile = ConnectionProfile::fromUrl(path);
        return profile ? take(*profile, {}, program, now) : Result<EngineLock>(profile.error());
    }
    const QString lockPath = lockPathOf(path);
    if (lockPath.isEmpty())
        return noDatabase(path);
    const int fd = ::open(QFile::encodeName(lockPath).constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return failure(lockPath);

    EngineLock lock;
    struct flock wanted = wholeFile();
    if (::fcntl(fd, F_OFD_SETLK, &wanted) != 0) {
        const int reason = errno;
        lock.m_holder = inWords(readHolder(fd));
        ::close(fd);
        errno = reason;
        if (reason != EAGAIN && reason != EACCES)
            return failure(lockPath);
        return lock;
    }
    lock.m_fd = fd;
    const QJsonObject holder{{QStringLiteral("pid"), static_cast<int>(::getpid())},
                             {QStringLiteral("program"), program},
                             {QStringLiteral("host"), QSysInfo::machineHostName()},
                             {QStringLiteral("since"), static_cast<double>(now)}};
    lock.m_holder = inWords(holder);
    if (!writeHolder(fd, holder))
        return failure(lockPath);
    return lock;
}

Result<std::optional<QString>> EngineLock::holderOf(const QString &path)
{
    if (ConnectionProfile::isUrl(path)) {
        const auto profile = ConnectionProfile::fromUrl(path);
        return profile ? PostgresElection::leader(*profile, {}) : Result<std::optional<QString>>(profile.error());
    }
    const QString lockPath = lockPathOf(path);
    if (lockPath.isEmpty())
        return noDatabase(path);
    const int fd = ::open(QFile::encodeName(lockPath).constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        if (errno == ENOENT)
            return std::optional<QString>();
        return failure(lockPath);
    }
    struct flock found = wholeFile();
    Result<std::optional<QString>> holder = std::optional<QString>();
    if (::fcntl(fd, F_OFD_GETLK, &found) != 0)
        holder = failure(lockPath);
    else if (found.l_type != F_UNLCK)
        holder = std::optional(inWords(readHolder(fd)));
    ::close(fd);
    return holder;
}

EngineLock::EngineLock() = default;

EngineLock::EngineLock(EngineLock &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1)), m_election(std::move(other.m_election)), m_holder(std::move(other.m_holder))
{
}

bool EngineLock::held() const noexcept
{
    return m_fd >= 0 || (m_election && m_election->leads());
}

std::int64_t EngineLock::epoch() const noexcept
{
    return m_election ? m_election->epoch() : 0;
}

EngineLock &EngineLock::operator=(EngineLock &&other) noexcept
{
    if (this != &other) {
        release();
        m_fd = std::exchange(other.m_fd, -1);
        m_election = std::move(other.m_election);
        m_holder = std::move(other.m_holder);
    }
    return *this;
}

EngineLock::~EngineLock()
{
    release();
}

void EngineLock::release() noexcept
{
    // The file stays: removing it would let two processes lock two files of one name.
    m_election.reset();
    if (m_fd < 0)
        return;
    (void)!::ftruncate(m_fd, 0);
    ::close(std::exchange(m_fd, -1));
}

} // namespace bartizan
