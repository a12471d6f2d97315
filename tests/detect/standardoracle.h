// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/monitoringconfig.h"
#include "core/domain/securityalert.h"
#include "tests/domain/collectedhistory.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bartizan::test {

/// What a hit of a rule is about, without ids and words.
struct StandardHit {
    TimestampMs at = 0;
    std::string rule;
    AlertType type = AlertType::AuthenticationAnomaly;
    std::string group; ///< "address:192.0.2.1"
    AlertSeverity severity = AlertSeverity::Low;
    std::int64_t count = 0;
    std::int64_t eventId = 0;
    std::int64_t repeats = 0;     ///< Hits that it suppressed.
    TimestampMs lastRepeatAt = 0; ///< 0: none.
    auto operator<=>(const StandardHit &) const = default;
};

/// The rules of the standard preset written down as plainly as they stand in spec/detectors.md and
/// spec/monitoring.md: every event scans the whole log. For the rules that count, a late row also fires at each newer
/// instant that has enough with it and had not without. What the detector is held against. The volume of events is left
/// out; the reference's oracle has it.
class StandardOracle {
public:
    explicit StandardOracle(const MonitoringConfig &config) : m_config(config) {}

    /// An application row.
    void process(const AuditEvent &row);
    void setConfig(const MonitoringConfig &config) { m_config = config; }
    /// The alerts, in order.
    const std::vector<StandardHit> &alerts() const { return m_alerts; }
    /// All that fired, whether it was suppressed or not, in order.
    const std::vector<StandardHit> &hits() const { return m_allHits; }
    /// Keys of the rules that fired, whether they were suppressed or not.
    const std::set<std::string> &fired() const { return m_fired; }
    /// What a store would answer, by the contract of DetectorHistory, for the given span.
    CollectedHistory history(TimestampMs asOf, TimestampMs span) const;

private:
    using Row = AuditEvent;
    int value(RuleId rule, std::string_view parameter) const;
    TimestampMs window(RuleId rule) const { return value(rule, kWindowSeconds) * kSecond; }
    std::int64_t threshold(RuleId rule) const { return value(rule, kThreshold); }
    template<typename Matches>
    std::vector<const Row *> rows(TimestampMs from, TimestampMs to, Matches matches) const;
    template<typename Matches>
    void countRule(RuleId rule, const std::string &group, Matches matches);
    /// Hits of a row that is late: `weigh` counts rows, `judged` says which newer rows are judged by those that match. A hit of
    /// a `pair` is about the newer row.
    template<typename Matches, typename Judged, typename Weigh>
    void later(RuleId rule, const std::string &group, Matches matches, Judged judged, Weigh weigh, bool pair);
    void hitAt(const Row &row, TimestampMs at, RuleId rule, const std::string &group, AlertSeverity severity,
               std::int64_t count);
    void hit(RuleId rule, const std::string &group, AlertSeverity severity, std::int64_t count);
    void hit(RuleId rule, const std::string &group, std::int64_t count);

    void reference();
    void anomalies();
    void logins();
    void enumeration();
    void privileges();
    void addressesAndCompanies();
    void data();
    void travel();
    void scanners();
    void sessions();

    MonitoringConfig m_config;
    std::vector<Row> m_rows; ///< In order of arrival, Bartizan's own among them.
    std::vector<StandardHit> m_alerts;
    std::vector<StandardHit> m_hits; ///< Of the row at hand.
    std::vector<StandardHit> m_allHits;
    TimestampMs m_newest = 0;
    bool m_counts = false; ///< For newer rows: the row at hand is late, but within the slack.
    std::set<std::string> m_fired;
    const Row *m_row = nullptr;
};

} // namespace bartizan::test
