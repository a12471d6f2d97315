// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/eventspage.h"

#include "ui/models/displaytext.h"
#include "ui/models/filterchips.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/detailssplitter.h"
#include "ui/views/eventsdetails.h"
#include "ui/views/eventsfilterline.h"
#include "ui/views/filteractions.h"
#include "ui/views/filteredit.h"
#include "ui/views/rangenote.h"
#include "ui/views/rowdelegate.h"
#include "ui/views/startoffer.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/rowpainting.h"

#include <QAction>
#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTableView>
#include <QToolButton>

#include <map>

namespace bartizan {
namespace {

constexpr int kNarrowestAction = 120;
/// What is changed is kept after this pause, in milliseconds.
constexpr int kStatePause = 1000;
/// In the order in which they give way to the action in a narrow window; the details have them all.
constexpr std::array kGiveWay{EventModel::CompanyColumn, EventModel::SeverityColumn, EventModel::CountryColumn};
/// From this column on they are shown by choice alone.
constexpr int kFirstByChoice = EventModel::SessionColumn;

/// What the columns say, by EventModel::Column.
constexpr std::array kExported{
    EventColumn::Timestamp, EventColumn::EventType, EventColumn::Action,    EventColumn::Outcome,
    EventColumn::Severity,  EventColumn::UserId,    EventColumn::IpAddress, EventColumn::Country,
    EventColumn::CompanyId, EventColumn::SessionId, EventColumn::RequestId, EventColumn::UserAgent};
static_assert(kExported.size() == EventModel::ColumnCount);

/// Letters move and act here; the table must not take them for a search. In a narrow window columns give way, unless
/// somebody chose them.
class EventsTable : public QTableView {
public:
    using QTableView::QTableView;
    void keyboardSearch(const QString &) override {}

    void choose(int column, bool shown)
    {
        m_chosen[column] = shown;
        arrange();
    }
    void chooseNone()
    {
        m_chosen.clear();
        for (int column = 0; column < EventModel::ColumnCount; ++column)
            horizontalHeader()->moveSection(horizontalHeader()->visualIndex(column), column);
        arrange();
    }
    void saveChoice(QSettings &settings) const
    {
        QVariantList shown;
        QVariantList hidden;
        for (const auto &[column, isShown] : m_chosen)
            (isShown ? shown : hidden).append(column);
        settings.setValue(QStringLiteral("shownColumns"), shown);
        settings.setValue(QStringLiteral("hiddenColumns"), hidden);
    }
    void restoreChoice(const QSettings &settings)
    {
        for (const bool isShown : {true, false}) {
            const QVariantList kept
                = settings.value(isShown ? QStringLiteral("shownColumns") : QStringLiteral("hiddenColumns")).toList();
            for (const QVariant &column : kept) {
                if (column.toInt() > EventModel::TimeColumn && column.toInt() < EventModel::ColumnCount)
                    m_chosen[column.toInt()] = isShown;
            }
        }
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QTableView::resizeEvent(event);
        arrange();
    }

    void keyPressEvent(QKeyEvent *event) override
    {
        const bool steps = event->key() == Qt::Key_J || event->key() == Qt::Key_K || event->key() == Qt::Key_Down
            || event->key() == Qt::Key_Up;
        if (steps && event->modifiers() == Qt::NoModifier && currentIndex().isValid() && !selectionModel()->hasSelection()) {
            selectRow(currentIndex().row()); // The first step takes the row where the keyboard stands.
            return;
        }
        const int key = event->key() == Qt::Key_J ? Qt::Key_Down : event->key() == Qt::Key_K ? Qt::Key_Up : 0;
        if (key == 0 || event->modifiers() != Qt::NoModifier) {
            QTableView::keyPressEvent(event);
            return;
        }
        QKeyEvent other(event->type(), key, event->modifiers());
        QTableView::keyPressEvent(&other);
    }

private:
    void arrange()
    {
        // A hidden column has size 0 and comes back with the one it had: all are shown, then what does not fit goes.
        int needed = kNarrowestAction;
        for (int column = 0; column < EventModel::ColumnCount; ++column) {
            const auto chosen = m_chosen.find(column);
            setColumnHidden(column, chosen != m_chosen.end() ? !chosen->second : column >= kFirstByChoice);
            needed += column == EventModel::ActionColumn ? 0 : horizontalHeader()->sectionSize(column);
        }
        for (const int column : kGiveWay) {
            if (needed <= viewport()->width())
                break;
            if (isColumnHidden(column) || m_chosen.count(column) > 0)
                continue;
            needed -= columnWidth(column);
            hideColumn(column);
        }
    }

    std::map<int, bool> m_chosen; ///< Shown or hidden by choice; the others as they fit.
};

} // namespace

EventsPage::EventsPage(ConsoleContext *context, QWidget *parent)
    : Page(tr("Events"), parent)
    , m_context(context)
{
    m_model.setDisplayZone(context->displayZone());
    m_model.setNow(QDateTime::currentMSecsSinceEpoch());
    buildHeader();
    buildBody();
    connectParts();
    connectSession();
    buildActions();
    QSettings settings;
    settings.beginGroup(QStringLiteral("events"));
    m_table->horizontalHeader()->restoreState(settings.value(QStringLiteral("columns")).toByteArray());
    m_splitter->restore(settings);
    static_cast<EventsTable *>(m_table)->restoreChoice(settings);
    m_filter->restore(settings);
    connectState();
    showCount();
}

EventsPage::~EventsPage()
{
    saveState();
}

/// A console that is killed has kept what was changed, but for the last second.
void EventsPage::connectState()
{
    m_stateTimer.setSingleShot(true);
    m_stateTimer.setInterval(kStatePause);
    connect(&m_stateTimer, &QTimer::timeout, this, &EventsPage::saveState);
    const auto soon = [this] { m_stateTimer.start(); };
    const QHeaderView *header = m_table->horizontalHeader();
    connect(header, &QHeaderView::sectionResized, &m_stateTimer, soon); // Or hidden, or shown.
    connect(header, &QHeaderView::sectionMoved, &m_stateTimer, soon);
    connect(m_filter, &EventsFilterLine::changed, &m_stateTimer, soon);
    connect(m_filter, &EventsFilterLine::left, &m_stateTimer, soon);
    connect(m_splitter, &QSplitter::splitterMoved, &m_stateTimer, soon);
}

void EventsPage::saveState() const
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("events"));
    settings.setValue(QStringLiteral("columns"), m_table->horizontalHeader()->saveState());
    m_splitter->save(settings);
    static_cast<EventsTable *>(m_table)->saveChoice(settings);
    m_filter->save(settings);
}

void EventsPage::buildHeader()
{
    m_stop = new LinkButton(tr("Stop searching"), this);
    m_stop->hide();
    headerTools()->addWidget(m_stop);
    auto *columns = new QToolButton(this);
    columns->setIcon(icons::icon(QStringLiteral("columns-3")));
    columns->setAccessibleName(tr("Columns"));
    columns->setToolTip(tr("Choose the columns"));
    columns->setPopupMode(QToolButton::InstantPopup);
    auto *menu = new QMenu(tr("Columns"), columns);
    columns->setMenu(menu);
    m_columns = menu->menuAction();
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        fillColumnMenu(menu);
    });
    headerTools()->addWidget(columns);
    auto *exportButton = new QPushButton(icons::icon(QStringLiteral("download")), tr("Export…"), this);
    exportButton->setAutoDefault(false);
    exportButton->setAccessibleName(tr("Export events"));
    m_export = new QAction(tr("Export events…"), this);
    connect(m_export, &QAction::triggered, this, [this] { m_context->exportEvents(wanted(), shownColumns()); });
    connect(exportButton, &QAbstractButton::clicked, m_export, &QAction::trigger);
    headerTools()->addWidget(exportButton);
}

void EventsPage::buildBody()
{
    m_splitter = new DetailsSplitter(this);
    auto *list = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_filter = new EventsFilterLine(list);
    m_filter->setZone(m_context->displayZone());
    column->addWidget(m_filter);
    m_rangeNote = new RangeNote(m_context, list);
    column->addWidget(m_rangeNote);
    m_message = new InlineMessage(list);
    m_message->hide();
    column->addWidget(m_message);
    m_table = new EventsTable(list);
    m_table->setModel(&m_model);
    rowpainting::setUpTable(m_table);
    auto *delegate = new RowDelegate(m_table);
    delegate->setMuted({EventModel::CountryColumn});
    delegate->setAddresses({EventModel::AddressColumn});
    delegate->setNames({EventModel::UserColumn});
    m_table->setItemDelegate(delegate);
    m_table->setAccessibleName(tr("Events"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsMovable(true);
    header->setSectionResizeMode(EventModel::ActionColumn, QHeaderView::Stretch);
    const std::array<int, EventModel::ColumnCount> widths{112, 150, 120, 116, 84, 140, 136, 70, 100, 130, 130, 200};
    for (int section = 0; section < EventModel::ColumnCount; ++section)
        m_table->setColumnWidth(section, widths[static_cast<std::size_t>(section)]);
    m_empty = new EmptyState(list);
    m_empty->hide();
    column->addWidget(m_table, 1);
    column->addWidget(m_empty, 1);
    m_details = new EventsDetails(m_context, m_splitter);
    m_splitter->addWidget(list);
    m_splitter->addWidget(m_details);
    body()->addWidget(m_splitter, 1);
}

void EventsPage::connectParts()
{
    connect(m_filter, &EventsFilterLine::changed, this, [this] {
        showRangeNote();
        reloadWhenSeen();
        if (m_inSearch)
            return;
        m_searched.clear(); // The filter is another one now.
        Q_EMIT searchTextChanged();
    });
    connect(m_filter, &EventsFilterLine::left, this, [this](bool kept) {
        if (kept)
            goToFirstHit();
        else
            initialFocus()->setFocus();
    });
    // Who types on stays where the hand is.
    connect(m_filter->edit(), &QLineEdit::textEdited, this, &EventsPage::forgetFirstHit);
    m_filter->edit()->setVocabulary([this](FilterField field, const QString &prefix) {
        constexpr qsizetype kMostValues = 12;
        return m_model.valuesOf(field, prefix, kMostValues);
    });
    connect(m_filter->pill(), &QAbstractButton::clicked, this, &EventsPage::showNewer);
    connect(m_stop, &QAbstractButton::clicked, this, &EventsPage::stopSearching);
    connect(m_message, &InlineMessage::linkActivated, this, &EventsPage::reload);
    connect(&m_model, &EventModel::moreRequested, this, &EventsPage::readMore);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &EventsPage::updateSelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &EventsPage::updateSelection);
    connect(m_details, &EventsDetails::narrowed, this,
            [this](const FilterTerm &term) { m_filter->setFilter(bartizan::narrowed(m_filter->filter(), term)); });
    connect(m_details, &EventsDetails::userPressed, this, [this](const QString &user) {
        m_filter->setFilter(narrowed(m_filter->filter(), filterTerm(FilterField::User, user)));
    });
    connect(m_table, &QWidget::customContextMenuRequested, this, &EventsPage::openMenu);
    connect(m_context, &ConsoleContext::displayZoneChanged, this, [this] {
        m_model.setDisplayZone(m_context->displayZone());
        m_details->updateZone();
        m_filter->setZone(m_context->displayZone());
        showCount();
    });
}

void EventsPage::buildActions()
{
    m_edit = new QAction(tr("Edit the filter"), this);
    m_edit->setShortcut(Qt::Key_Slash);
    m_edit->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(m_edit);
    connect(m_edit, &QAction::triggered, this, [this] {
        m_filter->edit()->setFocus(Qt::ShortcutFocusReason);
        m_filter->edit()->end(false);
    });
    auto *copy = new QAction(tr("Copy cell"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(copy);
    connect(copy, &QAction::triggered, this, [this] {
        QGuiApplication::clipboard()->setText(m_table->currentIndex().data(EventModel::RawTextRole).toString());
    });
    m_showNewer = new QAction(tr("Show newer events"), this);
    m_showNewer->setShortcut(Qt::Key_N);
    m_showNewer->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(m_showNewer);
    connect(m_showNewer, &QAction::triggered, this, &EventsPage::showNewer);
    m_copy = new QAction(tr("Copy event as JSON"), this);
    connect(m_copy, &QAction::triggered, m_details, &EventsDetails::copyJson);
}

void EventsPage::openMenu(const QPoint &position)
{
    QModelIndex index = m_table->indexAt(position);
    if (!index.isValid())
        index = m_table->currentIndex(); // From the keyboard, with the current cell scrolled out of sight.
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString cell = index.data(EventModel::RawTextRole).toString();
    connect(menu->addAction(tr("Copy cell")), &QAction::triggered, this,
            [cell] { QGuiApplication::clipboard()->setText(cell); });
    menu->addAction(m_copy);
    menu->addSeparator();
    addFilterActions(menu, index);
    m_details->addFiltersTo(menu);
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

/// "Only this" and "Not this", of the value under the pointer and of the others that a row is mostly sought by.
void EventsPage::addFilterActions(QMenu *menu, const QModelIndex &index)
{
    const AuditEvent &event = m_model.eventAt(index.row());
    if (event.context.ipAddress) {
        const QString address = QString::fromStdString(*event.context.ipAddress);
        connect(menu->addAction(tr("Look up %1").arg(filteractions::menuText(address))), &QAction::triggered, this,
                [this, address, at = event.timestamp] { m_context->lookUpAddress(address, at); });
        menu->addSeparator();
    }
    const auto narrow = [this](const FilterTerm &term) { m_filter->setFilter(narrowed(m_filter->filter(), term)); };
    if (index.column() == EventModel::TimeColumn) {
        filteractions::addTimesTo(menu, event.timestamp, format::fullTime(event.timestamp, m_context->displayZone()),
                                  FilterSubject::Events, narrow);
    }
    std::vector<int> columns{index.column()};
    for (const int column : {EventModel::AddressColumn, EventModel::UserColumn, EventModel::TypeColumn}) {
        if (column != index.column())
            columns.push_back(column);
    }
    for (const int column : columns) {
        const auto term = m_model.termOf(m_model.index(index.row(), column));
        if (!term)
            continue;
        filteractions::addTo(menu, *term, FilterSubject::Events, narrow);
    }
}

std::vector<EventColumn> EventsPage::shownColumns() const
{
    std::vector<EventColumn> columns;
    for (int place = 0; place < EventModel::ColumnCount; ++place) {
        const int column = m_table->horizontalHeader()->logicalIndex(place);
        if (!m_table->isColumnHidden(column))
            columns.push_back(kExported[static_cast<std::size_t>(column)]);
    }
    return columns;
}

void EventsPage::fillColumnMenu(QMenu *menu)
{
    auto *table = static_cast<EventsTable *>(m_table);
    for (int column = EventModel::TimeColumn + 1; column < EventModel::ColumnCount; ++column) {
        if (column == EventModel::ActionColumn)
            continue; // It takes the room that is left.
        QAction *action = menu->addAction(m_model.headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!table->isColumnHidden(column));
        connect(action, &QAction::toggled, table, [table, column](bool shown) { table->choose(column, shown); });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Columns as they were")), &QAction::triggered, table, &EventsTable::chooseNone);
}

QWidget *EventsPage::initialFocus()
{
    QWidget *button = m_empty->isVisible() ? m_empty->firstButton() : nullptr;
    return button ? button : m_table;
}

void EventsPage::showCount()
{
    const auto shown = static_cast<std::int64_t>(m_model.rowCount());
    const QString count = format::count(shown);
    const auto waiting = static_cast<int>(m_waiting.size());
    const QString reached = m_reached ? format::clockTime(m_reached->timestamp, m_context->displayZone()) : QString();
    if (m_request == Request::First && m_reached == std::nullopt)
        setSubtitle(tr("reading…"));
    else if (m_searching)
        setSubtitle(tr("%1 found, searched back to %2…").arg(count, reached));
    else if (m_total == 0 && shown + waiting == 0)
        setSubtitle(tr("none"));
    else if (m_total)
        setSubtitle(tr("%1 of %2").arg(count, format::count(std::max(*m_total + waiting, shown))));
    else if (m_stale)
        setSubtitle(tr("none yet"));
    else if (m_counting)
        setSubtitle(tr("%1, counting all…").arg(count));
    else if (m_model.canFetchMore({}))
        setSubtitle(tr("%1 found, searched back to %2").arg(count, reached));
    else
        setSubtitle(tr("%1 found").arg(count));
    m_stop->setVisible(m_searching);
    m_filter->pill()->setWaiting(waiting, m_gap ? tr("more than %Ln newer event(s)", nullptr, waiting)
                                                : tr("%Ln newer event(s)", nullptr, waiting));
}

/// A time that stands in for the range of the top bar is said beside the filter already.
void EventsPage::showRangeNote()
{
    if (m_filter->base().range == TimeRange())
        m_rangeNote->setFilter(m_filter->filter());
    else
        m_rangeNote->setFilter(std::nullopt);
}

void EventsPage::showEmptyState()
{
    const bool empty = m_model.rowCount() == 0 && m_request == Request::None && !m_searching && !m_stale;
    const QWidget *focused = window()->focusWidget();
    const bool wasHere = focused && m_empty->isAncestorOf(focused);
    m_table->setMaximumHeight(empty ? m_table->horizontalHeader()->height() : QWIDGETSIZE_MAX);
    m_empty->setVisible(empty);
    if (!empty) {
        if (wasHere)
            m_table->setFocus(Qt::OtherFocusReason);
        return;
    }
    m_empty->clearButtons();
    const auto last = m_context->session()->engineStatus().lastEventAt;
    if (!last) {
        m_empty->setText(QStringLiteral("scroll-text"), tr("No events yet, because nothing has been read"),
                         tr("Read a file you already have, or open a database."));
        addStartOffer(*m_empty, *m_context);
    } else if (!m_filter->isEmpty()) {
        m_empty->setText(QStringLiteral("search"), tr("Nothing matches"),
                         m_model.canFetchMore({}) ? tr("The search was stopped before the whole range was read.")
                                                 : tr("No event of this time passes the filter."));
        connect(m_empty->addButton(tr("Clear filters")), &QAbstractButton::clicked, m_filter, &EventsFilterLine::clear);
    } else if (m_context->company()) {
        m_empty->setText(QStringLiteral("scroll-text"), tr("No events of this company in this range"),
                         tr("There are some outside of it."));
        connect(m_empty->addButton(tr("Show the whole log")), &QAbstractButton::clicked, this,
                [this] { m_context->setRangeChoice({RangeChoice::Kind::Custom, TimeRange()}); });
    } else {
        m_empty->setText(QStringLiteral("scroll-text"), tr("No events in this range"),
                         tr("The newest event is of %1.").arg(format::clockTime(*last, m_context->displayZone())));
        connect(m_empty->addButton(tr("Show the 24 h up to it")), &QAbstractButton::clicked, this, [this, last] {
            m_context->setRangeChoice({RangeChoice::Kind::Custom, {*last - kDay, *last}});
        });
    }
}

} // namespace bartizan
