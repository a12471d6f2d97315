// SPDX-License-Identifier: GPL-3.0-or-later
// Rows that arrive milliseconds or minutes after newer ones, as from several writers at a time: what they complete is
// found, whichever of the rows is the last to come, and nothing else.
#include "restoredetector.h"
#include "rulebench.h"
#include "standardoracle.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <map>
#include <random>

using namespace bartizan;
using namespace bartizan::test;

namespace {

AuditEvent failure(const std::string &address = "198.51.100.7")
{
    AuditEvent e = rowOf(Type::Authentication, Outcome::Failure);
    e.context.ipAddress = address;
    return e;
}

AuditEvent denial() { return rowOf(Type::Authorization, Outcome::Failure, "read"); }

/// A grant with a context of its own.
AuditEvent grant()
{
    AuditEvent e = rowOf(Type::UserManagement, Outcome::Success, "grant_admin");
    e.context.ipAddress = "203.0.113.9";
    e.context.platformUserId = "p9";
    e.context.userAgent = "curl/8";
    e.context.country = "FR";
    e.context.sessionId = "s9";
    e.context.requestId = "r9";
    e.metadata = R"({"target":"bert"})";
    return e;
}

/// Failed logins of an address, each of another account.
void fail(Bench &b, int count, TimestampMs at, TimestampMs step = 1)
{
    for (int i = 0; i < count; ++i) {
        AuditEvent e = failure();
        e.context.userId = "user" + std::to_string(i);
        b.process(e, at + i * step);
    }
}

AuditEvent login()
{
    AuditEvent e = rowOf(Type::Authentication, Outcome::Success, "login");
    e.context.ipAddress = "198.51.100.7";
    e.context.userAgent = "Mozilla/5.0";
    return e;
}

MonitoringConfig onlyCounting()
{
    MonitoringConfig config;
    for (const RuleInfo &info : ruleCatalog()) {
        constexpr std::array kOthers{RuleId::GeographicalAnomaly, RuleId::TemporalAnomaly, RuleId::EventVolume,
                                     RuleId::AccountEnumeration, RuleId::ImpossibleTravel, RuleId::ScannerUserAgent,
                                     RuleId::SessionHijacking};
        config.rules[static_cast<std::size_t>(info.id)].enabled = !std::count(kOthers.begin(), kOthers.end(), info.id);
        if (!config.isOn(info.id))
            continue;
        if (ruleParameter(info.id, kThreshold))
            config.setValue(info.id, *ruleParameter(info.id, kThreshold), info.id == RuleId::MassDataAccess ? 9 : 4);
        config.setValue(info.id, *ruleParameter(info.id, kWindowSeconds), 60);
    }
    config.alerting.suppressDuplicateMinutes = 1;
    return config;
}

/// Rows of all that the rules about counts and pairs look at, in order of time.
std::vector<AuditEvent> counted(std::mt19937 &random, int count, bool apart)
{
    std::vector<AuditEvent> rows;
    TimestampMs now = kStart + kHour;
    for (int i = 0; i < count; ++i) {
        const auto kind = random() % 10;
        const std::array rowsOfKinds{
            failure(), failure(), login(), denial(), grant(), rowOf(Type::ApiSecurity, Outcome::RateLimited),
            rowOf(Type::CsrfProtection, Outcome::Blocked), rowOf(Type::DataPrivacy, Outcome::Success),
            rowOf(Type::DataPrivacy, Outcome::Failure), rowOf(Type::SecurityHeaders, Outcome::Failure, "csp")};
        AuditEvent e = rowsOfKinds[kind];
        e.context.userId = random() % 2 == 0 ? "anna" : "bert";
        e.context.ipAddress = random() % 2 == 0 ? "192.0.2.1" : "192.0.2.2";
        e.context.requestId = "request" + std::to_string(i);
        if (e.eventType == Type::DataPrivacy)
            e.metadata = "{\"recordCount\":" + std::to_string(1 + random() % 4) + "}";
        now += random() % 40 == 0 ? static_cast<TimestampMs>(random() % (20 * kMinute))
                                  : static_cast<TimestampMs>(random() % 2000) + 1;
        if (!apart)
            now -= now % 2000;
        e.timestamp = now;
        rows.push_back(std::move(e));
    }
    return rows;
}

/// In an order of arrival in which none is later than the slack; ids are those of arrival.
void shuffle(std::vector<AuditEvent> &rows, std::mt19937 &random, TimestampMs latest)
{
    std::vector<std::pair<TimestampMs, AuditEvent>> arriving;
    for (AuditEvent &row : rows) {
        const bool late = random() % 3 == 0;
        arriving.emplace_back(row.timestamp + (late ? static_cast<TimestampMs>(random() % static_cast<unsigned>(latest)) : 0),
                              std::move(row));
    }
    std::stable_sort(arriving.begin(), arriving.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i] = std::move(arriving[i].second);
        rows[i].id = static_cast<std::int64_t>(i) + 1;
    }
}

using Group = std::pair<std::string, std::string>; ///< A rule, or a type, and a group.

} // namespace

class TestLateRows : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theOldestMayComeLast();
    void whatIsTooFarApartIsNoAttack();
    void everyNewerRowThatItCompletes();
    void aDenialAfterTheGrant();
    void denialsOfTheSameInstant();
    void aFailureAfterTheLogin();
    void aLoginOfACalmTime();
    void laterThanTheSlack();
    void suppression();
    void theReferenceCountsWhatIsBefore();
    void afterSavingAndRestoring();
    void rowsRememberedAreBounded();
    void asInOrder_data();
    void asInOrder();
};

void TestLateRows::theOldestMayComeLast()
{
    Bench b(RuleId::BruteForce);
    for (const int second : {5, 4, 2, 3})
        b.process(failure(), kStart + second * kSecond);
    QCOMPARE(b.alerts(), std::size_t{0});
    b.process(failure(), kStart + kSecond);
    QCOMPARE(b.only(), std::string("5 failed login attempts from IP 198.51.100.7 in 5 minutes"));
    const SecurityAlert &alert = b.out.alerts[0];
    QCOMPARE(alert.timestamp, kStart + 5 * kSecond); // Where the fifth stands in order of time.
    QCOMPARE(alert.eventId, std::int64_t{5});        // What completed it.
    QCOMPARE(b.out.monitorRows[0].timestamp, kStart + 5 * kSecond);

    Bench csrf(RuleId::CsrfAttack);
    for (const int i : {3, 2, 1})
        csrf.process(rowOf(Type::CsrfProtection, Outcome::Blocked), kStart + i);
    QCOMPARE(csrf.only(), std::string("3 CSRF violations from IP 192.0.2.1 in 5 minutes"));
    QCOMPARE(examplesOf(csrf.out.alerts[0]), (QJsonArray{3, 2, 1}));
}

void TestLateRows::whatIsTooFarApartIsNoAttack()
{
    Bench b(RuleId::BruteForce);
    for (int i = 0; i < 4; ++i)
        b.process(failure(), kStart + 5 * kMinute + i);
    b.process(failure(), kStart + 2); // The window that ends with the last of the four does not reach it.
    QCOMPARE(b.alerts(), std::size_t{0});
    b.process(failure(), kStart + 3); // This one it does; but it has not reached the other.
    QCOMPARE(b.alerts(), std::size_t{1});
    QCOMPARE(b.out.alerts[0].timestamp, kStart + 5 * kMinute + 2);
}

void TestLateRows::everyNewerRowThatItCompletes()
{
    // A row every 25 minutes is the third of an hour with the late one, thrice, and each an alert of its own.
    Bench b(RuleId::MultipleFailedLogins, [](MonitoringConfig &c) {
        c.thresholds.failedLoginsPerHour = 3;
        c.alerting.suppressDuplicateMinutes = 1;
    });
    for (const int minute : {0, 57, 61, 64, 67})
        b.process(failure(), kStart + minute * kMinute);
    QCOMPARE(b.alerts(), std::size_t{2}); // 57, 61 and 64; 61, 64 and 67.
    b.out.clear();
    b.process(failure(), kStart + 58 * kMinute); // 0, 57 and 58; 57, 58 and 61.
    QCOMPARE(b.alerts(), std::size_t{2});
    QCOMPARE(b.out.alerts[0].timestamp, kStart + 58 * kMinute);
    QCOMPARE(b.out.alerts[1].timestamp, kStart + 61 * kMinute);
    QVERIFY(b.out.alerts[0].id != b.out.alerts[1].id);
}

void TestLateRows::aDenialAfterTheGrant()
{
    Bench b(RuleId::EscalationAfterDenial);
    b.process(grant(), kStart + 150);
    b.process(denial(), kStart + 200); // After the grant in order of time as well.
    QCOMPARE(b.alerts(), std::size_t{0});
    b.process(denial(), kStart + 100);
    QCOMPARE(b.only(), std::string("User anna performed grant_admin after 1 denied access attempt in 30 minutes"));
    QCOMPARE(examplesOf(b.out.alerts[0]), (QJsonArray{3, 1}));

    Bench ordered(RuleId::EscalationAfterDenial); // The very alert: time, context, metadata and id are the grant's.
    ordered.process(denial(), kStart + 100, 3);
    ordered.process(grant(), kStart + 150, 1);
    QVERIFY(b.out.alerts == ordered.out.alerts);
    QVERIFY(b.out.monitorRows == ordered.out.monitorRows);
    Bench grantLate(RuleId::EscalationAfterDenial); // The other way round.
    grantLate.process(denial(), kStart + 100, 3);
    grantLate.process(denial(), kStart + 200, 2);
    grantLate.process(grant(), kStart + 150, 1);
    QVERIFY(grantLate.out.alerts == ordered.out.alerts);

    // Of another user, or too long before, it is none.
    Bench other(RuleId::EscalationAfterDenial);
    other.process(grant(), kStart + 31 * kMinute);
    AuditEvent bert = denial();
    bert.context.userId = "bert";
    other.process(bert, kStart + 30 * kMinute);
    QCOMPARE(other.alerts(), std::size_t{0});
}

void TestLateRows::denialsOfTheSameInstant()
{
    Bench once(RuleId::EscalationAfterDenial); // In order of arrival it is after it.
    once.process(grant(), kStart + 150);
    once.process(denial(), kStart + 150);
    QCOMPARE(once.alerts(), std::size_t{0});
    // What came after the login at its instant is none of the ten that a late one could complete.
    Bench b(RuleId::BruteForceSuccess);
    fail(b, 8, kStart);
    b.process(login(), kStart + kSecond);
    fail(b, 1, kStart + kSecond);
    fail(b, 1, kStart + 500);
    QCOMPARE(b.alerts(), std::size_t{0});
    fail(b, 1, kStart + 600);
    QCOMPARE(b.only(), std::string("Successful login from IP 198.51.100.7 after 10 failed attempts in 20 minutes"));
    Bench before(RuleId::BruteForceSuccess); // What came before it is.
    fail(before, 8, kStart);
    fail(before, 1, kStart + kSecond);
    before.process(login(), kStart + kSecond);
    fail(before, 1, kStart + 500);
    QCOMPARE(before.alerts(), std::size_t{1});
}

void TestLateRows::aFailureAfterTheLogin()
{
    Bench b(RuleId::BruteForceSuccess);
    fail(b, 9, kStart, kSecond);
    b.process(login(), kStart + 10 * kSecond);
    QCOMPARE(b.alerts(), std::size_t{0});
    fail(b, 1, kStart + 9 * kSecond);
    QCOMPARE(b.only(), std::string("Successful login from IP 198.51.100.7 after 10 failed attempts in 20 minutes"));
    const SecurityAlert &alert = b.out.alerts[0];
    QCOMPARE(alert.timestamp, kStart + 10 * kSecond);
    QCOMPARE(alert.eventId, std::int64_t{10});
    QVERIFY(alert.context == login().context);
    QCOMPARE(examplesOf(alert), (QJsonArray{2, 3, 4, 5, 6, 7, 8, 9, 11, 10}));
    fail(b, 1, kStart + 9 * kSecond + 1); // It has fired already.
    QCOMPARE(b.alerts(), std::size_t{1});
    QVERIFY(b.out.repeats.empty());
}

void TestLateRows::aLoginOfACalmTime()
{
    // After very many rows in order a login is remembered without its text, and found all the same.
    Bench b(RuleId::BruteForceSuccess);
    fail(b, 9, kStart);
    const AuditEvent other = rowOf(Type::SystemConfig, Outcome::Success);
    EventView row = EventView::of(other);
    row.timestamp = kStart + 100;
    for (int i = 0; i < 300'000; ++i)
        b.detector.process(row, b.out);
    b.process(login(), kStart + kSecond);
    fail(b, 1, kStart + 500);
    QCOMPARE(b.only(), std::string("Successful login from IP 198.51.100.7 after 10 failed attempts in 20 minutes"));
    const SecurityAlert &alert = b.out.alerts[0];
    QCOMPARE(alert.timestamp, kStart + kSecond);
    QCOMPARE(alert.eventId, std::int64_t{10});
    EventContext common;
    common.ipAddress = "198.51.100.7";
    QVERIFY(alert.context == common);
    // From then on they are whole.
    b.out.clear();
    fail(b, 9, kStart + kHour);
    b.process(login(), kStart + kHour + kSecond);
    fail(b, 1, kStart + kHour + 500);
    QVERIFY(b.alerts() == 1 && b.out.alerts[0].context == login().context);
}

void TestLateRows::laterThanTheSlack()
{
    for (const TimestampMs d : {0, 1}) {
        Bench pair(RuleId::EscalationAfterDenial);
        pair.process(grant(), kStart + kSecond);
        pair.process(rowOf(Type::SystemConfig, Outcome::Success), kStart + kLateSlack + d);
        pair.process(denial(), kStart); // Later than that it is judged by what lies before it alone.
        QCOMPARE(pair.alerts(), std::size_t{d == 0 ? 1u : 0u});
        Bench count(RuleId::CsrfAttack);
        for (const int i : {3, 2})
            count.process(rowOf(Type::CsrfProtection, Outcome::Blocked), kStart + i);
        count.process(rowOf(Type::SystemConfig, Outcome::Success), kStart + kLateSlack + d);
        count.process(rowOf(Type::CsrfProtection, Outcome::Blocked), kStart);
        QCOMPARE(count.alerts(), std::size_t{d == 0 ? 1u : 0u});
    }
}

void TestLateRows::suppression()
{
    // Where it completes something, it repeats what is known.
    Bench b(RuleId::MultipleFailedLogins, [](MonitoringConfig &c) { c.thresholds.failedLoginsPerHour = 3; });
    for (int i = 0; i < 3; ++i)
        b.process(failure(), kStart + 8 * kMinute + i);
    QCOMPARE(b.alerts(), std::size_t{1});
    b.process(failure(), kStart);
    QCOMPARE(b.alerts(), std::size_t{1});
    QVERIFY(b.out.repeats == (std::vector<AlertRepeat>{{b.out.alerts[0].id, 1, kStart + 8 * kMinute + 1}}));
    // The alert suppresses from where it stands.
    Bench from(RuleId::EscalationAfterDenial);
    from.process(grant(), kStart + 5 * kMinute);
    from.process(denial(), kStart);
    QCOMPARE(from.alerts(), std::size_t{1});
    from.process(grant(), kStart + 15 * kMinute - 1);
    QCOMPARE(from.alerts(), std::size_t{1});
    from.process(grant(), kStart + 15 * kMinute);
    QCOMPARE(from.alerts(), std::size_t{2});
}

void TestLateRows::theReferenceCountsWhatIsBefore()
{
    Bench b(RuleId::BruteForce, [](MonitoringConfig &c) { c.preset = Preset::Reference; });
    for (int i = 5; i >= 1; --i)
        b.process(failure(), kStart + i * kSecond);
    QCOMPARE(b.alerts(), std::size_t{0});
}

void TestLateRows::afterSavingAndRestoring()
{
    Bench before(RuleId::EscalationAfterDenial);
    before.process(grant(), kStart + 150);
    Bench ordered(RuleId::EscalationAfterDenial);
    ordered.process(denial(), kStart + 100, 2);
    ordered.process(grant(), kStart + 150, 1);
    std::string saved;
    before.detector.save(saved);
    Bench loaded(RuleId::EscalationAfterDenial);
    QVERIFY(loaded.detector.load(saved).ok());
    loaded.process(denial(), kStart + 100, 2);
    QVERIFY(loaded.out.alerts == ordered.out.alerts);

    Bench rebuilt(RuleId::EscalationAfterDenial);
    CollectedHistory history(kStart + 150);
    history.windowRows = before.seen;
    restore(rebuilt.detector, history);
    rebuilt.process(denial(), kStart + 100, 2);
    QVERIFY(rebuilt.out.alerts == ordered.out.alerts);

    // A state of the version before is refused, so that it is rebuilt.
    QCOMPARE(static_cast<int>(saved[6]), 5);
    saved[6] = 4;
    QVERIFY(!Bench(RuleId::EscalationAfterDenial).detector.load(saved).ok());
}

void TestLateRows::rowsRememberedAreBounded()
{
    // Grants of different users, with much text: the memory stays, and of the last of them a denial is found.
    Bench b(RuleId::EscalationAfterDenial);
    AuditEvent e = grant();
    e.metadata = R"({"text":")" + std::string(100'000, 'x') + "\"}";
    for (int i = 0; i < 3000; ++i) {
        e.context.userId = "user" + std::to_string(i);
        e.timestamp = kStart + 1000 + i;
        e.id = i + 1;
        b.detector.process(EventView::of(e), b.out);
    }
    QVERIFY2(b.detector.load().bytes < (6 << 20), std::to_string(b.detector.load().bytes).c_str());
    AuditEvent late = denial();
    late.context.userId = "user0";
    b.process(late, kStart, 5000);
    QCOMPARE(b.alerts(), std::size_t{0});
    late.context.userId = "user2999";
    b.process(late, kStart, 5001);
    QVERIFY(b.alerts() == 1 && b.out.alerts[0].eventId == 3000);
    // Small ones again.
    for (int i = 0; i < 3000; ++i) {
        e.context.userId = "user" + std::to_string(i);
        e.metadata.clear();
        e.timestamp = kStart + 5000 + i;
        e.id = 6001 + i;
        b.detector.process(EventView::of(e), b.out);
    }
    QVERIFY2(b.detector.load().bytes < (3 << 20), std::to_string(b.detector.load().bytes).c_str());
    b.out.clear();
    late.context.userId = "user" + std::to_string(3000 - 1024);
    b.process(late, kStart + 1, 9500);
    QVERIFY(b.alerts() == 1 && b.out.alerts[0].eventId == 6001 + 3000 - 1024);
}

void TestLateRows::asInOrder_data()
{
    QTest::addColumn<unsigned>("seed");
    QTest::addColumn<TimestampMs>("latest");
    QTest::addColumn<bool>("apart");
    for (unsigned seed = 1; seed <= 6; ++seed) {
        QTest::addRow("seconds late, %u", seed) << seed << TimestampMs{5 * kSecond} << true;
        QTest::addRow("minutes late, %u", seed) << seed << TimestampMs{kLateSlack} << true;
        QTest::addRow("many of one instant, %u", seed) << seed << TimestampMs{kMinute} << false;
    }
}

/// Whatever the order of arrival: each alert stands where the ordered stream fires, each that it raises has one within the
/// time of suppression, and the hits are the same ones.
void TestLateRows::asInOrder()
{
    QFETCH(unsigned, seed);
    QFETCH(TimestampMs, latest);
    QFETCH(bool, apart);
    std::mt19937 random(seed);
    const MonitoringConfig config = onlyCounting();
    std::vector<AuditEvent> rows = counted(random, 1500, apart);
    shuffle(rows, random, latest);
    Detector detector(config);
    detector.start(kStart);
    DetectorOutput out;
    for (const AuditEvent &row : rows)
        detector.process(EventView::of(row), out);

    std::stable_sort(rows.begin(), rows.end(), [](const auto &a, const auto &b) { return a.timestamp < b.timestamp; });
    StandardOracle oracle(config);
    std::map<std::int64_t, const AuditEvent *> byId;
    for (const AuditEvent &row : rows) {
        oracle.process(row);
        byId[row.id] = &row;
    }
    std::map<Group, std::int64_t> hits;
    std::map<std::string, std::string> groupOfAlert;
    for (const SecurityAlert &a : out.alerts) {
        const auto fires = [&](const StandardHit &h) { return h.rule == a.rule && h.group == a.group && h.at == a.timestamp; };
        const auto hit = std::find_if(oracle.hits().begin(), oracle.hits().end(), fires);
        QVERIFY2(hit != oracle.hits().end(), (a.rule + " " + a.group + " " + a.description).c_str());
        if (a.rule == "brute-force-success" || a.rule == "escalation-after-denial") {
            QCOMPARE(byId.at(a.eventId)->timestamp, a.timestamp);
            QVERIFY(a.context == byId.at(a.eventId)->context);
        }
        ++hits[{std::string(toString(a.type)), a.group}];
    }
    for (const StandardHit &h : oracle.alerts()) {
        const bool found = std::any_of(out.alerts.begin(), out.alerts.end(), [&](const SecurityAlert &a) {
            return a.type == h.type && a.group == h.group && std::abs(a.timestamp - h.at) <= kMinute;
        });
        QVERIFY2(found, (h.rule + " " + h.group + " " + formatIso(h.at)).c_str());
    }
    std::map<std::string, const SecurityAlert *> alerts;
    for (const SecurityAlert &a : out.alerts)
        QVERIFY(alerts.emplace(a.id, &a).second);
    for (const AlertRepeat &repeat : out.repeats)
        hits[{std::string(toString(alerts.at(repeat.alertId)->type)), alerts.at(repeat.alertId)->group}] += repeat.count;
    std::map<Group, std::int64_t> expected;
    for (const StandardHit &h : oracle.hits())
        ++expected[{std::string(toString(h.type)), h.group}];
    QVERIFY(oracle.fired().size() >= 10);
    if (apart)
        QVERIFY(hits == expected);
}

QTEST_APPLESS_MAIN(TestLateRows)
#include "tst_laterows.moc"
