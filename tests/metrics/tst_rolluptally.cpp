// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rolluptally.h"
#include "core/metrics/userrisk.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

using namespace bartizan;

namespace {

/// A row with the country that is looked up for it, as the tally takes them.
struct Row {
    RollupRow row;
    KeyId lookedUp = kNoKey;
};

/// What is to be in a log.
struct Shape {
    KeyId users = 0;
    KeyId countries = 0;
    unsigned troubles = 0; ///< One row of so many adds to a risk.
};

std::vector<Row> rowsOf(const Shape &shape, int count, std::mt19937 &random)
{
    std::vector<Row> rows;
    for (int i = 0; i < count; ++i) {
        Row &made = rows.emplace_back();
        RollupRow &row = made.row;
        row.timestamp = 1'795'176'000'000 + i;
        const bool trouble = random() % shape.troubles == 0;
        row.type = trouble && random() % 2 ? SecurityEventType::Authentication : SecurityEventType::Authorization;
        row.outcome = !trouble ? AuditOutcome::Success : random() % 2 ? AuditOutcome::Failure : AuditOutcome::RateLimited;
        row.severity = trouble && random() % 8 == 0 ? AuditSeverity::Critical : AuditSeverity::Low;
        // Few do most, and some rows have no user.
        const KeyId user = static_cast<KeyId>(random() % shape.users);
        row.user = random() % 3 ? user % (shape.users / 8 + 1) : user;
        const KeyId country = 1 + static_cast<KeyId>(random() % shape.countries);
        if (random() % 3)
            row.country = country;
        else if (random() % 2)
            made.lookedUp = country;
    }
    return rows;
}

/// The same, user by user.
std::vector<std::pair<KeyId, UserActivity>> riskiestPlainly(const std::vector<Row> &rows, bool lookedUp)
{
    std::vector<KeyId> order;
    std::map<KeyId, UserActivity> users;
    std::map<KeyId, std::set<KeyId>> countries;
    for (const auto &[row, found] : rows) {
        if (row.user == kNoKey)
            continue;
        const auto [at, added] = users.try_emplace(row.user);
        if (added)
            order.push_back(row.user);
        at->second.failedLogins += row.type == SecurityEventType::Authentication && row.outcome == AuditOutcome::Failure;
        at->second.rateLimited += row.outcome == AuditOutcome::RateLimited;
        at->second.critical += row.severity == AuditSeverity::Critical;
        if (row.country != kNoKey || (lookedUp && found != kNoKey))
            countries[row.user].insert(row.country != kNoKey ? row.country : found);
    }
    std::vector<std::pair<int, std::size_t>> scores;
    for (std::size_t i = 0; i < order.size(); ++i) {
        users[order[i]].countries = static_cast<std::int64_t>(countries[order[i]].size());
        scores.emplace_back(riskScore(users[order[i]]), i);
    }
    std::vector<std::pair<KeyId, UserActivity>> riskiest;
    for (const std::size_t place : riskiestOf(scores))
        riskiest.emplace_back(order[place], users[order[place]]);
    return riskiest;
}

using Cell = std::pair<std::string, std::string>;

Cell cellOf(const RollupTally &tally)
{
    Cell cell;
    tally.write(cell.first, cell.second);
    return cell;
}

} // namespace

/// Rows, cells of rows and cells of cells give the same.
class TestRollupTally : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countsCellsAsRows_data();
    void countsCellsAsRows();
    void countsInAnyOrder();
    void noticesDamage();
    void noticesDamagedTimes();
};

void TestRollupTally::countsCellsAsRows_data()
{
    QTest::addColumn<unsigned>("users");
    QTest::addColumn<unsigned>("countries");
    QTest::addColumn<unsigned>("troubles");
    QTest::addRow("all at the highest risk") << 40U << 20U << 1U;
    QTest::addRow("a few at the highest risk") << 3'000U << 20U << 2U;
    QTest::addRow("told by their countries") << 200U << 4U << 5'000U;
    QTest::addRow("nobody at risk") << 3'000U << 2U << 1'000'000U;
    QTest::addRow("a single user") << 2U << 250U << 10U;
    QTest::addRow("countries of any number") << 100U << 700U << 30U;
}

void TestRollupTally::countsCellsAsRows()
{
    QFETCH(unsigned, users);
    QFETCH(unsigned, countries);
    QFETCH(unsigned, troubles);
    std::mt19937 random(users);
    const auto rows = rowsOf({users, countries, troubles}, 6'000, random);
    for (const std::size_t limit : {std::size_t{0}, std::size_t{users / 2}, std::size_t{users + 1}}) {
        RollupTally plain(limit);
        RollupTally fromCells(limit);
        RollupTally ofCells(limit);
        for (std::size_t at = 0; at < rows.size();) {
            const std::size_t end = std::min(rows.size(), at + 1 + random() % 900);
            RollupTally part(random() % 2 ? limit : 0);
            const bool asRows = random() % 4 == 0; // As the edges of a range are.
            for (; at < end; ++at) {
                plain.add(rows[at].row, rows[at].lookedUp);
                part.add(rows[at].row, rows[at].lookedUp);
                if (asRows)
                    fromCells.add(rows[at].row, rows[at].lookedUp);
            }
            const Cell cell = cellOf(part);
            QVERIFY(ofCells.add(cell.first, cell.second));
            if (!asRows)
                QVERIFY(fromCells.add(cell.first, cell.second, RollupTally::Countries::Later));
        }
        const Cell whole = cellOf(ofCells);
        QCOMPARE(whole.second, cellOf(plain).second);
        RollupTally fromOne(limit);
        QVERIFY(fromOne.add(whole.first, whole.second, RollupTally::Countries::Later));
        for (const bool lookedUp : {false, true}) {
            const auto expected = riskiestPlainly(rows, lookedUp);
            for (RollupTally *tally : {&plain, &fromCells, &ofCells, &fromOne}) {
                const auto riskiest = tally->riskiest(lookedUp);
                QVERIFY(riskiest.has_value());
                QVERIFY(*riskiest == expected);
                QCOMPARE(tally->counts().rows, static_cast<std::int64_t>(rows.size()));
            }
        }
    }
}

/// Cells of several companies, and rows, in any order: users come as they occurred first.
void TestRollupTally::countsInAnyOrder()
{
    std::mt19937 random(8);
    for (const Shape &shape : {Shape{40, 20, 1}, Shape{3'000, 20, 2}, Shape{3'000, 20, 40}, Shape{200, 250, 5'000}, Shape{3'000, 2, 1'000'000}}) {
        auto rows = rowsOf(shape, 6'000, random);
        constexpr KeyId kCompanies = 4;
        for (Row &row : rows)
            row.row.company = 1 + static_cast<KeyId>(random() % kCompanies);
        RollupTally taken = RollupTally::inAnyOrder(shape.users / 2);
        std::vector<Cell> cells;
        std::vector<Row> single;
        for (KeyId company = 1; company <= kCompanies; ++company) {
            RollupTally part = RollupTally::inAnyOrder(0);
            for (const Row &row : rows) {
                if (row.row.company != company)
                    continue;
                if (row.row.timestamp % 7 == 0)
                    single.push_back(row);
                else
                    part.add(row.row, row.lookedUp);
                if (random() % 500 == 0)
                    cells.push_back(cellOf(std::exchange(part, RollupTally::inAnyOrder(0))));
            }
            // A cell of the cells holds the same.
            RollupTally whole = RollupTally::inAnyOrder(0);
            const Cell last = cellOf(part);
            QVERIFY(whole.add(last.first, last.second));
            QVERIFY(cellOf(whole).second == last.second);
            cells.push_back(last);
        }
        std::shuffle(cells.begin(), cells.end(), random);
        std::shuffle(single.begin(), single.end(), random);
        for (const Row &row : single)
            taken.add(row.row, row.lookedUp);
        for (const Cell &cell : cells)
            QVERIFY(taken.add(cell.first, cell.second, RollupTally::Countries::Later));
        const auto riskiest = taken.riskiest(true);
        QVERIFY(riskiest.has_value());
        QVERIFY(*riskiest == riskiestPlainly(rows, true));
        // Who counts in order needs no times, and passes over them.
        RollupTally plain(shape.users);
        QVERIFY(plain.add(cells.front().first, cells.front().second));
    }
}

void TestRollupTally::noticesDamagedTimes()
{
    std::mt19937 random(5);
    RollupTally tally = RollupTally::inAnyOrder(0);
    RollupTally untimed;
    for (const auto &[row, lookedUp] : rowsOf({100, 30, 400}, 2'000, random)) {
        tally.add(row, lookedUp);
        untimed.add(row, lookedUp);
    }
    const Cell cell = cellOf(tally);
    const std::size_t without = cellOf(untimed).second.size();
    QVERIFY(without < cell.second.size());
    for (std::size_t size = without; size < cell.second.size(); ++size) {
        RollupTally cut = RollupTally::inAnyOrder(0);
        QVERIFY(!cut.add(cell.first, std::string_view(cell.second).substr(0, size)));
    }
    for (int i = 0; i < 3'000; ++i) { // Whatever the bytes are, reading them ends.
        std::string bytes = cell.second;
        bytes[random() % bytes.size()] = static_cast<char>(random());
        RollupTally damaged = RollupTally::inAnyOrder(50);
        if (damaged.add(cell.first, bytes))
            (void)damaged.riskiest(true);
    }
}

void TestRollupTally::noticesDamage()
{
    std::mt19937 random(5);
    RollupTally tally(100);
    for (const auto &[row, lookedUp] : rowsOf({100, 300, 400}, 2'000, random))
        tally.add(row, lookedUp);
    const Cell cell = cellOf(tally);
    for (const auto when : {RollupTally::Countries::Now, RollupTally::Countries::Later}) {
        for (std::size_t size = 0; size < cell.second.size(); size += 7) {
            RollupTally cut(100);
            QVERIFY(!cut.add(cell.first, std::string_view(cell.second).substr(0, size), when));
        }
        // Whatever the bytes are, reading them ends.
        for (int i = 0; i < 3'000; ++i) {
            std::string bytes = cell.second;
            bytes[random() % bytes.size()] = static_cast<char>(random());
            RollupTally damaged(100);
            if (damaged.add(cell.first, bytes, when))
                (void)damaged.riskiest(true);
        }
    }
    // What is left for later is noticed then: the length of the first group says more than there is.
    std::string bytes = cell.second;
    bytes[bytes.size() - 1] = static_cast<char>(0xff);
    RollupTally good(100);
    QVERIFY(good.add(cell.first, cell.second, RollupTally::Countries::Later));
    QVERIFY(good.add(cell.first, bytes, RollupTally::Countries::Later));
    QVERIFY(!good.riskiest(true).has_value());
    QCOMPARE(good.damaged(), 1U);
}

QTEST_GUILESS_MAIN(TestRollupTally)
#include "tst_rolluptally.moc"
