// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/idlist.h"
#include "ui/models/blockvector.h"
#include "ui/models/stringpool.h"

#include <absl/container/flat_hash_set.h>

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace bartizan {

/// The ids of alerts, once each, named by numbers from 0 on: a UUID, as all are that the engine makes, by its 16 bytes; any
/// other as it is. No call takes long, however many there are. Thread: the one that owns it.
class AlertIds {
public:
    using Number = std::uint32_t;

    /// An id as it is written; valid as long as what it comes from.
    class Id {
    public:
        std::string_view text() const { return m_isUuid ? std::string_view(m_uuid.data(), m_uuid.size()) : m_other; }
        operator std::string_view() const { return text(); }
        friend bool operator==(const Id &a, const Id &b) { return a.text() == b.text(); }
        friend bool operator==(const Id &id, std::string_view text) { return id.text() == text; }

    private:
        friend class AlertIds;
        std::array<char, 36> m_uuid{};
        bool m_isUuid = false;
        std::string_view m_other;
    };

    AlertIds();
    AlertIds(const AlertIds &) = delete;
    AlertIds &operator=(const AlertIds &) = delete;

    /// The number of `text`, which is added when it is new: then it is the size that there was.
    Number intern(std::string_view text);
    /// The number of `text`, if it is known.
    std::optional<Number> find(std::string_view text) const;
    Id operator[](Number number) const;
    /// Adds the id of a number to a list.
    void appendTo(IdList &list, Number number) const;
    /// Whether one stands before another in the order of their texts.
    bool before(Number a, Number b) const;
    std::size_t size() const { return m_keys.size(); }
    /// The bytes that may occur in them: a text with another one is in none of them.
    std::bitset<256> bytes() const;

private:
    using Key = IdKey; ///< A numbered one by the number of its text in m_others.

    struct Hash {
        using is_transparent = void;
        const AlertIds *ids;
        std::size_t operator()(const Key &key) const;
        std::size_t operator()(Number number) const { return (*this)(ids->m_keys[number]); }
    };
    struct Equal {
        using is_transparent = void;
        const AlertIds *ids;
        const Key &key(const Key &value) const { return value; }
        const Key &key(Number number) const { return ids->m_keys[number]; }
        template<typename A, typename B>
        bool operator()(const A &a, const B &b) const { return key(a) == key(b); }
    };
    using Index = absl::flat_hash_set<Number, Hash, Equal>;

    std::size_t partOf(const Key &key) const;

    BlockVector<Key> m_keys;
    std::vector<Index> m_indexes; ///< In parts, which grow one at a time.
    StringPool m_others;
};

} // namespace bartizan
