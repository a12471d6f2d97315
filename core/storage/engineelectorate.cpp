// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/engineelectorate.h"

#include "core/storage/postgresconnection.h"
#include "core/storage/postgreselection.h"

#include <QCoreApplication>

namespace bartizan {

EngineElectorate::EngineElectorate(const ConnectionProfile &profile, const QString &password,
                                   std::shared_ptr<OpeningStop> stop)
    : m_profile(profile), m_password(password), m_stop(std::move(stop))
{
}

EngineElectorate::~EngineElectorate() = default;

Result<void> EngineElectorate::connect()
{
    if (m_connection)
        return {};
    auto connection = std::make_unique<PostgresConnection>();
    const OpeningStop::Watch watch(m_stop, *connection);
    if (auto opened = connection->open(m_profile, m_password, QCoreApplication::applicationName()); !opened)
        return opened;
    m_connection = std::move(connection);
    return {};
}

Result<bool> EngineElectorate::mayLead()
{
    if (auto connected = connect(); !connected)
        return connected.error();
    const auto ask = [this] {
        const OpeningStop::Watch watch(m_stop, *m_connection);
        return m_connection->query(
            "SELECT has_function_privilege('pg_catalog.pg_try_advisory_lock(integer, integer)', 'EXECUTE') "
            "AND has_table_privilege('bartizan.engine_epoch', 'UPDATE')");
    };
    const auto rows = ask();
    const bool may = rows && rows->front().boolean(0);
    if (!rows || may)
        m_connection.reset();
    return rows ? Result<bool>(may) : Result<bool>(rows.error());
}

Result<std::optional<QString>> EngineElectorate::leader()
{
    if (auto connected = connect(); !connected)
        return connected.error();
    const auto ask = [this] {
        const OpeningStop::Watch watch(m_stop, *m_connection);
        return PostgresElection::leader(*m_connection);
    };
    auto found = ask();
    if (!found)
        m_connection.reset();
    return found;
}

} // namespace bartizan
