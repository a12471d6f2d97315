// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rolluptally.h"

#include "core/metrics/rollupbytes.h"
#include "core/metrics/userrisk.h"

#include <algorithm>
#include <bit>

namespace bartizan {
namespace {

// The first byte of a user: two bits for each of three counts and for the countries, in which 3 means that more follows.
constexpr unsigned kMore = 3;
constexpr unsigned kRateShift = 2;
constexpr unsigned kCriticalShift = 4;
constexpr unsigned kCountryShift = 6;
constexpr unsigned kAnyMoreCount = 0x15; // One bit for each of the three counts.
// How more than two countries are written: which of these follow.
constexpr std::uint8_t kNamedMask = 1;
constexpr std::uint8_t kLookedUpMask = 2;
constexpr std::uint8_t kList = 4;
// Up to so many a list is shorter than the masks.
constexpr std::size_t kLongestList = 12;
// A country's number above 63 takes more than a byte.
constexpr unsigned kFirstLongCode = 0x80;
/// No user of the short form takes more bytes.
constexpr std::size_t kLongestShort = 3 + kLongestList;
/// How many users ahead of the one that is read their places are fetched from memory.
constexpr std::size_t kAhead = 16;

/// A country of a user as it is written.
std::uint32_t codeOf(KeyId country, bool lookedUp) noexcept
{
    return country << 1U | (lookedUp ? 1U : 0U);
}

std::uint64_t rareOf(std::uint32_t user, std::uint32_t code) noexcept
{
    return std::uint64_t{user} << 32U | code;
}

unsigned shortOf(std::uint32_t count) noexcept
{
    return std::min(count, std::uint32_t{kMore});
}

void appendRest(std::string &bytes, std::uint32_t count)
{
    if (count >= kMore)
        appendNumber(bytes, count - kMore);
}

std::uint32_t readRest(RollupBytes &bytes, unsigned count)
{
    count &= kMore;
    return count < kMore ? count : kMore + bytes.number32();
}

void listCodes(std::vector<std::uint32_t> &codes, const RollupCountries &countries, bool lookedUp)
{
    for (const KeyId first : {KeyId{0}, KeyId{64}}) {
        for (std::uint64_t mask = first == 0 ? countries.low : countries.high; mask != 0; mask &= mask - 1)
            codes.push_back(codeOf(first + static_cast<KeyId>(std::countr_zero(mask)), lookedUp));
    }
}

void appendMask(std::string &bytes, const RollupCountries &countries)
{
    appendFixed(bytes, countries.low);
    appendFixed(bytes, countries.high);
}

void readMask(RollupBytes &bytes, RollupCountries &countries)
{
    countries.low |= bytes.fixed<std::uint64_t>();
    countries.high |= bytes.fixed<std::uint64_t>();
}

/// Writes a user's countries as the list `codes`, or shorter.
void appendMany(std::string &bytes, const RollupCountries &named, const RollupCountries &lookedUp,
                const std::vector<std::uint32_t> &codes)
{
    auto listed = codes.begin();
    std::uint8_t how = kList;
    if (codes.size() > kLongestList) {
        // Those of the masks stand first.
        listed += named.size() + lookedUp.size();
        how = static_cast<std::uint8_t>((named.empty() ? 0 : kNamedMask) | (lookedUp.empty() ? 0 : kLookedUpMask)
                                        | (listed != codes.end() ? kList : 0));
    }
    bytes += static_cast<char>(how);
    if (how & kNamedMask)
        appendMask(bytes, named);
    if (how & kLookedUpMask)
        appendMask(bytes, lookedUp);
    if (how & kList) {
        appendNumber(bytes, static_cast<std::uint64_t>(codes.end() - listed));
        for (; listed != codes.end(); ++listed)
            appendNumber(bytes, *listed);
    }
}

} // namespace

void RollupCounts::add(const RollupRow &row)
{
    ++rows;
    critical += row.severity == AuditSeverity::Critical;
    lookups += row.hasAddress;
    ++byType[static_cast<std::size_t>(row.type)];
    TimestampMs inDay = row.timestamp % kDay;
    if (inDay < 0)
        inDay += kDay;
    ++byQuarter[static_cast<std::size_t>(inDay / kQuarterHour)];
}

void RollupCounts::add(const RollupCounts &other)
{
    rows += other.rows;
    critical += other.critical;
    lookups += other.lookups;
    for (std::size_t i = 0; i < byType.size(); ++i)
        byType[i] += other.byType[i];
    for (std::size_t i = 0; i < byQuarter.size(); ++i)
        byQuarter[i] += other.byQuarter[i];
}

bool RollupCounts::read(RollupBytes &bytes)
{
    rows = bytes.count();
    critical = bytes.count();
    lookups = bytes.count();
    for (std::int64_t &count : byType)
        count = bytes.count();
    byQuarter = {};
    std::size_t next = 0;
    for (std::uint64_t filled = bytes.number(); filled > 0 && bytes.ok(); --filled) {
        const std::uint64_t gap = bytes.number();
        const std::int64_t count = bytes.count();
        if (gap >= byQuarter.size() - next)
            return false;
        next += gap;
        byQuarter[next] = count;
        if (++next == byQuarter.size() && filled > 1)
            return false;
    }
    return bytes.ok();
}

void RollupCounts::write(std::string &bytes) const
{
    const auto append = [&bytes](std::int64_t count) { appendNumber(bytes, static_cast<std::uint64_t>(count)); };
    append(rows);
    append(critical);
    append(lookups);
    for (const std::int64_t count : byType)
        append(count);
    append(std::count_if(byQuarter.begin(), byQuarter.end(), [](std::int64_t count) { return count != 0; }));
    std::int64_t gap = 0;
    for (const std::int64_t count : byQuarter) {
        if (count == 0) {
            ++gap;
            continue;
        }
        append(gap);
        append(count);
        gap = 0;
    }
}

inline std::uint32_t RollupTally::indexOf(KeyId user)
{
    std::uint32_t index = user;
    if (user >= m_direct) {
        const auto [place, added] = m_otherIndex.try_emplace(user, static_cast<std::uint32_t>(m_users.size()));
        if (added) {
            m_users.emplace_back();
            m_lookedUp.emplace_back();
        }
        index = place->second;
    }
    if (m_users[index].number == kNoKey) {
        m_users[index].number = user;
        m_order.push_back(index);
    }
    return index;
}

inline void RollupTally::addCountry(std::uint32_t user, KeyId country, bool lookedUp)
{
    if (country < kMasked) [[likely]]
        (lookedUp ? m_lookedUp[user] : m_users[user].named).add(country);
    else
        m_rare.insert(rareOf(user, codeOf(country, lookedUp)));
}

void RollupTally::add(const RollupRow &row, KeyId lookedUp)
{
    m_counts.add(row);
    if (row.country != kNoKey)
        ++geoOf(row.country).named;
    else if (lookedUp != kNoKey)
        ++geoOf(lookedUp).lookedUp;
    if (row.user == kNoKey)
        return;
    const std::uint32_t index = indexOf(row.user);
    RollupUser &user = m_users[index];
    user.failedLogins += row.type == SecurityEventType::Authentication && row.outcome == AuditOutcome::Failure;
    user.rateLimited += row.outcome == AuditOutcome::RateLimited;
    user.critical += row.severity == AuditSeverity::Critical;
    if (row.country != kNoKey)
        addCountry(index, row.country, false);
    else if (lookedUp != kNoKey)
        addCountry(index, lookedUp, true);
}

bool RollupTally::add(std::string_view counts, std::string_view users)
{
    RollupBytes bytes(counts);
    RollupCounts read;
    if (!read.read(bytes))
        return false;
    m_counts.add(read);
    for (std::uint64_t countries = bytes.number(); countries > 0 && bytes.ok(); --countries) {
        GeoCount &count = geoOf(bytes.number32());
        count.named += bytes.count();
        count.lookedUp += bytes.count();
    }
    RollupBytes list(users);
    m_numbers.clear();
    for (std::uint64_t left = list.number(); left > 0 && list.ok(); --left)
        m_numbers.push_back(list.number32());
    // Users are scattered over memory: each is fetched before its turn.
    for (std::size_t i = 0; i < m_numbers.size() && list.ok(); ++i) {
        if (i + kAhead < m_numbers.size() && m_numbers[i + kAhead] < m_direct)
            __builtin_prefetch(&m_users[m_numbers[i + kAhead]], 1);
        if (!readShortUser(list, m_numbers[i]))
            readUser(list, m_numbers[i]);
    }
    return bytes.ok() && list.ok() && list.atEnd();
}

/// Reads a user of the most frequent form, as readUser() would: small counts, and a short list of countries whose numbers
/// take a byte. False when it is of another one, and nothing was read. Nearly all the time of an answer goes here.
inline bool RollupTally::readShortUser(RollupBytes &bytes, KeyId number)
{
    const std::string_view left = bytes.left();
    if (left.size() < kLongestShort || number == kNoKey || number >= m_direct)
        return false;
    const auto *at = reinterpret_cast<const unsigned char *>(left.data());
    const unsigned head = *at++;
    std::size_t listed = head >> kCountryShift;
    if ((head & head >> 1U & kAnyMoreCount) != 0)
        return false;
    if (listed == kMore) {
        if (at[0] != kList || at[1] > kLongestList)
            return false;
        listed = at[1];
        at += 2;
    }
    std::uint64_t named = 0; // Of the first 64 countries, nearly all.
    for (std::size_t i = 0; i < listed; ++i) {
        if (at[i] >= kFirstLongCode)
            return false;
    }
    RollupUser &user = m_users[number];
    if (user.number == kNoKey) {
        user.number = number;
        m_order.push_back(number);
    }
    user.failedLogins += head & kMore;
    user.rateLimited += head >> kRateShift & kMore;
    user.critical += head >> kCriticalShift & kMore;
    for (std::size_t i = 0; i < listed; ++i) {
        const std::uint64_t country = std::uint64_t{1} << (at[i] >> 1U);
        if (at[i] & 1U)
            m_lookedUp[number].low |= country;
        else
            named |= country;
    }
    user.named.low |= named;
    bytes.skip(static_cast<std::size_t>(reinterpret_cast<const char *>(at) - left.data()) + listed);
    return true;
}

inline void RollupTally::readUser(RollupBytes &bytes, KeyId number)
{
    const unsigned head = bytes.byte();
    if (number == kNoKey || !bytes.ok())
        return;
    const std::uint32_t index = indexOf(number);
    RollupUser &user = m_users[index];
    user.failedLogins += readRest(bytes, head);
    user.rateLimited += readRest(bytes, head >> kRateShift);
    user.critical += readRest(bytes, head >> kCriticalShift);
    readCountries(bytes, index, head >> kCountryShift);
}

inline void RollupTally::readListed(RollupBytes &bytes, std::uint32_t index, std::uint64_t count)
{
    for (; count > 0 && bytes.ok(); --count) {
        const std::uint32_t code = bytes.number32();
        addCountry(index, code >> 1U, code & 1U);
    }
}

inline void RollupTally::readCountries(RollupBytes &bytes, std::uint32_t index, unsigned how)
{
    std::uint64_t listed = how;
    if (how == kMore) {
        const std::uint8_t parts = bytes.byte();
        if (parts & kNamedMask)
            readMask(bytes, m_users[index].named);
        if (parts & kLookedUpMask)
            readMask(bytes, m_lookedUp[index]);
        listed = parts & kList ? bytes.number() : 0;
    }
    readListed(bytes, index, listed);
}

/// The rare countries with the user's index, in order of users.
std::vector<std::pair<std::uint32_t, std::uint32_t>> RollupTally::rareOfUsers() const
{
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rare;
    rare.reserve(m_rare.size());
    for (const std::uint64_t entry : m_rare)
        rare.emplace_back(static_cast<std::uint32_t>(entry >> 32U), static_cast<std::uint32_t>(entry));
    std::sort(rare.begin(), rare.end());
    return rare;
}

void RollupTally::write(std::string &counts, std::string &users) const
{
    m_counts.write(counts);
    std::vector<std::pair<KeyId, GeoCount>> geo(m_rareGeo.begin(), m_rareGeo.end());
    for (KeyId country = 0; country < kMasked; ++country) {
        if (m_commonGeo[country].named + m_commonGeo[country].lookedUp > 0)
            geo.emplace_back(country, m_commonGeo[country]);
    }
    appendNumber(counts, geo.size());
    for (const auto &[country, count] : geo) {
        appendNumber(counts, country);
        appendNumber(counts, static_cast<std::uint64_t>(count.named));
        appendNumber(counts, static_cast<std::uint64_t>(count.lookedUp));
    }
    appendNumber(users, m_order.size());
    for (const std::uint32_t index : m_order)
        appendNumber(users, m_users[index].number);
    const auto rare = rareOfUsers();
    std::vector<std::uint32_t> codes;
    for (const std::uint32_t index : m_order) {
        const RollupUser &user = m_users[index];
        codes.clear();
        listCodes(codes, user.named, false);
        listCodes(codes, m_lookedUp[index], true);
        for (auto next = std::lower_bound(rare.begin(), rare.end(), std::pair(index, std::uint32_t{0}));
             next != rare.end() && next->first == index; ++next) {
            codes.push_back(next->second);
        }
        users += static_cast<char>(static_cast<unsigned char>(
            shortOf(user.failedLogins) | shortOf(user.rateLimited) << kRateShift | shortOf(user.critical) << kCriticalShift
            | shortOf(static_cast<std::uint32_t>(codes.size())) << kCountryShift));
        appendRest(users, user.failedLogins);
        appendRest(users, user.rateLimited);
        appendRest(users, user.critical);
        if (codes.size() >= kMore) {
            appendMany(users, user.named, m_lookedUp[index], codes);
        } else {
            for (const std::uint32_t code : codes)
                appendNumber(users, code);
        }
    }
}

std::vector<std::pair<KeyId, std::int64_t>> RollupTally::geo(bool lookedUp) const
{
    std::vector<std::pair<KeyId, std::int64_t>> counts;
    const auto take = [&](KeyId country, const GeoCount &count) {
        const std::int64_t rows = count.named + (lookedUp ? count.lookedUp : 0);
        if (rows > 0)
            counts.emplace_back(country, rows);
    };
    for (KeyId country = 0; country < kMasked; ++country)
        take(country, m_commonGeo[country]);
    for (const auto &[country, count] : m_rareGeo)
        take(country, count);
    return counts;
}

/// How many different rare countries each user has.
std::vector<std::uint32_t> RollupTally::rareDistinct(bool lookedUp) const
{
    std::vector<std::uint32_t> distinct(m_users.size(), 0);
    for (const std::uint64_t entry : m_rare) {
        const bool fromLookUp = entry & 1U;
        if (!fromLookUp || (lookedUp && !m_rare.contains(entry - 1)))
            ++distinct[entry >> 32U];
    }
    return distinct;
}

std::vector<std::pair<KeyId, UserActivity>> RollupTally::riskiest(bool lookedUp) const
{
    std::vector<std::uint32_t> rare;
    if (!m_rare.empty())
        rare = rareDistinct(lookedUp);
    UserActivity activity;
    const auto fill = [&](std::size_t i) {
        const RollupUser &user = m_users[i];
        activity.failedLogins = user.failedLogins;
        activity.rateLimited = user.rateLimited;
        activity.critical = user.critical;
        RollupCountries countries = user.named;
        if (lookedUp) {
            countries.low |= m_lookedUp[i].low;
            countries.high |= m_lookedUp[i].high;
        }
        activity.countries = countries.size() + (rare.empty() ? 0 : std::int64_t{rare[i]});
    };
    std::vector<std::pair<int, std::size_t>> order;
    order.reserve(m_order.size());
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        fill(m_order[i]);
        order.emplace_back(riskScore(activity), i);
    }
    std::vector<std::pair<KeyId, UserActivity>> result;
    for (const std::size_t i : riskiestOf(order)) {
        fill(m_order[i]);
        result.emplace_back(m_users[m_order[i]].number, activity);
    }
    return result;
}

} // namespace bartizan
