// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detector.h"

#include "core/detect/alertid.h"
#include "core/detect/rules/adminactivity.h"
#include "core/detect/rules/bruteforce.h"
#include "core/detect/rules/ratelimit.h"
#include "core/domain/jsontext.h"

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::size_t kFewestBetweenExpiry = 4096;

std::optional<std::string> textOf(std::string_view view)
{
    return view.data() == nullptr ? std::nullopt : std::optional<std::string>(view);
}

EventContext contextOf(const EventView &row)
{
    return {textOf(row.userId), textOf(row.companyId), textOf(row.platformUserId), textOf(row.ipAddress),
            textOf(row.userAgent), textOf(row.country), textOf(row.sessionId), textOf(row.requestId)};
}

/// The row about an alert (section 5, 3).
AuditEvent monitorRowOf(const SecurityAlert &alert)
{
    AuditEvent row;
    row.timestamp = alert.timestamp;
    row.eventType = SecurityEventType::SystemConfig;
    row.outcome = AuditOutcome::Success;
    row.severity = toAuditSeverity(alert.severity);
    row.origin = RowOrigin::Monitor;
    row.action = "security_alert_created";
    row.context = alert.context;
    return row;
}

TimestampMs firstTickAfter(TimestampMs start, TimestampMs period, TimestampMs t)
{
    return t < start ? start + period : start + ((t - start) / period + 1) * period;
}

} // namespace

/// An alert before it has passed the pipeline.
struct Detector::Draft {
    Finding finding;
    std::string id;
    TimestampMs at;
    SecurityEventType eventType;
    EventContext context;
    std::int64_t eventId;
    KeyId address;
};

Detector::Detector(const MonitoringConfig &config) : m_config(config)
{
    m_rules.push_back(std::make_unique<BruteForceRule>());
    m_rules.push_back(std::make_unique<AdminActivityRule>());
    m_rules.push_back(std::make_unique<RateLimitRule>());
    for (std::size_t type = 0; type < m_concerned.size(); ++type) {
        for (std::size_t outcome = 0; outcome < m_concerned[type].size(); ++outcome) {
            for (const auto &rule : m_rules) {
                if (rule->concerns(static_cast<SecurityEventType>(type), static_cast<AuditOutcome>(outcome)))
                    m_concerned[type][outcome].push_back(rule.get());
            }
        }
    }
    m_untilExpiry = kFewestBetweenExpiry;
}

Detector::~Detector() = default;

void Detector::start(TimestampMs at)
{
    m_start = at;
    scheduleAfter(std::max(at, m_newest));
}

void Detector::setZone(const ZoneOffsets &zone)
{
    m_zone = zone;
    m_zoneHint = 0;
}

void Detector::scheduleAfter(TimestampMs t)
{
    if (!m_start)
        return;
    m_nextVolume = firstTickAfter(*m_start, EventVolume::kPeriod, t);
    m_nextHourly = firstTickAfter(*m_start, kHour, t);
}

void Detector::restore(const DetectorHistory &history)
{
    for (const auto &rule : m_rules)
        rule->clear();
    m_geographical.clear();
    m_temporal.clear();
    m_volume.clear();
    m_suppression.clear();
    m_keys.addresses.clear();
    m_keys.users.clear();
    m_keys.countries.clear();

    for (const AuditEvent &known : history.windowRows) {
        const EventView row = EventView::of(known);
        RuleEvent event(row, 0, m_keys);
        for (Rule *rule : concernedBy(event))
            rule->observe(event);
    }
    for (const TimestampMs t : history.processedLastMinute)
        m_volume.observeProcessed(t);
    for (const DetectorHistory::MinuteCount &minute : history.processedLastHour)
        m_temporal.restore(minute, hourOf(minute.minute), true);
    for (const DetectorHistory::MinuteCount &minute : history.typeMinutes)
        m_temporal.restore(minute, hourOf(minute.minute), false);
    for (const DetectorHistory::KnownCountry &known : history.countries)
        m_geographical.restore(known, m_keys);
    for (const DetectorHistory::RaisedAlert &alert : history.alerts)
        observeAlert(alert);
    m_newest = history.asOf;
    scheduleAfter(m_newest);
}

void Detector::process(const EventView &event, DetectorOutput &out)
{
    if (event.timestamp >= std::min(m_nextVolume, m_nextHourly))
        advanceClock(event.timestamp, out);
    expireSometimes();
    RuleEvent ruleEvent(event, hourOf(event.timestamp), m_keys);
    const bool unusualCountry = enter(ruleEvent);
    m_temporal.observeProcessed(ruleEvent);
    m_volume.observeProcessed(event.timestamp);
    judge(ruleEvent, unusualCountry, out);
}

void Detector::observe(const EventView &event)
{
    expireSometimes();
    RuleEvent ruleEvent(event, hourOf(event.timestamp), m_keys);
    enter(ruleEvent);
    if (event.origin == RowOrigin::Application) {
        m_temporal.observeProcessed(ruleEvent);
        m_volume.observeProcessed(event.timestamp);
    }
}

void Detector::observeAlert(const DetectorHistory::RaisedAlert &alert)
{
    m_suppression.raised(alert.type, m_keys.addresses.intern(alert.ipAddress.value_or(std::string())),
                         alert.timestamp);
}

bool Detector::enter(RuleEvent &event)
{
    m_newest = std::max(m_newest, event.at());
    for (Rule *rule : concernedBy(event))
        rule->observe(event);
    m_temporal.observe(event);
    return m_geographical.observe(event);
}

void Detector::judge(RuleEvent &event, bool unusualCountry, DetectorOutput &out)
{
    // All counts before any alert is made: the rows about alerts are part of the log.
    m_fired.clear();
    for (const Rule *rule : concernedBy(event)) {
        if (const auto count = rule->fires(event, m_config))
            m_fired.emplace_back(rule, *count);
    }
    for (const auto &[rule, count] : m_fired) {
        const EventView &row = event.row();
        if (suppressed(rule->type(), event.address(), row.timestamp))
            continue;
        Finding finding = rule->describe(row, count);
        finding.metadata = laidOver(std::move(finding.metadata), jsonObjectOf(row.metadata));
        raise({std::move(finding), eventAlertId(rule->id(), rule->group(row), row.id), row.timestamp, row.eventType,
               contextOf(row), row.id, event.address()}, out);
    }
    judgeAnomalies(event, unusualCountry, out);
}

void Detector::judgeAnomalies(RuleEvent &event, bool unusualCountry, DetectorOutput &out)
{
    std::optional<Anomaly> anomaly;
    if (unusualCountry) {
        ++out.geographicalAnomalies;
        anomaly = m_geographical.describe(event.row());
    } else if (const auto spike = m_temporal.found(event)) {
        ++out.temporalAnomalies;
        if (TemporalAnomaly::kConfidence > kAlertConfidence)
            anomaly = m_temporal.describe(*spike);
    }
    const EventView &row = event.row();
    if (!anomaly || anomaly->confidence <= kAlertConfidence
        || suppressed(AlertType::AuthenticationAnomaly, event.address(), row.timestamp)) {
        return;
    }
    raise({findingOf(*anomaly), eventAlertId(anomaly->type, row.userId, row.id), row.timestamp, row.eventType,
           contextOf(row), row.id, event.address()}, out);
}

bool Detector::suppressed(AlertType type, KeyId address, TimestampMs t) const
{
    return m_suppression.suppresses(type, address, t, m_config.alerting.suppressDuplicateMinutes);
}

void Detector::raise(Draft &&draft, DetectorOutput &out)
{
    m_suppression.raised(draft.finding.type, draft.address, draft.at);
    SecurityAlert alert;
    alert.id = std::move(draft.id);
    alert.timestamp = draft.at;
    alert.severity = draft.finding.severity;
    alert.type = draft.finding.type;
    alert.title = std::move(draft.finding.title);
    alert.description = std::move(draft.finding.description);
    alert.eventType = draft.eventType;
    alert.context = std::move(draft.context);
    alert.metadata = jsonTextOf(draft.finding.metadata);
    alert.eventId = draft.eventId;
    out.alerts.push_back(std::move(alert));
    out.monitorRows.push_back(monitorRowOf(out.alerts.back()));

    const EventView row = EventView::of(out.monitorRows.back());
    RuleEvent event(row, hourOf(row.timestamp), m_keys);
    enter(event);
}

void Detector::advanceClock(TimestampMs t, DetectorOutput &out)
{
    // Of two due at once the hourly comes first; but what it drops is at least a day old, so that neither changes what
    // the other does, and all hourly ticks up to `t` are as good as the last of them.
    if (m_nextHourly <= t)
        runHourlyTicks(t, out);
    if (m_nextVolume <= t)
        runVolumeTicks(t, out);
}

void Detector::runHourlyTicks(TimestampMs t, DetectorOutput &out)
{
    m_nextHourly = firstTickAfter(*m_start, kHour, t);
    const TimestampMs lastDue = m_nextHourly - kHour;
    const TimestampMs before = lastDue - m_config.retention.alertRetentionDays * kDay;
    out.dropAlertsBefore = std::max(before, out.dropAlertsBefore.value_or(before));
}

void Detector::runVolumeTicks(TimestampMs t, DetectorOutput &out)
{
    for (; m_nextVolume <= t; m_nextVolume += EventVolume::kPeriod) {
        const TimestampMs tick = m_nextVolume;
        if (!m_volume.worthLooking(tick)) {
            m_nextVolume = firstTickAfter(*m_start, EventVolume::kPeriod, t);
            return;
        }
        const auto count = m_volume.fires(tick);
        if (!count || suppressed(AlertType::SuspiciousIpActivity, kNoKey, tick))
            continue;
        EventContext context;
        context.requestId = tickRequestId(EventVolume::kId, tick);
        raise({m_volume.describe(*count), tickAlertId(EventVolume::kId, {}, tick), tick,
               SecurityEventType::ApiSecurity, std::move(context), 0, kNoKey}, out);
    }
}

void Detector::expireSometimes()
{
    if (--m_untilExpiry > 0) [[likely]]
        return;
    RuleMarks marks(m_keys);
    for (const auto &rule : m_rules)
        rule->expire(m_newest, marks);
    m_geographical.expire(m_newest, marks);
    m_suppression.expire(m_newest, marks.addresses);
    m_keys.addresses.keepOnly(marks.addresses);
    m_keys.users.keepOnly(marks.users);
    m_keys.countries.keepOnly(marks.countries);
    // Going through the state costs as much as it has entries: as rarely as it is large, it costs next to nothing.
    const std::size_t held = m_keys.addresses.limit() + m_keys.users.limit() + m_keys.countries.limit()
        + m_geographical.size() + m_suppression.size();
    m_untilExpiry = std::max(kFewestBetweenExpiry, 2 * held);
}

} // namespace bartizan
