// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/zoneoffsets.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QTimeZone>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

constexpr TimestampMs kLeast = std::numeric_limits<TimestampMs>::min();
constexpr TimestampMs kGreatest = std::numeric_limits<TimestampMs>::max();

} // namespace

ZoneOffsets::ZoneOffsets() : m_segments{{kLeast, kGreatest, 0}} {}

Result<ZoneOffsets> ZoneOffsets::ofZone(const std::string &ianaName)
{
    const QTimeZone zone(QByteArray::fromStdString(ianaName));
    if (!zone.isValid()) {
        return Error{QCoreApplication::translate("bartizan::ZoneOffsets", "“%1” is no known time zone")
                         .arg(QString::fromStdString(ianaName))};
    }
    const QDateTime first = QDateTime::fromMSecsSinceEpoch(0, Qt::UTC);
    const QDateTime last = QDateTime::fromMSecsSinceEpoch(daysFromCivil(2038, 1, 1) * kDay, Qt::UTC);
    ZoneOffsets result;
    result.m_segments.front().offset = zone.offsetFromUtc(first) * kSecond;
    const QTimeZone::OffsetDataList changes = zone.transitions(first, last);
    for (const QTimeZone::OffsetData &change : changes) {
        const TimestampMs at = change.atUtc.toMSecsSinceEpoch();
        const TimestampMs offset = change.offsetFromUtc * kSecond;
        Segment &open = result.m_segments.back();
        if (offset == open.offset)
            continue;
        open.until = at;
        result.m_segments.push_back({at, kGreatest, offset});
    }
    return result;
}

TimestampMs ZoneOffsets::search(TimestampMs t, std::size_t &hint) const noexcept
{
    const auto after = std::upper_bound(m_segments.begin(), m_segments.end(), t,
                                        [](TimestampMs value, const Segment &s) { return value < s.from; });
    // The first segment begins with the least instant, so there is always one before `after`.
    hint = static_cast<std::size_t>(after - m_segments.begin()) - 1;
    return m_segments[hint].offset;
}

} // namespace bartizan
