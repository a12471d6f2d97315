// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ownchanges.h"

#include <algorithm>
#include <functional>

namespace bartizan {

OwnChanges::Alerts OwnChanges::alertsOf(std::span<const std::string> ids)
{
    std::vector<std::uint64_t> hashes(ids.size());
    std::transform(ids.begin(), ids.end(), hashes.begin(), std::hash<std::string>());
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    return std::make_shared<const std::vector<std::uint64_t>>(std::move(hashes));
}

void OwnChanges::begin(quint64 token, Alerts alerts)
{
    const std::size_t count = alerts->size();
    m_steps.insert_or_assign(token, Step{std::move(alerts), std::vector<bool>(count, false), count});
}

void OwnChanges::end(quint64 token, const Alerts &done)
{
    const auto at = m_steps.find(token);
    if (at == m_steps.end())
        return;
    Step &step = at->second;
    Step rest{done, std::vector<bool>(done->size(), false), done->size(), true};
    for (std::size_t i = 0; i < done->size(); ++i) {
        const auto was = std::lower_bound(step.alerts->begin(), step.alerts->end(), (*done)[i]);
        if (was == step.alerts->end() || *was != (*done)[i] || !step.told[static_cast<std::size_t>(was - step.alerts->begin())])
            continue;
        rest.told[i] = true;
        --rest.left;
    }
    step = std::move(rest);
    if (step.left == 0)
        m_steps.erase(at);
}

bool OwnChanges::take(const std::string &id)
{
    if (m_steps.empty())
        return false;
    const std::uint64_t hash = std::hash<std::string>()(id);
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
