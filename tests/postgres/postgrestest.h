// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectionprofile.h"
#include "core/storage/openstore.h"
#include "tests/postgres/postgrescluster.h"

#include <QObject>

#include <memory>

namespace bartizan::test {

/// A test against a server of its own, in which each function has a new database that Bartizan has made. Skipped as a whole
/// where there is no server.
class PostgresTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_store.reset(); }
    void cleanupTestCase() { m_cluster.reset(); }

protected:
    /// How the server is set up.
    virtual PostgresCluster::Options options() const { return {}; }
    /// What each function needs besides; called with the new database at hand.
    virtual void prepare() {}

    /// A store of `user`; ends the process where there is none.
    std::unique_ptr<Store> connect(const QString &user, StoreOptions::Mode mode = StoreOptions::Mode::ReadWrite) const;
    /// Runs statements as the superuser.
    QByteArray sql(const QString &statements) const { return m_cluster->sql(m_database, statements); }
    /// The same as somebody who may be refused.
    QByteArray as(const QString &user, const QString &statements, bool *ok) const
    {
        return m_cluster->trySql(m_database, statements, user, ok);
    }

    std::unique_ptr<PostgresCluster> m_cluster;
    QString m_database;
    QString m_url; ///< The superuser's.
    ConnectionProfile m_profile;
    std::unique_ptr<Store> m_store;
};

} // namespace bartizan::test
