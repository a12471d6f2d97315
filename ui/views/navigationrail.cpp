// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/navigationrail.h"

#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plaintooltip.h"

#include <QAbstractButton>
#include <QFontMetrics>
#include <QKeyEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QSvgRenderer>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kGlyph = 24;
constexpr int kBadgeHeight = 16;
constexpr qint64 kLargestBadge = 999;

/// The tower in the corner: the application's sign, in the text colour.
void paintTower(QPainter &painter, const QRectF &where, const QColor &colour, double ratio)
{
    QImage image((where.size() * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QSvgRenderer renderer(QStringLiteral(":/app/glyph.svg"));
    QPainter into(&image);
    renderer.render(&into);
    into.setCompositionMode(QPainter::CompositionMode_SourceIn);
    into.fillRect(image.rect(), colour);
    into.end();
    painter.drawImage(where, image);
}

} // namespace

/// One entry of the rail.
class RailButton : public QAbstractButton {
public:
    RailButton(const QString &text, const QString &icon, QWidget *parent) : QAbstractButton(parent), m_icon(icon)
    {
        setText(text);
        setCheckable(true);
        setAutoExclusive(true);
        setAccessibleName(text);
        setFixedHeight(measure::kRailEntry);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        setProperty(styleproperty::kOwnFocusRing, true);
    }

    void setBadge(qint64 count, const QString &description)
    {
        m_badge = count;
        setAccessibleDescription(description);
        m_description = description;
        updateToolTip();
        update();
    }

    void setNarrow(bool narrow)
    {
        m_narrow = narrow;
        updateToolTip();
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (isChecked() || underMouse())
            painter.fillRect(rect(), isChecked() ? theme.selection : theme.hover);
        if (isChecked())
            painter.fillRect(0, 0, measure::kCurrentBar, height(), theme.accent);

        const QColor colour = !isEnabled() ? theme.disabled : isChecked() ? theme.accent : theme.muted;
        const double top = m_narrow ? (height() - measure::kRailIcon) / 2.0 : 9.0;
        const QRectF icon((width() - measure::kRailIcon) / 2.0, top, measure::kRailIcon, measure::kRailIcon);
        icons::paint(&painter, icon, m_icon, colour);
        if (!m_narrow) {
            painter.setFont(isChecked() ? fonts::smallSemibold() : fonts::small());
            painter.setPen(!isEnabled() ? theme.disabled : isChecked() ? theme.text : theme.muted);
            painter.drawText(QRect(0, 32, width(), 18), Qt::AlignCenter, text());
        }
        if (m_badge > 0)
            paintBadge(painter, icon);
        if (hasFocus()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme.focus, measure::kFocusRing));
            painter.drawRoundedRect(QRectF(rect()).adjusted(4, 3, -4, -3), measure::kRadiusControl,
                                    measure::kRadiusControl);
        }
    }

private:
    void paintBadge(QPainter &painter, const QRectF &icon)
    {
        const Theme &theme = Theme::current();
        const QString text =
            m_badge > kLargestBadge ? format::count(kLargestBadge) + QLatin1Char('+') : format::count(m_badge);
        painter.setFont(fonts::smallSemibold());
        const int textWidth = QFontMetrics(painter.font()).horizontalAdvance(text);
        const double badgeWidth = std::max(kBadgeHeight, textWidth + 10);
        const double left = std::min(icon.center().x() + 4.0, width() - badgeWidth - 2.0);
        const QRectF where(left, icon.top() - 6.0, badgeWidth, kBadgeHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.text);
        painter.drawRoundedRect(where, kBadgeHeight / 2.0, kBadgeHeight / 2.0);
        painter.setPen(theme.window);
        painter.drawText(where, Qt::AlignCenter, text);
    }

    void updateToolTip()
    {
        QString tip = m_narrow ? text() : QString();
        if (!m_description.isEmpty())
            tip = tip.isEmpty() ? m_description : tip + QStringLiteral(": ") + m_description;
        setPlainToolTip(this, tip);
    }

    QString m_icon;
    QString m_description;
    qint64 m_badge = 0;
    bool m_narrow = false;
};

NavigationRail::NavigationRail(QWidget *parent) : QWidget(parent)
{
    setFixedWidth(measure::kRailWidth);
    setAccessibleName(tr("Pages"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, measure::kTopBar, 1, 0);
    column->setSpacing(0);
    column->addStretch(1);
}

int NavigationRail::addPage(const QString &text, const QString &icon)
{
    auto *button = new RailButton(text, icon, this);
    const int index = static_cast<int>(m_buttons.size());
    static_cast<QVBoxLayout *>(layout())->insertWidget(index, button);
    button->installEventFilter(this);
    // A screen reader toggles it without a click.
    connect(button, &QAbstractButton::toggled, this, [this, index](bool on) {
        if (on)
            Q_EMIT pageChosen(index, m_stepping);
    });
    m_buttons.push_back(button);
    return index;
}

int NavigationRail::current() const
{
    const auto it = std::find_if(m_buttons.begin(), m_buttons.end(), [](RailButton *b) { return b->isChecked(); });
    return it == m_buttons.end() ? -1 : static_cast<int>(it - m_buttons.begin());
}

void NavigationRail::setCurrent(int index)
{
    RailButton *button = m_buttons.at(static_cast<std::size_t>(index));
    const QSignalBlocker nobodyChose(button);
    button->setChecked(true);
}

void NavigationRail::setBadge(int index, qint64 count, const QString &description)
{
    m_buttons.at(static_cast<std::size_t>(index))->setBadge(count, description);
}

void NavigationRail::setNarrow(bool narrow)
{
    if (narrow == m_narrow)
        return;
    m_narrow = narrow;
    setFixedWidth(narrow ? measure::kNarrowRailWidth : measure::kRailWidth);
    for (RailButton *button : m_buttons)
        button->setNarrow(narrow);
}

void NavigationRail::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Window));
    painter.fillRect(width() - 1, 0, 1, height(), palette().color(QPalette::Mid));
    painter.fillRect(0, measure::kTopBar - 1, width(), 1, palette().color(QPalette::Mid));
    const QRectF glyph((width() - 1 - kGlyph) / 2.0, (measure::kTopBar - kGlyph) / 2.0, kGlyph, kGlyph);
    paintTower(painter, glyph, palette().color(QPalette::WindowText), devicePixelRatioF());
}

void NavigationRail::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Up)
        moveBy(-1);
    else if (event->key() == Qt::Key_Down)
        moveBy(1);
    else
        QWidget::keyPressEvent(event);
}

bool NavigationRail::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down) {
            moveBy(key == Qt::Key_Up ? -1 : 1);
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            static_cast<QAbstractButton *>(watched)->click();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void NavigationRail::moveBy(int step)
{
    const int next = current() + step;
    if (next < 0 || next >= static_cast<int>(m_buttons.size()))
        return;
    RailButton *button = m_buttons.at(static_cast<std::size_t>(next));
    button->setFocus(Qt::TabFocusReason);
    const QScopedValueRollback stepping(m_stepping, true);
    button->click();
}

} // namespace bartizan
