// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/securefile.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QUuid>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::SecureFile", text);
}

} // namespace

SecureFile::~SecureFile()
{
    if (m_file >= 0)
        ::close(m_file);
    if (!m_tempName.isEmpty())
        ::unlinkat(m_folder, m_tempName.constData(), 0);
    if (m_folder >= 0)
        ::close(m_folder);
}

SecureFile::SecureFile(SecureFile &&other) noexcept
    : m_path(std::move(other.m_path)),
      m_name(std::move(other.m_name)),
      m_tempName(std::exchange(other.m_tempName, {})),
      m_folder(std::exchange(other.m_folder, -1)),
      m_file(std::exchange(other.m_file, -1)),
      m_overwrite(other.m_overwrite)
{
}

Result<SecureFile> SecureFile::create(const QString &path, bool overwrite)
{
    SecureFile file;
    file.m_path = path;
    file.m_overwrite = overwrite;
    const QFileInfo info(path);
    file.m_name = QFile::encodeName(info.fileName());
    if (file.m_name.isEmpty() || file.m_name == "." || file.m_name == "..")
        return Error{tr("“%1” names no file").arg(path)};
    // From here on everything is relative to the folder's descriptor: nobody can swap the folder underneath.
    file.m_folder = ::open(QFile::encodeName(info.path()).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file.m_folder < 0)
        return file.failure(errno);
    if (auto target = file.checkTarget(); !target)
        return target.error();
    const QByteArray temp = '.' + file.m_name.left(200) + '.'
        + QUuid::createUuid().toByteArray(QUuid::Id128).left(12) + ".part";
    file.m_file = ::openat(file.m_folder, temp.constData(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file.m_file < 0)
        return file.failure(errno);
    file.m_tempName = temp;
    // The umask may have taken bits that the owner needs.
    if (::fchmod(file.m_file, 0600) != 0)
        return file.failure(errno);
    return file;
}

Result<void> SecureFile::write(std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(m_file, text.data(), text.size());
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            return failure(errno);
    }
    return {};
}

Result<void> SecureFile::publish()
{
    if (::fsync(m_file) != 0)
        return failure(errno);
    if (::close(std::exchange(m_file, -1)) != 0)
        return failure(errno);
    // The target may have changed since create().
    if (auto target = checkTarget(); !target)
        return target;
    return giveName();
}

Result<void> SecureFile::giveName()
{
    const char *from = m_tempName.constData();
    const char *to = m_name.constData();
    if (m_overwrite) {
        // rename() replaces the name itself, so that a link put there meanwhile is not followed.
        if (::renameat(m_folder, from, m_folder, to) != 0)
            return failure(errno);
        m_tempName.clear();
        return {};
    }
    if (::renameat2(m_folder, from, m_folder, to, RENAME_NOREPLACE) == 0) {
        m_tempName.clear();
        return {};
    }
    if (errno == EEXIST)
        return exists();
    if (errno != EINVAL && errno != ENOSYS)
        return failure(errno);
    // A file system without RENAME_NOREPLACE: a hard link does not replace either; the destructor drops the old name.
    if (::linkat(m_folder, from, m_folder, to, 0) != 0)
        return errno == EEXIST ? exists() : failure(errno);
    return {};
}

Result<void> SecureFile::checkTarget() const
{
    struct stat status {};
    if (::fstatat(m_folder, m_name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT)
            return {};
        return failure(errno);
    }
    if (S_ISLNK(status.st_mode))
        return Error{tr("“%1” is a symbolic link; nothing is written through it").arg(m_path)};
    if (!S_ISREG(status.st_mode))
        return Error{tr("“%1” is no regular file").arg(m_path)};
    if (!m_overwrite)
        return exists();
    return {};
}

Error SecureFile::failure(int number) const
{
    return Error{tr("Cannot write “%1”: %2").arg(m_path, QString::fromLocal8Bit(std::strerror(number)))};
}

Error SecureFile::exists() const
{
    return Error{tr("“%1” exists already").arg(m_path)};
}

} // namespace bartizan
