// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertids.h"

#include <absl/hash/hash.h>

#include <algorithm>
#include <cstring>

namespace bartizan {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kUuidLength = 36;
/// Of a million ids each part holds some 16,000, which are put anew in a fraction of a millisecond.
constexpr std::size_t kParts = 64;

/// Where the digits of each byte stand.
constexpr std::array<std::uint8_t, 16> kPlaces{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};
/// The digits of each byte.
constexpr auto kPairs = [] {
    std::array<std::array<char, 2>, 256> pairs{};
    for (std::size_t byte = 0; byte < pairs.size(); ++byte)
        pairs[byte] = {kDigits[byte >> 4], kDigits[byte & 0xf]};
    return pairs;
}();

constexpr bool isHyphen(std::size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

/// The value of a digit in lower case; -1: it is none.
int valueOf(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

} // namespace

AlertIds::AlertIds()
{
    m_indexes.assign(kParts, Index(0, Hash{this}, Equal{this}));
}

std::size_t AlertIds::Hash::operator()(const Key &key) const
{
    return absl::HashOf(key);
}

/// By bits of the hash that the parts themselves use least.
std::size_t AlertIds::partOf(const Key &key) const
{
    return absl::HashOf(key) >> 48 & (kParts - 1);
}

/// Nothing where the text is no UUID as it is written in the database, or looks like what stands for another text.
std::optional<AlertIds::Key> AlertIds::uuidOf(std::string_view text)
{
    if (text.size() != kUuidLength)
        return std::nullopt;
    Key key{};
    std::size_t digit = 0;
    for (std::size_t at = 0; at < kUuidLength; ++at) {
        if (isHyphen(at)) {
            if (text[at] != '-')
                return std::nullopt;
            continue;
        }
        const int value = valueOf(text[at]);
        if (value < 0)
            return std::nullopt;
        key[digit / 2] = static_cast<std::uint8_t>(key[digit / 2] << 4 | value);
        ++digit;
    }
    return isOther(key) ? std::nullopt : std::optional(key);
}

AlertIds::Key AlertIds::keyOf(StringPool::Number other)
{
    Key key;
    key.fill(kOther);
    std::memcpy(key.data() + kNumberAt, &other, sizeof other);
    return key;
}

bool AlertIds::isOther(const Key &key)
{
    return std::all_of(key.begin(), key.begin() + kNumberAt, [](std::uint8_t byte) { return byte == kOther; });
}

StringPool::Number AlertIds::otherOf(const Key &key)
{
    StringPool::Number other = 0;
    std::memcpy(&other, key.data() + kNumberAt, sizeof other);
    return other;
}

AlertIds::Number AlertIds::intern(std::string_view text)
{
    const auto uuid = uuidOf(text);
    const Key key = uuid ? *uuid : keyOf(m_others.intern(text));
    Index &index = m_indexes[partOf(key)];
    if (const auto known = index.find(key); known != index.end())
        return *known;
    const auto number = static_cast<Number>(m_keys.size());
    m_keys.push_back(key);
    index.insert(number);
    return number;
}

std::optional<AlertIds::Number> AlertIds::find(std::string_view text) const
{
    std::optional<Key> key = uuidOf(text);
    if (!key) {
        const auto other = m_others.find(text);
        if (!other)
            return std::nullopt;
        key = keyOf(*other);
    }
    const Index &index = m_indexes[partOf(*key)];
    const auto known = index.find(*key);
    return known == index.end() ? std::nullopt : std::optional(*known);
}

AlertIds::Id AlertIds::operator[](Number number) const
{
    const Key &key = m_keys[number];
    Id id;
    if (isOther(key)) {
        id.m_other = m_others.view(otherOf(key));
        return id;
    }
    id.m_isUuid = true;
    id.m_uuid.fill('-');
    for (std::size_t i = 0; i < key.size(); ++i)
        std::memcpy(id.m_uuid.data() + kPlaces[i], kPairs[key[i]].data(), 2);
    return id;
}

/// UUIDs stand to each other as their bytes do.
bool AlertIds::before(Number a, Number b) const
{
    const Key &left = m_keys[a];
    const Key &right = m_keys[b];
    if (!isOther(left) && !isOther(right))
        return left < right;
    return (*this)[a].text() < (*this)[b].text();
}

std::bitset<256> AlertIds::bytes() const
{
    std::bitset<256> bytes = m_others.bytes();
    for (const char digit : kDigits)
        bytes.set(static_cast<unsigned char>(digit));
    bytes.set('-');
    return bytes;
}

} // namespace bartizan
