// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/handover.h"
#include "core/domain/result.h"

namespace bartizan {

/// Which handover.
struct HandoverQuery {
    TimeRange range;                      ///< Both ends belong to it.
    std::optional<std::string> companyId; ///< Only its alerts.
    std::size_t limit = 50;               ///< So many lines of each list at most; what is counted is counted whole.
};

/// Answers what happened to alerts between two times. Thread: the one that opened it.
class HandoverSource {
public:
    virtual ~HandoverSource() = default;

    /// From one state of the database.
    virtual Result<Handover> handover(const HandoverQuery &query) = 0;
    virtual Result<ResponseTimes> responseTimes(TimeRange range, const std::optional<std::string> &companyId) = 0;
};

} // namespace bartizan
