// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/blockvector.h"

#include <absl/container/flat_hash_set.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace bartizan {

/// Texts kept once each, named by small numbers: what makes a model of many rows compact. Number 0 is the empty text.
/// No call takes long, however many texts there are: they stand in blocks that never move, and the index is split into
/// parts that grow one at a time. Thread: the one that owns it.
class StringPool {
public:
    using Number = std::uint32_t;

    StringPool();
    StringPool(const StringPool &) = delete;
    StringPool &operator=(const StringPool &) = delete;

    /// The number of `text`, which is added when it is new.
    Number intern(std::string_view text);
    /// The number of `text`, if it is known.
    std::optional<Number> find(std::string_view text) const;
    /// The text of a number this pool gave; valid as long as the pool.
    std::string_view view(Number number) const
    {
        const Place &place = m_places[number];
        const Block &block = m_blocks[place.block];
        return {block.bytes.get() + place.start, place.size == kLong ? block.size : place.size};
    }
    /// Whether a text stands right behind another one, so that they could be seen as one piece.
    bool standsBehind(Number second, Number first) const
    {
        const Place &before = m_places[first];
        const Place &place = m_places[second];
        return place.block == before.block && place.start == before.start + before.size;
    }
    /// How many texts there are, the empty one included.
    std::size_t size() const { return m_places.size(); }
    /// The bytes that occur in them: a text with another one is in none of them.
    const std::bitset<256> &bytes() const { return m_bytes; }

private:
    /// A text that is no shorter than this has a block of its own.
    static constexpr std::uint16_t kLong = 0xffff;
    struct Place {
        std::uint32_t block = 0;
        std::uint16_t start = 0;
        std::uint16_t size = 0; ///< kLong: that of the block.
    };
    struct Block {
        std::unique_ptr<char[]> bytes;
        std::uint32_t size = 0;
    };
    struct Hash {
        using is_transparent = void;
        const StringPool *pool;
        std::size_t operator()(std::string_view text) const;
        std::size_t operator()(Number number) const { return (*this)(pool->view(number)); }
    };
    struct Equal {
        using is_transparent = void;
        const StringPool *pool;
        std::string_view text(std::string_view value) const { return value; }
        std::string_view text(Number number) const { return pool->view(number); }
        template<typename A, typename B>
        bool operator()(const A &a, const B &b) const { return text(a) == text(b); }
    };
    using Index = absl::flat_hash_set<Number, Hash, Equal>;

    static std::size_t partOf(std::string_view text);
    Place keep(std::string_view text);
    void addBlock(std::size_t size);

    BlockVector<Place> m_places;
    std::vector<Block> m_blocks;
    std::uint32_t m_filled = 0; ///< The block that short texts go into,
    std::size_t m_used = 0;     ///< and what it holds.
    std::vector<Index> m_indexes;
    std::bitset<256> m_bytes;
};

} // namespace bartizan
