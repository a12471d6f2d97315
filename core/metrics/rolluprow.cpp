// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rolluprow.h"

#include "core/metrics/rollupbytes.h"

#include <charconv>
#include <optional>

namespace bartizan {
namespace {

// A row: 20 bits of milliseconds and 4 of the type in three bytes; then outcome and severity (5 bits), whether there is
// a user, and what tells the place (2 bits); the company; the user; the place.
constexpr unsigned kTypeShift = 20;
constexpr unsigned kTypes = static_cast<unsigned>(SecurityEventType::ApiSecurity) + 1;
constexpr unsigned kSeverities = static_cast<unsigned>(AuditSeverity::Critical) + 1;
constexpr unsigned kKinds = (static_cast<unsigned>(AuditOutcome::Suspicious) + 1) * kSeverities;
constexpr unsigned kUserBit = 0x20;
constexpr unsigned kPlaceShift = 6;
enum Place : unsigned { kNowhere, kCountry, kIpv4, kAddressText };
static_assert(kQuarterHour <= 1 << kTypeShift && kTypes <= 16 && kKinds <= kUserBit);

/// With a zone index behind it, an IPv6 address takes no more.
constexpr std::size_t kLongestAddress = 64;

/// The number of an IPv4 address in the one spelling that the number gives back.
std::optional<std::uint32_t> packedIpv4(std::string_view text)
{
    std::uint32_t address = 0;
    const char *at = text.data();
    const char *const end = at + text.size();
    for (int part = 0; part < 4; ++part) {
        if (part > 0 && (at == end || *at++ != '.'))
            return std::nullopt;
        std::uint8_t value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc() || (*at == '0' && next - at > 1))
            return std::nullopt;
        address = address << 8U | value;
        at = next;
    }
    return at == end ? std::optional(address) : std::nullopt;
}

} // namespace

void RollupRow::setAddress(std::string_view text)
{
    hasAddress = !text.empty() && text.size() <= kLongestAddress;
    if (!hasAddress)
        return;
    const auto number = packedIpv4(text);
    packed = number.has_value();
    ipv4 = number.value_or(0);
    address = text;
}

std::string_view RollupRow::addressText(std::string &buffer) const
{
    if (!packed)
        return address;
    buffer.clear();
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        char digits[4];
        const auto end = std::to_chars(digits, digits + sizeof digits, ipv4 >> shift & 0xffU).ptr;
        buffer.append(digits, static_cast<std::size_t>(end - digits)) += '.';
    }
    buffer.pop_back();
    return buffer;
}

void RollupRow::write(std::string &block) const
{
    const auto number = [](auto value) { return static_cast<unsigned>(value); };
    const auto start = static_cast<std::uint32_t>(withinQuarter(timestamp)) | number(type) << kTypeShift;
    const unsigned place = country != kNoKey ? kCountry : !hasAddress ? kNowhere : packed ? kIpv4 : kAddressText;
    for (const unsigned shift : {0U, 8U, 16U})
        block += static_cast<char>(static_cast<unsigned char>(start >> shift));
    block += static_cast<char>(static_cast<unsigned char>(
        (number(outcome) * kSeverities + number(severity)) | (user != kNoKey ? kUserBit : 0) | place << kPlaceShift));
    appendNumber(block, company);
    if (user != kNoKey)
        appendNumber(block, user);
    switch (place) {
    case kCountry: appendNumber(block, country); break;
    case kIpv4: appendFixed(block, ipv4); break;
    case kAddressText:
        appendNumber(block, address.size());
        block += address;
        break;
    default: break;
    }
}

bool RollupRow::read(RollupBytes &block, std::int64_t quarter)
{
    const std::string_view start = block.text(3);
    const unsigned kind = block.byte();
    if (!block.ok())
        return false;
    const auto at = [&start](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(start[i])}; };
    const std::uint32_t packedStart = at(0) | at(1) << 8U | at(2) << 16U;
    const std::uint32_t typeNumber = packedStart >> kTypeShift;
    const unsigned kinds = kind % kUserBit;
    if (typeNumber >= kTypes || kinds >= kKinds)
        return false;
    timestamp = quarter * kQuarterHour + (packedStart & ((1U << kTypeShift) - 1));
    type = static_cast<SecurityEventType>(typeNumber);
    outcome = static_cast<AuditOutcome>(kinds / kSeverities);
    severity = static_cast<AuditSeverity>(kinds % kSeverities);
    company = block.number32();
    user = kind & kUserBit ? block.number32() : kNoKey;
    const unsigned place = kind >> kPlaceShift;
    country = place == kCountry ? block.number32() : kNoKey;
    hasAddress = place == kIpv4 || place == kAddressText;
    packed = place == kIpv4;
    if (packed)
        ipv4 = block.fixed<std::uint32_t>();
    else if (hasAddress)
        address = block.text(block.number32());
    return block.ok();
}

} // namespace bartizan
