// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/viewsbar.h"

#include "ui/models/savedviews.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/views/labels.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/painting.h"
#include "ui/widgets/typedkeys.h"

#include <QHBoxLayout>
#include <QHideEvent>
#include <QListView>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

namespace bartizan {
namespace {

constexpr int kWidth = 168;

/// Name at the left, count at the right; the view that is shown has the bar of a current row.
class ViewDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {kWidth, Theme::current().rowHeight};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = Theme::current();
        const PainterState state(painter);
        const bool selected = option.state & QStyle::State_Selected;
        if (selected || option.state & QStyle::State_MouseOver)
            painter->fillRect(option.rect, selected ? theme.selection : theme.hover);
        if (selected)
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()), theme.accent);
        QRect room = option.rect.adjusted(measure::kPageMargin, 0, -measure::kControlGap, 0);
        const qlonglong count = index.data(SavedViews::CountRole).toLongLong();
        if (count >= 0) {
            const QString number = format::count(count);
            painter->setFont(fonts::body());
            painter->setPen(theme.muted);
            painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, number);
            room.setRight(room.right() - static_cast<int>(tabulartext::width(fonts::body(), number)) - measure::kControlGap);
        }
        painter->setFont(selected ? fonts::semibold() : fonts::body());
        painter->setPen(theme.text);
        const QFontMetrics metrics(painter->font());
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(index.data().toString(), Qt::ElideRight, room.width()));
        if (option.state & QStyle::State_HasFocus)
            paintRingInside(painter, option.rect);
    }
};

} // namespace

ViewsBar::ViewsBar(SavedViews *views, QWidget *parent)
    : QWidget(parent)
    , m_views(views)
    , m_list(new QListView(this))
    , m_remove(new QToolButton(this))
{
    setFixedWidth(kWidth);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, measure::kControlGap, 0, measure::kControlGap);
    column->setSpacing(measure::kControlGap);
    QLabel *title = sectionLabel(tr("Views"), this);
    title->setContentsMargins(measure::kPageMargin, 0, 0, 0);
    title->setBuddy(m_list);
    m_list->setModel(views);
    m_list->setItemDelegate(makeDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Saved views"));
    keepTypedKeys(m_list);
    auto *buttons = new QHBoxLayout;
    buttons->setContentsMargins(measure::kPageMargin, 0, measure::kControlGap, 0);
    auto *save = new QToolButton(this);
    save->setIcon(icons::icon(QStringLiteral("plus")));
    save->setText(tr("Save view…"));
    save->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    save->setAccessibleName(tr("Save what is shown as a view"));
    save->setToolTip(save->accessibleName());
    m_remove->setIcon(icons::icon(QStringLiteral("x")));
    m_remove->setAccessibleName(tr("Remove this view"));
    m_remove->setToolTip(m_remove->accessibleName());
    buttons->addWidget(save);
    buttons->addStretch(1);
    buttons->addWidget(m_remove);
    column->addWidget(title);
    column->addWidget(m_list, 1);
    column->addLayout(buttons);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        m_current = current;
        updateButtons();
        if (current.isValid())
            Q_EMIT viewChosen(current.row());
    });
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) { Q_EMIT viewChosen(index.row()); });
    connect(save, &QAbstractButton::clicked, this, &ViewsBar::saveRequested);
    connect(m_remove, &QAbstractButton::clicked, this, &ViewsBar::removeCurrent);
    updateButtons();
}

QAbstractItemDelegate *ViewsBar::makeDelegate(QObject *parent)
{
    return new ViewDelegate(parent);
}

/// A list's current entry tells screen readers that it has the focus, also where the list is hidden: then it has none.
void ViewsBar::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    if (!event->spontaneous())
        showCurrent({});
}

void ViewsBar::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!event->spontaneous())
        showCurrent(m_current);
}

void ViewsBar::setCurrent(int row)
{
    m_current = m_views->index(row);
    if (isVisible())
        showCurrent(m_current);
}

void ViewsBar::showCurrent(const QModelIndex &index)
{
    const QSignalBlocker quiet(m_list->selectionModel());
    if (index.isValid())
        m_list->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    else
        m_list->selectionModel()->clear();
    m_list->viewport()->update();
    updateButtons();
}

void ViewsBar::removeCurrent()
{
    const int row = m_list->currentIndex().row();
    const QSignalBlocker quiet(m_list->selectionModel());
    m_views->remove(row);
    updateButtons();
}

void ViewsBar::updateButtons()
{
    const QModelIndex current = m_list->currentIndex();
    m_remove->setEnabled(current.isValid() && !m_views->views()[static_cast<std::size_t>(current.row())].builtIn);
}

} // namespace bartizan
