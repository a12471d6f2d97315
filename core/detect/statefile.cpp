// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/statefile.h"

#include <bit>

namespace bartizan {

std::uint64_t stateChecksum(std::string_view bytes) noexcept
{
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;
    std::uint64_t sum = bytes.size() * kFactor;
    while (!bytes.empty()) {
        std::uint64_t word = 0;
        const std::size_t size = std::min(bytes.size(), sizeof word);
        std::memcpy(&word, bytes.data(), size);
        bytes.remove_prefix(size);
        sum = std::rotl((sum ^ word) * kFactor, 29);
    }
    return sum ^ (sum >> 32);
}

} // namespace bartizan
