// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/backlog.h"
#include "core/domain/detectorhistory.h"
#include "core/domain/result.h"

#include <optional>
#include <vector>

namespace bartizan {

class CountryResolver;

/// Where the engine reads the audit log from. Thread: the one that opened it.
class AuditSource {
public:
    virtual ~AuditSource() = default;

    /// Whether another connection has committed since the last call. Costs microseconds: made to be polled.
    virtual Result<bool> changed() = 0;
    /// Up to `limit` rows after `rowId`, in order of their keys (the order of commit). The row whose text makes it
    /// kBatchText bytes (core/domain/eventsize.h) or more is the last of its batch: only an empty batch is the end.
    virtual Result<std::vector<AuditEvent>> fetchAfter(std::int64_t rowId, std::size_t limit) = 0;
    /// Up to `limit` rows with the key at most `maxRowId` and the time in `range`, in (timestamp, key) order, behind the
    /// row `after` if there is one. Ends early as fetchAfter() does.
    virtual Result<std::vector<AuditEvent>> rowsBetween(TimeRange range, std::int64_t maxRowId,
                                                        const std::optional<EventKey> &after, std::size_t limit) = 0;
    /// How many rows stand after `rowId`. Where they have to be counted one by one, `most` of a kind are.
    virtual Result<Backlog> backlog(std::int64_t rowId, std::int64_t most = kMostCounted) = 0;
    /// Tells `sink` what a detector needs to go on at `asOf`: rows with the key at most `maxRowId` and a time before or at
    /// `asOf`, and the monitor's own "security_alert_created" rows up to `asOf` whatever their key. Where it fails, `sink`
    /// was told a part.
    virtual Result<void> history(const DetectorHistory::Query &query, DetectorHistory::Sink &sink) = 0;
};

} // namespace bartizan
