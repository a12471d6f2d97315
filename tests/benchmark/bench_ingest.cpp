// SPDX-License-Identifier: GPL-3.0-or-later
// How fast logs are read: scanned without a database, and imported into one. Run by hand, in the release preset.
#include "core/ingest/import.h"
#include "core/ingest/linereader.h"
#include "core/ingest/sshdscanner.h"
#include "core/storage/openstore.h"

#include <benchmark/benchmark.h>

#include <QFile>
#include <QTemporaryDir>

#include <cstring>

using namespace bartizan;

namespace {

constexpr int kLines = 1'000'000;

struct Files {
    QTemporaryDir folder;
    QString sshd;
    QString ndjson;
};

/// A host under attack: of ten lines four are failed passwords, two the names that do not exist, the rest chatter.
void writeSshd(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return;
    char line[256];
    for (int i = 0; i < kLines; ++i) {
        const int second = i / 12;
        const int pid = 1000 + i / 10 * 3 % 60000;
        const int at = std::snprintf(line, sizeof line, "Nov %2d %02d:%02d:%02d web1 ", 1 + second / 86400 % 30,
                                     second / 3600 % 24, second / 60 % 60, second % 60);
        const int host = (i / 10 * 7919) % 65536;
        char *const rest = line + at;
        const std::size_t room = sizeof line - static_cast<std::size_t>(at);
        switch (i % 10) {
        case 0:
            std::snprintf(rest, room, "sshd[%d]: Invalid user admin%d from 198.18.%d.%d port %d\n", pid, i % 50, host >> 8, host & 255, 1024 + i % 60000);
            break;
        case 1: case 3: case 5:
            std::snprintf(rest, room, "sshd[%d]: Failed password for invalid user admin%d from 198.18.%d.%d port %d ssh2\n", pid, i % 50, host >> 8, host & 255, 1024 + i % 60000);
            break;
        case 2:
            std::snprintf(rest, room, "sshd[%d]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=198.18.%d.%d\n", pid, host >> 8, host & 255);
            break;
        case 6:
            std::snprintf(rest, room, "sshd[%d]: Accepted publickey for deploy from 198.18.%d.%d port %d ssh2: RSA SHA256:Q1m8bJk0qH2c\n", pid + 1, host >> 8, host & 255, 1024 + i % 60000);
            break;
        case 8:
            std::snprintf(rest, room, "CRON[%d]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)\n", pid);
            break;
        default:
            std::snprintf(rest, room, "sshd[%d]: Connection closed by 198.18.%d.%d port %d [preauth]\n", pid, host >> 8, host & 255, 1024 + i % 60000);
        }
        file.write(line, static_cast<qint64>(std::strlen(line)));
    }
}

void writeNdjson(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return;
    char line[512];
    for (int i = 0; i < kLines; ++i) {
        const int second = i / 12;
        std::snprintf(line, sizeof line,
                      "{\"timestamp\":\"2026-11-%02dT%02d:%02d:%02d.%03dZ\",\"eventType\":\"API_SECURITY\",\"action\":\"invoices.list\","
                      "\"outcome\":\"SUCCESS\",\"userId\":\"user-%d\",\"companyId\":\"company-%d\",\"ipAddress\":\"198.18.%d.%d\","
                      "\"country\":\"DE\",\"requestId\":\"req-%08x\",\"metadata\":{\"status\":200,\"ms\":%d}}\n",
                      1 + second / 86400, second / 3600 % 24, second / 60 % 60, second % 60, i % 1000, i % 5000, i % 40,
                      i / 256 % 256, i % 256, i, i % 900);
        file.write(line, static_cast<qint64>(std::strlen(line)));
    }
}

const Files &files()
{
    static const auto made = [] {
        auto all = std::make_unique<Files>();
        all->sshd = all->folder.filePath(QStringLiteral("auth.log"));
        all->ndjson = all->folder.filePath(QStringLiteral("events.ndjson"));
        writeSshd(all->sshd);
        writeNdjson(all->ndjson);
        return all;
    }();
    return *made;
}

ImportOptions options(bool withYear)
{
    ImportOptions options;
    options.now = parseIso("2026-12-24T00:00:00Z").value();
    if (withYear)
        options.year = 2026;
    return options;
}

class CountingSink final : public SshdSink {
public:
    void attempt(const SshdRecord &record, std::uint32_t) override
    {
        ++count;
        benchmark::DoNotOptimize(record.event.ipAddress.data());
    }
    std::int64_t count = 0;
};

void readLines(benchmark::State &state)
{
    for (auto _ : state) {
        auto reader = LineReader::open(files().sshd);
        LineReader::Line line;
        while (reader->next(line))
            benchmark::DoNotOptimize(line.text.data());
    }
    state.SetItemsProcessed(state.iterations() * kLines);
}

void scanSshd(benchmark::State &state)
{
    CountingSink sink;
    for (auto _ : state) {
        const auto report = scanSshdLog(files().sshd, options(state.range(0) != 0), sink);
        if (!report || report->lines != kLines)
            state.SkipWithError("the log cannot be scanned");
    }
    state.SetItemsProcessed(state.iterations() * kLines);
    state.counters["attempts"] = static_cast<double>(sink.count) / static_cast<double>(state.iterations());
}

void importInto(benchmark::State &state, const QString &path)
{
    std::int64_t rows = 0;
    for (auto _ : state) {
        state.PauseTiming();
        QTemporaryDir folder;
        StoreOptions create;
        create.mode = StoreOptions::Mode::Create;
        auto store = openStore(folder.filePath(QStringLiteral("audit.db")), create);
        state.ResumeTiming();
        const auto report = importFile(path, options(true), **store, {});
        if (!report || report->totals.lines != kLines)
            state.SkipWithError("the log cannot be imported");
        else
            rows = report->totals.imported;
        state.PauseTiming();
        store->reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * kLines);
    state.counters["rows"] = static_cast<double>(rows);
}

void importSshd(benchmark::State &state) { importInto(state, files().sshd); }
void importNdjson(benchmark::State &state) { importInto(state, files().ndjson); }

BENCHMARK(readLines)->Unit(benchmark::kMillisecond);
BENCHMARK(scanSshd)->ArgName("yearGiven")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond);
BENCHMARK(importSshd)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();
BENCHMARK(importNdjson)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();

} // namespace

BENCHMARK_MAIN();
