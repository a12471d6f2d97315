// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDeadlineTimer>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace bartizan {

/// Puts a few values among many, both in order, at the end of `to`: it compares a few times for each of the few, and copies
/// the many. Thread: any.
template<typename T, typename Less>
void appendMerged(std::vector<T> &to, std::span<const T> many, std::span<const T> few, Less less)
{
    auto from = many.begin();
    for (const T &value : few) {
        const auto place = std::lower_bound(from, many.end(), value, less);
        to.insert(to.end(), from, place);
        to.push_back(value);
        from = place;
    }
    to.insert(to.end(), from, many.end());
}

/// Turns values round, but leaves those beside each other that stand as one as they are: `isOne` says so of the first of them
/// and another. It goes on from `at`, 0 to begin with, until the time is over or everything is done; returns whether it is.
template<typename T, typename IsOne>
bool reverseRuns(std::vector<T> &values, std::size_t &at, const QDeadlineTimer &until, IsOne isOne)
{
    constexpr std::size_t kPart = 16'384;
    if (at == 0)
        std::reverse(values.begin(), values.end());
    while (at < values.size()) {
        for (const std::size_t end = std::min(at + kPart, values.size()); at < end;) {
            const std::size_t first = at++;
            while (at < values.size() && isOne(values[first], values[at]))
                ++at;
            std::reverse(values.begin() + static_cast<std::ptrdiff_t>(first), values.begin() + static_cast<std::ptrdiff_t>(at));
        }
        if (at < values.size() && until.hasExpired())
            return false;
    }
    return true;
}

} // namespace bartizan
