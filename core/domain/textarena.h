// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace bartizan {

/// Many short texts, one behind the other in large pieces of memory: a text costs its characters and one byte. Texts are
/// given up all together only. Not thread-safe.
class TextArena {
public:
    /// Where a text stands. kEmpty is an empty text that is always there.
    using Place = std::uint32_t;
    static constexpr Place kEmpty = 0;

    TextArena() { clear(); }

    /// Enters a copy of `text`. Throws std::bad_alloc beyond 4 GiB.
    Place add(std::string_view text);
    std::string_view text(Place place) const noexcept
    {
        const char *at = address(place);
        const auto size = static_cast<unsigned char>(*at);
        if (size < kLong) [[likely]]
            return {at + 1, size};
        std::size_t longSize = 0;
        std::memcpy(&longSize, at + 1, sizeof longSize);
        return {at + 1 + sizeof longSize, longSize};
    }
    void prefetch(Place place) const noexcept { __builtin_prefetch(address(place)); }
    /// Forgets all texts.
    void clear();
    /// Bytes held from the system.
    std::size_t bytes() const noexcept { return m_bytes; }
    /// Bytes of the texts that were entered.
    std::size_t used() const noexcept { return m_used; }

    /// What a text of that size takes.
    static constexpr std::size_t bytesOf(std::string_view text) noexcept
    {
        return 1 + text.size() + (text.size() < kLong ? 0 : sizeof(std::size_t));
    }

private:
    static constexpr unsigned char kLong = 0xFF; ///< Instead of a size: it follows.
    static constexpr unsigned kPieceLog2 = 16;
    static constexpr std::size_t kPiece = std::size_t{1} << kPieceLog2;

    const char *address(Place place) const noexcept
    {
        return m_pieces.data()[place >> kPieceLog2].get() + (place & (kPiece - 1));
    }

    std::vector<std::unique_ptr<char[]>> m_pieces;
    std::size_t m_next = 0; ///< The first free byte of the last piece.
    std::size_t m_bytes = 0;
    std::size_t m_used = 0;
};

} // namespace bartizan
