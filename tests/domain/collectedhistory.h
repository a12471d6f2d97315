// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/detectorhistory.h"

#include <vector>

namespace bartizan::test {

/// A history as a whole: what a store told, or what a test makes up to tell a detector.
class CollectedHistory final : public DetectorHistory::Sink {
public:
    /// A country with texts of its own.
    struct Country {
        SecurityEventType eventType = SecurityEventType::Authentication;
        std::string userId;
        std::string country;
        TimestampMs first = 0;
        TimestampMs last = 0;
        std::optional<TimestampMs> lastBefore;
    };

    CollectedHistory() = default;
    explicit CollectedHistory(TimestampMs at) : asOf(at) {}
    CollectedHistory(CollectedHistory &&other) noexcept
        : asOf(other.asOf), windowRows(std::move(other.windowRows)), processedLastMinute(std::move(other.processedLastMinute)),
          processedLastHour(std::move(other.processedLastHour)), typeMinutes(std::move(other.typeMinutes)),
          countries(std::move(other.countries)), alerts(std::move(other.alerts))
    {
    }

    void windowRow(const AuditEvent &row) override { windowRows.push_back(row); }
    void processedRow(const DetectorHistory::ProcessedRow &row) override { processedLastMinute.push_back(row); }
    void processedMinute(const DetectorHistory::MinuteCount &minute) override { processedLastHour.push_back(minute); }
    void typeMinute(const DetectorHistory::MinuteCount &minute) override { typeMinutes.push_back(minute); }
    void country(const DetectorHistory::KnownCountry &known) override
    {
        countries.push_back({known.eventType, std::string(known.userId), std::string(known.country), known.first, known.last,
                             known.lastBefore});
    }
    void raised(const DetectorHistory::RaisedAlert &alert) override { alerts.push_back(alert); }

    /// As a store does.
    void tell(DetectorHistory::Sink &sink) const
    {
        for (const AuditEvent &row : windowRows)
            sink.windowRow(row);
        for (const auto &row : processedLastMinute)
            sink.processedRow(row);
        for (const auto &minute : processedLastHour)
            sink.processedMinute(minute);
        for (const auto &minute : typeMinutes)
            sink.typeMinute(minute);
        for (const Country &c : countries)
            sink.country({c.eventType, c.userId, c.country, c.first, c.last, c.lastBefore});
        for (const auto &alert : alerts)
            sink.raised(alert);
    }

    TimestampMs asOf = 0;
    std::vector<AuditEvent> windowRows;
    std::vector<DetectorHistory::ProcessedRow> processedLastMinute;
    std::vector<DetectorHistory::MinuteCount> processedLastHour;
    std::vector<DetectorHistory::MinuteCount> typeMinutes;
    std::vector<Country> countries;
    std::vector<DetectorHistory::RaisedAlert> alerts;
};

} // namespace bartizan::test
