// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/timestamp.h"

#include <optional>
#include <string>
#include <vector>

namespace bartizan {

class CountryResolver;

/// How far back baselines reach (spec/monitoring.md section 4).
inline constexpr TimestampMs kHistorySpan = 7 * kDay;
/// Rows that arrive this much later than a newer one are still counted exactly; later ones make the engine rebuild
/// its state at their time.
inline constexpr TimestampMs kLateSlack = 10 * kMinute;

/// What the detector must know of the log before it goes on at `asOf`: a store answers it with a few aggregate
/// queries over the rows up to the engine's cursor (and Bartizan's own rows), never with a scan per event.
struct DetectorHistory {
    /// Which history.
    struct Query {
        TimestampMs asOf = 0;
        std::int64_t maxRowId = 0; ///< The engine's cursor.
        TimestampMs span = 0;      ///< The longest window of any rule.
        /// Tells the countries of the rows; nullptr: they are what the rows say. It lives through the call.
        CountryResolver *countries = nullptr;
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
    /// A row that the engine has processed.
    struct ProcessedRow {
        TimestampMs at = 0;
        bool imported = false;
        bool operator==(const ProcessedRow &) const = default;
    };
    /// An alert that may suppress another: of each type, address and group all within kLateSlack, and the newest
    /// before.
    struct RaisedAlert {
        AlertType type = AlertType::AuthenticationAnomaly;
        std::optional<std::string> ipAddress;
        TimestampMs timestamp = 0;
        std::string id;    ///< What repeats are counted on.
        std::string group; ///< As groupText() writes it.
    };

    TimestampMs asOf = 0;
    /// Every row that a window may still count, whoever wrote it, in (timestamp, id) order: the span asked for plus
    /// kLateSlack. Whole, but for the error message.
    std::vector<AuditEvent> windowRows;
    std::vector<ProcessedRow> processedLastMinute; ///< Application rows of the last minute plus slack, in time order.
    std::vector<MinuteCount> processedLastHour;   ///< Application rows of the last hour.
    std::vector<MinuteCount> typeMinutes;         ///< All rows of kHistorySpan.
    std::vector<KnownCountry> countries;
    std::vector<RaisedAlert> alerts;              ///< Of the last 1,440 minutes plus slack; in time order within
                                                  ///< a type, address and group.
};

} // namespace bartizan
