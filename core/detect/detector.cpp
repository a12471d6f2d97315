// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/detector.h"

#include "core/detect/alertid.h"
#include "core/detect/anomaly.h"
#include "core/detect/rules/geographicalanomaly.h"
#include "core/detect/rules/temporalanomaly.h"
#include "core/detect/ruletable.h"
#include "core/domain/jsontext.h"

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::size_t kFewestBetweenExpiry = 4096;
/// A space is gone through when it has at least this part of the new texts.
constexpr std::size_t kShareThatAsks = 8;
/// Of the keys that may be tracked, the part that suppression may remember besides.
constexpr std::size_t kPartForSuppression = 4;

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

std::string metadataOf(const JsonMembers &members, const EventView &row, Overlay overlay)
{
    std::string found = members.text();
    if (row.metadata.empty())
        return found;
    switch (overlay) {
    case Overlay::EventWins: return jsonTextOf(laidOver(jsonObjectOf(found), jsonObjectOf(row.metadata)));
    case Overlay::RuleWins: return jsonTextOf(laidOver(jsonObjectOf(row.metadata), jsonObjectOf(found)));
    case Overlay::RuleOnly: break;
    }
    return found;
}

} // namespace

/// An alert before it has passed the pipeline.
struct Detector::Draft {
    Finding finding;
    std::string metadata;
    RuleId rule;
    std::string id;
    std::string group;
    TimestampMs at;
    SecurityEventType eventType;
    EventContext context;
    std::int64_t eventId;
    SuppressionGroup suppression;
};

Detector::Detector(const MonitoringConfig &config)
    : m_config(config), m_rules(makeRules(m_tracker)), m_lookahead(m_tracker)
{
    for (const auto &rule : m_rules) {
        if (rule->info().id == RuleId::GeographicalAnomaly)
            m_geographical = static_cast<GeographicalAnomaly *>(rule.get());
        else if (rule->info().id == RuleId::TemporalAnomaly)
            m_temporal = static_cast<TemporalAnomaly *>(rule.get());
    }
    arrangeRules();
}

Detector::~Detector() = default;

void Detector::arrangeRules()
{
    const bool capped = m_config.preset == Preset::Standard;
    const auto cap = static_cast<std::size_t>(m_config.trackedKeys);
    m_tracker.setCap(capped ? cap : KeyTracker::kUnlimited);
    m_suppression.setCap(capped ? cap / kPartForSuppression : 0);
    m_volume.configure(m_config);
    for (const auto &rule : m_rules)
        rule->configure(m_config);
    for (std::size_t i = 0; i < m_plans.size(); ++i) {
        for (std::size_t j = 0; j < m_plans[i].size(); ++j) {
            const auto type = static_cast<SecurityEventType>(i);
            const auto outcome = static_cast<AuditOutcome>(j);
            m_plans[i][j].clear();
            m_plansOwn[i][j].clear();
            for (const auto &rule : m_rules) {
                if (!m_config.isOn(rule->info().id) || !rule->concerns(type, outcome))
                    continue;
                m_plans[i][j].add(*rule, type, outcome);
                if (rule->countsOwnRows())
                    m_plansOwn[i][j].add(*rule, type, outcome);
            }
        }
    }
}

bool Detector::setConfig(const MonitoringConfig &config)
{
    bool complete = config.preset == m_config.preset && (!config.isOn(RuleId::EventVolume) || m_volume.isOn());
    const TimestampMs volumeWindow = m_volume.window();
    std::vector<TimestampMs> windows;
    for (const auto &rule : m_rules)
        windows.push_back(m_config.isOn(rule->info().id) ? rule->window() : -1);
    m_config = config;
    arrangeRules();
    complete = complete && (!m_volume.isOn() || m_volume.window() <= volumeWindow);
    for (std::size_t i = 0; i < m_rules.size(); ++i) {
        if (!config.isOn(m_rules[i]->info().id))
            m_rules[i]->clear();
        else if (m_rules[i]->window() != windows[i])
            complete = false;
    }
    return complete;
}

void Detector::start(TimestampMs at)
{
    m_start = at;
    scheduleAfter(std::max(at, m_newest));
}

void Detector::setZone(const ZoneOffsets &zone)
{
    m_zone = zone;
    m_zoneHint = 0;
    m_hour = {};
}

LocalHour Detector::findLocalHour(TimestampMs t) const noexcept
{
    const TimestampMs offset = m_zone.offsetAt(t, m_zoneHint);
    const ZoneOffsets::Span same = m_zone.sameOffsetAround(t, m_zoneHint);
    const TimestampMs local = t + offset;
    const std::int64_t day = local >= 0 ? local / kDay : -1 - (-1 - local) / kDay;
    const TimestampMs hour = (local - day * kDay) / kHour;
    const TimestampMs begin = day * kDay + hour * kHour - offset;
    m_hour = {std::max(begin, same.from), std::min(begin + kHour, same.until), {static_cast<unsigned>(hour), day}};
    return m_hour.local;
}

void Detector::scheduleAfter(TimestampMs t)
{
    if (!m_start)
        return;
    m_nextVolume = firstTickAfter(*m_start, EventVolume::kPeriod, t);
    m_nextHourly = firstTickAfter(*m_start, kHour, t);
}

void Detector::advanceTo(TimestampMs t) noexcept
{
    m_newest = std::max(m_newest, t);
    m_tracker.setNow(m_newest);
}

void Detector::process(std::span<const EventView> events, DetectorOutput &out)
{
    while (!events.empty()) {
        // Numbers of keys are good until texts are forgotten: that happens before the first row of a round, if at all.
        const std::size_t round = std::min({events.size(), Lookahead::kMost, m_untilLook - 1});
        if (round < 2) {
            process(events.front(), out);
            events = events.subspan(1);
            continue;
        }
        m_lookahead.look(events.first(round), m_plans, m_readers);
        for (std::size_t i = 0; i < round; ++i)
            process(events[i], m_lookahead.keys(i), out);
        m_lookahead.remember();
        events = events.subspan(round);
    }
}

void Detector::process(const EventView &event, EventKeys &known, DetectorOutput &out)
{
    if (event.timestamp >= std::min(m_nextVolume, m_nextHourly))
        advanceClock(event.timestamp, out);
    expireSometimes();
    RuleEvent ruleEvent(event, localHourOf(event.timestamp), m_readers, known);
    if (event.timestamp < m_newest) [[unlikely]] {
        ruleEvent.setLate();
        if (m_newest - event.timestamp <= kLateSlack && m_config.preset == Preset::Standard)
            ruleEvent.setCountsForNewer();
        m_untilCalm = kCalmAfter;
    }
    if (m_untilCalm > 0) {
        --m_untilCalm;
        ruleEvent.setKept();
    }
    advanceTo(event.timestamp);
    m_hits.clear();
    for (Rule *rule : planFor(m_plans, event).rules)
        rule->see(ruleEvent, &m_hits);
    m_volume.observeProcessed(event.timestamp, event.live);
    if (!m_hits.empty())
        judge(ruleEvent, out);
    m_tracker.trim();
}

void Detector::observe(const EventView &event)
{
    expireSometimes();
    if (event.origin == RowOrigin::Monitor) {
        seeOwn(event);
        m_tracker.trim();
        return;
    }
    advanceTo(event.timestamp);
    EventKeys keys;
    RuleEvent ruleEvent(event, localHourOf(event.timestamp), m_readers, keys);
    ruleEvent.setKept();
    for (Rule *rule : planFor(m_plans, event).rules)
        rule->see(ruleEvent, nullptr);
    m_volume.observeProcessed(event.timestamp, event.live);
    m_tracker.trim();
}

void Detector::seeOwn(const EventView &row)
{
    advanceTo(row.timestamp);
    EventKeys keys;
    RuleEvent event(row, localHourOf(row.timestamp), m_readers, keys);
    for (Rule *rule : planFor(m_plansOwn, row).rules)
        rule->see(event, nullptr);
}

void Detector::judge(RuleEvent &event, DetectorOutput &out)
{
    if (event.countsForNewer()) [[unlikely]] // In the order in which all of them would have been judged.
        std::stable_sort(m_hits.begin(), m_hits.end(), [](const Hit &a, const Hit &b) { return a.lateBy < b.lateBy; });
    for (Hit &hit : m_hits) {
        if (hit.lateBy > 0) [[unlikely]]
            judgeNewer(event, hit, out);
        else
            judge(event, hit, out);
    }
}

/// A hit of a late row that stands at a newer one; the late one is not asked for anything of its own afterwards.
void Detector::judgeNewer(const RuleEvent &late, Hit &hit, DetectorOutput &out)
{
    const std::optional<EventView> newer = hit.rule->newerRow(late, hit);
    if (newer)
        hit.lateBy = 0;
    const EventView &row = newer ? *newer : late.row();
    EventKeys keys;
    RuleEvent event(row, localHourOf(row.timestamp), m_readers, keys);
    judge(event, hit, out);
}

void Detector::judge(RuleEvent &event, Hit &hit, DetectorOutput &out)
{
    const EventView &row = event.row();
    const RuleInfo &rule = hit.rule->info();
    out.geographicalAnomalies += rule.id == RuleId::GeographicalAnomaly ? 1 : 0;
    out.temporalAnomalies += rule.id == RuleId::TemporalAnomaly ? 1 : 0;
    if (rule.type == AlertType::AuthenticationAnomaly && hit.figure <= kAlertConfidence)
        return;
    const SuppressionGroup group = m_config.preset == Preset::Reference
        ? SuppressionGroup{GroupKind::Address, event.address()}
        : SuppressionGroup{hit.kind, hit.key};
    const TimestampMs at = row.timestamp + hit.lateBy;
    if (suppressed(rule.type, group, at, out))
        return;
    hit.rule->complete(event, hit);
    Finding finding = hit.rule->describe(event, hit);
    std::string metadata = metadataOf(finding.metadata, row, hit.rule->overlay());
    std::string name = groupText(hit.kind, event.text(hit.kind));
    // A late row may make several newer ones fire. The rules of the reference have had ids without the kind of the group.
    const std::int64_t judged = hit.lateBy > 0 ? hit.newer : row.id;
    std::string id = rule.reference ? eventAlertId(hit.rule->nameInIds(), event.text(hit.kind), judged)
                                    : eventAlertId(hit.rule->nameInIds(), name, judged);
    raise({std::move(finding), std::move(metadata), rule.id, std::move(id), std::move(name), at, row.eventType, contextOf(row),
           row.id, group}, out);
}

bool Detector::suppressed(AlertType type, SuppressionGroup group, TimestampMs t, DetectorOutput &out)
{
    Suppression::Raised *by = m_suppression.find(type, group, t, m_config.alerting.suppressDuplicateMinutes);
    if (by == nullptr)
        return false;
    if (m_config.preset == Preset::Reference || by->id.empty())
        return true;
    if (by->place >= out.repeats.size() || out.repeats[by->place].alertId != by->id) {
        by->place = static_cast<std::uint32_t>(out.repeats.size());
        out.repeats.push_back({by->id, 0, t});
    }
    AlertRepeat &repeat = out.repeats[by->place];
    ++repeat.count;
    repeat.lastAt = std::max(repeat.lastAt, t);
    return true;
}

void Detector::raise(Draft &&draft, DetectorOutput &out)
{
    m_suppression.raised(draft.finding.type, draft.suppression, draft.at, draft.id);
    SecurityAlert alert;
    alert.id = std::move(draft.id);
    alert.timestamp = draft.at;
    alert.severity = draft.finding.severity;
    alert.type = draft.finding.type;
    alert.title = std::move(draft.finding.title);
    alert.description = std::move(draft.finding.description);
    alert.eventType = draft.eventType;
    alert.context = std::move(draft.context);
    alert.metadata = std::move(draft.metadata);
    alert.eventId = draft.eventId;
    alert.rule = ruleInfo(draft.rule).key;
    alert.group = std::move(draft.group);
    out.alerts.push_back(std::move(alert));
    out.monitorRows.push_back(monitorRowOf(out.alerts.back()));
    seeOwn(EventView::of(out.monitorRows.back()));
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
    // The group is none; in the reference the address, which a timer has not.
    const SuppressionGroup group{
        m_config.preset == Preset::Reference ? GroupKind::Address : GroupKind::None, kNoKey};
    for (; m_nextVolume <= t; m_nextVolume += EventVolume::kPeriod) {
        const TimestampMs tick = m_nextVolume;
        if (!m_volume.worthLooking(tick)) {
            m_nextVolume = firstTickAfter(*m_start, EventVolume::kPeriod, t);
            return;
        }
        const auto count = m_volume.fires(tick);
        if (!count || suppressed(AlertType::SuspiciousIpActivity, group, tick, out))
            continue;
        EventContext context;
        context.requestId = tickRequestId(EventVolume::kName, tick);
        Finding finding = m_volume.describe(*count);
        std::string metadata = finding.metadata.text();
        raise({std::move(finding), std::move(metadata), RuleId::EventVolume, tickAlertId(EventVolume::kName, {}, tick), {}, tick,
               SecurityEventType::ApiSecurity, std::move(context), 0, group}, out);
    }
}

void Detector::lookForOld()
{
    // Before the first row there is nothing to forget, nor an instant to measure from.
    if (m_newest == std::numeric_limits<TimestampMs>::min()) {
        m_untilLook = 1;
        return;
    }
    m_untilLook = kFewestBetweenExpiry;
    m_sinceExpiry += kFewestBetweenExpiry;
    // Going through the state costs as much as it has entries: as rarely as it is large, it costs next to nothing. But
    // texts that came once are not to pile up: when they do, those spaces are gone through that they came in.
    std::array<std::size_t, kKeySpaces> grown{};
    std::size_t kept = 0;
    std::size_t allGrown = 0;
    for (std::size_t i = 0; i < kKeySpaces; ++i) {
        const std::size_t texts = m_readers.keys[kAllKeySpaces[i]].size();
        grown[i] = texts - std::min(texts, m_textsKept[i]);
        kept += m_textsKept[i];
        allGrown += grown[i];
    }
    const bool all = m_sinceExpiry >= m_nextExpiry;
    if (!all && allGrown < kept * 3 / 8 + kFewestBetweenExpiry)
        return;
    KeySpaceSet asked{};
    for (std::size_t i = 0; i < kKeySpaces; ++i)
        asked[i] = all || grown[i] * kShareThatAsks >= allGrown;
    forgetOld(asked);
    if (!all)
        return;
    m_sinceExpiry = 0;
    m_nextExpiry = m_tracker.held() + m_suppression.size();
    for (const KeyTable &table : m_readers.keys)
        m_nextExpiry += table.limit();
    m_nextExpiry *= 2;
}

/// Forgets the state that no row can need any more, and the texts in `spaces` that nothing refers to.
void Detector::forgetOld(const KeySpaceSet &spaces)
{
    RuleMarks marks(m_readers.keys, spaces);
    for (const auto &rule : m_rules)
        rule->expire(m_newest, marks);
    m_suppression.expire(m_newest, marks);
    m_readers.forgetNumbers(marks);
    for (const KeySpace space : kAllKeySpaces) {
        if (!marks.areAsked(space))
            continue;
        m_readers.keys[space].keepOnly(marks[space]);
        m_textsKept[static_cast<std::size_t>(space)] = m_readers.keys[space].size();
    }
}

} // namespace bartizan
