// SPDX-License-Identifier: GPL-3.0-or-later
// What metricsInputs() answers is what counting the rows one by one gives, whatever was rolled up until then.
#include "metricsoracle.h"
#include "storesuite.h"
#include "storetesting.h"

namespace bartizan {
namespace {

using Type = SecurityEventType;
using Outcome = AuditOutcome;

// 2026-10-25T01:00Z, when the clocks of most of Europe go back, lies in the days before.
constexpr TimestampMs kEnd = kNoon;
constexpr TimestampMs kSpan = 60 * kDay;

/// Times as logs have them: an hour in which much happens, days in which little does, and rows that come late.
TimestampMs someTime(ScatteredRows &random, std::int64_t i, std::int64_t count)
{
    const TimestampMs present = kEnd - kSpan + kSpan * i / count;
    if (random.below(3) > 0)
        return kEnd - 9 * kDay + random.below(kHour);
    return random.below(10) == 0 ? present - random.below(kSpan) : present - random.below(kMinute);
}

MetricsQuery someQuestion(ScatteredRows &random)
{
    static const std::vector<std::string> kZones{"UTC",           "Europe/Berlin",       "Asia/Kolkata", "Asia/Kathmandu",
                                                 "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati"};
    static const std::vector<std::string> kCompanies{"acme", "", "rare-1", "globex", "nobody"};
    MetricsQuery query;
    query.range.start = kEnd - kSpan - kHour + random.below(kSpan);
    query.range.end = query.range.start + random.below(kSpan);
    switch (random.below(6)) {
    case 0: query.range = {}; break;
    case 1: query.range = {kEnd - 9 * kDay - kHour, kEnd - 9 * kDay + random.below(kHour)}; break;
    case 2: query.range.start -= query.range.start % (15 * kMinute); break;
    case 3: query.range.end -= query.range.end % (15 * kMinute) + 1; break;
    default: break;
    }
    query.timeZone = kZones[static_cast<std::size_t>(random.below(7))];
    if (random.below(2) > 0)
        query.companyId = kCompanies[static_cast<std::size_t>(random.below(5))];
    return query;
}

} // namespace

void StoreSuite::metricsEqualAPlainCount_data()
{
    QTest::addColumn<unsigned>("seed");
    for (const unsigned seed : {1U, 2U, 3U})
        QTest::addRow("seed %u", seed) << seed;
}

void StoreSuite::metricsEqualAPlainCount()
{
    QFETCH(const unsigned, seed);
    constexpr std::int64_t kRows = 30'000;
    ScatteredRows random(seed);
    TellingCountries one(77);
    TellingCountries other(78, 5);
    TellingCountries unknown(0, 9);
    CountryResolver *const resolvers[] = {nullptr, &one, &one, &other, &unknown};
    const auto writer = connect();
    const auto reader = connect();
    std::vector<AuditEvent> rows;
    while (static_cast<std::int64_t>(rows.size()) < kRows) {
        std::vector<AuditEvent> batch;
        for (std::int64_t i = random.below(4000); i >= 0; --i) {
            const auto place = static_cast<std::int64_t>(rows.size() + batch.size());
            batch.push_back(random.next(someTime(random, place, kRows)));
        }
        VERIFY_OK(appendRows(random.below(3) > 0 ? *writer : *reader, batch));
        rows.insert(rows.end(), batch.begin(), batch.end());
        CountryResolver *const built = resolvers[random.below(8) > 0 ? 1 : random.below(5)];
        for (std::int64_t slices = random.below(4); slices > 0; --slices)
            VERIFY_OK(writer->rollUp(built));
        for (int i = 0; i < 4; ++i) {
            const MetricsQuery query = someQuestion(random);
            CountryResolver *const asked = resolvers[random.below(5)];
            const auto answer = reader->metricsInputs(query, asked);
            VERIFY_OK(answer);
            QVERIFY(*answer == countedPlainly(rows, query, asked));
        }
    }
}

void StoreSuite::rollsUpUntilNothingIsLeft()
{
    const auto store = connect();
    ScatteredRows random(4);
    std::vector<AuditEvent> rows;
    for (std::int64_t i = 0; i < 20'000; ++i)
        rows.push_back(random.next(kNoon - 40 * kDay + i * 2 * kMinute));
    VERIFY_OK(appendRows(*store, rows));
    TellingCountries countries(77);
    TellingCountries others(78, 3);
    // A store that has no roll-ups is done at once.
    const auto finish = [&store](CountryResolver *resolver) {
        for (int slices = 0; slices < 1000; ++slices) {
            const auto more = store->rollUp(resolver);
            if (!more || !*more)
                return more.ok();
        }
        return false;
    };
    for (CountryResolver *resolver : {static_cast<CountryResolver *>(&countries), static_cast<CountryResolver *>(nullptr),
                                      static_cast<CountryResolver *>(&others)}) {
        QVERIFY(finish(resolver));
        const auto done = store->rollUp(resolver);
        VERIFY_OK(done);
        QVERIFY(!*done);
        for (CountryResolver *asked : {static_cast<CountryResolver *>(nullptr), static_cast<CountryResolver *>(&countries),
                                       static_cast<CountryResolver *>(&others)}) {
            MetricsQuery query;
            query.range = {kNoon - 39 * kDay, kNoon - kDay};
            const auto answer = store->metricsInputs(query, asked);
            VERIFY_OK(answer);
            QVERIFY(*answer == countedPlainly(rows, query, asked));
        }
    }
}

void StoreSuite::metricsHoldAfterAFailedAppend()
{
    const auto one = connect();
    const auto two = connect();
    std::vector<AuditEvent> rows;
    const auto add = [&rows](Store &store, const std::string &user, bool fails) {
        std::vector<AuditEvent> batch;
        for (int i = 0; i < 3; ++i)
            batch.push_back(row(kNoon + i, Type::Authentication, Outcome::Failure, user + std::to_string(i)));
        if (fails)
            batch.back().eventType = static_cast<Type>(99); // The database refuses it.
        const bool appended = appendRows(store, batch).ok();
        if (appended)
            rows.insert(rows.end(), batch.begin(), batch.end());
        return appended;
    };
    QVERIFY(add(*one, "first", false));
    QVERIFY(!add(*one, "lost", true));
    // The numbers that the failed append gave out go to others.
    QVERIFY(add(*two, "second", false));
    QVERIFY(add(*one, "lost", false));
    MetricsQuery query;
    const auto answer = two->metricsInputs(query);
    VERIFY_OK(answer);
    QVERIFY(*answer == countedPlainly(rows, query, nullptr));
}

} // namespace bartizan
