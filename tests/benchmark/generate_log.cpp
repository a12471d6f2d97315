// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the logs that the benchmarks read, to measure bartizanctl itself with:
//   generate_log ndjson 10000000 events.ndjson && time bartizanctl replay events.ndjson > document.json
//   generate_log sshd 3000000 auth.log && time bartizanctl replay --format sshd --year 2026 auth.log > document.json
#include "tests/benchmark/generatedlogs.h"

#include <QByteArray>

#include <cstdio>

using namespace bartizan;

int main(int argc, char **argv)
{
    const QByteArray kind(argc == 4 ? argv[1] : "");
    const std::int64_t count = argc == 4 ? QByteArray(argv[2]).toLongLong() : 0;
    const bool events = kind == "ndjson" || kind == "ndjson-metadata";
    if (count <= 0 || (!events && kind != "sshd")) {
        std::fputs("usage: generate_log ndjson|ndjson-metadata|sshd COUNT FILE\n", stderr);
        return 2;
    }
    const QString path = QString::fromLocal8Bit(argv[3]);
    if (events)
        generated::writeAuditEvents(path, count, kind == "ndjson-metadata");
    else
        generated::writeAuthLog(path, count, 20'000);
    return 0;
}
