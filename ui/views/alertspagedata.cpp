// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertspage.h"

#include "core/metrics/securityscore.h"
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/views/alertmuting.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertstable.h"
#include "ui/views/alerttriage.h"
#include "ui/views/consolecontext.h"
#include "ui/views/triagesteps.h"
#include "ui/widgets/inlinemessage.h"

#include <QAction>
#include <QDateTime>
#include <QItemSelectionModel>

#include <algorithm>

namespace bartizan {
namespace {

/// The newest alerts, which are shown at once; the others follow in parts, off this thread.
constexpr std::size_t kFirstAlerts = 2000;
constexpr std::size_t kPartOfAlerts = 10'000;
/// The most of which a second set is held while it is read: there is no memory for more.
constexpr int kMostAside = 500'000;
/// A page that comes back after this reads anew, so that what has left a rolling range leaves the table.
constexpr qint64 kReadAnewAfter = 10 * 60 * 1000;

constexpr int kScoreDelay = 500;
constexpr int kReportStays = 20'000;

} // namespace

void AlertsPage::connectSession()
{
    Session *session = m_context->session();
    connect(session, &Session::opened, this, &AlertsPage::reloadWhenSeen);
    connect(session, &Session::accessChanged, this, [this] {
        updateSelection();
        m_details->refresh();
    });
    connect(session, &Session::closed, this, [this] {
        m_loading = false; // Nobody answers any more.
        m_whileLoading.clear();
        m_cutShort.reset();
        m_reading.reset();
        m_loadedScope.reset();
        m_changes.clear();
        m_notHeld = 0;
        giveUpHeldStep({});
        m_unchanged.clear();
        m_unchangedWanted = false;
        m_showUnchanged->setEnabled(false);
        m_model.load({});
        m_unlistedId.clear();
        m_details->showAlert({});
        m_stale = true;
    });
    connect(session, &Session::alertsChanged, this, &AlertsPage::onChanges);
    connect(&m_changes, &AlertChangeQueue::due, this, &AlertsPage::applyChanges);
    connect(&m_model, &AlertModel::countsChanged, this, [this] { m_changes.setHeld(m_model.awaitsOlder()); });
    // What could not be read while the database was out of reach is read once that says something again.
    connect(session, &Session::auditLogAdvanced, this, [this] {
        if ((m_stale || m_failed) && !m_loading && isVisible())
            reload();
    });
    connect(session, &Session::engineStatusChanged, this, [this](const EngineStatus &status) {
        onReachable(status.state != EngineState::Retrying);
        if (m_model.counts().shown == 0)
            showEmptyState();
    });
    connect(m_message, &InlineMessage::linkActivated, this, &AlertsPage::reload);
    connect(m_context, &ConsoleContext::rangeChanged, this, &AlertsPage::reloadWhenSeen);
    connect(m_context, &ConsoleContext::companyChanged, this, &AlertsPage::reloadWhenSeen);
    connect(m_context, &ConsoleContext::refreshRequested, this, &AlertsPage::refresh);
    connect(m_context, &ConsoleContext::alertsRequested, this, &AlertsPage::drillDown);
    connect(m_context, &ConsoleContext::pausedChanged, this, &AlertsPage::showArrivalsIfUndisturbed);
    m_scoreTimer.setSingleShot(true);
    m_scoreTimer.setInterval(kScoreDelay);
    connect(&m_scoreTimer, &QTimer::timeout, this, &AlertsPage::readScore);
    m_minuteTimer.setInterval(kMinute);
    connect(&m_minuteTimer, &QTimer::timeout, this, [this] {
        if (isVisible())
            passTime(QDateTime::currentMSecsSinceEpoch());
    });
    m_minuteTimer.start();
    m_reportTimer.setSingleShot(true);
    m_reportTimer.setInterval(kReportStays);
    connect(&m_reportTimer, &QTimer::timeout, this, [this] { m_selectionLine->setReport({}); });
}

/// What could not be read, or done, while the database was out of reach is told no longer, and read anew.
void AlertsPage::onReachable(bool reachable)
{
    if (std::exchange(m_reachable, reachable) || !reachable)
        return;
    showHeld();
    m_details->retry();
    if (m_stale || m_failed || m_loading)
        reloadWhenSeen();
}

void AlertsPage::activate()
{
    passTime(QDateTime::currentMSecsSinceEpoch());
    const bool old = QDateTime::currentMSecsSinceEpoch() - m_loadedAt > kReadAnewAfter;
    // Where it would take the place of somebody away, what has left the range may stay.
    const bool may = readsAside() || m_table->standsAtTop();
    if (m_stale || (old && may && !m_context->isPaused()))
        reload();
    else
        m_scoreTimer.start();
}

void AlertsPage::reloadWhenSeen()
{
    m_stale = true;
    if (isVisible())
        reload();
}

AlertsPage::Scope AlertsPage::wantedScope() const
{
    return {m_context->rangeChoice(), m_context->company()};
}

/// Whether what is read takes the place of what there is once it is all there, so that selection and scrolling stay.
bool AlertsPage::readsAside() const
{
    return m_loadedScope == wantedScope() && m_model.counts().all <= kMostAside && !m_model.awaitsOlder();
}

/// Somebody wants to see everything as it is now.
void AlertsPage::refresh()
{
    if (readsAside() && (m_model.counts().waiting > 0 || m_model.isHolding()))
        m_model.showWaiting();
    reloadWhenSeen();
}

void AlertsPage::reload()
{
    QueryService *queries = m_context->session()->queries();
    if (!queries)
        return;
    m_loading = true;
    if (m_reading && !m_reading->anew)
        m_cutShort = m_reading->total;
    m_reading.reset();
    m_whileLoading.clear();
    AlertQuery query;
    query.range = m_context->currentRange();
    query.companyId = m_context->company();
    query.newestFirst = true;
    query.limit = kFirstAlerts;
    TimeRange scope = query.range;
    if (m_context->rangeChoice().kind != RangeChoice::Kind::Custom)
        scope.end = TimeRange().end; // "24 h" goes on with the clock.
    m_model.setScope(scope, query.companyId);
    queries->alerts(query, this, [this, query, of = wantedScope(), anew = readsAside()](const Result<AlertPage> &page) {
        m_loading = false;
        const auto cutShort = std::exchange(m_cutShort, std::nullopt);
        if (!page) {
            if (cutShort) // There were to be more.
                m_notHeld = std::max<std::int64_t>(0, *cutShort - m_model.counts().all);
            readFailed(page.error());
            showCounts();
            return;
        }
        if (anew || page->total > static_cast<std::int64_t>(page->alerts.size()))
            prepareReading(query, page->total, anew);
        onRead(*page);
        if (!anew)
            onLoaded(*page, of);
        for (const ToldChanges &changes : std::exchange(m_whileLoading, {}))
            take(changes);
        if (!anew)
            selectWanted();
        if (m_reading)
            readPart();
    });
}

void AlertsPage::readFailed(const Error &error)
{
    m_failed = true;
    m_firstWanted = false;
    giveUpHeldStep(tr("Nothing was done: the older alerts cannot be read"));
    m_readError = error.message;
    m_stepFailed = false;
    m_message->setMessage(MessageKind::Error, m_readError, tr("Try again"));
    m_messageRoom->show();
}

void AlertsPage::onRead(const AlertPage &page)
{
    m_stale = false;
    m_failed = false;
    m_loadedAt = QDateTime::currentMSecsSinceEpoch();
    m_elsewhere.reset();
    m_notHeld = std::max<std::int64_t>(0, page.total - static_cast<std::int64_t>(m_most));
    showHeld();
    m_model.setNow(m_loadedAt);
}

void AlertsPage::onLoaded(const AlertPage &page, const Scope &of)
{
    m_position = page.position;
    m_changes.clear(); // The page knows of them.
    // Of the newest alone nothing is read aside: older ones would be missing until all is there.
    m_loadedScope.reset();
    if (m_reading)
        m_reading->of = of;
    else
        m_loadedScope = of;
    m_context->triageSteps()->forgetEnded();
    m_model.load(page.alerts, page.total > static_cast<std::int64_t>(page.alerts.size()));
}

/// What was read anew is on its way into the table.
void AlertsPage::onReadAnew()
{
    showArrivalsIfUndisturbed();
    selectWanted();
}

/// What there is to do once the table has alerts.
void AlertsPage::selectWanted()
{
    takeWanted();
    if (m_model.counts().all == 0)
        lookElsewhere();
    m_details->refresh();
    m_scoreTimer.start();
}

/// More than the newest are to be read. From now on the page says that older ones follow.
void AlertsPage::prepareReading(const AlertQuery &query, std::int64_t total, bool anew)
{
    m_reading = std::make_unique<Reading>();
    m_reading->anew = anew;
    m_reading->query = query;
    m_reading->total = std::min(total, static_cast<std::int64_t>(m_most));
    m_reading->records = std::make_shared<std::unique_ptr<AlertRecords>>(std::make_unique<AlertRecords>());
}

void AlertsPage::readingFailed(const Error &error)
{
    m_notHeld += std::max<std::int64_t>(0, m_reading->total - m_model.counts().all);
    m_reading.reset();
    giveUpHeldStep(tr("Nothing was done: the older alerts cannot be read"));
    readFailed(error);
    showCounts();
}

void AlertsPage::readPart()
{
    QueryService *queries = m_context->session()->queries();
    if (!queries)
        return;
    m_reading->query.limit = std::min(kPartOfAlerts, m_most - m_reading->count);
    const auto sink = [records = m_reading->records](std::span<const SecurityAlert> alerts, bool) {
        for (const SecurityAlert &alert : alerts) {
            if (!alert.id.empty())
                (**records)[(*records)->put(alert)].state = AlertRecords::State::Listed;
        }
        // With each part a little, so that the last one has little to do.
        (*records)->rankTexts();
    };
    queries->alertPart(m_reading->query, sink, this, [this](const Result<AlertPart> &part) {
        if (!m_reading)
            return;
        if (!part)
            return readingFailed(part.error());
        m_reading->count += part->count;
        m_reading->query.after = part->last;
        followHeldStep();
        if (part->last && m_reading->count < m_most) {
            readPart();
            return;
        }
        const auto reading = std::move(m_reading);
        if (!reading->anew)
            m_loadedScope = reading->of;
        m_changes.setHeld(true); // What is told from here on can wait for them; until they are there it would be held twice.
        m_model.adopt(std::move(*reading->records), std::move(reading->told));
        showCounts();
        if (reading->anew)
            onReadAnew();
    });
}

void AlertsPage::onChanges(const ToldChanges &changes)
{
    if (!m_loading && (m_stale || changes->position <= m_position))
        return;
    if (m_loading)
        m_whileLoading.push_back(changes);
    else
        take(changes);
}

void AlertsPage::take(const ToldChanges &changes)
{
    if (changes->position <= m_position)
        return;
    m_position = changes->position;
    if (m_reading)
        m_reading->told.push_back(changes);
    m_changes.add(changes);
}

/// Whether what has become of an alert was done here. A hit that repeats it is nobody's step.
bool AlertsPage::isOwn(const AlertRecords::Record &was, const SecurityAlert &now) const
{
    using Pool = AlertRecords::Pool;
    TriageSteps *steps = m_context->triageSteps();
    const AlertRecords &records = m_model.records();
    if (was.mute != 0 && !now.mute && steps->isLifted(records.text(Pool::Names, was.mute)))
        return true;
    const bool triaged = was.status != now.status || was.disposition != now.disposition || was.acknowledged != now.acknowledged
        || records.text(Pool::Owners, was.owner) != std::string_view(now.owner ? *now.owner : std::string());
    return triaged && steps->takeChange(now.id);
}

/// A part of what was told.
void AlertsPage::applyChanges(std::span<const SecurityAlert> changed, std::span<const std::string> removed)
{
    m_model.setNow(QDateTime::currentMSecsSinceEpoch());
    const bool show = !m_context->isPaused() && m_table->standsAtTop();
    // Where somebody looks, what others do moves nothing. Each change is asked about, so that none is awaited in vain.
    const AlertModel::IsOthers isOthers = [this, show](const AlertRecords::Record &was, const SecurityAlert &now) {
        return !isOwn(was, now) && !show;
    };
    m_model.apply(changed, removed, show ? AlertModel::Arrivals::Show : AlertModel::Arrivals::Wait, isOthers);
    selectBroughtBack();
    if (m_changes.isEmpty())
        m_context->triageSteps()->forgetTold(m_position);
    const std::string shown = m_details->alertId().toStdString();
    const auto isShown = [&shown](const SecurityAlert &alert) { return alert.id == shown; };
    // One that the retention took away says so, too.
    const bool gone = std::find(removed.begin(), removed.end(), shown) != removed.end();
    if (gone || std::any_of(changed.begin(), changed.end(), isShown))
        m_details->refresh();
    if (m_model.counts().all == 0)
        lookElsewhere(); // What an old log brought lies outside the range: the page offers to show it.
    if (!m_scoreTimer.isActive())
        m_scoreTimer.start();
}

void AlertsPage::acknowledge(const std::vector<std::string> &ids)
{
    m_triage->take({}, ids);
}

void AlertsPage::showWaiting()
{
    const bool some = m_model.counts().waiting > 0;
    m_model.showWaiting();
    if (some)
        m_table->scrollToTop();
}

/// Waiting alerts come in by themselves, and rows go where they belong, once nothing is in their way any more; those go
/// that time has put out of the filter.
void AlertsPage::showArrivalsIfUndisturbed()
{
    if (m_context->isPaused() || !m_table->standsAtTop())
        return;
    m_model.followTime();
    if (m_model.counts().waiting > 0 || m_model.isHolding())
        m_model.showWaiting();
}

/// There is nothing in the range: finds out whether there is something outside of it.
void AlertsPage::lookElsewhere()
{
    if (m_loading || m_reading) // It would take the place of that question; it is asked for again when that is answered.
        return;
    QueryService *queries = m_context->session()->queries();
    AlertQuery query;
    query.companyId = m_context->company();
    query.newestFirst = true;
    query.limit = 1;
    queries->alerts(query, this, [this, query](const Result<AlertPage> &newest) {
        QueryService *service = m_context->session()->queries();
        if (!service || !newest || newest->alerts.empty() || m_model.counts().all > 0)
            return;
        AlertQuery first = query;
        first.newestFirst = false;
        service->alerts(first, this, [this, end = newest->alerts.front().timestamp,
                                      total = newest->total](const Result<AlertPage> &oldest) {
            if (!oldest || oldest->alerts.empty() || m_model.counts().all > 0)
                return;
            m_elsewhere = TimeRange{oldest->alerts.front().timestamp, end};
            m_elsewhereCount = total;
            showEmptyState();
        });
    });
}

/// What the score is made of, for the forecast; only while somebody looks.
void AlertsPage::readScore()
{
    QueryService *queries = m_context->session()->queries();
    if (!queries || !isVisible())
        return;
    if (m_triage->isBusy()) // It would be told anew with each part of the step, and keep the step waiting.
        return m_scoreTimer.start();
    if (!m_table->selectionModel()->hasSelection()) // Nothing to be forecast: it is read when there is.
        return m_score.reset();
    MetricsQuery query;
    query.range = m_context->currentRange();
    query.companyId = m_context->company();
    query.timeZone = m_context->session()->settings().timeZone;
    m_scoreAsked = true;
    queries->overview(query, this, [this](const Result<OverviewSnapshot> &snapshot) {
        if (!snapshot)
            return; // Asked again when the alerts change, rather than at each step through the queue.
        m_scoreAsked = false;
        m_score = snapshot->metrics.counts;
        updateSelection();
    });
}

void AlertsPage::showForecast(int active, int alerts)
{
    if (!m_score && !m_scoreAsked && active > 0 && !m_scoreTimer.isActive())
        m_scoreTimer.start();
    if (!m_score || active == 0)
        return m_selectionLine->setForecast({}, {});
    const bool goesOn = m_context->rangeChoice().kind != RangeChoice::Kind::Custom
        || m_context->currentRange().end >= QDateTime::currentMSecsSinceEpoch();
    const MetricsInputs after = afterAcknowledging(*m_score, active, alerts, goesOn);
    const std::vector<ThreatCount> threats = topThreats(after.alertsByType);
    const int now = securityScore(*m_score, threats).rounded;
    const int then = securityScore(after, threats).rounded;
    const QString stay = tr("%Ln stay(s) active", nullptr, static_cast<int>(after.activeAlerts));
    if (now == then) {
        m_selectionLine->setForecast(
            tr("Acknowledging %Ln alert(s) leaves the score at %1: %2", nullptr, active).arg(then).arg(stay),
            tr("Score stays at %1: %2").arg(then).arg(stay));
    } else {
        m_selectionLine->setForecast(tr("Acknowledging %Ln alert(s) raises the score from %1 to %2: %3", nullptr, active)
                                         .arg(now).arg(then).arg(stay),
                                     tr("Score from %1 to %2: %3").arg(now).arg(then).arg(stay));
    }
}

void AlertsPage::updateSelection()
{
    const std::vector<int> rows = m_table->selectedRowNumbers();
    const AlertModel::Counts &counts = m_model.counts();
    const auto [alerts, active, muted] = m_table->isAllSelected() ? AlertModel::Extent{counts.shown, counts.active, counts.muted}
                                                                  : m_model.extentOf(rows);
    const QString refusal = m_context->session()->database().refusals.triage;
    m_acknowledge->setEnabled(!rows.empty() && refusal.isEmpty());
    m_triage->setSelected(!rows.empty() && refusal.isEmpty());
    m_muting->action()->setEnabled(!rows.empty() && refusal.isEmpty());
    m_takeBack->setEnabled(rows.size() == 1 && !m_model.isGroup(rows.front()) && refusal.isEmpty());
    m_table->setAcknowledgeable(refusal.isEmpty());
    m_selectionLine->setRefusal(format::singleLine(refusal));
    m_copyCell->setEnabled(m_table->currentIndex().isValid());
    m_selectionLine->setSelection(alerts, active + muted);
    showForecast(active, active + muted);
    followHeldStep();
    if (rows.empty()) {
        showDetailsOf(m_unlistedId);
        return;
    }
    if (m_unlistedId == m_wantedId) // Somebody has gone on.
        m_wantedId.clear();
    m_unlistedId.clear();
    const QModelIndex current = m_table->currentIndex();
    const bool currentSelected = m_table->selectionModel()->isRowSelected(current.row());
    showDetailsOf(m_model.idAt(current.isValid() && currentSelected ? current.row() : rows.front()));
}

void AlertsPage::showDetailsOf(const QString &id)
{
    if (id != m_details->alertId()) {
        m_whenShown = nullptr;
        if (m_message->text() == unreadable())
            m_messageRoom->hide();
    }
    m_details->showAlert(id);
}

} // namespace bartizan
