// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/connectionprofiles.h"

#include <QSettings>

#include <algorithm>

namespace bartizan::connectionprofiles {
namespace {

QString arrayName()
{
    return QStringLiteral("connections");
}

} // namespace

std::vector<ConnectionProfile> load()
{
    std::vector<ConnectionProfile> profiles;
    QSettings kept;
    const int count = kept.beginReadArray(arrayName());
    for (int i = 0; i < count; ++i) {
        kept.setArrayIndex(i);
        auto profile = ConnectionProfile::fromUrl(kept.value(QStringLiteral("url")).toString());
        if (!profile)
            continue; // Edited by hand into something that leads nowhere.
        profile->name = kept.value(QStringLiteral("name")).toString();
        profiles.push_back(*profile);
    }
    return profiles;
}

void save(const std::vector<ConnectionProfile> &profiles)
{
    QSettings kept;
    kept.remove(arrayName());
    kept.beginWriteArray(arrayName(), static_cast<int>(profiles.size()));
    for (std::size_t i = 0; i < profiles.size(); ++i) {
        kept.setArrayIndex(static_cast<int>(i));
        kept.setValue(QStringLiteral("name"), profiles[i].name);
        kept.setValue(QStringLiteral("url"), profiles[i].toUrl());
    }
    kept.endArray();
}

QString secretKey(const ConnectionProfile &profile)
{
    ConnectionProfile bare;
    bare.host = profile.host;
    bare.port = profile.port.isEmpty() ? QStringLiteral("5432") : profile.port;
    bare.database = profile.database;
    bare.user = profile.user;
    // Whoever answers elsewhere, or need not prove who he is, is not shown what was kept for the server that does.
    if (const QString address = profile.parameters.value(QStringLiteral("hostaddr")); !address.isEmpty())
        bare.parameters.insert(QStringLiteral("hostaddr"), address);
    if (profile.overTcp())
        bare.tls = profile.tls;
    return bare.toUrl();
}

QString freeName(const QString &wanted, const std::vector<ConnectionProfile> &others)
{
    QString name = wanted;
    const auto taken = [&](const ConnectionProfile &profile) { return profile.name == name; };
    for (int number = 2; std::any_of(others.begin(), others.end(), taken); ++number)
        name = wanted + QLatin1Char(' ') + QString::number(number);
    return name;
}

} // namespace bartizan::connectionprofiles
