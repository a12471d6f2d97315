// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/securitymetrics.h"
#include "core/domain/zoneoffsets.h"
#include "core/ports/metricssource.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace bartizan {

class CountryResolver;

/// A question about the log, made ready to be answered.
struct MetricsQuestion {
    ZoneOffsets zone;
    MetricsQuery query;    ///< An open edge of its range ends with the log.
    bool wholeLog = false; ///< Whether the range holds all of it.
};
/// `extent` is that of the log. Nothing where the log is empty; an error where it could not be told, or the time zone is
/// unknown.
Result<std::optional<MetricsQuestion>> questionOf(const MetricsQuery &query,
                                                  const Result<std::optional<TimeRange>> &extent);

/// Takes the rows of a range, in any order, and makes the inputs of the metrics that are counted over rows
/// (spec/monitoring.md section 7), the same for every kind of database.
class MetricsAggregator {
public:
    /// What is counted of one row. Null views stand for absent fields.
    struct Row {
        EventKey key;
        SecurityEventType type = SecurityEventType::Authentication;
        AuditOutcome outcome = AuditOutcome::Success;
        AuditSeverity severity = AuditSeverity::Info;
        std::string_view user;
        std::string_view country;
        std::string_view address;
    };

    /// `resolver` may be null; all must outlive the aggregator.
    MetricsAggregator(MetricsInputs &out, const ZoneOffsets &zone, CountryResolver *resolver)
        : m_out(out), m_zone(zone), m_resolver(resolver)
    {
    }

    void take(const Row &row);
    /// Writes what needs all rows. To be called once, behind the last of them.
    void finish();

private:
    struct User {
        UserActivity activity;
        EventKey first;
        std::vector<std::uint32_t> countries; ///< Distinct; few.
    };

    User &userOf(std::string_view id, EventKey key);
    std::uint32_t countCountry(std::string_view country);

    MetricsInputs &m_out;
    const ZoneOffsets &m_zone;
    CountryResolver *const m_resolver;
    std::size_t m_zoneHint = 0;
    std::vector<User> m_users;
    std::unordered_map<std::string, std::size_t> m_userIndex;
    std::vector<std::pair<std::string, std::int64_t>> m_countries;
    std::unordered_map<std::string, std::uint32_t> m_countryIndex;
    std::string m_key;
};

/// Takes the rows of one address within a range, newest first, and makes what the look-up of the address shows of them.
class EvidenceGatherer {
public:
    /// What is looked at of one row. Null views stand for absent fields.
    struct Row {
        TimestampMs timestamp = 0;
        SecurityEventType type = SecurityEventType::Authentication;
        AuditOutcome outcome = AuditOutcome::Success;
        std::string_view user;
        std::string_view country;
    };

    /// `evidence` must outlive the gatherer.
    EvidenceGatherer(IpEvidence &evidence, TimeRange range);

    void take(const Row &row);
    /// Puts the accounts in order. To be called once, behind the last row.
    void finish();

private:
    IpEvidence &m_evidence;
    const TimeRange m_range;
    std::unordered_map<std::string, std::size_t> m_accounts;
    std::unordered_set<std::string> m_countries;
};

} // namespace bartizan
