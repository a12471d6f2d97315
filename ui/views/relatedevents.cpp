// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/relatedevents.h"

#include "core/domain/spreadsheettext.h"
#include "ui/models/displaytext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/views/rowdelegate.h"
#include "ui/widgets/rowpainting.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QStandardItemModel>
#include <QtMath>

#include <algorithm>

namespace bartizan {
namespace {

enum Column { Time, Action, User, Outcome, ColumnCount };
constexpr int kActionPart = 60;  ///< Per cent of what time and outcome leave.
constexpr int kOutcomePart = 28; ///< Per cent of the width, at most.
constexpr int kInset = 4;        ///< A pane has less room than a page: half the space of other tables.

/// Where a cell's text stands.
QRect insideOf(const QRect &cell, int column)
{
    return cell.adjusted(column == Time ? measure::kCurrentBar + kInset : kInset, 0, -kInset, 0);
}

class RelatedDelegate : public RowDelegate {
public:
    using RowDelegate::RowDelegate;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const int padding = 100 - insideOf({0, 0, 100, 1}, index.column()).width();
        return {qCeil(tabulartext::width(fonts::body(), index.data().toString())) + padding,
                RowDelegate::sizeHint(option, index).height()};
    }

protected:
    void paintCell(QPainter *painter, const QRect &cell, const QRect &, const QModelIndex &index) const override
    {
        RowDelegate::paintCell(painter, cell, insideOf(cell, index.column()), index);
    }
};

} // namespace

RelatedEvents::RelatedEvents(QWidget *parent)
    : QTableView(parent)
    , m_lines(new QStandardItemModel(0, ColumnCount, this))
{
    rowpainting::setUpTable(this);
    auto *delegate = new RelatedDelegate(this);
    delegate->setRingsRows(true);
    delegate->setMuted({Outcome});
    setItemDelegate(delegate);
    m_lines->setHorizontalHeaderLabels({tr("Time"), tr("Action"), tr("User"), tr("Outcome")});
    setModel(m_lines);
    setAccessibleName(tr("Newest related events"));
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // It is as high as its lines.
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    connect(this, &QTableView::doubleClicked, this, &RelatedEvents::choose);
}

void RelatedEvents::setEvents(std::span<const AuditEvent> events, TimestampMs now, const QTimeZone &zone)
{
    const auto row = static_cast<std::size_t>(std::max(0, currentIndex().row()));
    const std::int64_t current = currentIndex().isValid() ? m_events[row].id : -1;
    m_events.assign(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(std::min(events.size(), kMost)));
    m_lines->setRowCount(0);
    for (const AuditEvent &event : m_events) {
        QList<QStandardItem *> line;
        for (const QString &text : {format::tableTime(event.timestamp, now, zone), displayText(event.action),
                                    fieldText(event.context.userId), format::outcome(event.outcome)}) {
            auto *item = new QStandardItem(text);
            item->setToolTip(format::toolTip(text));
            line.append(item);
        }
        m_lines->appendRow(line);
        if (event.id == current)
            setCurrentIndex(m_lines->index(m_lines->rowCount() - 1, 0));
    }
    setFixedHeight(sizeHint().height());
    setVisible(!m_events.empty());
    fitColumns();
}

QSize RelatedEvents::sizeHint() const
{
    return {QTableView::sizeHint().width(), m_lines->rowCount() * verticalHeader()->defaultSectionSize()};
}

QSize RelatedEvents::minimumSizeHint() const
{
    return {0, sizeHint().height()};
}

/// Times are whole, outcomes where there is room; action and user share what is left.
void RelatedEvents::fitColumns()
{
    const int time = sizeHintForColumn(Time);
    const int outcome = std::min(sizeHintForColumn(Outcome), viewport()->width() * kOutcomePart / 100);
    const int room = std::max(2 * horizontalHeader()->minimumSectionSize(), viewport()->width() - time - outcome);
    setColumnWidth(Time, time);
    setColumnWidth(Action, room * kActionPart / 100);
    setColumnWidth(User, room - room * kActionPart / 100);
    setColumnWidth(Outcome, outcome);
}

void RelatedEvents::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    fitColumns();
}

void RelatedEvents::choose(const QModelIndex &index)
{
    if (index.isValid())
        Q_EMIT eventChosen(m_events[static_cast<std::size_t>(index.row())]);
}

void RelatedEvents::copy(const QModelIndex &index) const
{
    QStringList cells;
    for (int column = 0; column < ColumnCount; ++column)
        cells.append(index.siblingAtColumn(column).data().toString());
    QGuiApplication::clipboard()->setText(clipboardLine(cells));
}

void RelatedEvents::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        choose(currentIndex());
        event->accept();
    } else if (event->matches(QKeySequence::Copy) && currentIndex().isValid()) {
        copy(currentIndex());
    } else {
        QTableView::keyPressEvent(event);
    }
}

void RelatedEvents::contextMenuEvent(QContextMenuEvent *event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const QPersistentModelIndex index = byKey ? currentIndex() : indexAt(viewport()->mapFromGlobal(event->globalPos()));
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Show in Events")), &QAction::triggered, this, [this, index] { choose(index); });
    connect(menu->addAction(tr("Copy")), &QAction::triggered, this, [this, index] {
        if (index.isValid())
            copy(index);
    });
    menu->popup(byKey ? viewport()->mapToGlobal(visualRect(index).bottomLeft()) : event->globalPos());
}

} // namespace bartizan
