// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/stringpool.h"

#include <absl/hash/hash.h>

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::size_t kBlockBytes = 64 * 1024; // A start is a number of 16 bits.
/// Parts of the index: of a million texts each holds some 16,000, which are put anew in a fraction of a millisecond.
constexpr std::size_t kParts = 64;

} // namespace

std::size_t StringPool::Hash::operator()(std::string_view text) const
{
    return absl::HashOf(text);
}

StringPool::StringPool()
{
    m_indexes.assign(kParts, Index(0, Hash{this}, Equal{this}));
    intern({});
}

/// The part by bits of the hash that the parts themselves use least.
std::size_t StringPool::partOf(std::string_view text)
{
    return absl::HashOf(text) >> 48 & (kParts - 1);
}

void StringPool::addBlock(std::size_t size)
{
    m_blocks.push_back({std::make_unique<char[]>(size), static_cast<std::uint32_t>(size)});
}

StringPool::Place StringPool::keep(std::string_view text)
{
    if (text.size() >= kLong) {
        addBlock(text.size());
        std::copy(text.begin(), text.end(), m_blocks.back().bytes.get());
        return {static_cast<std::uint32_t>(m_blocks.size() - 1), 0, kLong};
    }
    if (m_blocks.empty() || text.size() > kBlockBytes - m_used) {
        addBlock(kBlockBytes);
        m_filled = static_cast<std::uint32_t>(m_blocks.size() - 1);
        m_used = 0;
    }
    const auto start = static_cast<std::uint16_t>(m_used);
    std::copy(text.begin(), text.end(), m_blocks[m_filled].bytes.get() + m_used);
    m_used += text.size();
    return {m_filled, start, static_cast<std::uint16_t>(text.size())};
}

StringPool::Number StringPool::intern(std::string_view text)
{
    Index &index = m_indexes[partOf(text)];
    if (const auto known = index.find(text); known != index.end())
        return *known;
    const auto number = static_cast<Number>(m_places.size());
    m_places.push_back(keep(text));
    for (const char c : text)
        m_bytes.set(static_cast<unsigned char>(c));
    index.insert(number);
    return number;
}

std::optional<StringPool::Number> StringPool::find(std::string_view text) const
{
    const Index &index = m_indexes[partOf(text)];
    const auto known = index.find(text);
    if (known == index.end())
        return std::nullopt;
    return *known;
}

} // namespace bartizan
