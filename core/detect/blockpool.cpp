// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/blockpool.h"

#include <algorithm>
#include <cstring>

namespace bartizan {

static_assert(sizeof(BlockPool::Word) == sizeof(BlockPool::Word *), "a free block holds the address of the next one");

BlockPool::~BlockPool()
{
    for (Word *block : m_large)
        delete[] block;
}

BlockPool::Word *BlockPool::take(unsigned sizeLog2)
{
    const std::size_t words = std::size_t{1} << sizeLog2;
    if (sizeLog2 > kLargestCarved) {
        auto block = std::make_unique_for_overwrite<Word[]>(words);
        m_large.push_back(block.get());
        m_bytes += words * sizeof(Word);
        return block.release();
    }
    if (Word *block = m_free[sizeLog2]) {
        std::memcpy(&m_free[sizeLog2], block, sizeof(Word *));
        __builtin_prefetch(m_free[sizeLog2]); // The next one asked for is this.
        return block;
    }
    if (m_usedInSlab + words > kSlabWords) {
        // What is left of the old slab is less than one block of the largest carved size.
        m_slabs.push_back(std::make_unique_for_overwrite<Word[]>(kSlabWords));
        m_bytes += kSlabWords * sizeof(Word);
        m_usedInSlab = 0;
    }
    Word *block = m_slabs.back().get() + m_usedInSlab;
    m_usedInSlab += words;
    return block;
}

void BlockPool::give(Word *block, unsigned sizeLog2) noexcept
{
    if (sizeLog2 > kLargestCarved) {
        const auto it = std::find(m_large.begin(), m_large.end(), block);
        *it = m_large.back();
        m_large.pop_back();
        m_bytes -= (std::size_t{1} << sizeLog2) * sizeof(Word);
        delete[] block;
        return;
    }
    std::memcpy(block, &m_free[sizeLog2], sizeof(Word *));
    m_free[sizeLog2] = block;
}

} // namespace bartizan
