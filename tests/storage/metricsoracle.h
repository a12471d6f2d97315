// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/zoneoffsets.h"
#include "core/metrics/userrisk.h"
#include "core/ports/countryresolver.h"
#include "core/ports/metricssource.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace bartizan {

/// Knows a country for most addresses, and tells so of every text.
class TellingCountries final : public CountryResolver {
public:
    explicit TellingCountries(std::uint64_t identity, unsigned salt = 0) : m_identity(identity), m_salt(salt) {}
    std::string_view ofAddress(std::string_view address) override
    {
        static constexpr std::string_view kCodes[] = {"DE", "FR", "US", "JP", "ZA"};
        unsigned sum = m_salt;
        for (const char c : address)
            sum = sum * 31 + static_cast<unsigned char>(c);
        return address.empty() || sum % 7 > 4 ? std::string_view() : kCodes[sum % 7];
    }
    std::string_view ofText(std::string_view stored) override { return stored; }
    std::uint64_t identity() const override { return m_identity; }

private:
    const std::uint64_t m_identity;
    const unsigned m_salt;
};

/// What metricsInputs() must answer over rows, counted one by one; the position of a row is its key, less one.
inline MetricsInputs countedPlainly(const std::vector<AuditEvent> &rows, const MetricsQuery &query,
                                    CountryResolver *countries)
{
    struct User {
        UserActivity activity;
        std::pair<TimestampMs, std::size_t> first;
        std::set<std::string> countries;
    };
    const ZoneOffsets zone = *ZoneOffsets::ofZone(query.timeZone);
    std::size_t hint = 0;
    MetricsInputs inputs;
    std::map<std::string, User> users;
    std::map<std::string, std::int64_t> geo;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const AuditEvent &row = rows[i];
        if (!query.range.contains(row.timestamp) || (query.companyId && row.context.companyId != query.companyId))
            continue;
        const bool critical = row.severity == AuditSeverity::Critical;
        ++inputs.totalEvents;
        inputs.criticalEvents += critical;
        ++inputs.eventsByType[static_cast<std::size_t>(row.eventType)];
        ++inputs.eventsByHour[zone.hourOfDay(row.timestamp, hint)];
        std::optional<std::string> country = row.context.country;
        if (!country && countries && row.context.ipAddress) {
            if (const std::string_view told = countries->ofAddress(*row.context.ipAddress); told.data())
                country = told;
        }
        if (country)
            ++geo[*country];
        if (!row.context.userId)
            continue;
        const std::pair at(row.timestamp, i);
        const auto [found, added] = users.try_emplace(*row.context.userId);
        User &user = found->second;
        user.activity.userId = found->first;
        user.first = added ? at : std::min(user.first, at);
        user.activity.failedLogins +=
            row.eventType == SecurityEventType::Authentication && row.outcome == AuditOutcome::Failure;
        user.activity.rateLimited += row.outcome == AuditOutcome::RateLimited;
        user.activity.critical += critical;
        if (country)
            user.countries.insert(*country);
    }
    inputs.geo.assign(geo.begin(), geo.end());
    std::stable_sort(inputs.geo.begin(), inputs.geo.end(),
                     [](const auto &a, const auto &b) { return a.second > b.second; });
    std::vector<User> order;
    for (auto &[name, user] : users) {
        user.activity.countries = static_cast<std::int64_t>(user.countries.size());
        order.push_back(std::move(user));
    }
    std::sort(order.begin(), order.end(), [](const User &a, const User &b) { return a.first < b.first; });
    for (User &user : order)
        inputs.users.push_back(std::move(user.activity));
    keepRiskiest(inputs.users);
    return inputs;
}

/// Rows of every kind: some with each field absent or empty, addresses of any spelling.
class ScatteredRows {
public:
    explicit ScatteredRows(unsigned seed) : m_random(seed) {}

    std::int64_t below(std::int64_t end) { return static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(end)); }
    AuditEvent next(TimestampMs time)
    {
        static const std::vector<std::string> kCountries{"DE", "FR", "de", "", "Germany", "US", "BR"};
        static const std::vector<std::string> kCompanies{"acme", "globex", "", "initech"};
        AuditEvent row;
        row.timestamp = time;
        row.eventType = static_cast<SecurityEventType>(below(12));
        row.outcome = static_cast<AuditOutcome>(below(5));
        row.severity = below(20) == 0 ? AuditSeverity::Critical : static_cast<AuditSeverity>(below(4));
        row.action = "test";
        if (below(8) > 0)
            row.context.userId = below(50) == 0 ? std::string() : "user-" + std::to_string(below(40) * below(60));
        if (below(2) > 0)
            row.context.country = below(9) == 0 ? "X" + std::to_string(below(120))
                                                : kCountries[static_cast<std::size_t>(below(7))];
        if (below(5) > 0)
            row.context.companyId = below(4000) == 0 ? "rare-" + std::to_string(below(3))
                                                     : kCompanies[static_cast<std::size_t>(below(4))];
        if (below(10) > 0)
            row.context.ipAddress = address();
        return row;
    }

private:
    std::string address()
    {
        switch (below(12)) {
        case 0: return "2001:db8::" + std::to_string(below(99));
        case 1: return "010.0.0." + std::to_string(below(9)); // Not what the number would be written as.
        case 2: return below(2) ? "" : "unknown";
        default: return "10." + std::to_string(below(256)) + ".7." + std::to_string(below(256));
        }
    }
    std::mt19937_64 m_random;
};

} // namespace bartizan
