// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ownchanges.h"

#include <algorithm>

namespace bartizan {

void OwnChanges::begin(quint64 token, IdHashes alerts)
{
    const std::size_t count = alerts->size();
    m_steps.insert_or_assign(token, Step{std::move(alerts), std::vector<bool>(count, false), count});
}

void OwnChanges::end(quint64 token, const IdHashes &done, std::optional<std::int64_t> position)
{
    const auto at = m_steps.find(token);
    if (at == m_steps.end())
        return;
    Step &step = at->second;
    if (step.alerts != done) {
        Step rest{done, std::vector<bool>(done->size(), false), done->size()};
        std::size_t before = 0; // Both ascend.
        for (std::size_t i = 0; i < done->size(); ++i) {
            while (before < step.alerts->size() && (*step.alerts)[before] < (*done)[i])
                ++before;
            if (before == step.alerts->size() || (*step.alerts)[before] != (*done)[i] || !step.told[before])
                continue;
            rest.told[i] = true;
            --rest.left;
        }
        step = std::move(rest);
    }
    step.ended = true;
    step.position = position;
    if (step.left == 0)
        m_steps.erase(at);
}

bool OwnChanges::take(const std::string &id)
{
    if (m_steps.empty())
        return false;
    const std::uint64_t hash = IdList::hashOf(id);
    for (auto at = m_steps.begin(); at != m_steps.end(); ++at) {
        Step &step = at->second;
        const auto place = std::lower_bound(step.alerts->begin(), step.alerts->end(), hash);
        const auto i = static_cast<std::size_t>(place - step.alerts->begin());
        if (place == step.alerts->end() || *place != hash || step.told[i])
            continue;
        step.told[i] = true;
        if (--step.left == 0 && step.ended)
            m_steps.erase(at);
        return true;
    }
    return false;
}

} // namespace bartizan
