// SPDX-License-Identifier: GPL-3.0-or-later

// `bartizanctl replay` over generated logs: reading, detection with all rules, metrics and the document, without a
// database; beside it, in the same run, what simdjson alone takes for the same file. Run by hand on an idle machine:
//   cmake --preset release && ninja -C build/release bench_replay && build/release/bin/bench_replay

#include "core/engine/replayinput.h"
#include "core/engine/replaysshd.h"
#include "core/ingest/linereader.h"
#include "tests/benchmark/generatedlogs.h"

#include <benchmark/benchmark.h>

#include <QFile>
#include <QTemporaryDir>

#include <simdjson.h>

#include <malloc.h>

#include <functional>

using namespace bartizan;

namespace {

/// The path of a log that `write` makes the first time.
QString logNamed(const QString &name, const std::function<void(const QString &)> &write)
{
    static const QTemporaryDir folder;
    const QString path = folder.filePath(name);
    if (!QFile::exists(path))
        write(path);
    return path;
}

QString auditEvents(std::int64_t count, bool metadata)
{
    return logNamed(QStringLiteral("events-%1-%2").arg(count).arg(metadata), [&](const QString &path) {
        generated::writeAuditEvents(path, count, metadata);
    });
}

QString authLog(std::int64_t lines, int addresses)
{
    return logNamed(QStringLiteral("auth-%1-%2").arg(lines).arg(addresses), [&](const QString &path) {
        generated::writeAuthLog(path, lines, addresses);
    });
}

/// Every value of every line as a text, and nothing done with it: the least that reading such a file by simdjson takes.
void simdjsonAlone(benchmark::State &state)
{
    const QString path = auditEvents(state.range(0), state.range(1) != 0);
    simdjson::ondemand::parser parser;
    for (auto _ : state) {
        auto reader = LineReader::open(path);
        LineReader::Line line;
        std::size_t bytes = 0;
        while (reader && reader->next(line)) {
            auto document = parser.iterate(line.text.data(), line.text.size(), line.text.size() + LineReader::kPadding);
            for (auto field : document.get_object())
                bytes += field.unescaped_key().value().size() + field.value().raw_json_token().value().size();
        }
        benchmark::DoNotOptimize(bytes);
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void replayOfAuditEvents(benchmark::State &state)
{
    const QString path = auditEvents(state.range(0), state.range(1) != 0);
    std::size_t size = 0;
    for (auto _ : state) {
        size = 0;
        if (!replayNdjson(path, {}, [&size](std::string_view text) { size += text.size(); })) {
            state.SkipWithError("the log cannot be replayed");
            return;
        }
        state.PauseTiming();
        malloc_trim(0);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
    state.counters["document"] = static_cast<double>(size);
}

void replayOfAnAuthLog(benchmark::State &state)
{
    const QString path = authLog(state.range(0), static_cast<int>(state.range(1)));
    ImportOptions import;
    import.year = 2026;
    std::int64_t lines = 0;
    for (auto _ : state) {
        std::size_t size = 0;
        const auto report = replaySshd(path, import, {}, [&size](std::string_view text) { size += text.size(); });
        if (!report) {
            state.SkipWithError("the log cannot be read");
            return;
        }
        lines += report->lines;
    }
    state.SetItemsProcessed(lines);
}

} // namespace

BENCHMARK(simdjsonAlone)->ArgNames({"events", "metadata"})->Args({10'000'000, 0})->Args({2'000'000, 1})
    ->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();
BENCHMARK(replayOfAuditEvents)->ArgNames({"events", "metadata"})->Args({10'000'000, 0})->Args({2'000'000, 1})
    ->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();
BENCHMARK(replayOfAnAuthLog)->ArgNames({"lines", "addresses"})->Args({3'000'000, 1'000})->Args({3'000'000, 400'000})
    ->Unit(benchmark::kMillisecond)->Iterations(3)->UseRealTime();
BENCHMARK_MAIN();
