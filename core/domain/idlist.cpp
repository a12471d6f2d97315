// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/idlist.h"

#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>

#include <algorithm>
#include <cstring>

namespace bartizan {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kUuidLength = 36;
/// What a numbered key begins with, and where its number stands.
constexpr std::uint8_t kOther = 0xff;
constexpr std::size_t kNumberAt = 12;

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

std::optional<IdKey> IdKey::ofUuid(std::string_view text)
{
    if (text.size() != kUuidLength)
        return std::nullopt;
    IdKey key;
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
        key.m_bytes[digit / 2] = static_cast<std::uint8_t>(key.m_bytes[digit / 2] << 4 | value);
        ++digit;
    }
    return key.isNumbered() ? std::nullopt : std::optional(key);
}

IdKey IdKey::numbered(std::uint32_t number)
{
    IdKey key;
    key.m_bytes.fill(kOther);
    std::memcpy(key.m_bytes.data() + kNumberAt, &number, sizeof number);
    return key;
}

bool IdKey::isNumbered() const
{
    return std::all_of(m_bytes.begin(), m_bytes.begin() + kNumberAt, [](std::uint8_t byte) { return byte == kOther; });
}

std::uint32_t IdKey::number() const
{
    std::uint32_t number = 0;
    std::memcpy(&number, m_bytes.data() + kNumberAt, sizeof number);
    return number;
}

std::array<char, 36> IdKey::uuid() const
{
    std::array<char, kUuidLength> text{};
    text.fill('-');
    for (std::size_t i = 0; i < m_bytes.size(); ++i)
        std::memcpy(text.data() + kPlaces[i], kPairs[m_bytes[i]].data(), 2);
    return text;
}

IdList::IdList(std::initializer_list<std::string> ids) : IdList(std::span(ids.begin(), ids.size())) {}

IdList::IdList(std::span<const std::string> ids)
{
    m_keys.reserve(ids.size());
    for (const std::string &id : ids)
        append(id);
}

void IdList::append(std::string_view id)
{
    if (const auto key = IdKey::ofUuid(id)) {
        m_keys.push_back(*key);
        return;
    }
    m_keys.push_back(IdKey::numbered(static_cast<std::uint32_t>(m_others.size())));
    m_others.emplace_back(id);
}

void IdList::append(const IdList &others)
{
    for (const IdKey &key : others.m_keys) {
        if (key.isNumbered())
            append(others.m_others[key.number()]);
        else
            m_keys.push_back(key);
    }
}

std::string IdList::operator[](std::size_t at) const
{
    const IdKey &key = m_keys[at];
    if (key.isNumbered())
        return m_others[key.number()];
    const auto text = key.uuid();
    return {text.data(), text.size()};
}

std::vector<std::string> IdList::strings(std::size_t from, std::size_t count) const
{
    const std::size_t end = from + std::min(count, size() - from);
    std::vector<std::string> texts;
    texts.reserve(end - from);
    for (std::size_t at = from; at < end; ++at)
        texts.push_back((*this)[at]);
    return texts;
}

IdList IdList::distinct(std::size_t from) const
{
    IdList once;
    absl::flat_hash_set<IdKey> seen;
    absl::flat_hash_set<std::string_view> seenOthers;
    once.reserve(size() - from);
    seen.reserve(size() - from);
    for (std::size_t at = from; at < size(); ++at) {
        const IdKey &key = m_keys[at];
        if (!key.isNumbered()) {
            if (seen.insert(key).second)
                once.append(key);
        } else if (seenOthers.insert(m_others[key.number()]).second) {
            once.append(m_others[key.number()]);
        }
    }
    return once;
}

std::pair<IdList, IdList> IdList::partition(const IdList &others) const
{
    absl::flat_hash_set<IdKey> keys;
    absl::flat_hash_set<std::string_view> texts(others.m_others.begin(), others.m_others.end());
    keys.reserve(others.size());
    for (const IdKey &key : others.m_keys)
        keys.insert(key);
    std::pair<IdList, IdList> parts;
    for (const IdKey &key : m_keys) {
        if (key.isNumbered()) {
            const std::string &text = m_others[key.number()];
            (texts.contains(text) ? parts.first : parts.second).append(text);
        } else {
            (keys.contains(key) ? parts.first : parts.second).append(key);
        }
    }
    return parts;
}

IdHashes IdList::hashes() const
{
    std::vector<std::uint64_t> hashes(size());
    for (std::size_t at = 0; at < size(); ++at)
        hashes[at] = hashAt(at);
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    return std::make_shared<const std::vector<std::uint64_t>>(std::move(hashes));
}

std::uint64_t IdList::hashAt(std::size_t at) const
{
    const IdKey &key = m_keys[at];
    return key.isNumbered() ? absl::HashOf(std::string_view(m_others[key.number()])) : absl::HashOf(key);
}

std::uint64_t IdList::hashOf(std::string_view id)
{
    const auto key = IdKey::ofUuid(id);
    return key ? absl::HashOf(*key) : absl::HashOf(id);
}

bool operator==(const IdList &a, const IdList &b)
{
    if (a.size() != b.size())
        return false;
    for (std::size_t at = 0; at < a.size(); ++at) {
        if (a.m_keys[at].isNumbered() ? a[at] != b[at] : a.m_keys[at] != b.m_keys[at])
            return false;
    }
    return true;
}

} // namespace bartizan
