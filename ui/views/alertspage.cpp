// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertspage.h"

#include "ui/models/filterchips.h"
#include "ui/models/savedviews.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertstable.h"
#include "ui/views/consolecontext.h"
#include "ui/views/detailssplitter.h"
#include "ui/views/filteredit.h"
#include "ui/views/rangenote.h"
#include "ui/views/startoffer.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"

#include <QAction>
#include <QComboBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QToolButton>

namespace bartizan {
namespace {

const QString kColumnsKey = QStringLiteral("columnsState");
const QString kGroupKey = QStringLiteral("group");
/// So long a new order may take without a word about it, in milliseconds.
constexpr int kSortingUnsaid = 100;
/// What is changed is kept after this pause, in milliseconds.
constexpr int kStatePause = 1000;
/// So long a filter with times may stand behind the clock without a word about it: about two turns of the minute.
constexpr TimestampMs kStandsUnsaid = 2 * kMinute + 10 * kSecond;

} // namespace

AlertsPage::AlertsPage(ConsoleContext *context, QWidget *parent)
    : Page(tr("Alerts"), parent)
    , m_context(context)
{
    m_model.setDisplayZone(context->displayZone());
    m_model.setNow(QDateTime::currentMSecsSinceEpoch());
    buildBody();
    buildHeader();
    buildActions();
    buildSortMenu();
    buildMoves();
    buildViewMenu();
    buildTriage();
    connectParts();
    connectSession();
    restoreState();
    connectState();
    showCounts();
}

AlertsPage::~AlertsPage()
{
    saveState();
}

void AlertsPage::buildHeader()
{
    auto *columns = new QToolButton(this);
    columns->setIcon(icons::icon(QStringLiteral("columns-3")));
    columns->setAccessibleName(tr("Columns"));
    columns->setToolTip(tr("Choose the columns"));
    columns->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(columns);
    columns->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        m_table->fillColumnMenu(menu);
    });
    auto *exportButton = new QPushButton(icons::icon(QStringLiteral("download")), tr("Export…"), this);
    exportButton->setAccessibleName(tr("Export alerts"));
    connect(exportButton, &QAbstractButton::clicked, m_context, &ConsoleContext::exportAlerts);
    auto *mutes = new QPushButton(icons::icon(QStringLiteral("bell-off")), tr("Mutes…"), this);
    mutes->setAccessibleName(tr("Mutes"));
    mutes->setToolTip(tr("What is muted, by whom and until when (Ctrl+M)"));
    connect(mutes, &QAbstractButton::clicked, m_context, &ConsoleContext::showMutes);
    addViewTools();
    addGroupTools();
    headerTools()->addWidget(mutes);
    headerTools()->addWidget(columns);
    headerTools()->addWidget(exportButton);
}

void AlertsPage::buildBody()
{
    m_splitter = new DetailsSplitter(this);
    auto *queue = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(queue);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_filterBar = new AlertsFilterBar(queue);
    m_messageRoom = new QWidget(queue);
    auto *messages = new QVBoxLayout(m_messageRoom);
    messages->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, measure::kControlGap);
    m_message = new InlineMessage(m_messageRoom);
    messages->addWidget(m_message);
    m_messageRoom->hide();
    m_wayBack = new WayBack(queue);
    m_selectionLine = new AlertsSelectionLine(queue);
    m_table = new AlertsTable(&m_model, queue);
    m_empty = new EmptyState(queue);
    m_empty->hide();
    m_rangeNote = new RangeNote(m_context, queue);
    column->addWidget(m_filterBar);
    column->addWidget(m_rangeNote);
    column->addWidget(new Hairline(Qt::Horizontal, queue));
    column->addWidget(m_messageRoom);
    column->addWidget(m_wayBack);
    column->addWidget(m_selectionLine);
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    m_details = new AlertsDetails(m_context, m_splitter);
    m_splitter->addWidget(queue);
    m_splitter->addWidget(m_details);
    auto *room = new QHBoxLayout;
    room->setSpacing(0);
    addViewsBar(room);
    room->addWidget(m_splitter, 1);
    body()->addLayout(room, 1);
}

void AlertsPage::connectParts()
{
    connect(m_filterBar, &AlertsFilterBar::filterChanged, this, [this](const Filter &filter) {
        m_broughtBack.clear();
        m_unlistedId.clear();
        m_model.setFilter(filter);
        m_rangeNote->setFilter(filter);
        showCounts();
        markView();
        if (!m_searching)
            Q_EMIT searchTextChanged();
    });
    connect(m_filterBar, &AlertsFilterBar::editEnded, this, [this](bool kept) {
        initialFocus()->setFocus();
        if (kept)
            goToFirstHit();
    });
    // Who types on stays where the hand is.
    connect(m_filterBar->edit(), &QLineEdit::textEdited, this, &AlertsPage::forgetFirstHit);
    m_filterBar->edit()->setVocabulary([this](FilterField field, const QString &prefix) {
        constexpr qsizetype kMostValues = 12;
        return m_model.valuesOf(field, prefix, kMostValues);
    });
    connect(m_filterBar, &AlertsFilterBar::waitingRequested, this, &AlertsPage::showWaiting);
    connect(&m_model, &AlertModel::countsChanged, this, &AlertsPage::showCounts);
    m_sortingTimer.setSingleShot(true);
    m_sortingTimer.setInterval(kSortingUnsaid);
    connect(&m_sortingTimer, &QTimer::timeout, this, &AlertsPage::showCounts);
    connect(&m_model, &AlertModel::sortingChanged, this, [this] {
        if (m_model.isSorting())
            return m_sortingTimer.start();
        m_sortingTimer.stop();
        showCounts();
    });
    connect(m_table, &AlertsTable::selectionMoved, this, &AlertsPage::updateSelection);
    connect(m_table, &AlertsTable::rowsChosen, m_selectionLine, &AlertsSelectionLine::giveWayToSelection);
    connect(m_table, &AlertsTable::selectionCut, this, [this](int kept, int selected) {
        m_selectionLine->setReport(tr("Of %1 selected alerts the first %2 stay selected: the others stand too far apart here")
                                       .arg(format::count(selected), format::count(kept)));
        m_reportTimer.start();
    });
    connect(m_table, &AlertsTable::disturbanceEnded, this, &AlertsPage::showArrivalsIfUndisturbed,
            Qt::QueuedConnection);
    connect(m_table, &AlertsTable::acknowledgeClicked, this,
            [this](const QString &id) { acknowledge({id.toStdString()}); });
    connect(m_table, &AlertsTable::detailsWanted, this, [this] { m_details->setFocus(); });
    connect(m_details, &AlertsDetails::acknowledgeRequested, this,
            [this](const QString &id) { acknowledge({id.toStdString()}); });
    connect(m_selectionLine, &AlertsSelectionLine::acknowledgeRequested, this,
            [this] { beginOnSelection(TriageKind::Acknowledge); });
    connectWayBack();
    connect(m_context, &ConsoleContext::displayZoneChanged, this, [this] {
        m_model.setDisplayZone(m_context->displayZone());
        m_details->updateZone();
    });
}

QWidget *AlertsPage::initialFocus()
{
    QWidget *button = m_empty->isVisible() ? m_empty->firstButton() : nullptr;
    return button ? button : m_table;
}

void AlertsPage::search(const QString &text)
{
    m_searching = true;
    m_filterBar->setText(text);
    m_searching = false;
}

QString AlertsPage::searchText() const
{
    return filterchips::searched(m_filterBar->filter());
}

void AlertsPage::goToFirstHit()
{
    m_firstWanted = true;
    takeFirstHit();
}

/// Of many alerts, the hits are found after a while. What is selected and has passed the filter stays selected.
void AlertsPage::takeFirstHit()
{
    if (!m_firstWanted || m_loading || m_model.isFiltering() || (m_model.rowCount() == 0 && m_reading))
        return;
    m_firstWanted = false;
    if (m_model.rowCount() == 0 || m_filterBar->edit()->hasFocus()) // Somebody is at the filter again.
        return;
    if (!m_table->selectionModel()->hasSelection())
        m_table->selectRow(0);
    m_table->setFocus(Qt::OtherFocusReason);
}

bool AlertsPage::isLoading() const
{
    return m_loading || m_reading || m_model.isFiltering() || m_details->isLoading();
}

void AlertsPage::showCounts()
{
    const AlertModel::Counts counts = m_model.counts();
    m_filterBar->setCounts(counts);
    m_showWaiting->setEnabled(counts.waiting > 0 || m_model.isHolding());
    m_showWaiting->setText(counts.waiting > 0 || !m_model.isHolding() ? tr("Show new alerts") : tr("Put rows where they belong"));
    QString shown = tr("%1 shown, %2 active").arg(format::count(counts.shown), format::count(counts.active));
    if (const int out = m_model.heldOut(); out > 0)
        shown = tr("%1, %2", "counts, held").arg(shown, tr("%Ln no longer match(es)", nullptr, out));
    if (const QString held = heldText(); !held.isEmpty())
        shown = tr("%1, of %2", "counts, what is held").arg(shown, held);
    if (m_model.isFilterOld() && m_model.moment().now - m_model.filteredAt() >= kStandsUnsaid)
        shown = tr("%1, filtered as of %2").arg(shown, format::clockTime(m_model.filteredAt(), m_context->displayZone()));
    const bool sorting = m_model.isSorting() && !m_sortingTimer.isActive();
    const bool partly = m_elsewhere || m_context->rangeChoice().kind == RangeChoice::Kind::Custom;
    setSubtitle(counts.all == 0 ? (partly ? tr("none in this range") : tr("none yet")) : awaitsOlder() ? tr("%1, older ones follow").arg(shown)
                : sorting ? tr("%1, being sorted").arg(shown) : shown);
    updateSelection();
    showEmptyState();
    takeFirstHit();
    takeWanted();
    selectUnchanged();
}

QString AlertsPage::currentAddress() const
{
    const SecurityAlert *alert = m_details->alert();
    return alert && alert->context.ipAddress ? format::text(*alert->context.ipAddress) : QString();
}

/// Says why the table is empty, if it is. While an answer is awaited nothing is claimed.
void AlertsPage::showEmptyState()
{
    const AlertModel::Counts counts = m_model.counts();
    const bool empty = counts.shown == 0 && m_model.rowCount() == 0 && !m_loading && !(m_reading && !m_reading->anew) && !m_model.isFiltering() && !m_stale;
    const bool nothingRead = empty && counts.all == 0 && !m_context->session()->engineStatus().lastEventAt;
    // The focus of the window: a dialog may have the keyboard.
    const QWidget *focused = window()->focusWidget();
    const bool wasHere = focused && (focused == m_table || m_empty->isAncestorOf(focused));
    m_details->setVisible(!nothingRead);
    m_selectionLine->setVisible(!nothingRead);
    m_table->setVisible(!nothingRead);
    m_table->setMaximumHeight(empty ? m_table->horizontalHeader()->height() : QWIDGETSIZE_MAX);
    if (!empty) {
        m_empty->hide();
        if (wasHere)
            m_table->setFocus(Qt::OtherFocusReason);
        return;
    }
    m_empty->clearButtons();
    if (nothingRead) {
        m_empty->setText(QStringLiteral("bell-ring"), tr("No alerts yet, because nothing has been read"),
                         tr("Bartizan raises alerts from an audit log. Read a file you already have, or open a database; "
                            "the rules start at once."));
        addStartOffer(*m_empty, *m_context);
    } else if (counts.all == 0) {
        showNothingRaised();
    } else if (filterchips::restrictions(m_model.filter()) == 0) {
        m_empty->setText(QStringLiteral("bell-off"), tr("Everything in this range is muted"),
                         tr("Mutes keep %Ln alert(s) out of the queue. Ctrl+M lists them.", nullptr, counts.all));
        const Filter muted{{filterTerm(FilterField::Status, QStringLiteral("muted"))}};
        connect(m_empty->addButton(tr("Show what is muted")), &QAbstractButton::clicked, this,
                [this, muted] { m_filterBar->setFilter(muted); });
    } else {
        m_empty->setText(QStringLiteral("search"), tr("Nothing matches"),
                         tr("%1 hidden by %2.").arg(tr("%Ln alert(s) are", nullptr, counts.all),
                                                    tr("%n filter(s)", nullptr, filterchips::restrictions(m_model.filter()))));
        connect(m_empty->addButton(tr("Clear filters")), &QAbstractButton::clicked, this,
                [this] { m_filterBar->setFilter({}); });
    }
    m_empty->show();
    if (wasHere && initialFocus() != window()->focusWidget())
        initialFocus()->setFocus(Qt::OtherFocusReason);
}

void AlertsPage::showNothingRaised()
{
    using Kind = RangeChoice::Kind;
    static constexpr std::array<const char *, 5> kSaid{
        QT_TR_NOOP("No alerts in the last hour"), QT_TR_NOOP("No alerts in 24 h"), QT_TR_NOOP("No alerts in 7 d"),
        QT_TR_NOOP("No alerts in 30 d"), QT_TR_NOOP("No alerts in this range")};
    const auto chosen = static_cast<std::size_t>(m_context->rangeChoice().kind);
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    const EngineStatus &engine = m_context->session()->engineStatus();
    const TimestampMs age = now - engine.lastEventAt.value_or(0);
    QString advice = tr("The last event was %1 ago.").arg(format::age(age));
    if (engine.processed > 0)
        advice = tr("%1 events checked, the last %2 ago.").arg(format::count(engine.processed), format::age(age));
    if (m_elsewhere)
        advice += QLatin1Char(' ') + tr("%Ln alert(s) lie outside this range.", nullptr, int(m_elsewhereCount));
    m_empty->setText(QStringLiteral("bell-ring"), tr(kSaid[chosen]), advice);
    if (!m_elsewhere)
        return; // A longer range would be as empty.
    const auto offer = [this](const QString &text, const RangeChoice &range) {
        connect(m_empty->addButton(text), &QAbstractButton::clicked, this,
                [this, range] { m_context->setRangeChoice(range); });
    };
    struct Longer {
        Kind kind;
        QString text;
        TimestampMs span;
    };
    const std::array<Longer, 3> longer{{{Kind::Day, tr("Show 24 h"), kDay},
                                        {Kind::Week, tr("Show 7 d"), 7 * kDay},
                                        {Kind::Month, tr("Show 30 d"), 30 * kDay}}};
    // The shortest range up to now that reaches the newest alert, if one does.
    const auto reaches = std::find_if(longer.begin(), longer.end(), [&](const Longer &range) {
        return m_elsewhere->end > now - range.span && m_elsewhere->end <= now;
    });
    if (reaches != longer.end())
        offer(reaches->text, {reaches->kind, {}});
    offer(m_elsewhereCount == 1 ? tr("Show it") : tr("Show them all"), {Kind::Custom, *m_elsewhere});
}

/// A console that is killed has kept what was changed, but for the last second.
void AlertsPage::connectState()
{
    m_stateTimer.stop(); // What was restored is kept already.
    m_stateTimer.setSingleShot(true);
    m_stateTimer.setInterval(kStatePause);
    connect(&m_stateTimer, &QTimer::timeout, this, &AlertsPage::saveState);
    const auto soon = [this] { m_stateTimer.start(); };
    const QHeaderView *header = m_table->horizontalHeader();
    connect(header, &QHeaderView::sectionResized, &m_stateTimer, soon); // Or hidden, or shown.
    connect(header, &QHeaderView::sectionMoved, &m_stateTimer, soon);
    connect(header, &QHeaderView::sortIndicatorChanged, &m_stateTimer, soon);
    connect(m_filterBar, &AlertsFilterBar::filterChanged, &m_stateTimer, soon);
    connect(m_filterBar, &AlertsFilterBar::editEnded, &m_stateTimer, soon);
    connect(m_showViews, &QAction::toggled, &m_stateTimer, soon);
    connect(m_splitter, &QSplitter::splitterMoved, &m_stateTimer, soon);
    connect(m_views, &SavedViews::viewsChanged, this, &AlertsPage::storeViews);
}

void AlertsPage::saveState() const
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("alerts"));
    settings.setValue(kColumnsKey, m_table->columnsState());
    settings.setValue(kGroupKey, format::text(toString(m_model.grouping())));
    saveViews(settings);
    m_splitter->save(settings);
    m_filterBar->save(settings);
}

void AlertsPage::restoreState()
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("alerts"));
    m_table->setColumnsState(settings.value(kColumnsKey).toByteArray());
    setGrouping(fromString<AlertGrouping>(settings.value(kGroupKey).toString().toStdString()).value_or(AlertGrouping::Nothing));
    restoreViews(settings);
    m_splitter->restore(settings);
    m_filterBar->restore(settings);
}

} // namespace bartizan
