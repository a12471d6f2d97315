// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/ipnetwork.h"

#include <algorithm>

namespace bartizan {

std::optional<IpNetwork> IpNetwork::parse(std::string_view text)
{
    const std::size_t slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address)
        return std::nullopt;
    const std::size_t bits = address->bytes().size() * 8;
    if (slash == std::string_view::npos)
        return around(*address, bits);
    const std::string digits(text.substr(slash + 1));
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.empty() || digits.size() > 3 || !std::all_of(digits.begin(), digits.end(), isDigit))
        return std::nullopt;
    const auto prefix = static_cast<std::size_t>(std::stoi(digits));
    return prefix > bits ? std::nullopt : std::optional(around(*address, prefix));
}

IpNetwork IpNetwork::around(const IpAddress &address, std::size_t prefix)
{
    IpNetwork network;
    network.m_bytes.assign(address.bytes().begin(), address.bytes().end());
    network.m_prefix = std::min(prefix, network.m_bytes.size() * 8);
    for (std::size_t bit = network.m_prefix; bit < network.m_bytes.size() * 8; ++bit)
        network.m_bytes[bit / 8] = static_cast<std::uint8_t>(network.m_bytes[bit / 8] & ~(0x80U >> (bit % 8)));
    return network;
}

bool IpNetwork::contains(const IpAddress &address) const noexcept
{
    const auto bytes = address.bytes();
    if (bytes.size() != m_bytes.size())
        return false;
    const std::size_t whole = m_prefix / 8;
    if (!std::equal(m_bytes.begin(), m_bytes.begin() + static_cast<std::ptrdiff_t>(whole), bytes.begin()))
        return false;
    const unsigned rest = m_prefix % 8;
    return rest == 0 || ((m_bytes[whole] ^ bytes[whole]) & (0xFFU << (8 - rest)) & 0xFFU) == 0;
}

std::string IpNetwork::text() const
{
    std::string text;
    if (m_bytes.size() == 4) {
        for (const std::uint8_t byte : m_bytes)
            text += (text.empty() ? "" : ".") + std::to_string(byte);
    } else {
        static constexpr char kHex[] = "0123456789abcdef";
        for (std::size_t i = 0; i < m_bytes.size(); ++i) {
            if (i > 0 && i % 2 == 0)
                text += ':';
            text += kHex[m_bytes[i] >> 4];
            text += kHex[m_bytes[i] & 15];
        }
        text = IpAddress::parse(text)->text();
    }
    return isSingle() ? text : text + '/' + std::to_string(m_prefix);
}

} // namespace bartizan
