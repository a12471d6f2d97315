// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/intel/mmdbwriter.h"

#include <QFile>
#include <QHostAddress>

#include <algorithm>
#include <bit>
#include <cstring>

namespace bartizan::testing {
namespace {

enum Type { Text = 2, Double = 3, Uint16 = 5, Uint32 = 6, Map = 7, Uint64 = 9, Array = 11 };

/// The control bytes of a value, for sizes below 285.
QByteArray head(int type, std::size_t size)
{
    const auto small = static_cast<int>(std::min<std::size_t>(size, 29));
    QByteArray bytes;
    if (type < 8) {
        bytes.append(static_cast<char>(type << 5 | small));
    } else {
        bytes.append(static_cast<char>(small));
        bytes.append(static_cast<char>(type - 7));
    }
    if (size >= 29)
        bytes.append(static_cast<char>(size - 29));
    return bytes;
}

QByteArray bigEndian(std::uint64_t value, int bytes)
{
    QByteArray out;
    for (int at = bytes - 1; at >= 0; --at)
        out.append(static_cast<char>(value >> (8 * at)));
    return out;
}

QByteArray encoded(const std::string &text)
{
    return head(Text, text.size()) + QByteArray::fromStdString(text);
}

QByteArray encoded(double value)
{
    return head(Double, 8) + bigEndian(std::bit_cast<std::uint64_t>(value), 8);
}

QByteArray number(Type type, std::uint64_t value, int bytes)
{
    return head(type, static_cast<std::size_t>(bytes)) + bigEndian(value, bytes);
}

QByteArray map(const std::vector<std::pair<std::string, QByteArray>> &entries)
{
    QByteArray out = head(Map, entries.size());
    for (const auto &[key, value] : entries)
        out += encoded(key) + value;
    return out;
}

} // namespace

MmdbWriter::MmdbWriter(int version, std::string kind) : m_version(version), m_kind(std::move(kind)), m_nodes(1) {}

MmdbWriter::Record MmdbWriter::country(const std::string &code)
{
    return map({{"country", map({{"iso_code", encoded(code)}})}});
}

MmdbWriter::Record MmdbWriter::city(const std::string &code, double latitude, double longitude)
{
    return map({{"country", map({{"iso_code", encoded(code)}})},
                {"location", map({{"latitude", encoded(latitude)}, {"longitude", encoded(longitude)}})}});
}

MmdbWriter::Record MmdbWriter::flat(const std::string &code)
{
    return text("country_code", code);
}

MmdbWriter::Record MmdbWriter::flat(const std::string &code, double latitude, double longitude)
{
    return map({{"country_code", encoded(code)}, {"latitude", encoded(latitude)}, {"longitude", encoded(longitude)}});
}

MmdbWriter::Record MmdbWriter::text(const std::string &key, const std::string &text)
{
    return map({{key, encoded(text)}});
}

MmdbWriter &MmdbWriter::add(const QString &network, const Record &record)
{
    const auto [base, length] = QHostAddress::parseSubnet(network);
    std::array<std::uint8_t, 16> address{};
    int bits = length;
    if (base.protocol() == QAbstractSocket::IPv4Protocol) {
        const std::uint32_t v4 = base.toIPv4Address();
        const std::size_t at = m_version == 6 ? 12 : 0;
        for (std::size_t i = 0; i < 4; ++i)
            address[at + i] = static_cast<std::uint8_t>(v4 >> (8 * (3 - i)));
        bits += m_version == 6 ? 96 : 0;
    } else {
        const Q_IPV6ADDR v6 = base.toIPv6Address();
        std::memcpy(address.data(), &v6, sizeof v6);
    }
    const int at = static_cast<int>(m_data.size());
    m_data += record;
    insert(address, bits, at);
    return *this;
}

void MmdbWriter::insert(const std::array<std::uint8_t, 16> &address, int bits, int record)
{
    const auto bitOf = [&](int bit) {
        return static_cast<std::size_t>(address[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8) & 1);
    };
    if (bits == 0) {
        m_nodes[0] = {Leaf{-1, record}, Leaf{-1, record}};
        return;
    }
    std::size_t node = 0;
    for (int bit = 0; bit < bits - 1; ++bit) {
        const Leaf leaf = m_nodes[node][bitOf(bit)];
        if (leaf.node < 0) {
            const int next = static_cast<int>(m_nodes.size());
            m_nodes.push_back({Leaf{-1, leaf.record}, Leaf{-1, leaf.record}});
            m_nodes[node][bitOf(bit)] = {next, -1};
        }
        node = static_cast<std::size_t>(m_nodes[node][bitOf(bit)].node);
    }
    m_nodes[node][bitOf(bits - 1)] = {-1, record};
}

QByteArray MmdbWriter::bytes() const
{
    const auto count = static_cast<std::uint64_t>(m_nodes.size());
    QByteArray out;
    for (const auto &node : m_nodes) {
        for (const Leaf &leaf : node) {
            const std::uint64_t value = leaf.node >= 0   ? static_cast<std::uint64_t>(leaf.node)
                : leaf.record >= 0 ? count + 16 + static_cast<std::uint64_t>(leaf.record)
                                   : count;
            out += bigEndian(value, 3);
        }
    }
    out += QByteArray(16, '\0') + m_data + QByteArrayLiteral("\xab\xcd\xefMaxMind.com");
    out += map({{"binary_format_major_version", number(Uint16, 2, 2)},
                {"binary_format_minor_version", number(Uint16, 0, 2)},
                {"build_epoch", number(Uint64, 1'700'000'000, 8)},
                {"database_type", encoded(m_kind)},
                {"description", map({{"en", encoded(std::string("Made by a test"))}})},
                {"ip_version", number(Uint16, static_cast<std::uint64_t>(m_version), 2)},
                {"languages", head(Array, 1) + encoded(std::string("en"))},
                {"node_count", number(Uint32, count, 4)},
                {"record_size", number(Uint16, 24, 2)}});
    return out;
}

bool MmdbWriter::write(const QString &path) const
{
    QFile file(path);
    const QByteArray all = bytes();
    return file.open(QIODevice::WriteOnly) && file.write(all) == all.size();
}

} // namespace bartizan::testing
