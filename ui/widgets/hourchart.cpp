// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/hourchart.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/accessiblerole.h"
#include "ui/widgets/painting.h"
#include "ui/widgets/tabledialog.h"

#include <QBarCategoryAxis>
#include <QBarSeries>
#include <QBarSet>
#include <QCategoryAxis>
#include <QChart>
#include <QChartView>
#include <QContextMenuEvent>
#include <QGraphicsLayout>
#include <QHelpEvent>
#include <QMenu>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace bartizan {

namespace {

constexpr double kBarShare = 0.86;
constexpr int kMostSteps = 5;
/// Nearer than this Qt Charts leaves the numbers of the axis out.
constexpr int kLeastStepHeight = 28;
/// What titles and labels below take of the height.
constexpr int kAroundPlot = 44;

/// Draws the names of the columns itself: Qt Charts cuts each to the width of its column, and 24 columns are narrow.
class HourView : public QChartView {
public:
    HourView(QChart *chart, HourChart *owner) : QChartView(chart, owner), m_owner(owner) {}

protected:
    void drawForeground(QPainter *painter, const QRectF &) override
    {
        const std::vector<HourChart::Column> &columns = m_owner->columns();
        const QRectF plot = chart()->plotArea();
        const double width = plot.width() / static_cast<double>(std::max<std::size_t>(1, columns.size()));
        painter->setFont(fonts::small());
        painter->setPen(Theme::current().muted);
        const double height = painter->fontMetrics().height();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const double middle = plot.left() + width * (static_cast<double>(i) + 0.5);
            painter->drawText(QRectF(middle - kLabelRoom / 2.0, plot.bottom() + kLabelGap, kLabelRoom, height),
                              Qt::AlignHCenter | Qt::AlignTop | Qt::TextSingleLine, columns[i].label);
        }
    }

private:
    static constexpr double kLabelRoom = 80.0;
    static constexpr double kLabelGap = 6.0;

    HourChart *m_owner;
};

} // namespace

AxisScale axisScale(std::int64_t largest, int maximumSteps)
{
    const double top = std::max<double>(1.0, static_cast<double>(largest));
    double power = 1.0;
    while (true) {
        for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
            const double step = factor * power;
            // Counts are whole: no axis says 2.5 events.
            if (step != std::floor(step))
                continue;
            const double steps = std::ceil(top / step);
            if (steps <= maximumSteps)
                return {steps * step, step};
        }
        power *= 10.0;
    }
}

HourChart::HourChart(QWidget *parent)
    : QWidget(parent), m_chart(new QChart), m_view(new HourView(m_chart, this)), m_set(new QBarSet(QString())),
      m_horizontal(new QBarCategoryAxis(m_chart)), m_vertical(new QCategoryAxis(m_chart)), m_subject(tr("Events by hour"))
{
    announceAs(this, QAccessible::Chart);
    auto *series = new QBarSeries(m_chart);
    series->append(m_set);
    series->setBarWidth(kBarShare);
    m_chart->addSeries(series);
    m_chart->addAxis(m_horizontal, Qt::AlignBottom);
    m_chart->addAxis(m_vertical, Qt::AlignLeft);
    series->attachAxis(m_horizontal);
    series->attachAxis(m_vertical);
    m_chart->legend()->hide();
    m_chart->setAnimationOptions(QChart::NoAnimation);
    m_chart->setBackgroundRoundness(0.0);
    m_chart->setMargins(QMargins(0, 4, 0, 0));
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_horizontal->setGridLineVisible(false);
    m_vertical->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setRenderHint(QPainter::Antialiasing, false);
    m_view->setFocusPolicy(Qt::NoFocus);
    m_view->setMouseTracking(true);
    m_view->viewport()->setMouseTracking(true);
    m_view->viewport()->installEventFilter(this);
    m_view->setContextMenuPolicy(Qt::NoContextMenu);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_view);
    setFocusPolicy(Qt::StrongFocus);
    applyColours();
    updateAccessibleText();
}

void HourChart::setColumns(std::vector<Column> columns)
{
    if (columns == m_columns)
        return;
    QStringList labels;
    QList<qreal> values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        // Categories must differ, even where nothing is to be written.
        labels.append(columns[i].label.isEmpty() ? QString(static_cast<qsizetype>(i + 1), QChar(0x200b))
                                                 : columns[i].label);
        values.append(static_cast<double>(columns[i].value));
    }
    const bool relabel = m_columns.size() != columns.size() || m_horizontal->categories() != labels;
    m_columns = std::move(columns);
    m_set->remove(0, static_cast<int>(m_set->count()));
    m_set->append(values);
    if (relabel)
        m_horizontal->setCategories(labels);
    if (m_current >= static_cast<int>(m_columns.size()))
        m_current = -1;
    rescale();
    updateAccessibleText();
}

void HourChart::setAxisTitles(const QString &horizontal, const QString &vertical)
{
    m_horizontalTitle = horizontal;
    m_verticalTitle = vertical;
    m_horizontal->setTitleText(horizontal.toHtmlEscaped());
    m_vertical->setTitleText(vertical.toHtmlEscaped());
    updateAccessibleText();
}

void HourChart::setSubject(const QString &subject)
{
    m_subject = subject;
    updateAccessibleText();
}

void HourChart::setDrillDown(bool on)
{
    m_drillDown = on;
    m_view->viewport()->setCursor(Qt::ArrowCursor);
}

void HourChart::showAsTable()
{
    std::vector<std::vector<QVariant>> rows;
    for (const Column &column : m_columns)
        rows.push_back({column.name, QVariant(static_cast<qlonglong>(column.value))});
    TableDialog::open(m_subject, {m_horizontalTitle, m_verticalTitle}, rows, this);
}

QRectF HourChart::columnRect(int column) const
{
    if (column < 0 || column >= static_cast<int>(m_columns.size()))
        return {};
    const QRectF plot = m_chart->plotArea();
    const double width = plot.width() / static_cast<double>(m_columns.size());
    const double share = static_cast<double>(m_columns[static_cast<std::size_t>(column)].value) / m_vertical->max();
    const double height = plot.height() * share;
    return {plot.left() + width * (column + (1.0 - kBarShare) / 2.0), plot.bottom() - height, width * kBarShare, height};
}

QSize HourChart::sizeHint() const
{
    return {480, 180};
}

QSize HourChart::minimumSizeHint() const
{
    return {200, 96};
}

int HourChart::columnAt(const QPointF &position) const
{
    const QRectF plot = m_chart->plotArea();
    if (m_columns.empty() || position.x() < plot.left() || position.x() >= plot.right() || position.y() < plot.top()
        || position.y() > height())
        return -1;
    const double share = (position.x() - plot.left()) / plot.width();
    return std::min(static_cast<int>(share * static_cast<double>(m_columns.size())),
                    static_cast<int>(m_columns.size()) - 1);
}

bool HourChart::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_view->viewport())
        return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseMove:
    case QEvent::Leave: {
        const int column = event->type() == QEvent::Leave
                               ? -1
                               : columnAt(static_cast<QMouseEvent *>(event)->position());
        m_hovered = column;
        m_view->viewport()->setCursor(m_drillDown && column >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        return false;
    }
    case QEvent::MouseButtonRelease: {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        const int column = columnAt(mouse->position());
        if (m_drillDown && mouse->button() == Qt::LeftButton && column >= 0)
            Q_EMIT activated(column);
        return false;
    }
    case QEvent::ToolTip: {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int column = columnAt(help->pos());
        if (column < 0) {
            QToolTip::hideText();
            return true;
        }
        const Column &c = m_columns[static_cast<std::size_t>(column)];
        QToolTip::showText(help->globalPos(), format::toolTip(QStringLiteral("%1: %2").arg(c.name, format::count(c.value))),
                           this);
        return true;
    }
    default: return false;
    }
}

void HourChart::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    rescale();
}

void HourChart::changeEvent(QEvent *event)
{
    if (isLookChange(event))
        applyColours();
    QWidget::changeEvent(event);
}

void HourChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::current().surface);
}

void HourChart::keyPressEvent(QKeyEvent *event)
{
    const int last = static_cast<int>(m_columns.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Left: return setCurrent(std::max(0, m_current - 1));
    case Qt::Key_Right: return setCurrent(std::min(last, m_current + 1));
    case Qt::Key_Home: return setCurrent(std::min(0, last));
    case Qt::Key_End: return setCurrent(last);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (m_drillDown && m_current >= 0)
            Q_EMIT activated(m_current);
        return;
    default: QWidget::keyPressEvent(event);
    }
}

void HourChart::focusInEvent(QFocusEvent *event)
{
    applyColours();
    QWidget::focusInEvent(event);
}

void HourChart::focusOutEvent(QFocusEvent *event)
{
    m_current = -1;
    applyColours();
    updateAccessibleText();
    QWidget::focusOutEvent(event);
}

void HourChart::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Show as table"), this, &HourChart::showAsTable);
    menu->popup(event->globalPos());
}

void HourChart::setCurrent(int column)
{
    m_current = column;
    applyColours();
    updateAccessibleText();
    if (column >= 0) {
        const Column &c = m_columns[static_cast<std::size_t>(column)];
        const QRectF where = columnRect(column);
        QToolTip::showText(mapToGlobal(where.topLeft().toPoint()),
                           format::toolTip(QStringLiteral("%1: %2").arg(c.name, format::count(c.value))), this);
    }
}

void HourChart::applyColours()
{
    const Theme &theme = Theme::current();
    m_chart->setBackgroundBrush(theme.surface);
    m_view->setBackgroundBrush(theme.surface);
    m_set->setColor(theme.series[0]);
    m_set->setBorderColor(theme.series[0]);
    m_set->setSelectedColor(theme.accent);
    m_set->deselectAllBars();
    if (m_current >= 0)
        m_set->selectBar(m_current);
    const std::array<QAbstractAxis *, 2> axes{m_horizontal, m_vertical};
    for (QAbstractAxis *axis : axes) {
        axis->setLabelsFont(fonts::small());
        axis->setLabelsColor(theme.muted);
        axis->setTitleFont(fonts::small());
        axis->setTitleBrush(theme.muted);
        axis->setLinePenColor(theme.axis);
        axis->setGridLineColor(theme.grid);
    }
    m_horizontal->setLabelsColor(Qt::transparent); // They keep the room in which HourView draws them.
    m_vertical->setLineVisible(false);
}

void HourChart::rescale()
{
    std::int64_t largest = 0;
    for (const Column &column : m_columns)
        largest = std::max(largest, column.value);
    const int steps = std::clamp((height() - kAroundPlot) / kLeastStepHeight, 1, kMostSteps);
    const AxisScale scale = axisScale(largest, steps);
    if (scale.end == m_vertical->max() && m_vertical->count() == std::lround(scale.end / scale.step) + 1)
        return;
    m_vertical->setRange(0.0, scale.end);
    for (const QString &label : m_vertical->categoriesLabels())
        m_vertical->remove(label);
    const auto marks = static_cast<std::int64_t>(std::llround(scale.end / scale.step));
    for (std::int64_t i = 0; i <= marks; ++i) {
        const auto value = i * static_cast<std::int64_t>(scale.step);
        m_vertical->append(format::shortCount(value), static_cast<double>(value));
    }
}

void HourChart::updateAccessibleText()
{
    setAccessibleName(m_subject);
    std::int64_t sum = 0;
    const Column *most = nullptr;
    for (const Column &column : m_columns) {
        sum += column.value;
        if (!most || column.value > most->value)
            most = &column;
    }
    QString text = most && sum > 0 ? tr("Column chart. %1 in all; most at %2: %3.")
                                         .arg(format::count(sum), most->name, format::count(most->value))
                                   : tr("Column chart. Nothing to show.");
    if (m_current >= 0) {
        const Column &c = m_columns[static_cast<std::size_t>(m_current)];
        text = QStringLiteral("%1: %2. ").arg(c.name, format::count(c.value)) + text;
    }
    setAccessibleDescription(text);
}

} // namespace bartizan
