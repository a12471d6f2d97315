// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/memorylog.h"

#include <absl/container/flat_hash_set.h>

namespace bartizan {
namespace {

/// So many rows are numbered at once.
constexpr std::size_t kAtOnce = 64;

std::uint64_t pairOf(KeyId a, KeyId b) noexcept
{
    return (std::uint64_t{a} << 32) | b;
}

/// The numbers of one text of each row, in their order: the memory that tells them is fetched for all before the first
/// is looked at.
void number(std::span<const EventView> rows, std::string_view EventView::*text, KeyTable &table, KeyId *out)
{
    std::array<KeyTable::Hash, kAtOnce> hashes;
    std::array<KeyId, kAtOnce> guesses;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        hashes[i] = KeyTable::hashOf(rows[i].*text);
        table.prefetchPlace(hashes[i]);
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        guesses[i] = table.likely(hashes[i]);
        table.prefetchTextPlace(guesses[i]);
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        table.prefetchText(guesses[i]);
    for (std::size_t i = 0; i < rows.size(); ++i)
        out[i] = (rows[i].*text).empty() ? kNoKey : table.intern(rows[i].*text, hashes[i]);
}

} // namespace

/// Counts the rows of each user, in order of first occurrence.
class MemoryLog::UserCounter {
public:
    explicit UserCounter(const MemoryLog &log) : m_log(log), m_counts(log.m_users.limit()) {}

    void add(KeyId user, const Kind &kind)
    {
        if (user == kNoKey)
            return;
        Counts &counts = m_counts[user];
        if (!counts.occurred) {
            counts.occurred = true;
            m_order.push_back(user);
        }
        counts.failedLogins += kind.isFailedLogin() ? 1 : 0;
        counts.rateLimited += kind.outcome == AuditOutcome::RateLimited ? 1 : 0;
        counts.critical += kind.severity == AuditSeverity::Critical ? 1 : 0;
        // Most rows of a user are of the same country as the one before.
        if (kind.country == kNoKey || kind.country == counts.lastCountry)
            return;
        counts.lastCountry = kind.country;
        counts.countries += m_seen.insert(pairOf(user, kind.country)).second ? 1 : 0;
    }
    std::vector<UserActivity> take() const
    {
        std::vector<UserActivity> result;
        result.reserve(m_order.size());
        for (const KeyId user : m_order) {
            const Counts &c = m_counts[user];
            result.push_back({std::string(m_log.m_users.text(user)), user < m_log.m_emails.size() ? m_log.m_emails[user] : std::string(),
                              c.failedLogins, c.rateLimited, c.critical, c.countries});
        }
        return result;
    }

private:
    struct Counts {
        std::uint32_t failedLogins = 0;
        std::uint32_t rateLimited = 0;
        std::uint32_t critical = 0;
        std::uint32_t countries = 0;
        KeyId lastCountry = kNoKey;
        bool occurred = false;
    };
    const MemoryLog &m_log;
    std::vector<Counts> m_counts; ///< By user.
    std::vector<KeyId> m_order;
    absl::flat_hash_set<std::uint64_t> m_seen;
};

MemoryLog::KindId MemoryLog::kindOf(const Kind &kind)
{
    const auto [at, isNew] = m_kindIds.try_emplace(kind, static_cast<KindId>(m_kinds.size()));
    if (isNew)
        m_kinds.push_back(kind);
    return at->second;
}

void MemoryLog::append(std::span<const EventView> rows)
{
    while (!rows.empty())
        rows = rows.subspan(enter(rows).count);
}

void MemoryLog::appendNumbered(std::span<EventView> rows)
{
    while (!rows.empty()) {
        const Entered entered = enter(rows);
        for (std::size_t i = 0; i < entered.count; ++i) {
            rows[i].userNumber = entered.block->users[entered.at + i];
            rows[i].addressNumber = entered.block->addresses[entered.at + i];
        }
        rows = rows.subspan(entered.count);
    }
}

MemoryLog::Entered MemoryLog::enter(std::span<const EventView> rows)
{
    const std::size_t at = m_size % kBlock;
    if (at == 0) {
        m_blocks.push_back(std::make_unique_for_overwrite<Block>());
        m_times.push_back({rows.front().timestamp, rows.front().timestamp});
    }
    const auto some = rows.first(std::min({rows.size(), kAtOnce, kBlock - at}));
    Block &block = *m_blocks.back();
    TimeRange &times = m_times.back();
    number(some, &EventView::userId, m_users, block.users.data() + at);
    number(some, &EventView::ipAddress, m_addresses, block.addresses.data() + at);
    for (std::size_t i = 0; i < some.size(); ++i) {
        const EventView &row = some[i];
        times.start = std::min(times.start, row.timestamp);
        times.end = std::max(times.end, row.timestamp);
        block.timestamps[at + i] = row.timestamp;
        block.kinds[at + i] = kindOf({m_companies.intern(row.companyId), m_countries.intern(row.country), row.eventType,
                                      row.outcome, row.severity});
    }
    m_size += some.size();
    return {&block, at, some.size()};
}

void MemoryLog::setEmail(const std::string &userId, const std::string &email)
{
    const KeyId user = m_users.intern(userId);
    if (user == kNoKey)
        return;
    if (user >= m_emails.size())
        m_emails.resize(user + 1);
    m_emails[user] = email;
}

MetricsInputs MemoryLog::metricsInputs(TimeRange range, const std::optional<std::string> &company,
                                       const ZoneOffsets &zone) const
{
    MetricsInputs result;
    const KeyId wanted = company ? m_companies.find(*company) : kNoKey;
    if (company && wanted == kNoKey)
        return result;
    UserCounter users(*this);
    std::vector<std::int64_t> byKind(m_kinds.size(), 0);
    std::vector<KindId> order; // Of first occurrence.
    std::size_t hint = 0;
    forEach(range, [&](const Block &block, std::size_t i) {
        const KindId id = block.kinds[i];
        const Kind &kind = m_kinds[id];
        if (company && kind.company != wanted)
            return;
        if (byKind[id]++ == 0)
            order.push_back(id);
        ++result.eventsByHour[zone.hourOfDay(block.timestamps[i], hint)];
        users.add(block.users[i], kind);
    });
    std::vector<std::size_t> geo(m_countries.limit(), 0); // Into result.geo, plus one.
    for (const KindId id : order) {
        const Kind &kind = m_kinds[id];
        result.totalEvents += byKind[id];
        result.eventsByType[static_cast<std::size_t>(kind.type)] += byKind[id];
        result.criticalEvents += kind.severity == AuditSeverity::Critical ? byKind[id] : 0;
        if (kind.country == kNoKey)
            continue;
        std::size_t &index = geo[kind.country];
        if (index == 0) {
            result.geo.emplace_back(m_countries.text(kind.country), 0);
            index = result.geo.size();
        }
        result.geo[index - 1].second += byKind[id];
    }
    result.users = users.take();
    return result;
}

std::vector<std::string_view> MemoryLog::addresses() const
{
    std::vector<std::string_view> result;
    result.reserve(m_addresses.limit());
    for (KeyId key = 1; key < m_addresses.limit(); ++key)
        result.push_back(m_addresses.text(key));
    return result;
}

std::vector<IpActivity> MemoryLog::ipActivities(TimeRange range) const
{
    std::vector<IpActivity> result(m_addresses.limit() - 1);
    absl::flat_hash_set<std::uint64_t> seen;
    forEach(range, [&](const Block &block, std::size_t i) {
        const KeyId address = block.addresses[i];
        if (address == kNoKey)
            return;
        IpActivity &activity = result[address - 1];
        addTo(activity, m_kinds[block.kinds[i]]);
        if (block.users[i] != kNoKey && seen.insert(pairOf(address, block.users[i])).second)
            ++activity.distinctUsers;
    });
    return result;
}

IpActivity MemoryLog::ipActivity(std::string_view address, TimeRange range) const
{
    IpActivity result;
    const KeyId wanted = m_addresses.find(address);
    if (wanted == kNoKey)
        return result;
    absl::flat_hash_set<KeyId> users;
    forEach(range, [&](const Block &block, std::size_t i) {
        if (block.addresses[i] != wanted)
            return;
        addTo(result, m_kinds[block.kinds[i]]);
        if (block.users[i] != kNoKey && users.insert(block.users[i]).second)
            ++result.distinctUsers;
    });
    return result;
}

void MemoryLog::addTo(IpActivity &activity, const Kind &kind)
{
    ++activity.events;
    activity.failedLogins += kind.isFailedLogin() ? 1 : 0;
    activity.rateLimited += kind.outcome == AuditOutcome::RateLimited ? 1 : 0;
}

} // namespace bartizan
