// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/databaseaddress.h"

#include "core/storage/engineelectorate.h"
#include "core/storage/enginelock.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace bartizan {

Result<DatabaseAddress> DatabaseAddress::canonical() const
{
    if (!onServer())
        return DatabaseAddress{QFileInfo(path).absoluteFilePath(), {}};
    const auto profile = ConnectionProfile::fromUrl(path);
    if (!profile)
        return profile.error();
    return DatabaseAddress{profile->toUrl(), password};
}

QString DatabaseAddress::name() const
{
    if (!onServer())
        return QFileInfo(path).fileName();
    const auto profile = ConnectionProfile::fromUrl(path);
    if (!profile)
        return {};
    return QCoreApplication::translate("Engine", "%1 @ PostgreSQL")
        .arg(profile->database.isEmpty() ? profile->user : profile->database);
}

Result<std::unique_ptr<Store>> DatabaseAddress::open(const StoreOptions &options) const
{
    if (!onServer())
        return openStore(path, options);
    const auto profile = ConnectionProfile::fromUrl(path);
    if (!profile)
        return profile.error();
    return openStore(*profile, password, options);
}

Result<EngineLock> DatabaseAddress::takeLock(TimestampMs now, std::shared_ptr<OpeningStop> stop) const
{
    // The console or bartizanctl: both go by one name elsewhere, for the sake of common folders.
    const QString program = QFileInfo(QCoreApplication::applicationFilePath()).fileName();
    if (!onServer())
        return EngineLock::take(path, program, now);
    const auto profile = ConnectionProfile::fromUrl(path);
    if (!profile)
        return profile.error();
    return EngineLock::take(*profile, password, program, now, std::move(stop));
}

std::shared_ptr<EngineElectorate> DatabaseAddress::electorate(std::shared_ptr<OpeningStop> stop) const
{
    if (!onServer())
        return nullptr;
    const auto profile = ConnectionProfile::fromUrl(path);
    return profile ? std::make_shared<EngineElectorate>(*profile, password, std::move(stop)) : nullptr;
}

} // namespace bartizan
