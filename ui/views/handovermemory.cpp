// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/handovermemory.h"

#include <QSettings>

#include <algorithm>

namespace bartizan::handovermemory {
namespace {

const auto kLeft = QStringLiteral("handover/left");
const auto kDatabase = QStringLiteral("handover/database");
const auto kUntil = QStringLiteral("handover/until");

} // namespace

void noteLeft(TimestampMs at)
{
    QSettings().setValue(kLeft, static_cast<qlonglong>(at));
}

void noteHandedOver(const QString &database, TimestampMs until)
{
    QSettings kept;
    kept.setValue(kDatabase, database);
    kept.setValue(kUntil, static_cast<qlonglong>(until));
}

std::optional<TimestampMs> sinceLeft(const QString &database)
{
    const QSettings kept;
    std::optional<TimestampMs> since;
    if (kept.contains(kLeft))
        since = kept.value(kLeft).toLongLong();
    if (kept.contains(kUntil) && kept.value(kDatabase).toString() == database)
        since = std::max(since.value_or(0), TimestampMs{kept.value(kUntil).toLongLong() + 1});
    return since;
}

} // namespace bartizan::handovermemory
