// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/recentplace.h"
#include "core/detect/scannerlist.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

/// What rules want to know of a user agent.
struct UserAgentFacts {
    /// Tells user agents apart. A client that sends none is another than one that does: that is an agent of its own.
    std::uint64_t fingerprint = 0;
    /// The name of a vulnerability scanner that it holds.
    std::optional<std::string_view> scanner;
};

/// Reads them, with a memory for the user agents met last: there are few, and they are long. Not thread-safe.
class UserAgentReader {
public:
    UserAgentReader();

    /// Valid until the next call.
    const UserAgentFacts &read(std::string_view agent)
    {
        const std::size_t place = recentPlaceOf(agent, TextEnds(agent), kPlaces);
        const Known &known = m_known[place];
        return known.agent == agent ? known.facts : readNew(agent, place);
    }

private:
    struct Known {
        std::string agent;
        UserAgentFacts facts;
    };
    static constexpr std::size_t kPlaces = 1024;
    static constexpr std::size_t kLongestKept = 512;

    const UserAgentFacts &readNew(std::string_view agent, std::size_t place);
    UserAgentFacts factsOf(std::string_view agent) const;

    PhraseList m_scanners;
    std::unique_ptr<Known[]> m_known;
    UserAgentFacts m_other; ///< Of one that is not kept.
};

} // namespace bartizan
