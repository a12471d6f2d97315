// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/fingerprint.h"

#include <cstring>

namespace bartizan {
namespace {

/// The finaliser of splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): one to
/// one, so that what differs before it differs after it.
std::uint64_t mixed(std::uint64_t x) noexcept
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

} // namespace

Fingerprinter::Fingerprinter(std::string_view companyId)
    : m_hasher(QCryptographicHash::Blake2b_160), m_prefix(companyId.data(), static_cast<qsizetype>(companyId.size()))
{
    m_prefix.append('\0'); // Ends the company, so that it and the line cannot change places.
}

std::uint64_t Fingerprinter::hash(std::string_view line)
{
    m_hasher.reset();
    m_hasher.addData(m_prefix);
    m_hasher.addData(QByteArrayView(line.data(), static_cast<qsizetype>(line.size())));
    const QByteArray digest = m_hasher.result();
    std::uint64_t value = 0;
    // In a fixed order of bytes: a database may move to another machine.
    for (int i = 0; i < 8; ++i)
        value = value << 8 | static_cast<std::uint8_t>(digest[i]);
    return value;
}

std::uint32_t Fingerprinter::occurrence(std::uint64_t hash)
{
    if (m_recent.size() >= kRemembered) {
        std::swap(m_recent, m_older);
        m_recent.clear();
    }
    const auto [entry, isNew] = m_recent.try_emplace(hash, 0);
    if (isNew) {
        const auto before = m_older.find(hash);
        entry->second = before == m_older.end() ? 0 : before->second + 1;
    } else {
        ++entry->second;
    }
    return entry->second;
}

std::uint64_t Fingerprinter::of(std::string_view line, std::uint32_t repetition)
{
    if (repetition == 0) {
        const std::uint64_t plain = hash(line);
        m_line = mixed(plain + occurrence(plain) * 0x9E3779B97F4A7C15u);
    }
    const std::uint64_t value = repetition == 0 ? m_line : mixed(m_line + repetition * 0xD1B54A32D192ED03u);
    return value == 0 ? 1 : value;
}

} // namespace bartizan
