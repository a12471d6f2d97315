// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// Texts kept once each, named by small numbers: what makes a model of many rows compact. Number 0 is the empty text.
/// Thread: the one that owns it.
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
    /// The text of a number this pool gave; valid until the next intern() or clear().
    std::string_view view(Number number) const;
    /// How many texts there are, the empty one included.
    std::size_t size() const { return m_starts.size(); }
    void clear();

private:
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

    std::string m_text;
    std::vector<std::uint64_t> m_starts; ///< Where each text begins; it ends where the next begins.
    absl::flat_hash_set<Number, Hash, Equal> m_index;
};

} // namespace bartizan
