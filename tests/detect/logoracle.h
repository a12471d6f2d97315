// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/monitoringconfig.h"
#include "core/domain/securityalert.h"
#include "tests/domain/collectedhistory.h"

#include <compare>
#include <string>
#include <vector>

namespace bartizan::test {

/// What an alert is about, without ids and words.
struct Raised {
    TimestampMs at = 0;
    AlertType type = AlertType::AuthenticationAnomaly;
    std::string address;
    std::int64_t count = 0; ///< That fired the rule; 0 for a country.
    auto operator<=>(const Raised &) const = default;
};

/// The detections of spec/monitoring.md written down as plainly as they stand there: each event scans the whole log.
/// What the detector is held against. Temporal anomalies are left out: they never alert.
class LogOracle {
public:
    explicit LogOracle(TimestampMs start) : m_start(start), m_nextTick(start + 30 * kSecond) {}

    /// An application row, with the configuration of that moment.
    void process(const AuditEvent &row, const MonitoringConfig &config);
    /// Lets the 30 s timer run up to `t`.
    void advance(TimestampMs t, const MonitoringConfig &config);

    const std::vector<Raised> &raised() const { return m_raised; }
    /// What a store would answer, by the contract of AuditSource::history().
    CollectedHistory history(TimestampMs asOf) const;

private:
    template<typename Predicate>
    std::int64_t count(TimestampMs from, TimestampMs to, Predicate matches) const;
    void raise(const Raised &alert, const EventContext &context, const MonitoringConfig &config);
    bool countryIsNew(const AuditEvent &row) const;

    TimestampMs m_start;
    TimestampMs m_nextTick;
    std::vector<AuditEvent> m_rows; ///< In order of arrival.
    std::vector<Raised> m_raised;
};

} // namespace bartizan::test
