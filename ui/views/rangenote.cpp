// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/rangenote.h"

#include "core/domain/timestamp.h"
#include "core/query/filterwords.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/elidedlabel.h"

#include <QDateTime>
#include <QHBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace bartizan {
namespace {

using Kind = RangeChoice::Kind;

/// "24h" and the range of 24 h mean the same, though their ends are some moments apart.
constexpr TimestampMs kSlack = kMinute;

struct Named {
    Kind kind;
    const char *name;
    TimestampMs span;
};
constexpr std::array<Named, 4> kRanges{{{Kind::Hour, QT_TRANSLATE_NOOP("bartizan::RangeNote", "1 h"), kHour},
                                        {Kind::Day, QT_TRANSLATE_NOOP("bartizan::RangeNote", "24 h"), kDay},
                                        {Kind::Week, QT_TRANSLATE_NOOP("bartizan::RangeNote", "7 d"), 7 * kDay},
                                        {Kind::Month, QT_TRANSLATE_NOOP("bartizan::RangeNote", "30 d"), 30 * kDay}}};

/// The earliest instant that a term asks for, where it names one.
std::optional<TimestampMs> startOf(const FilterTerm &term, const FilterMoment &moment)
{
    if (term.field != FilterField::Since || term.negated || term.words.empty())
        return std::nullopt;
    return instantOf(term.field, term.words.front().text, moment);
}

} // namespace

RangeNote::RangeNote(ConsoleContext *context, QWidget *parent)
    : QWidget(parent), m_context(context), m_text(new ElidedLabel(this)), m_link(new LinkButton({}, this))
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, measure::kGrid);
    row->setSpacing(measure::kControlGap);
    m_text->setMuted(true);
    row->addWidget(m_text);
    row->addWidget(m_link);
    row->addStretch(1);
    hide();
    connect(m_context, &ConsoleContext::rangeChanged, this, &RangeNote::refresh);
    connect(m_context, &ConsoleContext::displayZoneChanged, this, &RangeNote::refresh);
    connect(m_link, &QAbstractButton::clicked, this, [this] {
        if (m_offered)
            m_context->setRangeChoice(*m_offered);
    });
}

void RangeNote::setFilter(std::optional<Filter> filter)
{
    m_filter = std::move(filter);
    refresh();
}

void RangeNote::refresh()
{
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    const FilterMoment moment{now, m_context->displayZone()};
    const TimeRange range = m_context->currentRange();
    m_offered.reset();
    if (!m_filter) {
        hide();
        return;
    }
    const auto reachesBack = std::find_if(m_filter->terms.begin(), m_filter->terms.end(), [&](const FilterTerm &term) {
        const auto start = startOf(term, moment);
        return start && *start < range.start - kSlack;
    });
    if (reachesBack != m_filter->terms.end()) {
        const TimestampMs start = *startOf(*reachesBack, moment);
        const auto named = [this](Kind kind) {
            const auto at = std::find_if(kRanges.begin(), kRanges.end(), [kind](const Named &one) { return one.kind == kind; });
            return at == kRanges.end() ? format::timeRange(m_context->currentRange(), m_context->displayZone()) : tr(at->name);
        };
        m_text->setText(tr("“%1” reaches back behind the range above, %2: what is older is not shown")
                            .arg(filterText(*reachesBack), named(m_context->rangeChoice().kind)));
        const auto longer = std::find_if(kRanges.begin(), kRanges.end(),
                                         [&](const Named &one) { return now - one.span <= start + kSlack; });
        const bool fits = longer != kRanges.end();
        m_offered = fits ? RangeChoice{longer->kind, {}} : RangeChoice{Kind::Custom, {start, TimeRange().end}};
        m_link->setText(fits ? tr("Show %1").arg(tr(longer->name)) : tr("Show it all"));
        m_link->setAccessibleName(fits ? tr("Show the range of %1").arg(tr(longer->name)) : tr("Show the whole range"));
    } else if (m_context->rangeChoice().kind == Kind::Custom && range.end < now - kSlack) {
        m_text->setText(tr("Shown is %1: what has come since is not").arg(format::timeRange(range, m_context->displayZone())));
        m_offered = RangeChoice{Kind::Day, {}};
        m_link->setText(tr("Show %1").arg(tr("24 h")));
        m_link->setAccessibleName(tr("Show the range of %1").arg(tr("24 h")));
    }
    m_link->updateGeometry();
    setVisible(m_offered.has_value());
}

QString RangeNote::text() const
{
    return m_offered ? m_text->text() : QString();
}

} // namespace bartizan
