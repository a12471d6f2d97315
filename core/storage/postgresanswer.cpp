// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgresanswer.h"

#include <libpq-fe.h>

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <utility>

namespace bartizan {
namespace {

using Moment = std::chrono::steady_clock::time_point;

/// As long as a server may take to let somebody in.
constexpr std::chrono::seconds kPatience{5};

/// Whether the next part of the answer has arrived by then.
bool hasArrived(pg_conn *connection, Moment end)
{
    while (PQisBusy(connection) == 1) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0)
            return false;
        pollfd waiting{PQsocket(connection), POLLIN, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
        if ((ready < 0 && errno != EINTR) || (ready > 0 && PQconsumeInput(connection) == 0))
            return false;
    }
    return true;
}

} // namespace

PostgresAnswer answerInTime(pg_conn *connection, const char *sql)
{
    PostgresAnswer answer(nullptr, &PQclear);
    const Moment end = std::chrono::steady_clock::now() + kPatience;
    bool whole = PQsendQuery(connection, sql) != 1;
    while (!whole) {
        if (!hasArrived(connection, end))
            return PostgresAnswer(nullptr, &PQclear);
        PostgresAnswer part(PQgetResult(connection), &PQclear);
        whole = !part;
        if (part)
            answer = std::move(part);
    }
    return answer;
}

} // namespace bartizan
