// SPDX-License-Identifier: GPL-3.0-or-later
#include "restoredetector.h"
#include "rulebench.h"

#include <QTest>

using namespace bartizan;
using namespace bartizan::test;

namespace {

/// A rule that counts rows of a group within a window, as a table of what to expect of it.
struct Counting {
    RuleId rule;
    std::string name;   ///< Of the test row.
    AuditEvent counted; ///< The i-th row is edited by `vary`.
    Edit without;       ///< Takes the group's key away.
    Edit elsewhere;     ///< Another group.
    int threshold;
    TimestampMs window;
    std::string group;
    std::string description; ///< At the threshold.
    std::optional<AuditEvent> trigger; ///< Judged in place of the rows that are counted.
    std::function<void(AuditEvent &, int)> vary;
};

const Edit noAddress = [](AuditEvent &e) { e.context.ipAddress.reset(); };
const Edit noUser = [](AuditEvent &e) { e.context.userId.reset(); };
const Edit otherAddress = [](AuditEvent &e) { e.context.ipAddress = "192.0.2.2"; };
const Edit otherUser = [](AuditEvent &e) { e.context.userId = "bert"; };

std::vector<Counting> countingRules()
{
    const AuditEvent failed = rowOf(Type::Authentication, Outcome::Failure);
    const AuditEvent login = rowOf(Type::Authentication, Outcome::Success);
    const auto account = [](AuditEvent &e, int i) { e.context.userId = "user" + std::to_string(i); };
    const auto address = [](AuditEvent &e, int i) { e.context.ipAddress = "10.0.0." + std::to_string(i); };
    std::vector<Counting> all{
        {RuleId::MultipleFailedLogins, "", failed, noUser, otherUser, 20, kHour, "account:anna",
         "20 failed login attempts for account anna in 1 hour", {}, address},
        {RuleId::BruteForceSuccess, "address", failed, noAddress, otherAddress, 10, 20 * kMinute, "address:192.0.2.1",
         "Successful login from IP 192.0.2.1 after 10 failed attempts in 20 minutes", login, account},
        {RuleId::BruteForceSuccess, "account", failed, noUser, otherUser, 10, 20 * kMinute, "account:anna",
         "Successful login to account anna after 10 failed attempts in 20 minutes", login, address},
        {RuleId::AccountEnumeration, "", failed, noAddress, otherAddress, 5, 20 * kMinute, "address:192.0.2.1",
         "5 accounts tried from IP 192.0.2.1 in 20 minutes", {}, account},
        {RuleId::SuspiciousIp, "", rowOf(Type::ApiSecurity, Outcome::Blocked), noAddress, otherAddress, 10, 2 * kMinute,
         "address:192.0.2.1", "10 blocked, suspicious or failed requests from IP 192.0.2.1 in 2 minutes", {}, {}},
        {RuleId::AccessDeniedBurst, "", rowOf(Type::Authorization, Outcome::Failure), noUser, otherUser, 3, 5 * kMinute,
         "user:anna", "User anna was denied access 3 times in 5 minutes", {}, {}},
        {RuleId::EscalationAfterDenial, "", rowOf(Type::Authorization, Outcome::Blocked), noUser, otherUser, 1,
         30 * kMinute, "user:anna", "User anna performed GRANT_ROLE after 1 denied access attempt in 30 minutes",
         rowOf(Type::UserManagement, Outcome::Success, "GRANT_ROLE"), {}},
        {RuleId::MassGrant, "", rowOf(Type::UserManagement, Outcome::Success, "user_Promoted"), noUser, otherUser, 10, kHour,
         "user:anna", "User anna granted rights or roles 10 times in 1 hour", {}, {}},
        {RuleId::DataBreachAttempt, "address", rowOf(Type::DataPrivacy, Outcome::Suspicious), noAddress, otherAddress, 20,
         6 * kMinute, "address:192.0.2.1", "20 refused or suspicious data requests from IP 192.0.2.1 in 6 minutes", {}, account},
        {RuleId::DataBreachAttempt, "user", rowOf(Type::ApiSecurity, Outcome::Failure), noUser, otherUser, 20, 6 * kMinute,
         "user:anna", "20 refused or suspicious data requests by user anna in 6 minutes", {}, address},
        {RuleId::MassDataAccess, "", rowOf(Type::DataPrivacy, Outcome::Success), noUser, otherUser, 100, kHour, "user:anna",
         "User anna accessed 100 records in 1 hour", {}, {}},
        {RuleId::CsrfAttack, "", rowOf(Type::CsrfProtection, Outcome::Failure), noAddress, otherAddress, 3, 5 * kMinute,
         "address:192.0.2.1", "3 CSRF violations from IP 192.0.2.1 in 5 minutes", {}, {}},
        {RuleId::CspSpike, "", rowOf(Type::SecurityHeaders, Outcome::Success, "CSP_violation"), {},
         [](AuditEvent &e) { e.context.companyId = "other"; }, 15, kMinute, "company:acme",
         "15 CSP violations in company acme in 1 minute", {}, {}},
    };
    return all;
}

const Counting &countingRule(const QString &name)
{
    static const std::vector<Counting> all = countingRules();
    for (const Counting &c : all) {
        if (QString::fromStdString(std::string(ruleInfo(c.rule).key) + ' ' + c.name).trimmed() == name)
            return c;
    }
    qFatal("no such rule");
}

/// `count` rows of a counting rule, one each 10 ms up to `last`, and its trigger where it has one.
void attack(Bench &b, const Counting &c, int count, TimestampMs last, const Edit &edit = {})
{
    const int rows = c.trigger ? count + 1 : count;
    for (int i = 0; i < rows; ++i) {
        AuditEvent e = i == count ? *c.trigger : c.counted;
        if (c.vary && i < count)
            c.vary(e, i);
        if (edit)
            edit(e);
        b.process(e, last - (rows - 1 - i) * 10);
    }
}

} // namespace

class TestCountingRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void threshold_data() { allCounting(); }
    void threshold();
    void windowEdge_data() { allCounting(); }
    void windowEdge();
    void groups_data() { allCounting(); }
    void groups();
    void suppression_data() { allCounting(); }
    void suppression();
    void settings_data() { allCounting(); }
    void settings();
    void lateRows_data() { allCounting(); }
    void lateRows();
    void restart_data() { allCounting(); }
    void restart();
    void evidence_data() { allCounting(); }
    void evidence();
    void whatCounts_data();
    void whatCounts();

private:
    void allCounting()
    {
        QTest::addColumn<QString>("rule");
        for (const Counting &c : countingRules()) {
            const QString name = QString::fromStdString(std::string(ruleInfo(c.rule).key) + ' ' + c.name).trimmed();
            QTest::newRow(qPrintable(name)) << name;
        }
    }
};

void TestCountingRules::threshold()
{
    QFETCH(QString, rule);
    const Counting &c = countingRule(rule);
    for (const int d : {-1, 0, 1}) {
        if (c.threshold + d == 0)
            continue; // Without any denial nothing is counted; whatCounts() has it.
        Bench b(c.rule);
        attack(b, c, c.threshold + d, kStart + kHour);
        QCOMPARE(b.alerts(), std::size_t{d < 0 ? 0u : 1u});
        if (d < 0)
            continue;
        const SecurityAlert &a = b.out.alerts.front();
        const RuleInfo &info = ruleInfo(c.rule);
        QCOMPARE(a.rule, std::string(info.key));
        QCOMPARE(a.group, c.group);
        QVERIFY(a.type == info.type && a.severity == *info.severity && a.eventType == b.seen.back().eventType);
        if (d == 0)
            QCOMPARE(a.description, c.description);
    }
}

void TestCountingRules::windowEdge()
{
    QFETCH(QString, rule);
    const Counting &c = countingRule(rule);
    const TimestampMs at = kStart + 3 * kHour;
    for (const int d : {-1, 0, 1}) { // The oldest row lies so far beyond the edge.
        Bench b(c.rule);
        AuditEvent first = c.counted;
        if (c.vary)
            c.vary(first, 200);
        b.process(first, at - c.window - d);
        const int rest = c.threshold - 1;
        if (rest > 0 || c.trigger) {
            attack(b, c, rest, at);
        }
        QCOMPARE(b.alerts(), std::size_t{d > 0 ? 0u : 1u});
    }
}

void TestCountingRules::groups()
{
    QFETCH(QString, rule);
    const Counting &c = countingRule(rule);
    const TimestampMs at = kStart + kHour;
    if (c.without) {
        Bench none(c.rule);
        attack(none, c, c.threshold + 2, at, c.without);
        // Nor for one group of all that have none; a rule's other kind of group has too few rows here.
        QVERIFY2(none.out.alerts.empty(), none.out.alerts.empty() ? "" : none.out.alerts[0].group.c_str());
    }
    Bench two(c.rule); // One row short, twice.
    attack(two, c, c.threshold - 1, at, [&](AuditEvent &e) { c.elsewhere(e); });
    attack(two, c, c.threshold - 1, at + kSecond);
    QVERIFY2(two.out.alerts.empty(), two.out.alerts.empty() ? "" : two.out.alerts[0].group.c_str());
}

void TestCountingRules::suppression()
{
    QFETCH(QString, rule);
    const Counting &c = countingRule(rule);
    Bench b(c.rule);
    const TimestampMs at = kStart + kHour;
    attack(b, c, c.threshold, at);
    QCOMPARE(b.alerts(), std::size_t{1});
    AuditEvent again = c.trigger.value_or(c.counted);
    for (int i = 1; i <= 3; ++i)
        b.process(again, at + i);
    QCOMPARE(b.alerts(), std::size_t{1});
    QCOMPARE(b.out.repeats.size(), std::size_t{1});
    QVERIFY(b.out.repeats[0] == (AlertRepeat{b.out.alerts[0].id, 3, at + 3}));
    // In another output it begins anew; and after its time another alert comes.
    b.out.clear();
    b.process(again, at + 4);
    QCOMPARE(b.out.repeats.size(), std::size_t{1});
    QCOMPARE(b.out.repeats[0].count, 1);
    b.out.clear();
    attack(b, c, c.threshold, at + 10 * kMinute);
    QCOMPARE(b.alerts(), std::size_t{1});
}

void TestCountingRules::settings()
{
    QFETCH(QString, rule);
    const Counting &c = countingRule(rule);
    const auto window = *ruleParameter(c.rule, kWindowSeconds);
    Bench off(c.rule, [&](MonitoringConfig &config) { config.rules[static_cast<std::size_t>(c.rule)].enabled = false; });
    attack(off, c, c.threshold + 5, kStart + kHour);
    QCOMPARE(off.alerts(), std::size_t{0});
    QCOMPARE(off.detector.load().keysHeld, 0);
    Bench reference(c.rule, [](MonitoringConfig &config) { config.preset = Preset::Reference; });
    attack(reference, c, c.threshold + 5, kStart + kHour);
    for (const SecurityAlert &a : reference.out.alerts)
        QVERIFY(a.rule != ruleInfo(c.rule).key);

    // A window of 90 s, in the words of the alert too.
    Bench narrow(c.rule, [&](MonitoringConfig &config) { config.setValue(c.rule, window, 90); });
    attack(narrow, c, c.threshold, kStart + kHour);
    QCOMPARE(narrow.alerts(), std::size_t{1});
    QVERIFY(QByteArray::fromStdString(narrow.out.alerts[0].description).endsWith(" in 90 seconds"));
    QCOMPARE(jsonObjectOf(narrow.out.alerts[0].metadata).value(QLatin1String("windowSeconds")).toInt(), 90);
    Bench missed(c.rule, [&](MonitoringConfig &config) { config.setValue(c.rule, window, 90); });
    missed.process(c.counted, kStart + kHour - 90 * kSecond - 1);
    attack(missed, c, c.threshold - 1, kStart + kHour);
    QCOMPARE(missed.alerts(), std::size_t{0});

    if (!ruleParameter(c.rule, kThreshold))
        return;
    // Another threshold holds at once.
    Bench more(c.rule);
    MonitoringConfig config = more.detector.config();
    config.setValue(c.rule, *ruleParameter(c.rule, kThreshold), c.threshold + 2);
    QVERIFY(more.detector.setConfig(config));
    attack(more, c, c.threshold + 1, kStart + kHour);
    QCOMPARE(more.alerts(), std::size_t{0});
    attack(more, c, c.threshold + 2, kStart + kHour + kSecond);
    QCOMPARE(more.alerts(), std::size_t{1});
}

void TestCountingRules::lateRows()
{
    QFETCH(QString, rule);
    const Counting &c = countingRule(rule);
    const TimestampMs at = kStart + 5 * kHour;
    Bench b(c.rule);
    // One row of the group is ahead; the attack comes ten minutes late, and is counted as of its own time.
    AuditEvent ahead = c.counted;
    if (c.vary)
        c.vary(ahead, 200);
    b.process(ahead, at + kLateSlack);
    attack(b, c, c.threshold - 1, at + 100);
    // The row that is ahead makes them enough where its window reaches so far back; a pair is judged by its trigger alone,
    // and accounts are not looked at again.
    const bool completed = !c.trigger && c.rule != RuleId::AccountEnumeration && c.window >= kLateSlack;
    QCOMPARE(b.alerts(), std::size_t{completed ? 1u : 0u});
    if (completed)
        QCOMPARE(b.out.alerts[0].timestamp, at + kLateSlack);
    attack(b, c, c.threshold, at + 2 * kSecond);
    QCOMPARE(b.alerts(), std::size_t{1});
}

void TestCountingRules::restart()
{
    QFETCH(QString, rule);
    const Counting &c = countingRule(rule);
    const TimestampMs at = kStart + 3 * kHour;
    Bench whole(c.rule);
    AuditEvent first = c.counted;
    if (c.vary)
        c.vary(first, 200);
    whole.process(first, at - c.window);
    attack(whole, c, c.threshold - 1, at);
    QCOMPARE(whole.alerts(), std::size_t{1});

    for (std::size_t cut = 0; cut < whole.seen.size(); ++cut) {
        Bench after(c.rule);
        CollectedHistory history(whole.seen[cut].timestamp);
        history.windowRows.assign(whole.seen.begin(), whole.seen.begin() + static_cast<std::ptrdiff_t>(cut) + 1);
        QVERIFY(after.detector.historySpan() >= c.window);
        restore(after.detector, history);
        for (std::size_t i = cut + 1; i < whole.seen.size(); ++i)
            after.process(whole.seen[i], whole.seen[i].timestamp, whole.seen[i].id);
        QVERIFY(cut + 1 == whole.seen.size() ? after.out.alerts.empty() : after.out.alerts == whole.out.alerts);
        // The alert suppresses after a restart, and is counted on.
        if (cut + 1 < whole.seen.size())
            continue;
        const SecurityAlert &a = whole.out.alerts[0];
        history.alerts.push_back({a.type, a.context.ipAddress, a.timestamp, a.id, a.group});
        restore(after.detector, history);
        after.process(c.trigger.value_or(c.counted), at);
        QVERIFY(after.out.alerts.empty());
        QCOMPARE(after.out.repeats.size(), std::size_t{1});
        QCOMPARE(after.out.repeats[0].alertId, a.id);
    }
}

void TestCountingRules::evidence()
{
    QFETCH(QString, rule);
    const Counting &c = countingRule(rule);
    Bench b(c.rule);
    attack(b, c, c.threshold, kStart + kHour);
    const SecurityAlert &a = b.out.alerts.front();
    const QJsonObject metadata = jsonObjectOf(a.metadata);
    QCOMPARE(metadata.value(QLatin1String("rule")).toString().toStdString(), std::string(ruleInfo(c.rule).key));
    QCOMPARE(metadata.value(QLatin1String("count")).toInt(), c.threshold);
    QCOMPARE(metadata.value(QLatin1String("windowSeconds")).toInteger(), c.window / kSecond);
    QCOMPARE(metadata.value(QLatin1String("techniques")).toArray().first().toString().toStdString(),
             std::string(ruleInfo(c.rule).techniques[0]));
    const QJsonArray rows = examplesOf(a);
    QCOMPARE(rows.size(), std::min<qsizetype>(10, c.threshold + (c.trigger ? 1 : 0)));
    QCOMPARE(rows.last().toInteger(), a.eventId); // The newest, in order, and the event itself the last.
    for (qsizetype i = 0; i < rows.size(); ++i)
        QCOMPARE(rows.at(i).toInteger(), a.eventId - (rows.size() - 1 - i));
}

void TestCountingRules::whatCounts_data()
{
    QTest::addColumn<int>("rule");
    QTest::addColumn<int>("type");
    QTest::addColumn<QList<int>>("outcomes"); // That count; a row of any other does not.
    QTest::addColumn<QString>("action");
    QTest::addColumn<int>("times");
    const auto add = [](const char *name, RuleId rule, Type type, std::initializer_list<Outcome> outcomes, int times,
                        const char *action = "view") {
        QList<int> list;
        for (const Outcome outcome : outcomes)
            list.append(static_cast<int>(outcome));
        QTest::newRow(name) << static_cast<int>(rule) << static_cast<int>(type) << list << QString::fromLatin1(action) << times;
    };
    using enum AuditOutcome;
    add("failed logins", RuleId::MultipleFailedLogins, Type::Authentication, {Failure}, 20);
    add("resets are no logins", RuleId::MultipleFailedLogins, Type::PasswordReset, {}, 20);
    add("suspicious address, logins", RuleId::SuspiciousIp, Type::Authentication, {Blocked, Suspicious}, 10);
    add("suspicious address, data", RuleId::SuspiciousIp, Type::DataPrivacy, {Failure, Blocked, Suspicious}, 10);
    add("denials", RuleId::AccessDeniedBurst, Type::Authorization, {Failure, Blocked}, 3);
    add("grants", RuleId::MassGrant, Type::UserManagement, {Success}, 10, "x_ELEVATE_x");
    add("admin", RuleId::MassGrant, Type::UserManagement, {Success}, 10, "make_Admin");
    add("no grants", RuleId::MassGrant, Type::UserManagement, {}, 10, "user_created");
    add("grants elsewhere", RuleId::MassGrant, Type::PlatformAdmin, {}, 10, "grant");
    add("breach, data", RuleId::DataBreachAttempt, Type::DataPrivacy, {Failure, Blocked, Suspicious}, 20);
    add("breach, API", RuleId::DataBreachAttempt, Type::ApiSecurity, {Failure, Blocked, Suspicious}, 20);
    add("breach, elsewhere", RuleId::DataBreachAttempt, Type::Authorization, {}, 20);
    add("data", RuleId::MassDataAccess, Type::DataPrivacy, {Success}, 100);
    add("exports", RuleId::MassDataAccess, Type::SystemConfig, {Success}, 100, "Users_Export");
    add("dumps", RuleId::MassDataAccess, Type::CompanyManagement, {Success}, 100, "DUMP");
    add("views", RuleId::MassDataAccess, Type::ApiSecurity, {}, 100);
    add("CSRF", RuleId::CsrfAttack, Type::CsrfProtection, {Failure, Blocked}, 3);
    add("CSP", RuleId::CspSpike, Type::SecurityHeaders, {Success, Failure, Blocked, RateLimited, Suspicious}, 15, "Csp");
    add("other headers", RuleId::CspSpike, Type::SecurityHeaders, {}, 15, "hsts");
}

void TestCountingRules::whatCounts()
{
    QFETCH(int, rule);
    QFETCH(int, type);
    QFETCH(QList<int>, outcomes);
    QFETCH(QString, action);
    QFETCH(int, times);
    for (int outcome = 0; outcome < 5; ++outcome) {
        Bench b(static_cast<RuleId>(rule));
        for (int i = 0; i < times; ++i)
            b.process(rowOf(static_cast<Type>(type), static_cast<Outcome>(outcome), action.toStdString()), kStart + i);
        QCOMPARE(!b.out.alerts.empty(), outcomes.contains(outcome));
    }
}

QTEST_APPLESS_MAIN(TestCountingRules)
#include "tst_countingrules.moc"
