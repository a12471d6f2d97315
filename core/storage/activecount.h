// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"

namespace bartizan {

/// Whether a query asks for all active alerts, whose number the database keeps: who follows it asks after each commit,
/// and counting them would take as long as there are alerts.
inline bool asksForAllActive(const AlertQuery &query)
{
    const bool bounded = query.range.start > TimeRange().start || query.range.end < TimeRange().end;
    return query.active == true && !bounded && !query.acknowledged && !query.muted && !query.severity && !query.type && !query.rule
        && !query.companyId && !query.ipAddress && !query.userId && !query.group && !query.mute;
}

} // namespace bartizan
