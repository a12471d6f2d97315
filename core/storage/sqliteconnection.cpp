// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliteconnection.h"

#include "core/detect/rowdetails.h"
#include "core/ports/countryresolver.h"

#include <QCoreApplication>
#include <QSqlDatabase>
#include <QSqlDriver>
#include <QSqlError>
#include <QUrl>
#include <QVariant>

#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <utility>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::SqliteStore", text);
}

QString nextConnectionName()
{
    static std::atomic<quint64> counter{0};
    return QStringLiteral("bartizan-sqlite-%1").arg(++counter);
}

constexpr std::chrono::seconds kLockPatience{5};
/// How often a lock is tried. SQLite's own way waits up to 100 ms between attempts, and starves beside a busy writer.
constexpr int kLockIntervalMs = 1;
/// A transaction longer than this gives way to others for a few of their attempts.
constexpr std::chrono::milliseconds kLongTransaction{10};

/// SQLite counts its memory under one lock for all threads; nobody here asks for the count. Has no effect when
/// something else in the process has used SQLite before, and needs none then.
void leaveMemoryUncounted()
{
    static std::once_flag once;
    std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

/// The driver's handle; null when the driver is not SQLite's.
sqlite3 *handleOf(const QSqlDatabase &database)
{
    const QVariant handle = database.driver()->handle();
    if (!handle.isValid() || qstrcmp(handle.typeName(), "sqlite3*") != 0)
        return nullptr;
    return *static_cast<sqlite3 *const *>(handle.constData());
}

std::string_view textOf(sqlite3_value *value)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(value));
    return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_value_bytes(value))) : std::string_view();
}

/// SQL: country_of(country, address), as the resolver of the moment tells it.
void countryOf(sqlite3_context *context, int, sqlite3_value **arguments)
{
    CountryResolver *const countries = *static_cast<CountryResolver **>(sqlite3_user_data(context));
    const auto country = countries ? countries->ofRow(textOf(arguments[0]), textOf(arguments[1])) : std::string_view();
    if (country.data())
        sqlite3_result_text(context, country.data(), static_cast<int>(country.size()), SQLITE_TRANSIENT);
    else
        sqlite3_result_null(context);
}

/// SQL: account_of(user, metadata), as the rules tell accounts apart: in lower case, and empty where there is none.
void accountOf(sqlite3_context *context, int, sqlite3_value **arguments)
{
    DetailsReader &reader = *static_cast<DetailsReader *>(sqlite3_user_data(context));
    std::string_view account = textOf(arguments[0]);
    if (account.empty()) {
        const RowDetails &details = reader.read(textOf(arguments[1]));
        account = details.username.empty() ? details.email : details.username;
    }
    const std::string_view lowered = reader.lowered(account);
    sqlite3_result_text(context, lowered.data(), static_cast<int>(lowered.size()), SQLITE_TRANSIENT);
}

} // namespace

SqliteStatement::SqliteStatement(SqliteStatement &&other) noexcept
    : m_connection(other.m_connection), m_sql(other.m_sql), m_statement(std::exchange(other.m_statement, nullptr))
{
}

SqliteStatement::~SqliteStatement()
{
    if (m_statement)
        m_connection->giveBack(*m_sql, m_statement);
}

void SqliteStatement::bind(int index, std::int64_t value)
{
    sqlite3_bind_int64(m_statement, index, value);
}

void SqliteStatement::bind(int index, std::string_view text)
{
    // A null pointer would bind NULL; an empty text is not that.
    sqlite3_bind_text64(m_statement, index, text.data() ? text.data() : "", text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void SqliteStatement::bind(int index, const std::optional<std::string> &text)
{
    if (text)
        bind(index, std::string_view(*text));
    else
        bindNull(index);
}

void SqliteStatement::bindReal(int index, double value)
{
    sqlite3_bind_double(m_statement, index, value);
}

void SqliteStatement::bindNull(int index)
{
    sqlite3_bind_null(m_statement, index);
}

void SqliteStatement::bindBlob(int index, std::string_view bytes)
{
    sqlite3_bind_blob64(m_statement, index, bytes.data() ? bytes.data() : "", bytes.size(), SQLITE_STATIC);
}

Result<bool> SqliteStatement::step()
{
    switch (sqlite3_step(m_statement)) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return m_connection->error();
    }
}

Result<void> SqliteStatement::run()
{
    const int code = sqlite3_step(m_statement);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        return m_connection->error();
    sqlite3_reset(m_statement);
    return {};
}

void SqliteStatement::rewind()
{
    sqlite3_reset(m_statement);
}

std::int64_t SqliteStatement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

double SqliteStatement::real(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

std::string_view SqliteStatement::text(int column) const
{
    const auto *data = reinterpret_cast<const char *>(sqlite3_column_text(m_statement, column));
    if (!data)
        return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

std::string_view SqliteStatement::blob(int column) const
{
    const auto *data = static_cast<const char *>(sqlite3_column_blob(m_statement, column));
    if (!data)
        return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

bool SqliteStatement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::optional<std::string> SqliteStatement::optionalText(int column) const
{
    if (isNull(column))
        return std::nullopt;
    return string(column);
}

SqliteConnection::~SqliteConnection()
{
    close();
}

Result<void> SqliteConnection::open(const QString &path, Access access)
{
    leaveMemoryUncounted();
    m_path = path;
    m_name = nextConnectionName();
    m_thread = std::this_thread::get_id();
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    if (!database.isValid())
        return Error{tr("Qt's SQLite driver is not installed (Debian: libqt6sql6-sqlite)")};
    QString options;
    if (access != Access::ReadWrite)
        options += QStringLiteral("QSQLITE_OPEN_READONLY");
    if (access == Access::Immutable) {
        options += QStringLiteral(";QSQLITE_OPEN_URI");
        database.setDatabaseName(QString::fromLatin1(QUrl::fromLocalFile(path).toEncoded(QUrl::FullyEncoded))
                                 + QStringLiteral("?immutable=1"));
    } else {
        database.setDatabaseName(path);
    }
    database.setConnectOptions(options);
    if (!database.open())
        return Error{tr("Cannot open “%1”: %2").arg(path, database.lastError().databaseText())};
    sqlite3 *handle = handleOf(database);
    if (!handle)
        return Error{tr("Cannot open “%1”: Qt's driver is not SQLite's").arg(path)};
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_handler(handle, &SqliteConnection::tryAgain, this);
    sqlite3_create_function_v2(handle, "country_of", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, &m_countries, &countryOf, nullptr,
                               nullptr, nullptr);
    sqlite3_create_function_v2(handle, "account_of", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC, new DetailsReader,
                               &accountOf, nullptr, nullptr,
                               [](void *reader) { delete static_cast<DetailsReader *>(reader); });
    const std::scoped_lock lock(m_handleMutex);
    m_handle = handle;
    return {};
}

Result<QByteArray> SqliteConnection::head()
{
    if (auto usable = check(); !usable)
        return usable.error();
    sqlite3_file *file = nullptr;
    if (sqlite3_file_control(m_handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == nullptr
        || file->pMethods == nullptr) {
        return Error{tr("Cannot read “%1”").arg(m_path)};
    }
    constexpr int kMagic = 16;
    QByteArray bytes(kMagic, '\0');
    const int code = file->pMethods->xRead(file, bytes.data(), kMagic, 0);
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ)
        return Error{tr("Cannot read “%1”: %2").arg(m_path, QString::fromUtf8(sqlite3_errstr(code)))};
    return bytes;
}

void SqliteConnection::close()
{
    for (auto &[sql, statements] : m_idle) {
        for (sqlite3_stmt *statement : statements)
            sqlite3_finalize(statement);
    }
    m_idle.clear();
    {
        const std::scoped_lock lock(m_handleMutex);
        m_handle = nullptr;
    }
    if (!m_name.isEmpty()) {
        QSqlDatabase::database(m_name, false).close();
        QSqlDatabase::removeDatabase(m_name);
        m_name.clear();
    }
}

Result<void> SqliteConnection::check() const
{
    if (std::this_thread::get_id() != m_thread)
        return Error{tr("The connection to “%1” was used on a thread that did not open it").arg(m_path)};
    if (!m_handle)
        return Error{tr("“%1” is not open").arg(m_path)};
    return {};
}

Result<SqliteStatement> SqliteConnection::prepare(const std::string &sql)
{
    if (auto usable = check(); !usable)
        return usable.error();
    // Keys of an unordered_map do not move, so a statement may point to its own.
    auto [entry, added] = m_idle.try_emplace(sql);
    if (!entry->second.empty()) {
        sqlite3_stmt *statement = entry->second.back();
        entry->second.pop_back();
        return SqliteStatement(this, &entry->first, statement);
    }
    sqlite3_stmt *statement = nullptr;
    if (sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                           nullptr) != SQLITE_OK) {
        return error();
    }
    return SqliteStatement(this, &entry->first, statement);
}

void SqliteConnection::giveBack(const std::string &sql, sqlite3_stmt *statement)
{
    if (!m_handle) {
        sqlite3_finalize(statement);
        return;
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    m_idle[sql].push_back(statement);
}

Result<void> SqliteConnection::execute(const char *sql)
{
    if (auto usable = check(); !usable)
        return usable;
    if (sqlite3_exec(m_handle, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return error();
    return {};
}

Result<std::int64_t> SqliteConnection::integer(const std::string &sql)
{
    auto statement = prepare(sql);
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    return *row ? statement->integer(0) : 0;
}

int SqliteConnection::tryAgain(void *connection, int attempts)
{
    auto &blockedSince = static_cast<SqliteConnection *>(connection)->m_blockedSince;
    const auto now = std::chrono::steady_clock::now();
    if (attempts == 0)
        blockedSince = now;
    if (now - blockedSince > kLockPatience)
        return 0;
    sqlite3_sleep(kLockIntervalMs);
    return 1;
}

void SqliteConnection::giveWay(std::chrono::steady_clock::time_point begun)
{
    if (std::chrono::steady_clock::now() - begun > kLongTransaction)
        sqlite3_sleep(3 * kLockIntervalMs);
}

std::int64_t SqliteConnection::changes() const
{
    return sqlite3_changes64(m_handle);
}

std::int64_t SqliteConnection::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_handle);
}

void SqliteConnection::interrupt()
{
    const std::scoped_lock lock(m_handleMutex);
    if (m_handle)
        sqlite3_interrupt(m_handle);
}

void SqliteConnection::rollBack()
{
    // An interrupt that hit the ROLLBACK itself would leave the transaction open, and every later read would see the
    // state of that moment: it has to wait, and one that came just before is outlived by the second attempt.
    const std::scoped_lock lock(m_handleMutex);
    for (int attempt = 0; attempt < 3 && inTransaction(); ++attempt)
        sqlite3_exec(m_handle, "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteConnection::leaveLogAlone()
{
    if (m_handle)
        sqlite3_db_config(m_handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

int SqliteConnection::errorCode() const
{
    return m_handle ? sqlite3_extended_errcode(m_handle) & 0xff : SQLITE_MISUSE;
}

Error SqliteConnection::error() const
{
    const QString said = QString::fromUtf8(sqlite3_errmsg(m_handle));
    switch (errorCode()) {
    case SQLITE_INTERRUPT:
        return Error{tr("The query was cancelled")};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return Error{tr("“%1” is locked by another program for more than 5 seconds").arg(m_path)};
    case SQLITE_FULL:
        return Error{tr("No space is left for “%1”; nothing of this change was stored").arg(m_path)};
    case SQLITE_CORRUPT:
        return Error{tr("“%1” is damaged (%2). Nothing was changed; work on from a copy that is whole").arg(m_path, said)};
    case SQLITE_NOTADB:
        return Error{tr("“%1” is not an SQLite database, or is encrypted. Nothing was changed").arg(m_path)};
    case SQLITE_READONLY:
        return Error{tr("“%1” cannot be written: %2").arg(m_path, said)};
    case SQLITE_CANTOPEN:
        return Error{tr("“%1” or the files beside it cannot be opened: %2").arg(m_path, said)};
    case SQLITE_IOERR: {
        const int number = sqlite3_system_errno(m_handle);
        return Error{tr("Reading or writing “%1” failed (%2); nothing of this change was stored")
                         .arg(m_path, number != 0 ? QString::fromLocal8Bit(std::strerror(number)) : said)};
    }
    default:
        return Error{tr("“%1”: the database says: %2").arg(m_path, said)};
    }
}

Result<void> SqliteConnection::rest()
{
    return execute("PRAGMA cache_size = -2048"); // In KiB.
}

Result<SqliteTransaction> SqliteTransaction::begin(SqliteConnection &connection, Room room)
{
    // In KiB.
    const char *begin = room == Room::Large ? "PRAGMA cache_size = -65536; BEGIN IMMEDIATE"
                                            : "PRAGMA cache_size = -16384; BEGIN IMMEDIATE";
    if (auto begun = connection.execute(begin); !begun)
        return begun.error();
    return SqliteTransaction(&connection, room);
}

SqliteTransaction::SqliteTransaction(SqliteTransaction &&other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr)), m_room(other.m_room)
{
}

SqliteTransaction::~SqliteTransaction()
{
    // SQLite itself has rolled back after some failures (a full disk); then this has nothing to do.
    if (m_connection)
        m_connection->rollBack();
}

Result<void> SqliteTransaction::commit()
{
    if (auto done = m_connection->execute("COMMIT"); !done)
        return done;
    SqliteConnection *connection = std::exchange(m_connection, nullptr);
    if (m_room == Room::Small) // What is committed is committed: no failure here is one of it.
        (void)connection->rest();
    return {};
}

bool SqliteConnection::inTransaction() const
{
    return m_handle && sqlite3_get_autocommit(m_handle) == 0;
}

Result<SqliteSnapshot> SqliteSnapshot::begin(SqliteConnection &connection)
{
    if (connection.inTransaction())
        return SqliteSnapshot(nullptr); // The one that is open already gives the same.
    if (auto begun = connection.execute("BEGIN"); !begun)
        return begun.error();
    return SqliteSnapshot(&connection);
}

SqliteSnapshot::SqliteSnapshot(SqliteSnapshot &&other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr))
{
}

SqliteSnapshot::~SqliteSnapshot()
{
    if (m_connection)
        m_connection->rollBack();
}

} // namespace bartizan
