// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/responsefigures.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/plaintooltip.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kShape = 11;
constexpr int kShapeGap = 5;
constexpr int kNarrowBelow = 230; ///< Then the times are in small: two durations must stand beside each other.
constexpr int kTightRow = 18;
constexpr int kWideRow = 28;

/// Where the two columns end, from the left edge.
std::array<int, 2> columnEnds(int width)
{
    return {width * 66 / 100, width};
}

QString mean(const ResponseTime &time)
{
    return time.meanMs() ? format::duration(*time.meanMs() / kSecond) : QString(QChar(0x2013));
}

/// "2 min 30 s, 12 alerts"
QString inWords(const ResponseTime &time)
{
    return time.meanMs() ? ResponseFigures::tr("%1 (%2)").arg(mean(time), format::count(time.alerts))
                         : ResponseFigures::tr("none yet");
}

} // namespace

/// One line: a severity, or all of them.
class ResponseRow : public QAbstractButton {
public:
    ResponseRow(std::optional<AlertSeverity> severity, QWidget *parent) : QAbstractButton(parent), m_severity(severity)
    {
        setText(severity ? format::severity(*severity) : ResponseFigures::tr("All"));
        setFocusPolicy(Qt::StrongFocus);
        setCursor(Qt::PointingHandCursor);
        setAttribute(Qt::WA_Hover);
        setTimes({}, {});
    }

    void setTimes(const ResponseTime &acknowledge, const ResponseTime &resolve)
    {
        m_acknowledge = mean(acknowledge);
        m_resolve = mean(resolve);
        setAccessibleName(ResponseFigures::tr("%1: mean time to acknowledge %2, to resolve %3")
                              .arg(text(), inWords(acknowledge), inWords(resolve)));
        setPlainToolTip(this, accessibleName() + QLatin1Char('\n')
                                  + ResponseFigures::tr("In brackets: of how many of the alerts raised in the range"));
        update();
    }
    std::optional<AlertSeverity> severity() const { return m_severity; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = Theme::current();
        QPainter painter(this);
        painter.fillRect(QRect(0, 0, width(), 1), theme.hairline);
        painter.setRenderHint(QPainter::Antialiasing);
        QFont name = m_severity ? fonts::small() : rowFont();
        name.setUnderline(underMouse());
        painter.setFont(name);
        painter.setPen(underMouse() ? theme.accent : m_severity ? theme.muted : theme.text);
        int left = 0;
        if (m_severity) {
            badge::paintShape(&painter, QRectF(0, (height() + 1 - kShape) / 2.0, kShape, kShape), *m_severity);
            left = kShape + kShapeGap;
        }
        painter.drawText(rect().adjusted(left, 1, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
        painter.setPen(theme.text);
        const auto ends = columnEnds(width());
        const auto number = [&](int end, const QString &value) {
            tabulartext::draw(&painter, QRectF(0, 1, end, height() - 1), Qt::AlignRight | Qt::AlignVCenter, rowFont(), value);
        };
        number(ends[0], m_acknowledge);
        number(ends[1], m_resolve);
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            return click();
        QAbstractButton::keyPressEvent(event);
    }

private:
    QFont rowFont() const
    {
        QFont font = width() < kNarrowBelow ? fonts::small() : fonts::body();
        if (!m_severity)
            font.setWeight(fonts::semibold().weight());
        return font;
    }

    std::optional<AlertSeverity> m_severity;
    QString m_acknowledge, m_resolve;
};

ResponseFigures::ResponseFigures(QWidget *parent) : QWidget(parent), m_all(new ResponseRow({}, this))
{
    setAccessibleName(tr("Mean time to acknowledge and to resolve"));
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rows[i] = new ResponseRow(static_cast<AlertSeverity>(m_rows.size() - 1 - i), this);
    const auto follow = [this](ResponseRow *row) {
        connect(row, &QAbstractButton::clicked, this, [this, row] { Q_EMIT activated(row->severity()); });
    };
    follow(m_all);
    std::for_each(m_rows.begin(), m_rows.end(), follow);
}

void ResponseFigures::setTimes(const ResponseTimes &times)
{
    m_all->setTimes(ResponseTimes::all(times.acknowledge), ResponseTimes::all(times.resolve));
    for (ResponseRow *row : m_rows) {
        const auto index = static_cast<std::size_t>(*row->severity());
        row->setTimes(times.acknowledge[index], times.resolve[index]);
    }
}

int ResponseFigures::headerHeight()
{
    return QFontMetrics(fonts::small()).height() + 2;
}

QSize ResponseFigures::sizeHint() const
{
    return {200, headerHeight() + kRows * kTightRow};
}

QSize ResponseFigures::minimumSizeHint() const
{
    return sizeHint();
}

void ResponseFigures::resizeEvent(QResizeEvent *event)
{
    // Where there is room to spare the lines stand further apart.
    const int row = std::clamp((height() - headerHeight()) / kRows, kTightRow, kWideRow);
    int y = headerHeight();
    const auto place = [&](ResponseRow *line) {
        line->setGeometry(0, y, width(), row);
        y += row;
    };
    place(m_all);
    std::for_each(m_rows.begin(), m_rows.end(), place);
    QWidget::resizeEvent(event);
}

void ResponseFigures::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto ends = columnEnds(width());
    painter.setFont(fonts::small());
    painter.setPen(Theme::current().muted);
    const auto name = [&](int end, Qt::Alignment side, const QString &text) {
        painter.drawText(QRect(0, 0, end, headerHeight()), side | Qt::AlignVCenter, text);
    };
    name(width(), Qt::AlignLeft, tr("Severity"));
    name(ends[0], Qt::AlignRight, tr("Acknowledge"));
    name(ends[1], Qt::AlignRight, tr("Resolve"));
}

} // namespace bartizan
