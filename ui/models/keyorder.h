// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDeadlineTimer>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace bartizan {

/// Puts values in the order of their keys, equal ones as they stand: digit by digit, the lowest first, so that it takes time
/// in proportion. It does so in parts, for a thread that has other things to see to in between. Thread: any.
template<typename Value>
class KeyOrder {
public:
    using Key = std::uint32_t;
    /// So many values at least are seen to at once.
    static constexpr std::size_t kPart = 16'384;

    KeyOrder() = default;
    KeyOrder(std::vector<Value> values, bool descending)
        : m_values(std::move(values))
        , m_descending(descending)
    {
        m_keys.reserve(m_values.size());
    }

    /// Goes on until the time is over or everything is done; returns whether it is. `keysOf` is called with some of the
    /// values, and where their keys go.
    template<typename KeysOf>
    bool goOn(const QDeadlineTimer &until, KeysOf keysOf)
    {
        while (m_keys.size() < m_values.size()) {
            const std::size_t begin = m_keys.size();
            const std::size_t count = std::min(kPart, m_values.size() - begin);
            m_keys.resize(begin + count);
            keysOf(std::span<const Value>(m_values).subspan(begin, count), m_keys.data() + begin);
            m_greatest = std::max(m_greatest, *std::max_element(m_keys.begin() + static_cast<std::ptrdiff_t>(begin), m_keys.end()));
            if (until.hasExpired())
                return false;
        }
        const auto width = static_cast<unsigned>(std::bit_width(m_greatest));
        const unsigned digits = (width + kMostBits - 1) / kMostBits;
        const unsigned bits = digits == 0 ? 0 : (width + digits - 1) / digits;
        for (; m_shift < width; m_shift += bits) {
            if (!countDigits(bits, until) || !deal(bits, until))
                return false;
        }
        return true;
    }
    std::vector<Value> take() { return std::move(m_values); }

private:
    static constexpr unsigned kMostBits = 11;

    /// Where the values of each digit begin; nothing is left to deal when there is but one.
    bool countDigits(unsigned bits, const QDeadlineTimer &until)
    {
        if (m_dealing)
            return true;
        if (m_at == 0)
            m_places.assign((std::size_t{1} << bits) + 1, 0);
        while (m_at < m_keys.size()) {
            const std::size_t end = std::min(m_at + kPart, m_keys.size());
            for (; m_at < end; ++m_at)
                ++m_places[digitOf(m_keys[m_at], bits) + 1];
            if (m_at < m_keys.size() && until.hasExpired())
                return false;
        }
        m_dealing = true;
        m_at = std::find(m_places.begin(), m_places.end(), m_keys.size()) == m_places.end() ? 0 : m_keys.size();
        for (std::size_t digit = 1; digit < m_places.size(); ++digit)
            m_places[digit] += m_places[digit - 1];
        m_untouched = m_at > 0;
        return true;
    }

    bool deal(unsigned bits, const QDeadlineTimer &until)
    {
        if (m_valuesTo.size() < m_values.size() && !m_untouched) {
            m_valuesTo.resize(m_values.size());
            m_keysTo.resize(m_keys.size());
        }
        while (m_at < m_keys.size()) {
            const std::size_t end = std::min(m_at + kPart, m_keys.size());
            for (; m_at < end; ++m_at) {
                const std::uint32_t place = m_places[digitOf(m_keys[m_at], bits)]++;
                m_valuesTo[place] = m_values[m_at];
                m_keysTo[place] = m_keys[m_at];
            }
            if (until.hasExpired())
                return false;
        }
        if (!m_untouched) {
            m_values.swap(m_valuesTo);
            m_keys.swap(m_keysTo);
        }
        m_dealing = false;
        m_at = 0;
        return true;
    }

    std::size_t digitOf(Key key, unsigned bits) const
    {
        const std::size_t most = (std::size_t{1} << bits) - 1;
        const std::size_t digit = static_cast<std::size_t>(key >> m_shift) & most;
        return m_descending ? most - digit : digit;
    }

    std::vector<Value> m_values;
    std::vector<Value> m_valuesTo;
    std::vector<Key> m_keys;
    std::vector<Key> m_keysTo;
    std::vector<std::uint32_t> m_places; ///< By digit: where the next one goes.
    std::size_t m_at = 0;
    unsigned m_shift = 0; ///< Of the digit that it is at.
    Key m_greatest = 0;
    bool m_descending = false;
    bool m_dealing = false;
    bool m_untouched = false; ///< All have the same digit there.
};

} // namespace bartizan
