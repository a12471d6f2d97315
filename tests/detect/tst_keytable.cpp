// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/alertid.h"
#include "core/domain/keytable.h"
#include "core/detect/suppression.h"

#include <QTest>
#include <QUuid>

using namespace bartizan;

class TestKeyTable : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sameTextSameNumber();
    void numbersAreReused();
    void suppressionEdges();
    void suppressionForgets();
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

void TestKeyTable::suppressionEdges()
{
    Suppression s;
    constexpr AlertType type = AlertType::BruteForceAttack;
    s.raised(type, 7, kHour);
    QVERIFY(s.suppresses(type, 7, kHour, 10));
    QVERIFY(s.suppresses(type, 7, kHour + 10 * kMinute - 1, 10));
    QVERIFY(!s.suppresses(type, 7, kHour + 10 * kMinute, 10));
    QVERIFY(s.suppresses(type, 7, kHour + 10 * kMinute, 11));
    QVERIFY(!s.suppresses(type, 8, kHour, 10));
    QVERIFY(!s.suppresses(type, kNoKey, kHour, 10));
    QVERIFY(!s.suppresses(AlertType::RateLimitBreach, 7, kHour, 10));
    // A late row: the alert lies after it.
    QVERIFY(s.suppresses(type, 7, kHour - 10 * kMinute, 10));
    QVERIFY(!s.suppresses(type, 7, kHour - 10 * kMinute - 1, 10));
    // Of several alerts the one within reach counts, even if it is not the newest.
    s.raised(type, 7, kHour + 5 * kMinute);
    QVERIFY(s.suppresses(type, 7, kHour + 30 * kSecond, 1));
    QVERIFY(!s.suppresses(type, 7, kHour + 2 * kMinute, 1));
}

void TestKeyTable::suppressionForgets()
{
    Suppression s;
    s.raised(AlertType::RateLimitBreach, 3, 0);
    KeyMarks marks(8);
    s.expire(1440 * kMinute + 10 * kMinute, marks);
    QVERIFY(marks.marked(3));
    KeyMarks none(8);
    s.expire(1440 * kMinute + 10 * kMinute + 1, none);
    QVERIFY(!none.marked(3));
    QCOMPARE(s.size(), std::size_t{0});
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
