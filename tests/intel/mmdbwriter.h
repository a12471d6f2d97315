// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bartizan::testing {

/// Writes small databases in MaxMind's format (version 2.0, 24-bit records): what tests look up is theirs to say.
class MmdbWriter {
public:
    /// The encoded data of one network.
    using Record = QByteArray;

    /// `version` is 4 or 6; in a file of version 6 the IPv4 networks lie in ::/96.
    explicit MmdbWriter(int version = 6, std::string kind = "Test-Country");

    /// As GeoLite2 and DB-IP have it: {"country": {"iso_code": code}}.
    static Record country(const std::string &code);
    /// The same with {"location": {"latitude": …, "longitude": …}}.
    static Record city(const std::string &code, double latitude, double longitude);
    /// As ip-location-db has it: {"country_code": code}.
    static Record flat(const std::string &code);
    static Record flat(const std::string &code, double latitude, double longitude);
    /// {key: text}
    static Record text(const std::string &key, const std::string &text);

    /// `network` reads "81.2.69.0/24" or "2001:4860::/32". One that lies within another must come after it.
    MmdbWriter &add(const QString &network, const Record &record);

    QByteArray bytes() const;
    /// Writes the file; false when it cannot.
    bool write(const QString &path) const;

private:
    struct Leaf {
        int node = -1;      ///< What follows; -1: nothing does.
        int record = -1;    ///< Where the data lie in m_data; -1: there are none.
    };
    void insert(const std::array<std::uint8_t, 16> &address, int bits, int record);

    int m_version;
    std::string m_kind;
    std::vector<std::array<Leaf, 2>> m_nodes;
    QByteArray m_data;
};

} // namespace bartizan::testing
