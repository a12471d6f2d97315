// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/keytable.h"
#include "core/detect/slidingwindow.h"

#include <algorithm>
#include <vector>

namespace bartizan {

/// One sliding window per key. Not thread-safe.
class KeyedWindows {
public:
    /// Each window reaches `span` milliseconds back from its own newest row.
    explicit KeyedWindows(TimestampMs span) : m_span(span) {}

    /// Enters a row of `key`.
    void add(KeyId key, TimestampMs t)
    {
        if (key >= m_windows.size())
            m_windows.resize(std::max<std::size_t>(key + 1, m_windows.size() * 2));
        m_windows[key].add(t, m_span, m_pool);
    }
    /// How many rows of `key` lie in [from, to].
    std::int64_t count(KeyId key, TimestampMs from, TimestampMs to) const noexcept
    {
        return key < m_windows.size() ? m_windows[key].count(from, to) : 0;
    }
    /// Forgets the keys whose rows all lie more than the span before `now`, and marks the others.
    void expire(TimestampMs now, KeyMarks &marks)
    {
        for (std::size_t key = 0; key < m_windows.size(); ++key) {
            SlidingWindow &window = m_windows[key];
            if (window.empty())
                continue;
            if (now - window.newest() > m_span) {
                window.release(m_pool);
            } else {
                window.shrink(m_pool);
                marks.mark(static_cast<KeyId>(key));
            }
        }
    }
    /// Forgets everything.
    void clear()
    {
        for (SlidingWindow &window : m_windows)
            window.release(m_pool);
        m_windows.clear();
    }
    /// Bytes of state.
    std::size_t bytes() const noexcept { return m_pool.bytes() + m_windows.capacity() * sizeof(SlidingWindow); }

private:
    TimestampMs m_span;
    std::vector<SlidingWindow> m_windows; ///< By key.
    BlockPool m_pool;
};

} // namespace bartizan
