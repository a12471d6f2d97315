// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/auditlog.h"

#include <optional>
#include <vector>

namespace bartizan {

/// Reads rows of the log, newest first, so that no read takes long. Where an index leads to them they come as many as are
/// wanted. Where none does, as by an outcome, a read goes through a stretch of time only, a longer one the quicker the
/// last one was gone through: it may find nothing, and yet not be at the end. Thread: the log's.
class EventPages {
public:
    /// `log` and `countries`, which may be null, must outlive it.
    EventPages(AuditLog &log, const EventQuery &query, CountryResolver *countries);

    /// Whether an index leads to what a query asks for, or all rows of a time are asked for.
    static bool hasIndex(const EventQuery &query);

    /// The next rows, at most `limit`.
    Result<std::vector<AuditEvent>> next(std::size_t limit);
    bool atEnd() const noexcept { return m_atEnd; }
    /// How far the log was looked at: where another read goes on. nullopt: not at all.
    const std::optional<EventKey> &reached() const noexcept { return m_query.after; }

private:
    Result<std::vector<AuditEvent>> nextOfStretch(std::size_t limit);
    Result<void> begin();

    AuditLog &m_log;
    CountryResolver *m_countries;
    EventQuery m_query;
    TimeRange m_left; ///< Of the log, where it is gone through.
    TimestampMs m_stretch;
    bool m_begun = false;
    bool m_atEnd = false;
};

} // namespace bartizan
