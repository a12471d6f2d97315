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
constexpr int kNarrowBelow = 230; ///< Then all lines are in small: two durations must stand beside each other.

/// Where the two columns end, from the left edge.
std::array<int, 2> columnEnds(int width)
{
    return {width * 68 / 100, width};
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
        setPlainToolTip(this, ResponseFigures::tr("Mean over the alerts raised in the range, and how many"));
        update();
    }
    std::optional<AlertSeverity> severity() const { return m_severity; }
    int rowHeight() const { return QFontMetrics(m_severity ? fonts::small() : fonts::semibold()).height() + (m_severity ? 0 : 2); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        QFont name = rowFont();
        name.setUnderline(underMouse());
        painter.setFont(name);
        painter.setPen(underMouse() ? theme.accent : m_severity ? theme.muted : theme.text);
        int left = 0;
        if (m_severity) {
            badge::paintShape(&painter, QRectF(0, (height() - kShape) / 2.0, kShape, kShape), *m_severity);
            left = kShape + kShapeGap;
        }
        painter.drawText(rect().adjusted(left, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
        painter.setPen(theme.text);
        const auto ends = columnEnds(width());
        const auto number = [&](int end, const QString &value) {
            tabulartext::draw(&painter, QRectF(0, 0, end, height()), Qt::AlignRight | Qt::AlignVCenter, rowFont(), value);
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
        if (m_severity)
            return fonts::small();
        QFont font = width() < kNarrowBelow ? fonts::small() : fonts::semibold();
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

QSize ResponseFigures::sizeHint() const
{
    const int header = QFontMetrics(fonts::small()).height() + 2;
    return {200, header + m_all->rowHeight() + 4 * m_rows[0]->rowHeight()};
}

void ResponseFigures::resizeEvent(QResizeEvent *event)
{
    // Where there is room to spare the lines stand further apart.
    const int extra = std::clamp((height() - sizeHint().height()) / 5, 0, 6);
    int y = QFontMetrics(fonts::small()).height() + 2 + extra / 2;
    const auto place = [&](ResponseRow *row) {
        row->setGeometry(0, y, width(), row->rowHeight() + extra);
        y += row->rowHeight() + extra;
    };
    place(m_all);
    std::for_each(m_rows.begin(), m_rows.end(), place);
    QWidget::resizeEvent(event);
}

void ResponseFigures::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Theme &theme = Theme::current();
    const QFontMetrics small(fonts::small());
    const auto ends = columnEnds(width());
    painter.setFont(fonts::small());
    painter.setPen(theme.muted);
    const QString whole = tr("Mean time to");
    const bool fits = small.horizontalAdvance(whole + QLatin1Char(' ') + tr("acknowledge")) <= ends[0];
    painter.drawText(QRect(0, 0, width(), small.height()), Qt::AlignLeft | Qt::AlignVCenter, fits ? whole : tr("Mean to"));
    painter.drawText(QRect(0, 0, ends[0], small.height()), Qt::AlignRight | Qt::AlignVCenter, tr("acknowledge"));
    painter.drawText(QRect(0, 0, ends[1], small.height()), Qt::AlignRight | Qt::AlignVCenter, tr("resolve"));
}

} // namespace bartizan
