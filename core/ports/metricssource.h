// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/securityalert.h"
#include "core/domain/securitymetrics.h"

#include <optional>
#include <string>
#include <vector>

namespace bartizan {

class CountryResolver;

/// Which metrics.
struct MetricsQuery {
    TimeRange range;
    std::optional<std::string> companyId;
    std::string timeZone = "UTC"; ///< IANA name; the hours of the day are taken in it.
};

/// One account that an address touched.
struct AccountActivity {
    std::string userId;
    std::int64_t failed = 0;
    std::int64_t succeeded = 0;
    TimestampMs last = 0;
    bool operator==(const AccountActivity &) const = default;
};

/// All that the look-up of an address shows.
struct IpEvidence {
    IpActivity activity;                        ///< Over the range asked for.
    std::vector<std::int64_t> eventsByHour;     ///< One entry an hour of the range, oldest first;
                                                ///< empty when the range is longer than 366 days.
    std::vector<AccountActivity> accounts;      ///< Most failures first.
    std::vector<SecurityAlert> alerts;          ///< That name the address, newest first; over all time.
    std::vector<std::string> countries;         ///< As stored, newest first.
    std::optional<TimestampMs> firstSeen;       ///< Over all time.
};

/// Aggregates over the audit log and the alerts. Thread: the one that opened it.
class MetricsSource {
public:
    virtual ~MetricsSource() = default;

    /// With `countries`, rows that name no country count for the one that it tells of their address. Of the users only
    /// those are given that riskiestUsers() lists.
    virtual Result<MetricsInputs> metricsInputs(const MetricsQuery &query, CountryResolver *countries = nullptr) = 0;
    /// Brings what the metrics are answered from up to date, by a slice of work that others need not wait for: whoever
    /// writes rows leaves some of it to idle moments. It changes how fast metricsInputs() answers with the same
    /// `countries`, and nothing else. True while there is more to do.
    virtual Result<bool> rollUp([[maybe_unused]] CountryResolver *countries) { return false; }
    virtual Result<IpActivity> ipActivity(const std::string &ipAddress, TimeRange range) = 0;
    virtual Result<IpEvidence> ipEvidence(const std::string &ipAddress, TimeRange range) = 0;
};

} // namespace bartizan
