// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/postgres/postgrestest.h"

#include <QTest>

namespace bartizan::test {

void PostgresTest::initTestCase()
{
    SKIP_WITHOUT_POSTGRES();
    m_cluster = std::make_unique<PostgresCluster>(options());
}

void PostgresTest::init()
{
    m_database = m_cluster->makeDatabase();
    m_url = m_cluster->url(m_database);
    m_profile = *ConnectionProfile::fromUrl(m_url);
    m_store = connect(QStringLiteral("postgres"), StoreOptions::Mode::Create);
    prepare();
}

std::unique_ptr<Store> PostgresTest::connect(const QString &user, StoreOptions::Mode mode) const
{
    StoreOptions options;
    options.mode = mode;
    auto store = openStore(m_cluster->url(m_database, user), options);
    if (!store)
        qFatal("%s", qPrintable(store.error().message));
    return std::move(*store);
}

} // namespace bartizan::test
