// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/useragents.h"

#include "core/detect/statefile.h"

namespace bartizan {

UserAgentReader::UserAgentReader() : m_scanners(scannerNames()), m_known(std::make_unique<Known[]>(kPlaces))
{
    for (std::size_t i = 0; i < kPlaces; ++i)
        m_known[i].facts = factsOf({});
}

UserAgentFacts UserAgentReader::factsOf(std::string_view agent) const
{
    constexpr std::uint64_t kNone = 2; // All others are odd.
    return {agent.empty() ? kNone : stateChecksum(agent) | 1, m_scanners.find(agent)};
}

const UserAgentFacts &UserAgentReader::readNew(std::string_view agent, std::size_t place)
{
    if (agent.size() > kLongestKept) {
        m_other = factsOf(agent);
        return m_other;
    }
    Known &known = m_known[place];
    known = {std::string(agent), factsOf(agent)};
    return known.facts;
}

} // namespace bartizan
