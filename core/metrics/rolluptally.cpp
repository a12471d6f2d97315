// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rolluptally.h"

#include "core/metrics/rollupbytes.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace bartizan {
namespace {

// What the counts of a user begin with: three bits each for failed logins and rate limits and two for what is critical, all
// of them set where more follows.
constexpr std::uint32_t kMostFailed = 7;
constexpr std::uint32_t kMostLimited = 7;
constexpr std::uint32_t kMostCritical = 3;
constexpr unsigned kLimitedShift = 3;
constexpr unsigned kCriticalShift = 6;
// What the countries of a user begin with: the length of a list, or, where the list is longer than the masks, what follows.
constexpr std::size_t kLongestList = 12;
constexpr unsigned kMasks = 0x80;
constexpr unsigned kNamedMask = 1;
constexpr unsigned kLookedUpMask = 2;
constexpr unsigned kList = 4;
/// The countries of users stand together by their numbers, so many numbers each, with their length before them: those of a
/// few users are found without reading those of all.
constexpr unsigned kGroupBits = 6;

/// A country of a user as it is written.
std::uint32_t codeOf(KeyId country, bool lookedUp) noexcept
{
    return country << 1U | (lookedUp ? 1U : 0U);
}

std::uint64_t rareOf(std::uint32_t user, std::uint32_t code) noexcept
{
    return std::uint64_t{user} << 32U | code;
}

void appendRest(std::string &bytes, std::uint32_t count, std::uint32_t most)
{
    if (count >= most)
        appendNumber(bytes, count - most);
}

std::uint32_t readRest(RollupBytes &bytes, std::uint32_t count, std::uint32_t most)
{
    return count < most ? count : most + bytes.number32();
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

/// Sets a bit; false when it was set.
bool setBit(std::vector<std::uint64_t> &bits, std::size_t at)
{
    const std::uint64_t bit = std::uint64_t{1} << (at & 63U);
    std::uint64_t &word = bits[at >> 6U];
    const bool fresh = (word & bit) == 0;
    word |= bit;
    return fresh;
}

/// Writes a user's countries as the list `codes`, or shorter.
void appendCountries(std::string &bytes, const RollupCountries &named, const RollupCountries &lookedUp,
                     const std::vector<std::uint32_t> &codes)
{
    auto listed = codes.begin();
    if (codes.size() <= kLongestList) {
        bytes += static_cast<char>(codes.size());
    } else {
        // Those of the masks stand first.
        listed += named.size() + lookedUp.size();
        const unsigned how = (named.empty() ? 0 : kNamedMask) | (lookedUp.empty() ? 0 : kLookedUpMask)
            | (listed != codes.end() ? kList : 0);
        bytes += static_cast<char>(static_cast<unsigned char>(kMasks | how));
        if (how & kNamedMask)
            appendMask(bytes, named);
        if (how & kLookedUpMask)
            appendMask(bytes, lookedUp);
        if (how & kList)
            appendNumber(bytes, static_cast<std::uint64_t>(codes.end() - listed));
    }
    for (; listed != codes.end(); ++listed)
        appendNumber(bytes, *listed);
}

} // namespace

inline std::uint32_t RollupTally::indexOf(KeyId user)
{
    std::uint32_t index = user;
    bool fresh = false;
    if (user < m_direct) {
        fresh = setBit(m_seen, user);
    } else {
        const auto [place, added] = m_otherIndex.try_emplace(user, static_cast<std::uint32_t>(m_users.size()));
        if (added) {
            m_users.emplace_back();
            m_lookedUp.emplace_back();
            if (m_firstKnown)
                m_first.emplace_back();
        }
        index = place->second;
        fresh = added;
    }
    if (fresh) {
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
    if (m_firstKnown)
        occurred(index, row.timestamp);
    RollupUser &user = m_users[index];
    user.failedLogins += row.type == SecurityEventType::Authentication && row.outcome == AuditOutcome::Failure;
    user.rateLimited += row.outcome == AuditOutcome::RateLimited;
    user.critical += row.severity == AuditSeverity::Critical;
    if (row.country != kNoKey)
        addCountry(index, row.country, false);
    else if (lookedUp != kNoKey)
        addCountry(index, lookedUp, true);
}

bool RollupTally::add(std::string_view counts, std::string_view users, Countries when)
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
    RollupBytes named(users);
    if (!bytes.ok() || !readNumbers(named))
        return false;
    const std::size_t heads = users.size() - named.left().size();
    RollupBytes list(named); // One that nobody else knows stays in the processor's registers.
    for (const KeyId number : m_numbers)
        readCounts(list, number);
    const std::uint64_t size = list.number();
    CellRest rest{std::string(list.text(size)), m_numbers, {}, 0};
    // What tells when they occurred first stands behind that, in a cell of a company.
    const bool timed = m_numbers.empty() ? list.atEnd() : list.left().size() >= sizeof(std::uint64_t) + m_numbers.size();
    if (!list.ok() || (!timed && (m_firstKnown || !list.atEnd())))
        return false;
    if (when == Countries::Now)
        return (!m_firstKnown || readFirsts(RollupBytes(users), list)) && readCountries(rest, {});
    if (m_firstKnown) {
        rest.timesAt = heads;
        rest.firsts.reserve(heads + list.left().size());
        rest.firsts.append(users.substr(0, heads)).append(list.left());
    }
    m_later.push_back(std::move(rest));
    return true;
}

/// Reads when the users of a cell occurred first. False when that is damaged, or does not stand there.
bool RollupTally::readFirsts(RollupBytes numbers, RollupBytes firsts)
{
    std::uint64_t left = numbers.number();
    if (left == 0)
        return firsts.atEnd();
    auto time = firsts.fixed<std::uint64_t>();
    for (; left > 0 && firsts.ok(); --left) {
        time += firsts.shortNumber();
        const KeyId number = numbers.number32();
        occurred(number < m_direct ? number : m_otherIndex.find(number)->second,
                 static_cast<TimestampMs>(time));
    }
    return firsts.ok() && firsts.atEnd();
}

/// Reads which users a cell names, in the order of their first occurrence. False when that is damaged.
bool RollupTally::readNumbers(RollupBytes &from)
{
    RollupBytes bytes(from);
    m_numbers.clear();
    std::vector<KeyId> others;
    std::size_t direct = 0;
    const std::uint64_t *const seen = m_seen.data();
    std::uint64_t *const inCell = m_inCell.data();
    for (std::uint64_t left = bytes.number(); left > 0 && bytes.ok(); --left) {
        const KeyId number = bytes.number32();
        if (number == kNoKey)
            return false;
        if (number >= m_direct) {
            indexOf(number);
            others.push_back(number);
            continue;
        }
        const std::size_t place = number >> 6U;
        const std::uint64_t bit = std::uint64_t{1} << (number & 63U);
        if (inCell[place] & bit)
            return false;
        inCell[place] |= bit;
        ++direct;
        if ((seen[place] & bit) == 0)
            indexOf(number);
    }
    m_numbers.resize(direct);
    KeyId *next = m_numbers.data();
    for (std::size_t i = 0; i < m_inCell.size(); ++i) {
        for (std::uint64_t word = std::exchange(inCell[i], 0); word != 0; word &= word - 1)
            *next++ = static_cast<KeyId>(i * 64 + static_cast<unsigned>(std::countr_zero(word)));
    }
    std::sort(others.begin(), others.end());
    m_numbers.insert(m_numbers.end(), others.begin(), others.end());
    from = bytes;
    return bytes.ok() && std::adjacent_find(others.begin(), others.end()) == others.end();
}

/// Reads how often a user did what. Most of the time of an answer goes here.
inline void RollupTally::readCounts(RollupBytes &bytes, KeyId number)
{
    const unsigned head = bytes.byte();
    RollupUser &user = m_users.data()[number < m_direct ? number : m_otherIndex.find(number)->second];
    user.failedLogins += readRest(bytes, head & kMostFailed, kMostFailed);
    user.rateLimited += readRest(bytes, head >> kLimitedShift & kMostLimited, kMostLimited);
    user.critical += readRest(bytes, head >> kCriticalShift, kMostCritical);
}

/// Reads the countries of a cell's users; of all, or at least of those whose numbers are `wanted`, in ascending order.
/// False when they are damaged.
bool RollupTally::readCountries(const CellRest &cell, std::span<const KeyId> wanted)
{
    RollupBytes groups(cell.countries);
    auto next = wanted.begin();
    for (auto number = cell.numbers.begin(); number != cell.numbers.end();) {
        const KeyId group = *number >> kGroupBits;
        RollupBytes bytes(groups.text(groups.number()));
        next = std::find_if(next, wanted.end(), [group](KeyId each) { return each >> kGroupBits >= group; });
        const bool skipped = !wanted.empty() && (next == wanted.end() || *next >> kGroupBits != group);
        for (; number != cell.numbers.end() && *number >> kGroupBits == group; ++number) {
            if (!skipped)
                readCountriesOf(bytes, indexOf(*number));
        }
        if (!groups.ok() || !bytes.ok() || (!skipped && !bytes.atEnd()))
            return false;
    }
    return groups.atEnd();
}

inline void RollupTally::readCountriesOf(RollupBytes &bytes, std::uint32_t index)
{
    const unsigned how = bytes.byte();
    std::uint64_t listed = how;
    if (how & kMasks) {
        if (how & kNamedMask)
            readMask(bytes, m_users[index].named);
        if (how & kLookedUpMask)
            readMask(bytes, m_lookedUp[index]);
        listed = how & kList ? bytes.number() : 0;
    }
    for (; listed > 0 && bytes.ok(); --listed) {
        const std::uint32_t code = bytes.number32();
        addCountry(index, code >> 1U, code & 1U);
    }
}

/// Reads the countries that add() left for later. False when they are damaged.
bool RollupTally::readLater(std::span<const KeyId> wanted)
{
    for (std::size_t i = 0; i < m_later.size(); ++i) {
        if (!readCountries(m_later[i], wanted)) {
            m_damaged = i;
            return false;
        }
    }
    return true;
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
    writeUsers(users);
}

void RollupTally::writeUsers(std::string &users) const
{
    appendNumber(users, m_order.size());
    for (const std::uint32_t index : m_order)
        appendNumber(users, m_users[index].number);
    std::vector<std::uint32_t> byNumber = m_order;
    std::sort(byNumber.begin(), byNumber.end(),
              [this](std::uint32_t a, std::uint32_t b) { return m_users[a].number < m_users[b].number; });
    for (const std::uint32_t index : byNumber) {
        const RollupUser &user = m_users[index];
        users += static_cast<char>(static_cast<unsigned char>(std::min(user.failedLogins, kMostFailed)
                                                              | std::min(user.rateLimited, kMostLimited) << kLimitedShift
                                                              | std::min(user.critical, kMostCritical) << kCriticalShift));
        appendRest(users, user.failedLogins, kMostFailed);
        appendRest(users, user.rateLimited, kMostLimited);
        appendRest(users, user.critical, kMostCritical);
    }
    const auto rare = rareOfUsers();
    std::string countries;
    std::string group;
    std::vector<std::uint32_t> codes;
    for (auto at = byNumber.begin(); at != byNumber.end();) {
        const RollupUser &user = m_users[*at];
        codes.clear();
        listCodes(codes, user.named, false);
        listCodes(codes, m_lookedUp[*at], true);
        for (auto next = std::lower_bound(rare.begin(), rare.end(), std::pair(*at, std::uint32_t{0}));
             next != rare.end() && next->first == *at; ++next) {
            codes.push_back(next->second);
        }
        appendCountries(group, user.named, m_lookedUp[*at], codes);
        ++at;
        if (at != byNumber.end() && m_users[*at].number >> kGroupBits == user.number >> kGroupBits)
            continue;
        appendNumber(countries, group.size());
        countries += group;
        group.clear();
    }
    appendNumber(users, countries.size());
    users += countries;
    if (m_firstKnown && !m_order.empty())
        writeFirsts(users);
}

/// When the users occurred first: the first of them, and how much later each.
void RollupTally::writeFirsts(std::string &users) const
{
    TimestampMs before = m_first[m_order.front()].time;
    appendFixed(users, static_cast<std::uint64_t>(before));
    for (const std::uint32_t index : m_order) {
        const TimestampMs time = m_first[index].time;
        appendNumber(users, static_cast<std::uint64_t>(time - std::exchange(before, time)));
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

} // namespace bartizan
