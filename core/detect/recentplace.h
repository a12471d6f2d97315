// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bartizan {

/// The length and a few bytes of a text: of one of at most kWhole bytes, all of it.
struct TextEnds {
    static constexpr std::size_t kWhole = 16;

    std::size_t size = 0;
    std::uint64_t head = 0;
    std::uint64_t tail = 0;

    explicit TextEnds(std::string_view text) noexcept : size(text.size())
    {
        if (size >= sizeof head) {
            std::memcpy(&head, text.data(), sizeof head);
            std::memcpy(&tail, text.data() + size - sizeof tail, sizeof tail);
        } else if (size >= sizeof(std::uint32_t)) {
            std::uint32_t half = 0;
            std::memcpy(&half, text.data(), sizeof half);
            head = half;
            std::memcpy(&half, text.data() + size - sizeof half, sizeof half);
            tail = half;
        } else {
            for (const char c : text)
                head = head << 8 | static_cast<unsigned char>(c);
        }
    }
    TextEnds() = default;
    bool operator==(const TextEnds &) const = default;
};

/// One of `places` for `text`, by its length and a few of its bytes: for tables that only remember what came last, so
/// that texts which fall into one place cost no more than forgetting.
inline std::size_t recentPlaceOf(std::string_view text, const TextEnds &ends, std::size_t places) noexcept
{
    std::uint64_t head = ends.head;
    if (ends.size > TextEnds::kWhole) {
        std::uint64_t middle = 0;
        std::memcpy(&middle, text.data() + ends.size / 2 - sizeof middle / 2, sizeof middle);
        head ^= middle * 0x9E37'79B9'7F4A'7C15U;
    }
    const std::uint64_t mixed = (head ^ (ends.tail + ends.size) * 0xBF58'476D'1CE4'E5B9U) * 0x94D0'49BB'1331'11EBU;
    return static_cast<std::size_t>(mixed >> 40) % places;
}

} // namespace bartizan
