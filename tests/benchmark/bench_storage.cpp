// SPDX-License-Identifier: GPL-3.0-or-later
// What the SQLite store takes and gives, and triage in PostgreSQL, on a server of its own. Run by hand on an idle machine:
//     bench_storage --benchmark_counters_tabular=true [--benchmark_filter=triage]
#include "core/storage/openstore.h"
#include "tests/domain/collectedhistory.h"
#include "tests/postgres/postgrescluster.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace bartizan {
namespace {

constexpr TimestampMs kStart = 1795176000000; // 2026-11-20T12:00:00Z
constexpr std::int64_t kWarmRows = 1'000'000;
constexpr std::size_t kBatch = 20'000;

template<typename T>
T valueOf(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", qPrintable(result.error().message));
        std::exit(1);
    }
    return std::move(*result);
}

std::unique_ptr<Store> openAt(const QTemporaryDir &folder)
{
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    options.role = StoreOptions::Role::Engine;
    return valueOf(openStore(folder.filePath(QStringLiteral("bench.db")), options));
}

/// Traffic as an application writes it: addresses and users unevenly spread, most rows with a country.
class Traffic {
public:
    NewAuditRow next(TimestampMs time, bool imported)
    {
        NewAuditRow row;
        AuditEvent &event = row.event;
        event.timestamp = time;
        event.eventType = static_cast<SecurityEventType>(m_random() % 12);
        event.outcome = static_cast<AuditOutcome>(m_random() % 5);
        event.action = "login_attempt";
        event.context.ipAddress = address(skewed(100'000));
        event.context.userId = "user-" + std::to_string(skewed(20'000));
        event.context.country = kCountries[m_random() % std::size(kCountries)];
        event.context.userAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
        event.metadata = R"({"method":"password","port":40221,"file":"auth.ndjson","line":4711})";
        row.fingerprint = imported ? m_random() | 1U : 0;
        return row;
    }

private:
    static constexpr const char *kCountries[] = {"DE", "FR", "US", "CN", "BR", "IN", "RU", "NL"};

    std::uint64_t skewed(std::uint64_t count)
    {
        const double u = static_cast<double>(m_random() >> 11U) * 0x1.0p-53;
        return static_cast<std::uint64_t>(static_cast<double>(count) * u * u * u);
    }
    static std::string address(std::uint64_t n)
    {
        return "10." + std::to_string(n >> 16U & 255U) + '.' + std::to_string(n >> 8U & 255U) + '.'
            + std::to_string(n & 255U);
    }
    std::mt19937_64 m_random{42};
};

/// One week with a million rows, made once.
Store &warmStore()
{
    static QTemporaryDir folder;
    static const std::unique_ptr<Store> store = [] {
        auto made = openAt(folder);
        Traffic traffic;
        std::vector<NewAuditRow> batch;
        for (std::int64_t i = 0; i < kWarmRows; ++i) {
            batch.push_back(traffic.next(kStart - 7 * kDay + i * (7 * kDay) / kWarmRows, false));
            if (batch.size() == kBatch) {
                valueOf(made->append(batch, {}));
                batch.clear();
            }
        }
        return made;
    }();
    return *store;
}

void appendRows(benchmark::State &state)
{
    const QTemporaryDir folder;
    const auto store = openAt(folder);
    Traffic traffic;
    TimestampMs time = kStart;
    std::vector<NewAuditRow> batch(static_cast<std::size_t>(state.range(0)));
    for (auto step : state) {
        state.PauseTiming();
        for (NewAuditRow &row : batch)
            row = traffic.next(time += 50, true);
        state.ResumeTiming();
        valueOf(store->append(batch, {}));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void appendDuplicates(benchmark::State &state)
{
    const QTemporaryDir folder;
    const auto store = openAt(folder);
    Traffic traffic;
    std::vector<NewAuditRow> batch;
    for (std::size_t i = 0; i < kBatch; ++i)
        batch.push_back(traffic.next(kStart + static_cast<TimestampMs>(i), true));
    valueOf(store->append(batch, {}));
    for (auto step : state)
        valueOf(store->append(batch, {}));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}

void fetchAfter(benchmark::State &state)
{
    Store &store = warmStore();
    std::int64_t cursor = 0;
    std::int64_t rows = 0;
    for (auto step : state) {
        const auto batch = valueOf(store.fetchAfter(cursor, kBatch));
        rows += static_cast<std::int64_t>(batch.size());
        cursor = batch.empty() ? 0 : batch.back().id;
    }
    state.SetItemsProcessed(rows);
}

void historyOfAWeek(benchmark::State &state)
{
    Store &store = warmStore();
    for (auto step : state) {
        test::CollectedHistory history;
        if (!store.history({kStart, kWarmRows, 90 * kMinute}, history))
            std::exit(1);
    }
    state.SetItemsProcessed(state.iterations() * kWarmRows);
}

void metricsOverDays(benchmark::State &state)
{
    Store &store = warmStore();
    MetricsQuery query;
    query.range = {kStart - state.range(0) * kDay, kStart};
    std::int64_t rows = 0;
    for (auto step : state)
        rows += valueOf(store.metricsInputs(query)).totalEvents;
    state.SetItemsProcessed(rows);
}

std::vector<std::string> commitAlerts(Store &store, std::int64_t count)
{
    std::vector<std::string> ids;
    for (std::int64_t i = 0; i < count;) {
        EngineCommit commit;
        for (; i < count && commit.alerts.size() < kBatch; ++i) {
            SecurityAlert alert;
            alert.id = "alert-" + std::to_string(i);
            alert.timestamp = kStart + i;
            alert.context.ipAddress = "10.0.0.1";
            ids.push_back(alert.id);
            commit.alerts.push_back(std::move(alert));
        }
        if (const auto stored = store.commit(commit); !stored) {
            std::fprintf(stderr, "%s\n", qPrintable(stored.error().message));
            std::exit(1);
        }
    }
    return ids;
}

/// A step on many alerts, in parts as a console takes it, and taking it back.
void triage(benchmark::State &state, bool onServer)
{
    if (const QString missing = test::PostgresCluster::missing(); onServer && !missing.isEmpty())
        return state.SkipWithError(qPrintable(missing));
    double undone = 0.0;
    double longest = 0.0;
    for (auto pass : state) {
        state.PauseTiming();
        {
            const QTemporaryDir folder;
            std::unique_ptr<test::PostgresCluster> server;
            if (onServer)
                server = std::make_unique<test::PostgresCluster>(test::PostgresCluster::Options{.durable = true, .settings = {}});
            StoreOptions options;
            options.mode = StoreOptions::Mode::Create;
            const auto store = onServer ? valueOf(openStore(server->url(server->makeDatabase()), options)) : openAt(folder);
            const std::vector<std::string> ids = commitAlerts(*store, state.range(0));
            TriageStep step;
            step.id = newStepId();
            const TriageUndo undo{newStepId(), step.id};
            const auto parts = [&](const auto &take) {
                for (std::size_t i = 0; i < ids.size(); i += kTriageChunk) {
                    const auto begun = std::chrono::steady_clock::now();
                    valueOf(take(std::span(ids).subspan(i, std::min(kTriageChunk, ids.size() - i))));
                    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
                    longest = std::max(longest, took.count());
                }
            };
            state.ResumeTiming();
            parts([&](std::span<const std::string> part) { return store->triage(part, step, "ann", kStart); });
            state.PauseTiming();
            QElapsedTimer timer;
            timer.start();
            parts([&](std::span<const std::string> part) { return store->undo(part, undo, "ann", kStart); });
            undone += static_cast<double>(timer.elapsed());
        }
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["undo_ms"] = benchmark::Counter(undone / static_cast<double>(state.iterations()));
    state.counters["longest_part_ms"] = benchmark::Counter(longest);
}

BENCHMARK(appendRows)->Arg(1'000)->Iterations(100)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(appendRows)->Arg(20'000)->Iterations(25)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(appendDuplicates)->Iterations(10)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(fetchAfter)->Iterations(50)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(historyOfAWeek)->Iterations(3)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(metricsOverDays)->Arg(1)->Arg(6)->Arg(8)->Iterations(3)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(triage, sqlite, false)->Arg(100'000)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(triage, postgresql, true)->Arg(100'000)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
} // namespace bartizan

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
