// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/sqliteconnection.h"
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

    void handoverTellsOfADamagedSeverity();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

/// A value that does not exist is an error that names the row, also where alerts are only counted.
void TestSqliteStore::handoverTellsOfADamagedSeverity()
{
    const auto store = connect();
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon)})));
    TriageStep acknowledge;
    acknowledge.id = "a";
    VERIFY_OK(store->triage(std::vector<std::string>{alertNumber(1, 0).id}, acknowledge, "ann", kNoon + 9));
    SqliteConnection direct;
    VERIFY_OK(direct.open(m_folder->filePath(QStringLiteral("store.db")), SqliteConnection::Access::ReadWrite));
    VERIFY_OK(direct.execute("PRAGMA ignore_check_constraints = 1; UPDATE alert SET severity = 9"));
    const auto handover = store->handover({{kNoon, kNoon + 1}, {}, 50});
    QVERIFY(!handover);
    QVERIFY2(handover.error().message.contains(QLatin1String("row 1 of table alert")), qPrintable(handover.error().message));
}

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestSqliteStore)
#include "tst_sqlitestore.moc"
