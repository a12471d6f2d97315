// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/textarena.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace bartizan {

/// A small number that stands for a text.
using KeyId = std::uint32_t;
/// No text at all.
inline constexpr KeyId kNoKey = 0;

/// Which keys are still needed; every holder of keys marks its own before KeyTable::keepOnly().
class KeyMarks {
public:
    explicit KeyMarks(std::size_t size) : m_marked(size, 0) {}
    void mark(KeyId key) { m_marked[key] = 1; }
    bool marked(KeyId key) const { return m_marked[key] != 0; }

private:
    std::vector<std::uint8_t> m_marked;
};

/// Texts and their numbers: each text is hashed once per event, all state behind it goes by number. Numbers are dense
/// and reused, so that arrays may be indexed by them. Not thread-safe.
///
/// Whoever looks up many texts hashes them all first, asks for the memory of each (prefetchPlace(), then likely() and
/// prefetchText()), and only then looks: then one does not wait for the other.
class KeyTable {
public:
    /// Part of what decides where a text stands; keyed anew in each process.
    using Hash = std::uint32_t;

    KeyTable();
    KeyTable(const KeyTable &) = delete;
    KeyTable &operator=(const KeyTable &) = delete;

    /// Addresses and most names are short: for them a few loads and multiplications do, after wyhash (Wang Yi, 2019).
    static Hash hashOf(std::string_view text) noexcept
    {
        const std::size_t size = text.size();
        const char *const at = text.data();
        if (size < 8 || size > 32) [[unlikely]]
            return hashOfOther(text);
        std::uint64_t head = kSeed.first;
        if (size > 16)
            head ^= mixed(eightBytes(at + 8) ^ kSeed.second, eightBytes(at + size - 16) ^ kSeed.first);
        return hashOf(head ^ eightBytes(at), kSeed.second ^ eightBytes(at + size - 8), size);
    }
    /// The number of `text`, new if it has none; kNoKey for an empty text.
    KeyId intern(std::string_view text) { return text.empty() ? kNoKey : intern(text, hashOf(text)); }
    /// The same for a text that is not empty, with its hash.
    KeyId intern(std::string_view text, Hash hash);
    /// The number of `text`; kNoKey when it has none.
    KeyId find(std::string_view text) const { return text.empty() ? kNoKey : find(text, hashOf(text)); }
    KeyId find(std::string_view text, Hash hash) const;
    /// The text of a number in use. Valid until the next call that changes the table.
    std::string_view text(KeyId key) const { return m_arena.text(m_texts[key]); }
    /// How many texts are held.
    std::size_t size() const noexcept { return m_texts.size() - 1 - m_free.size(); }
    /// One more than the greatest number ever given: the size of an array indexed by it.
    std::size_t limit() const noexcept { return m_texts.size(); }
    /// Forgets every text that is not marked; its number may come again for another text.
    void keepOnly(const KeyMarks &marks);
    /// Forgets everything.
    void clear();
    /// Enters `text` under the number limit(), as a table that was saved had it; an empty one leaves that number free.
    void append(std::string_view text);
    /// Makes room for numbers below `limit`.
    void reserve(std::size_t limit);
    /// Bytes of it, about.
    std::size_t bytes() const noexcept
    {
        return m_texts.capacity() * sizeof(TextArena::Place) + m_arena.bytes() + m_places.size() * sizeof(Place)
            + m_free.capacity() * sizeof(KeyId);
    }

    /// Fetches the memory in which the search for a text of that hash begins.
    void prefetchPlace(Hash hash) const noexcept { __builtin_prefetch(m_places.data() + (hash & (m_places.size() - 1))); }
    /// The number of the first text of that hash, very likely the one meant if it is there at all; kNoKey: it is not.
    KeyId likely(Hash hash) const noexcept
    {
        const Place *const places = m_places.data();
        const std::size_t mask = m_places.size() - 1;
        for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
            if (places[at].hash == hash || places[at].key == kNoKey)
                return places[at].key;
        }
    }
    /// Whether a number in use stands for `text`.
    bool isTextOf(KeyId key, std::string_view wanted) const noexcept
    {
        return same(m_arena.text(m_texts.data()[key]), wanted);
    }
    /// Fetches the memory that leads to the text of a number, and with the second call the text.
    void prefetchTextPlace(KeyId key) const noexcept { __builtin_prefetch(m_texts.data() + key); }
    void prefetchText(KeyId key) const noexcept { m_arena.prefetch(m_texts.data()[key]); }

private:
    /// A place of the table: empty while `key` is kNoKey. With its hash beside it, a text is looked at only when it is
    /// very likely the right one, and never for making room.
    struct Place {
        Hash hash = 0;
        KeyId key = kNoKey;
    };

    /// Keyed anew in each process, so that whoever writes user names into a log cannot choose them to collide.
    struct Seed {
        std::uint64_t first;
        std::uint64_t second;
    };
    static const Seed kSeed;

    static std::uint64_t eightBytes(const char *at) noexcept
    {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, at, sizeof bytes);
        return bytes;
    }
    /// Both halves of the product, which mixes each bit of one factor with each of the other.
    static std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept
    {
        __extension__ using Wide = unsigned __int128;
        const Wide product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    }
    static Hash hashOf(std::uint64_t head, std::uint64_t tail, std::size_t size) noexcept
    {
        const std::uint64_t hash = mixed(mixed(head, tail) ^ kSeed.first, kSeed.second ^ size);
        return static_cast<Hash>(hash ^ (hash >> 32));
    }
    /// Of a very short or a long one.
    static Hash hashOfOther(std::string_view text) noexcept;
    static bool same(std::string_view a, std::string_view b) noexcept
    {
        const std::size_t size = a.size();
        if (size != b.size())
            return false;
        const char *const x = a.data();
        const char *const y = b.data();
        if (size < 8 || size > 32) [[unlikely]]
            return std::memcmp(x, y, size) == 0;
        std::uint64_t difference
            = (eightBytes(x) ^ eightBytes(y)) | (eightBytes(x + size - 8) ^ eightBytes(y + size - 8));
        if (size > 16)
            difference |= (eightBytes(x + 8) ^ eightBytes(y + 8)) | (eightBytes(x + size - 16) ^ eightBytes(y + size - 16));
        return difference == 0;
    }
    void enter(Hash hash, KeyId key) noexcept;
    void resize(std::size_t places);
    void moveTexts();

    std::vector<TextArena::Place> m_texts; ///< By number; the first one is never used.
    TextArena m_arena;
    std::vector<KeyId> m_free;
    /// Open addressing, linear probing; a power of two of places, at most three quarters of them taken.
    std::vector<Place> m_places;
};

} // namespace bartizan
