// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/geolookup.h"
#include "core/domain/result.h"
#include "core/domain/timestamp.h"

#include <QString>

#include <atomic>
#include <memory>

namespace bartizan {

/// A GeoIP database in MaxMind's format (.mmdb). It understands the records of GeoLite2 and DB-IP, Country (`country.iso_code`)
/// as well as City (and `location.latitude`, `location.longitude`), and the flat ones of ip-location-db (`country_code`,
/// `latitude`, `longitude`). The file is mapped, not read: programs share its pages, and an update must replace it by a rename,
/// as geoipupdate does, rather than write into it. A look-up costs about half a microsecond. Thread: any.
class GeoDatabase final : public GeoLookup {
public:
    /// Opens a file. Fails, naming the file and the reason, when there is none, it cannot be read, is no MaxMind
    /// database or cut off, is damaged, or holds neither countries nor coordinates (an ASN database …).
    static Result<std::shared_ptr<const GeoDatabase>> open(const QString &path);

    /// Where the database that comes with Bartizan lies: beside the programs, in ../share/bartizan/geoip, whether they
    /// are installed or run from where they were built. It need not exist there.
    static QString bundledPath();

    ~GeoDatabase() override;

    /// The place that the file names. Addresses that nobody on the Internet has (private, loopback, link-local,
    /// multicast, documentation, reserved) have none, whatever the file says; a code that is no ISO 3166-1 country
    /// ("EU", "ZZ") is left out, as is what is damaged.
    std::optional<GeoPlace> lookUp(std::string_view address) const override;

    /// By the file's content, all of which the first call reads: half a millisecond for the one that comes along.
    std::uint64_t identity() const override;

    const QString &path() const noexcept { return m_path; }
    /// When the file was made, UTC milliseconds.
    TimestampMs builtAt() const noexcept;
    /// What it calls itself: "GeoLite2-City".
    QString kind() const;

private:
    struct File;
    GeoDatabase(QString path, std::unique_ptr<File> file);

    const QString m_path;
    const std::unique_ptr<const File> m_file;
    mutable std::atomic<std::uint64_t> m_identity{0}; ///< 0: not told yet.
};

} // namespace bartizan
