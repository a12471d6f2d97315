// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replay.h"

#include "core/detect/anomaly.h"
#include "core/metrics/ipthreat.h"
#include "core/report/alertexport.h"
#include "core/report/documentjson.h"

#include <algorithm>
#include <future>

namespace bartizan {
namespace {

constexpr std::string_view kUnknownIp = "0.0.0.0";

} // namespace

/// Writes the document, part by part.
class Replay::Writer {
public:
    Writer(const Replay &replay, const DocumentSink &sink)
        : m_replay(replay), m_sink(sink), m_end(replay.m_now.value_or(0)), m_start(replay.m_start.value_or(m_end)),
          m_range{replay.m_options.from.value_or(m_start), replay.m_options.to.value_or(m_end)}
    {
    }

    void write()
    {
        // The alerts and the log are written and counted side by side: each takes as long as the other.
        std::future<Figures> figures = std::async(std::launch::async, [this] { return count(); });
        m_json.beginObject();
        run();
        alerts();
        texts("notifiedAlerts", m_replay.m_notified);
        acknowledgements();
        anomalies();
        const Figures counted = figures.get();
        m_json.key("metrics");
        writeMetrics(m_json, counted.metrics);
        ipThreats(counted.activities);
        text("csv", counted.csv);
        m_json.key("queries");
        m_json.beginArray();
        for (const Answer &answer : m_replay.m_answers) {
            query(answer);
            passOn();
        }
        m_json.endArray();
        auditRows();
        m_json.key("config");
        writeConfig(m_json, m_replay.m_detector.config(),
                    m_replay.m_options.preset == ReplayPreset::Reference ? ConfigExtent::Section2 : ConfigExtent::Whole);
        m_json.endObject();
        m_sink(m_json.take());
        m_sink("\n");
    }

private:
    static constexpr std::size_t kPiece = 256u << 10;

    /// What goes through the whole log, or through all alerts once more.
    struct Figures {
        SecurityMetrics metrics;
        std::vector<IpActivity> activities; ///< Of the last day, by address.
        std::string csv;
    };

    Figures count() const
    {
        return {m_replay.metrics(m_range, m_replay.m_options.company), m_replay.m_log.ipActivities({m_end - kDay, m_end}),
                alertsToCsv(m_replay.retained(m_range))};
    }

    /// Called now and then between values.
    void passOn()
    {
        if (m_json.size() >= kPiece)
            m_sink(m_json.take());
    }

    void text(std::string_view name, std::string_view value)
    {
        m_json.key(name);
        m_json.text(value);
    }
    void time(std::string_view name, TimestampMs value) { text(name, formatIso(value)); }
    void optional(std::string_view name, const std::optional<std::string> &value)
    {
        m_json.key(name);
        if (value)
            m_json.text(*value);
        else
            m_json.null();
    }
    void number(std::string_view name, std::int64_t value)
    {
        m_json.key(name);
        m_json.number(value);
    }
    void texts(std::string_view name, const std::vector<std::string> &values)
    {
        m_json.key(name);
        m_json.beginArray();
        for (const std::string &value : values)
            m_json.text(value);
        m_json.endArray();
    }

    void run()
    {
        m_json.key("run");
        m_json.beginObject();
        time("start", m_start);
        time("end", m_end);
        time("from", m_range.start);
        time("to", m_range.end);
        optional("company", m_replay.m_options.company);
        number("events", m_replay.m_events);
        number("controlLines", m_replay.m_controlLines);
        text("unknownIp", kUnknownIp);
        m_json.endObject();
    }

    void alerts()
    {
        m_json.key("alerts");
        m_json.beginArray();
        for (const Alert &alert : m_replay.m_alerts) {
            m_json.beginObject();
            writeAlertMembers(m_json, alert.alert);
            m_json.key("retained");
            m_json.boolean(alert.retained);
            m_json.endObject();
            passOn();
        }
        m_json.endArray();
    }

    void acknowledgements()
    {
        m_json.key("acknowledgements");
        m_json.beginArray();
        for (const Acknowledgement &a : m_replay.m_acknowledgements) {
            m_json.beginObject();
            time("at", a.at);
            text("alert", a.alert);
            text("by", a.by);
            m_json.key("result");
            m_json.boolean(a.result);
            m_json.endObject();
        }
        m_json.endArray();
    }

    void anomalies()
    {
        m_json.key("anomalies");
        m_json.beginObject();
        m_json.key("counts");
        m_json.beginObject();
        if (m_replay.m_out.temporalAnomalies > 0)
            number(kTemporalAnomaly, m_replay.m_out.temporalAnomalies);
        if (m_replay.m_out.geographicalAnomalies > 0)
            number(kGeographicalAnomaly, m_replay.m_out.geographicalAnomalies);
        m_json.endObject();
        m_json.endObject();
    }

    void ipThreats(const std::vector<IpActivity> &activities)
    {
        const std::vector<std::string_view> addresses = m_replay.m_log.addresses();
        m_json.key("ipThreats");
        m_json.beginObject();
        for (std::size_t i = 0; i < addresses.size(); ++i)
            threat(addresses[i], activities[i]);
        if (std::find(addresses.begin(), addresses.end(), kUnknownIp) == addresses.end())
            threat(kUnknownIp, {});
        m_json.endObject();
    }

    void threat(std::string_view name, const IpActivity &activity)
    {
        m_json.key(name);
        m_json.beginObject();
        writeIpThreat(m_json, ipThreat(activity));
        m_json.endObject();
        passOn();
    }

    void query(const Answer &answer)
    {
        m_json.beginObject();
        time("at", answer.at);
        time("from", answer.range.start);
        time("to", answer.range.end);
        optional("company", answer.company);
        m_json.key("metrics");
        writeMetrics(m_json, answer.metrics);
        if (answer.ip) {
            m_json.key("ipThreat");
            m_json.beginObject();
            writeIpThreat(m_json, *answer.ip);
            m_json.endObject();
        }
        if (answer.active)
            texts("active", *answer.active);
        if (answer.csv)
            text("csv", *answer.csv);
        if (answer.json) {
            m_json.key("json");
            m_json.beginArray();
            for (const SecurityAlert &alert : *answer.json) {
                m_json.beginObject();
                writeAlertMembers(m_json, alert, Absent::LeftOut);
                m_json.endObject();
            }
            m_json.endArray();
        }
        m_json.endObject();
    }

    void auditRows()
    {
        m_json.key("auditRows");
        m_json.beginObject();
        number("count", static_cast<std::int64_t>(m_replay.m_log.size()));
        m_json.key("monitorRows");
        m_json.beginArray();
        for (const AuditEvent &row : m_replay.m_monitorRows) {
            monitorRow(row);
            passOn();
        }
        m_json.endArray();
        m_json.endObject();
    }

    void monitorRow(const AuditEvent &row)
    {
        m_json.beginObject();
        time("timestamp", row.timestamp);
        text("eventType", toString(row.eventType));
        text("action", row.action);
        text("outcome", toString(row.outcome));
        text("severity", toString(row.severity));
        const EventContext &c = row.context;
        optional("userId", c.userId);
        optional("companyId", c.companyId);
        optional("platformUserId", c.platformUserId);
        optional("ipAddress", c.ipAddress);
        optional("userAgent", c.userAgent);
        optional("country", c.country);
        optional("sessionId", c.sessionId);
        optional("requestId", c.requestId);
        m_json.key("metadata");
        if (row.metadata.empty())
            m_json.null();
        else
            m_json.object(row.metadata);
        optional("errorMessage", row.errorMessage);
        m_json.endObject();
    }

    const Replay &m_replay;
    const DocumentSink &m_sink;
    TimestampMs m_end;
    TimestampMs m_start;
    TimeRange m_range;
    JsonWriter m_json;
};

void Replay::writeDocument(const DocumentSink &sink) const
{
    Writer(*this, sink).write();
}

} // namespace bartizan
