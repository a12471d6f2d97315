// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replay.h"

#include "core/domain/jsontext.h"
#include "core/metrics/ipthreat.h"
#include "core/metrics/securityscore.h"
#include "core/report/alertexport.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

constexpr TimestampMs kRunOn = 60 * kSecond;

TimestampMs startOfMinute(TimestampMs t)
{
    const TimestampMs rest = t % kMinute;
    return t - (rest < 0 ? rest + kMinute : rest);
}

std::string nameOf(std::size_t number)
{
    return "alert-" + std::to_string(number);
}

MonitoringConfig configOf(const ReplayOptions &options)
{
    MonitoringConfig config = options.config;
    config.preset = options.preset == ReplayPreset::Reference ? Preset::Reference : Preset::Standard;
    return config;
}

} // namespace

Replay::Replay(const ReplayOptions &options) : m_options(options), m_detector(configOf(options))
{
    m_detector.setZone(options.zone);
    if (options.start) {
        m_start = m_now = options.start;
        m_detector.start(*options.start);
    }
}

Error Replay::timeGoesBackTo(TimestampMs t) const
{
    return Error{QCoreApplication::translate("bartizan::Replay", "the time goes back from %1 to %2")
                     .arg(QString::fromStdString(formatIso(m_now.value_or(t))), QString::fromStdString(formatIso(t)))};
}

Result<void> Replay::moveTo(TimestampMs t)
{
    if (m_now && t < *m_now)
        return timeGoesBackTo(t);
    m_now = t;
    m_detector.advanceClock(t, m_out);
    collect();
    return {};
}

void Replay::startBefore(TimestampMs firstEvent)
{
    m_start = startOfMinute(firstEvent) - kMinute;
    m_detector.start(*m_start);
}

std::size_t Replay::events(std::span<EventView> rows)
{
    TimestampMs last = m_now.value_or(std::numeric_limits<TimestampMs>::min());
    std::size_t inOrder = 0;
    while (inOrder < rows.size() && rows[inOrder].timestamp >= last)
        last = rows[inOrder++].timestamp;
    judge(rows.first(inOrder));
    return inOrder;
}

void Replay::lateEvents(std::span<EventView> rows)
{
    const auto isLate = [](const EventView &before, const EventView &row) { return row.timestamp < before.timestamp; };
    while (!rows.empty()) {
        const auto late = std::adjacent_find(rows.begin(), rows.end(), isLate);
        const auto inOrder = late == rows.end() ? rows.size() : static_cast<std::size_t>(late - rows.begin()) + 1;
        judge(rows.first(inOrder));
        rows = rows.subspan(inOrder);
    }
}

/// Of rows in order of time, no alert is older than those that a timer drops before it: retention may follow them all.
void Replay::judge(std::span<EventView> inOrder)
{
    if (inOrder.empty())
        return;
    if (!m_start)
        startBefore(inOrder.front().timestamp);
    m_now = std::max(m_now.value_or(inOrder.back().timestamp), inOrder.back().timestamp);
    for (EventView &row : inOrder)
        row.id = ++m_events;
    m_detector.process(std::span<const EventView>(inOrder), m_out);
    collect();
}

/// Takes over what the detector put out.
void Replay::collect()
{
    for (std::size_t i = 0; i < m_out.alerts.size(); ++i) {
        SecurityAlert &alert = m_out.alerts[i];
        AuditEvent &row = m_out.monitorRows[i];
        const std::size_t number = m_alerts.size() + 1;
        alert.id = nameOf(number);
        if (alert.eventId == 0) // Its request id is made up.
            alert.context.requestId = row.context.requestId = "request-of-" + alert.id;
        if (m_detector.config().alerting.enabled)
            m_notified.push_back(alert.id);
        m_alerts.push_back({std::move(alert), true});
        m_monitorRows.push_back(std::move(row));
    }
    if (m_out.dropAlertsBefore)
        dropAlerts(*m_out.dropAlertsBefore);
    m_out.alerts.clear();
    m_out.monitorRows.clear();
    m_out.dropAlertsBefore.reset();
}

void Replay::dropAlerts(TimestampMs before)
{
    for (std::size_t i = m_firstRetained; i < m_alerts.size(); ++i) {
        if (m_alerts[i].alert.timestamp < before)
            m_alerts[i].retained = false;
    }
    while (m_firstRetained < m_alerts.size() && !m_alerts[m_firstRetained].retained)
        ++m_firstRetained;
}

Result<void> Replay::configure(const QJsonObject &update, std::optional<TimestampMs> at)
{
    ++m_controlLines;
    if (at) {
        if (auto moved = moveTo(*at); !moved)
            return moved;
    }
    auto config = merged(m_detector.config(), update);
    if (!config)
        return config.error();
    m_detector.setConfig(*config);
    return {};
}

void Replay::setEmail(const std::string &userId, const std::string &email)
{
    m_log.setEmail(userId, email);
}

Result<void> Replay::acknowledge(TimestampMs at, std::int64_t index, const std::string &by)
{
    ++m_controlLines;
    if (auto moved = moveTo(at); !moved)
        return moved;
    Acknowledgement record{at, "alert-" + std::to_string(index), by, false};
    const bool known = index >= 1 && index <= static_cast<std::int64_t>(m_alerts.size())
        && m_alerts[static_cast<std::size_t>(index - 1)].retained;
    if (known) {
        SecurityAlert &alert = m_alerts[static_cast<std::size_t>(index - 1)].alert;
        if (!alert.acknowledged || m_options.preset == ReplayPreset::Reference) {
            alert.acknowledged = true;
            alert.acknowledgedBy = by;
            alert.acknowledgedAt = at;
            record.result = true;
            AuditEvent row;
            row.timestamp = at;
            row.eventType = SecurityEventType::SystemConfig;
            row.origin = RowOrigin::Monitor;
            row.action = "alert_acknowledged";
            row.context.userId = by;
            row.metadata = "{\"alertId\":\"" + alert.id + "\",\"alertType\":\"" + std::string(toString(alert.type)) + "\"}";
            enterMonitorRow(std::move(row));
        }
    }
    m_acknowledgements.push_back(std::move(record));
    return {};
}

void Replay::enterMonitorRow(AuditEvent row)
{
    m_detector.observe(EventView::of(row));
    m_monitorRows.push_back(std::move(row));
    logMonitorRows();
}

/// Enters Bartizan's own rows in the log, while nobody else enters any. Those about alerts may stand behind events that
/// came later: whom they name occurred before, in the events that they are about, so that the order of first occurrence
/// is that of the stream nevertheless.
void Replay::logMonitorRows()
{
    for (; m_loggedRows < m_monitorRows.size(); ++m_loggedRows)
        m_log.append(EventView::of(m_monitorRows[m_loggedRows]));
}

SecurityMetrics Replay::metrics(TimeRange range, const std::optional<std::string> &company) const
{
    MetricsInputs counts = m_log.metricsInputs(range, company, m_options.zone);
    for (std::size_t i = m_firstRetained; i < m_alerts.size(); ++i) {
        const auto &[alert, retained] = m_alerts[i];
        if (!retained)
            continue;
        ++(alert.acknowledged ? counts.resolvedAlerts : counts.activeAlerts);
        const auto known = std::find_if(counts.alertsByType.begin(), counts.alertsByType.end(),
                                        [&](const ThreatCount &c) { return c.type == alert.type; });
        if (known == counts.alertsByType.end())
            counts.alertsByType.push_back({alert.type, 1});
        else
            ++known->count;
    }
    return securityMetrics(std::move(counts));
}

std::vector<SecurityAlert> Replay::retained(TimeRange range) const
{
    std::vector<SecurityAlert> result;
    for (std::size_t i = m_firstRetained; i < m_alerts.size(); ++i) {
        if (m_alerts[i].retained && range.contains(m_alerts[i].alert.timestamp))
            result.push_back(m_alerts[i].alert);
    }
    return result;
}

Result<void> Replay::query(const ReplayQuery &query)
{
    ++m_controlLines;
    if (query.at) {
        if (auto moved = moveTo(*query.at); !moved)
            return moved;
    }
    logMonitorRows();
    const TimestampMs now = m_now.value_or(0);
    Answer answer;
    answer.at = now;
    answer.range = {query.from.value_or(m_start.value_or(now)), query.to.value_or(now)};
    answer.company = query.company;
    answer.metrics = metrics(answer.range, query.company);
    if (query.ip)
        answer.ip = ipThreat(m_log.ipActivity(*query.ip, {now - kDay, now}));
    if (query.active) {
        answer.active.emplace();
        for (const SecurityAlert &alert : retained({})) {
            if (!alert.acknowledged && (!query.severity || alert.severity == *query.severity))
                answer.active->push_back(alert.id);
        }
    }
    if (query.csv)
        answer.csv = alertsToCsv(retained(answer.range));
    if (query.json)
        answer.json = retained(answer.range);
    m_answers.push_back(std::move(answer));
    return {};
}

void Replay::finish()
{
    if (!m_now)
        return;
    *m_now += kRunOn;
    m_detector.advanceClock(*m_now, m_out);
    collect();
    logMonitorRows();
}

} // namespace bartizan
