// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <cstdint>
#include <string>

namespace bartizan {

/// What a running engine tells of itself, kept in its database, so that other processes can read it.
struct EngineHealth {
    TimestampMs at = 0;           ///< When it was told, by the engine's wall clock.
    double eventsPerSecond = 0.0; ///< Over the 10 s before.
    std::int64_t backlog = 0;     ///< Rows it had not looked at; so many at least.
    std::int64_t processed = 0;   ///< Rows since it started.
    std::int64_t keysHeld = 0;    ///< Addresses, accounts … that the rules keep state about.
    std::int64_t keysEvicted = 0; ///< Given up at the cap since it started.
    std::int64_t stateBytes = 0;  ///< Of the rules' state, about.
    std::int64_t rulesOn = 0;
    std::string lastError;        ///< Empty: none since it started.
    TimestampMs lastErrorAt = 0;
    TimestampMs failingSince = 0; ///< When the first of its tries failed that all have failed since; 0: it works.

    bool operator==(const EngineHealth &) const = default;
};

} // namespace bartizan
