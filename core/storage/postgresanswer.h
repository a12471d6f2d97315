// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

struct pg_conn;
struct pg_result;

namespace bartizan {

/// An answer of libpq's, cleared when destroyed.
using PostgresAnswer = std::unique_ptr<pg_result, void (*)(pg_result *)>;

/// What a server that is only tried answers to a statement within some seconds; null where it says nothing, or the connection is
/// gone. Nothing is to be asked over it then. Thread: the connection's.
PostgresAnswer answerInTime(pg_conn *connection, const char *sql);

} // namespace bartizan
