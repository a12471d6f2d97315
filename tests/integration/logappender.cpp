// SPDX-License-Identifier: GPL-3.0-or-later
// logappender DATABASE COUNT INTERVAL_MS: COUNT times, INTERVAL_MS apart, commits a failed login that raises an alert of
// its own, with the moment at which its commit had returned written to standard output: "ADDRESS EPOCH_US". On a server
// it inserts as an application does, which knows the view and nothing of Bartizan.
#include "core/ports/store.h"
#include "core/storage/openstore.h"

#include <QCoreApplication>
#include <QTimer>

#include <libpq-fe.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <span>

using namespace bartizan;

namespace {

std::int64_t nowUs()
{
    using namespace std::chrono;
    return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

/// The last of five failed logins from an address of its own; the first four stand in the log from the beginning.
NewAuditRow attempt(int number, TimestampMs at)
{
    NewAuditRow row;
    row.event.timestamp = at;
    row.event.outcome = AuditOutcome::Failure;
    row.event.action = "login";
    row.event.context.ipAddress = "198.51.100." + std::to_string(number % 256) + ":" + std::to_string(number);
    return row;
}

using Append = std::function<bool(std::span<const NewAuditRow>)>;

Append toServer(const QString &url)
{
    const std::shared_ptr<PGconn> connection(PQconnectdb(url.toUtf8().constData()), &PQfinish);
    const auto run = [connection](const char *sql, const char *value) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(
            PQexecParams(connection.get(), sql, value ? 1 : 0, nullptr, &value, nullptr, nullptr, 0), &PQclear);
        if (PQresultStatus(result.get()) == PGRES_COMMAND_OK)
            return true;
        std::fprintf(stderr, "%s\n", PQerrorMessage(connection.get()));
        return false;
    };
    return [run](std::span<const NewAuditRow> rows) {
        bool done = run("BEGIN", nullptr);
        for (const NewAuditRow &row : rows) {
            done = done
                && run("INSERT INTO bartizan.security_audit_log (\"eventType\", action, outcome, \"ipAddress\") "
                       "VALUES ('AUTHENTICATION', 'login', 'FAILURE', $1)",
                       row.event.context.ipAddress->c_str());
        }
        return done && run("COMMIT", nullptr);
    };
}

Append toFile(const QString &path)
{
    auto opened = openStore(path);
    if (!opened) {
        std::fprintf(stderr, "%s\n", qPrintable(opened.error().message));
        return {};
    }
    return [store = std::shared_ptr<Store>(std::move(*opened))](std::span<const NewAuditRow> rows) {
        return store->append(rows, {}).ok();
    };
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.size() != 4)
        return 2;
    const QString database = arguments.at(1);
    const Append append = database.startsWith(QLatin1String("postgresql://")) ? toServer(database) : toFile(database);
    if (!append)
        return 1;
    const int count = arguments.at(2).toInt();
    const TimestampMs start = nowUs() / 1000;
    std::vector<NewAuditRow> before;
    for (int number = 0; number < count; ++number)
        before.insert(before.end(), 4, attempt(number, start));
    if (!append(before))
        return 1;

    int number = 0;
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, &application, [&] {
        const NewAuditRow row = attempt(number, nowUs() / 1000);
        if (!append({&row, 1}))
            return QCoreApplication::exit(1);
        std::printf("%s %lld\n", row.event.context.ipAddress->c_str(), static_cast<long long>(nowUs()));
        std::fflush(stdout);
        if (++number == count)
            QCoreApplication::exit(0);
    });
    timer.start(arguments.at(3).toInt());
    return application.exec();
}
