// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/intel/geodatabase.h"

#include "core/domain/ipaddress.h"
#include "core/intel/countries.h"
#include "core/intel/mmdbframe.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include <maxminddb.h>
#include <netinet/in.h>

namespace bartizan {

namespace {

// A damaged tree may go in circles: looking for a record ends after this many nodes.
constexpr int kNodesTried = 20'000;
constexpr int kRecordsTried = 200;

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::GeoDatabase", text);
}

/// The value at a path of keys; nullopt when the record has none, or is damaged.
std::optional<MMDB_entry_data_s> valueAt(const MMDB_entry_s &record, const char *const *path)
{
    MMDB_entry_s start = record;
    MMDB_entry_data_s value;
    if (MMDB_aget_value(&start, &value, path) != MMDB_SUCCESS || !value.has_data)
        return std::nullopt;
    return value;
}

std::optional<std::array<char, 2>> codeAt(const MMDB_entry_s &record, const char *const *path)
{
    const auto value = valueAt(record, path);
    if (!value || value->type != MMDB_DATA_TYPE_UTF8_STRING || value->data_size != 2)
        return std::nullopt;
    const std::string_view text(value->utf8_string, 2);
    const Country *country = findCountry(text);
    // "EU" and "AP" stand for no country; "UK" is another name of one.
    if (!country)
        return std::nullopt;
    return std::array<char, 2>{country->alpha2[0], country->alpha2[1]};
}

std::optional<double> degreesAt(const MMDB_entry_s &record, const char *const *path, double limit)
{
    const auto value = valueAt(record, path);
    if (!value || (value->type != MMDB_DATA_TYPE_DOUBLE && value->type != MMDB_DATA_TYPE_FLOAT))
        return std::nullopt;
    const double degrees = value->type == MMDB_DATA_TYPE_DOUBLE ? value->double_value
                                                                : static_cast<double>(value->float_value);
    // Written so that not-a-number is refused too.
    return degrees >= -limit && degrees <= limit ? std::optional(degrees) : std::nullopt;
}

GeoPlace placeOf(const MMDB_entry_s &record)
{
    static constexpr const char *kNestedCode[] = {"country", "iso_code", nullptr};
    static constexpr const char *kFlatCode[] = {"country_code", nullptr};
    static constexpr const char *kNestedLatitude[] = {"location", "latitude", nullptr};
    static constexpr const char *kNestedLongitude[] = {"location", "longitude", nullptr};
    static constexpr const char *kFlatLatitude[] = {"latitude", nullptr};
    static constexpr const char *kFlatLongitude[] = {"longitude", nullptr};

    GeoPlace place;
    auto code = codeAt(record, kFlatCode);
    if (!code)
        code = codeAt(record, kNestedCode);
    place.code = code.value_or(std::array<char, 2>{});
    place.latitude = degreesAt(record, kNestedLatitude, 90.0);
    place.longitude = degreesAt(record, kNestedLongitude, 180.0);
    if (!place.hasCoordinates()) {
        place.latitude = degreesAt(record, kFlatLatitude, 90.0);
        place.longitude = degreesAt(record, kFlatLongitude, 180.0);
    }
    if (!place.hasCoordinates()) {
        place.latitude.reset();
        place.longitude.reset();
    }
    return place;
}

bool saysSomething(const GeoPlace &place) noexcept
{
    return !place.country().empty() || place.hasCoordinates();
}

enum class Content { Places, NoPlaces, Damaged };

/// Raised whenever lookUp() comes to answer otherwise about the same file.
constexpr std::uint64_t kReading = 1;

/// In four lanes, since a multiplication waits for the one before it. Bytes that do not fill a word go in one by one.
std::uint64_t hashOf(const std::uint8_t *bytes, std::size_t size)
{
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15U;
    std::array<std::uint64_t, 4> lanes{kReading, size, 3, 4};
    const auto add = [](std::uint64_t &lane, std::uint64_t word) { lane = std::rotl((lane ^ word) * kFactor, 29); };
    constexpr std::size_t kRound = lanes.size() * sizeof(std::uint64_t);
    for (; size >= kRound; size -= kRound) {
        for (std::uint64_t &lane : lanes) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes, sizeof word);
            add(lane, word);
            bytes += sizeof word;
        }
    }
    for (; size > 0; --size)
        add(lanes[0], *bytes++);
    for (const std::uint64_t lane : {lanes[1], lanes[2], lanes[3]})
        add(lanes[0], lane);
    return lanes[0];
}

/// Looks into the first records of the tree.
Content contentOf(const MMDB_s &file)
{
    std::vector<std::uint32_t> open{0};
    int records = 0;
    bool damaged = false;
    for (int nodes = 0; !open.empty() && nodes < kNodesTried && records < kRecordsTried; ++nodes) {
        MMDB_search_node_s node;
        const std::uint32_t number = open.back();
        open.pop_back();
        if (MMDB_read_node(&file, number, &node) != MMDB_SUCCESS)
            return Content::Damaged;
        const std::array<std::tuple<std::uint64_t, std::uint8_t, MMDB_entry_s>, 2> sides{
            {{node.right_record, node.right_record_type, node.right_record_entry},
             {node.left_record, node.left_record_type, node.left_record_entry}}};
        for (const auto &[next, type, entry] : sides) {
            if (type == MMDB_RECORD_TYPE_SEARCH_NODE) {
                open.push_back(static_cast<std::uint32_t>(next));
            } else if (type == MMDB_RECORD_TYPE_DATA) {
                ++records;
                if (saysSomething(placeOf(entry)))
                    return Content::Places;
            } else if (type == MMDB_RECORD_TYPE_INVALID) {
                damaged = true;
            }
        }
    }
    return damaged ? Content::Damaged : Content::NoPlaces;
}

Error cannotUse(const QString &path, const QString &reason)
{
    return Error{tr("The GeoIP database “%1” cannot be used: %2").arg(path, reason)};
}

QString reasonOf(int status)
{
    switch (status) {
    case MMDB_INVALID_METADATA_ERROR:
        return tr("it is no MaxMind database, or its end is missing");
    case MMDB_UNKNOWN_DATABASE_FORMAT_ERROR:
        return tr("it is of a newer MaxMind format than this program knows");
    case MMDB_CORRUPT_SEARCH_TREE_ERROR:
    case MMDB_INVALID_DATA_ERROR:
        return tr("it is damaged");
    case MMDB_FILE_OPEN_ERROR:
    case MMDB_IO_ERROR:
        return tr("it cannot be read");
    default:
        return QString::fromUtf8(MMDB_strerror(status));
    }
}

} // namespace

/// The mapped file; closed when it goes.
struct GeoDatabase::File {
    MMDB_s mmdb{};
    bool isOpen = false;

    File() = default;
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    ~File()
    {
        if (isOpen)
            MMDB_close(&mmdb);
    }
};

GeoDatabase::GeoDatabase(QString path, std::unique_ptr<File> file) : m_path(std::move(path)), m_file(std::move(file)) {}

GeoDatabase::~GeoDatabase() = default;

Result<std::shared_ptr<const GeoDatabase>> GeoDatabase::open(const QString &path)
{
    const QFileInfo info(path);
    if (!info.exists())
        return cannotUse(path, tr("there is no such file"));
    if (!info.isFile()) // A folder, or a pipe that would make the program wait.
        return cannotUse(path, tr("it is no file"));
    QFile readable(path);
    if (!readable.open(QIODevice::ReadOnly))
        return cannotUse(path, readable.errorString());
    if (info.size() == 0)
        return cannotUse(path, tr("it is empty"));
    if (const MmdbFrame frame = mmdbFrameOf(readable); frame != MmdbFrame::Sound)
        return cannotUse(path, reasonOf(frame == MmdbFrame::NotMmdb ? MMDB_INVALID_METADATA_ERROR : MMDB_INVALID_DATA_ERROR));
    auto file = std::make_unique<File>();
    const int status = MMDB_open(QFile::encodeName(path).constData(), MMDB_MODE_MMAP, &file->mmdb);
    if (status != MMDB_SUCCESS)
        return cannotUse(path, reasonOf(status));
    file->isOpen = true;
    switch (contentOf(file->mmdb)) {
    case Content::Places:
        break;
    case Content::NoPlaces:
        return cannotUse(path, tr("it holds neither countries nor coordinates (its kind is “%1”)")
                                   .arg(QString::fromUtf8(file->mmdb.metadata.database_type)));
    case Content::Damaged:
        return cannotUse(path, tr("it is damaged"));
    }
    return std::shared_ptr<const GeoDatabase>(new GeoDatabase(path, std::move(file)));
}

QString GeoDatabase::bundledPath()
{
    return QDir::cleanPath(QCoreApplication::applicationDirPath()
                           + QLatin1String("/../share/bartizan/geoip/iptoasn-country.mmdb"));
}

std::optional<GeoPlace> GeoDatabase::lookUp(std::string_view text) const
{
    const auto address = IpAddress::parse(text);
    if (!address || address->scope() != IpScope::Public)
        return std::nullopt;
    sockaddr_storage socket{};
    const auto bytes = address->bytes();
    if (address->isV6()) {
        if (m_file->mmdb.metadata.ip_version == 4)
            return std::nullopt;
        auto *v6 = reinterpret_cast<sockaddr_in6 *>(&socket);
        v6->sin6_family = AF_INET6;
        std::memcpy(&v6->sin6_addr, bytes.data(), bytes.size());
    } else {
        auto *v4 = reinterpret_cast<sockaddr_in *>(&socket);
        v4->sin_family = AF_INET;
        std::memcpy(&v4->sin_addr, bytes.data(), bytes.size());
    }
    int status = MMDB_SUCCESS;
    const MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&m_file->mmdb, reinterpret_cast<sockaddr *>(&socket), &status);
    if (status != MMDB_SUCCESS || !found.found_entry)
        return std::nullopt;
    const GeoPlace place = placeOf(found.entry);
    return saysSomething(place) ? std::optional(place) : std::nullopt;
}

std::uint64_t GeoDatabase::identity() const
{
    std::uint64_t known = m_identity.load(std::memory_order_relaxed);
    if (known == 0) {
        known = std::max<std::uint64_t>(2, hashOf(m_file->mmdb.file_content, m_file->mmdb.file_size));
        m_identity.store(known, std::memory_order_relaxed);
    }
    return known;
}

TimestampMs GeoDatabase::builtAt() const noexcept
{
    return static_cast<TimestampMs>(m_file->mmdb.metadata.build_epoch) * kSecond;
}

QString GeoDatabase::kind() const
{
    return QString::fromUtf8(m_file->mmdb.metadata.database_type);
}

} // namespace bartizan
