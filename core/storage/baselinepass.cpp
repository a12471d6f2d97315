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

void CountryBook::moveTo(DetectorHistory::Sink &out)
{
    for (const auto &[key, times] : m_times) {
        out.country({static_cast<SecurityEventType>(key & kTypes), m_users.text(static_cast<KeyId>(key >> 32)),
                     m_countries.text(static_cast<std::uint32_t>(key) >> kTypeBits), times.first, times.last,
                     times.lastBefore == kNever ? std::nullopt : std::optional(times.lastBefore)});
    }
    m_times.clear();
    m_users.clear();
    m_countries.clear();
}

BaselinePass::BaselinePass(const DetectorHistory::Query &query, DetectorHistory::Sink &sink, std::mutex &shared)
    : m_countriesFrom(query.asOf - kHistorySpan - kLateSlack), m_minutes(m_countriesFrom, query.asOf),
      m_resolver(query.countries), m_sink(sink), m_shared(shared)
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
    if (m_countries.full())
        tellCountries();
}

std::string_view BaselinePass::countryOf(std::string_view stored, std::string_view address)
{
    if (!stored.empty()) // An empty one is as good as none.
        return m_resolver->ofText(stored);
    if (m_addresses.size() >= kMostAddresses || m_addresses.bytes() >= kMostBytes) {
        m_addresses.clear();
        m_places.clear();
    }
    const KeyId key = m_addresses.intern(address);
    if (key == kNoKey)
        return {};
    if (key >= m_places.size()) {
        const std::lock_guard lock(m_shared);
        m_places.resize(key + 1);
        m_places[key] = m_resolver->ofAddress(address);
    }
    return m_places[key];
}

void BaselinePass::tellCountries()
{
    const std::lock_guard lock(m_shared);
    m_countries.moveTo(m_sink);
}

void BaselinePass::merge(BaselinePass &other)
{
    m_minutes.merge(other.m_minutes);
    other.tellCountries();
}

void BaselinePass::finish()
{
    tellCountries();
    m_minutes.forEach([this](const DetectorHistory::MinuteCount &minute) { m_sink.typeMinute(minute); });
}

} // namespace bartizan
