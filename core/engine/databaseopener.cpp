// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/databaseopener.h"

#include "core/engine/demodatabase.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "core/storage/databasepath.h"
#include "core/storage/openstore.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace bartizan {

void DatabaseOpener::run()
{
    auto database = open();
    if (m_cancel)
        return;
    if (database)
        Q_EMIT opened(*database);
    else
        Q_EMIT failed(m_options.demo ? QString() : m_options.path, database.error());
}

Result<OpenedDatabase> DatabaseOpener::open()
{
    if (m_options.demo)
        return makeDemo();
    if (!m_options.path.isEmpty()) {
        auto found = look(QFileInfo(m_options.path).absoluteFilePath(), m_options.create);
        if (found)
            found->info.embedded = found->info.path == defaultDatabasePath();
        return found;
    }
    const QString path = defaultDatabasePath();
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder)) {
        return Error{QCoreApplication::translate("Engine", "The folder %1 for the embedded database cannot be made.")
                         .arg(folder)};
    }
    QFile::setPermissions(folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    auto made = look(path, true);
    if (made) {
        made->info.embedded = true;
        made->info.name = QCoreApplication::translate("Engine", "embedded");
    }
    return made;
}

Result<OpenedDatabase> DatabaseOpener::makeDemo()
{
    auto folder = makeDemoFolder();
    if (!folder)
        return folder.error();
    const QString path = demoDatabasePath(**folder);
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    options.demo = true;
    if (const auto made = openStore(path, options); !made)
        return made.error();
    auto database = look(path, false);
    if (database) {
        database->info.name = QCoreApplication::translate("Engine", "demo");
        database->folder = std::move(*folder);
    }
    return database;
}

Result<OpenedDatabase> DatabaseOpener::look(const QString &path, bool create)
{
    StoreOptions options;
    options.mode = create ? StoreOptions::Mode::Create : StoreOptions::Mode::ReadWrite;
    auto opened = openStore(path, options);
    if (!opened)
        return opened.error();
    Store &store = **opened;

    OpenedDatabase database;
    database.info.path = path;
    database.info.name = QFileInfo(path).fileName();
    database.info.demo = store.isDemo();
    database.info.readOnlyReason = store.readOnlyReason();
    const auto settings = store.loadSettings();
    if (!settings)
        return settings.error();
    database.settings = *settings;
    const auto changes = store.changesSince(-1);
    if (!changes)
        return changes.error();
    database.position = changes->position;
    return database;
}

} // namespace bartizan
