// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/packedtext.h"

#include <QString>

#include <algorithm>

namespace bartizan::packedtext {
namespace {

/// Shorter ones save little, and occur in words by chance.
constexpr std::size_t kShortestValue = 3;

bool isReserved(char c)
{
    return c == kAsItIs || kMarks.find(c) != std::string_view::npos;
}

/// Pieces between plain ASCII values are whole characters, as far as the text is made of such.
bool isPackable(std::string_view value)
{
    return value.size() >= kShortestValue
        && std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isSame(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) { return lower(left) == lower(right); });
}

bool beginAlike(std::string_view a, std::string_view b)
{
    const std::size_t size = std::min(a.size(), b.size());
    return isSame(a.substr(0, size), b.substr(0, size));
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string folded(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toCaseFolded().toStdString();
}

std::vector<Crossing> crossingsOf(std::string_view packed, std::string_view word)
{
    std::vector<Crossing> found;
    for (std::size_t mark = packed.find_first_of(kMarks); mark != std::string_view::npos;) {
        const std::size_t value = kMarks.find(packed[mark]);
        const std::size_t next = packed.find_first_of(kMarks, mark + 1);
        const std::size_t begin = mark == 0 ? 0 : packed.find_last_of(kMarks, mark - 1) + 1; // npos + 1 is 0.
        const std::string_view before = packed.substr(begin, mark - begin);
        const std::string_view behind = packed.substr(mark + 1, next == std::string_view::npos ? next : next - mark - 1);
        // The first border that the word crosses is that in front of the value, or that behind it.
        for (std::size_t size = 1; size < word.size(); ++size) {
            const std::string_view head = word.substr(0, size);
            const std::string_view rest = word.substr(size);
            if (size <= before.size() && isSame(before.substr(before.size() - size), head))
                found.push_back({value, true, false, std::string(rest)});
            if (beginAlike(behind, rest) && (rest.size() <= behind.size() || next != std::string_view::npos))
                found.push_back({value, false, rest.size() > behind.size(), std::string(head)});
        }
        mark = next;
    }
    return found;
}

} // namespace

std::string pack(std::string_view text, std::span<const std::string_view> values)
{
    if (std::any_of(text.begin(), text.end(), isReserved))
        return std::string(1, kAsItIs).append(text);
    std::string packed;
    packed.reserve(text.size());
    while (!text.empty()) {
        const auto value = std::find_if(values.begin(), values.end(), [text](std::string_view candidate) {
            return text.starts_with(candidate) && isPackable(candidate);
        });
        const bool found = value != values.end();
        packed.push_back(found ? kMarks[static_cast<std::size_t>(value - values.begin())] : text.front());
        text.remove_prefix(found ? value->size() : 1);
    }
    return packed;
}

std::string unpack(std::string_view packed, std::span<const std::string_view> values)
{
    if (packed.starts_with(kAsItIs))
        return std::string(packed.substr(1));
    std::string text;
    while (!packed.empty()) {
        const std::size_t end = std::min(packed.find_first_of(kMarks), packed.size());
        text.append(packed.substr(0, end));
        if (end < packed.size())
            text.append(values[kMarks.find(packed[end])]);
        packed.remove_prefix(std::min(end + 1, packed.size()));
    }
    return text;
}

bool isIncomplete(std::string_view packed)
{
    return !packed.starts_with(kAsItIs) && packed.find_first_of(kMarks) != std::string_view::npos;
}

std::vector<Crossing> crossings(std::string_view packed, std::string_view word)
{
    if (!isIncomplete(packed))
        return {};
    if (!isAscii(word)) // In other letters the case is not a matter of bytes. Values and marks are ASCII either way.
        return crossingsOf(folded(packed), folded(word));
    return crossingsOf(packed, word);
}

Standing standing(const Crossing &crossing, std::string_view value)
{
    const std::string_view part = crossing.part;
    if (crossing.fromBefore)
        return !beginAlike(part, value) ? Standing::No : part.size() > value.size() ? Standing::Perhaps : Standing::Yes;
    if (part.size() > value.size() || !isSame(value.substr(value.size() - part.size()), part))
        return Standing::No;
    return crossing.goesOn ? Standing::Perhaps : Standing::Yes;
}

} // namespace bartizan::packedtext
