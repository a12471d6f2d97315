// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "storesuite.h"
#include "storetesting.h"
#include "tests/postgres/postgrescluster.h"

using bartizan::test::PostgresCluster;

namespace bartizan {

/// The suite on PostgreSQL, with Bartizan's own audit log.
class TestPostgresStore : public StoreSuite {
    Q_OBJECT

protected:
    std::unique_ptr<Store> connect() override
    {
        if (m_database.isEmpty())
            m_database = m_cluster->makeDatabase();
        StoreOptions options;
        options.mode = StoreOptions::Mode::Create;
        auto store = openStore(m_cluster->url(m_database), options);
        if (!store)
            qFatal("%s", qPrintable(store.error().message));
        return std::move(*store);
    }
    int hintPatienceMs() const override { return 5'000; }
    bool auditsRefusals() const override { return true; }

private Q_SLOTS:
    void initTestCase()
    {
        SKIP_WITHOUT_POSTGRES();
        m_cluster = std::make_unique<PostgresCluster>();
    }
    void init() { m_database.clear(); }
    void cleanupTestCase() { m_cluster.reset(); }

private:
    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
};

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestPostgresStore)
#include "tst_postgresstore.moc"
