// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/ipaddress.h"

#include <algorithm>
#include <span>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace bartizan {

namespace {

// Longest text inet_pton() can accept, "ffff:…:255.255.255.255"; longer input is no address whatever it holds.
constexpr std::size_t kMaxText = INET6_ADDRSTRLEN - 1;
constexpr std::size_t kMaxZone = 32;

struct Block {
    std::array<std::uint8_t, 16> prefix;
    int bits;
    IpScope scope;
};

// The narrower block stands before the wider one that holds it.
constexpr Block kV4Blocks[] = {
    {{0}, 8, IpScope::Unspecified},
    {{10}, 8, IpScope::Private},
    {{100, 64}, 10, IpScope::Private},
    {{127}, 8, IpScope::Loopback},
    {{169, 254}, 16, IpScope::LinkLocal},
    {{172, 16}, 12, IpScope::Private},
    {{192, 0, 0, 9}, 32, IpScope::Public},
    {{192, 0, 0, 10}, 32, IpScope::Public},
    {{192, 0, 0}, 24, IpScope::Reserved},
    {{192, 0, 2}, 24, IpScope::Documentation},
    {{192, 88, 99}, 24, IpScope::Reserved},
    {{192, 168}, 16, IpScope::Private},
    {{198, 18}, 15, IpScope::Reserved},
    {{198, 51, 100}, 24, IpScope::Documentation},
    {{203, 0, 113}, 24, IpScope::Documentation},
    {{224}, 4, IpScope::Multicast},
    {{240}, 4, IpScope::Reserved},
};

constexpr Block kV6Blocks[] = {
    {{}, 128, IpScope::Unspecified},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, IpScope::Loopback},
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, IpScope::Private},
    {{0x20, 0x01, 0x00, 0x02}, 48, IpScope::Reserved},
    {{0x20, 0x01, 0x00, 0x20}, 28, IpScope::Reserved},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, IpScope::Documentation},
    {{0x3f, 0xff}, 20, IpScope::Documentation},
    {{0x20}, 3, IpScope::Public},
    {{0xfc}, 7, IpScope::Private},
    {{0xfe, 0x80}, 10, IpScope::LinkLocal},
    {{0xff}, 8, IpScope::Multicast},
};

/// Blocks whose addresses hold one of IPv4, behind so many bytes: they lead wherever that one does.
struct Carrier {
    Block block;
    std::size_t behind;
};
constexpr Carrier kCarriers[] = {
    {{{0x00, 0x64, 0xff, 0x9b}, 96, IpScope::Public}, 12}, // Translation (RFC 6052)
    {{{0x20, 0x02}, 16, IpScope::Public}, 2},              // 6to4 (RFC 3056)
};

bool covers(const Block &block, const std::array<std::uint8_t, 16> &bytes) noexcept
{
    const auto whole = static_cast<std::size_t>(block.bits / 8);
    if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(whole), block.prefix.begin()))
        return false;
    const int rest = block.bits % 8;
    if (rest == 0)
        return true;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
    return ((bytes[whole] ^ block.prefix[whole]) & mask) == 0;
}

IpScope scopeIn(std::span<const Block> blocks, const std::array<std::uint8_t, 16> &bytes, IpScope otherwise) noexcept
{
    const auto found = std::find_if(blocks.begin(), blocks.end(),
                                    [&](const Block &block) { return covers(block, bytes); });
    return found == blocks.end() ? otherwise : found->scope;
}

bool isZone(std::string_view zone) noexcept
{
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-'
            || c == '_';
    };
    return !zone.empty() && zone.size() <= kMaxZone && std::all_of(zone.begin(), zone.end(), allowed);
}

bool isV4Mapped(const std::array<std::uint8_t, 16> &bytes) noexcept
{
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; }) && bytes[10] == 0xff
        && bytes[11] == 0xff;
}

} // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    IpAddress address;
    const std::size_t percent = text.find('%');
    if (percent != std::string_view::npos) {
        const std::string_view zone = text.substr(percent + 1);
        if (!isZone(zone))
            return std::nullopt;
        address.m_zone = zone;
        text = text.substr(0, percent);
    }
    // A NUL would end the C string early and make "192.0.2.1\0anything" an address.
    if (text.empty() || text.size() > kMaxText || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    const std::string terminated(text);
    address.m_v6 = text.find(':') != std::string_view::npos;
    if (inet_pton(address.m_v6 ? AF_INET6 : AF_INET, terminated.c_str(), address.m_bytes.data()) != 1)
        return std::nullopt;
    if (!address.m_v6 && percent != std::string_view::npos)
        return std::nullopt;
    if (address.m_v6 && isV4Mapped(address.m_bytes)) {
        std::array<std::uint8_t, 16> folded{};
        std::copy_n(address.m_bytes.begin() + 12, 4, folded.begin());
        address.m_bytes = folded;
        address.m_v6 = false;
        address.m_zone.clear();
    }
    return address;
}

std::string IpAddress::text() const
{
    char buffer[INET6_ADDRSTRLEN];
    std::string out = inet_ntop(m_v6 ? AF_INET6 : AF_INET, m_bytes.data(), buffer, sizeof buffer);
    if (!m_zone.empty())
        out.append("%").append(m_zone);
    return out;
}

IpScope IpAddress::scope() const noexcept
{
    if (!m_v6)
        return scopeIn(kV4Blocks, m_bytes, IpScope::Public);
    for (const Carrier &carrier : kCarriers) {
        if (!covers(carrier.block, m_bytes))
            continue;
        std::array<std::uint8_t, 16> held{};
        std::copy_n(m_bytes.begin() + static_cast<std::ptrdiff_t>(carrier.behind), 4, held.begin());
        return scopeIn(kV4Blocks, held, IpScope::Public);
    }
    return scopeIn(kV6Blocks, m_bytes, IpScope::Reserved);
}

bool isCanonicalIpv4(std::string_view text) noexcept
{
    const char *at = text.data();
    const char *const end = at + text.size();
    const auto digit = [&at, end] { return at == end ? 10U : static_cast<unsigned>(*at) - static_cast<unsigned>('0'); };
    for (int octet = 0; octet < 4; ++octet) {
        if (octet > 0 && (at == end || *at++ != '.'))
            return false;
        unsigned value = digit();
        if (value > 9)
            return false;
        ++at;
        for (int more = 0; more < 2; ++more) {
            const unsigned next = digit();
            if (next > 9)
                break;
            // A leading zero is refused: some readers take such an octet as octal.
            if (value == 0)
                return false;
            value = value * 10 + next;
            ++at;
        }
        if (value > 255)
            return false;
    }
    return at == end;
}

std::optional<std::string> canonicalIp(std::string_view text)
{
    const auto address = IpAddress::parse(text);
    return address ? std::optional(address->text()) : std::nullopt;
}

} // namespace bartizan
