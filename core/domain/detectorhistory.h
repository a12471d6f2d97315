// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/timestamp.h"

#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

class CountryResolver;

/// How far back baselines reach (spec/monitoring.md section 4).
inline constexpr TimestampMs kHistorySpan = 7 * kDay;
/// Rows that arrive this much later than a newer one are still counted exactly; later ones make the engine rebuild
/// its state at their time.
inline constexpr TimestampMs kLateSlack = 10 * kMinute;

/// What the detector must know of the log before it goes on at some instant: a store answers it with a few queries over
/// the rows up to the engine's cursor (and Bartizan's own rows), never with a scan per event, and gives it to a Sink piece
/// by piece. Nobody holds it as a whole: the rows of a flood, or the users of a large log, would fill the memory.
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
    /// One country of one user, per event type, within kHistorySpan: what some of the rows tell of it.
    struct KnownCountry {
        SecurityEventType eventType = SecurityEventType::Authentication;
        std::string_view userId;
        std::string_view country;
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
    /// An alert that may suppress another.
    struct RaisedAlert {
        AlertType type = AlertType::AuthenticationAnomaly;
        std::optional<std::string> ipAddress;
        TimestampMs timestamp = 0;
        std::string id;    ///< What repeats are counted on.
        std::string group; ///< As groupText() writes it.
    };
    class Sink;
};

/// Who takes a history in. Rows come first, then counts and countries, then alerts; what is given lives for the call. The
/// calls come one after the other, those of country() from any thread.
class DetectorHistory::Sink {
public:
    virtual ~Sink() = default;
    Sink(const Sink &) = delete;
    Sink &operator=(const Sink &) = delete;

    /// A row that a window may still count, whoever wrote it, in (timestamp, id) order: the span asked for plus
    /// kLateSlack. Whole, but for the error message.
    virtual void windowRow(const AuditEvent &row) = 0;
    /// An application row of the last minute plus slack, in time order.
    virtual void processedRow(const ProcessedRow &row) = 0;
    /// Application rows of the last hour.
    virtual void processedMinute(const MinuteCount &minute) = 0;
    /// Rows of kHistorySpan, whoever wrote them.
    virtual void typeMinute(const MinuteCount &minute) = 0;
    /// Once or several times for the same type, user and country, in any order: together they tell of all rows.
    virtual void country(const KnownCountry &known) = 0;
    /// An alert of the last 1,440 minutes plus slack, in time order.
    virtual void raised(const RaisedAlert &alert) = 0;

protected:
    Sink() = default;
};

} // namespace bartizan
