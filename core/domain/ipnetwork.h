// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/ipaddress.h"

#include <vector>

namespace bartizan {

/// A block of addresses; of one when the prefix has all bits. Thread: any.
class IpNetwork {
public:
    /// Reads an address, or one with a prefix length ("203.0.113.0/24"). Bits behind the prefix are cleared.
    static std::optional<IpNetwork> parse(std::string_view text);
    /// The block of so many leading bits around an address; all of its bits where it has no more.
    static IpNetwork around(const IpAddress &address, std::size_t prefix);
    bool contains(const IpAddress &address) const noexcept;
    /// Whether it is one address.
    bool isSingle() const noexcept { return m_prefix == m_bytes.size() * 8; }
    /// "203.0.113.0/24"; without a prefix length when it is one address.
    std::string text() const;

    bool operator==(const IpNetwork &) const = default;

private:
    std::vector<std::uint8_t> m_bytes; ///< Network order.
    std::size_t m_prefix = 0;          ///< Bits that count.
};

} // namespace bartizan
