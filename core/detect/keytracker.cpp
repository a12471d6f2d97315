// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/keytracker.h"

#include <algorithm>

namespace bartizan {
namespace {

/// Whether a key has expired is looked at once for so many of the cap that are added: then at most that part of what is
/// held is not needed any more while others go.
constexpr std::size_t kPartOfCap = 64;

} // namespace

void KeyTracker::expire()
{
    for (TrackedKeys *keys : m_all)
        keys->expire(m_now);
    m_nextExpiry = m_added + m_cap / kPartOfCap + 1;
}

void KeyTracker::makeRoom()
{
    if (m_added >= m_nextExpiry)
        expire();
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
