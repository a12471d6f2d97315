// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/actor.h"

#include "core/engine/session.h"
#include "core/storage/connectionprofile.h"

namespace bartizan {

std::string actorIn(const DatabaseInfo &database)
{
    if (!database.onServer())
        return Session::currentUser();
    // As libpq finds the user, whose name the server writes (session_user).
    const auto profile = ConnectionProfile::fromUrl(database.path);
    const QString user = profile && !profile->user.isEmpty() ? profile->user : qEnvironmentVariable("PGUSER");
    return user.isEmpty() ? Session::currentUser() : user.toStdString();
}

} // namespace bartizan
