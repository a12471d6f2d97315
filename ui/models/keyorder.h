// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <utility>
#include <vector>

namespace bartizan {

/// Puts values in the order of their keys, equal ones as they stand; `keys` has one for each. Takes time in proportion: a
/// million values are dealt out by keys up to their number in one go, by larger ones digit by digit, the lowest first.
/// Thread: any.
template<std::unsigned_integral Key, typename Value>
std::vector<Value> orderedByKey(std::vector<Key> keys, std::vector<Value> values, bool descending)
{
    constexpr unsigned kDigitBits = 11;
    if (values.empty())
        return values;
    const auto width = static_cast<unsigned>(std::bit_width(*std::max_element(keys.begin(), keys.end())));
    const auto atOnce = std::max(kDigitBits, static_cast<unsigned>(std::bit_width(values.size())));
    const unsigned bits = width <= atOnce ? width : kDigitBits;
    const std::size_t most = (std::size_t{1} << bits) - 1;
    std::vector<Value> valuesTo(values.size());
    std::vector<Key> keysTo(bits < width ? keys.size() : 0);
    for (unsigned shift = 0; shift < width; shift += bits) {
        const auto digitOf = [&](Key key) {
            const std::size_t digit = static_cast<std::size_t>(key >> shift) & most;
            return descending ? most - digit : digit;
        };
        std::vector<std::uint32_t> places(most + 2, 0);
        for (const Key key : keys)
            ++places[digitOf(key) + 1];
        for (std::size_t digit = 1; digit < places.size(); ++digit)
            places[digit] += places[digit - 1];
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::uint32_t place = places[digitOf(keys[i])]++;
            valuesTo[place] = values[i];
            if (!keysTo.empty())
                keysTo[place] = keys[i];
        }
        values.swap(valuesTo);
        if (!keysTo.empty())
            keys.swap(keysTo);
    }
    return values;
}

} // namespace bartizan
