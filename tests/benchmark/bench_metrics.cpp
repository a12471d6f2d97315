// SPDX-License-Identifier: GPL-3.0-or-later
// How long all metrics take over random ranges of a long log, beside plain GROUP BY in the same run. By hand, on an idle
// machine:
//     bench_metrics FILE|postgresql://… [ROWS [DAYS [QUESTIONS [COMPANIES [SEEN,…]]]]]
// On a server, also as people who see some companies, whose logins and roles it makes: connect as a superuser. With SEEN only
// as people who see so many of them, 0 for all that there may be, and without GROUP BY.
// The log is made where there is none, which takes its time; it stays, so that a second run only asks.
#include "core/metrics/securityscore.h"
#include "core/ports/countryresolver.h"
#include "core/storage/openstore.h"
#include "core/storage/postgresschema.h"

#include <QCoreApplication>

#include <libpq-fe.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace bartizan {
namespace {

constexpr TimestampMs kEnd = 1795176000000; // 2026-11-20T12:00:00Z
constexpr std::size_t kBatch = 20'000;
constexpr int kUsers = 50'000;
constexpr int kCountries = 60;
/// How often each question is asked.
constexpr int kRounds = 5;
/// How many of them are told of by themselves.
constexpr std::size_t kSlowestTold = 5;

template<typename T>
T valueOf(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", qPrintable(result.error().message));
        std::exit(1);
    }
    return std::move(*result);
}

double secondsSince(std::chrono::steady_clock::time_point begun)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// Tells a country of each address, at the cost of a look-up that is remembered.
class SomeCountries final : public CountryResolver {
public:
    std::string_view ofAddress(std::string_view address) override
    {
        static constexpr std::string_view kCodes[] = {"DE", "FR", "US", "JP", "ZA", "BR", "IN"};
        return kCodes[std::hash<std::string_view>()(address) % std::size(kCodes)];
    }
    std::string_view ofText(std::string_view stored) override { return stored; }
    std::uint64_t identity() const override { return 4711; }
};

/// Busy by day, idle by night; a few users do most; each is at home in one country; each tenth row names no country.
class Traffic {
public:
    Traffic(std::int64_t rows, TimestampMs span, std::uint64_t companies) : m_rows(rows), m_span(span), m_companies(companies)
    {
        double sum = 0.0;
        for (int user = 0; user < kUsers; ++user)
            m_zipf.push_back(sum += 1.0 / std::pow(user + 1, 0.8));
        for (double &edge : m_zipf)
            edge /= sum;
    }
    NewAuditRow next(std::int64_t i)
    {
        NewAuditRow row;
        AuditEvent &event = row.event;
        const double evenly = static_cast<double>(i) * static_cast<double>(m_span) / static_cast<double>(m_rows);
        const double day = static_cast<double>(kDay);
        const double busy = evenly + 0.12 * day * std::sin(evenly / day * 2.0 * 3.14159265358979);
        event.timestamp = kEnd - m_span + static_cast<TimestampMs>(busy);
        const std::uint64_t dice = m_random();
        event.eventType = static_cast<SecurityEventType>(dice % 7 < 4 ? 0 : dice / 7 % 12);
        event.outcome = static_cast<AuditOutcome>(dice / 128 % 16 < 11 ? 0 : dice / 4096 % 5);
        event.severity = dice >> 17U & 0xffU ? static_cast<AuditSeverity>(dice >> 25U & 3U) : AuditSeverity::Critical;
        const auto user = static_cast<std::size_t>(
            std::lower_bound(m_zipf.begin(), m_zipf.end(), static_cast<double>(dice >> 11U) * 0x1.0p-53) - m_zipf.begin());
        const std::uint64_t more = m_random();
        event.action = "login_attempt";
        event.context.userId = "user-" + std::to_string(user);
        event.context.companyId = "company-" + std::to_string(user % m_companies * (more % 32 ? 1 : 0));
        event.context.ipAddress = address(user * 3 + more % 3);
        const std::uint64_t country = more >> 8U & 15U ? user % kCountries : (more >> 16U) % kCountries;
        if ((more >> 24U) % 10 > 0)
            event.context.country = {static_cast<char>('A' + country / 26), static_cast<char>('A' + country % 26)};
        event.context.userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
        event.metadata = R"({"method":"password","port":40221,"file":"auth.ndjson","line":4711})";
        row.fingerprint = more | 1U;
        return row;
    }
    std::uint64_t random() { return m_random(); }

private:
    static std::string address(std::uint64_t n)
    {
        return "10." + std::to_string(n >> 16U & 255U) + '.' + std::to_string(n >> 8U & 255U) + '.'
            + std::to_string(n & 255U);
    }
    const std::int64_t m_rows;
    const TimestampMs m_span;
    const std::uint64_t m_companies;
    std::vector<double> m_zipf;
    std::mt19937_64 m_random{42};
};

void makeLog(Store &store, std::int64_t rows, TimestampMs span, std::uint64_t companies)
{
    Traffic traffic(rows, span, companies);
    std::vector<NewAuditRow> batch;
    double appending = 0.0;
    for (std::int64_t i = 0; i < rows; ++i) {
        batch.push_back(traffic.next(i));
        if (batch.size() < kBatch && i + 1 < rows)
            continue;
        const auto begun = std::chrono::steady_clock::now();
        valueOf(store.append(batch, {}));
        appending += secondsSince(begun);
        batch.clear();
    }
    std::printf("appended %lld rows, %.0f rows/s\n", static_cast<long long>(rows), static_cast<double>(rows) / appending);
}

void rollUp(Store &store, CountryResolver &countries)
{
    double worst = 0.0;
    int slices = 0;
    const auto begun = std::chrono::steady_clock::now();
    for (bool more = true; more; ++slices) {
        const auto slice = std::chrono::steady_clock::now();
        more = valueOf(store.rollUp(&countries));
        worst = std::max(worst, secondsSince(slice));
    }
    std::printf("rolled up in %d slices, %.1f s, the longest %.0f ms\n", slices, secondsSince(begun), worst * 1000);
}

/// The statements that answer the metrics of a range without roll-ups; "FROM" stands for table and range.
constexpr const char *kPlain[] = {
    "SELECT event_type, count(*), count(*) FILTER (WHERE severity = 4) FROM GROUP BY event_type",
    "SELECT country, count(*) FROM GROUP BY country",
    "SELECT timestamp / 3600000 % 24, count(*) FROM GROUP BY 1",
    "SELECT user_id, count(*) FILTER (WHERE event_type = 0 AND outcome = 1), count(*) FILTER (WHERE outcome = 3), "
    "count(*) FILTER (WHERE severity = 4), count(DISTINCT country), min(timestamp) FROM GROUP BY user_id",
};

std::string plainStatement(const char *sql, const char *table, TimeRange range)
{
    std::string statement = sql;
    return statement.replace(statement.find("FROM GROUP"), 4,
                             "FROM " + std::string(table) + " WHERE timestamp BETWEEN " + std::to_string(range.start)
                                 + " AND " + std::to_string(range.end));
}

/// Runs them to their last rows.
void groupInFile(const QString &path, TimeRange range)
{
    sqlite3 *database = nullptr;
    if (sqlite3_open_v2(path.toUtf8().constData(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
        std::exit(1);
    for (const char *sql : kPlain) {
        sqlite3_stmt *statement = nullptr;
        if (sqlite3_prepare_v2(database, plainStatement(sql, "audit", range).c_str(), -1, &statement, nullptr) != SQLITE_OK)
            std::exit(1);
        while (sqlite3_step(statement) == SQLITE_ROW) { }
        sqlite3_finalize(statement);
    }
    sqlite3_close(database);
}

void runOnServer(const QString &url, const std::string &sql)
{
    PGconn *connection = PQconnectdb(url.toUtf8().constData());
    PGresult *result = PQexec(connection, sql.c_str());
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        std::fprintf(stderr, "%s\n", PQerrorMessage(connection));
        std::exit(1);
    }
    PQclear(result);
    PQfinish(connection);
}

void groupOnServer(const QString &url, const char *table, TimeRange range)
{
    PGconn *connection = PQconnectdb(url.toUtf8().constData());
    for (const char *sql : kPlain) {
        PGresult *result = PQexec(connection, plainStatement(sql, table, range).c_str());
        if (PQresultStatus(result) != PGRES_TUPLES_OK) {
            std::fprintf(stderr, "%s\n", PQerrorMessage(connection));
            std::exit(1);
        }
        PQclear(result);
    }
    PQfinish(connection);
}

double groupBy(const QString &database, const char *table, TimeRange range)
{
    const auto begun = std::chrono::steady_clock::now();
    if (database.startsWith(QLatin1String("postgresql://")))
        groupOnServer(database, table, range);
    else
        groupInFile(database, range);
    return secondsSince(begun);
}

MetricsQuery question(std::mt19937_64 &random, TimestampMs span, int kind, std::uint64_t companies)
{
    const auto below = [&random](TimestampMs end) {
        return static_cast<TimestampMs>(random() % static_cast<std::uint64_t>(end));
    };
    MetricsQuery query;
    const TimestampMs a = kEnd - span + below(span);
    const TimestampMs b = kEnd - span + below(span);
    query.range = {std::min(a, b), std::max(a, b)};
    if (kind % 4 == 1)
        query.range = {kEnd - span, kEnd - below(kDay)};
    if (kind % 4 == 2)
        query.companyId = "company-" + std::to_string(random() % companies);
    if (kind % 2 == 1)
        query.timeZone = "Europe/Berlin";
    return query;
}

using Times = std::vector<std::pair<double, MetricsQuery>>;

void tell(const char *what, Times &took)
{
    std::sort(took.begin(), took.end(), [](const auto &x, const auto &y) { return x.first < y.first; });
    const auto ms = [&took](double share) {
        return took[static_cast<std::size_t>(share * static_cast<double>(took.size() - 1))].first * 1000;
    };
    const MetricsQuery &worst = took.back().second;
    std::printf("%s (%zu): median %.1f ms, 99th percentile %.1f ms, worst %.1f ms (%s to %s%s)\n", what, took.size(),
                ms(0.5), ms(0.99), ms(1.0), formatIso(worst.range.start).c_str(), formatIso(worst.range.end).c_str(),
                worst.companyId ? ", of a company" : "");
    std::fflush(stdout);
}

/// The questions that take longest, which is where to look first.
void tellSlowest(const Times &took)
{
    for (std::size_t i = 1; i <= std::min<std::size_t>(took.size(), kSlowestTold); ++i) {
        const auto &[seconds, query] = took[took.size() - i];
        std::printf("  %.1f ms: %s to %s, %s%s%s\n", seconds * 1000, formatIso(query.range.start).c_str(),
                    formatIso(query.range.end).c_str(), query.timeZone.empty() ? "UTC" : query.timeZone.c_str(),
                    query.companyId ? ", " : "", query.companyId ? query.companyId->c_str() : "");
    }
    std::fflush(stdout);
}

/// With a null `table`, GROUP BY is left out.
void ask(Store &store, const QString &path, const char *table, TimestampMs span, int questions, std::uint64_t companies)
{
    std::mt19937_64 random(7);
    SomeCountries countries;
    Times all;
    Times fastest;
    for (int i = 0; i < questions; ++i) {
        const MetricsQuery query = question(random, span, i, companies);
        double best = 0.0;
        for (int round = 0; round < kRounds; ++round) {
            const auto begun = std::chrono::steady_clock::now();
            const SecurityMetrics metrics = securityMetrics(valueOf(store.metricsInputs(query, i % 8 < 6 ? &countries : nullptr)));
            const double seconds = secondsSince(begun);
            all.emplace_back(seconds, query);
            best = round == 0 ? seconds : std::min(best, seconds);
            if (metrics.counts.totalEvents < 0)
                std::exit(1);
        }
        fastest.emplace_back(best, query);
    }
    tell("all answers", all);
    // What other programs on the machine do to an answer they do not do each time.
    tell("the fastest of each question's", fastest);
    tellSlowest(fastest);
    if (!table)
        return;
    const auto &took = fastest;
    const TimeRange worst = took.back().second.range;

    const double plain = groupBy(path, table, worst);
    std::printf("GROUP BY over the worst range: %.1f s, %.0f times as long\n", plain, plain / took.back().first);
}

/// As people who see the first few companies of the log, or all; those `only`, if any.
void askAsViewers(const QString &url, TimestampMs span, int questions, std::uint64_t companies, const QString &only)
{
    ConnectionProfile profile = valueOf(ConnectionProfile::fromUrl(url));
    if (auto made = makePostgresRoles(profile, {}); !made) {
        std::fprintf(stderr, "%s\n", qPrintable(made.error().message));
        std::exit(1);
    }
    std::vector<std::uint64_t> viewers{0, 1, 3, companies - 1, companies};
    if (!only.isEmpty()) {
        viewers.clear();
        for (const QString &seen : only.split(QLatin1Char(',')))
            viewers.push_back(seen.toULongLong());
    }
    for (const std::uint64_t seen : viewers) {
        const std::string login = "bench_viewer_" + std::to_string(seen);
        const std::string names = seen == 0 ? "SELECT '*'"
                                            : "SELECT 'company-' || n FROM generate_series(0, " + std::to_string(seen - 1) + ") AS n";
        runOnServer(url, "DO $$ BEGIN IF to_regrole('" + login + "') IS NULL THEN CREATE ROLE " + login
                             + " LOGIN IN ROLE bartizan_auditor; END IF; END $$; INSERT INTO bartizan.membership SELECT '" + login
                             + "', * FROM (" + names + ") AS c ON CONFLICT DO NOTHING");
        profile.user = QString::fromStdString(login);
        std::printf("as somebody who sees %s companies:\n", seen == 0 ? "all" : std::to_string(seen).c_str());
        const auto store = valueOf(openStore(profile.toUrl(), {}));
        ask(*store, profile.toUrl(), only.isEmpty() ? "bartizan.log" : nullptr, span, questions, std::max<std::uint64_t>(1, seen));
    }
}

} // namespace
} // namespace bartizan

int main(int argc, char **argv)
{
    using namespace bartizan;
    const QCoreApplication application(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "bench_metrics FILE|postgresql://… [ROWS [DAYS [QUESTIONS [COMPANIES [SEEN,…]]]]]\n");
        return 2;
    }
    const auto number = [&](int i, std::int64_t otherwise) { return argc > i ? std::atoll(argv[i]) : otherwise; };
    const QString path = QString::fromLocal8Bit(argv[1]);
    const std::int64_t rows = number(2, 10'000'000);
    const TimestampMs span = number(3, 365) * kDay;
    const auto companies = static_cast<std::uint64_t>(number(5, 12));
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    options.role = StoreOptions::Role::Engine;
    const auto store = valueOf(openStore(path, options));
    SomeCountries countries;
    if (!valueOf(store->extent()))
        makeLog(*store, rows, span, companies);
    valueOf(store->fetchAfter(rows, 1)); // Takes notice of what stands in the log, as an engine does.
    rollUp(*store, countries);
    const int questions = static_cast<int>(number(4, 400));
    const bool server = path.startsWith(QLatin1String("postgresql://"));
    const QString only = argc > 6 ? QString::fromLatin1(argv[6]) : QString();
    if (only.isEmpty())
        ask(*store, path, server ? "bartizan.audit" : "audit", span, questions, companies);
    if (server)
        askAsViewers(path, span, questions, companies, only);
    return 0;
}
