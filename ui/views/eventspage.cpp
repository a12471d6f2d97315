// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/eventspage.h"

#include "core/intel/countries.h"
#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/views/consolecontext.h"
#include "ui/views/detailssplitter.h"
#include "ui/views/eventsdetails.h"
#include "ui/views/labels.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/pill.h"
#include "ui/widgets/rowpainting.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QTableView>

namespace bartizan {
namespace {

constexpr int kNarrowestAction = 120;
/// In the order in which they give way to the action in a narrow window; the details have them all.
constexpr std::array kGiveWay{EventModel::CompanyColumn, EventModel::SeverityColumn, EventModel::CountryColumn};

/// Letters move and act here; the table must not take them for a search.
class EventsTable : public QTableView {
public:
    using QTableView::QTableView;
    void keyboardSearch(const QString &) override {}

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QTableView::resizeEvent(event);
        int needed = kNarrowestAction;
        for (int column = 0; column < EventModel::ColumnCount; ++column)
            needed += column == EventModel::ActionColumn ? 0 : horizontalHeader()->sectionSize(column);
        // A hidden column has size 0 and comes back with the one it had: all are shown, then what does not fit goes.
        for (const int column : kGiveWay) {
            if (isColumnHidden(column)) {
                showColumn(column);
                needed += columnWidth(column);
            }
        }
        for (const int column : kGiveWay) {
            if (needed <= viewport()->width())
                break;
            needed -= columnWidth(column);
            hideColumn(column);
        }
    }

    void keyPressEvent(QKeyEvent *event) override
    {
        const int key = event->key() == Qt::Key_J ? Qt::Key_Down : event->key() == Qt::Key_K ? Qt::Key_Up : 0;
        if (key == 0 || event->modifiers() != Qt::NoModifier) {
            QTableView::keyPressEvent(event);
            return;
        }
        QKeyEvent other(event->type(), key, event->modifiers());
        QTableView::keyPressEvent(&other);
    }
};

} // namespace

EventsPage::EventsPage(ConsoleContext *context, QWidget *parent)
    : Page(tr("Events"), parent)
    , m_context(context)
{
    m_model.setDisplayZone(context->displayZone());
    m_model.setNow(QDateTime::currentMSecsSinceEpoch());
    buildBody();
    connectParts();
    connectSession();
    buildActions();
    QSettings settings;
    settings.beginGroup(QStringLiteral("events"));
    m_table->horizontalHeader()->restoreState(settings.value(QStringLiteral("columns")).toByteArray());
    m_splitter->restore(settings);
    showCount();
}

EventsPage::~EventsPage()
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("events"));
    settings.setValue(QStringLiteral("columns"), m_table->horizontalHeader()->saveState());
    m_splitter->save(settings);
}

QWidget *EventsPage::buildFilters(QWidget *parent)
{
    auto *bar = new QWidget(parent);
    bar->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // It gives way; the window decides the width.
    auto *lines = new QVBoxLayout(bar);
    lines->setContentsMargins(measure::kPageMargin, 6, measure::kPageMargin, 6);
    lines->setSpacing(6);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    const auto labelled = [&](const QString &text, QWidget *field) {
        QLabel *label = mutedLabel(text, bar);
        label->setBuddy(field);
        field->setAccessibleName(QString(text).remove(QLatin1Char('&')));
        row->addWidget(label);
        row->addWidget(field);
    };
    m_type = new QComboBox(bar);
    m_type->addItem(tr("All"));
    for (std::size_t i = 0; i < enumCount<SecurityEventType>(); ++i)
        m_type->addItem(format::eventType(static_cast<SecurityEventType>(i)));
    m_outcome = new QComboBox(bar);
    m_outcome->addItem(tr("All"));
    for (std::size_t i = 0; i < enumCount<AuditOutcome>(); ++i)
        m_outcome->addItem(format::outcome(static_cast<AuditOutcome>(i)));
    m_user = new QLineEdit(bar);
    m_address = new QLineEdit(bar);
    for (QLineEdit *edit : {m_user, m_address}) {
        edit->setClearButtonEnabled(true);
        edit->setMaxLength(1000);
        edit->setMinimumWidth(80);
        edit->setMaximumWidth(150);
    }
    labelled(tr("&Type"), m_type);
    labelled(tr("&Outcome"), m_outcome);
    labelled(tr("&User"), m_user);
    labelled(tr("&Address"), m_address);
    m_rangeChip = new Chip(tr("Time"), tr("is"), {}, bar);
    m_severityChip = new Chip(tr("Severity"), tr("is"), {}, bar);
    m_countryChip = new Chip(tr("Country"), tr("is"), {}, bar);
    m_clear = new LinkButton(tr("Clear filters"), bar);
    row->addWidget(m_clear);
    row->addStretch(1);
    m_pill = new Pill(bar);
    row->addWidget(m_pill);
    m_chips = new QWidget(bar);
    auto *chips = new QHBoxLayout(m_chips);
    chips->setContentsMargins(0, 0, 0, 0);
    chips->setSpacing(measure::kControlGap);
    for (Chip *chip : {m_rangeChip, m_severityChip, m_countryChip})
        chips->addWidget(chip);
    chips->addStretch(1);
    lines->addLayout(row);
    lines->addWidget(m_chips);
    return bar;
}

void EventsPage::buildBody()
{
    m_splitter = new DetailsSplitter(this);
    auto *list = new QWidget(m_splitter);
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(buildFilters(list));
    m_message = new InlineMessage(list);
    m_message->hide();
    column->addWidget(m_message);
    m_table = new EventsTable(list);
    m_table->setModel(&m_model);
    rowpainting::setUpTable(m_table);
    auto *delegate = new RowDelegate(m_table);
    delegate->setMuted({EventModel::CountryColumn});
    delegate->setAddresses({EventModel::AddressColumn});
    m_table->setItemDelegate(delegate);
    m_table->setAccessibleName(tr("Events"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsMovable(true);
    header->setSectionResizeMode(EventModel::ActionColumn, QHeaderView::Stretch);
    const std::array<int, EventModel::ColumnCount> widths{112, 150, 120, 116, 84, 140, 136, 70, 100};
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
    // Typing filters as soon as it pauses; a choice at once.
    m_filterTimer.setSingleShot(true);
    m_filterTimer.setInterval(350);
    connect(&m_filterTimer, &QTimer::timeout, this, &EventsPage::reload);
    connect(m_user, &QLineEdit::textChanged, this, [this] { m_filterTimer.start(); });
    connect(m_address, &QLineEdit::textChanged, this, [this] { m_filterTimer.start(); });
    connect(m_type, &QComboBox::currentIndexChanged, this, &EventsPage::reload);
    connect(m_outcome, &QComboBox::currentIndexChanged, this, &EventsPage::reload);
    connect(m_clear, &QAbstractButton::clicked, this, &EventsPage::clearFilters);
    connect(m_rangeChip, &Chip::removeRequested, this, [this] {
        m_range.reset();
        reload();
    });
    connect(m_severityChip, &Chip::removeRequested, this, [this] {
        m_severity.reset();
        reload();
    });
    connect(m_countryChip, &Chip::removeRequested, this, [this] {
        m_countries.clear();
        reload();
    });
    connect(m_pill, &QAbstractButton::clicked, this, &EventsPage::showNewer);
    connect(m_message, &InlineMessage::linkActivated, this, &EventsPage::reload);
    connect(&m_model, &EventModel::moreRequested, this, &EventsPage::readMore);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &EventsPage::updateSelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &EventsPage::updateSelection);
    connect(m_details, &EventsDetails::userPressed, m_user, &QLineEdit::setText);
    connect(m_table, &QWidget::customContextMenuRequested, this, &EventsPage::openMenu);
    connect(m_context, &ConsoleContext::displayZoneChanged, this, [this] {
        m_model.setDisplayZone(m_context->displayZone());
        m_details->updateZone();
        showChips();
    });
}

void EventsPage::buildActions()
{
    auto *copy = new QAction(tr("Copy cell"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(copy);
    connect(copy, &QAction::triggered, this, [this] {
        QGuiApplication::clipboard()->setText(m_table->currentIndex().data(EventModel::RawTextRole).toString());
    });
    auto *newer = new QAction(tr("Show newer events"), this);
    newer->setShortcut(Qt::Key_N);
    newer->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(newer);
    connect(newer, &QAction::triggered, this, &EventsPage::showNewer);
}

void EventsPage::openMenu(const QPoint &position)
{
    const QModelIndex index = m_table->indexAt(position);
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString cell = index.data(EventModel::RawTextRole).toString();
    connect(menu->addAction(tr("Copy cell")), &QAction::triggered, this,
            [cell] { QGuiApplication::clipboard()->setText(cell); });
    connect(menu->addAction(tr("Copy event as JSON")), &QAction::triggered, m_details, &EventsDetails::copyJson);
    menu->addSeparator();
    addFilterActions(menu, m_model.eventAt(index.row()));
    menu->popup(m_table->viewport()->mapToGlobal(position));
}

void EventsPage::addFilterActions(QMenu *menu, const AuditEvent &event)
{
    const auto named = [](const QString &text, const std::string &value) {
        return text.arg(displayText(value, 40).replace(QLatin1Char('&'), QLatin1String("&&")));
    };
    if (event.context.ipAddress) {
        const QString address = QString::fromStdString(*event.context.ipAddress);
        connect(menu->addAction(named(tr("Look up %1"), *event.context.ipAddress)), &QAction::triggered, this,
                [this, address, at = event.timestamp] { m_context->lookUpAddress(address, at); });
        connect(menu->addAction(named(tr("Show only address %1"), *event.context.ipAddress)), &QAction::triggered,
                this, [this, address] { m_address->setText(address); });
    }
    if (event.context.userId) {
        const QString user = QString::fromStdString(*event.context.userId);
        connect(menu->addAction(named(tr("Show only user %1"), *event.context.userId)), &QAction::triggered, this,
                [this, user] { m_user->setText(user); });
    }
    const int type = static_cast<int>(event.eventType) + 1;
    connect(menu->addAction(tr("Show only type %1").arg(format::eventType(event.eventType))), &QAction::triggered,
            this, [this, type] { m_type->setCurrentIndex(type); });
    const int outcome = static_cast<int>(event.outcome) + 1;
    connect(menu->addAction(tr("Show only outcome %1").arg(format::outcome(event.outcome))), &QAction::triggered,
            this, [this, outcome] { m_outcome->setCurrentIndex(outcome); });
}

QWidget *EventsPage::initialFocus()
{
    QWidget *button = m_empty->isVisible() ? m_empty->firstButton() : nullptr;
    return button ? button : m_table;
}

/// The filters that come from another page: they have no field of their own.
void EventsPage::showChips()
{
    m_rangeChip->setVisible(m_range.has_value());
    if (m_range)
        m_rangeChip->setParts(tr("Time"), tr("is"), format::timeRange(*m_range, m_context->displayZone()));
    m_severityChip->setVisible(m_severity.has_value());
    if (m_severity)
        m_severityChip->setParts(tr("Severity"), tr("is"), format::auditSeverity(*m_severity));
    m_countryChip->setVisible(!m_countries.empty());
    QStringList names;
    for (const std::string &country : m_countries) {
        const Country *known = findCountry(country);
        names.append(known ? displayText(known->name) : displayText(country, 40));
    }
    names.removeDuplicates();
    m_countryChip->setParts(tr("Country"), tr("is"), names.join(QStringLiteral(", ")));
    m_chips->setVisible(m_range || m_severity || !m_countries.empty());
}

void EventsPage::showCount()
{
    const auto shown = static_cast<std::int64_t>(m_model.rowCount());
    if (m_request == Request::First)
        setSubtitle(tr("reading…"));
    else if (m_total)
        setSubtitle(tr("%1 of %2").arg(format::count(shown), format::count(std::max(*m_total, shown))));
    else
        setSubtitle(tr("none yet"));
    m_clear->setVisible(isFiltered());
    showChips();
    const auto waiting = static_cast<int>(m_waiting.size());
    m_pill->setWaiting(waiting, m_gap ? tr("more than %n newer event(s)", nullptr, waiting)
                                      : tr("%n newer event(s)", nullptr, waiting));
}

void EventsPage::showEmptyState()
{
    const bool empty = m_model.rowCount() == 0 && m_request == Request::None && !m_stale;
    m_table->setMaximumHeight(empty ? m_table->horizontalHeader()->height() : QWIDGETSIZE_MAX);
    m_empty->setVisible(empty);
    if (!empty)
        return;
    m_empty->clearButtons();
    const auto last = m_context->session()->engineStatus().lastEventAt;
    if (!last) {
        m_empty->setText(QStringLiteral("scroll-text"), tr("No events yet, because nothing has been read"),
                         tr("Read a file you already have, NDJSON, CSV or an OpenSSH log, or open a database."));
        connect(m_empty->addButton(tr("Import a file…"), QStringLiteral("file-up")), &QAbstractButton::clicked,
                m_context, &ConsoleContext::importLog);
        connect(m_empty->addButton(tr("Open a database…"), QStringLiteral("database")), &QAbstractButton::clicked,
                m_context, &ConsoleContext::openDatabase);
        connect(m_empty->addButton(tr("Open the demo data"), QStringLiteral("flask-conical")),
                &QAbstractButton::clicked, m_context, &ConsoleContext::openDemo);
    } else if (isFiltered()) {
        m_empty->setText(QStringLiteral("search"), tr("Nothing matches"),
                         tr("No event of this time matches the filters. User and address are compared whole."));
        connect(m_empty->addButton(tr("Clear filters")), &QAbstractButton::clicked, this, &EventsPage::clearFilters);
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
