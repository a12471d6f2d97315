// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertsfilterbar.h"

#include "ui/theme/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/pill.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

namespace bartizan {

namespace {

/// "+ Filter" in the shape of a chip that is not there yet: dashed.
class AddFilterButton : public QAbstractButton {
public:
    AddFilterButton(const QString &text, QWidget *parent)
        : QAbstractButton(parent)
    {
        setText(text);
        setFocusPolicy(Qt::StrongFocus);
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }

    QSize sizeHint() const override { return {fontMetrics().horizontalAdvance(text()) + 40, measure::kChipHeight}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Theme &theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(hasFocus() ? QPen(theme.focus, measure::kFocusRing) : QPen(theme.control, 1, Qt::DashLine));
        painter.setBrush(underMouse() ? QBrush(theme.hover) : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), measure::kRadiusChip, measure::kRadiusChip);
        icons::paint(&painter, QRectF(10, (height() - 14) / 2.0, 14, 14), QStringLiteral("plus"), theme.muted);
        painter.setPen(theme.muted);
        painter.drawText(rect().adjusted(28, 0, -8, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
    }
};

} // namespace

AlertsFilterBar::AlertsFilterBar(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // It gives way; the window decides the width.
    auto *lines = new QVBoxLayout(this);
    lines->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    lines->setSpacing(measure::kControlGap);
    auto *row = new QHBoxLayout;
    row->setSpacing(measure::kControlGap);
    m_firstLine = row;
    m_secondLine = new QHBoxLayout;
    m_secondLine->setSpacing(measure::kControlGap);
    m_secondLine->addStretch(1);
    lines->addLayout(m_firstLine);
    lines->addLayout(m_secondLine);
    for (int rank = 3; rank >= 0; --rank) {
        const auto severity = static_cast<AlertSeverity>(rank);
        auto *chip = new SeverityChip(severity, this);
        m_severities[static_cast<std::size_t>(rank)] = chip;
        row->addWidget(chip);
        connect(chip, &QAbstractButton::clicked, this, [this, rank](bool on) {
            AlertFilter wanted = m_filter;
            wanted.severities[static_cast<std::size_t>(rank)] = on;
            setFilter(wanted);
        });
    }
    auto *line = new Hairline(Qt::Vertical, this);
    line->setFixedHeight(16);
    row->addWidget(line);
    m_acknowledged = new ToggleChip(tr("Show acknowledged"), this);
    m_acknowledged->setToolTip(tr("Show acknowledged alerts as well"));
    m_acknowledged->setAccessibleName(tr("Show acknowledged"));
    m_text = new Chip(tr("Text"), tr("contains"), {}, this);
    m_type = new Chip(tr("Type"), tr("is"), {}, this);
    m_add = new AddFilterButton(tr("Filter"), this);
    m_add->setAccessibleName(tr("Filter by text"));
    m_add->setToolTip(tr("Show only alerts that contain a text"));
    m_edit = new QLineEdit(this);
    m_edit->setAccessibleName(tr("Text to filter by"));
    m_edit->setPlaceholderText(tr("Text, then Enter"));
    m_edit->setMaxLength(200);
    m_edit->setFixedWidth(180);
    m_edit->installEventFilter(this);
    m_edit->hide();
    row->addWidget(m_acknowledged);
    m_chipPlace = row->count();
    for (QWidget *widget : std::initializer_list<QWidget *>{m_type, m_text, m_add, m_edit})
        row->addWidget(widget);
    row->addStretch(1);
    m_pill = new Pill(this);
    row->addWidget(m_pill);

    connect(m_acknowledged, &QAbstractButton::clicked, this, [this](bool on) {
        AlertFilter wanted = m_filter;
        wanted.showAcknowledged = on;
        setFilter(wanted);
    });
    connect(m_text, &Chip::removeRequested, this, [this] { setText({}); });
    connect(m_text, &QAbstractButton::clicked, this, &AlertsFilterBar::beginText);
    connect(m_type, &Chip::removeRequested, this, [this] {
        AlertFilter wanted = m_filter;
        wanted.types.clear();
        setFilter(wanted);
    });
    connect(m_add, &QAbstractButton::clicked, this, &AlertsFilterBar::beginText);
    connect(m_edit, &QLineEdit::returnPressed, this, [this] { endText(true); });
    connect(m_pill, &QAbstractButton::clicked, this, &AlertsFilterBar::waitingRequested);
    showFilter();
}

void AlertsFilterBar::setFilter(const AlertFilter &filter)
{
    const bool changed = filter != m_filter;
    m_filter = filter;
    showFilter();
    if (changed)
        Q_EMIT filterChanged(m_filter);
}

void AlertsFilterBar::setText(const QString &text)
{
    AlertFilter wanted = m_filter;
    wanted.text = text.simplified();
    setFilter(wanted);
}

void AlertsFilterBar::showFilter()
{
    for (std::size_t rank = 0; rank < m_severities.size(); ++rank)
        m_severities[rank]->setChecked(m_filter.severities[rank]);
    m_acknowledged->setChecked(m_filter.showAcknowledged);
    const QString text = format::singleLine(m_filter.text.left(40));
    m_text->setParts(tr("Text"), tr("contains"), text);
    m_text->setVisible(!text.isEmpty());
    m_type->setVisible(!m_filter.types.empty());
    QStringList types;
    for (const AlertType type : m_filter.types)
        types.append(format::alertType(type));
    m_type->setParts(tr("Type"), types.size() > 1 ? tr("is one of") : tr("is"), types.join(QStringLiteral(", ")));
    m_add->setVisible(text.isEmpty() && !m_edit->isVisible());
    placeChips();
}

void AlertsFilterBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    placeChips();
}

void AlertsFilterBar::placeChips()
{
    const auto widthOf = [](const QWidget *widget) {
        return widget->isHidden() ? 0 : widget->sizeHint().width() + measure::kControlGap;
    };
    const int chips = widthOf(m_type) + widthOf(m_text);
    int others = 2 * measure::kPageMargin + widthOf(m_acknowledged) + widthOf(m_add) + widthOf(m_pill)
        + (m_edit->isHidden() ? 0 : m_edit->width() + measure::kControlGap) + 2 * measure::kControlGap;
    for (const SeverityChip *chip : m_severities)
        others += widthOf(chip);
    const bool wrap = chips > 0 && others + chips > width();
    if (wrap == m_wrapped)
        return;
    m_wrapped = wrap;
    int place = wrap ? 0 : m_chipPlace;
    for (QWidget *chip : {static_cast<QWidget *>(m_type), static_cast<QWidget *>(m_text)}) {
        (wrap ? m_firstLine : m_secondLine)->removeWidget(chip);
        (wrap ? m_secondLine : m_firstLine)->insertWidget(place++, chip);
    }
}

void AlertsFilterBar::setCounts(const AlertModel::Counts &counts)
{
    for (std::size_t rank = 0; rank < m_severities.size(); ++rank)
        m_severities[rank]->setCount(counts.bySeverity[rank]);
    m_pill->setWaiting(counts.waiting, tr("%n new alert(s)", nullptr, counts.waiting), counts.waitingCritical);
    placeChips();
}

void AlertsFilterBar::beginText()
{
    m_edit->setText(m_filter.text);
    m_edit->selectAll();
    m_edit->show();
    m_add->hide();
    m_text->hide();
    m_edit->setFocus();
}

void AlertsFilterBar::endText(bool take)
{
    const QString text = m_edit->text();
    m_edit->hide();
    if (take)
        setText(text);
    showFilter();
    QWidget *next = m_text->isVisible() ? static_cast<QWidget *>(m_text) : m_add;
    next->setFocus();
}

bool AlertsFilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress
        && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        endText(false);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace bartizan
