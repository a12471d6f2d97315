// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/sqlitestanding.h"

#include <span>
#include <string>
#include <vector>

namespace bartizan {

/// A line of history that a step of triage writes.
struct TriageLine {
    std::int64_t alert = 0;
    std::string_view action; ///< As the comment, it outlives the writing.
    std::string_view comment;
    std::string detail;
    std::optional<Standing> was; ///< nullopt: the alert stays as it was.
    std::int64_t version = 0;    ///< What it became.
};

/// What a step left of an alert, and what came of it since.
struct StepTaken {
    Standing present;
    std::string action;                  ///< The step, as history calls it.
    std::optional<std::int64_t> version; ///< What the alert became by it; nullopt: it stayed as it was.
    Standing before;                     ///< Where it became something else: what it was.
};

/// The rows of triage of an SQLite database, read and written many at a time: what a statement costs apart from its rows
/// is as much as a row does, and a step on many alerts would pay it for each of them. Thread: the connection's.
class SqliteTriageRows {
public:
    explicit SqliteTriageRows(SqliteConnection &connection) : m_connection(connection) {}

    /// Where alerts stand, in the order of their ids; nullopt: there is none of that id.
    Result<std::vector<std::optional<Standing>>> standings(std::span<const std::string> ids);
    /// What a step left of alerts, in the order of their ids; nullopt: it is none of its alerts.
    Result<std::vector<std::optional<StepTaken>>> taken(std::int64_t step, std::span<const std::string> ids);
    /// Has alerts stand so; each comes with its place in the stream of changes.
    Result<void> write(std::span<const std::pair<Standing, std::int64_t>> standings);
    Result<void> write(std::span<const TriageLine> lines, std::int64_t step, const std::string &by, TimestampMs at);

private:
    SqliteConnection &m_connection;
};

} // namespace bartizan
