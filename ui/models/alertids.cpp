// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertids.h"

#include <absl/hash/hash.h>

namespace bartizan {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
/// Of a million ids each part holds some 16,000, which are put anew in a fraction of a millisecond.
constexpr std::size_t kParts = 64;

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

AlertIds::Number AlertIds::intern(std::string_view text)
{
    const auto uuid = Key::ofUuid(text);
    const Key key = uuid ? *uuid : Key::numbered(m_others.intern(text));
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
    std::optional<Key> key = Key::ofUuid(text);
    if (!key) {
        const auto other = m_others.find(text);
        if (!other)
            return std::nullopt;
        key = Key::numbered(*other);
    }
    const Index &index = m_indexes[partOf(*key)];
    const auto known = index.find(*key);
    return known == index.end() ? std::nullopt : std::optional(*known);
}

AlertIds::Id AlertIds::operator[](Number number) const
{
    const Key &key = m_keys[number];
    Id id;
    if (key.isNumbered()) {
        id.m_other = m_others.view(key.number());
        return id;
    }
    id.m_isUuid = true;
    id.m_uuid = key.uuid();
    return id;
}

void AlertIds::appendTo(IdList &list, Number number) const
{
    if (const Key &key = m_keys[number]; key.isNumbered())
        list.append(m_others.view(key.number()));
    else
        list.append(key);
}

/// UUIDs stand to each other as their bytes do.
bool AlertIds::before(Number a, Number b) const
{
    const Key &left = m_keys[a];
    const Key &right = m_keys[b];
    if (!left.isNumbered() && !right.isNumbered())
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
