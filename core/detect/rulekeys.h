// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/keytable.h"
#include "core/domain/rulegroup.h"

#include <array>
#include <cstddef>

namespace bartizan {

/// What kinds of text the rules number. Names are those of users and of accounts: an account is a user in lower case, so
/// that most rows have one text for both.
enum class KeySpace : std::uint8_t { Addresses, Names, Companies, Sessions, Countries };
inline constexpr std::size_t kKeySpaces = 5;
inline constexpr std::array<KeySpace, kKeySpaces> kAllKeySpaces{KeySpace::Addresses, KeySpace::Names,
                                                                KeySpace::Companies, KeySpace::Sessions,
                                                                KeySpace::Countries};

/// The space that the keys of a group are from; None and EventType have numbers of their own, without a text.
constexpr bool hasKeySpace(GroupKind kind) noexcept
{
    return kind != GroupKind::None && kind != GroupKind::EventType;
}
constexpr KeySpace keySpaceOf(GroupKind kind) noexcept
{
    switch (kind) {
    case GroupKind::Account:
    case GroupKind::User: return KeySpace::Names;
    case GroupKind::Company: return KeySpace::Companies;
    case GroupKind::Session: return KeySpace::Sessions;
    default: return KeySpace::Addresses;
    }
}

/// The texts that rules keep state about.
class RuleKeys {
public:
    /// The number of what stands for `text`; kNoKey for an empty one.
    KeyId intern(KeySpace space, std::string_view text)
    {
        KeyTable &table = (*this)[space];
        return text.size() <= kLongestKeyText ? table.intern(text) : table.intern(shortKeyText(text));
    }
    /// The same for a text that is not empty and of a known hash; 0: it is not known.
    KeyId intern(KeySpace space, std::string_view text, KeyTable::Hash hash)
    {
        return hash == 0 ? intern(space, text) : (*this)[space].intern(text, hash);
    }
    KeyTable &operator[](KeySpace space) { return m_tables[static_cast<std::size_t>(space)]; }
    const KeyTable &operator[](KeySpace space) const { return m_tables[static_cast<std::size_t>(space)]; }
    auto begin() { return m_tables.begin(); }
    auto end() { return m_tables.end(); }
    auto begin() const { return m_tables.begin(); }
    auto end() const { return m_tables.end(); }

private:
    std::array<KeyTable, kKeySpaces> m_tables;
};

/// Some of the spaces, or all.
using KeySpaceSet = std::array<bool, kKeySpaces>;
inline constexpr KeySpaceSet kEveryKeySpace{true, true, true, true, true};

/// Which texts are still needed, in the spaces for which that is asked. The names' and the countries' are asked for
/// together; there are few countries, so that theirs may always be marked.
class RuleMarks {
public:
    explicit RuleMarks(const RuleKeys &keys, const KeySpaceSet &asked = kEveryKeySpace) : m_asked(asked)
    {
        m_asked[at(KeySpace::Names)] = m_asked[at(KeySpace::Countries)]
            = asked[at(KeySpace::Names)] || asked[at(KeySpace::Countries)];
        for (const KeySpace space : kAllKeySpaces)
            m_marks.emplace_back(areAsked(space) || space == KeySpace::Countries ? keys[space].limit() : 0);
    }
    bool areAsked(KeySpace space) const noexcept { return m_asked[at(space)]; }
    KeyMarks &operator[](KeySpace space) { return m_marks[at(space)]; }
    const KeyMarks &operator[](KeySpace space) const { return m_marks[at(space)]; }
    /// Whether a text must stay.
    bool keeps(KeySpace space, KeyId key) const { return !areAsked(space) || (*this)[space].marked(key); }

private:
    static constexpr std::size_t at(KeySpace space) noexcept { return static_cast<std::size_t>(space); }

    KeySpaceSet m_asked;
    std::vector<KeyMarks> m_marks;
};

} // namespace bartizan
