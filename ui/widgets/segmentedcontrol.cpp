// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segmentedcontrol.h"

#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/measures.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>

#include <algorithm>

namespace bartizan {

namespace {

/// One segment; as wide as its semibold text, so that choosing it moves nothing.
class Segment final : public QPushButton {
public:
    using QPushButton::QPushButton;

    QSize sizeHint() const override
    {
        const QFontMetrics metrics(fonts::semibold());
        return {metrics.horizontalAdvance(text()) + 20, std::max(measure::kControlHeight, metrics.height() + 10)};
    }

protected:
    void paintEvent(QPaintEvent *event) override
    {
        const QFont wanted = isChecked() ? fonts::semibold() : fonts::body();
        if (font().weight() != wanted.weight())
            setFont(wanted);
        QPushButton::paintEvent(event);
    }
};

} // namespace

SegmentedControl::SegmentedControl(QWidget *parent)
    : QWidget(parent), m_group(new QButtonGroup(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_group->setExclusive(true);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    // A screen reader toggles a segment without a click; a click on another segment toggles it as well.
    connect(m_group, &QButtonGroup::idPressed, this, [this] { m_told = -1; });
    connect(m_group, &QButtonGroup::idToggled, this, [this](int index, bool on) {
        if (on) {
            m_told = index;
            Q_EMIT activated(index);
        }
    });
    connect(m_group, &QButtonGroup::idClicked, this, [this](int index) {
        if (index != m_told)
            Q_EMIT activated(index);
    });
}

int SegmentedControl::addSegment(const QString &text, const QString &toolTip)
{
    const int index = static_cast<int>(m_group->buttons().size());
    auto *button = new Segment(text, this);
    button->setCheckable(true);
    button->setAccessibleName(toolTip.isEmpty() ? text : toolTip);
    button->setToolTip(toolTip);
    button->setAttribute(Qt::WA_Hover);
    m_group->addButton(button, index);
    layout()->addWidget(button);
    for (int i = 0; i <= index; ++i) {
        const int place = index == 0 ? styleproperty::Only : i == 0 ? styleproperty::First
                          : i == index                              ? styleproperty::Last
                                                                    : styleproperty::Middle;
        m_group->button(i)->setProperty(styleproperty::kSegment, place);
    }
    return index;
}

int SegmentedControl::current() const
{
    return m_group->checkedId();
}

void SegmentedControl::setCurrent(int index)
{
    const QSignalBlocker nobodyChose(m_group);
    if (QAbstractButton *button = m_group->button(index))
        button->setChecked(true);
}

QAbstractButton *SegmentedControl::segment(int index) const
{
    return m_group->button(index);
}

} // namespace bartizan
