// SPDX-License-Identifier: GPL-3.0-or-later
// appendrows DB ADDRESS COUNT: another process that appends COUNT failed log-ins from ADDRESS, now, in one transaction.
#include "core/ports/clock.h"
#include "core/storage/openstore.h"

#include <QCoreApplication>

#include <cstdio>

using namespace bartizan;

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    if (argc != 4)
        return 2;
    auto store = openStore(QString::fromLocal8Bit(argv[1]));
    if (!store) {
        std::fprintf(stderr, "%s\n", qPrintable(store.error().message));
        return 1;
    }
    std::vector<NewAuditRow> rows;
    const int count = QByteArray(argv[3]).toInt();
    const TimestampMs now = SystemClock().now();
    for (int i = 0; i < count; ++i) {
        NewAuditRow row;
        row.event.timestamp = now - count + i;
        row.event.outcome = AuditOutcome::Failure;
        row.event.action = "login";
        row.event.context.ipAddress = argv[2];
        row.event.context.userId = "m.okafor";
        row.event.context.companyId = "birchfield";
        rows.push_back(row);
    }
    const auto report = (*store)->append(rows, {});
    if (!report) {
        std::fprintf(stderr, "%s\n", qPrintable(report.error().message));
        return 1;
    }
    return report->inserted == count ? 0 : 1;
}
