// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/wayback.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/widgets/inlinemessage.h"

#include <QVBoxLayout>

#include <algorithm>

namespace bartizan {
namespace {

constexpr int kFilterText = 40;

QString rangeName(const RangeChoice &range, const QTimeZone &zone)
{
    switch (range.kind) {
    case RangeChoice::Kind::Hour: return WayBack::tr("1 h");
    case RangeChoice::Kind::Day: return WayBack::tr("24 h");
    case RangeChoice::Kind::Week: return WayBack::tr("7 d");
    case RangeChoice::Kind::Month: return WayBack::tr("30 d");
    case RangeChoice::Kind::Custom: break;
    }
    return format::timeRange(range.custom, zone);
}

QString companyName(const std::optional<std::string> &company)
{
    return company ? displayText(*company, kFilterText) : WayBack::tr("all companies");
}

QString groupsName(AlertGrouping grouping)
{
    switch (grouping) {
    case AlertGrouping::Type: return WayBack::tr("by type");
    case AlertGrouping::Address: return WayBack::tr("by address");
    case AlertGrouping::User: return WayBack::tr("by user");
    case AlertGrouping::Country: return WayBack::tr("by country");
    case AlertGrouping::Nothing: break;
    }
    return WayBack::tr("without groups");
}

} // namespace

WayBack::WayBack(QWidget *parent) : QWidget(parent), m_message(new InlineMessage(this))
{
    auto *room = new QVBoxLayout(this);
    room->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, measure::kControlGap);
    room->addWidget(m_message);
    hide();
    connect(m_message, &InlineMessage::linkActivated, this, [this] {
        if (const auto before = take())
            Q_EMIT wanted(*before);
    });
}

void WayBack::setOffered(bool offered)
{
    setVisible(offered);
    Q_EMIT offeredChanged(offered);
}

void WayBack::offer(const Place &before, const Place &now, const QTimeZone &zone)
{
    if (isHidden()) // Else one was led on from where one was led to.
        m_before = before;
    m_now = now;
    const bool sameRange = m_before.range == now.range;
    const bool sameCompany = m_before.company == now.company;
    const bool sameGroups = m_before.grouping == now.grouping;
    if (m_before == now || (m_before.filter.isEmpty() && sameRange && sameCompany && sameGroups)) {
        setOffered(false);
        return;
    }
    QStringList parts{m_before.filter.isEmpty() ? tr("no filter") : displayText(filterText(m_before.filter).toStdString(), kFilterText)};
    QStringList changed;
    if (!sameRange) {
        parts.append(rangeName(m_before.range, zone));
        changed.append(rangeName(now.range, zone));
    }
    if (!sameCompany) {
        parts.append(companyName(m_before.company));
        changed.append(companyName(now.company));
    }
    if (!sameGroups)
        parts.append(groupsName(m_before.grouping));
    const QString separator = QStringLiteral(", ");
    m_message->setMessage(MessageKind::Info,
                          changed.isEmpty() ? sameGroups ? tr("Another filter was set to show these.")
                                                         : tr("Filter and groups were taken away to show these.")
                                            : tr("Shown as they were counted: %1.").arg(changed.join(separator)),
                          tr("Back to %1").arg(parts.join(separator)));
    setOffered(true);
}

std::optional<WayBack::Place> WayBack::take()
{
    if (isHidden())
        return std::nullopt;
    setOffered(false);
    return m_before;
}

void WayBack::setPlace(const Place &now)
{
    // A filter may be narrowed on the way; another one, none, or the one from before, is a way of its own.
    const auto narrows = [&now](const FilterTerm &term) {
        return std::find(now.filter.terms.begin(), now.filter.terms.end(), term) != now.filter.terms.end();
    };
    if (!std::all_of(m_now.filter.terms.begin(), m_now.filter.terms.end(), narrows) || now.range != m_now.range || now.company != m_now.company || now.filter.isEmpty() || now.filter == m_before.filter)
        setOffered(false);
}

} // namespace bartizan
