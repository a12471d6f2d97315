// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <absl/container/flat_hash_map.h>

#include <QCryptographicHash>

#include <cstdint>
#include <string_view>

namespace bartizan {

/// Gives each imported event a number by which the store knows it again: 64 bits of BLAKE2b over the company, the raw
/// line and how many lines like it stood shortly before it. The same log, or the same log grown, gives the same
/// numbers; equal lines of one log do not. A cryptographic hash, since whoever writes a user name into a log must not
/// be able to make his line pass for another. Thread: one at a time.
class Fingerprinter {
public:
    /// Equal lines are told apart as long as no more than this many different ones lie between them.
    static constexpr std::size_t kRemembered = 1u << 16;

    explicit Fingerprinter(std::string_view companyId);

    /// The number of the event told by `line`; never 0. `repetition` tells apart the events of one line: it counts
    /// from 0, and 0 begins a new line.
    std::uint64_t of(std::string_view line, std::uint32_t repetition = 0);

private:
    std::uint64_t hash(std::string_view line);
    std::uint32_t occurrence(std::uint64_t hash);

    QCryptographicHash m_hasher;
    QByteArray m_prefix;
    absl::flat_hash_map<std::uint64_t, std::uint32_t> m_recent;
    absl::flat_hash_map<std::uint64_t, std::uint32_t> m_older;
    std::uint64_t m_line = 0;
};

} // namespace bartizan
