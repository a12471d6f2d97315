// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/alertid.h"
#include "core/detect/membertable.h"
#include "core/domain/keytable.h"
#include "core/detect/suppression.h"

#include <QTest>
#include <QUuid>

#include <map>
#include <random>

using namespace bartizan;

class TestKeyTable : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sameTextSameNumber();
    void numbersAreReused();
    void manyTextsOfEverySize();
    void likelyNumbersAreChecked();
    void membersComeAndGo();
    void membersCannotCrowd();
    void suppressionEdges();
    void suppressionForgets();
    void suppressionIsCapped();
    void alertIdsAreVersionFive();
    void alertIdsDifferByEveryPart();
};

void TestKeyTable::sameTextSameNumber()
{
    KeyTable table;
    QCOMPARE(table.intern(""), kNoKey);
    const KeyId a = table.intern("192.0.2.1");
    QVERIFY(a != kNoKey);
    const std::string longText(10'000, 'x');
    const KeyId b = table.intern(longText);
    const KeyId c = table.intern(std::string_view("a\0b", 3));
    QCOMPARE(table.intern("192.0.2.1"), a);
    QCOMPARE(table.intern(longText), b);
    QCOMPARE(table.find(std::string_view("a\0b", 3)), c);
    QCOMPARE(table.find("a"), kNoKey);
    QCOMPARE(table.text(b), longText);
    QCOMPARE(table.size(), std::size_t{3});
}

void TestKeyTable::numbersAreReused()
{
    KeyTable table;
    std::vector<KeyId> keys;
    for (int i = 0; i < 1000; ++i)
        keys.push_back(table.intern(std::to_string(i)));
    const std::size_t limit = table.limit();
    KeyMarks marks(limit);
    for (std::size_t i = 0; i < keys.size(); i += 2)
        marks.mark(keys[i]);
    table.keepOnly(marks);
    QCOMPARE(table.size(), std::size_t{500});
    for (int i = 0; i < 1000; i += 2)
        QCOMPARE(table.find(std::to_string(i)), keys[static_cast<std::size_t>(i)]);
    for (int i = 1; i < 1000; i += 2)
        QCOMPARE(table.find(std::to_string(i)), kNoKey);
    for (int i = 0; i < 500; ++i)
        table.intern("new" + std::to_string(i));
    QCOMPARE(table.limit(), limit);
    QCOMPARE(table.text(table.find("new7")), std::string("new7"));
}

void TestKeyTable::manyTextsOfEverySize()
{
    KeyTable table;
    const auto textOf = [](int i) {
        // Sizes around those where hash and comparison read differently, and around a piece of memory.
        constexpr std::size_t kSizes[]{1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 254, 255, 256, 70'000};
        std::string text(kSizes[static_cast<std::size_t>(i) % std::size(kSizes)], 'x');
        text.replace(0, std::min<std::size_t>(text.size(), 4), std::to_string(i).substr(0, text.size()));
        return text + char('a' + i % 7);
    };
    std::map<std::string, KeyId> known;
    const auto verifyAll = [&] {
        for (const auto &[text, key] : known) {
            QCOMPARE(table.find(text), key);
            QCOMPARE(table.text(key), std::string_view(text));
        }
    };
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 2000; ++i) {
            const std::string text = textOf(i + round * 700);
            const KeyId key = table.intern(text);
            QCOMPARE(known.emplace(text, key).first->second, key);
        }
        verifyAll();
        KeyMarks marks(table.limit());
        for (auto it = known.begin(); it != known.end();) {
            if (it->second % 3 == 0) {
                marks.mark(it->second);
                ++it;
            } else {
                it = known.erase(it);
            }
        }
        const std::size_t before = table.bytes();
        table.keepOnly(marks);
        QCOMPARE(table.size(), known.size());
        QVERIFY(table.bytes() < before);
        verifyAll();
    }
}

void TestKeyTable::likelyNumbersAreChecked()
{
    KeyTable table;
    const KeyId key = table.intern("192.0.2.1");
    QCOMPARE(table.likely(KeyTable::hashOf("192.0.2.1")), key);
    QVERIFY(table.isTextOf(key, "192.0.2.1"));
    QVERIFY(!table.isTextOf(key, "192.0.2.2"));
    QVERIFY(!table.isTextOf(key, "192.0.2.10"));
    QCOMPARE(table.find("192.0.2.2", KeyTable::hashOf("192.0.2.1")), kNoKey); // As if both had one hash.
    const KeyId other = table.intern("192.0.2.2", KeyTable::hashOf("192.0.2.1"));
    QVERIFY(other != key);
    QCOMPARE(table.find("192.0.2.2", KeyTable::hashOf("192.0.2.1")), other);
    QCOMPARE(table.find("192.0.2.1"), key);
}

/// Against a map: members in both roles, close to each other and far apart, so that they stand in each other's way.
void TestKeyTable::membersComeAndGo()
{
    std::mt19937 random(3);
    for (const std::uint32_t range : {20u, 500u, 4'000'000'000u}) {
        MemberTable table;
        std::map<std::uint32_t, std::uint32_t> expected;
        for (std::uint32_t i = 0; i < 20'000; ++i) {
            const std::uint32_t member = 1 + static_cast<std::uint32_t>(random()) % range;
            if (random() % 3 == 0 && !expected.empty()) {
                auto known = expected.lower_bound(member);
                known = known == expected.end() ? expected.begin() : known;
                QCOMPARE(table.at(known->first), known->second);
                table.erase(known->first);
                expected.erase(known);
                continue;
            }
            const auto [value, isNew] = table.enter(member, i);
            QCOMPARE(isNew, !expected.contains(member));
            QCOMPARE(value, isNew ? i : expected[member]);
            expected[member] = value = i + 1;
        }
        std::map<std::uint32_t, std::uint32_t> found;
        table.forEach([&](std::uint32_t member, std::uint32_t value) { found[member] = value; });
        QVERIFY(found == expected);
    }
}

/// Members chosen so that a plain multiplication by the golden ratio would put all into one eighth of the places: their
/// values are right, and no probe is much longer than among random ones.
void TestKeyTable::membersCannotCrowd()
{
    MemberTable table;
    std::vector<std::uint32_t> chosen;
    for (std::uint32_t member = 1; chosen.size() < 100'000; ++member) {
        if (member * 0x9E37'79B9U >> 29 == 0)
            chosen.push_back(member);
    }
    for (const std::uint32_t member : chosen)
        table.enter(member, ~member);
    std::size_t longest = 0;
    for (const std::uint32_t member : chosen) {
        QCOMPARE(table.at(member), ~member);
        longest = std::max(longest, table.probeOf(member));
    }
    QVERIFY2(longest < 2'000, qPrintable(QString::number(longest))); // Crowded, it is tens of thousands.
}

void TestKeyTable::suppressionEdges()
{
    Suppression s;
    constexpr AlertType type = AlertType::BruteForceAttack;
    constexpr SuppressionGroup seven{GroupKind::Address, 7};
    const auto suppresses = [&s](AlertType of, SuppressionGroup group, TimestampMs t, int minutes) {
        return s.find(of, group, t, minutes) != nullptr;
    };
    s.raised(type, seven, kHour, "first");
    QVERIFY(suppresses(type, seven, kHour, 10));
    QVERIFY(suppresses(type, seven, kHour + 10 * kMinute - 1, 10));
    QVERIFY(!suppresses(type, seven, kHour + 10 * kMinute, 10));
    QVERIFY(suppresses(type, seven, kHour + 10 * kMinute, 11));
    QVERIFY(!suppresses(type, {GroupKind::Address, 8}, kHour, 10));
    QVERIFY(!suppresses(type, {GroupKind::Address, kNoKey}, kHour, 10));
    QVERIFY(!suppresses(type, {GroupKind::User, 7}, kHour, 10)); // The same number is another text there.
    QVERIFY(!suppresses(AlertType::RateLimitBreach, seven, kHour, 10));
    // A late row: the alert lies after it.
    QVERIFY(suppresses(type, seven, kHour - 10 * kMinute, 10));
    QVERIFY(!suppresses(type, seven, kHour - 10 * kMinute - 1, 10));
    // Of several alerts the one within reach counts, even if it is not the newest.
    s.raised(type, seven, kHour + 5 * kMinute, "second");
    QCOMPARE(s.find(type, seven, kHour + 30 * kSecond, 1)->id, std::string("first"));
    QCOMPARE(s.find(type, seven, kHour + 5 * kMinute, 1)->id, std::string("second"));
    QVERIFY(!suppresses(type, seven, kHour + 2 * kMinute, 1));
}

void TestKeyTable::suppressionForgets()
{
    RuleKeys keys;
    KeyId key = kNoKey;
    for (const char *text : {"a", "b", "c"})
        key = keys[KeySpace::Names].intern(text);
    Suppression s;
    s.raised(AlertType::RateLimitBreach, {GroupKind::User, key}, 0, {});
    RuleMarks marks(keys);
    s.expire(1440 * kMinute + 10 * kMinute, marks);
    QVERIFY(marks[KeySpace::Names].marked(key));
    RuleMarks none(keys);
    s.expire(1440 * kMinute + 10 * kMinute + 1, none);
    QVERIFY(!none[KeySpace::Names].marked(key));
    QCOMPARE(s.size(), std::size_t{0});
}

void TestKeyTable::suppressionIsCapped()
{
    Suppression s;
    s.setCap(100);
    for (KeyId key = 1; key <= 150; ++key)
        s.raised(AlertType::SuspiciousUserAgent, {GroupKind::Address, key}, key, {});
    s.raised(AlertType::SuspiciousUserAgent, {GroupKind::Address, 51}, 200, {}); // Alerts again.
    for (KeyId key = 151; key <= 160; ++key)
        s.raised(AlertType::SuspiciousUserAgent, {GroupKind::Address, key}, 200, {});
    QCOMPARE(s.size(), std::size_t{100});
    QCOMPARE(s.evicted(), 60);
    const auto knows = [&](KeyId key) {
        return s.find(AlertType::SuspiciousUserAgent, {GroupKind::Address, key}, 200, 10) != nullptr;
    };
    QVERIFY(knows(51) && knows(62) && knows(160));
    QVERIFY(!knows(50) && !knows(61));
}

void TestKeyTable::alertIdsAreVersionFive()
{
    const std::string id = eventAlertId("brute_force", "192.0.2.1", 42);
    const QUuid uuid = QUuid::fromString(QString::fromStdString(id));
    QCOMPARE(uuid.version(), QUuid::Sha1);
    QCOMPARE(uuid.variant(), QUuid::DCE);
    QCOMPARE(uuid.toString(QUuid::WithoutBraces).toStdString(), id);
    // Pinned: another value would make every stored alert a new one.
    QCOMPARE(id, std::string("e285dfac-9f96-5294-ab82-4758a8ce49a3"));
}

void TestKeyTable::alertIdsDifferByEveryPart()
{
    const std::string id = eventAlertId("r", "g", 1);
    QVERIFY(id != eventAlertId("q", "g", 1));
    QVERIFY(id != eventAlertId("r", "h", 1));
    QVERIFY(id != eventAlertId("r", "g", 2));
    QVERIFY(tickAlertId("r", "g", 1) != id);
    QVERIFY(tickRequestId("r", 1) != tickAlertId("r", "", 1));
    QVERIFY(eventAlertId("r", "g/1:h", 1) != eventAlertId("r/1:g", "h", 1));
}

QTEST_APPLESS_MAIN(TestKeyTable)
#include "tst_keytable.moc"
