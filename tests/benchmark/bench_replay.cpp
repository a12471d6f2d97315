// SPDX-License-Identifier: GPL-3.0-or-later

// `bartizanctl replay --format sshd` over a generated auth.log: parsing, detection, metrics and the document, on one
// core, without a database. Run by hand:
//   cmake --preset release && ninja -C build/release bench_replay && build/release/bin/bench_replay

#include "core/engine/replaysshd.h"

#include <benchmark/benchmark.h>

#include <QFile>
#include <QTemporaryDir>

#include <array>
#include <cstdio>
#include <random>

using namespace bartizan;

namespace {

constexpr int kConnections = 700'000;

/// A week of a server that is guessed at: of three lines one is an attempt to log in, as in the real log beside.
class Log {
public:
    Log() : m_path(m_folder.filePath(QStringLiteral("auth.log")))
    {
        QFile file(m_path);
        if (!file.open(QIODevice::WriteOnly))
            return;
        std::mt19937 random(11);
        std::array<char, 512> text{};
        for (int i = 0; i < kConnections; ++i) {
            const int second = static_cast<int>(i * 604'800LL / kConnections);
            const auto host = random() % 20'000;
            const int size = std::snprintf(
                text.data(), text.size(),
                "Mar %2d %02d:%02d:%02d web1 sshd[%d]: Connection from 10.%d.%d.7 port %d on 192.0.2.80 port 22\n"
                "Mar %2d %02d:%02d:%02d web1 sshd[%d]: %s password for %s from 10.%d.%d.7 port %d ssh2\n"
                "Mar %2d %02d:%02d:%02d web1 sshd[%d]: Connection closed by 10.%d.%d.7 port %d [preauth]\n",
                3 + second / 86'400, second / 3600 % 24, second / 60 % 60, second % 60, 1000 + i % 30'000,
                static_cast<int>(host / 200), static_cast<int>(host % 200), 1024 + i % 60'000, 3 + second / 86'400,
                second / 3600 % 24, second / 60 % 60, second % 60, 1000 + i % 30'000, i % 20 ? "Failed" : "Accepted",
                i % 3 ? "root" : "admin", static_cast<int>(host / 200), static_cast<int>(host % 200), 1024 + i % 60'000,
                3 + second / 86'400, second / 3600 % 24, second / 60 % 60, second % 60, 1000 + i % 30'000,
                static_cast<int>(host / 200), static_cast<int>(host % 200), 1024 + i % 60'000);
            file.write(text.data(), size);
        }
    }
    const QString &path() const { return m_path; }

private:
    QTemporaryDir m_folder;
    QString m_path;
};

void replayOfAnAuthLog(benchmark::State &state)
{
    const Log log;
    ImportOptions import;
    import.year = 2025;
    std::int64_t lines = 0;
    for (auto _ : state) {
        const auto replay = replaySshd(log.path(), import, {});
        if (!replay) {
            state.SkipWithError("the log cannot be read");
            return;
        }
        lines += replay->report.lines;
    }
    state.SetItemsProcessed(lines);
}

} // namespace

BENCHMARK(replayOfAnAuthLog)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
