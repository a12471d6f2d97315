// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// Phrases of which one may occur anywhere in a text, whatever the case of ASCII letters: what @pmFromFile of the OWASP
/// Core Rule Set does with a file. A text is read once, however many phrases there are (the automaton of Aho and
/// Corasick, "Efficient string matching", CACM 18/6, 1975). Immutable.
class PhraseList {
public:
    /// One phrase a line; blanks around it, empty lines and lines that begin with # do not count.
    explicit PhraseList(std::string_view lines);

    /// The phrase that ends first in `text`, as the list has it; the longest of several that end there. nullopt: none.
    std::optional<std::string_view> find(std::string_view text) const;
    std::size_t size() const noexcept { return m_phrases.size(); }

private:
    using StateId = std::uint32_t;
    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

    void enter(std::uint32_t phrase);
    void complete();
    std::uint32_t search(std::string_view text) const noexcept;

    std::vector<std::string> m_phrases;
    /// Column of a byte in m_next; all bytes that no phrase holds share column 0.
    std::array<std::uint8_t, 256> m_column{};
    std::size_t m_columns = 1;
    std::vector<StateId> m_next;        ///< By state and column.
    std::vector<std::uint32_t> m_found; ///< The phrase that ends at a state.
};

/// The names of vulnerability scanners that comes with Bartizan: resources/scanners/scanners-user-agents.data, of the
/// OWASP Core Rule Set (Apache-2.0), compiled in.
std::string_view scannerNames() noexcept;

} // namespace bartizan
