// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/settingscategories.h"

#include "ui/theme/consolestyle.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kWidth = 200;
constexpr int kRow = 32;

} // namespace

/// One category.
class CategoryButton : public QAbstractButton {
public:
    CategoryButton(const QString &text, const QString &icon, QWidget *parent) : QAbstractButton(parent), m_icon(icon)
    {
        setText(text);
        setAccessibleName(text);
        setCheckable(true);
        setAutoExclusive(true);
        setFixedHeight(kRow);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setProperty(styleproperty::kOwnFocusRing, true);
    }

    void setWrong(bool wrong)
    {
        m_wrong = wrong;
        setAccessibleDescription(wrong ? SettingsCategories::tr("Something here cannot be saved") : QString());
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (isEnabled() && (isChecked() || underMouse()))
            painter.fillRect(rect(), isChecked() ? theme.selection : theme.hover);
        if (isChecked())
            painter.fillRect(0, 0, measure::kCurrentBar, height(), theme.accent);
        const QColor colour = isEnabled() ? theme.text : theme.disabled;
        const double top = (height() - measure::kIcon) / 2.0;
        icons::paint(&painter, QRectF(14, top, measure::kIcon, measure::kIcon), m_icon,
                     isChecked() ? theme.accent : isEnabled() ? theme.muted : theme.disabled);
        painter.setFont(isChecked() ? fonts::semibold() : fonts::body());
        painter.setPen(colour);
        painter.drawText(rect().adjusted(40, 0, -32, 0), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text());
        if (m_wrong) {
            icons::paint(&painter, QRectF(width() - 28.0, top, measure::kIcon, measure::kIcon),
                         QStringLiteral("circle-alert"), theme.error);
        }
        if (hasFocus() && m_byKeyboard) {
            painter.setPen(QPen(theme.focus, measure::kFocusRing));
            painter.drawRoundedRect(QRectF(rect()).adjusted(5, 2, -3, -2), measure::kRadiusControl,
                                    measure::kRadiusControl);
        }
    }

    void focusInEvent(QFocusEvent *event) override
    {
        m_byKeyboard = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
        QAbstractButton::focusInEvent(event);
    }

private:
    QString m_icon;
    bool m_wrong = false;
    bool m_byKeyboard = false;
};

SettingsCategories::SettingsCategories(QWidget *parent) : QWidget(parent)
{
    setFixedWidth(kWidth);
    setAccessibleName(tr("Categories"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, measure::kControlGap, 0, measure::kControlGap);
    column->setSpacing(0);
    column->addStretch(1);
}

int SettingsCategories::add(const QString &text, const QString &icon)
{
    auto *button = new CategoryButton(text, icon, this);
    const int index = static_cast<int>(m_buttons.size());
    static_cast<QVBoxLayout *>(layout())->insertWidget(index, button);
    button->installEventFilter(this);
    // A screen reader toggles it without a click.
    connect(button, &QAbstractButton::toggled, this, [this, index](bool on) {
        if (on)
            Q_EMIT chosen(index);
    });
    m_buttons.push_back(button);
    if (index == 0)
        button->setChecked(true);
    return index;
}

int SettingsCategories::current() const
{
    const auto it = std::find_if(m_buttons.begin(), m_buttons.end(), [](CategoryButton *b) { return b->isChecked(); });
    return it == m_buttons.end() ? 0 : static_cast<int>(it - m_buttons.begin());
}

void SettingsCategories::setCurrent(int index)
{
    CategoryButton *button = m_buttons.at(static_cast<std::size_t>(index));
    const QSignalBlocker nobodyChose(button);
    button->setChecked(true);
}

void SettingsCategories::setWrong(int index, bool wrong)
{
    m_buttons.at(static_cast<std::size_t>(index))->setWrong(wrong);
}

void SettingsCategories::setMatching(int index, bool matching)
{
    m_buttons.at(static_cast<std::size_t>(index))->setEnabled(matching);
}

bool SettingsCategories::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    if (key != Qt::Key_Up && key != Qt::Key_Down)
        return false;
    const int next = current() + (key == Qt::Key_Up ? -1 : 1);
    if (next >= 0 && next < static_cast<int>(m_buttons.size())) {
        CategoryButton *button = m_buttons.at(static_cast<std::size_t>(next));
        button->setFocus(Qt::TabFocusReason);
        button->click();
    }
    return true;
}

} // namespace bartizan
