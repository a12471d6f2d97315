// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace bartizan {

/// The id of an alert that an event raised: a UUID of version 5 (RFC 4122) over rule, group and row key, so that
/// processing an event twice gives the same alert.
std::string eventAlertId(std::string_view rule, std::string_view group, std::int64_t eventId);
/// The id of an alert that a timer raised at `tick`.
std::string tickAlertId(std::string_view rule, std::string_view group, TimestampMs tick);
/// The made-up request id of such an alert.
std::string tickRequestId(std::string_view rule, TimestampMs tick);

} // namespace bartizan
