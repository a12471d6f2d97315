// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/detectorhistory.h"

#include <algorithm>
#include <limits>

namespace bartizan {

/// Tells whether something occurred in [t - kHistorySpan, t), for any t down to kLateSlack before the newest
/// occurrence, without keeping its occurrences. Four instants do:
///
/// - `last` and `previous` are the two newest; they answer for t > previous.
/// - For an older t there are occurrences younger than t, within kLateSlack. `first` is one at least kLateSlack older
///   than the newest was when it was chosen, `middle` the candidate to follow it. While rows come less than kLateSlack
///   apart, `first` is never older than two such spans, far from the edge of the history; when a longer pause comes,
///   `first` becomes the very last occurrence before it, which makes the edge exact.
struct Presence {
    static constexpr TimestampMs kNever = std::numeric_limits<TimestampMs>::min();

    TimestampMs first = kNever;
    TimestampMs middle = kNever;
    TimestampMs previous = kNever;
    TimestampMs last = kNever;

    /// Enters an occurrence, in order or late.
    void add(TimestampMs t) noexcept
    {
        if (last == kNever) {
            first = middle = last = t;
        } else if (t > last) {
            if (last < t - kLateSlack) {
                first = last;
                middle = t;
            } else if (middle < t - kLateSlack) {
                first = middle;
                middle = t;
            }
            previous = last;
            last = t;
        } else if (t < last) {
            if (t > previous)
                previous = t;
            first = std::min(first, t);
            middle = std::min(middle, t);
        }
    }

    /// Whether an occurrence lies in [t - kHistorySpan, t).
    bool before(TimestampMs t) const noexcept
    {
        const TimestampMs from = t - kHistorySpan;
        if (t > last)
            return last >= from;
        if (t > previous)
            return previous >= from;
        return (middle < t && middle >= from) || (first < t && first >= from);
    }

    /// What a store knows of it from some of its rows. Others can be merged in; then settle().
    static Presence partOf(const DetectorHistory::KnownCountry &known) noexcept
    {
        return {known.first, known.first, known.lastBefore.value_or(kNever), known.last};
    }

    /// Takes in what other rows tell; both are parts. In any order: the oldest and the two newest are kept.
    void merge(const Presence &other) noexcept
    {
        if (last == kNever) {
            *this = other;
            return;
        }
        previous = std::max(previous, other.previous);
        if (last != other.last)
            previous = std::max(previous, std::min(last, other.last));
        first = std::min(first, other.first);
        last = std::max(last, other.last);
    }

    /// Makes of parts what tells and goes on. When the two newest lie close together, the oldest is young enough to answer
    /// for all times before them that can still be asked for.
    void settle() noexcept
    {
        if (previous == kNever) {
            first = middle = last;
        } else if (previous < last - kLateSlack) {
            first = previous;
            middle = last;
        } else {
            middle = previous;
        }
    }
};

} // namespace bartizan
