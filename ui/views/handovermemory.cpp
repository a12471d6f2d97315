// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/handovermemory.h"

#include <QSettings>
#include <QVariantMap>

#include <algorithm>

namespace bartizan::handovermemory {
namespace {

const auto kLeft = QStringLiteral("handover/left");
const auto kUntil = QStringLiteral("handover/until");
/// Of more databases nothing is remembered: that which is longest ago goes.
constexpr qsizetype kMostDatabases = 50;

/// Times by database.
void note(const QString &key, const QString &database, TimestampMs at)
{
    QSettings kept;
    QVariantMap times = kept.value(key).toMap();
    times.insert(database, static_cast<qlonglong>(at));
    while (times.size() > kMostDatabases) {
        const auto earlier = [](const QVariant &a, const QVariant &b) { return a.toLongLong() < b.toLongLong(); };
        times.erase(std::min_element(times.begin(), times.end(), earlier));
    }
    kept.setValue(key, times);
}

std::optional<TimestampMs> noted(const QString &key, const QString &database)
{
    const QVariantMap times = QSettings().value(key).toMap();
    const auto found = times.find(database);
    return found == times.end() ? std::nullopt : std::optional(TimestampMs{found->toLongLong()});
}

} // namespace

void noteLeft(const QString &database, TimestampMs at)
{
    note(kLeft, database, at);
}

void noteHandedOver(const QString &database, TimestampMs until)
{
    note(kUntil, database, until);
}

std::optional<TimestampMs> sinceLeft(const QString &database)
{
    std::optional<TimestampMs> since = noted(kLeft, database);
    if (const auto until = noted(kUntil, database))
        since = std::max(since.value_or(0), *until + 1);
    return since;
}

} // namespace bartizan::handovermemory
