// SPDX-License-Identifier: GPL-3.0-or-later
// Aggregates of SqliteStore (spec/monitoring.md sections 7 and 8).
#include "core/domain/zoneoffsets.h"
#include "core/ports/countryresolver.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace bartizan {
namespace {

/// Beyond this, eventsByHour would be a list that nothing can show.
constexpr TimestampMs kLongestByHour = 366 * kDay;

/// What users did, with the place of each one's first row.
class UserBook {
public:
    struct Entry {
        UserActivity activity;
        EventKey first;
        std::vector<std::uint32_t> countries; ///< Distinct; few.
    };

    Entry &of(std::string_view userId, EventKey key)
    {
        m_key = userId;
        const auto [found, added] = m_index.try_emplace(m_key, m_entries.size());
        if (added) {
            m_entries.emplace_back();
            m_entries.back().activity.userId = m_key;
            m_entries.back().first = key;
        }
        Entry &entry = m_entries[found->second];
        if (std::tie(key.timestamp, key.id) < std::tie(entry.first.timestamp, entry.first.id))
            entry.first = key;
        return entry;
    }
    /// All of them in the order of their first rows.
    std::vector<UserActivity> inOrder() &&
    {
        std::sort(m_entries.begin(), m_entries.end(), [](const Entry &a, const Entry &b) {
            return std::tie(a.first.timestamp, a.first.id) < std::tie(b.first.timestamp, b.first.id);
        });
        std::vector<UserActivity> users;
        users.reserve(m_entries.size());
        for (Entry &entry : m_entries) {
            entry.activity.countries = static_cast<std::int64_t>(entry.countries.size());
            users.push_back(std::move(entry.activity));
        }
        return users;
    }

private:
    std::vector<Entry> m_entries;
    std::unordered_map<std::string, std::size_t> m_index;
    std::string m_key;
};

/// Countries as small numbers, with their counts.
class CountryCounts {
public:
    std::uint32_t count(std::string_view country)
    {
        m_key = country;
        const auto [found, added] = m_index.try_emplace(m_key, static_cast<std::uint32_t>(m_counts.size()));
        if (added)
            m_counts.emplace_back(m_key, 0);
        ++m_counts[found->second].second;
        return found->second;
    }
    /// Most rows first, then by the alphabet.
    std::vector<std::pair<std::string, std::int64_t>> inOrder() &&
    {
        std::sort(m_counts.begin(), m_counts.end(), [](const auto &a, const auto &b) {
            return a.second != b.second ? a.second > b.second : a.first < b.first;
        });
        return std::move(m_counts);
    }

private:
    std::vector<std::pair<std::string, std::int64_t>> m_counts;
    std::unordered_map<std::string, std::uint32_t> m_index;
    std::string m_key;
};

/// Takes the rows of a range, in any order, and makes the inputs of the metrics.
class Aggregator {
public:
    /// `resolver` may be null.
    Aggregator(MetricsInputs &out, const ZoneOffsets &zone, CountryResolver *resolver)
        : m_out(out), m_zone(zone), m_resolver(resolver)
    {
    }

    /// Columns: id, timestamp, event_type, outcome, severity, user_id, country, ip_address. False when the row is
    /// damaged.
    bool take(const SqliteStatement &row)
    {
        SecurityEventType type{};
        AuditOutcome outcome{};
        AuditSeverity severity{};
        if (!readEnum(row, 2, type) || !readEnum(row, 3, outcome) || !readEnum(row, 4, severity))
            return false;
        const EventKey key{row.integer(1), row.integer(0)};
        const bool critical = severity == AuditSeverity::Critical;
        ++m_out.totalEvents;
        m_out.criticalEvents += critical;
        ++m_out.eventsByType[static_cast<std::size_t>(type)];
        ++m_out.eventsByHour[m_zone.hourOfDay(key.timestamp, m_zoneHint)];
        std::optional<std::uint32_t> country;
        std::string_view name = row.text(6);
        if (!name.data() && m_resolver)
            name = m_resolver->ofAddress(row.text(7));
        if (name.data())
            country = m_countries.count(name);
        if (const std::string_view user = row.text(5); user.data()) {
            UserBook::Entry &entry = m_users.of(user, key);
            entry.activity.failedLogins += type == SecurityEventType::Authentication && outcome == AuditOutcome::Failure;
            entry.activity.rateLimited += outcome == AuditOutcome::RateLimited;
            entry.activity.critical += critical;
            auto &known = entry.countries;
            if (country && std::find(known.begin(), known.end(), *country) == known.end())
                known.push_back(*country);
        }
        return true;
    }
    void finish()
    {
        m_out.geo = std::move(m_countries).inOrder();
        m_out.users = std::move(m_users).inOrder();
    }

private:
    MetricsInputs &m_out;
    const ZoneOffsets &m_zone;
    CountryResolver *const m_resolver;
    std::size_t m_zoneHint = 0;
    CountryCounts m_countries;
    UserBook m_users;
};

} // namespace

Result<void> SqliteStore::aggregateEvents(const MetricsQuery &query, CountryResolver *countries, MetricsInputs &inputs)
{
    const auto zone = ZoneOffsets::ofZone(query.timeZone);
    if (!zone)
        return zone.error();
    const auto whole = extent();
    if (!whole)
        return whole.error();
    // A range that holds the whole log is read in the order of the file, twice as fast as by its index.
    const bool all = *whole && query.range.start <= (*whole)->start && query.range.end >= (*whole)->end;
    SqliteFilter filter;
    if (query.companyId)
        filter.add("company_id = ?", *query.companyId);
    if (!all)
        filter.add("timestamp BETWEEN ? AND ?", query.range.start, query.range.end);
    auto statement = m_connection.prepare("SELECT id, timestamp, event_type, outcome, severity, user_id, country, "
                                          "ip_address FROM audit"
                                          + std::string(all ? " NOT INDEXED" : "") + filter.sql());
    if (!statement)
        return statement.error();
    filter.bind(*statement);
    Aggregator aggregator(inputs, *zone, countries);
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        if (!aggregator.take(*statement))
            return damagedRow("audit", statement->integer(0));
    }
    aggregator.finish();
    return {};
}

Result<void> SqliteStore::aggregateAlerts(MetricsInputs &inputs)
{
    auto statement = m_connection.prepare("SELECT type, count(*), sum(acknowledged), min(seq) AS first FROM alert "
                                          "GROUP BY type ORDER BY first");
    if (!statement)
        return statement.error();
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        ThreatCount count;
        if (!readEnum(*statement, 0, count.type))
            return damagedRow("alert", statement->integer(3));
        count.count = statement->integer(1);
        inputs.resolvedAlerts += statement->integer(2);
        inputs.activeAlerts += count.count - statement->integer(2);
        inputs.alertsByType.push_back(count);
    }
}

Result<void> SqliteStore::fillEmails(std::vector<UserActivity> &users)
{
    auto statement = m_connection.prepare("SELECT email FROM user_email WHERE user_id = ?");
    if (!statement)
        return statement.error();
    for (UserActivity &user : users) {
        statement->bind(1, std::string_view(user.userId));
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (*row)
            user.email = statement->text(0);
        statement->rewind();
    }
    return {};
}

Result<MetricsInputs> SqliteStore::metricsInputs(const MetricsQuery &query, CountryResolver *countries)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    MetricsInputs inputs;
    if (auto done = aggregateEvents(query, countries, inputs); !done)
        return done.error();
    if (auto done = fillEmails(inputs.users); !done)
        return done.error();
    if (auto done = aggregateAlerts(inputs); !done)
        return done.error();
    return inputs;
}

Result<IpActivity> SqliteStore::ipActivity(const std::string &ipAddress, TimeRange range)
{
    auto statement = m_connection.prepare(
        "SELECT count(*), count(*) FILTER (WHERE event_type = 0 AND outcome = 1), count(*) FILTER (WHERE outcome = 3), "
        "count(DISTINCT user_id) FROM audit WHERE ip_address = ? AND timestamp BETWEEN ? AND ?");
    static_assert(static_cast<int>(SecurityEventType::Authentication) == 0
                  && static_cast<int>(AuditOutcome::Failure) == 1 && static_cast<int>(AuditOutcome::RateLimited) == 3);
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(ipAddress));
    statement->bind(2, range.start);
    statement->bind(3, range.end);
    if (const auto row = statement->step(); !row)
        return row.error();
    return IpActivity{statement->integer(0), statement->integer(1), statement->integer(2), statement->integer(3)};
}

Result<void> SqliteStore::gatherEvidence(const std::string &ipAddress, TimeRange range, IpEvidence &evidence)
{
    auto statement = m_connection.prepare("SELECT timestamp, event_type, outcome, user_id, country FROM audit "
                                          "WHERE ip_address = ? AND timestamp BETWEEN ? AND ? "
                                          "ORDER BY timestamp DESC, id DESC");
    if (!statement)
        return statement.error();
    statement->bind(1, std::string_view(ipAddress));
    statement->bind(2, range.start);
    statement->bind(3, range.end);
    std::unordered_map<std::string, std::size_t> accounts;
    std::unordered_set<std::string> countries;
    while (true) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        const TimestampMs time = statement->integer(0);
        if (!evidence.eventsByHour.empty()) {
            const auto hour = static_cast<std::size_t>((time - range.start) / kHour);
            ++evidence.eventsByHour[std::min(hour, evidence.eventsByHour.size() - 1)];
        }
        if (auto country = statement->optionalText(4); country && countries.insert(*country).second)
            evidence.countries.push_back(std::move(*country));
        const auto user = statement->optionalText(3);
        if (!user)
            continue;
        const auto [found, added] = accounts.try_emplace(*user, evidence.accounts.size());
        if (added)
            evidence.accounts.push_back({*user, 0, 0, time});
        AccountActivity &account = evidence.accounts[found->second];
        if (statement->integer(1) == stored(SecurityEventType::Authentication)) {
            account.failed += statement->integer(2) == stored(AuditOutcome::Failure);
            account.succeeded += statement->integer(2) == stored(AuditOutcome::Success);
        }
    }
    // Rows came newest first, so equal failures stay in the order of the last row.
    std::stable_sort(evidence.accounts.begin(), evidence.accounts.end(),
                     [](const AccountActivity &a, const AccountActivity &b) { return a.failed > b.failed; });
    return {};
}

Result<IpEvidence> SqliteStore::ipEvidence(const std::string &ipAddress, TimeRange range)
{
    const auto snapshot = SqliteSnapshot::begin(m_connection);
    if (!snapshot)
        return snapshot.error();
    const auto activity = ipActivity(ipAddress, range);
    if (!activity)
        return activity.error();
    IpEvidence evidence;
    evidence.activity = *activity;
    // Unsigned: an open range would overflow.
    const std::uint64_t span = static_cast<std::uint64_t>(range.end) - static_cast<std::uint64_t>(range.start);
    if (range.start < range.end && span <= static_cast<std::uint64_t>(kLongestByHour)) {
        const auto hour = static_cast<std::uint64_t>(kHour);
        evidence.eventsByHour.resize((span + hour - 1) / hour);
    }
    if (auto gathered = gatherEvidence(ipAddress, range, evidence); !gathered)
        return gathered.error();

    AlertQuery named;
    named.ipAddress = ipAddress;
    named.newestFirst = true;
    auto found = alerts(named);
    if (!found)
        return found.error();
    evidence.alerts = std::move(*found);

    auto first = m_connection.prepare("SELECT min(timestamp) FROM audit WHERE ip_address = ?");
    if (!first)
        return first.error();
    first->bind(1, std::string_view(ipAddress));
    if (const auto row = first->step(); !row)
        return row.error();
    if (!first->isNull(0))
        evidence.firstSeen = first->integer(0);
    return evidence;
}

} // namespace bartizan
