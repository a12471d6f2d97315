// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "storesuite.h"
#include "storetesting.h"

#include <QTemporaryDir>

namespace bartizan {

/// The suite on SQLite.
class TestSqliteStore : public StoreSuite {
    Q_OBJECT

protected:
    std::unique_ptr<Store> connect() override
    {
        StoreOptions options;
        options.mode = StoreOptions::Mode::Create;
        auto store = openStore(m_folder->filePath(QStringLiteral("store.db")), options);
        if (!store)
            qFatal("%s", qPrintable(store.error().message));
        return std::move(*store);
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup() { m_folder.reset(); }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestSqliteStore)
#include "tst_sqlitestore.moc"
