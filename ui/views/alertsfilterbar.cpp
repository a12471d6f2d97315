// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/alertsfilterbar.h"

#include "core/query/filterparser.h"
#include "ui/models/filterchips.h"
#include "ui/theme/icons.h"
#include "ui/theme/measures.h"
#include "ui/theme/theme.h"
#include "ui/views/filteredit.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/hairline.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/pill.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QSettings>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace bartizan {

namespace {

/// What is typed is applied after this pause, in milliseconds.
constexpr int kTypingPause = 60;

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
    m_lines = new QVBoxLayout(this);
    m_lines->setContentsMargins(measure::kPageMargin, measure::kControlGap, measure::kPageMargin, measure::kControlGap);
    m_lines->setSpacing(measure::kControlGap);
    m_firstLine = new QHBoxLayout;
    m_firstLine->setSpacing(measure::kControlGap);
    m_lines->addLayout(m_firstLine);
    buildSeverities(m_firstLine);
    m_acknowledged = new ToggleChip(tr("Show acknowledged"), this);
    m_acknowledged->setToolTip(tr("Show acknowledged alerts as well"));
    m_acknowledged->setAccessibleName(tr("Show acknowledged"));
    connect(m_acknowledged, &QAbstractButton::toggled, this,
            [this](bool on) { setFilter(filterchips::withAcknowledged(m_filter, on)); });
    m_firstLine->addWidget(m_acknowledged);
    m_chipPlace = m_firstLine->count();
    m_add = new AddFilterButton(tr("Filter"), this);
    m_add->setAccessibleName(tr("Edit the filter"));
    m_add->setToolTip(tr("Type what to show (/)"));
    connect(m_add, &QAbstractButton::clicked, this, &AlertsFilterBar::beginEdit);
    m_firstLine->addWidget(m_add);
    buildEdit();
    m_firstLine->addStretch(1);
    m_pill = new Pill(this);
    connect(m_pill, &QAbstractButton::clicked, this, &AlertsFilterBar::waitingRequested);
    m_firstLine->addWidget(m_pill);
    m_lines->addWidget(m_reason);
    showFilter();
}

void AlertsFilterBar::buildSeverities(QHBoxLayout *row)
{
    for (int rank = 3; rank >= 0; --rank) {
        const auto at = static_cast<std::size_t>(rank);
        m_severities[at] = new SeverityChip(static_cast<AlertSeverity>(rank), this);
        row->addWidget(m_severities[at]);
        connect(m_severities[at], &QAbstractButton::toggled, this, [this, at](bool on) {
            std::array<bool, 4> shown = filterchips::severities(m_filter);
            shown[at] = on;
            setFilter(filterchips::withSeverities(m_filter, shown));
        });
    }
    auto *line = new Hairline(Qt::Vertical, this);
    line->setFixedHeight(16);
    row->addWidget(line);
}

void AlertsFilterBar::buildEdit()
{
    m_edit = new FilterEdit(FilterSubject::Alerts, this);
    m_edit->setFixedHeight(measure::kChipHeight);
    m_edit->setMinimumWidth(180);
    m_edit->hide();
    m_firstLine->addWidget(m_edit, 100);
    m_reason = new FieldError(this);
    m_reason->hide();
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingPause);
    connect(&m_typing, &QTimer::timeout, this, [this] {
        if (m_editing && m_edit->parsed().ok())
            apply(m_edit->parsed().filter);
    });
    connect(m_edit, &FilterEdit::read, this, [this](const QString &reason) {
        m_reason->setText(reason);
        if (m_editing)
            m_typing.start();
    });
    connect(m_edit, &FilterEdit::accepted, this, [this] { endEdit(true); });
    connect(m_edit, &FilterEdit::cancelled, this, [this] { endEdit(false); });
}

/// Takes a filter over, wherever it comes from; what is being typed is left alone.
void AlertsFilterBar::apply(const Filter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    showFilter();
    Q_EMIT filterChanged(m_filter);
}

void AlertsFilterBar::setFilter(const Filter &filter)
{
    apply(filter);
    if (m_editing && m_edit->parsed().filter != filter)
        m_edit->setFilter(filter);
}

void AlertsFilterBar::setText(const QString &text)
{
    setFilter(filterchips::withSearch(m_filter, text));
}

void AlertsFilterBar::showFilter()
{
    const std::array<bool, 4> shown = filterchips::severities(m_filter);
    // They follow: were they to set the filter, they would write it in their own form over what is being typed.
    for (std::size_t rank = 0; rank < m_severities.size(); ++rank) {
        const QSignalBlocker quiet(m_severities[rank]);
        m_severities[rank]->setChecked(shown[rank]);
    }
    const QSignalBlocker quiet(m_acknowledged);
    m_acknowledged->setChecked(!filterchips::hidesAcknowledged(m_filter));
    showChips();
}

void AlertsFilterBar::showChips()
{
    const bool hadFocus = std::any_of(m_chips.begin(), m_chips.end(), [](const Chip *chip) { return chip->hasFocus(); });
    for (Chip *chip : m_chips) {
        chip->hide();
        chip->deleteLater(); // It may be the one that was clicked.
    }
    m_chips.clear();
    for (std::size_t i = 0; i < m_filter.terms.size() && !m_editing; ++i) {
        const FilterTerm &term = m_filter.terms[i];
        if (filterchips::hasControl(term))
            continue;
        const filterchips::Words words = filterchips::words(term, FilterSubject::Alerts);
        auto *chip = new Chip(words.field, words.operation, words.value, this);
        m_chips.push_back(chip);
        chip->show();
        connect(chip, &Chip::removeRequested, this, [this, i] {
            Filter wanted = m_filter;
            wanted.terms.erase(wanted.terms.begin() + static_cast<std::ptrdiff_t>(i));
            setFilter(wanted);
        });
        connect(chip, &QAbstractButton::clicked, this, [this, i] {
            Filter wanted = m_filter;
            FilterTerm &turned = wanted.terms[i];
            if (turned.field == FilterField::Since || turned.field == FilterField::Until) {
                beginEdit(); // A time has no opposite; it can be changed.
                return;
            }
            turned.negated = !turned.negated;
            setFilter(wanted);
        });
    }
    m_add->setVisible(!m_editing);
    placeChips();
    if (hadFocus)
        (m_chips.empty() ? m_add : m_chips.front())->setFocus();
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
    int others = 2 * measure::kPageMargin + 2 * measure::kControlGap;
    for (const QWidget *widget : std::initializer_list<const QWidget *>{m_acknowledged, m_add, m_pill})
        others += widthOf(widget);
    for (const SeverityChip *chip : m_severities)
        others += widthOf(chip);
    for (QHBoxLayout *line : m_moreLines) {
        m_lines->removeItem(line);
        delete line;
    }
    m_moreLines.clear();
    int room = width() - others;
    int place = m_chipPlace;
    for (Chip *chip : m_chips) {
        m_firstLine->removeWidget(chip);
        const int needed = widthOf(chip);
        if (needed > room) {
            m_moreLines.push_back(new QHBoxLayout);
            m_moreLines.back()->setSpacing(measure::kControlGap);
            m_moreLines.back()->addStretch(1);
            m_lines->insertLayout(static_cast<int>(m_moreLines.size()), m_moreLines.back());
            room = width() - 2 * measure::kPageMargin;
            place = 0;
        }
        room -= needed;
        (m_moreLines.empty() ? m_firstLine : m_moreLines.back())->insertWidget(place++, chip);
    }
    QWidget *before = m_acknowledged;
    for (Chip *chip : m_chips) {
        setTabOrder(before, chip);
        before = chip;
    }
    setTabOrder(before, m_add);
}

void AlertsFilterBar::setCounts(const AlertModel::Counts &counts)
{
    for (std::size_t rank = 0; rank < m_severities.size(); ++rank)
        m_severities[rank]->setCount(counts.bySeverity[rank]);
    const int pill = m_pill->isHidden() ? 0 : m_pill->sizeHint().width();
    m_pill->setWaiting(counts.waiting, tr("%Ln new alert(s)", nullptr, counts.waiting), counts.waitingCritical);
    if (pill != (m_pill->isHidden() ? 0 : m_pill->sizeHint().width()))
        placeChips();
}

void AlertsFilterBar::beginEdit()
{
    if (!m_editing) {
        m_before = m_filter;
        m_editing = true;
        m_edit->setFilter(m_filter);
        showFilter();
        m_edit->show();
        m_reason->show(); // Its place is kept while one types.
    }
    m_edit->setFocus();
    m_edit->end(false);
}

void AlertsFilterBar::endEdit(bool keep)
{
    m_typing.stop();
    m_editing = false;
    m_edit->hide();
    m_reason->hide();
    const Filter wanted = keep ? m_edit->parsed().filter : m_before;
    if (keep)
        m_edit->remember(filterText(wanted));
    if (wanted == m_filter)
        showFilter();
    else
        apply(wanted);
    Q_EMIT editEnded(keep);
}

void AlertsFilterBar::save(QSettings &settings) const
{
    settings.setValue(QStringLiteral("filter"), filterText(m_editing ? m_before : m_filter));
    settings.setValue(QStringLiteral("filterHistory"), m_edit->history());
}

void AlertsFilterBar::restore(const QSettings &settings)
{
    m_edit->setHistory(settings.value(QStringLiteral("filterHistory")).toStringList());
    setFilter(parseFilter(settings.value(QStringLiteral("filter")).toString(), FilterSubject::Alerts).filter);
}

} // namespace bartizan
