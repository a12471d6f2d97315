// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/nearmisslist.h"

#include <algorithm>
#include <tuple>

namespace bartizan {
namespace {

/// Whether `a` comes before `b`.
bool closer(const NearMiss &a, const NearMiss &b)
{
    if (a.share() != b.share())
        return a.share() > b.share();
    return std::tie(b.lastAt, a.rule, a.kind, a.group) < std::tie(a.lastAt, b.rule, b.kind, b.group);
}

} // namespace

bool NearMissList::wants(std::int64_t count, std::int64_t threshold, TimestampMs lastAt, bool pair) const
{
    NearMiss offered;
    offered.count = count;
    offered.threshold = threshold;
    offered.lastAt = lastAt;
    offered.pair = pair;
    const bool onItsWay = count >= threshold ? offered.lacksOne() : count >= 2;
    if (m_limit == 0 || !onItsWay || offered.share() < 0.5)
        return false;
    return m_best.size() < m_limit || closer(offered, m_best.front());
}

void NearMissList::add(NearMiss miss, std::uint32_t key)
{
    if (miss.lacksOne() && m_isRaised(miss.rule, miss.kind, key))
        return;
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
