// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/responsefigures.h"

#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/theme/tabulartext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/plaintooltip.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace bartizan {
namespace {

constexpr int kShape = 11;
constexpr int kShapeGap = 5;
constexpr int kNarrowBelow = 230; ///< Then the times are in small: two durations must stand beside each other.
constexpr int kTightRow = 18;
constexpr int kWideRow = 28;

/// A mean as it is written where there is room, and in one unit where there is not.
struct Mean {
    QString whole, brief;
};

Mean mean(const ResponseTime &time)
{
    if (!time.meanMs())
        return {QString(QChar(0x2013)), QString(QChar(0x2013))};
    const double seconds = *time.meanMs() / kSecond;
    return {format::duration(seconds), format::age(std::llround(seconds) * kSecond)}; // Both of the same second.
}

int textWidth(const QFont &font, const QString &text)
{
    return static_cast<int>(std::ceil(tabulartext::width(font, text)));
}

/// "2 min 30 s, 12 alerts"
QString inWords(const ResponseTime &time)
{
    return time.meanMs() ? ResponseFigures::tr("%1 (%2)").arg(mean(time).whole, format::count(time.alerts))
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

    int nameWidth() const { return textLeft() + textWidth(nameFont(), text()); }
    int acknowledgeWidth(bool brief) const { return textWidth(rowFont(), shown(m_acknowledge, brief)); }
    int resolveWidth(bool brief) const { return textWidth(rowFont(), shown(m_resolve, brief)); }
    void setColumns(int acknowledgeEnd, bool brief)
    {
        m_acknowledgeEnd = acknowledgeEnd;
        m_brief = brief;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = Theme::current();
        QPainter painter(this);
        painter.fillRect(QRect(0, 0, width(), 1), theme.hairline);
        painter.setRenderHint(QPainter::Antialiasing);
        QFont name = nameFont();
        name.setUnderline(underMouse());
        painter.setFont(name);
        painter.setPen(underMouse() ? theme.accent : m_severity ? theme.muted : theme.text);
        if (m_severity)
            badge::paintShape(&painter, QRectF(0, (height() + 1 - kShape) / 2.0, kShape, kShape), *m_severity);
        painter.drawText(rect().adjusted(textLeft(), 1, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
        painter.setPen(theme.text);
        const auto number = [&](int end, const QString &value) {
            tabulartext::draw(&painter, QRectF(0, 1, end, height() - 1), Qt::AlignRight | Qt::AlignVCenter, rowFont(), value);
        };
        number(m_acknowledgeEnd, shown(m_acknowledge, m_brief));
        number(width(), shown(m_resolve, m_brief));
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            return click();
        QAbstractButton::keyPressEvent(event);
    }

private:
    static const QString &shown(const Mean &mean, bool brief) { return brief ? mean.brief : mean.whole; }
    int textLeft() const { return m_severity ? kShape + kShapeGap : 0; }
    QFont nameFont() const { return m_severity ? fonts::small() : rowFont(); }
    QFont rowFont() const
    {
        QFont font = width() < kNarrowBelow ? fonts::small() : fonts::body();
        if (!m_severity)
            font.setWeight(fonts::semibold().weight());
        return font;
    }

    std::optional<AlertSeverity> m_severity;
    Mean m_acknowledge, m_resolve;
    int m_acknowledgeEnd = 0;
    bool m_brief = false;
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
    arrangeColumns();
}

/// Two thirds for the first column of times, moved so that the widest text of each column stands clear of its
/// neighbours; where two units a time are too much for that, one is shown.
void ResponseFigures::arrangeColumns()
{
    const QFontMetrics header(fonts::small());
    for (const bool brief : {false, true}) {
        int name = m_all->nameWidth(), acknowledge = m_all->acknowledgeWidth(brief), resolve = m_all->resolveWidth(brief);
        for (const ResponseRow *row : m_rows) {
            name = std::max(name, row->nameWidth());
            acknowledge = std::max(acknowledge, row->acknowledgeWidth(brief));
            resolve = std::max(resolve, row->resolveWidth(brief));
        }
        const int first = std::max(name + measure::kControlGap + acknowledge,
                                   header.horizontalAdvance(tr("Severity")) + measure::kControlGap
                                       + header.horizontalAdvance(tr("Acknowledge")));
        const int last = width() - measure::kControlGap - std::max(resolve, header.horizontalAdvance(tr("Resolve")));
        if (first > last && !brief)
            continue;
        m_acknowledgeEnd = std::clamp(width() * 66 / 100, first, std::max(first, last));
        m_all->setColumns(m_acknowledgeEnd, brief);
        for (ResponseRow *row : m_rows)
            row->setColumns(m_acknowledgeEnd, brief);
        break;
    }
    update();
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
    arrangeColumns();
    QWidget::resizeEvent(event);
}

void ResponseFigures::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(fonts::small());
    painter.setPen(Theme::current().muted);
    const auto name = [&](int end, Qt::Alignment side, const QString &text) {
        painter.drawText(QRect(0, 0, end, headerHeight()), side | Qt::AlignVCenter, text);
    };
    name(width(), Qt::AlignLeft, tr("Severity"));
    name(m_acknowledgeEnd, Qt::AlignRight, tr("Acknowledge"));
    name(width(), Qt::AlignRight, tr("Resolve"));
}

} // namespace bartizan
