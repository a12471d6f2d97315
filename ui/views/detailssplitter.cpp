// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/detailssplitter.h"

#include "ui/theme/measures.h"

#include <QResizeEvent>
#include <QSettings>

namespace bartizan {
namespace {

// Of the window, whose rail is not part of the splitter.
constexpr int kBesideFrom = 1180 - measure::kRailWidth;
constexpr int kWideFrom = 1800 - measure::kRailWidth;
constexpr int kDetailsWidth = 320;
constexpr int kDetailsWidthWide = 400;

} // namespace

DetailsSplitter::DetailsSplitter(QWidget *parent)
    : HairlineSplitter(Qt::Horizontal, parent)
{
    setChildrenCollapsible(false);
    connect(this, &QSplitter::splitterMoved, this, [this] { m_touched = true; });
}

void DetailsSplitter::resizeEvent(QResizeEvent *event)
{
    arrange();
    QSplitter::resizeEvent(event);
}

void DetailsSplitter::arrange()
{
    if (count() < 2)
        return;
    setStretchFactor(0, 1);
    setStretchFactor(1, 0);
    const bool beside = width() >= kBesideFrom;
    const Qt::Orientation wanted = beside ? Qt::Horizontal : Qt::Vertical;
    const bool turned = orientation() != wanted;
    if (turned)
        setOrientation(wanted);
    if (m_touched && !turned)
        return;
    const int details = !beside ? height() * 2 / 5 : width() >= kWideFrom ? kDetailsWidthWide : kDetailsWidth;
    setSizes({(beside ? width() : height()) - details - handleWidth(), details});
}

void DetailsSplitter::save(QSettings &settings) const
{
    settings.setValue(QStringLiteral("splitter"), m_touched ? saveState() : QByteArray());
}

void DetailsSplitter::restore(const QSettings &settings)
{
    const QByteArray state = settings.value(QStringLiteral("splitter")).toByteArray();
    m_touched = !state.isEmpty() && restoreState(state);
}

} // namespace bartizan
