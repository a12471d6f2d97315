// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/engineelectorate.h"

#include "core/storage/postgresconnection.h"
#include "core/storage/postgreselection.h"
#include "core/storage/postgresmessages.h"

#include <QCoreApplication>

namespace bartizan {
namespace {

/// How old a connection is let become to which nothing is written because the server was made read-only.
constexpr std::chrono::seconds kAnew{10};

} // namespace

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
    m_connectedAt = std::chrono::steady_clock::now();
    return {};
}

Result<EngineElectorate::Candidacy> EngineElectorate::candidacy()
{
    if (auto connected = connect(); !connected)
        return connected.error();
    const auto ask = [this] {
        const OpeningStop::Watch watch(m_stop, *m_connection);
        return m_connection->query(std::string(kServerStanding)
                                   + ", has_function_privilege('pg_catalog.pg_try_advisory_lock(integer, integer)', 'EXECUTE') "
                                     "AND has_table_privilege('bartizan.engine_epoch', 'UPDATE')");
    };
    const auto rows = ask();
    if (!rows) {
        m_connection.reset();
        return rows.error();
    }
    const PostgresRow row = rows->front();
    const bool replica = row.boolean(1);
    Candidacy found{false, serverReadOnlyReason(m_connection->name(), replica, row.boolean(0))};
    const bool writable = found.readOnlyReason.isEmpty();
    found.may = writable && row.boolean(2);
    const bool old = std::chrono::steady_clock::now() - m_connectedAt > kAnew;
    if (found.may || (!writable && !replica && old))
        m_connection.reset();
    return found;
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
