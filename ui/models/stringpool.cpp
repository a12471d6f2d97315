// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/stringpool.h"

#include <absl/hash/hash.h>

namespace bartizan {

std::size_t StringPool::Hash::operator()(std::string_view text) const
{
    return absl::HashOf(text);
}

StringPool::StringPool()
    : m_index(0, Hash{this}, Equal{this})
{
    intern({});
}

StringPool::Number StringPool::intern(std::string_view text)
{
    if (const auto known = m_index.find(text); known != m_index.end())
        return *known;
    const auto number = static_cast<Number>(m_starts.size());
    m_starts.push_back(m_text.size());
    m_text.append(text);
    m_index.insert(number);
    return number;
}

std::optional<StringPool::Number> StringPool::find(std::string_view text) const
{
    const auto known = m_index.find(text);
    if (known == m_index.end())
        return std::nullopt;
    return *known;
}

std::string_view StringPool::view(Number number) const
{
    const std::uint64_t start = m_starts[number];
    const std::uint64_t end = number + 1 < m_starts.size() ? m_starts[number + 1] : m_text.size();
    return std::string_view(m_text).substr(start, end - start);
}

void StringPool::clear()
{
    m_index.clear();
    m_starts.clear();
    m_text.clear();
    intern({});
}

} // namespace bartizan
