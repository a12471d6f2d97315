// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSysInfo>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
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
    const auto since = static_cast<TimestampMs>(holder.value(QLatin1String("since")).toDouble());
    const QString program = holder.value(QLatin1String("program")).toString();
    if (program.isEmpty())
        return tr("another process");
    return tr("%1 (process %2 on %3, since %4 UTC)")
        .arg(program, QString::number(holder.value(QLatin1String("pid")).toInt()),
             holder.value(QLatin1String("host")).toString(),
             QString::fromStdString(formatIso(since)).left(19).replace(QLatin1Char('T'), QLatin1Char(' ')));
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

Error failure(const QString &path)
{
    return Error{tr("The engine's lock “%1” cannot be used: %2")
                     .arg(path, QString::fromLocal8Bit(std::strerror(errno)))};
}

} // namespace

Result<EngineLock> EngineLock::take(const QString &path, const QString &program, TimestampMs now)
{
    // One file has one lock, whatever links lead to it.
    const QString target = QFileInfo(path).canonicalFilePath();
    if (target.isEmpty())
        return Error{tr("“%1” does not exist").arg(path)};
    const QString lockPath = target + QStringLiteral(".engine");
    const int fd = ::open(QFile::encodeName(lockPath).constData(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return failure(lockPath);

    EngineLock lock;
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int reason = errno;
        lock.m_holder = inWords(readHolder(fd));
        ::close(fd);
        errno = reason;
        if (reason != EWOULDBLOCK)
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

EngineLock::EngineLock(EngineLock &&other) noexcept
    : m_fd(std::exchange(other.m_fd, -1)), m_holder(std::move(other.m_holder))
{
}

EngineLock &EngineLock::operator=(EngineLock &&other) noexcept
{
    if (this != &other) {
        release();
        m_fd = std::exchange(other.m_fd, -1);
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
    if (m_fd < 0)
        return;
    (void)!::ftruncate(m_fd, 0);
    ::close(std::exchange(m_fd, -1));
}

} // namespace bartizan
