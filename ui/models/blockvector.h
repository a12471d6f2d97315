// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace bartizan {

/// A vector that grows by blocks: nothing is ever moved, so that the millionth element costs no more than the first, and
/// references stay. Thread: the one that owns it.
template<typename T, std::size_t BlockSize = 16'384>
class BlockVector {
public:
    std::size_t size() const noexcept { return m_size; }
    bool empty() const noexcept { return m_size == 0; }
    T &operator[](std::size_t i) noexcept { return m_blocks[i / BlockSize][i % BlockSize]; }
    const T &operator[](std::size_t i) const noexcept { return m_blocks[i / BlockSize][i % BlockSize]; }
    void push_back(const T &value)
    {
        if (m_size == m_blocks.size() * BlockSize)
            m_blocks.push_back(std::make_unique<T[]>(BlockSize));
        (*this)[m_size++] = value;
    }

private:
    std::vector<std::unique_ptr<T[]>> m_blocks;
    std::size_t m_size = 0;
};

} // namespace bartizan
