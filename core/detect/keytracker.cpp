// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/keytracker.h"

#include <algorithm>

namespace bartizan {

void KeyTracker::dropFirst()
{
    while (m_held > m_cap && !m_all.empty()) {
        const auto largest = std::max_element(m_all.begin(), m_all.end(), [](const TrackedKeys *a, const TrackedKeys *b) {
            return a->size() < b->size();
        });
        if ((*largest)->size() == 0)
            return;
        if ((*largest)->dropFirst(m_now))
            ++m_evicted;
    }
}

} // namespace bartizan
