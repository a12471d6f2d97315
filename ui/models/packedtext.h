// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// Texts that repeat values which are known besides, without these: what says "40 failed logins from 203.0.113.7" of a
/// million addresses is one text then. A text is what it was once its values are put back, whatever bytes it is made of.
/// Thread: any.
namespace packedtext {

/// The most values that a text can do without.
inline constexpr std::size_t kMostValues = 2;

/// `values`: at most kMostValues; those that are not worth it, or not plain ASCII, are left in the text.
std::string pack(std::string_view text, std::span<const std::string_view> values);
/// The other way round, by the same values.
std::string unpack(std::string_view packed, std::span<const std::string_view> values);
/// Whether values are to be put back.
bool isIncomplete(std::string_view packed);
/// How a word could stand across the border of a value that is to be put back: what it takes of the value.
struct Crossing {
    std::size_t value; ///< Which one.
    bool fromBefore;   ///< The word begins before the value: `part` and the value begin alike. Else the value ends so.
    bool goesOn;       ///< Behind what follows the value, too, up to the next value.
    std::string part;
    bool operator==(const Crossing &) const = default;
};
/// All there are, whatever the case of letters; without any the word stands across no border.
std::vector<Crossing> crossings(std::string_view packed, std::string_view word);
/// Whether a word does stand so, when this is the value.
enum class Standing : std::uint8_t { No, Perhaps, Yes };
Standing standing(const Crossing &crossing, std::string_view value);
/// Calls `use` with each piece of the text that stands between values, until it returns true; returns whether it did.
template<typename Use>
bool anyPiece(std::string_view packed, Use use);

// Bytes that no value has: they stand for one each, or in front of a text that has such bytes itself.
inline constexpr std::string_view kMarks{"\x01\x02", kMostValues};
inline constexpr char kAsItIs = '\x03';

template<typename Use>
bool anyPiece(std::string_view packed, Use use)
{
    if (packed.starts_with(kAsItIs))
        return use(packed.substr(1));
    for (;;) {
        const std::size_t end = packed.find_first_of(kMarks);
        if (use(packed.substr(0, end)))
            return true;
        if (end == std::string_view::npos)
            return false;
        packed.remove_prefix(end + 1);
    }
}

} // namespace packedtext

} // namespace bartizan
