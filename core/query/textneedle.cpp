// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/textneedle.h"

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::array<unsigned char, 256> lowerTable()
{
    std::array<unsigned char, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = static_cast<unsigned char>(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
    return table;
}
constexpr auto kLower = lowerTable();

char lower(char c)
{
    return static_cast<char>(kLower[static_cast<unsigned char>(c)]);
}

QString folded(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())).toCaseFolded();
}

/// Whether a text is what a pattern describes. After a mismatch only the last * need take more.
template<typename Pattern, typename Text, typename Fold>
bool isLike(const Pattern &pattern, const Text &text, Fold fold)
{
    using Char = typename Pattern::value_type;
    const auto star = static_cast<Char>(u'*');
    auto p = pattern.begin();
    auto t = text.begin();
    auto afterStar = pattern.end();
    auto retry = text.end();
    while (t != text.end()) {
        if (p != pattern.end() && *p == star) {
            afterStar = ++p;
            retry = t;
        } else if (p != pattern.end() && *p == fold(*t)) {
            ++p;
            ++t;
        } else if (retry != text.end()) {
            p = afterStar;
            t = ++retry;
        } else {
            return false;
        }
    }
    return std::all_of(p, pattern.end(), [star](Char c) { return c == star; });
}

} // namespace

TextNeedle::TextNeedle(const QString &text, Kind kind)
    : m_kind(kind)
    , m_exact(text.toStdString())
    , m_folded(text.toCaseFolded())
    , m_lower(text.toStdString())
{
    m_ascii = std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() < 128; });
    std::transform(m_lower.begin(), m_lower.end(), m_lower.begin(), lower);
    m_shift.fill(m_lower.size());
    for (std::size_t i = 0; i + 1 < m_lower.size(); ++i)
        m_shift[static_cast<unsigned char>(m_lower[i])] = m_lower.size() - 1 - i;
}

bool TextNeedle::contains(std::string_view text) const
{
    const std::size_t size = m_lower.size();
    if (size == 0)
        return true;
    for (std::size_t end = size; end <= text.size();) {
        const char last = lower(text[end - 1]);
        if (last == m_lower.back()
            && std::equal(m_lower.begin(), m_lower.end() - 1, text.begin() + static_cast<std::ptrdiff_t>(end - size),
                          [](char wanted, char there) { return wanted == lower(there); }))
            return true;
        end += m_shift[static_cast<unsigned char>(last)];
    }
    return false;
}

bool TextNeedle::mayMatch(const std::bitset<256> &bytes) const
{
    if (!m_ascii || m_kind == Kind::Pattern)
        return true;
    return std::all_of(m_lower.begin(), m_lower.end(), [&bytes](char c) {
        const bool letter = c >= 'a' && c <= 'z';
        return bytes[static_cast<unsigned char>(c)] || (letter && bytes[static_cast<unsigned char>(c - 'a' + 'A')]);
    });
}

bool TextNeedle::matches(std::string_view text) const
{
    switch (m_kind) {
    case Kind::Exact: return text == m_exact;
    case Kind::Whole:
        if (!m_ascii)
            return folded(text) == m_folded;
        return text.size() == m_lower.size()
            && std::equal(text.begin(), text.end(), m_lower.begin(), [](char a, char b) { return lower(a) == b; });
    case Kind::Pattern:
        return m_ascii ? isLike(m_lower, text, lower) : isLike(m_folded, folded(text), [](QChar c) { return c; });
    case Kind::Part: return m_ascii ? contains(text) : folded(text).contains(m_folded);
    }
    return false;
}

} // namespace bartizan
