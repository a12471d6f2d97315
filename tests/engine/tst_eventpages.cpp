// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/eventpages.h"
#include "core/engine/storequeries.h"
#include "core/engine/storequeryservice.h"
#include "core/ports/clock.h"
#include "core/query/filterparser.h"
#include "core/storage/openstore.h"
#include "tests/engine/faultystore.h"
#include "tests/storage/storetesting.h"

#include <QTemporaryDir>
#include <QtTest>

#include <random>

using namespace bartizan;

namespace {

constexpr int kPatience = 20'000;
constexpr int kRows = 2000;
constexpr TimestampMs kBegin = 1'790'000'000'000;

/// Bursts of one moment, minutes of quiet and years of nothing. In whole minutes: stretches begin where rows are.
std::vector<AuditEvent> irregularLog(int count)
{
    std::mt19937 random(7);
    std::vector<AuditEvent> rows;
    TimestampMs at = kBegin;
    for (int i = 0; i < count; ++i) {
        const auto kind = random() % 1000;
        at += kind < 400 ? 0 : kind < 900 ? static_cast<TimestampMs>(random() % 3) * kMinute : kind < 998 ? kHour : 400 * kDay;
        AuditEvent row;
        row.timestamp = at;
        row.outcome = random() % 40 == 0 ? AuditOutcome::Failure : AuditOutcome::Success;
        row.severity = random() % 700 == 0 ? AuditSeverity::Critical : AuditSeverity::Info;
        row.action = "login";
        row.context.userId = "user" + std::to_string(random() % 9);
        rows.push_back(row);
    }
    return rows;
}

std::vector<std::int64_t> idsOf(const std::vector<AuditEvent> &rows)
{
    std::vector<std::int64_t> ids;
    for (const AuditEvent &row : rows)
        ids.push_back(row.id);
    return ids;
}

} // namespace

/// Pages of events, over a real file.
class TestEventPages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void readsAllInOrder_data();
    void readsAllInOrder();
    void goesOnWhereAnotherEnded();
    void goesThroughStretches();
    void findsNothingOutsideOfTheLog();
    void newerRequestEndsTheOlder();
    void countsApart();

private:
    QTemporaryDir m_folder;
    QString m_path = m_folder.filePath(QStringLiteral("audit.db"));
    std::unique_ptr<Store> m_store;
};

void TestEventPages::initTestCase()
{
    auto opened = openStore(m_path, {.mode = StoreOptions::Mode::Create});
    QVERIFY(opened);
    m_store = std::move(*opened);
    std::vector<NewAuditRow> rows;
    for (const AuditEvent &row : irregularLog(kRows))
        rows.push_back({row, 0});
    QVERIFY(m_store->append(rows, {}));
}

void TestEventPages::readsAllInOrder_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("limit");
    for (const int limit : {1, 7, 500, 10'000}) {
        QTest::addRow("all, by %d", limit) << 0 << limit;
        QTest::addRow("failures, by %d", limit) << 1 << limit;
        QTest::addRow("critical ones, by %d", limit) << 2 << limit;
        QTest::addRow("failures of one user, by %d", limit) << 3 << limit;
        QTest::addRow("high ones, which are none, by %d", limit) << 4 << limit;
    }
}

namespace {

EventQuery queryOf(int kind)
{
    EventQuery query;
    if (kind == 1 || kind == 3)
        query.outcome = AuditOutcome::Failure;
    if (kind == 2)
        query.severity = AuditSeverity::Critical;
    if (kind == 3)
        query.userId = "user3";
    if (kind == 4)
        query.severity = AuditSeverity::High;
    return query;
}

} // namespace

/// What one read of all would find, whatever the parts.
void TestEventPages::readsAllInOrder()
{
    QFETCH(int, kind);
    QFETCH(int, limit);
    EventQuery query = queryOf(kind);
    query.limit = 100'000;
    const auto expected = m_store->events(query);
    QVERIFY(expected);
    EventPages pages(*m_store, query, nullptr);
    std::vector<AuditEvent> read;
    while (!pages.atEnd()) {
        const auto rows = pages.next(static_cast<std::size_t>(limit));
        QVERIFY(rows);
        QVERIFY(rows->size() <= static_cast<std::size_t>(limit));
        read.insert(read.end(), rows->begin(), rows->end());
    }
    QCOMPARE(idsOf(read), idsOf(*expected));
    QCOMPARE(read.empty(), kind == 4);
}

/// As the page does, which asks anew each time.
void TestEventPages::goesOnWhereAnotherEnded()
{
    for (const int kind : {0, 1, 2, 3}) {
        EventQuery query = queryOf(kind);
        query.limit = 100'000;
        const auto expected = m_store->events(query);
        QVERIFY(expected);
        std::vector<AuditEvent> read;
        for (bool more = true; more;) {
            EventPages pages(*m_store, query, nullptr);
            const auto rows = pages.next(13);
            QVERIFY(rows);
            read.insert(read.end(), rows->begin(), rows->end());
            query.after = pages.reached();
            more = !pages.atEnd();
        }
        QCOMPARE(idsOf(read), idsOf(*expected));
    }
}

/// A read that finds nothing ends before the log does.
void TestEventPages::goesThroughStretches()
{
    EventPages pages(*m_store, queryOf(4), nullptr);
    const auto first = pages.next(500);
    QVERIFY(first && first->empty());
    QVERIFY(!pages.atEnd());
    const auto extent = m_store->extent();
    QVERIFY(pages.reached() && pages.reached()->timestamp < (*extent)->end && pages.reached()->timestamp >= (*extent)->end - kHour);
    // What an index leads to is found at once.
    EventPages indexed(*m_store, queryOf(3), nullptr);
    QVERIFY(indexed.next(10'000));
    QVERIFY(indexed.atEnd());
}

void TestEventPages::findsNothingOutsideOfTheLog()
{
    for (const TimeRange range : {TimeRange{0, kBegin - 1}, TimeRange{kBegin + 9000 * kDay, kBegin + 9001 * kDay}}) {
        EventQuery query = queryOf(1);
        query.range = range;
        EventPages pages(*m_store, query, nullptr);
        const auto rows = pages.next(10);
        QVERIFY(rows && rows->empty());
        QVERIFY(pages.atEnd());
    }
}

/// Of a disk that is so slow that the older one would never come to an end.
void TestEventPages::newerRequestEndsTheOlder()
{
    const auto faults = std::make_shared<testing::Faults>();
    const StoreFactory factory = [this, faults]() -> Result<std::unique_ptr<Store>> {
        auto real = openStore(m_path);
        if (!real)
            return real.error();
        return std::unique_ptr<Store>(std::make_unique<testing::FaultyStore>(std::move(*real), faults));
    };
    const SystemClock clock;
    StoreQueryService service(factory, clock);
    QObject context;
    bool older = false;
    std::optional<std::size_t> newer;
    faults->stalls = 1;
    EventSearch search;
    search.filter = parseFilter(u"nothing-has-this", FilterSubject::Events).filter;
    service.events(search, &context, [&](const Result<EventPage> &) { older = true; });
    QTRY_COMPARE_WITH_TIMEOUT(faults->stalled.load(), 1, kPatience);
    search.filter = parseFilter(u"user:user3", FilterSubject::Events).filter;
    service.events(search, &context, [&](const Result<EventPage> &page) { newer = page.ok() ? page->events.size() : 0; });
    QTRY_VERIFY_WITH_TIMEOUT(newer.has_value(), kPatience);
    QVERIFY(*newer > 100 && *newer < 500);
    QVERIFY(!older);
    service.end(QDeadlineTimer(kPatience));
}

/// The first page does not wait for the count.
void TestEventPages::countsApart()
{
    EventSearch search;
    const auto page = storequeries::events(*m_store, search, kBegin);
    QVERIFY(page && page->more && page->countable && !page->total);
    const auto count = storequeries::eventCount(*m_store, search, kBegin);
    QVERIFY(count);
    QCOMPARE(**count, kRows);
    search.filter = parseFilter(u"outcome:failure", FilterSubject::Events).filter;
    const auto failures = storequeries::events(*m_store, search, kBegin);
    QVERIFY(failures && !failures->countable && !failures->total);
    QVERIFY(!storequeries::eventCount(*m_store, search, kBegin)->has_value());
}

QTEST_GUILESS_MAIN(TestEventPages)
#include "tst_eventpages.moc"
