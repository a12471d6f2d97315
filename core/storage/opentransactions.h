// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace bartizan {

/// Tells since when the transactions that run on a server may have been running, which it does not tell everybody: one
/// whose number was not given out yet at an earlier look began behind that look. Times are the server's. Thread: one.
class OpenTransactions {
public:
    /// A moment, and the first transaction number that was not given out then.
    struct Look {
        TimestampMs at = 0;
        std::int64_t next = 0;

        bool operator==(const Look &) const = default;
    };

    /// Goes on from what an earlier process knew.
    void goOn(const Look &known);
    /// Looks at a snapshot as pg_current_snapshot() writes it.
    void see(const std::string &snapshot, TimestampMs at);
    /// The latest look behind which everything that ran at the last one began; empty: some of it ran before all looks.
    std::optional<Look> before() const;
    /// The first look that is still known of.
    TimestampMs firstLook() const { return m_looks.empty() ? 0 : m_looks.front().at; }
    /// How long the oldest transaction has been seen running by this process.
    TimestampMs seenRunningFor() const;

private:
    std::deque<Look> m_looks; ///< In order; all but the first are behind the beginning of the oldest transaction.
    std::int64_t m_oldest = 0;
    Look m_last;
    std::optional<TimestampMs> m_started;
};

} // namespace bartizan
