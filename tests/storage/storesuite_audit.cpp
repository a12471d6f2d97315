// SPDX-License-Identifier: GPL-3.0-or-later
#include "storesuite.h"
#include "storetesting.h"

#include <QThread>

#include <algorithm>
#include <atomic>
#include <thread>

namespace bartizan {

void StoreSuite::appendsAndFetchesInOrder()
{
    const auto store = connect();
    std::vector<AuditEvent> events;
    for (int i = 0; i < 10; ++i)
        events.push_back(failedLogin(kNoon - i * kMinute));
    const auto report = appendRows(*store, events);
    VERIFY_OK(report);
    QCOMPARE(report->inserted, 10);
    QCOMPARE(report->duplicates, 0);

    const auto first = store->fetchAfter(0, 4);
    VERIFY_OK(first);
    QCOMPARE(first->size(), 4U);
    const auto rest = store->fetchAfter(first->back().id, 100);
    VERIFY_OK(rest);
    QCOMPARE(rest->size(), 6U);
    std::vector<AuditEvent> all = *first;
    all.insert(all.end(), rest->begin(), rest->end());
    for (std::size_t i = 0; i < all.size(); ++i) {
        QVERIFY(i == 0 || all[i].id > all[i - 1].id);
        AuditEvent expected = events[i];
        expected.id = all[i].id;
        QVERIFY(all[i] == expected);
    }
    QCOMPARE(store->backlog(0)->count, 10);
    QCOMPARE(store->backlog(first->back().id)->count, 6);
    QCOMPARE(store->backlog(all.back().id)->count, 0);
}

void StoreSuite::fingerprintsMakeImportsIdempotent()
{
    const auto store = connect();
    const std::vector<NewAuditRow> rows{{failedLogin(kNoon), 7}, {failedLogin(kNoon), 8}, {failedLogin(kNoon + 1), 7},
                                        {failedLogin(kNoon), ~std::uint64_t{0}}};
    VERIFY_OK(store->append(rows, {}));
    const auto again = store->append(rows, {});
    VERIFY_OK(again);
    QCOMPARE(again->inserted, 0);
    QCOMPARE(again->duplicates, 4);
    // Duplicates use up no keys.
    QCOMPARE(store->backlog(0)->count, 4);
    QCOMPARE(*store->countEvents({}), 4);

    // Live rows have no fingerprint: equal ones are all kept.
    const auto live = appendRows(*store, {failedLogin(kNoon), failedLogin(kNoon)});
    VERIFY_OK(live);
    QCOMPARE(live->inserted, 2);
    QCOMPARE(store->backlog(0)->count, 6);
    // And by it an engine tells what was imported.
    const auto read = store->fetchAfter(0, 100);
    VERIFY_OK(read);
    QCOMPARE(std::count_if(read->begin(), read->end(), [](const AuditEvent &row) { return row.imported; }), 4);
    QVERIFY(!(*read)[4].imported && !(*read)[5].imported);
}

/// Rows beyond what one statement takes, some of which are there already, in their order.
void StoreSuite::appendsManyAsItDoesFew()
{
    const auto store = connect();
    std::vector<NewAuditRow> rows;
    for (int i = 0; i < 700; ++i) {
        rows.push_back({failedLogin(kNoon + i), static_cast<std::uint64_t>(i) + 1});
        rows.back().event.context.companyId = "company-" + std::to_string(i % 3);
        rows.back().event.imported = true; // As whoever reads them finds them.
    }
    std::vector<NewAuditRow> known;
    for (std::size_t i = 0; i < rows.size(); i += 5)
        known.push_back(rows[i]);
    VERIFY_OK(store->append(known, {}));
    rows.push_back(rows[1]); // And one that is there twice among them.
    const auto report = store->append(rows, {});
    VERIFY_OK(report);
    QCOMPARE(report->duplicates, 141);
    QCOMPARE(report->inserted, 560);
    QCOMPARE(store->backlog(0)->count, 700); // Duplicates use up no keys.
    const auto stored = store->fetchAfter(140, 1000);
    VERIFY_OK(stored);
    QCOMPARE(stored->size(), 560U);
    std::size_t next = 0;
    for (std::size_t i = 0; i < 700; ++i) {
        if (i % 5 == 0)
            continue;
        AuditEvent expected = rows[i].event;
        expected.id = static_cast<std::int64_t>(141 + next);
        QVERIFY((*stored)[next++] == expected);
    }
    QCOMPARE(*store->companies(), (std::vector<std::string>{"company-0", "company-1", "company-2"}));
}

/// A row that the database refuses takes all others with it, those of its own statement included.
void StoreSuite::appendsAllOrNothing()
{
    const auto store = connect();
    std::vector<NewAuditRow> rows;
    for (int i = 0; i < 300; ++i)
        rows.push_back({failedLogin(kNoon + i), static_cast<std::uint64_t>(i) + 1});
    for (const std::size_t bad : {std::size_t{0}, std::size_t{100}, std::size_t{200}, std::size_t{299}}) {
        std::vector<NewAuditRow> refused = rows;
        refused[bad].event.eventType = static_cast<SecurityEventType>(99);
        QVERIFY(!store->append(refused, {}));
        QCOMPARE(*store->countEvents({}), 0);
    }
    const auto report = store->append(rows, {});
    VERIFY_OK(report);
    QCOMPARE(report->inserted, 300);
    QCOMPARE(store->backlog(0)->count, 300);
}

void StoreSuite::keepsEveryFieldApart()
{
    const auto store = connect();
    AuditEvent full;
    full.timestamp = -1;
    full.eventType = SecurityEventType::ApiSecurity;
    full.outcome = AuditOutcome::Suspicious;
    full.severity = AuditSeverity::Critical;
    full.origin = RowOrigin::Monitor;
    full.action = "action";
    full.context = {"user", "company", "platform", "ip", "agent", "country", "session", "request"};
    full.metadata = R"({"a":1})";
    full.errorMessage = "error";
    AuditEvent bare;
    bare.timestamp = kNoon;
    AuditEvent empty = bare;
    empty.context = {"", "", "", "", "", "", "", ""};
    empty.errorMessage = "";
    VERIFY_OK(appendRows(*store, {full, bare, empty}));
    const auto read = store->fetchAfter(0, 10);
    VERIFY_OK(read);
    QCOMPARE(read->size(), 3U);
    full.id = (*read)[0].id;
    bare.id = (*read)[1].id;
    empty.id = (*read)[2].id;
    QVERIFY((*read)[0] == full);
    QVERIFY((*read)[1] == bare);
    QVERIFY((*read)[2] == empty); // An empty text is not an absent one.
}

void StoreSuite::keepsHostileText()
{
    const auto store = connect();
    using namespace std::string_literals;
    const std::vector<std::string> texts{
        "a\0b\0"s, "<img src=x onerror=alert(1)>", "=HYPERLINK(\"http://x\")", "\u202Egnp.exe", "'; DROP TABLE audit; --",
        "\xff\xfe not UTF-8"s, "line\r\nbreak\ttab", "\U0001F525", "%1 %n %s"};
    std::vector<AuditEvent> events;
    for (const std::string &text : texts) {
        AuditEvent event = failedLogin(kNoon, text);
        event.action = text;
        event.context = {text, text, text, text, text, text, text, text};
        event.errorMessage = text;
        events.push_back(event);
    }
    VERIFY_OK(appendRows(*store, events));
    const auto read = store->fetchAfter(0, 100);
    VERIFY_OK(read);
    QCOMPARE(read->size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        events[i].id = (*read)[i].id;
        QVERIFY2((*read)[i] == events[i], texts[i].c_str());
        // The text is found by itself alone.
        EventQuery query;
        query.userId = texts[i];
        query.ipAddress = texts[i];
        const auto found = store->events(query);
        VERIFY_OK(found);
        QCOMPARE(found->size(), 1U);
        QCOMPARE(found->front().id, events[i].id);
    }

    SecurityAlert alert = alertNumber(1, kNoon);
    alert.title = texts[0];
    alert.description = texts[5];
    alert.context = {texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6], texts[7]};
    VERIFY_OK(store->commit(commitOf({alert})));
    QVERIFY(*store->alert(alert.id) == alert);
    const auto report = store->acknowledge(std::vector{alert.id}, texts[0], kNoon, texts[1]);
    VERIFY_OK(report);
    QCOMPARE((*store->alert(alert.id))->acknowledgedBy.value(), texts[0]);
    QCOMPARE(store->history(alert.id)->back().comment, texts[1]);
}

void StoreSuite::keepsTenMegabytesOfMetadata()
{
    const auto store = connect();
    AuditEvent event = failedLogin(kNoon);
    event.metadata = "{\"text\":\"" + std::string(10U << 20U, 'x') + "\"}";
    VERIFY_OK(appendRows(*store, {event}));
    const auto read = store->fetchAfter(0, 1);
    VERIFY_OK(read);
    QVERIFY(read->front().metadata == event.metadata);
}

void StoreSuite::fetchesLargeRowsFewAtATime()
{
    const auto store = connect();
    std::vector<AuditEvent> events;
    for (const std::size_t mebibytes : {16u, 15u, 1u, 40u, 0u}) {
        events.push_back(failedLogin(kNoon));
        events.back().metadata = "{\"k\":\"" + std::string(mebibytes << 20, 'x') + "\"}";
    }
    VERIFY_OK(appendRows(*store, events));
    std::vector<std::size_t> sizes;
    for (std::int64_t last = 0;;) {
        const auto batch = store->fetchAfter(last, 100);
        VERIFY_OK(batch);
        if (batch->empty())
            break;
        sizes.push_back(batch->size());
        last = batch->back().id;
    }
    // 32 MiB end a batch, and a row beyond that comes alone rather than never.
    QVERIFY(sizes == (std::vector<std::size_t>{3, 1, 1}));

    // So are pages in the order of time, either way, and what the engine walks through.
    const auto pagesOf = [](auto read) {
        std::vector<std::size_t> pages;
        for (std::optional<EventKey> after;;) {
            const Result<std::vector<AuditEvent>> page = read(after);
            if (!page || page->empty())
                return pages;
            pages.push_back(page->size());
            after = EventKey{page->back().timestamp, page->back().id};
        }
    };
    EventQuery query;
    query.limit = 100;
    const auto newestFirst = pagesOf([&](const auto &after) {
        query.after = after;
        return store->events(query);
    });
    QVERIFY(newestFirst == (std::vector<std::size_t>{2, 3}));
    const auto between = pagesOf([&](const auto &after) {
        return store->rowsBetween({kNoon, kNoon}, 5, after, 100);
    });
    QVERIFY(between == (std::vector<std::size_t>{3, 1, 1}));
}

void StoreSuite::pagesByKeyInBothDirections()
{
    const auto store = connect();
    std::vector<NewAuditRow> rows;
    for (std::uint64_t i = 0; i < 50; ++i) // Five rows a second, fingerprints against the order of keys.
        rows.push_back({failedLogin(kNoon + static_cast<TimestampMs>(i % 10) * kSecond), 1000 - i});
    VERIFY_OK(store->append(rows, {}));
    for (const bool oldestFirst : {false, true}) {
        EventQuery query;
        query.oldestFirst = oldestFirst;
        query.limit = 7;
        std::vector<AuditEvent> all;
        while (true) {
            const auto page = store->events(query);
            VERIFY_OK(page);
            all.insert(all.end(), page->begin(), page->end());
            if (page->size() < query.limit)
                break;
            query.after = EventKey{page->back().timestamp, page->back().id};
        }
        QCOMPARE(all.size(), 50U);
        for (std::size_t i = 1; i < all.size(); ++i) {
            const EventKey a{all[i - 1].timestamp, all[i - 1].id};
            const EventKey b{all[i].timestamp, all[i].id};
            const bool ascending = a.timestamp < b.timestamp || (a.timestamp == b.timestamp && a.id < b.id);
            QCOMPARE(ascending, oldestFirst);
        }
    }
}

void StoreSuite::filtersEvents()
{
    const auto store = connect();
    AuditEvent admin = row(kNoon + 5, SecurityEventType::PlatformAdmin, AuditOutcome::Success, "root");
    admin.context.companyId = "acme";
    VERIFY_OK(appendRows(*store, {failedLogin(kNoon, "10.0.0.1"), failedLogin(kNoon + 1, "10.0.0.2"), admin,
                                  row(kNoon + 6, SecurityEventType::Authentication, AuditOutcome::Success, "root")}));
    const auto count = [&](const EventQuery &query) {
        const auto counted = store->countEvents(query);
        const auto listed = store->events(query);
        if (!counted || !listed || *counted != static_cast<std::int64_t>(listed->size()))
            return std::int64_t{-1};
        return *counted;
    };
    EventQuery query;
    QCOMPARE(count(query), 4);
    query.range = {kNoon + 1, kNoon + 5}; // Both edges belong to it.
    QCOMPARE(count(query), 2);
    query.range = {kNoon + 5, kNoon + 1};
    QCOMPARE(count(query), 0);
    query = {};
    query.eventType = SecurityEventType::Authentication;
    QCOMPARE(count(query), 3);
    query.outcome = AuditOutcome::Failure;
    QCOMPARE(count(query), 2);
    query.ipAddress = "10.0.0.2";
    QCOMPARE(count(query), 1);
    query.ipAddress = "10.0.0";
    QCOMPARE(count(query), 0);
    query = {};
    query.userId = "root";
    QCOMPARE(count(query), 2);
    query.companyId = "acme";
    QCOMPARE(count(query), 1);
    query.range.start = kNoon + 6;
    QCOMPARE(count(query), 0);
}

/// By what rules count for and no index has: a session, an account as its rows spell it, no company; and who wrote a row.
void StoreSuite::findsTheEventsOfAGroup()
{
    const auto store = connect();
    std::vector<AuditEvent> rows;
    const auto add = [&](const std::string &user, const std::string &metadata) -> AuditEvent & {
        AuditEvent made = failedLogin(kNoon + static_cast<TimestampMs>(rows.size()));
        if (!user.empty())
            made.context.userId = user;
        made.metadata = metadata;
        return rows.emplace_back(made);
    };
    add("Anna.\"K\"", {}).context.sessionId = "s-1"; // 0
    add({}, R"({"username": "ANNA.\"k\"","email":"x@example.org"})").context.companyId = "acme";
    add({}, R"({"username":"","email":"anna.\"K\""})").context.companyId = "";
    add({}, R"({"username":"bob","email":"anna.\"k\""})"); // Bob's.
    add("bob", R"({"username":"anna.\"k\""})");            // 4: Bob's as well.
    add({}, R"({"note":"anna.\"k\""})").context.sessionId = "s-10";
    add({}, "no JSON, anna.\"k\"");
    add("annax\"k\"", {}); // A dot is a dot.
    AuditEvent &own = add("anna.\"k\"", {}); // 8
    own.origin = RowOrigin::Monitor;
    own.eventType = SecurityEventType::SystemConfig; // As all that Bartizan writes; the application may write some, too.
    rows[2].eventType = SecurityEventType::SystemConfig;
    own.context.companyId = "acme";
    own.context.sessionId = "s-1";
    VERIFY_OK(appendRows(*store, rows));
    const auto found = [&](const EventQuery &query) {
        std::vector<TimestampMs> places;
        const auto listed = store->events(query);
        const auto counted = store->countEvents(query);
        if (!listed || !counted || *counted != static_cast<std::int64_t>(listed->size()))
            return std::vector<TimestampMs>{-1};
        for (const AuditEvent &event : *listed)
            places.push_back(event.timestamp - kNoon);
        return places;
    };
    using Places = std::vector<TimestampMs>;
    EventQuery query;
    query.account = "anna.\"k\"";
    QCOMPARE(found(query), (Places{8, 2, 1, 0}));
    query.applicationOnly = true;
    QCOMPARE(found(query), (Places{2, 1, 0}));
    query.range = {kNoon + 1, kNoon + 8};
    QCOMPARE(found(query), (Places{2, 1}));
    query.withoutCompany = true;
    QCOMPARE(found(query), (Places{2}));
    query = {};
    query.sessionId = "s-1";
    QCOMPARE(found(query), (Places{8, 0}));
    query.applicationOnly = true;
    QCOMPARE(found(query), (Places{0}));
    query = {};
    query.withoutCompany = true;
    QCOMPARE(found(query), (Places{7, 6, 5, 4, 3, 2, 0}));
    query = {};
    query.applicationOnly = true;
    query.limit = 3;
    const auto newest = store->events(query);
    VERIFY_OK(newest);
    QCOMPARE(newest->size(), 3U);
    QCOMPARE(newest->front().timestamp, kNoon + 7);
    QCOMPARE(*store->countEvents(query), 8);
}

void StoreSuite::filtersEventsBySeverityAndCountry()
{
    const auto store = connect();
    AuditEvent critical = failedLogin(kNoon);
    critical.severity = AuditSeverity::Critical;
    critical.context.country = "US";
    AuditEvent named = failedLogin(kNoon + 1);
    named.context.country = "United States";
    AuditEvent other = failedLogin(kNoon + 2);
    other.context.country = "DE";
    VERIFY_OK(appendRows(*store, {critical, named, other, failedLogin(kNoon + 3)}));
    EventQuery query;
    query.severity = AuditSeverity::Critical;
    QCOMPARE(*store->countEvents(query), 1);
    query = {};
    query.countries = {"US", "United States"};
    QCOMPARE(*store->countEvents(query), 2);
    const auto found = store->events(query);
    VERIFY_OK(found);
    QCOMPARE(found->front().context.country, named.context.country);
    query.severity = AuditSeverity::Critical;
    QCOMPARE(*store->countEvents(query), 1);
    query.countries = {"'; DROP TABLE audit_log; --"};
    QCOMPARE(*store->countEvents(query), 0);
}

void StoreSuite::readsBetweenTimesUpToAKey()
{
    const auto store = connect();
    VERIFY_OK(appendRows(*store, {failedLogin(kNoon + 2), failedLogin(kNoon + 1), failedLogin(kNoon + 1),
                                  failedLogin(kNoon), failedLogin(kNoon + 1)}));
    const auto all = store->rowsBetween({kNoon, kNoon + 1}, std::numeric_limits<std::int64_t>::max(), {}, 100);
    VERIFY_OK(all);
    QCOMPARE(all->size(), 4U);
    for (std::size_t i = 1; i < all->size(); ++i) {
        QVERIFY(std::pair((*all)[i - 1].timestamp, (*all)[i - 1].id) < std::pair((*all)[i].timestamp, (*all)[i].id));
    }
    const auto upTo = store->rowsBetween({kNoon, kNoon + 1}, all->back().id - 1, {}, 100);
    VERIFY_OK(upTo);
    QCOMPARE(upTo->size(), 3U);
    const auto behind = store->rowsBetween({kNoon, kNoon + 2}, 100, EventKey{kNoon + 1, (*all)[1].id}, 2);
    VERIFY_OK(behind);
    QVERIFY(*behind == std::vector(all->begin() + 2, all->end()));
}

void StoreSuite::listsCompaniesAndExtent()
{
    const auto store = connect();
    QVERIFY(!store->extent()->has_value());
    QVERIFY(store->companies()->empty());
    AuditEvent a = failedLogin(kNoon);
    a.context.companyId = "zeta";
    AuditEvent b = failedLogin(kNoon - kDay);
    b.context.companyId = "acme";
    VERIFY_OK(appendRows(*store, {a, b, a, failedLogin(kNoon + 1)}));
    VERIFY_OK(appendRows(*store, {b}));
    QCOMPARE(*store->companies(), (std::vector<std::string>{"acme", "zeta"}));
    QVERIFY((*store->extent() == TimeRange{kNoon - kDay, kNoon + 1}));
}

void StoreSuite::keepsQuarantinedLinesOnce()
{
    const auto store = connect();
    using namespace std::string_literals;
    const std::vector<QuarantinedLine> lines{{0, "auth.log", 3, "no time", "what\0ever"s},
                                             {0, "auth.log", 9, "too long", std::string(100'000, 'y')}};
    VERIFY_OK(store->append({}, lines));
    VERIFY_OK(store->append({}, lines));
    // Another file of the same name has other lines at the same numbers.
    VERIFY_OK(store->append({}, std::vector<QuarantinedLine>{{0, "auth.log", 3, "no time", "other"}}));
    QCOMPARE(*store->quarantinedCount(), 3);
    const auto first = store->quarantined(0, 2);
    VERIFY_OK(first);
    QCOMPARE(first->size(), 2U);
    QCOMPARE((*first)[0].text, lines[0].text);
    QCOMPARE((*first)[0].source, lines[0].source);
    QCOMPARE((*first)[0].line, 3);
    QCOMPARE((*first)[0].reason, lines[0].reason);
    QCOMPARE((*first)[1].text.size(), 4096U);
    const auto rest = store->quarantined((*first)[1].id, 10);
    VERIFY_OK(rest);
    QCOMPARE(rest->size(), 1U);
    QCOMPARE(rest->front().text, std::string("other"));
}

void StoreSuite::tellsOfOtherConnectionsCommits()
{
    const auto mine = connect();
    const auto other = connect();
    (void)mine->changed();
    QCOMPARE(*mine->changed(), false);
    VERIFY_OK(appendRows(*other, {failedLogin(kNoon)}));
    bool told = *mine->changed();
    if (hintPatienceMs() > 0)
        QTRY_VERIFY_WITH_TIMEOUT(told = told || *mine->changed(), hintPatienceMs());
    QVERIFY(told);
    QCOMPARE(*mine->changed(), false);
    QCOMPARE(mine->fetchAfter(0, 10)->size(), 1U);
}

void StoreSuite::readersSeeWholeTransactionsWhileAnotherWrites()
{
    const auto reader = connect();
    constexpr int kBatches = 60;
    constexpr int kRows = 50;
    std::atomic<int> failures{0};
    std::vector<std::thread> writers;
    for (int w = 0; w < 2; ++w) {
        writers.emplace_back([&] {
            const auto store = connect();
            const std::vector<AuditEvent> batch(kRows, failedLogin(kNoon));
            for (int i = 0; i < kBatches; ++i)
                failures += !appendRows(*store, batch).ok();
        });
    }
    std::int64_t cursor = 0;
    std::size_t seen = 0;
    while (seen < 2 * kBatches * kRows && failures == 0) {
        const auto rows = reader->fetchAfter(cursor, 100'000);
        if (!rows || rows->size() % kRows != 0) {
            ++failures;
            break;
        }
        for (const AuditEvent &event : *rows) {
            failures += event.id != cursor + 1; // Nothing is skipped.
            cursor = event.id;
        }
        seen += rows->size();
    }
    for (std::thread &writer : writers)
        writer.join();
    QCOMPARE(failures.load(), 0);
    QCOMPARE(seen, std::size_t{2 * kBatches * kRows});
}

} // namespace bartizan
