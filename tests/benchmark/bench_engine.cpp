// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the engine works through a log that stands in SQLite, and how soon it is back after a stop: from the
// checkpoint, and from the log of seven days alone. Run by hand on an idle machine, in the release preset:
//   build/release/bin/bench_engine --benchmark_filter=/1000000
// The database of ten million rows takes 5 GB and some minutes to make; BARTIZAN_BENCH_FOLDER keeps it for the next time.
#include "core/engine/engineprocessor.h"
#include "core/ingest/import.h"
#include "core/ports/clock.h"
#include "core/storage/openstore.h"
#include "core/storage/sqliteconnection.h"
#include "tests/benchmark/generatedlogs.h"

#include <QCoreApplication>
#include <QFile>
#include <QTemporaryDir>

#include <benchmark/benchmark.h>

#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

namespace bartizan {
namespace {

constexpr std::size_t kStep = 40'000; // As `bartizanctl run --once`.

template<typename T>
T valueOf(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", qPrintable(result.error().message));
        std::exit(1);
    }
    return std::move(*result);
}

void check(const Result<void> &result)
{
    if (!result) {
        std::fprintf(stderr, "%s\n", qPrintable(result.error().message));
        std::exit(1);
    }
}

/// Stands where the generated week ends.
class EndOfWeek final : public Clock {
public:
    TimestampMs now() const override { return 1795176000000; } // 2026-11-20T12:00:00Z
};
const EndOfWeek endOfWeek;

QString folder()
{
    static const QTemporaryDir temporary;
    const QString kept = qEnvironmentVariable("BARTIZAN_BENCH_FOLDER");
    return kept.isEmpty() ? temporary.path() : kept;
}

std::unique_ptr<Store> openAt(const QString &path)
{
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    options.role = StoreOptions::Role::Engine;
    return valueOf(openStore(path, options));
}

/// A database with a week of so many rows that no engine has seen.
QString importedWeek(std::int64_t rows)
{
    const QString path = folder() + QStringLiteral("/week-%1.db").arg(rows);
    if (QFile::exists(path))
        return path;
    const QString log = folder() + QStringLiteral("/events.ndjson");
    generated::writeAuditEvents(log, rows, false);
    const QString unfinished = path + QStringLiteral(".part");
    {
        const auto store = openAt(unfinished);
        ImportOptions options;
        options.now = endOfWeek.now();
        valueOf(importFile(log, options, *store, {}));
    }
    QFile::remove(log);
    if (!QFile::rename(unfinished, path))
        std::exit(1);
    return path;
}

void workThrough(Store &store)
{
    EngineProcessor processor(store, endOfWeek);
    check(processor.begin());
    while (valueOf(processor.step(kStep)).more) { }
    valueOf(processor.runClock(processor.cursor().watermark + kMinute));
    check(processor.checkpoint());
}

/// The same database with all its rows processed and a checkpoint at the end.
QString processedWeek(std::int64_t rows)
{
    const QString path = folder() + QStringLiteral("/processed-%1.db").arg(rows);
    if (QFile::exists(path))
        return path;
    const QString unfinished = path + QStringLiteral(".part");
    QFile::remove(unfinished);
    if (!QFile::copy(importedWeek(rows), unfinished))
        std::exit(1);
    workThrough(*openAt(unfinished));
    if (!QFile::rename(unfinished, path))
        std::exit(1);
    return path;
}

/// Memory at most, in MB, since the program began.
double peakMegabytes()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void backlog(benchmark::State &state)
{
    const QString source = importedWeek(state.range(0));
    const QString path = folder() + QStringLiteral("/backlog.db");
    for (auto _ : state) {
        state.PauseTiming();
        QFile::remove(path);
        if (!QFile::copy(source, path))
            std::exit(1);
        auto store = openAt(path);
        state.ResumeTiming();
        workThrough(*store);
        state.PauseTiming();
        store.reset();
        QFile::remove(path);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["peakMB"] = peakMegabytes();
}

/// Puts the checkpoint aside, where no engine finds it, or back.
void turnCheckpoint(const QString &path)
{
    SqliteConnection connection;
    check(connection.open(path, SqliteConnection::Access::ReadWrite));
    check(connection.execute("UPDATE engine_checkpoint SET format = -format"));
}

void warmStart(benchmark::State &state, bool fromCheckpoint)
{
    const QString path = processedWeek(state.range(0));
    if (!fromCheckpoint)
        turnCheckpoint(path);
    auto store = openAt(path);
    for (auto _ : state) {
        EngineProcessor processor(*store, endOfWeek);
        check(processor.begin());
        if (processor.resumed() != fromCheckpoint)
            state.SkipWithError("it started the other way");
    }
    store.reset();
    if (!fromCheckpoint)
        turnCheckpoint(path);
    state.counters["peakMB"] = peakMegabytes();
}

void warmStartFromCheckpoint(benchmark::State &state) { warmStart(state, true); }
void warmStartFromLog(benchmark::State &state) { warmStart(state, false); }

BENCHMARK(backlog)->Arg(1'000'000)->Arg(10'000'000)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(warmStartFromCheckpoint)->Arg(1'000'000)->Arg(10'000'000)->Iterations(3)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(warmStartFromLog)->Arg(1'000'000)->Arg(10'000'000)->Iterations(2)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
} // namespace bartizan

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
