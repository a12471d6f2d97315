// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bartizan {

/// An id in 16 bytes: a UUID by its own, another text by a number that whoever holds the text gives it. Value.
class IdKey {
public:
    /// The key of a text, if it is a UUID as it is written in the database, and does not look like a numbered key.
    static std::optional<IdKey> ofUuid(std::string_view text);
    static IdKey numbered(std::uint32_t number);

    bool isNumbered() const;
    std::uint32_t number() const; ///< Of a numbered one.
    /// A UUID as it is written.
    std::array<char, 36> uuid() const;

    auto operator<=>(const IdKey &) const = default;
    template<typename State>
    friend State AbslHashValue(State state, const IdKey &key)
    {
        return State::combine(std::move(state), key.m_bytes);
    }

private:
    std::array<std::uint8_t, 16> m_bytes{};
};

/// Hashes of ids, ascending, each once.
using IdHashes = std::shared_ptr<const std::vector<std::uint64_t>>;

/// Ids of alerts in an order, perhaps a million of them: a UUID, as all ids are that the engine makes, takes 16 bytes, and
/// what there is of it is neither made nor thrown away text by text. Value.
class IdList {
public:
    IdList() = default;
    IdList(std::initializer_list<std::string> ids);
    IdList(std::span<const std::string> ids);
    IdList(const std::vector<std::string> &ids) : IdList(std::span(ids)) {}

    void reserve(std::size_t size) { m_keys.reserve(size); }
    void append(std::string_view id);
    /// The key of a UUID.
    void append(const IdKey &uuid) { m_keys.push_back(uuid); }
    void append(const IdList &others);

    std::size_t size() const { return m_keys.size(); }
    bool empty() const { return m_keys.empty(); }
    std::string operator[](std::size_t at) const;
    /// Some of them as texts: at most `count` from a place on.
    std::vector<std::string> strings(std::size_t from = 0, std::size_t count = SIZE_MAX) const;
    /// Those from a place on, each once, where it stands first.
    IdList distinct(std::size_t from = 0) const;
    /// Those that are among others, and those that are not.
    std::pair<IdList, IdList> partition(const IdList &others) const;
    IdHashes hashes() const;
    /// The hash by which hashes() has an id.
    static std::uint64_t hashOf(std::string_view id);

    friend bool operator==(const IdList &a, const IdList &b);

private:
    std::uint64_t hashAt(std::size_t at) const;

    std::vector<IdKey> m_keys;
    std::vector<std::string> m_others; ///< Texts that are no UUIDs, by their numbers.
};

} // namespace bartizan
