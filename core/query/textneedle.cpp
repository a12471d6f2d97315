// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/textneedle.h"

#include <algorithm>
#include <bit>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

bool isAsciiText(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
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
    const auto isAscii = [](QChar c) { return c.unicode() < 128; };
    m_ascii = std::all_of(text.begin(), text.end(), isAscii);
    m_foldedAscii = std::all_of(m_folded.begin(), m_folded.end(), isAscii);
    std::transform(m_lower.begin(), m_lower.end(), m_lower.begin(), lower);
    m_shift.fill(m_lower.size());
    for (std::size_t i = 0; i + 1 < m_lower.size(); ++i)
        m_shift[static_cast<unsigned char>(m_lower[i])] = m_lower.size() - 1 - i;
}

/// Of Horspool: what stands at the end of its window tells how far it may go on.
std::size_t TextNeedle::findSlowly(std::string_view text, std::size_t from) const
{
    const std::size_t size = m_lower.size();
    for (std::size_t end = from + size; end <= text.size();) {
        const char last = lower(text[end - 1]);
        if (last == m_lower.back()
            && std::equal(m_lower.begin(), m_lower.end() - 1, text.begin() + static_cast<std::ptrdiff_t>(end - size),
                          [](char wanted, char there) { return wanted == lower(there); }))
            return end - size;
        end += m_shift[static_cast<unsigned char>(last)];
    }
    return std::string_view::npos;
}

/// Sixteen places at a time are asked for the first and the last of the bytes; `from` moves behind those that were.
std::size_t TextNeedle::findInBlocks([[maybe_unused]] std::string_view text, [[maybe_unused]] std::size_t &from) const
{
#ifdef __SSE2__
    constexpr std::size_t kBlock = sizeof(__m128i);
    const std::size_t size = m_lower.size();
    const auto is = [](const char *at, char wanted) { // Letters differ from their capitals by one bit.
        const __m128i there = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
        const bool letter = wanted >= 'a' && wanted <= 'z';
        return _mm_cmpeq_epi8(letter ? _mm_or_si128(there, _mm_set1_epi8('a' - 'A')) : there, _mm_set1_epi8(wanted));
    };
    for (; from + size - 1 + kBlock <= text.size(); from += kBlock) {
        const char *at = text.data() + from;
        auto places = static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(is(at, m_lower.front()), is(at + size - 1, m_lower.back()))));
        for (; places != 0; places &= places - 1) {
            const auto place = static_cast<std::size_t>(std::countr_zero(places));
            if (std::equal(m_lower.begin(), m_lower.end(), at + place, [](char wanted, char there) { return wanted == lower(there); }))
                return from + place;
        }
    }
#endif
    return std::string_view::npos;
}

std::size_t TextNeedle::find(std::string_view text, std::size_t from) const
{
    const std::size_t place = findInBlocks(text, from);
    return place != std::string_view::npos ? place : findSlowly(text, from);
}

bool TextNeedle::mayMatch(const std::bitset<256> &bytes) const
{
    if (m_kind == Kind::Pattern)
        return true;
    if (!m_ascii) { // Some other letters are folded to ASCII ones.
        constexpr std::size_t kAscii = 128;
        for (std::size_t byte = kAscii; byte < bytes.size(); ++byte) {
            if (bytes[byte])
                return true;
        }
        return m_foldedAscii;
    }
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
            return (m_foldedAscii || !isAsciiText(text)) && folded(text) == m_folded;
        return text.size() == m_lower.size()
            && std::equal(text.begin(), text.end(), m_lower.begin(), [](char a, char b) { return lower(a) == b; });
    case Kind::Pattern:
        return m_ascii ? isLike(m_lower, text, lower) : isLike(m_folded, folded(text), [](QChar c) { return c; });
    case Kind::Part:
        if (m_ascii)
            return m_lower.empty() || findSlowly(text, 0) != std::string_view::npos;
        return (m_foldedAscii || !isAsciiText(text)) && folded(text).contains(m_folded);
    }
    return false;
}

} // namespace bartizan
