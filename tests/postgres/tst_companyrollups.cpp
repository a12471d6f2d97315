// SPDX-License-Identifier: GPL-3.0-or-later
// Metrics of those who see some companies: from roll-ups, equal to a plain count of their rows, and nothing of others'.
#include "core/metrics/rolluplevels.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/metricsoracle.h"
#include "tests/storage/storetesting.h"

#include <QTest>

#include <map>
#include <set>

using namespace bartizan;
using bartizan::test::PostgresTest;

namespace {

constexpr TimestampMs kSpan = 60 * kDay;
/// How a company without a name is told from none.
const std::string kEmpty = "\xEF\xB7\x90";

const std::set<std::string> kEach{"acme", "globex", "initech", "rare-0", "rare-1", "rare-2", kEmpty, ""};

/// People and the companies that they see, as bartizan.membership has them. The clerk sees all; gina each that there is.
const std::map<std::string, std::set<std::string>> kPeople{
    {"anna", {"acme"}},   {"ben", {"acme", "globex", "", "nobody"}}, {"cleo", {""}}, {"dora", {kEmpty, "rare-1", "initech"}},
    {"eve", {"nobody"}}, {"fred", {}}, {"gina", kEach},
};

bool sees(const std::set<std::string> &companies, const AuditEvent &row)
{
    const auto &company = row.context.companyId;
    return companies.contains(!company ? std::string() : company->empty() ? kEmpty : *company);
}

std::vector<AuditEvent> seenOf(const std::vector<AuditEvent> &rows, const std::set<std::string> &companies)
{
    std::vector<AuditEvent> seen;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(seen),
                 [&companies](const AuditEvent &row) { return sees(companies, row); });
    return seen;
}

/// Times as logs have them, each once: of one instant, users of several companies come in no order.
class Times {
public:
    TimestampMs next(ScatteredRows &random, std::int64_t i, std::int64_t count)
    {
        const TimestampMs present = kNoon - kSpan + kSpan * i / count;
        TimestampMs time = present - random.below(kMinute);
        if (random.below(3) > 0)
            time = kNoon - 9 * kDay + random.below(kHour);
        else if (random.below(10) == 0)
            time = present - random.below(kSpan);
        while (!m_taken.insert(time).second)
            ++time;
        return time;
    }

private:
    std::set<TimestampMs> m_taken;
};

/// One address is where no other one is.
class OneMoreCountry final : public CountryResolver {
public:
    static constexpr const char *kAddress = "192.0.2.77";
    std::string_view ofAddress(std::string_view address) override { return address == kAddress ? "Nowhere" : m_others.ofAddress(address); }
    std::string_view ofText(std::string_view stored) override { return stored; }
    std::uint64_t identity() const override { return 79; }

private:
    TellingCountries m_others{79};
};

MetricsQuery someQuestion(ScatteredRows &random)
{
    static const std::vector<std::string> kZones{"UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"};
    static const std::vector<std::string> kCompanies{"acme", "", "rare-1", "globex", "nobody"};
    MetricsQuery query;
    query.range.start = kNoon - kSpan - kHour + random.below(kSpan);
    query.range.end = query.range.start + random.below(kSpan);
    switch (random.below(6)) {
    case 0: query.range = {}; break;
    case 1: query.range = {kNoon - 9 * kDay - kHour, kNoon - 9 * kDay + random.below(kHour)}; break;
    case 2: query.range.start -= query.range.start % (15 * kMinute); break;
    case 3: query.range.end -= query.range.end % (15 * kMinute) + 1; break;
    default: break;
    }
    query.timeZone = kZones[static_cast<std::size_t>(random.below(4))];
    if (random.below(3) == 0)
        query.companyId = kCompanies[static_cast<std::size_t>(random.below(5))];
    return query;
}

} // namespace

class TestCompanyRollUps : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void equalAPlainCount_data();
    void equalAPlainCount();
    void tellNothingOfOthers();
    void showTheWholeToWhomItIsAll();
    void nameWhatTheWholeHolds();
    void countWhatBelongsToNone();
    void followMembership();
    void standInForTheLog();
    void holdAfterAFailure();
    void goWithTheirMonths();

private:
    void prepare() override
    {
        VERIFY_OK(makePostgresRoles(m_profile, {}));
        sql(QStringLiteral("DO $$ BEGIN IF to_regrole('eng') IS NULL THEN CREATE ROLE eng LOGIN IN ROLE bartizan_engine; "
                           "CREATE ROLE clerk LOGIN IN ROLE bartizan_auditor; END IF; END $$; "
                           "INSERT INTO bartizan.membership VALUES ('clerk', '*')"));
        for (const auto &[person, companies] : kPeople) {
            const QString name = QString::fromStdString(person);
            sql(QStringLiteral("DO $$ BEGIN IF to_regrole('%1') IS NULL THEN CREATE ROLE %1 LOGIN IN ROLE bartizan_analyst; "
                               "END IF; END $$").arg(name));
            for (const std::string &company : companies) {
                sql(QStringLiteral("INSERT INTO bartizan.membership VALUES ('%1', '%2')")
                        .arg(name, QString::fromStdString(company)));
            }
        }
    }
    std::unique_ptr<Store> engine() const
    {
        StoreOptions options;
        options.role = StoreOptions::Role::Engine;
        auto store = openStore(m_cluster->url(m_database, QStringLiteral("eng")), options);
        return store ? std::move(*store) : nullptr;
    }
    static bool rollUpAll(Store &engine, CountryResolver *countries = nullptr)
    {
        for (int slices = 0; slices < 1000; ++slices) {
            const auto more = engine.rollUp(countries);
            if (!more || !*more)
                return more.ok();
        }
        return false;
    }
    /// Rows of all companies, of which most are in one hour; with cells.
    std::vector<AuditEvent> fill(Store &engine, std::int64_t count, CountryResolver *countries)
    {
        ScatteredRows random(11);
        Times times;
        std::vector<AuditEvent> rows;
        for (std::int64_t i = 0; i < count; ++i)
            rows.push_back(random.next(times.next(random, i, count)));
        if (!appendRows(engine, rows) || !rollUpAll(engine, countries))
            rows.clear();
        return rows;
    }
    /// What somebody is shown of the whole log's roll-ups.
    QByteArray wholeFor(const char *person) const
    {
        bool ok = false;
        const QByteArray said = as(QLatin1String(person), QStringLiteral("SELECT (SELECT count(*) FROM bartizan.rollup_block), "
                                                                         "(SELECT count(*) FROM bartizan.rollup_cell WHERE company = 0)"), &ok);
        return ok ? said : QByteArray("refused: ") + said;
    }
    qint64 count(const char *of) const { return sql(QStringLiteral("SELECT count(*) FROM ") + QLatin1String(of)).toLongLong(); }
    /// Takes rows away behind the back of everybody.
    void lose(const char *which) const
    {
        sql(QStringLiteral("ALTER TABLE bartizan.audit DISABLE TRIGGER USER; DELETE FROM bartizan.audit WHERE ")
            + QLatin1String(which));
    }
};

void TestCompanyRollUps::equalAPlainCount_data()
{
    QTest::addColumn<unsigned>("seed");
    for (const unsigned seed : {1U, 2U, 3U})
        QTest::addRow("seed %u", seed) << seed;
}

void TestCompanyRollUps::equalAPlainCount()
{
    QFETCH(const unsigned, seed);
    constexpr std::int64_t kRows = 30'000;
    ScatteredRows random(seed);
    Times times;
    TellingCountries one(77);
    TellingCountries other(78, 5);
    TellingCountries unknown(0, 9);
    CountryResolver *const resolvers[] = {nullptr, &one, &one, &other, &unknown};
    const auto writer = engine();
    QVERIFY(writer);
    std::map<std::string, std::unique_ptr<Store>> readers;
    for (const auto &[person, companies] : kPeople)
        readers[person] = connect(QString::fromStdString(person));
    const auto clerk = connect(QStringLiteral("clerk"));
    std::vector<AuditEvent> rows;
    while (static_cast<std::int64_t>(rows.size()) < kRows) {
        std::vector<AuditEvent> batch;
        for (std::int64_t i = random.below(4000); i >= 0; --i) {
            const auto place = static_cast<std::int64_t>(rows.size() + batch.size());
            batch.push_back(random.next(times.next(random, place, kRows)));
        }
        VERIFY_OK(appendRows(*writer, batch));
        rows.insert(rows.end(), batch.begin(), batch.end());
        CountryResolver *const built = resolvers[random.below(8) > 0 ? 1 : random.below(5)];
        for (std::int64_t slices = random.below(6); slices > 0; --slices)
            VERIFY_OK(writer->rollUp(built));
        for (const auto &[person, companies] : kPeople) {
            const MetricsQuery query = someQuestion(random);
            CountryResolver *const asked = resolvers[random.below(5)];
            const auto answer = readers[person]->metricsInputs(query, asked);
            VERIFY_OK(answer);
            QVERIFY2(*answer == countedPlainly(seenOf(rows, companies), query, asked), person.c_str());
            const auto whole = clerk->metricsInputs(query, asked);
            VERIFY_OK(whole);
            QVERIFY(*whole == countedPlainly(rows, query, asked));
        }
    }
    QVERIFY(count("(SELECT DISTINCT company FROM bartizan.rollup_cell) AS c") >= 6);
}

void TestCompanyRollUps::tellNothingOfOthers()
{
    TellingCountries countries(77);
    const auto writer = engine();
    QVERIFY(writer);
    const auto rows = fill(*writer, 40'000, &countries);
    QVERIFY(!rows.empty());
    const auto numberOf = [this](const char *company) {
        return sql(QStringLiteral("SELECT number FROM bartizan.rollup_name WHERE kind = 1 AND text = '%1'").arg(QLatin1String(company)));
    };
    const auto seen = [this](const char *person, const QString &query) {
        bool ok = false;
        const QByteArray said = as(QLatin1String(person), query, &ok);
        return ok ? said : QByteArray("refused: ") + said;
    };
    const std::map<const char *, QByteArray> companies{{"anna", numberOf("acme")}, {"cleo", "4294967295"}, {"eve", ""}, {"fred", ""}};
    for (const auto &[person, number] : companies) {
        for (const char *table : {"rollup_cell", "rollup_company_block", "rollup_named"}) {
            const QString query = QStringLiteral("SELECT string_agg(DISTINCT company::text, ',') FROM bartizan.") + QLatin1String(table);
            QCOMPARE(seen(person, query), number);
        }
        QCOMPARE(seen(person, QStringLiteral("SELECT count(*) FROM bartizan.rollup_block")), QByteArray("0"));
    }
    QVERIFY(count("bartizan.rollup_block") > 0);
    // Names are those of her own rows; looked-up countries are those of their addresses.
    std::set<std::string> users;
    std::set<std::string> places;
    for (const AuditEvent &row : seenOf(rows, kPeople.at("anna"))) {
        if (row.context.userId)
            users.insert(*row.context.userId);
        if (row.context.country)
            places.insert(*row.context.country);
        else if (row.context.ipAddress && countries.ofAddress(*row.context.ipAddress).data())
            places.insert(std::string(countries.ofAddress(*row.context.ipAddress)));
    }
    const QString names = QStringLiteral("SELECT count(*) FROM bartizan.rollup_name WHERE kind = %1");
    QCOMPARE(seen("anna", names.arg(0)).toULongLong(), users.size());
    QVERIFY(seen("clerk", names.arg(0)).toULongLong() > users.size());
    QCOMPARE(seen("anna", QStringLiteral("SELECT string_agg(text, ',') FROM bartizan.rollup_name WHERE kind = 1")), QByteArray("acme"));
    const QByteArray told = seen("anna", QStringLiteral("SELECT text FROM bartizan.rollup_name WHERE kind = 2"));
    for (const QByteArray &place : told.split('\n'))
        QVERIFY2(places.contains(place.toStdString()), place.constData());
    QVERIFY(seen("clerk", names.arg(2)).toULongLong() > seen("anna", names.arg(2)).toULongLong());
    // A function of her own is asked for no row that she does not see, nor is the state of everybody's log told.
    const QString peek = QStringLiteral("CREATE FUNCTION pg_temp.peek(t text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN "
                                        "IF t <> '%1' THEN RAISE EXCEPTION 'seen: %', t; END IF; RETURN true; END $$; "
                                        "SELECT count(*) > 0 FROM bartizan.%2 WHERE pg_temp.peek(%3::text)");
    for (const char *table : {"rollup_cell", "rollup_company_block", "rollup_named"})
        QCOMPARE(seen("anna", peek.arg(QString::fromLatin1(numberOf("acme")), QLatin1String(table), QStringLiteral("company"))), QByteArray("t"));
    QCOMPARE(seen("anna", peek.arg(QStringLiteral("acme"), QStringLiteral("rollup_name"), QStringLiteral("CASE kind WHEN 1 THEN text ELSE 'acme' END"))),
             QByteArray("t"));
    QVERIFY(seen("anna", QStringLiteral("SELECT newest_quarter FROM bartizan.rollup_state")).startsWith("refused: 42501"));
    for (const char *table : {"rollup_cell", "rollup_company_block", "rollup_named", "rollup_name"})
        QVERIFY(seen("anna", QStringLiteral("DELETE FROM bartizan.") + QLatin1String(table)).startsWith("refused: 42501"));
    // A setting or another role of hers shows no more.
    QVERIFY(seen("anna", QStringLiteral("SET row_security = off; SELECT count(*) FROM bartizan.rollup_cell")).startsWith("refused: 42501"));
    QCOMPARE(seen("anna", QStringLiteral("SET ROLE bartizan_auditor; SELECT count(DISTINCT company) FROM bartizan.rollup_cell")).right(1), QByteArray("1"));
}

/// Where there is nobody else's row in them, what is of the whole log is hers as well; until there is.
void TestCompanyRollUps::showTheWholeToWhomItIsAll()
{
    TellingCountries countries(77);
    const auto writer = engine();
    QVERIFY(writer);
    std::vector<AuditEvent> rows = fill(*writer, 40'000, &countries);
    QVERIFY(!rows.empty());
    for (const auto &[person, companies] : kPeople)
        QVERIFY2((wholeFor(person.c_str()) == wholeFor("clerk")) == (person == "gina"), person.c_str());
    QVERIFY(wholeFor("clerk") != "0|0");
    // It is them that she is answered from.
    sql(QStringLiteral("CREATE TABLE kept AS SELECT * FROM bartizan.rollup_company_block; DELETE FROM bartizan.rollup_company_block"));
    const auto gina = connect(QStringLiteral("gina"));
    const auto answersRight = [&](const std::vector<AuditEvent> &seen) {
        const auto answer = gina->metricsInputs({}, &countries);
        return answer && *answer == countedPlainly(seen, {}, &countries);
    };
    QVERIFY(answersRight(rows));
    sql(QStringLiteral("INSERT INTO bartizan.rollup_company_block OVERRIDING SYSTEM VALUE SELECT * FROM kept"));
    // A row of somebody else's, which is not rolled up at first.
    AuditEvent other;
    other.timestamp = kNoon - kMinute;
    other.action = "other";
    other.context.companyId = "other";
    VERIFY_OK(appendRows(*writer, {other}));
    QVERIFY(wholeFor("gina") != "0|0");
    QVERIFY(answersRight(rows));
    QVERIFY(rollUpAll(*writer, &countries));
    QCOMPARE(wholeFor("gina"), QByteArray("0|0"));
    QVERIFY(answersRight(rows));
    sql(QStringLiteral("INSERT INTO bartizan.membership VALUES ('gina', 'other')"));
    QCOMPARE(wholeFor("gina"), wholeFor("clerk"));
    rows.push_back(other);
    QVERIFY(answersRight(rows));
}

/// Of many companies some have too few rows for cells of their own: what only those of the whole log name is hers as well.
void TestCompanyRollUps::nameWhatTheWholeHolds()
{
    OneMoreCountry countries;
    const auto writer = engine();
    QVERIFY(writer);
    ScatteredRows random(7);
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 2'200; ++i) {
        AuditEvent row = random.next(kNoon - 9 * kDay + i * kSecond);
        row.context.country.reset();
        row.context.ipAddress = "10.1." + std::to_string(i % 256) + ".7";
        row.context.companyId = "many-" + std::to_string(i % 40);
        if (i == 1'000) {
            row.context.companyId = "many-40";
            row.context.ipAddress = OneMoreCountry::kAddress;
        }
        rows.push_back(row);
    }
    rows.push_back(random.next(kNoon));
    rows.back().context.companyId = "many-0";
    VERIFY_OK(appendRows(*writer, rows));
    QVERIFY(rollUpAll(*writer, &countries));
    sql(QStringLiteral("INSERT INTO bartizan.membership SELECT 'gina', 'many-' || n FROM generate_series(0, 40) AS n"));
    QVERIFY(count("bartizan.rollup_cell WHERE company = 0 AND NOT complete") > 0);
    QCOMPARE(wholeFor("gina"), wholeFor("clerk"));
    const auto answer = connect(QStringLiteral("gina"))->metricsInputs({}, &countries);
    VERIFY_OK(answer);
    QVERIFY(*answer == countedPlainly(rows, {}, &countries));
}

/// A row that belongs to no company, and names neither user nor country, is not hers either.
void TestCompanyRollUps::countWhatBelongsToNone()
{
    const auto writer = engine();
    QVERIFY(writer);
    AuditEvent row;
    row.timestamp = kNoon - kHour;
    row.action = "test";
    row.context.companyId = "acme";
    VERIFY_OK(appendRows(*writer, {row}));
    QVERIFY(rollUpAll(*writer));
    QCOMPARE(wholeFor("anna"), QByteArray("1|0"));
    row.context.companyId.reset();
    VERIFY_OK(appendRows(*writer, {row}));
    QVERIFY(rollUpAll(*writer));
    QCOMPARE(wholeFor("anna"), QByteArray("0|0"));
    QCOMPARE(wholeFor("clerk"), QByteArray("1|0"));
    sql(QStringLiteral("INSERT INTO bartizan.membership VALUES ('anna', '')"));
    QCOMPARE(wholeFor("anna"), QByteArray("1|0"));
}

void TestCompanyRollUps::followMembership()
{
    const auto writer = engine();
    QVERIFY(writer);
    const auto rows = fill(*writer, 20'000, nullptr);
    QVERIFY(!rows.empty());
    const auto anna = connect(QStringLiteral("anna"));
    const auto answersFor = [&](const std::set<std::string> &companies) {
        const auto answer = anna->metricsInputs({}, nullptr);
        return answer && *answer == countedPlainly(seenOf(rows, companies), {}, nullptr);
    };
    QVERIFY(answersFor({"acme"}));
    sql(QStringLiteral("INSERT INTO bartizan.membership VALUES ('anna', 'globex'), ('anna', '')"));
    QVERIFY(answersFor({"acme", "globex", ""}));
    sql(QStringLiteral("DELETE FROM bartizan.membership WHERE member = 'anna' AND company <> 'globex'"));
    QVERIFY(answersFor({"globex"}));
    sql(QStringLiteral("INSERT INTO bartizan.membership VALUES ('anna', '*')"));
    const auto all = anna->metricsInputs({}, nullptr);
    VERIFY_OK(all);
    QVERIFY(*all == countedPlainly(rows, {}, nullptr));
    sql(QStringLiteral("DELETE FROM bartizan.membership WHERE member = 'anna'"));
    QVERIFY(answersFor({}));
}

/// What goes from the log unnoticed is counted still: it is not the log that is counted.
void TestCompanyRollUps::standInForTheLog()
{
    const auto writer = engine();
    QVERIFY(writer);
    const auto rows = fill(*writer, 20'000, nullptr);
    QVERIFY(!rows.empty());
    lose("id % 2 = 0");
    for (const auto &[person, companies] : kPeople) {
        const auto reader = connect(QString::fromStdString(person));
        MetricsQuery part;
        part.range = {kNoon - 50 * kDay - 17 * kMinute, kNoon - 11 * kHour - 5}; // Clocks change on 2026-10-25.
        part.timeZone = "Europe/Berlin";
        for (const MetricsQuery &query : {MetricsQuery(), part}) {
            if (person == "gina" && query.range.start == MetricsQuery().range.start)
                continue; // She is answered from what is of the whole log, as far as that goes.
            const auto answer = reader->metricsInputs(query, nullptr);
            VERIFY_OK(answer);
            QVERIFY2(*answer == countedPlainly(seenOf(rows, companies), query, nullptr), person.c_str());
        }
    }
}

/// Names that a transaction wrote which failed are written again.
void TestCompanyRollUps::holdAfterAFailure()
{
    const auto writer = engine();
    QVERIFY(writer);
    sql(QStringLiteral("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; "
                       "CREATE TRIGGER fail BEFORE UPDATE ON bartizan.rollup_state FOR EACH ROW EXECUTE FUNCTION fail()"));
    ScatteredRows random(3);
    Times times;
    std::vector<AuditEvent> rows;
    for (std::int64_t i = 0; i < 500; ++i)
        rows.push_back(random.next(times.next(random, i, 500)));
    VERIFY_OK(appendRows(*writer, rows));
    QVERIFY(!writer->rollUp(nullptr));
    QCOMPARE(count("bartizan.rollup_named"), 0);
    sql(QStringLiteral("DROP TRIGGER fail ON bartizan.rollup_state"));
    QVERIFY(rollUpAll(*writer));
    lose("true");
    const auto answer = connect(QStringLiteral("ben"))->metricsInputs({}, nullptr);
    VERIFY_OK(answer);
    QVERIFY(*answer == countedPlainly(seenOf(rows, kPeople.at("ben")), {}, nullptr));
}

void TestCompanyRollUps::goWithTheirMonths()
{
    const auto writer = engine();
    QVERIFY(writer);
    ScatteredRows random(12);
    std::vector<AuditEvent> rows; // An hour of which there are cells, in October.
    for (int i = 0; i < 8'000; ++i)
        rows.push_back(random.next(kNoon - 40 * kDay + i * 400));
    VERIFY_OK(appendRows(*writer, rows));
    const std::vector<AuditEvent> others = fill(*writer, 20'000, nullptr);
    QVERIFY(!others.empty());
    rows.insert(rows.end(), others.begin(), others.end());
    const TimestampMs november = 1'793'491'200'000; // 2026-11-01T00:00:00Z
    QVERIFY(sql(QStringLiteral("SELECT count(*) FROM bartizan.rollup_cell WHERE company > 0 AND (cell + 1) << 2 * level <= %1")
                    .arg(november / kQuarterHour)) != "0");
    const auto before = [november](const AuditEvent &row) { return row.timestamp < november; };
    sql(QStringLiteral("SELECT bartizan.make_month(%1); SELECT bartizan.drop_rollups(%2, %3)")
            .arg(november).arg((november - 100 * kDay) / kQuarterHour).arg(november / kQuarterHour));
    lose(QByteArray("timestamp < " + QByteArray::number(qint64{november})).constData());
    QVERIFY(rollUpAll(*writer));
    std::erase_if(rows, before);
    QVERIFY(rows.size() > 1000);
    for (const auto &[person, companies] : kPeople) {
        const auto answer = connect(QString::fromStdString(person))->metricsInputs({}, nullptr);
        VERIFY_OK(answer);
        QVERIFY2(*answer == countedPlainly(seenOf(rows, companies), {}, nullptr), person.c_str());
    }
}

QTEST_GUILESS_MAIN(TestCompanyRollUps)
#include "tst_companyrollups.moc"
