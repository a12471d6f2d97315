// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/mute.h"

#include <QTest>

using namespace bartizan;

namespace {

constexpr TimestampMs kStart = 1'795'176'000'000;
constexpr TimestampMs kEnd = kStart + kDay;

Mute muteOf(const std::string &group, const std::string &network = {})
{
    Mute mute;
    mute.id = "m";
    mute.rule = "brute-force";
    mute.group = group;
    mute.network = network;
    mute.reason = "the scanner";
    mute.createdAt = kStart;
    mute.expiresAt = kEnd;
    return mute;
}

SecurityAlert alertOf(const std::string &group, const std::string &address = {}, const std::string &company = {})
{
    SecurityAlert alert;
    alert.rule = "brute-force";
    alert.group = group;
    if (!address.empty())
        alert.context.ipAddress = address;
    if (!company.empty())
        alert.context.companyId = company;
    return alert;
}

} // namespace

class TestMute : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matches_data();
    void matches();
    void wantsTheSameRule();
    void isAboutNothingWithoutAReadableNetwork();
    void keepsCompaniesApart();
    void holdsToTheMillisecond();
    void endsWhenItIsLifted();
    void tellsWhatIsWrongWithANetwork_data();
    void tellsWhatIsWrongWithANetwork();
    void tellsWhatIsWrongWithAMute();
    void offersTheNetworkAround_data();
    void offersTheNetworkAround();
};

void TestMute::matches_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("network");
    QTest::addColumn<QString>("alertGroup");
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("matches");
    const auto add = [](const char *name, const char *group, const char *network, const char *alertGroup,
                        const char *address, bool matches) {
        QTest::newRow(name) << QString::fromLatin1(group) << QString::fromLatin1(network)
                            << QString::fromLatin1(alertGroup) << QString::fromLatin1(address) << matches;
    };
    add("the same address", "address:203.0.113.9", "", "address:203.0.113.9", "203.0.113.9", true);
    add("a neighbour", "address:203.0.113.9", "", "address:203.0.113.10", "203.0.113.10", false);
    add("in the network", "address:203.0.113.9", "203.0.113.0/24", "address:203.0.113.200", "203.0.113.200", true);
    add("last of the network", "address:203.0.113.9", "203.0.113.8/30", "address:203.0.113.11", "", true);
    add("first behind it", "address:203.0.113.9", "203.0.113.8/30", "address:203.0.113.12", "", false);
    add("every IPv4 address", "address:203.0.113.9", "0.0.0.0/0", "address:8.8.8.8", "", true);
    add("IPv6 is not IPv4", "address:203.0.113.9", "0.0.0.0/0", "address:2001:db8::1", "", false);
    add("IPv6 network", "address:2001:db8:0:1::9", "2001:db8:0:1::/64", "address:2001:db8:0:1:ffff::1", "", true);
    add("IPv6 neighbour", "address:2001:db8:0:1::9", "2001:db8:0:1::/64", "address:2001:db8:0:2::9", "", false);
    add("another spelling", "address:2001:db8::9", "2001:db8::9", "address:2001:0DB8:0::9", "", true);
    add("mapped IPv4", "address:203.0.113.9", "203.0.113.0/24", "address:::ffff:203.0.113.77", "", true);
    add("no address", "address:203.0.113.9", "203.0.113.0/24", "address:somewhere", "203.0.113.9", false);
    add("a user, anywhere", "user:anna", "", "user:anna", "198.51.100.1", true);
    add("a user, from the network", "user:anna", "10.0.0.0/8", "user:anna", "10.20.30.40", true);
    add("a user, from elsewhere", "user:anna", "10.0.0.0/8", "user:anna", "11.20.30.40", false);
    add("a user, from nowhere", "user:anna", "10.0.0.0/8", "user:anna", "", false);
    add("another user", "user:anna", "10.0.0.0/8", "user:otto", "10.20.30.40", false);
    add("another kind of group", "user:anna", "", "account:anna", "", false);
    add("the whole log", "", "", "", "", true);
    add("not the whole log", "", "", "user:anna", "", false);
}

void TestMute::matches()
{
    QFETCH(QString, group);
    QFETCH(QString, network);
    QFETCH(QString, alertGroup);
    QFETCH(QString, address);
    const MuteMatcher matcher(muteOf(group.toStdString(), network.toStdString()));
    QTEST(matcher.matches(alertOf(alertGroup.toStdString(), address.toStdString())), "matches");
}

void TestMute::wantsTheSameRule()
{
    const MuteMatcher matcher(muteOf("user:anna"));
    SecurityAlert alert = alertOf("user:anna");
    QVERIFY(matcher.matches(alert));
    alert.rule = "impossible-travel";
    QVERIFY(!matcher.matches(alert));
}

void TestMute::keepsCompaniesApart()
{
    Mute mute = muteOf("user:anna");
    QVERIFY(MuteMatcher(mute).matches(alertOf("user:anna", {}, "acme")));
    QVERIFY(MuteMatcher(mute).matches(alertOf("user:anna")));
    mute.company = "acme";
    QVERIFY(MuteMatcher(mute).matches(alertOf("user:anna", {}, "acme")));
    QVERIFY(!MuteMatcher(mute).matches(alertOf("user:anna", {}, "zeta")));
    QVERIFY(!MuteMatcher(mute).matches(alertOf("user:anna")));
    mute.company = "";
    QVERIFY(MuteMatcher(mute).matches(alertOf("user:anna")));
    QVERIFY(!MuteMatcher(mute).matches(alertOf("user:anna", {}, "acme")));
}

void TestMute::holdsToTheMillisecond()
{
    const MuteMatcher matcher(muteOf("user:anna"));
    QVERIFY(matcher.covers(kStart, 0));
    QVERIFY(!matcher.covers(kStart - 1, 0));
    QVERIFY(matcher.covers(kEnd - 1, 0));
    QVERIFY(!matcher.covers(kEnd, 0));
    QVERIFY(!matcher.covers(kEnd + 1, 0));
    // What happened before it began is muted while it is in force: it was on its way, or is an old log.
    QVERIFY(matcher.covers(kStart - 1, kStart));
    QVERIFY(matcher.covers(kStart - 300 * kDay, kEnd - 1));
    QVERIFY(!matcher.covers(kStart - 1, kEnd));
    QVERIFY(!matcher.covers(kStart - 1, kStart - 1));
    // An engine that is behind mutes what happened meanwhile; nothing is muted that happened at the end or later.
    QVERIFY(matcher.covers(kEnd - 1, kEnd + kDay));
    QVERIFY(!matcher.covers(kEnd, kEnd - 1));
}

void TestMute::endsWhenItIsLifted()
{
    Mute mute = muteOf("user:anna");
    QVERIFY(mute.isInForce(kEnd - 1));
    QVERIFY(!mute.isInForce(kEnd));
    QVERIFY(!mute.isInForce(kStart - 1));
    mute.liftedAt = kStart + kHour;
    mute.liftedBy = "otto";
    QCOMPARE(mute.endsAt(), kStart + kHour);
    QVERIFY(!mute.isInForce(kStart + kHour));
    QVERIFY(MuteMatcher(mute).covers(kStart + kHour - 1, 0));
    QVERIFY(!MuteMatcher(mute).covers(kStart + kHour, 0));
}

void TestMute::tellsWhatIsWrongWithANetwork_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("network");
    QTest::addColumn<QString>("complaint");
    const auto add = [](const char *name, const char *group, const char *text, const char *network, const char *complaint) {
        QTest::newRow(name) << QString::fromLatin1(group) << QString::fromLatin1(text) << QString::fromLatin1(network)
                            << QString::fromUtf8(complaint);
    };
    add("none", "address:203.0.113.9", " ", "", "");
    add("blanks around", "address:203.0.113.9", " 203.0.113.0/24\n", "203.0.113.0/24", "");
    add("bits behind the prefix", "address:203.0.113.9", "203.0.113.77/24", "203.0.113.0/24", "");
    add("one address", "address:203.0.113.9", "203.0.113.9/32", "203.0.113.9", "");
    add("of a user", "user:anna", "10.0.0.0/8", "10.0.0.0/8", "");
    add("too long a prefix", "address:203.0.113.9", "203.0.113.0/33", "",
        "“203.0.113.0/33” is no network; write 203.0.113.0/24 or 2001:db8::/32");
    add("no prefix", "address:203.0.113.9", "203.0.113.0/", "",
        "“203.0.113.0/” is no network; write 203.0.113.0/24 or 2001:db8::/32");
    add("words", "address:203.0.113.9", "the office", "",
        "“the office” is no network; write 203.0.113.0/24 or 2001:db8::/32");
    add("another network", "address:203.0.113.9", "198.51.100.0/24", "",
        "198.51.100.0/24 does not hold 203.0.113.9, which the alert is about");
    add("of the whole log", "", "10.0.0.0/8", "",
        "This rule counts events of all addresses together: a network makes no difference");
    add("no address", "address:somewhere", "10.0.0.0/8", "",
        "What the alert names as its address is none, so that no network holds it");
}

void TestMute::tellsWhatIsWrongWithANetwork()
{
    QFETCH(QString, group);
    QFETCH(QString, text);
    const auto checked = checkedNetwork(group.toStdString(), text.toStdString());
    QTEST(checked ? QString() : checked.error().message, "complaint");
    QTEST(checked ? QString::fromStdString(*checked) : QString(), "network");
}

void TestMute::tellsWhatIsWrongWithAMute()
{
    const Mute good = muteOf("address:203.0.113.9", "203.0.113.0/24");
    QVERIFY(checkMute(good).ok());
    const auto complains = [&good](auto change, const char *about) {
        Mute bad = good;
        change(bad);
        const auto checked = checkMute(bad);
        return !checked && checked.error().message.contains(QLatin1String(about));
    };
    QVERIFY(complains([](Mute &m) { m.id.clear(); }, "id"));
    QVERIFY(complains([](Mute &m) { m.rule.clear(); }, "older version"));
    QVERIFY(complains([](Mute &m) { m.rule = "no-such"; }, "no-such"));
    QVERIFY(complains([](Mute &m) { m.group = "anna"; }, "no group"));
    QVERIFY(complains([](Mute &m) { m.network = "nonsense"; }, "no network"));
    QVERIFY(complains([](Mute &m) { m.reason = " \n"; }, "reason"));
    QVERIFY(complains([](Mute &m) { m.reason.assign(kReasonBytes + 1, 'x'); }, "too long"));
    QVERIFY(complains([](Mute &m) { m.expiresAt = m.createdAt; }, "end later"));
    QVERIFY(complains([](Mute &m) { m.expiresAt = m.createdAt + kLongestMute + 1; }, "at most"));
    Mute longest = good;
    longest.expiresAt = longest.createdAt + kLongestMute;
    QVERIFY(checkMute(longest).ok());
}

void TestMute::offersTheNetworkAround_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("network");
    QTest::newRow("IPv4") << QStringLiteral("address:203.0.113.9") << QStringLiteral("203.0.113.0/24");
    QTest::newRow("IPv6") << QStringLiteral("address:2001:db8:1:2:3:4:5:6") << QStringLiteral("2001:db8:1:2::/64");
    QTest::newRow("no address") << QStringLiteral("address:somewhere") << QString();
    QTest::newRow("user") << QStringLiteral("user:anna") << QString();
    QTest::newRow("the whole log") << QString() << QString();
}

void TestMute::offersTheNetworkAround()
{
    QFETCH(QString, group);
    QTEST(QString::fromStdString(usualNetwork(group.toStdString())), "network");
}

/// What a damaged mute hid would be otherwise than it says.
void TestMute::isAboutNothingWithoutAReadableNetwork()
{
    QVERIFY(MuteMatcher(muteOf("user:anna")).matches(alertOf("user:anna", "203.0.113.9")));
    QVERIFY(!MuteMatcher(muteOf("user:anna", "everything")).matches(alertOf("user:anna", "203.0.113.9")));
    QVERIFY(!MuteMatcher(muteOf("address:203.0.113.9", "203.0.113")).matches(alertOf("address:203.0.113.9")));
}

QTEST_GUILESS_MAIN(TestMute)
#include "tst_mute.moc"
