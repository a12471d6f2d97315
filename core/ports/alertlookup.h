// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/securityalert.h"

#include <span>
#include <string>
#include <vector>

namespace bartizan {

/// Finds alerts by their ids, many at once. Thread: the one that opened it.
class AlertLookup {
public:
    virtual ~AlertLookup() = default;

    /// The alerts of these ids, in their order; of an id that there is no alert of, nothing. One round trip to a server:
    /// meant for some thousands.
    virtual Result<std::vector<SecurityAlert>> alertsNamed(std::span<const std::string> ids) = 0;
};

} // namespace bartizan
