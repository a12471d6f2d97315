// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/openstore.h"
#include "core/storage/sqliteconnection.h"
#include "storetesting.h"

#include <QTemporaryDir>

#include <memory>

namespace bartizan {

/// A new database in a folder of its own: as the store has it, and as another program does.
class SqliteFixture {
protected:
    Result<void> openBoth()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        const QString path = m_folder->filePath(QStringLiteral("log.db"));
        StoreOptions options;
        options.mode = StoreOptions::Mode::Create;
        auto store = openStore(path, options);
        if (!store)
            return store.error();
        m_store = std::move(*store);
        m_direct = std::make_unique<SqliteConnection>();
        if (auto opened = m_direct->open(path, SqliteConnection::Access::ReadWrite); !opened)
            return opened;
        return m_direct->execute("PRAGMA wal_autocheckpoint = 0");
    }
    void closeBoth()
    {
        m_direct.reset();
        m_store.reset();
        m_folder.reset();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Store> m_store;
    std::unique_ptr<SqliteConnection> m_direct;
};

} // namespace bartizan
