// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bartizan {

/// What an address is for, by the special-purpose registries of IANA (RFC 6890 and its updates).
enum class IpScope : std::uint8_t {
    Public,        ///< Reachable from anywhere.
    Private,       ///< Private use: RFC 1918, unique local (RFC 4193), shared space (RFC 6598).
    Loopback,
    LinkLocal,
    Multicast,
    Documentation, ///< Examples: RFC 5737, RFC 3849, RFC 9637.
    Unspecified,   ///< 0.0.0.0/8 and ::.
    Reserved       ///< Anything else no host on the Internet has.
};

/// One IPv4 or IPv6 address. An IPv4-mapped IPv6 address (::ffff:192.0.2.1) is its IPv4 address. Thread: any.
class IpAddress {
public:
    /// Reads dotted IPv4 or IPv6 text, with a zone ("fe80::1%eth0") where the address is IPv6. Blanks around it,
    /// brackets, ports, prefixes, leading zeros in IPv4 and short IPv4 forms ("10.1") are refused: nullopt.
    static std::optional<IpAddress> parse(std::string_view text);

    bool isV6() const noexcept { return m_v6; }
    /// The one text that stands for the address: dotted IPv4, or IPv6 by RFC 5952, then "%zone" if it has one.
    std::string text() const;
    IpScope scope() const noexcept;
    /// In network order: four bytes of an IPv4 address, sixteen of an IPv6 address.
    std::span<const std::uint8_t> bytes() const noexcept { return {m_bytes.data(), m_v6 ? 16U : 4U}; }

    bool operator==(const IpAddress &) const = default;

private:
    std::array<std::uint8_t, 16> m_bytes{}; ///< Network order; IPv4 uses the first four.
    bool m_v6 = false;
    std::string m_zone;
};

/// Whether `text` is a dotted IPv4 address in its canonical form, which is then its own canonical text. Costs a few
/// nanoseconds: for readers that see millions of addresses.
bool isCanonicalIpv4(std::string_view text) noexcept;

/// The canonical text of an address; nullopt when `text` is none.
std::optional<std::string> canonicalIp(std::string_view text);

} // namespace bartizan
