// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/storage/connectionprofile.h"
#include "core/storage/postgrestext.h"

#include <QString>

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

struct pg_conn;
struct pg_result;

namespace bartizan {

/// How a statement is run and answered. Binary: the answer comes as the server holds it, which of a bytea is much faster;
/// PostgresRow reads integers, booleans, texts and bytea of it. Kept: likewise, and the server keeps the statement
/// prepared, for texts that are always the same and whose best plan does not hang on the values.
enum class PostgresMode { Text, Binary, Kept };

/// The parameters of a statement, $1 on, in the order they are added.
class PostgresParameters {
public:
    PostgresParameters() = default;

    PostgresParameters &add(std::int64_t value) { return raw(std::to_string(value)); }
    PostgresParameters &add(double value);
    PostgresParameters &add(bool value) { return raw(value ? "t" : "f"); }
    /// Text, as postgresEncoded() stores it.
    PostgresParameters &add(std::string_view text) { return raw(postgresEncoded(text)); }
    PostgresParameters &add(const std::string &text) { return add(std::string_view(text)); }
    PostgresParameters &add(const char *text) { return add(std::string_view(text)); }
    PostgresParameters &add(const std::optional<std::string> &text);
    PostgresParameters &add(const std::optional<std::int64_t> &value);
    PostgresParameters &addNull();
    /// A text[].
    PostgresParameters &addArray(const std::vector<std::string_view> &texts);
    /// A bigint[].
    PostgresParameters &addNumbers(const std::vector<std::int64_t> &numbers);
    /// A bytea, which the statement has to call so.
    PostgresParameters &addBytes(std::string_view bytes);
    /// What PostgreSQL reads as it is.
    PostgresParameters &raw(std::string value);

    /// "$7" for the parameter added last.
    std::string last() const { return std::to_string(m_values.size()).insert(0, 1, '$'); }
    const std::vector<std::optional<std::string>> &values() const noexcept { return m_values; }
    /// 1 for each value that is bytes, 0 for text.
    const std::vector<int> &formats() const noexcept { return m_formats; }

private:
    std::vector<std::optional<std::string>> m_values;
    std::vector<int> m_formats;
};

/// One row of an answer. Columns from 0; what it lends lives as long as the answer.
class PostgresRow {
public:
    PostgresRow(const pg_result *result, int row) : m_result(result), m_row(row) {}

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    bool boolean(int column) const;
    /// As it is stored (see postgresEncoded()); a null view for NULL. Of a binary answer also the bytes of a bytea.
    std::string_view stored(int column) const;
    /// The text itself.
    std::string string(int column) const { return postgresDecodedString(stored(column)); }
    std::optional<std::string> optionalString(int column) const;
    /// The bytes of a bytea.
    std::string bytes(int column) const;

private:
    bool isBinary(int column) const;

    const pg_result *m_result;
    int m_row;
};

/// All rows of an answer.
class PostgresRows {
public:
    explicit PostgresRows(pg_result *result);
    int size() const;
    bool empty() const { return size() == 0; }
    PostgresRow operator[](int row) const { return {m_result.get(), row}; }
    PostgresRow front() const { return {m_result.get(), 0}; }
    /// How many rows the statement changed.
    std::int64_t changed() const;

private:
    std::shared_ptr<pg_result> m_result;
};

/// One connection of libpq's: text goes in and out as UTF-8 with its length, rows can be taken one by one, and interrupt()
/// never waits. A server that does not even answer a request to end a statement is given up with its connection, so that
/// no interrupted call hangs. What the server says is put into words.
/// Thread: the one that opened it; every call from another fails. interrupt() alone is for all threads.
class PostgresConnection {
public:
    PostgresConnection();
    ~PostgresConnection();
    PostgresConnection(const PostgresConnection &) = delete;
    PostgresConnection &operator=(const PostgresConnection &) = delete;

    /// Connects, within a bounded time; see logInToPostgres(). `password` may be empty: then libpq looks for one (PGPASSWORD, PGPASSFILE).
    /// `application` is what the server's list of connections shows.
    Result<void> open(const ConnectionProfile &profile, const QString &password, const QString &application);
    void close();

    /// How long a server may take to end a statement that was interrupted, before its connection is given up.
    static constexpr std::chrono::seconds kGiveUp{5};
    void giveUpAfter(std::chrono::seconds time) noexcept { m_giveUpAfter = time; }

    /// An error when called on another thread than the one that opened it, or before.
    Result<void> check() const;
    Result<PostgresRows> query(const std::string &sql, const PostgresParameters &parameters = {},
                               PostgresMode mode = PostgresMode::Text);
    /// Runs any number of statements without parameters, such as a migration.
    Result<void> execute(const std::string &sql);
    /// Gives `take` each row as it arrives; it answers whether it wants another one.
    Result<void> stream(const std::string &sql, const PostgresParameters &parameters,
                        const std::function<bool(const PostgresRow &)> &take, PostgresMode mode = PostgresMode::Text);
    /// The first column of the first row; 0 when there is none or it is NULL.
    Result<std::int64_t> integer(const std::string &sql, const PostgresParameters &parameters = {},
                                 PostgresMode mode = PostgresMode::Text);
    /// Runs COPY … FROM STDIN with what `next` appends to its argument, until it answers false. A failure of the server
    /// is told once all is handed over.
    Result<void> copyIn(const std::string &sql, const std::function<bool(std::string &)> &next);

    /// Whether another session has notified since the last call; reads what has arrived, and does not wait.
    Result<bool> notified();
    /// Whether a transaction is open, be it a failed one.
    bool inTransaction() const;
    /// Ends the statement that runs, which then fails. Thread: any; returns at once.
    void interrupt();
    /// Ends the open transaction, if any, within a bounded time. interrupt() does not hit it.
    void rollBack();

    /// For people: "name on host".
    const QString &name() const noexcept { return m_name; }
    /// SQLSTATE of the last failure; empty: the connection was lost, or there was none.
    const std::string &sqlState() const noexcept { return m_sqlState; }
    /// Whether the last failure was that of a connection that is gone.
    bool lost() const;
    /// An error about this database.
    Error error(const QString &message) const;

private:
    friend class PostgresTransaction;
    struct Interrupt;
    using Moment = std::chrono::steady_clock::time_point;
    using Result_ = std::unique_ptr<pg_result, void (*)(pg_result *)>;

    Result<void> send(const std::string &sql, const PostgresParameters &parameters,
                      PostgresMode mode = PostgresMode::Text);
    /// The name under which the server keeps a statement.
    Result<std::string> keep(const std::string &sql);
    /// The next answer of what was sent; null: there is none. Waits, and passes interrupt() on to the server.
    Result_ nextResult();
    bool waitFor(bool writing);
    void cancel();
    bool settle();
    void giveUp();
    void drain();
    Error failure(const pg_result *result);
    Error lostConnection();

    QString m_name;
    std::thread::id m_thread;
    pg_conn *m_handle = nullptr;
    std::unique_ptr<Interrupt> m_interrupt;
    std::string m_sqlState;
    bool m_cancelled = false; ///< By interrupt(), the statement that runs.
    Moment m_cancelledAt;     ///< When that was asked for first.
    Moment m_askedAt;         ///< When it was asked for last.
    std::future<void> m_asking;         ///< Becomes ready when the request has reached the server; may not be valid.
    std::optional<Moment> m_waitsUntil; ///< Set: what runs is not interrupted, and given up then.
    std::chrono::seconds m_giveUpAfter = kGiveUp;
    bool m_gaveUp = false;
    bool m_inBlock = false;   ///< Within a PostgresTransaction.
    std::unordered_map<std::string, std::string> m_kept; ///< Names of the statements that the server keeps, by text.
};

/// BEGIN to commit(); rolled back when destroyed before.
class PostgresTransaction {
public:
    enum class Kind { ReadWrite, Snapshot };
    static Result<PostgresTransaction> begin(PostgresConnection &connection, Kind kind = Kind::ReadWrite);
    PostgresTransaction(PostgresTransaction &&other) noexcept;
    PostgresTransaction &operator=(PostgresTransaction &&other) = delete;
    PostgresTransaction(const PostgresTransaction &) = delete;
    ~PostgresTransaction();
    Result<void> commit();

private:
    explicit PostgresTransaction(PostgresConnection *connection) : m_connection(connection) {}
    PostgresConnection *m_connection; ///< Null: there is nothing to end.
};

} // namespace bartizan
