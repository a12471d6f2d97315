// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/wayback.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"
#include "ui/theme/measures.h"
#include "ui/widgets/inlinemessage.h"

#include <QVBoxLayout>

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

} // namespace

WayBack::WayBack(QWidget *parent) : QWidget(parent), m_message(new InlineMessage(this))
{
    auto *room = new QVBoxLayout(this);
    room->setContentsMargins(measure::kPageMargin, 0, measure::kPageMargin, measure::kControlGap);
    room->addWidget(m_message);
    hide();
    connect(m_message, &InlineMessage::linkActivated, this, [this] {
        hide();
        Q_EMIT wanted(m_before);
    });
}

void WayBack::offer(const Place &before, const Place &now, const QTimeZone &zone)
{
    m_before = before;
    m_now = now;
    const bool sameRange = before.range == now.range;
    const bool sameCompany = before.company == now.company;
    if (before == now || (before.filter.isEmpty() && sameRange && sameCompany)) {
        hide();
        return;
    }
    QStringList parts{before.filter.isEmpty() ? tr("no filter") : displayText(filterText(before.filter).toStdString(), kFilterText)};
    QStringList changed;
    if (!sameRange) {
        parts.append(rangeName(before.range, zone));
        changed.append(rangeName(now.range, zone));
    }
    if (!sameCompany) {
        parts.append(companyName(before.company));
        changed.append(companyName(now.company));
    }
    const QString separator = QStringLiteral(", ");
    m_message->setMessage(MessageKind::Info,
                          changed.isEmpty() ? tr("Another filter was set to show these.")
                                            : tr("Shown as they were counted: %1.").arg(changed.join(separator)),
                          tr("Back to %1").arg(parts.join(separator)));
    show();
}

void WayBack::setPlace(const Place &now)
{
    // A filter may be narrowed on the way; none, or the one from before, is a way of its own.
    if (now.range != m_now.range || now.company != m_now.company || now.filter.isEmpty() || now.filter == m_before.filter)
        hide();
}

} // namespace bartizan
