// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"
#include "core/storage/postgresschema.h"

#include <algorithm>

namespace bartizan::ctl {
namespace {

Result<void> setUpServer(const QString &url, bool roles, std::optional<std::int64_t> months)
{
    const auto profile = ConnectionProfile::fromUrl(url);
    if (!profile)
        return profile.error();
    if (months) {
        const int kept = static_cast<int>(std::min<std::int64_t>(*months, 12'000));
        if (auto set = keepPostgresMonths(*profile, {}, kept); !set)
            return set;
    }
    return roles ? makePostgresRoles(*profile, {}) : Result<void>();
}

} // namespace

int runInit(const Invocation &invocation)
{
    ArgumentParser arguments(invocation, {},
                             Text::tr("Makes the database if there is none, and brings an older one's schema up to date.\n"
                                      "What it holds stays. A database of a newer schema is left alone."));
    arguments.addFlag(QStringLiteral("roles"),
                      Text::tr("on a PostgreSQL server, also make the roles bartizan_owner, _engine, _analyst, _manager\n"
                               "and _auditor with what each may do, and show rows by company"));
    arguments.addOption(QStringLiteral("keep-months"), QStringLiteral("N"),
                        Text::tr("on a PostgreSQL server, let the engine drop the months of Bartizan's own audit log that\n"
                                 "are older; 0 keeps all, as it is at first"));
    if (const auto status = arguments.parse())
        return *status;
    std::optional<std::int64_t> months;
    if (!arguments.readNumber(QStringLiteral("keep-months"), 0, months))
        return kUnusable;
    if (!ConnectionProfile::isUrl(arguments.database())
        && (months || arguments.isSet(QStringLiteral("roles"))))
        return arguments.unusable(Text::tr("--roles and --keep-months: only a PostgreSQL server has those"));
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::Create);
    if (!database.store)
        return database.status;
    if (const QString reason = database.store->readOnlyReason(); !reason.isEmpty())
        return failed(invocation, Error{reason});
    if (ConnectionProfile::isUrl(database.path)) {
        if (const auto made = setUpServer(database.path, arguments.isSet(QStringLiteral("roles")), months); !made)
            return failed(invocation, made.error());
    }
    invocation.terminal.write(printable(Text::tr("%1 is ready").arg(database.path).toStdString()) + '\n');
    return kDone;
}

} // namespace bartizan::ctl
