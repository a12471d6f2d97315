// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgrestext.h"

#include <cstdint>

namespace bartizan {
namespace {

constexpr std::string_view kMark = kPostgresEmpty; // U+FDD0
constexpr std::string_view kDigits = "0123456789abcdef";

bool continues(unsigned char byte) noexcept
{
    return (byte & 0xC0U) == 0x80U;
}

/// Length of the UTF-8 sequence that `text` begins with; 0 when it begins with none that PostgreSQL takes.
std::size_t sequenceLength(std::string_view text) noexcept
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = at(0);
    if (first == 0)
        return 0;
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return text.size() > 1 && continues(at(1)) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (text.size() < 3 || !continues(at(1)) || !continues(at(2)))
            return 0;
        const bool overlong = first == 0xE0 && at(1) < 0xA0;
        const bool surrogate = first == 0xED && at(1) > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (text.size() < 4 || !continues(at(1)) || !continues(at(2)) || !continues(at(3)))
            return 0;
        const bool outside = (first == 0xF0 && at(1) < 0x90) || (first == 0xF4 && at(1) > 0x8F);
        return outside ? 0 : 4;
    }
    return 0;
}

void appendEscaped(std::string &out, char byte)
{
    const auto value = static_cast<unsigned char>(byte);
    out += kMark;
    out += kDigits[value >> 4U];
    out += kDigits[value & 15U];
}

int digitOf(char c) noexcept
{
    const auto found = kDigits.find(c);
    return found == std::string_view::npos ? -1 : static_cast<int>(found);
}

} // namespace

std::string postgresEncoded(std::string_view text)
{
    std::string out;
    std::size_t done = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte - 1U < 0x7FU) { // The most of nearly every text.
            ++i;
            continue;
        }
        const std::string_view rest = text.substr(i);
        const std::size_t length = sequenceLength(rest);
        const std::size_t bytes = length == 0 ? 1 : length;
        if (length == 0 || rest.starts_with(kMark)) {
            out.append(text.substr(done, i - done));
            for (std::size_t k = 0; k < bytes; ++k)
                appendEscaped(out, rest[k]);
            done = i + bytes;
        }
        i += bytes;
    }
    if (done == 0)
        return std::string(text);
    return out.append(text.substr(done));
}

std::string_view postgresDecoded(std::string_view stored, std::string &scratch)
{
    std::size_t mark = stored.find(kMark);
    if (mark == std::string_view::npos)
        return stored;
    if (stored == kPostgresEmpty)
        return stored.substr(0, 0);
    scratch.clear();
    while (mark != std::string_view::npos) {
        scratch.append(stored.substr(0, mark));
        stored.remove_prefix(mark);
        const int high = stored.size() >= kMark.size() + 2 ? digitOf(stored[kMark.size()]) : -1;
        const int low = high >= 0 ? digitOf(stored[kMark.size() + 1]) : -1;
        if (low >= 0) {
            scratch += static_cast<char>(static_cast<unsigned char>(high * 16 + low));
            stored.remove_prefix(kMark.size() + 2);
        } else { // Another program wrote it; then it stands for itself.
            scratch.append(kMark);
            stored.remove_prefix(kMark.size());
        }
        mark = stored.find(kMark);
    }
    scratch.append(stored);
    return scratch;
}

std::string postgresDecodedString(std::string_view stored)
{
    std::string scratch;
    const std::string_view text = postgresDecoded(stored, scratch);
    return !scratch.empty() && text.data() == scratch.data() ? scratch : std::string(text);
}

} // namespace bartizan
