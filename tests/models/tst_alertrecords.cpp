// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertrecords.h"

#include "tests/models/alertfixtures.h"
#include "ui/models/keyorder.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <random>

#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

using Key = AlertRecords::Key;
using Number = AlertRecords::Number;

constexpr std::array kHostile{"", "a", "A", "10.0.0.9", "9.0.0.10", "010", "10", "\xc3\x84rger", "\xff\xfe", "<b>x</b>", "=1+1", "z\nz"};

/// Alerts with many equal values, at few times, of which some lie before 1970.
std::vector<SecurityAlert> randomAlerts(std::mt19937 &random, int count)
{
    const auto pick = [&random] { return std::string(kHostile[random() % kHostile.size()]); };
    auto some = alerts(0, count);
    for (SecurityAlert &one : some) {
        one.timestamp = (static_cast<TimestampMs>(random() % 40) - 10) * kSecond;
        one.title = pick();
        one.context.ipAddress = pick();
        one.context.country = pick();
        one.context.userId = pick() + pick();
        one.owner = pick();
        one.type = static_cast<AlertType>(random() % enumCount<AlertType>());
        one.repeats = random() % 5 == 0 ? static_cast<std::int64_t>(random()) << (random() % 31) : random() % 3;
        one.status = static_cast<AlertStatus>(random() % enumCount<AlertStatus>());
        if (one.status == AlertStatus::Resolved && random() % 3 > 0)
            one.disposition = static_cast<AlertDisposition>(random() % enumCount<AlertDisposition>());
        if (random() % 4 == 0)
            one.mute = "mute";
    }
    return some;
}

/// In as many parts as there are, or in one; of keys that are twice as long, by their lower halves first.
template<typename K>
std::vector<std::uint32_t> orderedByKey(const std::vector<K> &keys, std::vector<std::uint32_t> values, bool descending, bool parts)
{
    const QDeadlineTimer until = parts ? QDeadlineTimer(0) : QDeadlineTimer(QDeadlineTimer::Forever);
    for (std::size_t shift = 0; shift < 8 * sizeof(K); shift += 32) {
        KeyOrder<std::uint32_t> order(std::move(values), descending);
        const auto keysOf = [&](std::span<const std::uint32_t> some, std::uint32_t *to) {
            for (const std::uint32_t value : some)
                *to++ = static_cast<std::uint32_t>(keys[value] >> shift);
        };
        while (!order.goOn(until, keysOf)) {
        }
        values = order.take();
    }
    return values;
}

template<typename K>
void compareWithStableSort(std::mt19937 &random, std::size_t size, K most)
{
    std::vector<K> keys(size);
    for (K &key : keys)
        key = std::uniform_int_distribution<K>(0, most)(random);
    std::vector<std::uint32_t> values(size);
    std::iota(values.begin(), values.end(), 0U);
    for (const bool descending : {false, true}) {
        std::vector<std::uint32_t> expected = values;
        std::stable_sort(expected.begin(), expected.end(), [&](std::uint32_t a, std::uint32_t b) {
            return descending ? keys[a] > keys[b] : keys[a] < keys[b];
        });
        QVERIFY(orderedByKey(keys, values, descending, false) == expected);
        QVERIFY(orderedByKey(keys, values, descending, true) == expected);
    }
}

} // namespace

class TestAlertRecords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keysAreDealtOutAsSortedStably();
    void sortedAgreesWithBefore_data();
    void sortedAgreesWithBefore();
    void takesAllThatARecordHas();
    void holdsManyInLittle();
};

/// By keys of every size: below and beyond the number of values, of one digit and of several.
void TestAlertRecords::keysAreDealtOutAsSortedStably()
{
    std::mt19937 random(7);
    for (const std::size_t size : {0U, 1U, 2U, 100U, 3000U, 40'000U}) {
        for (const std::uint32_t most : {0U, 1U, 9U, 2047U, 2048U, 1U << 20, 0xffff'ffffU})
            compareWithStableSort<std::uint32_t>(random, size, most);
        for (const std::uint64_t most : {std::uint64_t{3}, std::uint64_t{1} << 33, ~std::uint64_t{0}})
            compareWithStableSort<std::uint64_t>(random, size, most);
    }
}

void TestAlertRecords::sortedAgreesWithBefore_data()
{
    QTest::addColumn<int>("key");
    for (int key = 0; key <= static_cast<int>(Key::Status); ++key)
        QTest::addRow("key %d", key) << key;
}

void TestAlertRecords::sortedAgreesWithBefore()
{
    QFETCH(int, key);
    const auto by = static_cast<Key>(key);
    std::mt19937 random(static_cast<unsigned>(key));
    AlertRecords records;
    for (const SecurityAlert &one : randomAlerts(random, 1500))
        records.put(one);
    records.rankTexts();
    std::vector<Number> newestFirst(records.size());
    std::iota(newestFirst.begin(), newestFirst.end(), Number{0});
    std::sort(newestFirst.begin(), newestFirst.end(), [&](Number a, Number b) { return records.before(a, b, Key::Time, true); });
    for (const bool descending : {false, true}) {
        std::vector<Number> expected = newestFirst;
        std::shuffle(expected.begin(), expected.end(), random);
        std::sort(expected.begin(), expected.end(), [&](Number a, Number b) { return records.before(a, b, by, descending); });
        QVERIFY(records.sorted(newestFirst, by, descending) == expected);
    }
}

void TestAlertRecords::takesAllThatARecordHas()
{
    SecurityAlert full = alert(5);
    full.context.userId = "anna";
    full.context.companyId = "acme";
    full.context.platformUserId = "p7";
    full.context.ipAddress = "1.2.3.4";
    full.context.userAgent = "curl";
    full.context.country = "NL";
    full.context.sessionId = "s1";
    full.context.requestId = "r1";
    full.owner = "olga";
    full.acknowledgedBy = "ada";
    full.acknowledgedAt = kNoon + 1;
    full.resolvedBy = "rob";
    full.resolvedAt = kNoon + 2;
    full.lastRepeatAt = kNoon + 3;
    full.repeats = 4;
    full.rule = "brute-force";
    full.mute = "m1";
    full.metadata = "{\"count\":5}";
    AlertRecords from;
    from.put(alert(1)); // So that numbers of texts differ.
    const Number number = from.put(full);
    AlertRecords to;
    const Number taken = to.take(from, number);
    AlertRecords direct;
    const Number made = direct.put(full);
    QVERIFY(to.id(taken) == full.id);
    using Pool = AlertRecords::Pool;
    const auto texts = [](const AlertRecords &records, Number of) {
        const AlertRecords::Record &record = records[of];
        using Name = AlertRecords::Name;
        using Detail = AlertRecords::Detail;
        std::vector<std::string> all{std::string(records.text(Pool::Titles, record.title)),
                                     std::string(records.text(Pool::Addresses, record.address)),
                                     std::string(records.text(Pool::Countries, record.country)),
                                     std::string(records.text(Pool::Users, record.user)),
                                     std::string(records.text(Pool::Owners, record.owner)),
                                     std::string(records.text(Pool::Details, records.detail(Detail::Description, of))),
                                     std::string(records.text(Pool::Details, records.detail(Detail::More, of)))};
        all.emplace_back(records.text(Pool::Names, record.mute));
        for (const Name name : {Name::Company, Name::AcknowledgedBy, Name::ResolvedBy, Name::Rule, Name::Session, Name::Request, Name::Agent})
            all.emplace_back(records.text(Pool::Names, records.name(name, of)));
        return all;
    };
    QVERIFY(texts(to, taken) == texts(direct, made));
    QCOMPARE(to.moment(AlertRecords::Moment::Acknowledged, taken), kNoon + 1);
    QCOMPARE(to.moment(AlertRecords::Moment::Resolved, taken), kNoon + 2);
    QCOMPARE(to.moment(AlertRecords::Moment::LastRepeat, taken), kNoon + 3);
    QCOMPARE(to[taken].repeats, std::int64_t{4});
}

/// A million alerts are held beside everything else, and for a moment twice.
void TestAlertRecords::holdsManyInLittle()
{
#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
    QSKIP("Memory cannot be counted here.");
#else
    constexpr int kAlerts = 200'000;
    const auto held = [] {
        const struct mallinfo2 info = mallinfo2();
        return info.uordblks + info.hblkhd;
    };
    const std::size_t before = held();
    AlertRecords records;
    for (int i = 0; i < kAlerts; ++i) {
        SecurityAlert one = alert(i);
        one.description = "5 failed login attempts";
        one.context.companyId = "acme";
        one.context.userId = "user" + std::to_string(i % 20'000);
        one.rule = "brute-force";
        records.put(i % 3 == 0 ? one : acknowledged(one, "ada"));
    }
    const std::size_t each = (held() - before) / kAlerts;
    QVERIFY2(each <= 125, qPrintable(QString::number(each)));
#endif
}

QTEST_GUILESS_MAIN(TestAlertRecords)
#include "tst_alertrecords.moc"
