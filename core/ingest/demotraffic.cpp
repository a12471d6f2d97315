// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/demotraffic.h"

#include "core/ingest/demopeople.h"
#include "core/ingest/demoscenes.h"
#include "core/ingest/importtext.h"
#include "core/ingest/sshdevent.h"
#include "core/ingest/sshdscanner.h"

#include <QFile>

#include <algorithm>
#include <array>

// The layer is a static library: without this the linker drops the resource. It must stand outside of any namespace.
static void initDemoResource() { Q_INIT_RESOURCE(demo); }

namespace bartizan {
namespace {

/// Events in a batch of the history.
constexpr std::size_t kBatch = 5000;
/// So long before the present the real log ends.
constexpr TimestampMs kRealLogEnds = 5 * kHour;
/// How often the busiest hour of one average person brings an event.
constexpr double kEventsAnHour = 1.6;
/// The trickle's pace, by day and night alike: somebody is watching.
constexpr TimestampMs kLivePause = 6000;
constexpr TimestampMs kLiveFirstIncident = 20 * kSecond;
constexpr TimestampMs kLiveGap = kMinute;

/// What happened in the week, by hours before the present. Those of the last two and a half hours are still open.
struct Planned {
    double hoursAgo;
    DemoScene scene;
};
constexpr Planned kLastDay[] = {
    {0.21, DemoScene::RateLimit}, {0.72, DemoScene::NewCountry},  {1.45, DemoScene::BruteForce}, {2.25, DemoScene::AdminSpree},
    {3.60, DemoScene::Flood},     {6.15, DemoScene::RateLimit},   {8.40, DemoScene::BruteForce}, {9.70, DemoScene::NewCountry},
    {12.3, DemoScene::AdminSpree}, {14.2, DemoScene::RateLimit},  {16.6, DemoScene::NewCountry}, {18.9, DemoScene::Flood},
    {21.4, DemoScene::RateLimit},
};
/// What only the rules of the standard preset see.
constexpr Planned kSeenByMore[] = {
    {0.55, DemoScene::InjectedScript}, {1.95, DemoScene::MassExport},     {4.30, DemoScene::StolenSession},
    {7.20, DemoScene::SelfPromotion},  {10.6, DemoScene::ForgedRequests}, {13.4, DemoScene::Denials},
    {20.2, DemoScene::TakenAccount},   {30.5, DemoScene::RoleGiveaway},   {52.0, DemoScene::MassExport},
    {76.3, DemoScene::SelfPromotion},  {101., DemoScene::InjectedScript}, {125., DemoScene::TakenAccount},
};

void sortByTime(std::vector<AuditEvent> &events)
{
    std::stable_sort(events.begin(), events.end(),
                     [](const AuditEvent &a, const AuditEvent &b) { return a.timestamp < b.timestamp; });
}

/// Keeps the attempts of the real log.
class RealLogSink final : public SshdSink {
public:
    void attempt(const SshdRecord &record, std::uint32_t) override { events.push_back(eventOf(record, "\"auth.log\"")); }
    std::vector<AuditEvent> events;
};

Result<std::vector<AuditEvent>> realAttack(TimestampMs end)
{
    initDemoResource();
    QFile file(QStringLiteral(":/demo/auth-2980.log"));
    auto zone = LocalTime::of("UTC");
    if (!file.open(QIODevice::ReadOnly) || !zone)
        return Error{ImportText::tr("The log of the demonstration, %1, cannot be read").arg(file.fileName())};
    RealLogSink sink;
    SshdScanner scanner(*zone, YearPlan{true, 2017, end}, "lumenworks", sink);
    std::int64_t number = 0;
    while (!file.atEnd()) {
        QByteArray line = file.readLine();
        if (line.endsWith('\n'))
            line.chop(1);
        scanner.line({line.constData(), static_cast<std::size_t>(line.size())}, ++number);
    }
    scanner.finish();
    if (sink.events.empty())
        return Error{ImportText::tr("The log of the demonstration, %1, cannot be read").arg(file.fileName())};
    const TimestampMs shift = end - sink.events.back().timestamp;
    for (AuditEvent &event : sink.events)
        event.timestamp += shift;
    return std::move(sink.events);
}

} // namespace

class DemoTraffic::Private {
public:
    Private(TimestampMs now, std::uint64_t seed)
        : start(now), random(seed), people(demoPeople(random)), stage(people, random), shown(now), nextQuiet(now),
          nextIncident(now + kLiveFirstIncident)
    {
    }

    void quietWeek(std::vector<AuditEvent> &out);
    void incidents(std::vector<AuditEvent> &out);
    void planLive(TimestampMs until);

    TimestampMs start;
    DemoRandom random;
    std::vector<DemoPerson> people;
    DemoStage stage;
    TimestampMs shown;               ///< next() has told everything up to here.
    TimestampMs nextQuiet;
    TimestampMs nextIncident;
    std::size_t liveScene = 0;
    std::vector<AuditEvent> pending; ///< Of incidents under way, in order of time.
};

/// Everyday work: hour by hour, each person's share by the clock where he lives.
void DemoTraffic::Private::quietWeek(std::vector<AuditEvent> &out)
{
    constexpr TimestampMs step = kHour / 2;
    for (TimestampMs from = start - kSpan; from < start; from += step) {
        for (const DemoPerson &person : people) {
            double expected = kEventsAnHour / 2 * person.diligence * demoBusyness(from, person.utcOffset);
            while (random.unit() < expected) {
                stage.everyday(person, random.between(from, std::min(from + step, start) - 1), out);
                expected -= 1;
            }
        }
    }
}

void DemoTraffic::Private::incidents(std::vector<AuditEvent> &out)
{
    const auto at = [this](double hoursAgo) {
        return start - static_cast<TimestampMs>(hoursAgo * static_cast<double>(kHour));
    };
    constexpr std::array scenes{DemoScene::RateLimit, DemoScene::BruteForce, DemoScene::NewCountry, DemoScene::RateLimit,
                                DemoScene::AdminSpree, DemoScene::NewCountry, DemoScene::Flood, DemoScene::RateLimit};
    std::size_t turn = 0;
    for (double hoursAgo = 166; hoursAgo > 25; hoursAgo -= 2.5 + 5.5 * random.unit())
        stage.play(scenes[turn++ % scenes.size()], at(hoursAgo), out);
    for (const Planned &planned : kLastDay)
        stage.play(planned.scene, at(planned.hoursAgo), out);
    for (const Planned &planned : kSeenByMore)
        stage.play(planned.scene, at(planned.hoursAgo), out);
    for (const double hoursAgo : {11.2, 47.0, 93.5, 140.1})
        stage.privilegeGranted(at(hoursAgo), out);
}

/// Puts into `pending` all that begins up to `until`.
void DemoTraffic::Private::planLive(TimestampMs until)
{
    constexpr std::array scenes{DemoScene::BruteForce, DemoScene::RateLimit, DemoScene::NewCountry, DemoScene::AdminSpree,
                                DemoScene::RateLimit,  DemoScene::Flood};
    for (; nextQuiet <= until; nextQuiet += random.between(kLivePause / 4, kLivePause))
        stage.everyday(people[random.below(people.size())], nextQuiet, pending);
    for (; nextIncident <= until; nextIncident += random.between(kLiveGap, 2 * kLiveGap))
        stage.play(scenes[liveScene++ % scenes.size()], nextIncident, pending);
    sortByTime(pending);
}

DemoTraffic::DemoTraffic(TimestampMs now, std::uint64_t seed) : d(std::make_unique<Private>(now, seed)) {}
DemoTraffic::~DemoTraffic() = default;

Result<void> DemoTraffic::history(const Take &take)
{
    auto events = realAttack(d->start - kRealLogEnds);
    if (!events)
        return events.error();
    d->quietWeek(*events);
    d->incidents(*events);
    // What an incident began in the last moments goes on in the trickle's time.
    std::erase_if(*events, [this](const AuditEvent &event) {
        return event.timestamp >= d->start || event.timestamp < d->start - kSpan;
    });
    sortByTime(*events);
    const std::size_t total = events->size();
    for (std::size_t begin = 0; begin < total; begin += kBatch) {
        const auto first = events->begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = first + static_cast<std::ptrdiff_t>(std::min(kBatch, total - begin));
        if (!take(std::vector<AuditEvent>(std::make_move_iterator(first), std::make_move_iterator(last)), total))
            break;
    }
    return {};
}

std::vector<AuditEvent> DemoTraffic::next(TimestampMs now)
{
    if (now - d->shown > kMinute) {
        d->pending.clear();
        d->nextQuiet = std::max(d->nextQuiet, now);
        d->nextIncident = std::max(d->nextIncident, now + kLiveFirstIncident);
    }
    d->shown = std::max(d->shown, now);
    d->planLive(now);
    const auto due = std::find_if(d->pending.begin(), d->pending.end(),
                                  [now](const AuditEvent &event) { return event.timestamp > now; });
    std::vector<AuditEvent> events(std::make_move_iterator(d->pending.begin()), std::make_move_iterator(due));
    d->pending.erase(d->pending.begin(), due);
    return events;
}

TimestampMs DemoTraffic::nextDue() const
{
    const TimestampMs planned = std::min(d->nextQuiet, d->nextIncident);
    return d->pending.empty() ? planned : std::min(planned, d->pending.front().timestamp);
}

std::vector<std::pair<std::string, std::string>> DemoTraffic::emails() const
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const DemoPerson &person : d->people)
        found.emplace_back(person.userId, person.email);
    return found;
}

std::optional<DemoAcknowledgement> DemoTraffic::acknowledgement(const SecurityAlert &alert, TimestampMs now)
{
    if (alert.timestamp > now - kUnseen)
        return std::nullopt;
    DemoRandom random(static_cast<std::uint64_t>(alert.timestamp) ^ (static_cast<std::uint64_t>(alert.type) << 56));
    random.bits();
    const std::string by = random.chance(0.6) ? "l.meyer" : "r.ito";
    return DemoAcknowledgement{by, alert.timestamp + random.between(90 * kSecond, 27 * kMinute)};
}

std::vector<DemoStep> DemoTraffic::triage(const SecurityAlert &alert, TimestampMs now)
{
    DemoRandom random(static_cast<std::uint64_t>(alert.timestamp) * 31 + static_cast<std::uint64_t>(alert.type));
    random.bits();
    const auto step = [](TriageKind kind, const char *comment = "") {
        TriageStep made;
        made.kind = kind;
        made.comment = comment;
        return made;
    };
    const auto handled = acknowledgement(alert, now);
    if (!handled) { // Somebody may have looked at it all the same.
        const TimestampMs at = alert.timestamp + 4 * kMinute;
        if (at > now || alert.severity < AlertSeverity::High || !random.chance(0.3))
            return {};
        return {{step(TriageKind::Own), "l.meyer", at},
                {step(TriageKind::Escalate, "The same address as last week. Please decide whether we block it."), "l.meyer",
                 at + kMinute}};
    }
    std::vector<DemoStep> steps{{step(TriageKind::Own), handled->by, handled->at}, {step(TriageKind::Acknowledge), handled->by, handled->at}};
    const TimestampMs resolved = handled->at + random.between(2 * kMinute, 3 * kHour);
    if (resolved > now || random.chance(0.15))
        return steps;
    TriageStep resolve = step(TriageKind::Resolve);
    const double kind = random.unit();
    resolve.disposition = kind < 0.3 ? AlertDisposition::TruePositive : kind < 0.7 ? AlertDisposition::Benign
        : kind < 0.9 ? AlertDisposition::FalsePositive : AlertDisposition::Duplicate;
    if (resolve.disposition == AlertDisposition::Benign)
        resolve.comment = "Announced beforehand, see the change calendar.";
    steps.push_back({resolve, handled->by, resolved});
    return steps;
}

} // namespace bartizan
