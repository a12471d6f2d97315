// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace bartizan {

/// The most changes that AlertStore::changesSince() answers at once: a step on 100,000 alerts is told in parts, each of which
/// a window takes over in a few milliseconds.
inline constexpr std::int64_t kMostChanges = 2000;

} // namespace bartizan
