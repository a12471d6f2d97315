// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/detector.h"
#include "core/domain/result.h"
#include "core/domain/securitymetrics.h"
#include "core/metrics/memorylog.h"

#include <QJsonObject>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// Whose behaviour a replay shows. The reference lets a second acknowledgement overwrite the first; in the standard
/// preset the first one stands.
enum class ReplayPreset : std::uint8_t { Reference, Standard };

/// Takes a document piece by piece.
using DocumentSink = std::function<void(std::string_view)>;

/// How a log is replayed.
struct ReplayOptions {
    ReplayPreset preset = ReplayPreset::Standard;
    MonitoringConfig config;
    ZoneOffsets zone;                  ///< For the hours of the day.
    std::optional<TimestampMs> start;  ///< Of the engine; else the first event's minute minus one minute.
    std::optional<TimestampMs> from;   ///< Of the metrics; else the start.
    std::optional<TimestampMs> to;     ///< Of the metrics; else the end.
    std::optional<std::string> company; ///< Of the metrics.
    /// Puts the places of their addresses into rows before anything else sees them; empty: they stay as they are. Called
    /// on the thread that reads.
    std::function<void(std::span<EventView>)> place;
};

/// A question put to the engine while it runs.
struct ReplayQuery {
    std::optional<TimestampMs> at;
    std::optional<TimestampMs> from;
    std::optional<TimestampMs> to;
    std::optional<std::string> company;
    std::optional<std::string> ip;
    bool active = false;                   ///< List the active alerts …
    std::optional<AlertSeverity> severity; ///< … of this severity only.
    bool csv = false;
    bool json = false;
};

/// The engine without a database: events and commands in, under the stream's own clock, and at the end the document of
/// spec/cli.md. Built from the same Detector and formulas as the console. Thread: one, but for log().
class Replay {
public:
    explicit Replay(const ReplayOptions &options);

    /// Where whoever reads the stream enters its events, before they come here; perhaps from another thread, while
    /// nothing else than events() and lateEvents() runs here.
    MemoryLog &log() noexcept { return m_log; }
    /// Events that stand in log(); they get their numbers. Takes none from the first on that lies before what came last,
    /// and says how many it took.
    std::size_t events(std::span<EventView> rows);
    /// The same of a log that is only nearly in order: events that are late are counted where they belong.
    void lateEvents(std::span<EventView> rows);
    /// What is wrong with a time that lies before what came last.
    Error timeGoesBackTo(TimestampMs t) const;
    /// A partial update of the configuration. Fails when merged() does, or the time goes back.
    Result<void> configure(const QJsonObject &update, std::optional<TimestampMs> at);
    /// The e-mail address of a user.
    void setEmail(const std::string &userId, const std::string &email);
    /// Somebody acknowledges the `index`-th alert, from 1. An unknown one is refused in the document, not an error;
    /// fails when the time goes back.
    Result<void> acknowledge(TimestampMs at, std::int64_t index, const std::string &by);
    /// Answers in the document. Fails when the time goes back.
    Result<void> query(const ReplayQuery &query);
    /// A line that needs no answer, counted as a control line.
    void ignored() { ++m_controlLines; }
    /// The stream is over: the clock runs on for a minute. Call once, then writeDocument().
    void finish();

    /// Hands the document, two-space indent, with a line end, to `sink`, piece by piece.
    void writeDocument(const DocumentSink &sink) const;

    std::int64_t events() const noexcept { return m_events; }

private:
    struct Alert {
        SecurityAlert alert; ///< Its id reads alert-N.
        bool retained = true;
    };
    struct Acknowledgement {
        TimestampMs at;
        std::string alert;
        std::string by;
        bool result;
    };
    struct Answer {
        TimestampMs at;
        TimeRange range;
        std::optional<std::string> company;
        SecurityMetrics metrics;
        std::optional<IpThreat> ip;
        std::optional<std::vector<std::string>> active;
        std::optional<std::string> csv;
        std::optional<std::vector<SecurityAlert>> json;
    };
    class Writer;

    Result<void> moveTo(TimestampMs t);
    void judge(std::span<EventView> inOrder);
    void startBefore(TimestampMs firstEvent);
    void collect();
    void dropAlerts(TimestampMs before);
    void enterMonitorRow(AuditEvent row);
    void logMonitorRows();
    SecurityMetrics metrics(TimeRange range, const std::optional<std::string> &company) const;
    std::vector<SecurityAlert> retained(TimeRange range) const;

    ReplayOptions m_options;
    Detector m_detector;
    DetectorOutput m_out;
    MemoryLog m_log;
    std::optional<TimestampMs> m_start;
    std::optional<TimestampMs> m_now;
    std::vector<Alert> m_alerts;
    std::size_t m_firstRetained = 0; ///< All alerts before it went.
    std::vector<std::string> m_notified;
    std::vector<Acknowledgement> m_acknowledgements;
    std::vector<Answer> m_answers;
    std::vector<AuditEvent> m_monitorRows;
    std::size_t m_loggedRows = 0; ///< Of these, how many stand in m_log.
    std::int64_t m_events = 0;
    std::int64_t m_controlLines = 0;
};

} // namespace bartizan
