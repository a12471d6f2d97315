// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openingstop.h"

#include "core/storage/postgresconnection.h"

#include <utility>

namespace bartizan {
namespace {

constexpr std::chrono::seconds kLeftToAnswer{1};

} // namespace

OpeningStop::Watch::Watch(std::shared_ptr<OpeningStop> stop, PostgresConnection &connection)
    : m_stop(std::move(stop)), m_connection(connection)
{
    if (!m_stop)
        return;
    m_connection.giveUpAfter(kLeftToAnswer);
    const std::lock_guard lock(m_stop->m_mutex);
    m_stop->m_watched.push_back(&connection);
}

OpeningStop::Watch::~Watch()
{
    if (!m_stop)
        return;
    {
        const std::lock_guard lock(m_stop->m_mutex);
        std::erase(m_stop->m_watched, &m_connection);
    }
    m_connection.giveUpAfter(PostgresConnection::kGiveUp);
}

void OpeningStop::stop()
{
    const std::lock_guard lock(m_mutex);
    for (PostgresConnection *connection : m_watched)
        connection->interrupt();
}

} // namespace bartizan
