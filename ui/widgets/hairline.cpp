// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/hairline.h"

#include "ui/widgets/painting.h"

#include <QKeyEvent>

namespace bartizan {

namespace {

/// How far an arrow key moves a handle.
constexpr int kKeyStep = 16;
/// Width of the handle that can be grasped; only its middle pixel is drawn.
constexpr int kGrasp = 5;

class HairlineHandle final : public QSplitterHandle {
public:
    HairlineHandle(Qt::Orientation orientation, QSplitter *parent)
        : QSplitterHandle(orientation, parent)
    {
        setFocusPolicy(Qt::TabFocus);
        setAccessibleName(HairlineSplitter::tr("Pane divider"));
        setAccessibleDescription(HairlineSplitter::tr("Arrow keys move it"));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Theme &theme = Theme::current();
        painter.fillRect(rect(), theme.surface);
        const QColor line = hasFocus() ? theme.focus : theme.hairline;
        const int thickness = hasFocus() ? 2 : 1;
        if (orientation() == Qt::Horizontal)
            painter.fillRect(QRect(width() / 2, 0, thickness, height()), line);
        else
            painter.fillRect(QRect(0, height() / 2, width(), thickness), line);
    }

    void keyPressEvent(QKeyEvent *event) override
    {
        const bool horizontal = orientation() == Qt::Horizontal;
        const int here = horizontal ? x() : y();
        if (event->key() == (horizontal ? Qt::Key_Left : Qt::Key_Up))
            moveSplitter(here - kKeyStep);
        else if (event->key() == (horizontal ? Qt::Key_Right : Qt::Key_Down))
            moveSplitter(here + kKeyStep);
        else
            QSplitterHandle::keyPressEvent(event);
    }
};

} // namespace

Hairline::Hairline(Qt::Orientation orientation, QWidget *parent)
    : QWidget(parent), m_orientation(orientation)
{
    if (orientation == Qt::Horizontal)
        setFixedHeight(1);
    else
        setFixedWidth(1);
}

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::current().hairline);
}

void Hairline::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        update();
    QWidget::changeEvent(event);
}

HairlineSplitter::HairlineSplitter(Qt::Orientation orientation, QWidget *parent)
    : QSplitter(orientation, parent)
{
    setHandleWidth(kGrasp);
    setChildrenCollapsible(false);
}

QSplitterHandle *HairlineSplitter::createHandle()
{
    return new HairlineHandle(orientation(), this);
}

} // namespace bartizan
