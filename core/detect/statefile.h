// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace bartizan {

/// Writes the detector's state as bytes of this machine: it is read back by the same program on the same machine, and
/// rebuilt from the log otherwise.
class StateWriter {
public:
    explicit StateWriter(std::string &out) : m_out(out) {}

    template<typename T>
        requires std::is_trivially_copyable_v<T>
    void put(const T &value) { bytes(&value, sizeof value); }
    void text(std::string_view text)
    {
        put(static_cast<std::uint32_t>(text.size()));
        bytes(text.data(), text.size());
    }
    void bytes(const void *from, std::size_t size)
    {
        if (size > 0)
            m_out.append(static_cast<const char *>(from), size);
    }

private:
    std::string &m_out;
};

/// Reads it. Beyond the end everything is zero and failed() is true: callers need to look once, and before they trust a
/// size.
class StateReader {
public:
    explicit StateReader(std::string_view in) : m_in(in) {}

    template<typename T>
        requires std::is_trivially_copyable_v<T>
    T get()
    {
        T value{};
        bytes(&value, sizeof value);
        return value;
    }
    /// Valid as long as the bytes that are read.
    std::string_view text()
    {
        const auto size = get<std::uint32_t>();
        if (!holds(size, 1))
            return {};
        const std::string_view result = m_in.substr(0, size);
        m_in.remove_prefix(size);
        return result;
    }
    void bytes(void *to, std::size_t size)
    {
        if (size > m_in.size()) {
            fail();
            return;
        }
        if (size > 0)
            std::memcpy(to, m_in.data(), size);
        m_in.remove_prefix(size);
    }
    /// Whether `count` things of at least `size` bytes can follow; fails otherwise.
    bool holds(std::uint64_t count, std::size_t size)
    {
        if (count <= m_in.size() / size)
            return true;
        fail();
        return false;
    }
    void fail()
    {
        m_failed = true;
        m_in = {};
    }
    bool failed() const noexcept { return m_failed; }
    bool atEnd() const noexcept { return m_in.empty(); }

private:
    std::string_view m_in;
    bool m_failed = false;
};

/// Checksum against damage, not against forgery: 64 bits, eight bytes a step.
std::uint64_t stateChecksum(std::string_view bytes) noexcept;

} // namespace bartizan
