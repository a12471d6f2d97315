// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/demodatabase.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace bartizan {

namespace {

QString inUseMark(const QString &folder)
{
    return folder + QStringLiteral("/in-use");
}

/// Takes the mark of a folder for this process; a killed process gives its mark back, since the kernel does.
int takeMark(const QString &folder)
{
    const int fd = ::open(QFile::encodeName(inUseMark(folder)).constData(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

void removeLeftOver(const QDir &cache)
{
    const auto folders = cache.entryList({QStringLiteral("demo-*")}, QDir::Dirs | QDir::NoSymLinks);
    for (const QString &name : folders) {
        const QString folder = cache.filePath(name);
        const int mark = takeMark(folder);
        if (mark < 0)
            continue;
        QDir(folder).removeRecursively();
        ::close(mark);
    }
}

} // namespace

VanishingFolder::VanishingFolder(const QString &path, int mark) : m_path(path), m_mark(mark) {}

VanishingFolder::~VanishingFolder()
{
    QDir(m_path).removeRecursively();
    ::close(m_mark);
}

Result<std::shared_ptr<VanishingFolder>> makeDemoFolder()
{
    const QDir cache(QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation)
                     + QStringLiteral("/bartizan"));
    if (!cache.mkpath(QStringLiteral("."))) {
        return Error{QCoreApplication::translate("Engine", "The folder %1 for the demo database cannot be made.")
                         .arg(cache.path())};
    }
    removeLeftOver(cache);
    QTemporaryDir made(cache.filePath(QStringLiteral("demo-")));
    if (!made.isValid()) {
        return Error{QCoreApplication::translate("Engine", "No folder for the demo database can be made in %1: %2")
                         .arg(cache.path(), made.errorString())};
    }
    const int mark = takeMark(made.path());
    if (mark < 0) {
        return Error{QCoreApplication::translate("Engine", "The folder %1 for the demo database cannot be written.")
                         .arg(made.path())};
    }
    made.setAutoRemove(false);
    return std::make_shared<VanishingFolder>(made.path(), mark);
}

QString demoDatabasePath(const VanishingFolder &folder)
{
    return folder.path() + QStringLiteral("/demo.db");
}

} // namespace bartizan
