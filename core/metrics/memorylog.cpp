// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/memorylog.h"

#include <absl/container/flat_hash_set.h>

namespace bartizan {
namespace {

std::uint64_t pairOf(KeyId a, KeyId b) noexcept
{
    return (std::uint64_t{a} << 32) | b;
}

/// Adds a row to the activity of its address.
template<typename Row>
void addTo(IpActivity &activity, const Row &row)
{
    ++activity.events;
    if (row.type == SecurityEventType::Authentication && row.outcome == AuditOutcome::Failure)
        ++activity.failedLogins;
    if (row.outcome == AuditOutcome::RateLimited)
        ++activity.rateLimited;
}

} // namespace

/// Counts the rows of each user, in order of first occurrence.
class MemoryLog::UserCounter {
public:
    explicit UserCounter(const MemoryLog &log) : m_log(log), m_index(log.m_users.limit(), 0) {}

    void add(const Row &row)
    {
        if (row.user == kNoKey)
            return;
        std::size_t &index = m_index[row.user];
        if (index == 0) {
            UserActivity activity;
            activity.userId = m_log.m_users.text(row.user);
            if (row.user < m_log.m_emails.size())
                activity.email = m_log.m_emails[row.user];
            m_users.push_back(std::move(activity));
            index = m_users.size();
        }
        UserActivity &user = m_users[index - 1];
        if (row.type == SecurityEventType::Authentication && row.outcome == AuditOutcome::Failure)
            ++user.failedLogins;
        if (row.outcome == AuditOutcome::RateLimited)
            ++user.rateLimited;
        if (row.severity == AuditSeverity::Critical)
            ++user.critical;
        if (row.country != kNoKey && m_seen.insert(pairOf(row.user, row.country)).second)
            ++user.countries;
    }
    std::vector<UserActivity> take() { return std::move(m_users); }

private:
    const MemoryLog &m_log;
    std::vector<std::size_t> m_index; ///< Into m_users, plus one.
    std::vector<UserActivity> m_users;
    absl::flat_hash_set<std::uint64_t> m_seen;
};

void MemoryLog::append(const EventView &row)
{
    const std::size_t at = m_size % kBlock;
    if (at == 0)
        m_blocks.push_back(std::make_unique_for_overwrite<Row[]>(kBlock));
    m_blocks.back()[at] = {row.timestamp, m_users.intern(row.userId), m_addresses.intern(row.ipAddress),
                           m_companies.intern(row.companyId), m_countries.intern(row.country), row.eventType,
                           row.outcome, row.severity};
    ++m_size;
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
    std::vector<std::size_t> geo(m_countries.limit(), 0); // Into result.geo, plus one.
    std::size_t hint = 0;
    forEach([&](const Row &row) {
        if (!range.contains(row.timestamp) || (company && row.company != wanted))
            return;
        ++result.totalEvents;
        ++result.eventsByType[static_cast<std::size_t>(row.type)];
        ++result.eventsByHour[zone.hourOfDay(row.timestamp, hint)];
        if (row.severity == AuditSeverity::Critical)
            ++result.criticalEvents;
        if (row.country != kNoKey) {
            std::size_t &index = geo[row.country];
            if (index == 0) {
                result.geo.emplace_back(m_countries.text(row.country), 0);
                index = result.geo.size();
            }
            ++result.geo[index - 1].second;
        }
        users.add(row);
    });
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
    forEach([&](const Row &row) {
        if (row.address == kNoKey || !range.contains(row.timestamp))
            return;
        IpActivity &activity = result[row.address - 1];
        addTo(activity, row);
        if (row.user != kNoKey && seen.insert(pairOf(row.address, row.user)).second)
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
    forEach([&](const Row &row) {
        if (row.address != wanted || !range.contains(row.timestamp))
            return;
        addTo(result, row);
        if (row.user != kNoKey && users.insert(row.user).second)
            ++result.distinctUsers;
    });
    return result;
}

} // namespace bartizan
