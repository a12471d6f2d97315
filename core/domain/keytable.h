// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
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
    explicit KeyMarks(std::size_t size) : m_marked(size, false) {}
    void mark(KeyId key) { m_marked[key] = true; }
    bool marked(KeyId key) const { return m_marked[key]; }

private:
    std::vector<bool> m_marked;
};

/// Texts and their numbers: each text is hashed once per event, all state behind it goes by number. Numbers are dense
/// and reused, so that arrays may be indexed by them. Not thread-safe.
class KeyTable {
public:
    KeyTable();
    KeyTable(const KeyTable &) = delete;
    KeyTable &operator=(const KeyTable &) = delete;

    /// The number of `text`, new if it has none; kNoKey for an empty text.
    KeyId intern(std::string_view text);
    /// The number of `text`; kNoKey when it has none.
    KeyId find(std::string_view text) const;
    /// The text of a number in use.
    const std::string &text(KeyId key) const { return m_texts[key]; }
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
        return m_texts.capacity() * sizeof(std::string) + m_heapBytes + m_places.size() * sizeof(Place)
            + m_free.capacity() * sizeof(KeyId);
    }

private:
    /// A place of the table: empty while `key` is kNoKey. With a part of its hash beside it, a text is looked at only
    /// when it is very likely the right one, and never for making room.
    struct Place {
        std::uint32_t hash = 0;
        KeyId key = kNoKey;
    };

    const Place &placeOf(std::string_view text, std::uint32_t hash) const;
    void enter(std::uint32_t hash, KeyId key) noexcept;
    void resize(std::size_t places);

    std::vector<std::string> m_texts; ///< By number; the first one is never used.
    std::vector<KeyId> m_free;
    /// Open addressing, linear probing; a power of two of places, at most three quarters of them taken.
    std::vector<Place> m_places;
    std::size_t m_heapBytes = 0; ///< Of texts that do not fit into their strings.
};

} // namespace bartizan
