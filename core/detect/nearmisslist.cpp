// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/nearmisslist.h"

#include <algorithm>
#include <tuple>

namespace bartizan {
namespace {

/// Whether `a` comes before `b`.
bool closer(const NearMiss &a, const NearMiss &b)
{
    // a.count / a.threshold > b.count / b.threshold, in whole numbers; what lies beyond a threshold is as close as can be.
    const auto left = static_cast<double>(std::min(a.count, a.threshold)) * static_cast<double>(b.threshold);
    const auto right = static_cast<double>(std::min(b.count, b.threshold)) * static_cast<double>(a.threshold);
    if (left != right)
        return left > right;
    return std::tie(b.lastAt, a.rule, a.kind, a.group) < std::tie(a.lastAt, b.rule, b.kind, b.group);
}

} // namespace

bool NearMissList::wants(std::int64_t count, std::int64_t threshold, TimestampMs lastAt, bool pair) const
{
    if (m_limit == 0 || count < threshold - count || (count >= threshold ? !pair || count < 1 : count < 2))
        return false;
    if (m_best.size() < m_limit)
        return true;
    NearMiss offered;
    offered.count = count;
    offered.threshold = threshold;
    offered.lastAt = lastAt;
    return closer(offered, m_best.front());
}

void NearMissList::add(NearMiss miss)
{
    m_best.push_back(std::move(miss));
    std::push_heap(m_best.begin(), m_best.end(), closer);
    if (m_best.size() > m_limit) {
        std::pop_heap(m_best.begin(), m_best.end(), closer);
        m_best.pop_back();
    }
}

std::vector<NearMiss> NearMissList::take()
{
    std::sort_heap(m_best.begin(), m_best.end(), closer);
    return std::move(m_best);
}

} // namespace bartizan
