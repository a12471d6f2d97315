// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/overviewalerts.h"

#include "ui/models/activealertmodel.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/views/labels.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/plaintooltip.h"
#include "ui/widgets/rowpainting.h"
#include "ui/widgets/sectionheading.h"
#include "ui/widgets/wholerows.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace bartizan {

namespace {

using namespace std::chrono_literals;

/// For so long a pointer that lies still holds the rows.
constexpr auto kPointerRests = 10s;

/// Paints one cell: check box, badge, time, texts.
class ActiveAlertDelegate final : public QStyledItemDelegate {
public:
    explicit ActiveAlertDelegate(QTableView *view) : QStyledItemDelegate(view), m_view(view)
    {
        view->installEventFilter(this);
        view->viewport()->installEventFilter(this);
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        QStyleOptionViewItem row(option);
        // Marked rows stay legible as such when the focus is elsewhere.
        row.state |= QStyle::State_Active;
        const QPoint pointer = m_view->viewport()->mapFromGlobal(QCursor::pos());
        const bool hovered = m_view->viewport()->underMouse() && m_view->indexAt(pointer).row() == index.row();
        rowpainting::paintBackground(painter, row, hovered);
        const QRect cell = option.rect.adjusted(measure::kCellPadding, 0, -measure::kCellPadding, -1);
        const QString text = index.data().toString();
        switch (index.column()) {
        case ActiveAlertModel::Mark: {
            const QRect box(option.rect.left() + measure::kFirstCellPadding, option.rect.top(), measure::kIcon,
                            option.rect.height() - 1);
            rowpainting::paintCheckBox(painter, box, option.state & QStyle::State_Selected, hovered);
            break;
        }
        case ActiveAlertModel::Severity:
            badge::paint(painter, cell, static_cast<AlertSeverity>(index.data(ActiveAlertModel::SeverityRole).toInt()));
            break;
        case ActiveAlertModel::Time:
            painter->setPen(theme.text);
            tabulartext::draw(painter, cell, Qt::AlignLeft | Qt::AlignVCenter, option.font, text);
            break;
        case ActiveAlertModel::Source:
            painter->setPen(theme.text);
            painter->setFont(option.font);
            painter->drawText(cell, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                              elidedAddress(option.fontMetrics, text, cell.width()));
            break;
        default:
            painter->setPen(index.column() == ActiveAlertModel::Country ? theme.muted : theme.text);
            painter->setFont(option.font);
            painter->drawText(cell, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                              option.fontMetrics.elidedText(text, Qt::ElideRight, cell.width()));
        }
        if ((option.state & QStyle::State_HasFocus) && m_view->hasFocus() && m_byKeyboard)
            rowpainting::paintFocusRing(painter, option.rect);
    }

    /// The ring is for those who come and go by keyboard.
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::KeyPress) {
            m_byKeyboard = true;
        } else if (event->type() == QEvent::MouseButtonPress) {
            m_byKeyboard = false;
        } else if (event->type() == QEvent::FocusIn) {
            const Qt::FocusReason reason = static_cast<QFocusEvent *>(event)->reason();
            m_byKeyboard = m_byKeyboard || reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason;
        }
        return false; // The base class would take the view for an editor of its own.
    }

private:
    QTableView *m_view;
    bool m_byKeyboard = false;
};

} // namespace

ActiveAlertsPane::ActiveAlertsPane(QWidget *parent)
    : QWidget(parent), m_model(new ActiveAlertModel(this)), m_heading(new SectionHeading(tr("Active alerts"), this)),
      m_table(new QTableView(this)), m_button(new QPushButton(this)), m_hint(mutedLabel(tr("or press A"), this)),
      m_report(smallLabel(QString(), this)), m_undo(new LinkButton(tr("Undo"), this))
{
    auto *queue = new LinkButton(tr("Open queue"), this);
    m_heading->addTool(queue);
    m_heading->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, 0);
    setUpTable();

    m_button->setIcon(icons::iconOnAccent(QStringLiteral("check")));
    setPrimary(m_button);
    m_report->setWordWrap(true);
    m_report->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, 12);
    row->setSpacing(measure::kControlGap);
    row->addWidget(m_button);
    row->addWidget(m_hint);
    row->addWidget(m_report, 1);
    row->addWidget(m_undo);
    m_undo->setAccessibleName(tr("Undo the last step"));
    setPlainToolTip(m_undo, tr("Undo the last step (Ctrl+Z)"));
    m_undo->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, measure::kControlGap, 0, 0);
    column->setSpacing(measure::kControlGap);
    column->addWidget(m_heading);
    column->addWidget(new WholeRows(m_table, this), 1);
    column->addLayout(row);

    connect(queue, &LinkButton::clicked, this, &ActiveAlertsPane::queueRequested);
    connect(m_button, &QPushButton::clicked, this, &ActiveAlertsPane::acknowledge);
    connect(m_undo, &LinkButton::clicked, this, &ActiveAlertsPane::undoRequested);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        updateButton();
        Q_EMIT markedChanged(static_cast<int>(m_table->selectionModel()->selectedRows().size()));
        if (m_waiting) // Not at once: rows may be leaving the table just now.
            QMetaObject::invokeMethod(this, &ActiveAlertsPane::release, Qt::QueuedConnection);
    });
    connect(m_table, &QTableView::doubleClicked, this, [this](const QModelIndex &index) {
        m_table->selectionModel()->select(index, QItemSelectionModel::Deselect | QItemSelectionModel::Rows); // Its first press marked it.
        openRow(index);
    });
    m_pointer.setSingleShot(true);
    m_pointer.setInterval(kPointerRests);
    connect(&m_pointer, &QTimer::timeout, this, &ActiveAlertsPane::release);
    m_table->installEventFilter(this);
    m_table->viewport()->installEventFilter(this);
    m_table->viewport()->setMouseTracking(true);
    updateButton();
}

void ActiveAlertsPane::setUpTable()
{
    rowpainting::setUpTable(m_table);
    m_table->setModel(m_model);
    m_table->setItemDelegate(new ActiveAlertDelegate(m_table));
    m_table->setSelectionMode(QAbstractItemView::MultiSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->setAccessibleName(tr("Active alerts"));
    m_table->setAccessibleDescription(tr("Space marks a row, A acknowledges what is marked, Enter opens the alert"));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setSectionResizeMode(ActiveAlertModel::Title, QHeaderView::Stretch);
    header->setSectionsClickable(false);
    m_table->setColumnWidth(ActiveAlertModel::Mark, 42);
    m_table->setColumnWidth(ActiveAlertModel::Severity, badge::widestSeverity() + 2 * measure::kCellPadding + 2);
    m_table->setColumnWidth(ActiveAlertModel::Source, 114);
    m_table->setColumnWidth(ActiveAlertModel::Country, 36);
    fitTimes();
}

void ActiveAlertsPane::setAlerts(std::vector<SecurityAlert> alerts, std::int64_t total, TimestampMs now, Reason reason)
{
    m_newest = std::move(alerts);
    m_total = total;
    m_now = now;
    fill(reason == Reason::Live && isHeld());
}

bool ActiveAlertsPane::isHeld() const
{
    return m_model->rowCount() > 0 && (m_table->selectionModel()->hasSelection() || m_pointer.isActive());
}

std::pair<std::vector<SecurityAlert>, int> ActiveAlertsPane::heldAlerts() const
{
    std::unordered_map<std::string_view, const SecurityAlert *> newest;
    for (const SecurityAlert &alert : m_newest)
        newest.emplace(alert.id, &alert);
    std::vector<SecurityAlert> held;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const SecurityAlert &shown = m_model->alert(row);
        // Older than the oldest of the newest, it may well be active still: new ones pushed it out.
        const bool pushedOut = m_total > static_cast<std::int64_t>(m_newest.size()) && !m_newest.empty()
            && shown.timestamp <= m_newest.back().timestamp && !m_taken.contains(shown.id);
        if (const auto found = newest.find(shown.id); found != newest.end()) {
            held.push_back(*found->second);
            newest.erase(found);
        } else if (pushedOut) {
            held.push_back(shown);
        }
    }
    // Older ones come in below, where they move nothing.
    const TimestampMs oldest = m_model->alert(m_model->rowCount() - 1).timestamp;
    for (const SecurityAlert &alert : m_newest) {
        if (alert.timestamp < oldest && newest.erase(alert.id) > 0)
            held.push_back(alert);
    }
    return {std::move(held), static_cast<int>(newest.size())};
}

void ActiveAlertsPane::fill(bool held)
{
    auto [alerts, waiting] = held ? heldAlerts() : std::pair(m_newest, 0);
    if (alerts.empty())
        std::tie(alerts, waiting) = std::pair(m_newest, 0);
    m_waiting = held;
    if (!held)
        m_taken.clear();
    const auto shown = static_cast<std::int64_t>(alerts.size());
    m_model->setAlerts(std::move(alerts), m_now);
    fitTimes();
    m_heading->setNote(waiting > 0 ? tr("%1, %Ln new", "active alerts, of which so many are not shown yet", waiting).arg(format::count(m_total))
                       : m_total > shown ? tr("%1, the newest %2 shown").arg(format::count(m_total), format::count(shown))
                                         : format::count(m_total));
    updateButton();
}

void ActiveAlertsPane::release()
{
    if (m_waiting && !isHeld())
        fill(false);
}

void ActiveAlertsPane::setZone(const QTimeZone &zone)
{
    m_model->setZone(zone);
    fitTimes();
}

void ActiveAlertsPane::fitTimes()
{
    // Times of today are short; the title has what they leave.
    double widest = 64.0;
    for (int row = 0; row < m_model->rowCount(); ++row)
        widest = std::max(widest, tabulartext::width(fonts::body(),
                                                     m_model->index(row, ActiveAlertModel::Time).data().toString()));
    m_table->setColumnWidth(ActiveAlertModel::Time, qRound(widest) + 2 * measure::kCellPadding + 2);
}

void ActiveAlertsPane::setCountryShown(bool shown)
{
    m_table->setColumnHidden(ActiveAlertModel::Country, !shown);
}

void ActiveAlertsPane::setReport(const QString &text)
{
    m_report->setText(text);
    m_report->setAccessibleName(text);
    m_undo->hide();
}

void ActiveAlertsPane::setUndoable(bool undoable)
{
    m_undo->setVisible(undoable && !m_report->text().isEmpty());
}

void ActiveAlertsPane::setReadOnly(const QString &reason)
{
    m_readOnly = reason;
    updateButton();
}

std::vector<std::string> ActiveAlertsPane::markedIds() const
{
    std::vector<std::string> ids;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows())
        ids.push_back(m_model->alert(index.row()).id);
    return ids;
}

QString ActiveAlertsPane::titleOf(const std::string &id) const
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->alert(row).id == id)
            return m_model->index(row, ActiveAlertModel::Title).data().toString();
    }
    return {};
}

void ActiveAlertsPane::acknowledge()
{
    const std::vector<std::string> ids = markedIds();
    if (ids.empty() || !m_readOnly.isEmpty())
        return;
    m_taken.insert(ids.begin(), ids.end());
    Q_EMIT acknowledgeRequested(ids);
}

void ActiveAlertsPane::updateButton()
{
    const auto marked = static_cast<int>(m_table->selectionModel()->selectedRows().size());
    const bool any = m_model->rowCount() > 0;
    m_button->setText(marked > 0 ? tr("Acknowledge %1").arg(format::count(marked)) : tr("Acknowledge"));
    m_button->setAccessibleName(marked > 0 ? tr("Acknowledge %Ln marked alert(s)", nullptr, marked)
                                           : tr("Acknowledge the marked alerts"));
    m_button->setEnabled(marked > 0 && m_readOnly.isEmpty());
    setPlainToolTip(m_button, m_readOnly);
    m_hint->setText(!any ? tr("No alert is active") : marked > 0 ? tr("or press A") : tr("Mark alerts first"));
}

void ActiveAlertsPane::openRow(const QModelIndex &index)
{
    if (index.isValid())
        Q_EMIT alertActivated(index.data(ActiveAlertModel::IdRole).toString());
}

bool ActiveAlertsPane::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table->viewport()) {
        // One that only lies there holds nothing: the screen may hang on a wall.
        if (event->type() == QEvent::MouseMove || event->type() == QEvent::MouseButtonPress || event->type() == QEvent::Wheel)
            m_pointer.start();
        if (event->type() == QEvent::Leave) {
            m_pointer.stop();
            QMetaObject::invokeMethod(this, &ActiveAlertsPane::release, Qt::QueuedConnection);
        }
    }
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            openRow(m_table->currentIndex());
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace bartizan
