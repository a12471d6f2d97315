// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bartizan {

/// One of `places` for `text`, by its length and a few of its bytes: for tables that only remember what came last, so
/// that texts which fall into one place cost no more than forgetting.
inline std::size_t recentPlaceOf(std::string_view text, std::size_t places) noexcept
{
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    if (text.size() >= sizeof head) {
        std::memcpy(&head, text.data(), sizeof head);
        std::memcpy(&tail, text.data() + text.size() - sizeof tail, sizeof tail);
        if (text.size() > 2 * sizeof head) {
            std::uint64_t middle = 0;
            std::memcpy(&middle, text.data() + text.size() / 2 - sizeof middle / 2, sizeof middle);
            head ^= middle * 0x9E37'79B9'7F4A'7C15U;
        }
    } else if (!text.empty()) {
        std::memcpy(&head, text.data(), text.size());
    }
    const std::uint64_t mixed = (head ^ (tail + text.size()) * 0xBF58'476D'1CE4'E5B9U) * 0x94D0'49BB'1331'11EBU;
    return static_cast<std::size_t>(mixed >> 40) % places;
}

} // namespace bartizan
