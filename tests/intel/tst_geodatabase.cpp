// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/intel/geodatabase.h"

#include "tests/intel/mmdbwriter.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cmath>
#include <limits>
#include <random>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

using namespace bartizan;
using bartizan::testing::MmdbWriter;

namespace {

std::string countryOf(const GeoLookup &geo, std::string_view address)
{
    const auto place = geo.lookUp(address);
    return place ? std::string(place->country()) : std::string("none");
}

/// A mixture of all that records may be, over both versions of addresses.
MmdbWriter mixture()
{
    MmdbWriter writer;
    writer.add(QStringLiteral("81.2.69.0/24"), MmdbWriter::city("GB", 51.5, -0.125))
        .add(QStringLiteral("89.160.20.0/24"), MmdbWriter::country("SE"))
        .add(QStringLiteral("24.0.0.0/8"), MmdbWriter::flat("US"))
        .add(QStringLiteral("24.151.103.0/24"), MmdbWriter::flat("CA", 45.5, -73.5))
        .add(QStringLiteral("2001:4860::/32"), MmdbWriter::city("US", 37.75, -122.25));
    return writer;
}

constexpr const char *kAsked[] = {"81.2.69.1",      "89.160.20.3",          "24.151.103.17", "24.1.1.1", "9.9.9.9",
                                  "2001:4860::8888", "::ffff:89.160.20.3", "2400::1",       "10.0.0.1"};

} // namespace

class TestGeoDatabase : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { QVERIFY(m_folder.isValid()); }
    void bundled();
    void understandsEveryKind();
    void nothingPublicNothingFound_data();
    void nothingPublicNothingFound();
    void refusesWhatIsNoCountry();
    void refusesWhatIsNoPlaceOnEarth();
    void onlyIpv4();
    void saysWhyItCannotOpen_data();
    void saysWhyItCannotOpen();
    void refusesAPipe();
    void survivesEveryTruncation();
    void survivesEveryFlippedBit();
    void survivesDamageInTheLargeFile();
    void answersManyThreads();

private:
    QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    std::shared_ptr<const GeoDatabase> made(const MmdbWriter &writer);
    QString put(const char *name, const QByteArray &bytes);
    void askAll(const QString &file);

    QTemporaryDir m_folder;
};

QString TestGeoDatabase::put(const char *name, const QByteArray &bytes)
{
    // Never into a file that is mapped.
    QFile::remove(path(name));
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", name);
    return path(name);
}

std::shared_ptr<const GeoDatabase> TestGeoDatabase::made(const MmdbWriter &writer)
{
    auto opened = GeoDatabase::open(put("made.mmdb", writer.bytes()));
    if (!opened)
        qFatal("%s", qPrintable(opened.error().message));
    return *opened;
}

/// Opens what may be damaged, and asks it if it opens: whatever it answers, it must not break.
void TestGeoDatabase::askAll(const QString &file)
{
    const auto geo = GeoDatabase::open(file);
    if (!geo) {
        QVERIFY(geo.error().message.contains(file));
        return;
    }
    for (const char *address : kAsked) {
        if (const auto place = (*geo)->lookUp(address)) {
            QVERIFY(place->country().empty() || place->country().size() == 2);
            QVERIFY(!place->latitude || std::abs(*place->latitude) <= 90.0);
        }
    }
}

void TestGeoDatabase::bundled()
{
    const auto geo = GeoDatabase::open(GeoDatabase::bundledPath());
    QVERIFY2(geo.ok(), geo ? "" : qPrintable(geo.error().message));
    const GeoDatabase &data = **geo;
    QCOMPARE(countryOf(data, "181.25.206.27"), std::string("AR"));
    QCOMPARE(countryOf(data, "8.8.8.8"), std::string("US"));
    QCOMPARE(countryOf(data, "::ffff:8.8.8.8"), std::string("US"));
    QCOMPARE(countryOf(data, "2001:4860:4860::8888"), std::string("US"));
    QCOMPARE(countryOf(data, "130.92.1.1"), std::string("CH"));
    QCOMPARE(countryOf(data, "192.168.1.1"), std::string("none"));
    QVERIFY(!data.lookUp("8.8.8.8")->hasCoordinates());
    QVERIFY(data.builtAt() > 1'700'000'000'000);
}

void TestGeoDatabase::understandsEveryKind()
{
    const auto geo = made(mixture());
    QCOMPARE(countryOf(*geo, "81.2.69.160"), std::string("GB"));
    QCOMPARE(geo->lookUp("81.2.69.160")->latitude, std::optional(51.5));
    QCOMPARE(geo->lookUp("81.2.69.160")->longitude, std::optional(-0.125));
    QCOMPARE(countryOf(*geo, "89.160.20.128"), std::string("SE"));
    QVERIFY(!geo->lookUp("89.160.20.128")->hasCoordinates());
    QCOMPARE(countryOf(*geo, "24.1.1.1"), std::string("US"));
    QCOMPARE(countryOf(*geo, "24.151.103.17"), std::string("CA"));
    QCOMPARE(geo->lookUp("24.151.103.17")->longitude, std::optional(-73.5));
    QCOMPARE(countryOf(*geo, "2001:4860:4860::8888"), std::string("US"));
    QCOMPARE(countryOf(*geo, "::ffff:89.160.20.128"), std::string("SE"));
    QVERIFY(!geo->lookUp("9.9.9.9"));
    for (const char *text : {"", "localhost", "24.1.1", "24.1.1.1 ", "24.1.1.1:80", "[2001:4860::1]"})
        QVERIFY2(!geo->lookUp(text), text);
    QCOMPARE(geo->kind(), QStringLiteral("Test-Country"));
}

void TestGeoDatabase::nothingPublicNothingFound_data()
{
    QTest::addColumn<QByteArray>("address");
    for (const char *address :
         {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "169.254.1.1", "100.64.0.1",
          "100.127.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.9", "198.18.0.1", "224.0.0.1", "240.0.0.1",
          "255.255.255.255", "0.0.0.0", "192.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1",
          "ff02::1", "2001:db8::1", "3fff::1", "::ffff:10.0.0.1", "::ffff:203.0.113.9", "4000::1", "100::1"}) {
        QTest::newRow(address) << QByteArray(address);
    }
}

void TestGeoDatabase::nothingPublicNothingFound()
{
    QFETCH(QByteArray, address);
    MmdbWriter everywhere;
    everywhere.add(QStringLiteral("::/0"), MmdbWriter::city("DE", 50.0, 8.0));
    const auto geo = made(everywhere);
    QCOMPARE(countryOf(*geo, "9.9.9.9"), std::string("DE"));
    QCOMPARE(countryOf(*geo, "2400::1"), std::string("DE"));
    QVERIFY(!geo->lookUp({address.constData(), static_cast<std::size_t>(address.size())}));
}

void TestGeoDatabase::refusesWhatIsNoCountry()
{
    MmdbWriter writer;
    writer.add(QStringLiteral("1.0.0.0/8"), MmdbWriter::flat("EU"))
        .add(QStringLiteral("2.0.0.0/8"), MmdbWriter::country("ZZ"))
        .add(QStringLiteral("3.0.0.0/8"), MmdbWriter::flat("Germany"))
        .add(QStringLiteral("4.0.0.0/8"), MmdbWriter::flat("de"))
        .add(QStringLiteral("5.0.0.0/8"), MmdbWriter::flat("UK"))
        .add(QStringLiteral("6.0.0.0/8"), MmdbWriter::city("EU", 47.0, 8.0));
    const auto geo = made(writer);
    QVERIFY(!geo->lookUp("1.1.1.1"));
    QVERIFY(!geo->lookUp("2.1.1.1"));
    QVERIFY(!geo->lookUp("3.1.1.1"));
    QCOMPARE(countryOf(*geo, "4.1.1.1"), std::string("DE"));
    QCOMPARE(countryOf(*geo, "5.1.1.1"), std::string("GB"));
    QVERIFY(geo->lookUp("6.1.1.1")->country().empty());
    QVERIFY(geo->lookUp("6.1.1.1")->hasCoordinates());
}

void TestGeoDatabase::refusesWhatIsNoPlaceOnEarth()
{
    MmdbWriter writer;
    writer.add(QStringLiteral("1.0.0.0/8"), MmdbWriter::city("DE", 90.5, 8.0))
        .add(QStringLiteral("2.0.0.0/8"), MmdbWriter::city("DE", 50.0, -180.5))
        .add(QStringLiteral("3.0.0.0/8"), MmdbWriter::flat("DE", std::numeric_limits<double>::quiet_NaN(), 8.0))
        .add(QStringLiteral("4.0.0.0/8"), MmdbWriter::flat("DE", std::numeric_limits<double>::infinity(), 8.0));
    const auto geo = made(writer);
    for (const char *address : {"1.1.1.1", "2.1.1.1", "3.1.1.1", "4.1.1.1"}) {
        QCOMPARE(countryOf(*geo, address), std::string("DE"));
        QVERIFY2(!geo->lookUp(address)->latitude && !geo->lookUp(address)->longitude, address);
    }
}

void TestGeoDatabase::onlyIpv4()
{
    MmdbWriter writer(4);
    writer.add(QStringLiteral("89.160.20.0/24"), MmdbWriter::country("SE"));
    const auto geo = made(writer);
    QCOMPARE(countryOf(*geo, "89.160.20.1"), std::string("SE"));
    QVERIFY(!geo->lookUp("2001:4860::8888"));
}

void TestGeoDatabase::saysWhyItCannotOpen_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("reason");
    const QByteArray whole = mixture().bytes();
    MmdbWriter numbers(6, "Test-ASN");
    numbers.add(QStringLiteral("::/0"), MmdbWriter::text("autonomous_system_organization", "Somebody"));
    QTest::newRow("empty") << QByteArray() << QStringLiteral("it is empty");
    QTest::newRow("text") << QByteArray("country,code\nGermany,DE\n").repeated(100)
                          << QStringLiteral("it is no MaxMind database, or its end is missing");
    QTest::newRow("cut at its end") << whole.left(whole.size() / 2)
                                    << QStringLiteral("it is no MaxMind database, or its end is missing");
    QTest::newRow("cut at its beginning") << whole.mid(whole.size() / 2) << QStringLiteral("");
    QTest::newRow("no places") << numbers.bytes()
                               << QStringLiteral("neither countries nor coordinates (its kind is “Test-ASN”)");
    QTest::newRow("nothing in it") << MmdbWriter().bytes() << QStringLiteral("neither countries nor coordinates");
}

void TestGeoDatabase::saysWhyItCannotOpen()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, reason);
    const QString file = put("broken.mmdb", content);
    const auto geo = GeoDatabase::open(file);
    QVERIFY(!geo.ok());
    QVERIFY2(geo.error().message.contains(file), qPrintable(geo.error().message));
    QVERIFY2(geo.error().message.contains(reason), qPrintable(geo.error().message));
}

void TestGeoDatabase::refusesAPipe()
{
    const QString missing = path("missing.mmdb");
    QVERIFY(GeoDatabase::open(missing).error().message.contains(QStringLiteral("there is no such file")));
    QVERIFY(GeoDatabase::open(m_folder.path()).error().message.contains(QStringLiteral("it is no file")));
    // Opening it would wait for a writer.
    QCOMPARE(mkfifo(QFile::encodeName(path("pipe")).constData(), 0600), 0);
    QVERIFY(GeoDatabase::open(path("pipe")).error().message.contains(QStringLiteral("it is no file")));
}

void TestGeoDatabase::survivesEveryTruncation()
{
    const QByteArray whole = mixture().bytes();
    for (qsizetype length = 1; length < whole.size(); ++length) {
        askAll(put("cut.mmdb", whole.left(length)));
        if (QTest::currentTestFailed())
            return;
    }
}

void TestGeoDatabase::survivesEveryFlippedBit()
{
    const QByteArray whole = mixture().bytes();
    for (qsizetype at = 0; at < whole.size(); ++at) {
        for (int bit = 0; bit < 8; bit += 1) {
            QByteArray flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
            askAll(put("flipped.mmdb", flipped));
            if (QTest::currentTestFailed())
                return;
        }
    }
}

void TestGeoDatabase::survivesDamageInTheLargeFile()
{
    QFile file(GeoDatabase::bundledPath());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    std::mt19937 random(20260617);
    std::uniform_int_distribution<qsizetype> anywhere(0, whole.size() - 1);
    for (int round = 0; round < 20; ++round) {
        QByteArray damaged = whole;
        for (int i = 0; i < 2'000; ++i)
            damaged[anywhere(random)] = static_cast<char>(random());
        askAll(put("damaged.mmdb", damaged));
        askAll(put("damaged.mmdb", whole.left(anywhere(random))));
        askAll(put("damaged.mmdb", whole.mid(anywhere(random))));
        if (QTest::currentTestFailed())
            return;
    }
}

void TestGeoDatabase::answersManyThreads()
{
    const auto geo = GeoDatabase::open(GeoDatabase::bundledPath());
    QVERIFY(geo.ok());
    std::vector<std::string> addresses;
    std::vector<std::optional<GeoPlace>> expected;
    std::mt19937 random(4);
    for (int i = 0; i < 20'000; ++i) {
        const auto bits = static_cast<std::uint32_t>(random());
        addresses.push_back(std::to_string(bits >> 24) + '.' + std::to_string(bits >> 16 & 255) + '.'
                            + std::to_string(bits >> 8 & 255) + '.' + std::to_string(bits & 255));
        expected.push_back((*geo)->lookUp(addresses.back()));
    }
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (std::size_t at = 0; at < addresses.size(); ++at)
                wrong += (*geo)->lookUp(addresses[at]) != expected[at];
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(wrong.load(), 0);
    QVERIFY(std::count_if(expected.begin(), expected.end(), [](const auto &place) { return place.has_value(); }) > 10'000);
}

QTEST_GUILESS_MAIN(TestGeoDatabase)
#include "tst_geodatabase.moc"
