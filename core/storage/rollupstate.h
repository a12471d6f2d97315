// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/rollupstorage.h"
#include "core/ports/countryresolver.h"

#include <cstdint>

namespace bartizan {

/// How far the roll-ups of a store are.
struct RollupState {
    std::int64_t lastRowId = 0;     ///< Rows up to this key are in the blocks.
    std::int64_t newestQuarter = 0; ///< Of the newest of them, by time.
    std::uint64_t lookup = 0;       ///< That the cells are made with.
};

/// One slice of work at leisure: rows that are rolled up, or rows and users read for cells. Some 20 ms.
inline constexpr std::int64_t kRollupSliceRows = 20'000;
inline constexpr std::int64_t kRollupSliceEffort = 250'000;
/// Rows that are not rolled up cost an answer as much as in the log itself: with more of them than this, or than are
/// rolled up, the log is read.
inline constexpr std::int64_t kLongestRollupTail = 2'000'000;

inline RollupLookup rollupLookupOf(CountryResolver &countries)
{
    return {countries.identity(), [&countries](std::string_view address) { return countries.ofAddress(address); }};
}

} // namespace bartizan
