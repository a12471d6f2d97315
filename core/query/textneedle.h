// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <array>
#include <bitset>
#include <string>
#include <string_view>

namespace bartizan {

/// A text to be found in many others, which are UTF-8 and hostile. Case is disregarded: of ASCII letters in any text, of
/// all others where the needle has some. Thread: any, once made.
class TextNeedle {
public:
    enum class Kind : std::uint8_t {
        Exact,   ///< The other text is this one, case and all.
        Whole,   ///< The other text is this one.
        Pattern, ///< The same, with * for any run of characters.
        Part     ///< The other text contains this one.
    };
    TextNeedle(const QString &text, Kind kind);

    bool matches(std::string_view text) const;
    /// Whether it could match a text that is made of these bytes; false is certain.
    bool mayMatch(const std::bitset<256> &bytes) const;
    /// Whether a text matches by bytes that stand together in it, so many: then find() finds them.
    bool isOfBytes() const { return m_kind == Kind::Part && m_ascii && !m_lower.empty(); }
    std::size_t size() const { return m_lower.size(); }
    /// Where these begin, at `from` or behind; npos: nowhere. Quickest in long texts.
    std::size_t find(std::string_view text, std::size_t from) const;

private:
    std::size_t findSlowly(std::string_view text, std::size_t from) const;
    std::size_t findInBlocks(std::string_view text, std::size_t &from) const;

    Kind m_kind;
    std::string m_exact;
    bool m_ascii = true;
    bool m_foldedAscii = true;
    QString m_folded;                     ///< Used when it is not ASCII.
    std::string m_lower;                  ///< Used when it is.
    std::array<std::size_t, 256> m_shift{}; ///< How far a search may go on, by the byte at the end of its window (Horspool).
};

} // namespace bartizan
