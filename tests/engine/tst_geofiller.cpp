// SPDX-License-Identifier: GPL-3.0-or-later
// Countries that the log does not name: in the rows that the detector sees, over restarts, and in what is shown.
#include "core/engine/geofiller.h"

#include "core/engine/engineprocessor.h"
#include "core/engine/storequeries.h"
#include "core/intel/geodatabase.h"
#include "tests/engine/draining.h"
#include "tests/engine/enginetesting.h"
#include "tests/intel/mmdbwriter.h"

#include <cmath>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr const char *kBritish = "81.2.69.160";
constexpr const char *kSwedish = "89.160.20.128";
constexpr const char *kAmerican = "2001:4860:4860::8888";

const QJsonObject kReference{{QStringLiteral("preset"), QStringLiteral("reference")}};

AuditEvent login(TimestampMs at, const std::string &address, const std::string &user)
{
    return auditEvent(at, SecurityEventType::Authentication, AuditOutcome::Success, address, user);
}

/// Users who mostly stay in their country, told by their addresses, now and then by words.
std::vector<AuditEvent> travellers(std::size_t count, unsigned seed, TimestampMs start = kBase)
{
    static const char *const kAddresses[] = {kBritish, kSwedish, kAmerican};
    static const char *const kWords[] = {"United Kingdom", "SWE", "US"};
    std::mt19937 random(seed);
    const auto upTo = [&random](int n) { return std::uniform_int_distribution<int>(0, n)(random); };
    std::vector<AuditEvent> rows;
    TimestampMs at = start;
    while (rows.size() < count) {
        at += 1000 * upTo(400);
        const int user = upTo(14);
        const int country = upTo(40) == 0 ? upTo(2) : user % 3;
        const bool told = upTo(5) == 0;
        AuditEvent row = login(at, told ? "10.1.2.3" : kAddresses[country], "user" + std::to_string(user));
        if (told)
            row.context.country = kWords[country];
        else if (upTo(2) == 0)
            row.context.country = std::string(); // As good as none.
        if (upTo(3) == 0)
            row.eventType = SecurityEventType::DataPrivacy;
        rows.push_back(row);
    }
    return rows;
}

std::vector<SecurityAlert> ofUnusualCountries(const std::vector<SecurityAlert> &alerts)
{
    std::vector<SecurityAlert> found;
    std::copy_if(alerts.begin(), alerts.end(), std::back_inserter(found), [](const SecurityAlert &alert) {
        return alert.description.find("unusual country") != std::string::npos;
    });
    return found;
}

} // namespace

class TestGeoFiller : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void fillsRows();
    void madeAsTheSettingsSay();
    void restartsChangeNothing_data();
    void restartsChangeNothing();
    void lateRowsArePlaced();
    void referenceLooksNothingUp();
    void goesOnWithoutTheFile();
    void anotherFileRebuilds();
    void overviewCountsLookedUpCountries();
    void addressesHaveACountry();

private:
    /// A store whose settings name the test's GeoIP database.
    std::unique_ptr<Store> openWithGeo(const TestDatabase &database) const
    {
        auto store = database.open();
        if (!store->updateSettings({}, {}, "tester", kBase, m_geo.toStdString()))
            qFatal("the settings cannot be stored");
        return store;
    }

    QTemporaryDir m_folder;
    QString m_geo;
    const ManualClock m_clock;
};

void TestGeoFiller::initTestCase()
{
    m_geo = m_folder.filePath(QStringLiteral("test.mmdb"));
    MmdbWriter writer;
    writer.add(QStringLiteral("81.2.69.0/24"), MmdbWriter::city("GB", 51.5, -0.125))
        .add(QStringLiteral("89.160.20.0/24"), MmdbWriter::country("SE"))
        .add(QStringLiteral("2001:4860::/32"), MmdbWriter::flat("US"));
    QVERIFY(writer.write(m_geo));
}

void TestGeoFiller::fillsRows()
{
    const auto geo = GeoDatabase::open(m_geo);
    QVERIFY(geo.ok());
    GeoFiller filler(*geo);
    AuditEvent row = login(kBase, kBritish, "ann");
    for (int again = 0; again < 2; ++again) {
        const EventView view = viewOf(row, &filler);
        QCOMPARE(std::string(view.country), std::string("GB"));
        QCOMPARE(view.latitude, 51.5);
        QCOMPARE(view.longitude, -0.125);
    }
    QVERIFY(!viewOf(row, nullptr).country.data());
    QVERIFY(!row.context.country);

    // What a row says comes first, and is brought into the form of what is looked up.
    row.context.country = "Germany";
    QCOMPARE(std::string(viewOf(row, &filler).country), std::string("DE"));
    row.context.country = "Atlantis";
    QCOMPARE(std::string(viewOf(row, &filler).country), std::string("Atlantis"));
    row.context.country = std::string();
    QCOMPARE(std::string(viewOf(row, &filler).country), std::string("GB"));
    row.context.country.reset();

    for (const char *unknown : {"10.0.0.1", "9.9.9.9", "no address", ""}) {
        row.context.ipAddress = unknown;
        const EventView view = viewOf(row, &filler);
        QVERIFY2(!view.country.data(), unknown);
        QVERIFY2(std::isnan(view.latitude) && std::isnan(view.longitude), unknown);
    }
    row.context.ipAddress = std::string(5'000, '8');
    QVERIFY(!viewOf(row, &filler).country.data());
    row.context.ipAddress.reset();
    QVERIFY(!viewOf(row, &filler).country.data());

    // More addresses than it remembers.
    std::mt19937 random(5);
    for (int i = 0; i < 200'000; ++i) {
        const bool british = random() % 2 == 0;
        const std::string address = (british ? "81.2.69." : "89.160.20.") + std::to_string(random() % 256);
        QCOMPARE(filler.ofAddress(address), std::string_view(british ? "GB" : "SE"));
        const std::string other = "45." + std::to_string(random() % 256) + '.' + std::to_string(random() % 256) + ".1";
        QVERIFY(!filler.ofAddress(other).data());
    }
}

void TestGeoFiller::madeAsTheSettingsSay()
{
    MonitoringSettings settings;
    const auto bundled = GeoFiller::make(settings);
    QVERIFY(bundled.ok() && *bundled);
    QCOMPARE((*bundled)->ofAddress("181.25.206.27"), std::string_view("AR"));
    settings.geoDatabase = m_geo.toStdString();
    QCOMPARE((*GeoFiller::make(settings))->ofAddress(kSwedish), std::string_view("SE"));
    settings.geoDatabase = kGeoOff;
    QVERIFY(GeoFiller::make(settings).ok() && !*GeoFiller::make(settings));
    settings.geoDatabase = "/nowhere/none.mmdb";
    QVERIFY(!GeoFiller::make(settings).ok());
    settings.config.preset = Preset::Reference;
    QVERIFY(GeoFiller::make(settings).ok() && !*GeoFiller::make(settings));
}

void TestGeoFiller::restartsChangeNothing_data()
{
    QTest::addColumn<int>("batch");
    QTest::newRow("every few batches of 13") << 13;
    QTest::newRow("every few batches of 200") << 200;
}

void TestGeoFiller::restartsChangeNothing()
{
    QFETCH(int, batch);
    const auto rows = travellers(2'500, 11);
    const TestDatabase whole;
    const auto reference = openWithGeo(whole);
    append(*reference, rows);
    EngineProcessor atOnce(*reference, m_clock);
    QVERIFY(atOnce.begin());
    QCOMPARE(atOnce.geoTrouble(), QString());
    drain(atOnce, 100'000);
    const auto expected = sortedAlerts(*reference);
    const auto unusual = ofUnusualCountries(expected);
    QVERIFY(unusual.size() > 10);
    int lookedUp = 0;
    for (const SecurityAlert &alert : unusual) {
        QVERIFY(alert.context.country);
        QVERIFY2(alert.context.country->size() == 2, alert.context.country->c_str());
        lookedUp += alert.context.ipAddress != "10.1.2.3";
    }
    QVERIFY(lookedUp > 5);

    const TestDatabase parts;
    const auto store = openWithGeo(parts);
    append(*store, rows);
    std::mt19937 random(4);
    auto processor = std::make_unique<EngineProcessor>(*store, m_clock);
    QVERIFY(processor->begin());
    for (bool more = true; more;) {
        if (random() % 4 == 0) {
            processor = std::make_unique<EngineProcessor>(*store, m_clock);
            QVERIFY(processor->begin());
        }
        const auto step = processor->step(static_cast<std::size_t>(batch));
        QVERIFY(step);
        more = step->more;
    }
    const auto found = sortedAlerts(*store);
    QCOMPARE(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        QVERIFY2(found[i] == expected[i], found[i].description.c_str());
    // The log itself names no country more than before.
    EventQuery all;
    all.userId = "user0";
    all.limit = 10'000;
    const auto events = store->events(all);
    QVERIFY(events.ok() && !events->empty());
    for (const AuditEvent &event : *events)
        QVERIFY(event.origin == RowOrigin::Monitor || event.context.country.value_or("").empty()
                || event.context.ipAddress == "10.1.2.3");
}

void TestGeoFiller::lateRowsArePlaced()
{
    const TestDatabase database;
    const auto store = openWithGeo(database);
    EngineProcessor processor(*store, m_clock);
    QVERIFY(processor.begin());
    append(*store, {auditEvent(kBase, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, "u")});
    drain(processor);
    const TimestampMs old = kBase - 30 * kDay;
    append(*store, {login(old, kSwedish, "ann"), login(old + kHour, kSwedish, "ann"), login(old + 2 * kHour, kBritish, "ann")});
    drain(processor);
    const auto alerts = ofUnusualCountries(sortedAlerts(*store));
    QCOMPARE(alerts.size(), std::size_t(1));
    QCOMPARE(alerts[0].timestamp, old + 2 * kHour);
    QCOMPARE(alerts[0].context.country.value(), std::string("GB"));
}

void TestGeoFiller::referenceLooksNothingUp()
{
    const TestDatabase database;
    const auto store = openWithGeo(database);
    QVERIFY(store->updateSettings(kReference, {}, "tester", kBase));
    EngineProcessor processor(*store, m_clock);
    QVERIFY(processor.begin());
    std::vector<AuditEvent> rows{login(kBase, kSwedish, "ann"), login(kBase + kHour, kBritish, "ann")};
    for (int i = 0; i < 5; ++i)
        rows.push_back(failedLogin(kBase + 2 * kHour + i, kBritish));
    append(*store, rows);
    drain(processor);
    const auto alerts = sortedAlerts(*store);
    QCOMPARE(alerts.size(), std::size_t(1));
    QVERIFY(!alerts[0].context.country);
    // Turned to the standard preset, the log that was there is known with its countries.
    QVERIFY(store->updateSettings({{QStringLiteral("preset"), QStringLiteral("standard")}}, {}, "tester", kBase));
    QVERIFY(processor.refreshSettings());
    append(*store, {login(kBase + 3 * kHour, kAmerican, "ann")});
    drain(processor);
    const auto later = ofUnusualCountries(sortedAlerts(*store));
    QCOMPARE(later.size(), std::size_t(1));
    QCOMPARE(later[0].context.country.value(), std::string("US"));
}

void TestGeoFiller::goesOnWithoutTheFile()
{
    const TestDatabase database;
    const auto store = database.open();
    QVERIFY(store->updateSettings({}, {}, "tester", kBase, "/nowhere/none.mmdb"));
    EngineProcessor processor(*store, m_clock);
    QVERIFY(processor.begin());
    QVERIFY2(processor.geoTrouble().contains(QStringLiteral("/nowhere/none.mmdb")), qPrintable(processor.geoTrouble()));
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 5; ++i)
        rows.push_back(failedLogin(kBase + i, kBritish));
    append(*store, rows);
    drain(processor);
    QVERIFY(!sortedAlerts(*store).empty());
    QVERIFY(store->updateSettings({}, {}, "tester", kBase, std::string(kGeoOff)));
    QVERIFY(processor.refreshSettings());
    QCOMPARE(processor.geoTrouble(), QString());
}

void TestGeoFiller::anotherFileRebuilds()
{
    const TestDatabase database;
    const auto store = database.open();
    QVERIFY(store->updateSettings({}, {}, "tester", kBase, std::string(kGeoOff)));
    EngineProcessor processor(*store, m_clock);
    QVERIFY(processor.begin());
    append(*store, {login(kBase, kSwedish, "ann")});
    drain(processor);
    QVERIFY(store->updateSettings({}, {}, "tester", kBase, m_geo.toStdString()));
    QVERIFY(processor.refreshSettings());
    QCOMPARE(processor.rebuilds(), 1);
    append(*store, {login(kBase + kHour, kBritish, "ann")});
    drain(processor);
    QCOMPARE(ofUnusualCountries(sortedAlerts(*store)).size(), std::size_t(1));
}

void TestGeoFiller::overviewCountsLookedUpCountries()
{
    using Counts = std::vector<std::pair<std::string, std::int64_t>>;
    const TestDatabase database;
    const auto store = openWithGeo(database);
    std::vector<AuditEvent> rows{login(kBase, kSwedish, "ann"), login(kBase + 1, kSwedish, "ann"),
                                 login(kBase + 2, kBritish, "ann"), login(kBase + 3, "10.0.0.1", "ann"),
                                 login(kBase + 4, kBritish, "bob")};
    rows.back().context.country = "Sweden";
    append(*store, rows);
    const MetricsQuery query{{kBase, kBase + kHour}, std::nullopt, "UTC"};
    const auto standard = storequeries::overview(*store, query);
    QVERIFY(standard.ok());
    QCOMPARE(standard->metrics.counts.geo, (Counts{{"SE", 2}, {"GB", 1}, {"Sweden", 1}}));
    for (const UserActivity &user : standard->metrics.counts.users)
        QCOMPARE(user.countries, user.userId == "ann" ? 2 : user.userId == "bob" ? 1 : 0);
    // The events behind a country are those that were counted for it.
    EventQuery behind;
    behind.countries = {"SE", "Sweden"};
    behind.limit = 2;
    const auto swedish = storequeries::events(*store, {behind, {}}, kBase);
    QVERIFY(swedish.ok());
    QVERIFY(swedish->more);
    QCOMPARE(swedish->events.size(), std::size_t{2});
    behind.limit = 10;
    QCOMPARE(storequeries::events(*store, {behind, {}}, kBase)->events.size(), std::size_t{3});
    behind.countries = {"GB"};
    QCOMPARE(storequeries::events(*store, {behind, {}}, kBase)->events.size(), std::size_t{1});
    QVERIFY(store->updateSettings(kReference, {}, "tester", kBase));
    const auto reference = storequeries::overview(*store, query);
    QVERIFY(reference.ok());
    QCOMPARE(reference->metrics.counts.geo, (Counts{{"Sweden", 1}}));
    behind.countries = {"SE", "Sweden"};
    QCOMPARE(storequeries::events(*store, {behind, {}}, kBase)->events.size(), std::size_t{1});
}

void TestGeoFiller::addressesHaveACountry()
{
    const TestDatabase database;
    const auto store = openWithGeo(database);
    append(*store, {login(kBase, kSwedish, "ann")});
    const auto countries = [&](const char *address) {
        const auto report = storequeries::ipReport(*store, address, kBase + kMinute);
        return report ? report->evidence.countries : std::vector<std::string>{"failed"};
    };
    QCOMPARE(countries(kSwedish), std::vector<std::string>{"SE"});
    QCOMPARE(countries(kBritish), std::vector<std::string>{"GB"});
    QVERIFY(countries("10.0.0.1").empty());
    AuditEvent told = login(kBase + 1, kBritish, "ann");
    told.context.country = "France";
    append(*store, {told});
    QCOMPARE(countries(kBritish), std::vector<std::string>{"France"});
}

QTEST_GUILESS_MAIN(TestGeoFiller)
#include "tst_geofiller.moc"
