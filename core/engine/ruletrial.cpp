// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/ruletrial.h"

#include "core/detect/detectorrestore.h"
#include "core/domain/jsontext.h"
#include "core/domain/zoneoffsets.h"
#include "core/engine/geofiller.h"
#include "core/ports/store.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonObject>

#include <algorithm>
#include <functional>
#include <limits>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace bartizan {
namespace {

constexpr std::size_t kPage = 2'000;
constexpr std::size_t kMostAlerts = 100'000;
/// The detector enters the row about an alert when it raises the alert; the log's own rows of that kind tell of what
/// was raised then, under whatever settings.
constexpr std::string_view kAlertRow = "security_alert_created";

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::RuleTrial", text);
}

TimestampMs minuteOf(TimestampMs t)
{
    return t - ((t % kMinute) + kMinute) % kMinute;
}

/// One of the two detectors, and what it has raised.
struct Side {
    Side(const MonitoringConfig &config, const ZoneOffsets &zone) : detector(config) { detector.setZone(zone); }

    Detector detector;
    DetectorOutput out; ///< Of the page at hand.
    std::vector<TrialAlert> alerts; ///< Of the rule that the other side does not have, in order of time.
};

/// Tells the detectors of both sides the same history.
class BothSides final : public DetectorHistory::Sink {
public:
    using Enrich = std::function<void(EventView &)>;
    BothSides(Detector &one, Detector &other, TimestampMs asOf, const Enrich &enrich)
        : m_one(one, asOf, enrich), m_other(other, asOf, enrich)
    {
    }

    void windowRow(const AuditEvent &row) override { tell(&Sink::windowRow, row); }
    void processedRow(const DetectorHistory::ProcessedRow &row) override { tell(&Sink::processedRow, row); }
    void processedMinute(const DetectorHistory::MinuteCount &minute) override { tell(&Sink::processedMinute, minute); }
    void typeMinute(const DetectorHistory::MinuteCount &minute) override { tell(&Sink::typeMinute, minute); }
    void country(const DetectorHistory::KnownCountry &known) override { tell(&Sink::country, known); }
    void raised(const DetectorHistory::RaisedAlert &alert) override { tell(&Sink::raised, alert); }

    void finish()
    {
        m_one.finish();
        m_other.finish();
    }

private:
    template<typename T>
    void tell(void (Sink::*what)(const T &), const T &piece)
    {
        (m_one.*what)(piece);
        (m_other.*what)(piece);
    }

    DetectorRestore m_one;
    DetectorRestore m_other;
};

TrialAlert trialAlert(const SecurityAlert &alert)
{
    TrialAlert made{alert.id, alert.timestamp, alert.group, alert.context.country, alert.description, 0, std::nullopt};
    const QJsonObject metadata = jsonObjectOf(alert.metadata);
    // The reference rules have names of their own for it.
    for (const char *name : {"count", "failedAttempts", "adminActions", "violations"}) {
        if (made.count == 0)
            made.count = static_cast<std::int64_t>(metadata.value(QLatin1String(name)).toDouble());
    }
    return made;
}

/// The walk through the log, and the comparison.
class Trial {
public:
    Trial(Store &store, const TrialRequest &request, const MonitoringSettings &saved, const TrialObserver &observer)
        : m_store(store), m_request(request), m_saved(saved), m_observer(observer), m_key(ruleInfo(request.rule).key)
    {
    }

    Result<TrialReport> run(TimestampMs now);

private:
    Result<void> findRange(TimestampMs now);
    Result<void> warm();
    Result<void> walk();
    void feed(const AuditEvent &row);
    Result<void> compare();
    void compareOthers(const Side &one, const Side &other, std::int64_t &missing) const;
    void match();
    TimestampMs reach(const MonitoringConfig &config) const;
    Result<void> lookUp(std::span<TrialAlert> alerts);
    bool isCancelled() const { return m_observer.cancel != nullptr && m_observer.cancel->load(); }

    Store &m_store;
    const TrialRequest &m_request;
    const MonitoringSettings &m_saved;
    const TrialObserver &m_observer;
    const std::string_view m_key;
    std::unique_ptr<Side> m_before; ///< Under the saved settings.
    std::unique_ptr<Side> m_after;  ///< Under the edited ones.
    std::vector<TrialAlert> m_same;
    std::shared_ptr<GeoFiller> m_geo; ///< Null: no look-up.
    std::int64_t m_total = 0;
    TrialReport m_report;
};

Result<void> Trial::findRange(TimestampMs now)
{
    const auto extent = m_store.extent();
    if (!extent)
        return extent.error();
    const TimestampMs end = *extent ? std::min(now, (*extent)->end) : now;
    m_report.range = {end - std::clamp(m_request.days, 1, kMostTrialDays) * kDay, end};
    EventQuery all;
    all.range = m_report.range;
    const auto total = m_store.countEvents(all);
    if (!total)
        return total.error();
    m_total = *total;
    return {};
}

/// Gives both detectors what they would remember at the start of the range, so that baselines are right from its first
/// row on.
Result<void> Trial::warm()
{
    const auto zone = ZoneOffsets::ofZone(m_saved.timeZone);
    if (!zone)
        return zone.error();
    m_before = std::make_unique<Side>(m_saved.config, *zone);
    m_after = std::make_unique<Side>(m_request.edited, *zone);
    const auto cursor = m_store.loadCursor();
    if (!cursor)
        return cursor.error();
    // Ticks at the engine's instants; before an engine has run, at those it would choose.
    const TimestampMs startedAt = cursor->startedAt != 0 ? cursor->startedAt : minuteOf(m_report.range.start) - kMinute;
    // A GeoIP database that cannot be opened leaves the engine without places as well.
    if (auto geo = GeoFiller::make(m_saved); geo)
        m_geo = std::move(*geo);
    // The span of whichever side looks back farther: an edited window may be the longer one.
    const TimestampMs span = std::max(m_before->detector.historySpan(), m_after->detector.historySpan());
    const DetectorHistory::Query query{m_report.range.start - 1, std::numeric_limits<std::int64_t>::max(), span,
                                       m_geo.get()};
    std::function<void(EventView &)> place;
    if (m_geo)
        place = [this](EventView &row) { row = m_geo->filled(row); };
    for (Side *side : {m_before.get(), m_after.get()})
        side->detector.start(startedAt);
    BothSides both(m_before->detector, m_after->detector, query.asOf, place);
    if (auto told = m_store.history(query, both); !told)
        return told;
    both.finish();
    return {};
}

void Trial::feed(const AuditEvent &row)
{
    const EventView view = viewOf(row, m_geo.get());
    if (row.origin == RowOrigin::Application) {
        m_before->detector.process(view, m_before->out);
        m_after->detector.process(view, m_after->out);
        ++m_report.events;
    } else if (row.action != kAlertRow) {
        m_before->detector.observe(view);
        m_after->detector.observe(view);
    }
}

Result<void> Trial::walk()
{
    EventQuery query;
    query.range = m_report.range;
    query.oldestFirst = true;
    query.limit = kPage;
    std::int64_t done = 0;
    for (bool more = true; more && !isCancelled();) {
        const auto rows = m_store.events(query);
        if (!rows)
            return rows.error();
        for (const AuditEvent &row : *rows)
            feed(row);
        if (const auto compared = compare(); !compared)
            return compared;
        more = rows->size() >= kPage;
        if (more)
            query.after = EventKey{rows->back().timestamp, rows->back().id};
        done += static_cast<std::int64_t>(rows->size());
        if (m_observer.progress)
            m_observer.progress(std::min(done, m_total), m_total);
    }
    m_before->detector.advanceClock(m_report.range.end, m_before->out);
    m_after->detector.advanceClock(m_report.range.end, m_after->out);
    return compare();
}

void Trial::compareOthers(const Side &one, const Side &other, std::int64_t &missing) const
{
    std::unordered_set<std::string_view> known;
    for (const SecurityAlert &alert : other.out.alerts)
        known.insert(alert.id);
    missing += std::count_if(one.out.alerts.begin(), one.out.alerts.end(), [&](const SecurityAlert &alert) {
        return alert.rule != m_key && known.count(alert.id) == 0;
    });
}

/// Compares what a page of rows has raised. An alert and its twin under the other settings come from one row, so they
/// stand in one page; what has no twin is kept until the end.
Result<void> Trial::compare()
{
    compareOthers(*m_before, *m_after, m_report.othersLost);
    compareOthers(*m_after, *m_before, m_report.othersGained);
    std::unordered_map<std::string_view, bool> before; // whether its twin was met
    for (const SecurityAlert &alert : m_before->out.alerts) {
        if (alert.rule == m_key)
            before.emplace(alert.id, false);
    }
    for (const SecurityAlert &alert : m_after->out.alerts) {
        if (alert.rule != m_key)
            continue;
        const auto twin = before.find(alert.id);
        if (twin != before.end())
            twin->second = true;
        (twin != before.end() ? m_same : m_after->alerts).push_back(trialAlert(alert));
    }
    for (const SecurityAlert &alert : m_before->out.alerts) {
        if (const auto twin = before.find(alert.id); twin != before.end() && !twin->second)
            m_before->alerts.push_back(trialAlert(alert));
    }
    m_before->out.clear();
    m_after->out.clear();
    if (m_same.size() + std::max(m_before->alerts.size(), m_after->alerts.size()) > kMostAlerts) {
        return Error{tr("The rule raises more than %1 alerts in these days: try fewer days or other numbers.")
                         .arg(kMostAlerts)};
    }
    return {};
}

/// How far before an alert lies what it speaks for.
TimestampMs Trial::reach(const MonitoringConfig &config) const
{
    const auto window = ruleParameter(m_request.rule, kWindowSeconds);
    return window ? config.value(m_request.rule, *window) * kSecond : 0;
}

/// Pairs the alerts without a twin whose rule and group agree and whose times overlap, in order of time.
void Trial::match()
{
    const TimestampMs reachBefore = reach(m_saved.config);
    const TimestampMs reachAfter = reach(m_request.edited);
    const TimestampMs quietBefore = m_saved.config.alerting.suppressDuplicateMinutes * kMinute;
    const TimestampMs quietAfter = m_request.edited.alerting.suppressDuplicateMinutes * kMinute;
    std::unordered_map<std::string_view, std::vector<const TrialAlert *>> lost; // by group, in order of time
    for (const TrialAlert &alert : m_before->alerts)
        lost[alert.group].push_back(&alert);
    std::unordered_map<std::string_view, std::size_t> next;
    std::unordered_set<const TrialAlert *> paired;
    std::vector<TrialAlert> gained;
    for (TrialAlert &alert : m_after->alerts) {
        const auto &candidates = lost[alert.group];
        std::size_t &at = next[alert.group];
        while (at < candidates.size() && candidates[at]->timestamp + quietBefore < alert.timestamp - reachAfter)
            ++at;
        const bool overlaps = at < candidates.size()
            && candidates[at]->timestamp - reachBefore <= alert.timestamp + quietAfter;
        (overlaps ? m_same : gained).push_back(alert);
        if (overlaps) {
            m_same.back().id = candidates[at]->id;
            paired.insert(candidates[at++]);
        }
    }
    m_after->alerts = std::move(gained);
    std::erase_if(m_before->alerts, [&](const TrialAlert &alert) { return paired.count(&alert) > 0; });
}

Result<void> Trial::lookUp(std::span<TrialAlert> alerts)
{
    for (TrialAlert &alert : alerts) {
        const auto stored = m_store.alert(alert.id);
        if (!stored)
            return stored.error();
        if (*stored)
            alert.acknowledged = (*stored)->acknowledged;
    }
    return {};
}

Result<TrialReport> Trial::run(TimestampMs now)
{
    QElapsedTimer since;
    since.start();
    if (const auto found = findRange(now); !found)
        return found.error();
    for (const auto step : {&Trial::warm, &Trial::walk}) {
        if (isCancelled())
            break;
        if (const auto done = (this->*step)(); !done && !isCancelled())
            return done.error();
    }
    if (isCancelled()) {
        m_report.cancelled = true;
        return m_report;
    }
    match();
    if (const auto looked = lookUp(m_before->alerts); !looked)
        return looked.error();
    m_report.lostAcknowledged =
        std::count_if(m_before->alerts.begin(), m_before->alerts.end(),
                      [](const TrialAlert &alert) { return alert.acknowledged.value_or(false); });
    const auto newest = [](std::vector<TrialAlert> &&alerts) {
        std::stable_sort(alerts.begin(), alerts.end(),
                         [](const TrialAlert &a, const TrialAlert &b) { return a.timestamp > b.timestamp; });
        alerts.resize(std::min(alerts.size(), kMostTrialRows));
        return std::move(alerts);
    };
    m_report.gained = static_cast<std::int64_t>(m_after->alerts.size());
    m_report.lost = static_cast<std::int64_t>(m_before->alerts.size());
    m_report.same = static_cast<std::int64_t>(m_same.size());
    m_report.gainedAlerts = newest(std::move(m_after->alerts));
    m_report.lostAlerts = newest(std::move(m_before->alerts));
    m_report.sameAlerts = newest(std::move(m_same));
    if (const auto looked = lookUp(m_report.sameAlerts); !looked)
        return looked.error();
    m_report.seconds = static_cast<double>(since.elapsed()) / 1000.0;
    return m_report;
}

} // namespace

Result<TrialReport> tryRule(Store &store, const TrialRequest &request, const MonitoringSettings &saved,
                            TimestampMs now, const TrialObserver &observer)
{
    return Trial(store, request, saved, observer).run(now);
}

} // namespace bartizan
