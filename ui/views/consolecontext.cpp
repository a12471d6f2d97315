// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/consolecontext.h"

#include "core/ports/clock.h"
#include "ui/views/triagesteps.h"

namespace bartizan {
namespace {

TimestampMs widthOf(RangeChoice::Kind kind)
{
    switch (kind) {
    case RangeChoice::Kind::Hour:
        return kHour;
    case RangeChoice::Kind::Week:
        return 7 * kDay;
    case RangeChoice::Kind::Month:
        return 30 * kDay;
    case RangeChoice::Kind::Day:
    case RangeChoice::Kind::Custom:
        break;
    }
    return kDay;
}

} // namespace

ConsoleContext::ConsoleContext(Session *session, QObject *parent)
    : QObject(parent), m_session(session), m_notices(new NoticePreferences(this)), m_steps(new TriageSteps(this)), m_zone(QTimeZone::utc())
{
}

void ConsoleContext::setRangeChoice(const RangeChoice &choice)
{
    if (choice == m_range)
        return;
    m_range = choice;
    Q_EMIT rangeChanged();
}

TimeRange ConsoleContext::currentRange() const
{
    if (m_range.kind == RangeChoice::Kind::Custom)
        return m_range.custom;
    const TimestampMs now = SystemClock().now();
    return {now - widthOf(m_range.kind), now};
}

void ConsoleContext::setCompany(const std::optional<std::string> &company)
{
    if (company == m_company)
        return;
    m_company = company;
    Q_EMIT companyChanged();
}

void ConsoleContext::setDisplayZone(const QTimeZone &zone)
{
    if (zone == m_zone)
        return;
    m_zone = zone;
    Q_EMIT displayZoneChanged();
}

void ConsoleContext::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    Q_EMIT pausedChanged(paused);
}

} // namespace bartizan
