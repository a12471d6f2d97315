// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace bartizan {

class CountryResolver;
class SqliteConnection;

/// A prepared statement, lent by a connection and given back when destroyed, so that no read stays open behind its
/// caller. Text goes in and out as UTF-8 with its length, hence with the NUL bytes a log may hold: that is why this
/// talks to the driver's handle, and not through QSqlQuery. Thread: the connection's.
class SqliteStatement {
public:
    SqliteStatement(SqliteStatement &&other) noexcept;
    SqliteStatement &operator=(SqliteStatement &&other) = delete;
    SqliteStatement(const SqliteStatement &) = delete;
    ~SqliteStatement();

    /// Binds the parameter `index`, from 1. Text must live until the statement is stepped through or bound anew.
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view text);
    void bind(int index, const std::optional<std::string> &text);
    void bindReal(int index, double value);
    void bindNull(int index);
    void bindBlob(int index, std::string_view bytes);

    /// The next row: true when there is one, false at the end.
    Result<bool> step();
    /// Runs a statement that answers no rows, and makes it ready for the next values.
    Result<void> run();
    /// Ready to run again, parameters kept.
    void rewind();

    /// Columns of the present row, from 0. Views end with the next step().
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const;
    std::string_view blob(int column) const;
    bool isNull(int column) const;
    std::optional<std::string> optionalText(int column) const;
    std::string string(int column) const { return std::string(text(column)); }

private:
    friend class SqliteConnection;
    SqliteStatement(SqliteConnection *connection, const std::string *sql, sqlite3_stmt *statement)
        : m_connection(connection), m_sql(sql), m_statement(statement) {}

    SqliteConnection *m_connection;
    const std::string *m_sql; ///< Key in the connection's cache.
    sqlite3_stmt *m_statement;
};

/// One connection of QtSql's SQLite driver, with a cache of prepared statements, and SQLite's result codes put into
/// words. Thread: the one that opened it; every call from another fails. interrupt() alone is for all threads.
class SqliteConnection {
public:
    /// How the file is opened. Immutable: no other program can write it, so neither locks nor a log are looked for.
    enum class Access { ReadWrite, ReadOnly, Immutable };

    SqliteConnection() = default;
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection &) = delete;
    SqliteConnection &operator=(const SqliteConnection &) = delete;

    /// Opens the existing file at the absolute `path`; waits up to 5 s for locks. Reads and writes nothing yet.
    Result<void> open(const QString &path, Access access);
    /// The first 16 bytes of the file, read through SQLite; what a shorter file lacks is 0. Nothing is parsed.
    Result<QByteArray> head();
    void close();

    /// An error when called on another thread than the one that opened it, or before.
    Result<void> check() const;
    Result<SqliteStatement> prepare(const std::string &sql);
    /// Runs any number of statements without parameters.
    Result<void> execute(const char *sql);
    /// The first column of the first row of a query without parameters; 0 when there is none or it is NULL.
    Result<std::int64_t> integer(const std::string &sql);

    /// Rows changed by the last statement, and the key it inserted.
    std::int64_t changes() const;
    std::int64_t lastInsertId() const;
    /// Keeps a few pages in memory only: a process has several connections, and the system has their pages, too. Transactions
    /// take more (SqliteTransaction::Room); a small one that is committed has the connection rest again.
    Result<void> rest();
    /// Whether a transaction, or a read of several statements, is open.
    bool inTransaction() const;
    /// Ends the statement that runs, which then fails. Thread: any.
    void interrupt();
    /// Ends the open transaction, if any, whatever interrupt() is doing meanwhile.
    void rollBack();
    /// To be called after a transaction that held the lock since `begun`: lets writers that wait go first when it was
    /// long. Locks are not handed on in turn, and a bulk import would otherwise keep the engine out.
    void giveWay(std::chrono::steady_clock::time_point begun);
    /// What answers the SQL function country_of(country, address) from now on; with null, it answers NULL.
    void setCountries(CountryResolver *countries) noexcept { m_countries = countries; }
    /// Leaves the write-ahead log as it is when this connection closes: the file is not ours.
    void leaveLogAlone();

    const QString &path() const noexcept { return m_path; }
    /// What the last failure was, with the file's name and what to do about it.
    Error error() const;
    /// SQLite's code of the last failure (without its extension).
    int errorCode() const;

private:
    friend class SqliteStatement;
    /// SQLite asks when a lock is taken: whether to try again.
    static int tryAgain(void *connection, int attempts);
    void giveBack(const std::string &sql, sqlite3_stmt *statement);

    QString m_path;
    QString m_name; ///< Of the QtSql connection.
    std::thread::id m_thread;
    std::mutex m_handleMutex; ///< interrupt() must not meet close().
    sqlite3 *m_handle = nullptr;
    CountryResolver *m_countries = nullptr;
    std::chrono::steady_clock::time_point m_blockedSince; ///< While a lock is waited for.
    std::unordered_map<std::string, std::vector<sqlite3_stmt *>> m_idle;
};

/// While it lives, country_of(country, address) answers what `countries`, which may be null, tells of a row.
class CountryAnswers {
public:
    CountryAnswers(SqliteConnection &connection, CountryResolver *countries) : m_connection(connection)
    {
        m_connection.setCountries(countries);
    }
    ~CountryAnswers() { m_connection.setCountries(nullptr); }
    CountryAnswers(const CountryAnswers &) = delete;
    CountryAnswers &operator=(const CountryAnswers &) = delete;

private:
    SqliteConnection &m_connection;
};

/// BEGIN IMMEDIATE to commit(); rolled back when destroyed before.
class SqliteTransaction {
public:
    /// Room in memory for pages that it reads and changes; what changed and finds none is written before the commit.
    enum class Room {
        Large, ///< For an import: thousands of rows with places all over the file. It is kept for the next one.
        Small, ///< For a console, which holds its whole queue in memory as well, and for the engine in it.
    };

    static Result<SqliteTransaction> begin(SqliteConnection &connection, Room room = Room::Large);
    SqliteTransaction(SqliteTransaction &&other) noexcept;
    SqliteTransaction &operator=(SqliteTransaction &&other) = delete;
    SqliteTransaction(const SqliteTransaction &) = delete;
    ~SqliteTransaction();
    Result<void> commit();

private:
    SqliteTransaction(SqliteConnection *connection, Room room) : m_connection(connection), m_room(room) {}
    SqliteConnection *m_connection;
    Room m_room;
};

/// A read of several statements that see one state of the database; ends when destroyed. Within another one it changes
/// nothing.
class SqliteSnapshot {
public:
    static Result<SqliteSnapshot> begin(SqliteConnection &connection);
    SqliteSnapshot(SqliteSnapshot &&other) noexcept;
    SqliteSnapshot &operator=(SqliteSnapshot &&other) = delete;
    SqliteSnapshot(const SqliteSnapshot &) = delete;
    ~SqliteSnapshot();

private:
    explicit SqliteSnapshot(SqliteConnection *connection) : m_connection(connection) {}
    SqliteConnection *m_connection;
};

} // namespace bartizan
