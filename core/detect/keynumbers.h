// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/keytable.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace bartizan {

/// The keys of texts that whoever hands over rows has numbered already (EventView::userNumber): such a text is neither
/// hashed nor compared. A key that is given up must be forgotten here as well. Not thread-safe.
class KeyNumbers {
public:
    /// Makes room for a number, which is not 0.
    void reserve(std::uint32_t number)
    {
        if (number >= m_keys.size())
            m_keys.resize(std::max<std::size_t>(number + std::size_t{1}, m_keys.size() * 3 / 2), kNoKey);
    }
    void prefetch(std::uint32_t number) const noexcept { __builtin_prefetch(m_keys.data() + number); }
    /// The key of a number that there is room for; kNoKey: it is not known.
    KeyId &operator[](std::uint32_t number) noexcept { return m_keys.data()[number]; }
    /// Forgets the keys that `keeps` is false for.
    template<typename Keeps>
    void forget(Keeps &&keeps)
    {
        for (KeyId &key : m_keys) {
            if (key != kNoKey && !keeps(key))
                key = kNoKey;
        }
    }
    void clear() { m_keys = {}; }
    std::size_t bytes() const noexcept { return m_keys.capacity() * sizeof(KeyId); }

private:
    std::vector<KeyId> m_keys; ///< By number.
};

} // namespace bartizan
