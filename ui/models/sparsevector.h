// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace bartizan {

/// A column in which many values are T(): a run of neighbours that have no other takes no room. It has no end; nothing is ever
/// moved, so that no call takes long. Thread: the one that owns it.
template<typename T, std::size_t BlockSize = 4096>
class SparseVector {
public:
    T operator[](std::size_t i) const noexcept
    {
        const std::size_t block = i / BlockSize;
        return block < m_blocks.size() && m_blocks[block] ? m_blocks[block][i % BlockSize] : T();
    }
    void set(std::size_t i, const T &value)
    {
        const std::size_t block = i / BlockSize;
        if (block >= m_blocks.size() || !m_blocks[block]) {
            if (value == T())
                return;
            if (block >= m_blocks.size())
                m_blocks.resize(block + 1);
            m_blocks[block] = std::make_unique<T[]>(BlockSize);
        }
        m_blocks[block][i % BlockSize] = value;
    }

private:
    std::vector<std::unique_ptr<T[]>> m_blocks; ///< Null: no other value in it.
};

} // namespace bartizan
