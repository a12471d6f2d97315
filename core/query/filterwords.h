// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/alertstatus.h"
#include "core/domain/ipaddress.h"
#include "core/domain/result.h"
#include "core/domain/timestamp.h"
#include "core/query/filter.h"

#include <QStringList>
#include <QTimeZone>

namespace bartizan {

/// What relative and local times are counted from.
struct FilterMoment {
    TimestampMs now = 0;
    QTimeZone zone{QTimeZone::utc()}; ///< Of dates and times that name no zone.
};

/// A block of addresses; of one when the prefix has all bits.
class IpNetwork {
public:
    /// Reads an address, or one with a prefix length ("203.0.113.0/24"). Bits behind the prefix are cleared.
    static std::optional<IpNetwork> parse(std::string_view text);
    bool contains(const IpAddress &address) const noexcept;
    /// Whether it is one address.
    bool isSingle() const noexcept { return m_prefix == m_bytes.size() * 8; }
    /// "203.0.113.0/24"; without a prefix length when it is one address.
    std::string text() const;

private:
    std::vector<std::uint8_t> m_bytes; ///< Network order.
    std::size_t m_prefix = 0;          ///< Bits that count.
};

/// A value in its canonical spelling, or why it cannot be one of this field: "severity: 'hgih' is unknown; low, medium,
/// high, critical".
Result<FilterWord> checkedWord(FilterField field, FilterSubject subject, const QString &text, bool quoted);

/// The values of a field that has only a few; else empty.
QStringList choicesOf(FilterField field, FilterSubject subject);
/// The values that a canonical word stands for, one bit each by the number of the enumeration; of status, the bit behind
/// the last one is "active". 0: none.
std::uint32_t choiceMask(FilterField field, FilterSubject subject, const QString &word);
/// The values of status that an alert has, as choiceMask() numbers them: where it stands, and whether it is active.
std::uint32_t statusMask(AlertStatus status, bool acknowledged);
/// The number of a canonical count.
std::int64_t numberOf(const QString &word);
/// The instant of a canonical time: its first millisecond for since, its last for until.
TimestampMs instantOf(FilterField field, const QString &word, const FilterMoment &moment);

} // namespace bartizan
