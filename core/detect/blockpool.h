// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace bartizan {

/// Memory for many small rings of 8-byte entries: blocks of a power of two of entries, carved from slabs and reused,
/// so that a hundred thousand keys cost neither a heap header nor a call to the allocator each.
/// Not thread-safe; blocks must not outlive the pool.
class BlockPool {
public:
    using Word = std::uint64_t;

    BlockPool() = default;
    BlockPool(const BlockPool &) = delete;
    BlockPool &operator=(const BlockPool &) = delete;
    ~BlockPool();

    /// A block of 2^sizeLog2 words, not initialised.
    Word *take(unsigned sizeLog2);
    /// Gives a block of take() back; it may be handed out again.
    void give(Word *block, unsigned sizeLog2) noexcept;
    /// Bytes held from the system.
    std::size_t bytes() const noexcept { return m_bytes; }

private:
    static constexpr unsigned kLargestCarved = 9; ///< Above, blocks come from the heap one by one.
    static constexpr std::size_t kSlabWords = 8192;

    std::vector<std::unique_ptr<Word[]>> m_slabs;
    std::size_t m_usedInSlab = kSlabWords;
    std::array<Word *, kLargestCarved + 1> m_free{}; ///< Lists threaded through the free blocks.
    std::vector<Word *> m_large;
    std::size_t m_bytes = 0;
};

} // namespace bartizan
