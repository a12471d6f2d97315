// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/overviewpage.h"

#include "core/ports/clock.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/overviewalerts.h"
#include "ui/views/overviewbody.h"
#include "ui/views/overviewpanes.h"
#include "ui/views/startoffer.h"
#include "ui/views/triagesteps.h"
#include "ui/views/undonesteps.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/plaintooltip.h"

#include <QAction>
#include <QDateTime>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace bartizan {

namespace {

using namespace std::chrono_literals;

/// Live changes are gathered this long; with a query of its own each, a busy log would do nothing else.
constexpr auto kGather = 250ms;
constexpr auto kClockStep = 30s;

/// The scroll area tells its body how much room there is.
class BodyScroller final : public QScrollArea {
public:
    explicit BodyScroller(OverviewBody *body) : m_body(body)
    {
        setFrameShape(QFrame::NoFrame);
        setWidgetResizable(true);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setFocusPolicy(Qt::NoFocus);
        setWidget(body);
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        m_body->setRoom(viewport()->size());
        QScrollArea::resizeEvent(event);
    }

private:
    OverviewBody *m_body;
};

} // namespace

OverviewPage::OverviewPage(ConsoleContext *context, QWidget *parent)
    : Page(tr("Overview"), parent), m_context(context)
{
    qRegisterMetaType<ScoreDeduction::Kind>();
    m_soon.setSingleShot(true);
    m_soon.setInterval(kGather);
    m_clock.setInterval(kClockStep);
    build();
    connectPanes();
    connectContext();
    connectSession();
    updateSubtitle();
    showNothing();
}

void OverviewPage::build()
{
    m_body = new OverviewBody;
    m_score = new ScorePane(m_body);
    m_figures = new FiguresPane(m_body);
    m_alerts = new ActiveAlertsPane(m_body);
    m_countries = new CountriesPane(m_body);
    m_threats = new ThreatsPane(m_body);
    m_hours = new HoursPane(m_body);
    m_response = new ResponsePane(m_body);
    m_users = new UsersPane(m_body);
    m_body->setPanes({m_score, m_figures, m_alerts, m_countries, m_threats, m_hours, m_response, m_users});
    m_empty = new EmptyState(this);
    m_messageRoom = new QWidget(this);
    m_message = new InlineMessage(m_messageRoom);
    auto *room = new QVBoxLayout(m_messageRoom);
    room->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    room->addWidget(m_message);
    m_messageRoom->hide();
    auto *handover = new QPushButton(tr("Since I left"), this);
    handover->setIcon(icons::icon(QStringLiteral("clock-3")));
    handover->setAccessibleName(tr("Shift handover: what changed since I left"));
    setPlainToolTip(handover, tr("Shift handover: what changed since you left (Ctrl+H)"));
    connect(handover, &QPushButton::clicked, this, &OverviewPage::handoverRequested);
    headerTools()->addWidget(handover);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(new BodyScroller(m_body));
    m_undone = new UndoneSteps(m_context, this);
    m_undone->layout()->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    body()->addWidget(m_undone);
    body()->addWidget(m_messageRoom);
    body()->addWidget(m_stack, 1);
    connect(m_body, &OverviewBody::laidOut, this, [this] {
        const OverviewLayout &measures = m_body->measures();
        m_score->setGaugeSide(measures.gaugeSide);
        m_countries->setListWidth(measures.countryList);
        m_alerts->setCountryShown(measures.alertCountry);
    });
}

void OverviewPage::connectPanes()
{
    connect(m_score, &ScorePane::deductionActivated, this, &OverviewPage::openDeduction);
    const auto showAlerts = [this](std::optional<bool> acknowledged) {
        AlertDrillDown drillDown = AlertDrillDown::ofAll();
        drillDown.acknowledged = acknowledged;
        m_context->showAlerts(drillDown);
    };
    connect(m_figures, &FiguresPane::activeAlertsRequested, this, [showAlerts] { showAlerts(false); });
    connect(m_figures, &FiguresPane::resolvedAlertsRequested, this, [showAlerts] { showAlerts(true); });
    // Of the alerts raised in the range of the top bar.
    const auto showAcknowledged = [this](std::optional<AlertSeverity> severity) {
        AlertDrillDown drillDown;
        drillDown.acknowledged = true;
        drillDown.severity = severity;
        m_context->showAlerts(drillDown);
    };
    connect(m_figures, &FiguresPane::acknowledgedRequested, this, [showAcknowledged] { showAcknowledged({}); });
    connect(m_response, &ResponsePane::activated, this, showAcknowledged);
    connect(m_figures, &FiguresPane::eventsRequested, this, [this] { m_context->showEvents(eventQuery()); });
    connect(m_figures, &FiguresPane::criticalEventsRequested, this,
            [this] { openDeduction(ScoreDeduction::Kind::CriticalEvents); });
    connect(m_alerts, &ActiveAlertsPane::queueRequested, this, [showAlerts] { showAlerts(false); });
    connect(m_alerts, &ActiveAlertsPane::alertActivated, this, [this](const QString &id) {
        AlertDrillDown drillDown;
        drillDown.alertId = id.toStdString();
        m_context->showAlerts(drillDown);
    });
    connect(m_alerts, &ActiveAlertsPane::markedChanged, m_score, &ScorePane::setSelectedAlerts);
    connect(m_alerts, &ActiveAlertsPane::acknowledgeRequested, this, [this](const std::vector<std::string> &ids) {
        WantedStep wanted{.ids = std::make_shared<const IdList>(ids), .database = m_context->triageSteps()->database()};
        if (ids.size() == 1)
            wanted.alert = m_alerts->titleOf(ids.front());
        take(wanted);
    });
    connect(m_alerts, &ActiveAlertsPane::undoRequested, this, &OverviewPage::undo);
    connect(m_countries, &CountriesPane::countryActivated, this, [this](const CountryEvents &country) {
        EventQuery query = eventQuery();
        query.countries = country.stored;
        m_context->showEvents(query);
    });
    connect(m_threats, &ThreatsPane::threatActivated, this, [this](AlertType type) {
        AlertDrillDown drillDown = AlertDrillDown::ofAll();
        drillDown.types = {type};
        m_context->showAlerts(drillDown);
    });
    connect(m_hours, &HoursPane::hourActivated, this, &OverviewPage::openHour);
    connect(m_users, &UsersPane::userActivated, this, [this](const QString &userId) {
        EventQuery query = eventQuery();
        query.userId = userId.toStdString();
        m_context->showEvents(query);
    });
    auto *acknowledgeKey = new QShortcut(QKeySequence(Qt::Key_A), this);
    acknowledgeKey->setContext(Qt::WidgetWithChildrenShortcut);
    connect(acknowledgeKey, &QShortcut::activated, m_alerts, &ActiveAlertsPane::acknowledge);
    connectSteps();
}

/// What is acknowledged here is a step as on the Alerts page: either page takes the last one back.
void OverviewPage::connectSteps()
{
    m_undo = new QAction(tr("Undo"), this);
    m_undo->setShortcut(QKeySequence(QKeySequence::Undo));
    m_undo->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(m_undo);
    connect(m_undo, &QAction::triggered, this, &OverviewPage::undo);
    TriageSteps *steps = m_context->triageSteps();
    const auto showUndoable = [this, steps] {
        m_undo->setEnabled(steps->mayUndo());
        if (steps->last() != m_reported) // The link says that it takes back what is reported beside it.
            m_alerts->setUndoable(false);
    };
    showUndoable();
    connect(steps, &TriageSteps::changed, this, showUndoable);
    connect(steps, &TriageSteps::reported, this, [this](quint64 token, const QString &text, bool undoable) {
        if (m_asked.erase(token) == 0)
            return;
        m_reported = token;
        m_alerts->setReport(text);
        m_alerts->setUndoable(undoable && m_context->triageSteps()->last() == token);
        if (isVisible() && !m_context->isPaused())
            ask(Reason::Wanted); // What was done or taken back is to be seen, whatever else waits.
    });
    connect(steps, &TriageSteps::muted, this, [this](quint64 token) { m_asked.erase(token); });
    connect(steps, &TriageSteps::takingBack, this, [this](quint64 step, quint64 undo) {
        if (m_asked.contains(step))
            m_asked.insert(undo);
    });
    connect(steps, &TriageSteps::failed, this, [this](quint64 token, const Error &error, bool kept) {
        if (m_asked.erase(token) > 0 && !kept)
            m_alerts->setReport(error.message);
    });
    connect(m_undone, &UndoneSteps::againRequested, this, &OverviewPage::take);
}

void OverviewPage::take(const WantedStep &wanted)
{
    m_alerts->setReport({});
    if (const quint64 token = m_context->triageSteps()->take(wanted); token != 0)
        m_asked.insert(token);
}

void OverviewPage::undo()
{
    if (const quint64 token = m_context->triageSteps()->undo(); token != 0) {
        m_alerts->setReport({});
        m_asked.insert(token);
    }
}

QList<QAction *> OverviewPage::commands() const
{
    return {m_undo};
}

void OverviewPage::connectContext()
{
    connect(m_context, &ConsoleContext::rangeChanged, this, &OverviewPage::reload);
    connect(m_context, &ConsoleContext::companyChanged, this, &OverviewPage::reload);
    connect(m_context, &ConsoleContext::refreshRequested, this, &OverviewPage::reload);
    connect(m_context, &ConsoleContext::displayZoneChanged, this, [this] {
        m_alerts->setZone(m_context->displayZone());
        updateSubtitle();
    });
    connect(m_context, &ConsoleContext::pausedChanged, this, [this](bool paused) {
        if (paused)
            m_soon.stop();
        else
            reload();
    });
    connect(&m_soon, &QTimer::timeout, this, [this] { ask(Reason::Live); });
    connect(&m_clock, &QTimer::timeout, this, &OverviewPage::reloadSoon);
    m_clock.start();
}

void OverviewPage::connectSession()
{
    Session *session = m_context->session();
    connect(session, &Session::opened, this, [this] {
        m_snapshot.reset();
        m_alerts->setReport({});
        m_alerts->setReadOnly(m_context->session()->database().refusals.triage);
        showNothing();
        reload();
    });
    connect(session, &Session::accessChanged, this,
            [this](const DatabaseInfo &database) { m_alerts->setReadOnly(database.refusals.triage); });
    connect(session, &Session::closed, this, [this] {
        m_snapshot.reset();
        m_waiting = false;
        m_alerts->setAlerts({}, 0, SystemClock().now(), ActiveAlertsPane::Reason::Wanted); // No mark is of another database.
        showNothing();
    });
    connect(session, &Session::auditLogAdvanced, this, &OverviewPage::reloadSoon);
    connect(session, &Session::alertsChanged, this, &OverviewPage::reloadSoon);
    connect(session, &Session::settingsChanged, this, &OverviewPage::reloadSoon);
}

void OverviewPage::activate()
{
    m_context->leaveDrillDown();
    // A question that was asked before may have given way to one of another page.
    if (!m_context->isPaused() || !m_snapshot || m_waiting) {
        m_alerts->forgetPointer(); // It was somewhere else meanwhile.
        ask(Reason::Live);
    }
}

QWidget *OverviewPage::initialFocus()
{
    if (m_stack->currentWidget() == m_empty)
        return m_empty->firstButton();
    return m_alerts->table();
}

void OverviewPage::reloadSoon()
{
    if (m_context->isPaused() || !isVisible())
        return; // activate() or going live asks again.
    if (m_waiting)
        m_again = true;
    else if (!m_soon.isActive())
        m_soon.start();
}

void OverviewPage::ask(Reason reason)
{
    m_soon.stop();
    QueryService *queries = m_context->session()->queries();
    if (!queries)
        return;
    MetricsQuery query;
    query.range = m_context->currentRange();
    query.companyId = m_context->company();
    query.timeZone = m_context->session()->settings().timeZone;
    // The newer question answers the older one as well.
    m_reason = m_waiting && m_reason == Reason::Wanted ? Reason::Wanted : reason;
    m_waiting = true;
    m_again = false;
    queries->overview(query, this, [this](const Result<OverviewSnapshot> &answer) { onAnswer(answer); });
}

void OverviewPage::onAnswer(const Result<OverviewSnapshot> &answer)
{
    m_waiting = false;
    if (m_reason == Reason::Live && m_context->isPaused() && m_snapshot)
        return; // Going live asks again.
    if (answer) {
        showSnapshot(*answer);
    } else {
        m_message->setMessage(MessageKind::Error, answer.error().message, tr("Try again"));
        disconnect(m_message, &InlineMessage::linkActivated, this, nullptr);
        connect(m_message, &InlineMessage::linkActivated, this, &OverviewPage::reload);
        m_messageRoom->show();
    }
    if (m_again)
        reloadSoon();
}

void OverviewPage::showSnapshot(const OverviewSnapshot &snapshot)
{
    m_snapshot = snapshot;
    updateSubtitle();
    if (!snapshot.extent && snapshot.metrics.counts.activeAlerts + snapshot.metrics.counts.resolvedAlerts == 0)
        return showNothing();
    const SecurityMetrics &metrics = snapshot.metrics;
    // What is asked for up to now goes on with the clock.
    m_score->setMetrics(metrics, m_context->rangeChoice().kind != RangeChoice::Kind::Custom || snapshot.range.end >= SystemClock().now());
    m_figures->setSnapshot(snapshot, rangeText());
    m_figures->setResponse(snapshot.response, rangeText());
    m_response->setTimes(snapshot.response, rangeText());
    m_alerts->setAlerts(snapshot.activeAlerts, metrics.counts.activeAlerts, SystemClock().now(),
                        m_reason == Reason::Wanted ? ActiveAlertsPane::Reason::Wanted : ActiveAlertsPane::Reason::Live);
    m_alerts->setZone(m_context->displayZone());
    m_countries->setGeo(metrics.counts.geo);
    m_threats->setMetrics(metrics);
    const bool open = snapshot.range.start == TimeRange().start || snapshot.range.end == TimeRange().end;
    const bool oneDay = !open && snapshot.range.end - snapshot.range.start <= kDay;
    m_hours->setHours(metrics.counts.eventsByHour, format::zoneName(monitoringZone(), SystemClock().now()), oneDay);
    m_users->setUsers(metrics.userRiskScores);
    showRangeMessage();
    const bool wasEmpty = m_stack->currentWidget() == m_empty && m_empty->isAncestorOf(focusWidget());
    m_stack->setCurrentIndex(1);
    if (wasEmpty)
        m_alerts->table()->setFocus();
}

void OverviewPage::showNothing()
{
    m_messageRoom->hide();
    const bool open = m_context->session()->isOpen();
    m_empty->clearButtons();
    if (open && !m_snapshot) {
        m_empty->setText(QStringLiteral("database"), tr("Reading the log"), tr("The figures follow in a moment."));
    } else {
        m_empty->setText(QStringLiteral("layout-dashboard"), tr("Nothing to show yet, because nothing has been read"),
                         tr("Read a log you already have, open a database, or look at the demo data."));
        addStartOffer(*m_empty, *m_context);
    }
    m_stack->setCurrentWidget(m_empty);
}

void OverviewPage::showRangeMessage()
{
    const OverviewSnapshot &snapshot = *m_snapshot;
    const bool nothing = snapshot.metrics.counts.totalEvents == 0 && snapshot.extent;
    if (!nothing) {
        m_messageRoom->hide();
        return;
    }
    const TimeRange extent = *snapshot.extent;
    const bool ofCompany = m_context->company().has_value();
    m_message->setMessage(MessageKind::Info,
                          (ofCompany ? tr("No events of this company %1. The log holds %2.")
                                     : tr("No events %1. The log holds %2."))
                              .arg(rangeText(), format::timeRange(extent, m_context->displayZone())),
                          tr("Show that time"));
    disconnect(m_message, &InlineMessage::linkActivated, this, nullptr);
    connect(m_message, &InlineMessage::linkActivated, this, [this, extent] {
        m_context->setRangeChoice({RangeChoice::Kind::Custom, extent});
    });
    m_messageRoom->show();
}

void OverviewPage::openDeduction(ScoreDeduction::Kind kind)
{
    switch (kind) {
    case ScoreDeduction::Kind::CriticalEvents: {
        EventQuery query = eventQuery();
        query.severity = AuditSeverity::Critical;
        return m_context->showEvents(query);
    }
    case ScoreDeduction::Kind::ActiveAlerts: {
        AlertDrillDown drillDown = AlertDrillDown::ofAll();
        drillDown.acknowledged = false;
        return m_context->showAlerts(drillDown);
    }
    case ScoreDeduction::Kind::TopThreats: {
        AlertDrillDown drillDown = AlertDrillDown::ofAll();
        drillDown.types = scoredTypes();
        return m_context->showAlerts(drillDown);
    }
    case ScoreDeduction::Kind::EventVolume: return m_context->showEvents(eventQuery());
    }
}

/// The types that the score takes for top threats. One that is not among the most frequent ones does not count.
std::vector<AlertType> OverviewPage::scoredTypes() const
{
    std::vector<AlertType> types{AlertType::BruteForceAttack, AlertType::DataBreachAttempt, AlertType::PrivilegeEscalation};
    if (!m_snapshot)
        return types;
    const auto among = [](const std::vector<ThreatCount> &counts, AlertType type) {
        return std::any_of(counts.begin(), counts.end(), [type](const ThreatCount &count) { return count.type == type; });
    };
    const SecurityMetrics &metrics = m_snapshot->metrics;
    std::erase_if(types, [&](AlertType type) {
        return among(metrics.counts.alertsByType, type) && !among(metrics.topThreats, type);
    });
    return types;
}

void OverviewPage::openHour(int hour)
{
    if (!m_snapshot)
        return;
    // Within a range of a day an hour of the day occurs once, or at both ends of the range.
    TimeRange range = m_snapshot->range;
    if (m_snapshot->extent) // "All time" is that of the log.
        range = {std::max(range.start, m_snapshot->extent->start), std::min(range.end, m_snapshot->extent->end)};
    const QTimeZone zone = monitoringZone();
    EventQuery query = eventQuery();
    for (TimestampMs at = range.end; at >= range.start - kHour; at -= kHour) {
        const QDateTime local = QDateTime::fromMSecsSinceEpoch(at, zone);
        if (local.time().hour() != hour)
            continue;
        const TimestampMs start = QDateTime(local.date(), QTime(hour, 0), zone).toMSecsSinceEpoch();
        query.range = {std::max(range.start, start), std::min(range.end, start + kHour - 1)};
        break;
    }
    m_context->showEvents(query);
}

EventQuery OverviewPage::eventQuery() const
{
    EventQuery query;
    query.range = m_snapshot ? m_snapshot->range : m_context->currentRange();
    query.companyId = m_context->company();
    return query;
}

QTimeZone OverviewPage::monitoringZone() const
{
    const QTimeZone zone(QByteArray::fromStdString(m_context->session()->settings().timeZone));
    return zone.isValid() ? zone : QTimeZone::utc();
}

QString OverviewPage::rangeText() const
{
    switch (m_context->rangeChoice().kind) {
    case RangeChoice::Kind::Hour: return tr("in 1 h");
    case RangeChoice::Kind::Day: return tr("in 24 h");
    case RangeChoice::Kind::Week: return tr("in 7 d");
    case RangeChoice::Kind::Month: return tr("in 30 d");
    case RangeChoice::Kind::Custom: break;
    }
    return m_context->currentRange() == TimeRange() ? tr("of all time") : tr("in the chosen time");
}

void OverviewPage::updateSubtitle()
{
    const TimeRange range = m_snapshot ? m_snapshot->range : m_context->currentRange();
    const auto company = m_context->company();
    setSubtitle(tr("%1, %2").arg(format::timeRange(range, m_context->displayZone()),
                                 company ? format::singleLine(*company) : tr("all companies")));
}

} // namespace bartizan
