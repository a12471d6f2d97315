// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/eventbatch.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace bartizan {

/// So many bytes, from the block at hand or the next that has them.
char *BatchTexts::room(std::size_t size)
{
    while (m_block < m_blocks.size() && m_blocks[m_block].size - m_used < size) {
        ++m_block;
        m_used = 0;
    }
    if (m_block == m_blocks.size()) {
        const std::size_t bytes = std::max(size, kBlock);
        m_blocks.push_back({std::make_unique_for_overwrite<char[]>(bytes), bytes});
    }
    char *const begin = m_blocks[m_block].bytes.get() + m_used;
    m_used += size;
    return begin;
}

std::string_view BatchTexts::keepLine(std::string_view line)
{
    char *const copy = room(line.size() + kZeros);
    line.copy(copy, line.size());
    std::memset(copy + line.size(), 0, kZeros);
    return {copy, line.size()};
}

void BatchTexts::keepTexts(EventView &row)
{
    constexpr std::array kTexts{&EventView::action,    &EventView::userId,    &EventView::companyId, &EventView::platformUserId,
                                &EventView::ipAddress, &EventView::userAgent, &EventView::country,   &EventView::sessionId,
                                &EventView::requestId, &EventView::metadata};
    std::size_t size = 0;
    for (const auto text : kTexts)
        size += (row.*text).size();
    char *copy = room(size);
    for (const auto text : kTexts) {
        if ((row.*text).data() == nullptr)
            continue;
        (row.*text).copy(copy, (row.*text).size());
        row.*text = {copy, (row.*text).size()};
        copy += (row.*text).size();
    }
}

void BatchTexts::clear() noexcept
{
    // What a single huge line took is given back.
    std::erase_if(m_blocks, [](const Block &block) { return block.size > kBlock; });
    m_block = 0;
    m_used = 0;
}

void EventBatch::clear()
{
    texts.clear();
    rows.clear();
    lines.clear();
    control = {};
    error.clear();
    lastLine = 0;
}

} // namespace bartizan
