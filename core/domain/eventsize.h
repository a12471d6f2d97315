// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"

#include <cstddef>
#include <vector>

namespace bartizan {

/// Bytes of text after which a batch of rows ends early. A row may hold megabytes, so that a number of rows alone says
/// nothing about memory.
inline constexpr std::size_t kBatchText = 32u << 20;

/// Bytes of text in an event.
inline std::size_t textSize(const AuditEvent &event) noexcept
{
    const auto sizeOf = [](const std::optional<std::string> &text) { return text ? text->size() : 0; };
    const EventContext &c = event.context;
    return event.action.size() + event.metadata.size() + sizeOf(event.errorMessage) + sizeOf(c.userId)
        + sizeOf(c.companyId) + sizeOf(c.platformUserId) + sizeOf(c.ipAddress) + sizeOf(c.userAgent)
        + sizeOf(c.country) + sizeOf(c.sessionId) + sizeOf(c.requestId);
}

/// Whether a read of up to `limit` rows ended at a limit, so that there may be more.
inline bool endedEarly(const std::vector<AuditEvent> &rows, std::size_t limit) noexcept
{
    std::size_t text = 0;
    for (const AuditEvent &row : rows)
        text += textSize(row);
    return rows.size() >= limit || text >= kBatchText;
}

} // namespace bartizan
