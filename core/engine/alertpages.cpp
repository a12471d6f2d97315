// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/alertpages.h"

#include "core/ports/store.h"

#include <algorithm>

namespace bartizan {

Result<std::int64_t> AlertPages::count()
{
    if (m_byId)
        return static_cast<std::int64_t>(m_ids.size());
    const auto all = m_store.countAlerts(m_query);
    if (!all || !m_query.limit)
        return all;
    return std::min(*all, static_cast<std::int64_t>(*m_query.limit));
}

Result<std::vector<SecurityAlert>> AlertPages::next()
{
    return m_byId ? nextNamed() : nextFound();
}

Result<std::vector<SecurityAlert>> AlertPages::nextFound()
{
    AlertQuery page = m_query;
    page.limit = std::min(kAlertPage, m_query.limit.value_or(kAlertPage));
    auto alerts = m_store.alerts(page);
    if (!alerts)
        return alerts;
    if (m_query.limit)
        *m_query.limit -= alerts->size();
    m_atEnd = alerts->size() < *page.limit || m_query.limit == std::size_t{0};
    if (!alerts->empty())
        m_query.after = AlertKey{alerts->back().timestamp, alerts->back().id};
    return alerts;
}

Result<std::vector<SecurityAlert>> AlertPages::nextNamed()
{
    const auto page = m_ids.first(std::min(kAlertPage, m_ids.size()));
    m_ids = m_ids.subspan(page.size());
    m_atEnd = m_ids.empty();
    return m_store.alertsNamed(page);
}

} // namespace bartizan
