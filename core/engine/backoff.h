// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRandomGenerator>

#include <algorithm>

namespace bartizan {

/// How long to wait before the next try of what has failed: twice as long each time, up to 30 s, and up to a quarter more,
/// so that not all come at once where a server that is back has many waiting for it.
class Backoff {
public:
    /// Milliseconds to wait after another failure.
    int next()
    {
        m_ms = m_ms == 0 ? kFirstMs : std::min(kLongestMs, m_ms * 2);
        return m_ms + static_cast<int>(QRandomGenerator::global()->bounded(m_ms / 4 + 1));
    }
    /// It went well.
    void reset() { m_ms = 0; }

private:
    static constexpr int kFirstMs = 250;
    static constexpr int kLongestMs = 30'000;

    int m_ms = 0;
};

} // namespace bartizan
