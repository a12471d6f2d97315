// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>
#include <absl/strings/string_view.h>

#include <array>
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
    std::size_t size() const noexcept { return m_ids.size(); }
    /// One more than the greatest number ever given: the size of an array indexed by it.
    std::size_t limit() const noexcept { return m_texts.size(); }
    /// Forgets every text that is not marked; its number may come again for another text.
    void keepOnly(const KeyMarks &marks);
    /// Forgets everything.
    void clear();

private:
    struct Hash {
        using is_transparent = void;
        const std::vector<std::string> *texts;
        // Where abseil was built with a string_view of its own, only that one has its fast hash.
        std::size_t operator()(std::string_view text) const
        {
            return absl::Hash<absl::string_view>{}(absl::string_view(text.data(), text.size()));
        }
        std::size_t operator()(KeyId key) const { return (*this)(std::string_view((*texts)[key])); }
    };
    struct Equal {
        using is_transparent = void;
        const std::vector<std::string> *texts;
        bool operator()(KeyId a, KeyId b) const { return a == b; }
        bool operator()(KeyId a, std::string_view b) const { return (*texts)[a] == b; }
        bool operator()(std::string_view a, KeyId b) const { return (*texts)[b] == a; }
    };

    std::vector<std::string> m_texts; ///< By number; the first one is never used.
    std::vector<KeyId> m_free;
    /// The text last seen in each place, by a hash of a few bytes: a few sources send most rows, and for them it spares
    /// the full hash and the search. Texts that fall into one place only cost that search.
    std::array<KeyId, 4096> m_recent{};
    absl::flat_hash_set<KeyId, Hash, Equal> m_ids;
};

} // namespace bartizan
