// SPDX-License-Identifier: GPL-3.0-or-later
#include "rulebench.h"

#include <QTest>

#include <cmath>

using namespace bartizan;
using namespace bartizan::test;

class TestStandardRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void accounts();
    void enumerationNeedsMoreFailuresThanSuccesses();
    void recordCounts();
    void rowsWithoutCompanyAreOneGroup();
    void hostileMetadataCannotForgeEvidence();
    void distances_data();
    void distances();
    void travelByCountry();
    void travelOfLateLogins();
    void sessions();
    void sessionsWithinTheWindow();
    void scanner();
    void temporal();
    void adminNeedsAUser();
    void importedHistoryIsNoVolume();
    void groupsInsteadOfAddressesSuppress();
    void changedWindowAsksForRestore();
};

void TestStandardRules::accounts()
{
    // userId, else metadata.username, else metadata.email, in lower case: all the same account.
    Bench b(RuleId::MultipleFailedLogins, [](MonitoringConfig &c) { c.thresholds.failedLoginsPerHour = 6; });
    AuditEvent e = rowOf(Type::Authentication, Outcome::Failure);
    e.context.userId = "J\xC3\x84GER@example.org";
    b.process(e, kStart);
    e.context.userId = "";
    e.metadata = R"({"email":"j\u00e4ger@Example.org","username":""})";
    b.process(e, kStart + 1);
    e.context.userId.reset();
    e.metadata = R"({"email":"other","username":"J\u00c4GER@example.org"})";
    b.process(e, kStart + 2);
    e.metadata = R"({"nested":{"username":"not this one"},"\u0075sername":"j)" "\xC3\xA4" R"(ger@example.org"})";
    b.process(e, kStart + 3);
    e.context.userId = "j\xC3\xA4ger@example.org";
    e.metadata = R"({"username":"hostile"})";
    b.process(e, kStart + 4);
    for (const char *none : {"", "{}", "{\"username\":7}", "[\"username\"]", "{\"username\":", "{\"email\":null}"}) {
        e.context.userId.reset();
        e.metadata = none;
        b.process(e, kStart + 5);
    }
    QCOMPARE(b.alerts(), std::size_t{0});
    e.metadata = R"({"username":"J)" "\xC3\x84" R"(ger@example.org"})";
    b.process(e, kStart + 6);
    QCOMPARE(b.only(), std::string("6 failed login attempts for account j\xC3\xA4ger@example.org in 1 hour"));
}

void TestStandardRules::enumerationNeedsMoreFailuresThanSuccesses()
{
    const auto row = [](Type type, Outcome outcome, int account) {
        AuditEvent e = rowOf(type, outcome);
        e.context.userId = "user" + std::to_string(account);
        return e;
    };
    Bench b(RuleId::AccountEnumeration);
    TimestampMs at = kStart + kHour;
    for (int i = 0; i < 6; ++i) // A proxy of six people, each of whom gets in.
        b.process(row(Type::Authentication, Outcome::Success, i), at += 10);
    for (int i = 0; i < 6; ++i) {
        for (int twice = 0; twice < 2; ++twice) // Rows do not count, accounts do.
            b.process(row(Type::Authentication, Outcome::Failure, i), at += 10);
    }
    QCOMPARE(b.alerts(), std::size_t{0});
    b.process(row(Type::PasswordReset, Outcome::Success, 6), at += 10);
    QCOMPARE(b.only(), std::string("7 accounts tried from IP 192.0.2.1 in 20 minutes"));
    // A login that succeeds is counted and not judged.
    b.out.clear();
    b.process(row(Type::Authentication, Outcome::Success, 7), at += 15 * kMinute);
    QVERIFY(b.out.alerts.empty() && b.out.repeats.empty());
}

void TestStandardRules::recordCounts()
{
    const std::pair<const char *, const char *> rows[]{
        {R"({"recordCount":100})", "100"}, {R"({"recordCount":99.9})", ""}, {R"({"recordCount":-500})", ""},
        {R"({"recordCount":"500"})", ""}, {R"({"recordCount":0})", ""}, {R"({"recordCount":1e300})", "10000000"},
        {R"({"nested":{"recordCount":500}})", ""}, {R"({"recordCount":500,)", ""}};
    for (const auto &[metadata, count] : rows) {
        Bench b(RuleId::MassDataAccess);
        AuditEvent e = rowOf(Type::DataPrivacy, Outcome::Success);
        e.metadata = metadata;
        b.process(e, kStart);
        const std::string expected = *count ? "User anna accessed " + std::string(count) + " records in 1 hour" : "0 alerts";
        QCOMPARE(b.only(), expected);
    }
    Bench b(RuleId::MassDataAccess);
    AuditEvent e = rowOf(Type::DataPrivacy, Outcome::Success);
    e.metadata = R"({"recordCount":60})";
    b.process(e, kStart);
    e.metadata = R"({"recordCount":39})";
    b.process(e, kStart + kHour);
    QCOMPARE(b.alerts(), std::size_t{0});
    e.metadata = "";
    b.process(e, kStart + kHour); // 1, at the edge of the first.
    QCOMPARE(b.only(), std::string("User anna accessed 100 records in 1 hour"));
}

void TestStandardRules::rowsWithoutCompanyAreOneGroup()
{
    Bench b(RuleId::CspSpike);
    AuditEvent e = rowOf(Type::SecurityHeaders, Outcome::Failure, "csp");
    for (int i = 0; i < 15; ++i) {
        e.context.companyId = i % 2 ? std::nullopt : std::optional<std::string>("");
        b.process(e, kStart + i);
    }
    QCOMPARE(b.only(), std::string("15 CSP violations in 1 minute"));
    QCOMPARE(b.out.alerts[0].group, std::string("company:"));
    b.process(e, kStart + 20);
    QCOMPARE(b.out.repeats.size(), std::size_t{1});
}

void TestStandardRules::hostileMetadataCannotForgeEvidence()
{
    Bench b(RuleId::CsrfAttack);
    AuditEvent e = rowOf(Type::CsrfProtection, Outcome::Blocked);
    e.metadata = R"({"rule":"forged","count":0,"windowSeconds":1,"exampleEvents":[9],"techniques":[],"token":"x"})";
    for (int i = 0; i < 3; ++i)
        b.process(e, kStart + i);
    const QJsonObject metadata = jsonObjectOf(b.out.alerts.front().metadata);
    QCOMPARE(metadata.value(QLatin1String("rule")).toString(), QStringLiteral("csrf-attack"));
    QCOMPARE(metadata.value(QLatin1String("count")).toInt(), 3);
    QCOMPARE(metadata.value(QLatin1String("windowSeconds")).toInt(), 300);
    QCOMPARE(metadata.value(QLatin1String("exampleEvents")).toArray(), (QJsonArray{1, 2, 3}));
    QCOMPARE(metadata.value(QLatin1String("techniques")).toArray(), QJsonArray{QStringLiteral("T1189")});
    QCOMPARE(metadata.value(QLatin1String("token")).toString(), QStringLiteral("x")); // The rest of it is kept.
}

void TestStandardRules::distances_data()
{
    QTest::addColumn<double>("longitude"); // Of the second login, on the equator: 111.195 km a degree.
    QTest::addColumn<TimestampMs>("between");
    QTest::addColumn<bool>("alerts");
    QTest::newRow("499 km") << 4.487 << TimestampMs{0} << false;
    QTest::newRow("501 km at once") << 4.506 << TimestampMs{0} << true;
    QTest::newRow("1000 km in 74 min 57 s") << 8.994 << 74 * kMinute + 57 * kSecond << true;
    QTest::newRow("1000 km in 75 min 3 s") << 8.994 << 75 * kMinute + 3 * kSecond << false;
    QTest::newRow("at the edge of the window") << 100.0 << 90 * kMinute << true;
    QTest::newRow("beyond it") << 100.0 << 90 * kMinute + 1 << false;
    QTest::newRow("to the antipode") << 180.0 << kMinute << true;
}

void TestStandardRules::distances()
{
    QFETCH(double, longitude);
    QFETCH(TimestampMs, between);
    QFETCH(bool, alerts);
    const std::string far = R"({"latitude":0,"longitude":)" + std::to_string(longitude) + "}";
    for (const bool fromDatabase : {false, true}) {
        Bench b(RuleId::ImpossibleTravel);
        AuditEvent e = rowOf(Type::Authentication, Outcome::Success);
        e.context.country = "DE"; // Coordinates for both: countries are not asked.
        for (const bool second : {false, true}) {
            e.id = second ? 2 : 1;
            e.timestamp = kStart + (second ? between : 0);
            e.metadata = fromDatabase ? "" : second ? far : R"({"latitude":0,"longitude":0})";
            e.context.country = second ? "FR" : "DE";
            EventView row = EventView::of(e);
            // What the metadata says goes before what the database says.
            row.latitude = fromDatabase ? 0 : 50;
            row.longitude = fromDatabase ? (second ? longitude : 0) : 8;
            b.detector.process(row, b.out);
        }
        QCOMPARE(b.alerts(), std::size_t{alerts ? 1u : 0u});
        if (alerts) {
            QCOMPARE(b.out.alerts[0].group, std::string("user:anna"));
            QVERIFY(QByteArray::fromStdString(b.out.alerts[0].description).startsWith("2 logins of user anna, "));
            QCOMPARE(examplesOf(b.out.alerts[0]), (QJsonArray{1, 2}));
        }
    }
}

void TestStandardRules::travelByCountry()
{
    const auto travels = [](TimestampMs between, const char *to, const char *metadata) {
        Bench b(RuleId::ImpossibleTravel);
        AuditEvent e = rowOf(Type::Authentication, Outcome::Success);
        e.context.country = "DE";
        e.metadata = R"({"latitude":52.5,"longitude":13.4})";
        b.process(e, kStart);
        e.context.country = to ? std::optional<std::string>(to) : std::nullopt;
        e.metadata = metadata;
        b.process(e, kStart + between);
        return b.only();
    };
    const std::string alert = "2 logins of user anna, the second from another country, in 15 minutes";
    QCOMPARE(travels(15 * kMinute, "FR", ""), alert);
    QCOMPARE(travels(15 * kMinute + 1, "FR", ""), std::string("0 alerts"));
    QCOMPARE(travels(kMinute, "DE", ""), std::string("0 alerts"));
    QCOMPARE(travels(kMinute, nullptr, ""), std::string("0 alerts"));
    QCOMPARE(travels(kMinute, "FR", R"({"latitude":99,"longitude":13})"), alert); // No such place.
    QCOMPARE(travels(kMinute, "FR", R"({"latitude":48.8,"longitude":2.4})"),
             std::string("2 logins of user anna, the second from 877 kilometres away, in 90 minutes"));
    QCOMPARE(travels(kMinute, "FR", R"({"latitude":52.4,"longitude":13.1})"), std::string("0 alerts")); // Nearby.

    Bench b(RuleId::ImpossibleTravel);
    AuditEvent e = rowOf(Type::Authentication, Outcome::Failure); // Only those that succeed, each user alone.
    e.context.country = "DE";
    b.process(e, kStart);
    e.outcome = Outcome::Success;
    e.context.country = "FR";
    b.process(e, kStart + 1);
    e.context.userId = "bert";
    e.context.country = "JP";
    b.process(e, kStart + 2);
    e.context.userId.reset();
    b.process(e, kStart + 3);
    QCOMPARE(b.alerts(), std::size_t{0});
}

void TestStandardRules::travelOfLateLogins()
{
    Bench b(RuleId::ImpossibleTravel, [](MonitoringConfig &c) { c.alerting.suppressDuplicateMinutes = 1; });
    const auto login = [&](TimestampMs at, const char *country) {
        AuditEvent e = rowOf(Type::Authentication, Outcome::Success);
        e.context.country = country;
        b.process(e, at);
    };
    login(kStart, "DE");
    login(kStart + 30 * kMinute, "DE");
    login(kStart + 25 * kMinute, "DE"); // Late, the one before it 25 min back.
    QCOMPARE(b.alerts(), std::size_t{0});
    login(kStart + 27 * kMinute, "FR"); // Late, the one before it 2 min back.
    QCOMPARE(b.alerts(), std::size_t{1});
    login(kStart + 31 * kMinute, "DE"); // The one before it is that of minute 30.
    QCOMPARE(b.alerts(), std::size_t{1});
}

void TestStandardRules::sessions()
{
    struct Use {
        const char *address;
        const char *country;
        const char *agent;
    };
    const auto severityOf = [](std::initializer_list<Use> uses) -> std::string {
        Bench b(RuleId::SessionHijacking);
        TimestampMs at = kStart;
        for (const Use &use : uses) {
            AuditEvent e = rowOf(Type::ApiSecurity, Outcome::Success);
            e.context.ipAddress = use.address ? std::optional<std::string>(use.address) : std::nullopt;
            e.context.country = use.country ? std::optional<std::string>(use.country) : std::nullopt;
            e.context.userAgent = use.agent ? std::optional<std::string>(use.agent) : std::nullopt;
            b.process(e, at += kMinute);
        }
        return b.out.alerts.empty() ? "none" : std::string(toString(b.out.alerts[0].severity));
    };
    QCOMPARE(severityOf({{"a", "DE", "x"}, {"b", "FR", "x"}}), std::string("CRITICAL"));
    QCOMPARE(severityOf({{"a", "DE", "x"}, {"b", "FR", "y"}}), std::string("CRITICAL"));
    QCOMPARE(severityOf({{"a", "DE", "x"}, {"b", "DE", "y"}}), std::string("HIGH"));
    QCOMPARE(severityOf({{"a", "DE", "x"}, {"b", nullptr, "y"}}), std::string("HIGH"));
    QCOMPARE(severityOf({{"a", "DE", "x"}, {"b", "DE", "x"}}), std::string("none")); // A phone on the way.
    QCOMPARE(severityOf({{"a", "DE", "x"}, {"a", "FR", "y"}}), std::string("none")); // One address only.
    QCOMPARE(severityOf({{"a", "DE", "x"}, {"b", nullptr, nullptr}}), std::string("HIGH"));
    QCOMPARE(severityOf({{"a", "DE", nullptr}, {"b", "DE", nullptr}}), std::string("none"));
    QCOMPARE(severityOf({{"a", "DE", "x"}, {nullptr, "FR", "y"}}), std::string("none"));
    // The address that differs has to be the one that differs in country.
    QCOMPARE(severityOf({{"a", "DE", nullptr}, {"a", "FR", nullptr}, {"b", nullptr, nullptr}}), std::string("none"));
    QCOMPARE(severityOf({{"a", "DE", nullptr}, {"a", "FR", nullptr}, {"b", "FR", nullptr}}), std::string("CRITICAL"));

    Bench b(RuleId::SessionHijacking, [](MonitoringConfig &c) { c.setValue(RuleId::SessionHijacking, 0, 3); });
    AuditEvent e = rowOf(Type::ApiSecurity, Outcome::Success);
    for (const char *address : {"a", "b", "c"}) {
        QCOMPARE(b.alerts(), std::size_t{0});
        e.context.ipAddress = e.context.country = address;
        b.process(e, kStart);
    }
    QCOMPARE(b.only(), std::string("Session s1 used from 3 IPs of different countries in 30 minutes"));
    QCOMPARE(b.out.alerts[0].group, std::string("session:s1"));
    e.context.sessionId.reset();
    b.process(e, kStart + 1);
    QVERIFY(b.out.repeats.empty());
}

void TestStandardRules::sessionsWithinTheWindow()
{
    AuditEvent home = rowOf(Type::ApiSecurity, Outcome::Success);
    home.context.country = "DE";
    AuditEvent thief = home;
    thief.context.ipAddress = "203.0.113.5";
    thief.context.country = "RU";
    for (const int d : {-1, 0, 1}) {
        // The owner came every five minutes for two hours, the last time so long before.
        Bench b(RuleId::SessionHijacking);
        TimestampMs at = kStart;
        for (int i = 0; i < 24; ++i)
            b.process(home, at += 5 * kMinute);
        b.process(thief, at + 30 * kMinute + d);
        QCOMPARE(b.alerts(), std::size_t{d > 0 ? 0u : 1u});
        // Late rows are judged by what lies before them.
        Bench late(RuleId::SessionHijacking);
        late.process(home, kStart);
        late.process(home, kStart + 39 * kMinute);
        late.process(thief, kStart + 30 * kMinute + d);
        QCOMPARE(late.alerts(), std::size_t{d > 0 ? 0u : 1u});
    }
}

void TestStandardRules::scanner()
{
    Bench b(RuleId::ScannerUserAgent);
    AuditEvent e = rowOf(Type::ApiSecurity, Outcome::RateLimited);
    e.context.userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0";
    b.process(e, kStart);
    e.context.userAgent = "sqlmap/1.7";
    e.context.ipAddress.reset();
    b.process(e, kStart + 1);
    e.context.ipAddress = "192.0.2.1";
    e.context.userAgent.reset();
    b.process(e, kStart + 2);
    QCOMPARE(b.alerts(), std::size_t{0});
    e.context.userAgent = "Mozilla/5.0 (compatible; NIKTO/2.1)";
    b.process(e, kStart + 3);
    QCOMPARE(b.only(), std::string("1 request from IP 192.0.2.1 with the user agent of a scanner: nikto"));
    QCOMPARE(examplesOf(b.out.alerts[0]), QJsonArray{4});
    QVERIFY(!jsonObjectOf(b.out.alerts[0].metadata).contains(QLatin1String("windowSeconds")));
    b.process(e, kStart + 4);
    QCOMPARE(b.out.repeats.size(), std::size_t{1});
    e.context.ipAddress = "192.0.2.2";
    b.process(e, kStart + 5);
    QCOMPARE(b.alerts(), std::size_t{2});
}

void TestStandardRules::temporal()
{
    // Seven events at this hour on each of so many days before, then one after the other today.
    const auto spike = [](int days, int events, const std::function<void(MonitoringConfig &)> &change = {}) {
        Bench b(RuleId::TemporalAnomaly, change);
        const TimestampMs today = kStart + 10 * kDay;
        for (int day = days; day >= 1; --day) {
            for (int i = 0; i < 7; ++i)
                b.process(rowOf(Type::PasswordReset, Outcome::Success), today - day * kDay + i);
        }
        for (int i = 0; i < events; ++i)
            b.process(rowOf(Type::PasswordReset, Outcome::Success), today); // Of one instant: no history to each other.
        return b.out;
    };
    QVERIFY(spike(3, 19).alerts.empty()); // Average 3.0: more than 9, but not 20.
    const DetectorOutput out = spike(3, 20);
    QCOMPARE(out.alerts.size(), std::size_t{1});
    const SecurityAlert &a = out.alerts.front();
    QCOMPARE(a.description, std::string("Unusual activity spike: 20 events vs 3.0 average"));
    QCOMPARE(a.group, std::string("eventType:PASSWORD_RESET"));
    QCOMPARE(a.rule, std::string("temporal-anomaly"));
    QVERIFY(a.severity == AlertSeverity::High); // 0.7 + 0.05 × (6.67 − 3) = 0.883
    const double confidence = jsonObjectOf(a.metadata).value(QLatin1String("confidence")).toDouble();
    QVERIFY(std::abs(confidence - (0.7 + 0.05 * (20.0 / 3 - 3))) < 1e-6);
    QVERIFY(spike(2, 40).alerts.empty()); // Two days are too few …
    QCOMPARE(spike(2, 40, [](MonitoringConfig &c) { c.setValue(RuleId::TemporalAnomaly, 2, 2); }).alerts.size(),
             std::size_t{1});
    QVERIFY(spike(7, 21).alerts.empty()); // Average 7: not more than three times.
    QCOMPARE(spike(7, 22).alerts.size(), std::size_t{1});
    QVERIFY(spike(7, 22).alerts[0].severity == AlertSeverity::Medium);
    QVERIFY(spike(7, 22, [](MonitoringConfig &c) { c.setValue(RuleId::TemporalAnomaly, 0, 4); }).alerts.empty());
    // Four times too many are 0.9, and never more than 0.99.
    QVERIFY(spike(3, 20, [](MonitoringConfig &c) { c.setValue(RuleId::TemporalAnomaly, 0, 1); }).alerts[0].severity
            == AlertSeverity::Critical);
    QCOMPARE(spike(3, 21).repeats.size(), std::size_t{1});
}

void TestStandardRules::adminNeedsAUser()
{
    for (const auto &[preset, alerts] : {std::pair{Preset::Standard, 0u}, {Preset::Reference, 1u}}) {
        Bench b(RuleId::AdminActivity, [p = preset](MonitoringConfig &c) { c.preset = p; });
        AuditEvent e = rowOf(Type::PlatformAdmin, Outcome::Success);
        for (int i = 0; i < 25; ++i) {
            e.context.userId.reset();
            e.context.ipAddress = "192.0.2.1";
            b.process(e, kStart + i);
        }
        QCOMPARE(b.alerts(), std::size_t{alerts});
    }
}

void TestStandardRules::importedHistoryIsNoVolume()
{
    for (const auto &[preset, live, alerts] : {std::tuple{Preset::Standard, true, 1u}, {Preset::Standard, false, 0u},
                                               {Preset::Reference, false, 1u}}) {
        Bench b(RuleId::EventVolume, [p = preset](MonitoringConfig &c) { c.preset = p; });
        for (int i = 0; i < 60; ++i) {
            AuditEvent e = rowOf(Type::ApiSecurity, Outcome::Success);
            e.timestamp = kStart + kSecond + i;
            EventView row = EventView::of(e);
            row.live = live;
            b.detector.process(row, b.out);
        }
        b.detector.advanceClock(kStart + kMinute, b.out);
        QCOMPARE(b.alerts(), std::size_t{alerts});
        if (alerts == 1)
            QVERIFY(b.out.alerts[0].rule == "event-volume" && b.out.alerts[0].group.empty());
    }
}

void TestStandardRules::groupsInsteadOfAddressesSuppress()
{
    // Two users behind one address: each is heard; one user from two addresses is one alert.
    Bench b(RuleId::AccessDeniedBurst);
    AuditEvent e = rowOf(Type::Authorization, Outcome::Failure);
    for (const char *user : {"anna", "bert"}) {
        e.context.userId = user;
        for (int i = 0; i < 3; ++i)
            b.process(e, kStart + i);
    }
    QCOMPARE(b.alerts(), std::size_t{2});
    e.context.ipAddress = "192.0.2.2";
    b.process(e, kStart + 10);
    QCOMPARE(b.alerts(), std::size_t{2});
    QVERIFY(b.out.repeats == (std::vector<AlertRepeat>{{b.out.alerts[1].id, 1, kStart + 10}}));
    // An event that fires for two kinds of group raises two alerts.
    Bench two(RuleId::DataBreachAttempt);
    for (int i = 0; i < 20; ++i)
        two.process(rowOf(Type::DataPrivacy, Outcome::Failure), kStart + i);
    QCOMPARE(two.alerts(), std::size_t{2});
    QCOMPARE(two.out.alerts[0].group, std::string("address:192.0.2.1"));
    QCOMPARE(two.out.alerts[1].group, std::string("user:anna"));
    QVERIFY(two.out.alerts[0].id != two.out.alerts[1].id);
}

void TestStandardRules::changedWindowAsksForRestore()
{
    Detector detector{MonitoringConfig()};
    MonitoringConfig config;
    QVERIFY(detector.setConfig(config));
    config.thresholds.failedLoginsPerHour = 3;
    config.alerting.suppressDuplicateMinutes = 77;
    QVERIFY(detector.setConfig(config));
    QCOMPARE(detector.historySpan(), 90 * kMinute);
    config.setValue(RuleId::CsrfAttack, *ruleParameter(RuleId::CsrfAttack, kWindowSeconds), 86'400);
    QVERIFY(!detector.setConfig(config));
    QCOMPARE(detector.historySpan(), kDay);
    config.rules[static_cast<std::size_t>(RuleId::CsrfAttack)].enabled = false;
    QVERIFY(detector.setConfig(config)); // Switching off needs nothing.
    QCOMPARE(detector.historySpan(), 90 * kMinute);
    config.rules[static_cast<std::size_t>(RuleId::CsrfAttack)].enabled = true;
    QVERIFY(!detector.setConfig(config));
    config.preset = Preset::Reference;
    QVERIFY(!detector.setConfig(config));
    QCOMPARE(detector.historySpan(), kHour);
}

QTEST_APPLESS_MAIN(TestStandardRules)
#include "tst_standardrules.moc"
