// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openingprospect.h"

#include "core/storage/postgresconnection.h"
#include "core/storage/postgresschema.h"

#include <QCoreApplication>

namespace bartizan {

bool mayOpenLater(const ConnectionProfile &profile, const QString &password, const std::shared_ptr<OpeningStop> &stop)
{
    PostgresConnection connection;
    const OpeningStop::Watch watch(stop, connection);
    if (!connection.open(profile, password, QCoreApplication::applicationName()))
        return true;
    const auto version = postgresSchema(connection);
    if (!version) // What the server says may be over at any time; what the schema is, is not.
        return connection.lost() || !connection.sqlState().empty();
    if (*version == 0)
        return false;
    if (*version == latestPostgresSchema())
        return true;
    const auto owner = connection.query("SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'bartizan'");
    return !owner || (!owner->empty() && owner->front().boolean(0));
}

} // namespace bartizan
