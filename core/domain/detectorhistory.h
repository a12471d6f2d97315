// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/timestamp.h"

#include <optional>
#include <string>
#include <vector>

namespace bartizan {

/// How far back baselines reach (spec/monitoring.md section 4).
inline constexpr TimestampMs kHistorySpan = 7 * kDay;
/// Rows that arrive this much later than a newer one are still counted exactly; later ones make the engine rebuild
/// its state at their time.
inline constexpr TimestampMs kLateSlack = 10 * kMinute;

/// What the detector must know of the log before it goes on at `asOf`: a store answers it with a few aggregate
/// queries over the rows up to the engine's cursor (and Bartizan's own rows), never with a scan per event.
struct DetectorHistory {
    /// A row that a sliding window may still count: the rows of each rule within its window plus kLateSlack.
    struct WindowRow {
        TimestampMs timestamp = 0;
        SecurityEventType eventType = SecurityEventType::Authentication;
        AuditOutcome outcome = AuditOutcome::Success;
        std::optional<std::string> ipAddress;
        std::optional<std::string> userId;
    };
    /// Rows of one type within one minute.
    struct MinuteCount {
        SecurityEventType eventType = SecurityEventType::Authentication;
        TimestampMs minute = 0; ///< Start of the minute.
        std::int64_t count = 0;
    };
    /// One country of one user, per event type, within kHistorySpan.
    struct KnownCountry {
        SecurityEventType eventType = SecurityEventType::Authentication;
        std::string userId;
        std::string country;
        TimestampMs first = 0;
        TimestampMs last = 0;
        std::optional<TimestampMs> lastBefore; ///< The newest time before `last`, if any.
    };
    /// An alert that may suppress another: of each type and address all within kLateSlack, and the newest before.
    struct RaisedAlert {
        AlertType type = AlertType::AuthenticationAnomaly;
        std::optional<std::string> ipAddress;
        TimestampMs timestamp = 0;
    };

    TimestampMs asOf = 0;
    std::vector<WindowRow> windowRows;            ///< In time order.
    std::vector<TimestampMs> processedLastMinute; ///< Application rows of the last minute plus slack, in time order.
    std::vector<MinuteCount> processedLastHour;   ///< Application rows of the last hour.
    std::vector<MinuteCount> typeMinutes;         ///< All rows of kHistorySpan.
    std::vector<KnownCountry> countries;
    std::vector<RaisedAlert> alerts;              ///< Of the last 1,440 minutes plus slack; in time order within
                                                  ///< a type and address.
};

} // namespace bartizan
