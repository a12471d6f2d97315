// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/wholerows.h"

#include <QEvent>
#include <QHeaderView>
#include <QScrollBar>
#include <QTableView>

namespace bartizan {

WholeRows::WholeRows(QTableView *table, QWidget *parent) : QWidget(parent), m_table(table)
{
    table->setParent(this);
    setSizePolicy(table->sizePolicy());
    table->horizontalScrollBar()->installEventFilter(this);
}

QSize WholeRows::sizeHint() const
{
    return m_table->sizeHint();
}

QSize WholeRows::minimumSizeHint() const
{
    return m_table->minimumSizeHint();
}

/// The bar takes of the height when it comes.
bool WholeRows::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Show || event->type() == QEvent::Hide)
        fit();
    return QWidget::eventFilter(watched, event);
}

void WholeRows::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

void WholeRows::fit()
{
    const QHeaderView *names = m_table->horizontalHeader(); // As high as the table is going to make it.
    const QSize wanted = names->sizeHint().expandedTo(names->minimumSize()).boundedTo(names->maximumSize());
    const int header = names->isHidden() ? 0 : wanted.height();
    const QScrollBar *bar = m_table->horizontalScrollBar();
    const int around = header + 2 * m_table->frameWidth() + (bar->isVisibleTo(m_table) ? bar->sizeHint().height() : 0);
    const int row = m_table->verticalHeader()->defaultSectionSize();
    const int rows = (height() - around) / row;
    m_table->setGeometry(0, 0, width(), rows > 0 ? around + rows * row : height()); // Not even one: as it comes.
}

} // namespace bartizan
