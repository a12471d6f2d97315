// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace bartizan {

/// Appends numbers to a text: seven bits a byte, the lowest first, the eighth set on all but the last.
inline void appendNumber(std::string &out, std::uint64_t number)
{
    for (; number >= 0x80; number >>= 7U)
        out += static_cast<char>(static_cast<unsigned char>(number | 0x80U));
    out += static_cast<char>(number);
}

/// Reads what was written with appendNumber() and the like. It never reads past the end: what is cut off or damaged
/// gives zeros from there on, and ok() is false.
class RollupBytes {
public:
    explicit RollupBytes(std::string_view bytes) : m_at(bytes.data()), m_end(bytes.data() + bytes.size()) {}

    bool ok() const noexcept { return m_ok; }
    bool atEnd() const noexcept { return m_at == m_end; }
    /// What is left to read.
    std::string_view left() const noexcept { return {m_at, static_cast<std::size_t>(m_end - m_at)}; }
    /// Passes over bytes of it that were read otherwise.
    void skip(std::size_t bytes) noexcept { m_at += bytes; }

    std::uint8_t byte() noexcept
    {
        if (m_at == m_end) [[unlikely]]
            return fail();
        return static_cast<std::uint8_t>(*m_at++);
    }
    std::uint64_t number() noexcept
    {
        std::uint64_t value = byte();
        if (value < 0x80) [[likely]]
            return value;
        value &= 0x7fU;
        for (unsigned shift = 7; shift < 64; shift += 7) {
            const std::uint64_t next = byte();
            value |= (next & 0x7fU) << shift;
            if (next < 0x80)
                return value;
        }
        return fail();
    }
    /// Of the numbers of users there are half a million in an answer, of two and three bytes in no order that a processor
    /// could foresee: those of up to four are read without asking where they end.
    std::uint32_t number32() noexcept
    {
        const std::uint64_t value = shortNumber();
        return value <= UINT32_MAX ? static_cast<std::uint32_t>(value) : fail();
    }
    /// The same for numbers that are mostly short.
    std::uint64_t shortNumber() noexcept
    {
        if (m_end - m_at >= 4) [[likely]] {
            const auto byteAt = [this](unsigned i) { return std::uint32_t{static_cast<unsigned char>(m_at[i])} << (8 * i); };
            const std::uint32_t word = byteAt(0) | byteAt(1) | byteAt(2) | byteAt(3);
            if (const std::uint32_t last = ~word & 0x80808080U; last != 0) [[likely]] {
                m_at += (std::countr_zero(last) + 1) / 8;
                const std::uint32_t own = word & (last ^ (last - 1));
                return (own & 0x7fU) | (own >> 1U & 0x3f80U) | (own >> 2U & 0x1fc000U) | (own >> 3U & 0xfe00000U);
            }
        }
        return number();
    }
    std::int64_t count() noexcept
    {
        const std::uint64_t value = number();
        return value <= INT64_MAX ? static_cast<std::int64_t>(value) : fail();
    }
    /// A number of fixed width, the lowest byte first.
    template<typename Unsigned>
    Unsigned fixed() noexcept
    {
        const std::string_view bytes = text(sizeof(Unsigned));
        Unsigned value = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            value |= static_cast<Unsigned>(Unsigned{static_cast<unsigned char>(bytes[i])} << (8 * i));
        return value;
    }
    std::string_view text(std::size_t size) noexcept
    {
        if (size > static_cast<std::size_t>(m_end - m_at)) [[unlikely]] {
            fail();
            return {};
        }
        const std::string_view bytes(m_at, size);
        m_at += size;
        return bytes;
    }

private:
    std::uint8_t fail() noexcept
    {
        m_ok = false;
        m_at = m_end;
        return 0;
    }

    const char *m_at;
    const char *m_end;
    bool m_ok = true;
};

/// Appends a number of fixed width, the lowest byte first.
template<typename Unsigned>
void appendFixed(std::string &out, Unsigned value)
{
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i)
        out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
}

} // namespace bartizan
