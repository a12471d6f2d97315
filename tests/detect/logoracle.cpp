// SPDX-License-Identifier: GPL-3.0-or-later
#include "logoracle.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace bartizan::test {
namespace {

using Type = SecurityEventType;

bool isFailedLogin(const AuditEvent &r) { return r.eventType == Type::Authentication && r.outcome == AuditOutcome::Failure; }
bool isAdmin(const AuditEvent &r) { return r.eventType == Type::PlatformAdmin || r.eventType == Type::UserManagement; }
bool isApplication(const AuditEvent &r) { return r.origin == RowOrigin::Application; }

TimestampMs minuteOf(TimestampMs t) { return t - t % kMinute; }

} // namespace

template<typename Predicate>
std::int64_t LogOracle::count(TimestampMs from, TimestampMs to, Predicate matches) const
{
    return std::count_if(m_rows.begin(), m_rows.end(), [&](const AuditEvent &r) {
        return r.timestamp >= from && r.timestamp <= to && matches(r);
    });
}

void LogOracle::raise(const Raised &alert, const EventContext &context, const MonitoringConfig &config)
{
    const TimestampMs span = config.alerting.suppressDuplicateMinutes * kMinute;
    for (const Raised &other : m_raised) {
        if (other.type == alert.type && other.address == alert.address && other.at > alert.at - span
            && other.at <= alert.at + span)
            return;
    }
    m_raised.push_back(alert);
    AuditEvent row;
    row.timestamp = alert.at;
    row.eventType = Type::SystemConfig;
    row.origin = RowOrigin::Monitor;
    row.context = context;
    m_rows.push_back(row);
}

bool LogOracle::countryIsNew(const AuditEvent &row) const
{
    if (!row.context.userId || !row.context.country)
        return false;
    std::set<std::string> known;
    for (const AuditEvent &r : m_rows) {
        if (r.eventType == row.eventType && r.timestamp >= row.timestamp - kHistorySpan && r.timestamp < row.timestamp
            && r.context.userId == row.context.userId && r.context.country)
            known.insert(*r.context.country);
    }
    return !known.empty() && !known.contains(*row.context.country);
}

void LogOracle::process(const AuditEvent &row, const MonitoringConfig &config)
{
    advance(row.timestamp, config);
    m_rows.push_back(row);
    const TimestampMs now = row.timestamp;
    const EventContext &c = row.context;
    const std::string address = c.ipAddress.value_or(std::string());
    const auto sameAddress = [&](const AuditEvent &r) { return r.context.ipAddress == c.ipAddress; };
    std::vector<Raised> fired;
    if (isFailedLogin(row) && c.ipAddress) {
        const auto n = count(now - 5 * kMinute, now, [&](const AuditEvent &r) { return isFailedLogin(r) && sameAddress(r); });
        if (n >= config.thresholds.failedLoginsPerMinute)
            fired.push_back({now, AlertType::BruteForceAttack, address, n});
    }
    if (row.eventType == Type::PlatformAdmin || (row.eventType == Type::UserManagement && c.userId)) {
        const auto n = count(now - kHour, now, [&](const AuditEvent &r) {
            return isAdmin(r) && (!c.userId || r.context.userId == c.userId);
        });
        if (n >= config.thresholds.adminActionsPerHour)
            fired.push_back({now, AlertType::UnusualAdminActivity, address, n});
    }
    if (row.outcome == AuditOutcome::RateLimited && c.ipAddress) {
        const auto n = count(now - kMinute, now, [&](const AuditEvent &r) {
            return r.outcome == AuditOutcome::RateLimited && sameAddress(r);
        });
        if (n >= config.thresholds.rateLimitViolationsPerMinute)
            fired.push_back({now, AlertType::RateLimitBreach, address, n});
    }
    const bool newCountry = countryIsNew(row);
    for (const Raised &alert : fired)
        raise(alert, c, config);
    if (newCountry)
        raise({now, AlertType::AuthenticationAnomaly, address, 0}, c, config);
}

void LogOracle::advance(TimestampMs t, const MonitoringConfig &config)
{
    for (; m_nextTick <= t; m_nextTick += 30 * kSecond) {
        const auto n = count(m_nextTick - kMinute, m_nextTick - 1, isApplication);
        EventContext context;
        context.requestId = "made up";
        if (n > 50)
            raise({m_nextTick, AlertType::SuspiciousIpActivity, std::string(), n}, context, config);
    }
}

CollectedHistory LogOracle::history(TimestampMs asOf) const
{
    CollectedHistory h(asOf);
    std::map<std::pair<Type, TimestampMs>, std::int64_t> all;
    std::map<std::pair<Type, TimestampMs>, std::int64_t> processed;
    std::map<std::tuple<Type, std::string, std::string>, std::set<TimestampMs>> countries;
    std::vector<AuditEvent> rows = m_rows;
    std::stable_sort(rows.begin(), rows.end(), [](const auto &a, const auto &b) { return a.timestamp < b.timestamp; });
    for (const AuditEvent &r : rows) {
        const TimestampMs age = asOf - r.timestamp;
        if (age < 0 || age > kHistorySpan)
            continue;
        const bool counted = (isFailedLogin(r) && age <= 5 * kMinute + kLateSlack) || (isAdmin(r) && age <= kHour + kLateSlack)
            || (r.outcome == AuditOutcome::RateLimited && age <= kMinute + kLateSlack);
        if (counted)
            h.windowRows.push_back(r);
        if (isApplication(r) && age <= kMinute + kLateSlack)
            h.processedLastMinute.push_back({r.timestamp, r.imported});
        if (isApplication(r) && age <= kHour)
            ++processed[{r.eventType, minuteOf(r.timestamp)}];
        ++all[{r.eventType, minuteOf(r.timestamp)}];
        if (r.context.userId && r.context.country)
            countries[{r.eventType, *r.context.userId, *r.context.country}].insert(r.timestamp);
    }
    for (const auto &[key, n] : processed)
        h.processedLastHour.push_back({key.first, key.second, n});
    for (const auto &[key, n] : all)
        h.typeMinutes.push_back({key.first, key.second, n});
    // Row by row, the newest first: parts in any order will do.
    for (const auto &[key, times] : countries) {
        std::for_each(times.rbegin(), times.rend(), [&](TimestampMs t) {
            h.countries.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), t, t, std::nullopt});
        });
    }
    for (const Raised &alert : m_raised) {
        if (alert.at <= asOf && asOf - alert.at <= 1440 * kMinute + kLateSlack)
            h.alerts.push_back({alert.type, alert.address.empty() ? std::nullopt : std::optional(alert.address), alert.at, {}, {}});
    }
    std::stable_sort(h.alerts.begin(), h.alerts.end(), [](const auto &a, const auto &b) { return a.timestamp < b.timestamp; });
    return h;
}

} // namespace bartizan::test
