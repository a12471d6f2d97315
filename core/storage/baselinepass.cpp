// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/baselinepass.h"

#include "core/ports/countryresolver.h"
#include "core/storage/sqliterows.h"

#include <algorithm>

namespace bartizan {
namespace {

TimestampMs minuteOf(TimestampMs t) noexcept
{
    TimestampMs rest = t % kMinute;
    if (rest < 0)
        rest += kMinute;
    return t - rest;
}

} // namespace

MinuteTable::MinuteTable(TimestampMs from, TimestampMs to)
    : m_start(minuteOf(from)), m_minutes(static_cast<std::size_t>((minuteOf(to) - m_start) / kMinute) + 1),
      m_counts(m_minutes * enumCount<SecurityEventType>())
{
}

void MinuteTable::merge(const MinuteTable &other)
{
    std::transform(m_counts.begin(), m_counts.end(), other.m_counts.begin(), m_counts.begin(), std::plus<>());
}

void MinuteTable::copyTo(std::vector<DetectorHistory::MinuteCount> &out) const
{
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        if (m_counts[i] == 0)
            continue;
        out.push_back({static_cast<SecurityEventType>(i / m_minutes),
                       m_start + static_cast<TimestampMs>(i % m_minutes) * kMinute, m_counts[i]});
    }
}

void CountryBook::Times::add(TimestampMs time) noexcept
{
    if (last == kNever) {
        first = last = time;
        return;
    }
    if (time > last) {
        lastBefore = last;
        last = time;
    } else if (time < last) {
        lastBefore = std::max(lastBefore, time);
    }
    first = std::min(first, time);
}

void CountryBook::add(SecurityEventType type, std::string_view userId, std::string_view country, TimestampMs time)
{
    const KeyId user = m_users.intern(userId);
    const KeyId where = m_countries.intern(country);
    if (user != kNoKey && where != kNoKey)
        m_times[keyOf(type, user, where)].add(time);
}

void CountryBook::merge(const CountryBook &other)
{
    // Each text is numbered here once, rather than for every entry.
    std::vector<KeyId> users(other.m_users.limit(), kNoKey);
    std::vector<KeyId> countries(other.m_countries.limit(), kNoKey);
    for (KeyId key = 1; key < users.size(); ++key)
        users[key] = m_users.intern(other.m_users.text(key));
    for (KeyId key = 1; key < countries.size(); ++key)
        countries[key] = m_countries.intern(other.m_countries.text(key));
    for (const auto &[key, times] : other.m_times) {
        const auto type = static_cast<SecurityEventType>(key & ((1u << kTypeBits) - 1));
        const KeyId country = countries[static_cast<std::uint32_t>(key) >> kTypeBits];
        Times &known = m_times[keyOf(type, users[key >> 32], country)];
        known.add(times.last);
        if (times.lastBefore != kNever)
            known.add(times.lastBefore);
        known.add(times.first);
    }
}

void CountryBook::copyTo(std::vector<DetectorHistory::KnownCountry> &out) const
{
    out.reserve(out.size() + m_times.size());
    for (const auto &[key, times] : m_times) {
        out.push_back({static_cast<SecurityEventType>(key & ((1u << kTypeBits) - 1)),
                       std::string(m_users.text(static_cast<KeyId>(key >> 32))),
                       std::string(m_countries.text(static_cast<std::uint32_t>(key) >> kTypeBits)), times.first, times.last,
                       times.lastBefore == kNever ? std::nullopt : std::optional(times.lastBefore)});
    }
}

BaselinePass::BaselinePass(const DetectorHistory::Query &query, std::mutex &asking)
    : m_countriesFrom(query.asOf - kHistorySpan - kLateSlack), m_minutes(m_countriesFrom, query.asOf),
      m_resolver(query.countries), m_asking(asking)
{
}

bool BaselinePass::take(const SqliteStatement &row)
{
    SecurityEventType type{};
    if (!readEnum(row, 1, type))
        return false;
    take(row.integer(0), type, row.text(2), row.text(3), row.text(4));
    return true;
}

void BaselinePass::take(TimestampMs time, SecurityEventType type, std::string_view user, std::string_view country,
                        std::string_view address)
{
    m_minutes.add(type, time);
    if (time < m_countriesFrom || user.empty())
        return;
    m_countries.add(type, user, m_resolver ? countryOf(country, address) : country, time);
}

std::string_view BaselinePass::countryOf(std::string_view stored, std::string_view address)
{
    if (stored.data())
        return m_resolver->ofText(stored);
    const KeyId key = m_addresses.intern(address);
    if (key == kNoKey)
        return {};
    if (key >= m_places.size()) {
        const std::lock_guard lock(m_asking);
        m_places.resize(key + 1);
        m_places[key] = m_resolver->ofAddress(address);
    }
    return m_places[key];
}

void BaselinePass::merge(const BaselinePass &other)
{
    m_minutes.merge(other.m_minutes);
    m_countries.merge(other.m_countries);
}

void BaselinePass::copyTo(DetectorHistory &out) const
{
    m_minutes.copyTo(out.typeMinutes);
    m_countries.copyTo(out.countries);
}

} // namespace bartizan
