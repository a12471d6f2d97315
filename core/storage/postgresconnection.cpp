// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgresconnection.h"

#include "core/storage/postgreslogin.h"
#include "core/storage/postgresmessages.h"

#include <QCoreApplication>

#include <libpq-fe.h>

#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::PostgresConnection", text);
}

/// Settings of the session. Whoever holds a transaction open and does nothing was stopped or cut off: then the server
/// gives its locks back. A name is only ever looked for where it is said to be. Whether whoever asked is still there is
/// looked at while a statement runs, on the systems where a server can.
constexpr const char *kSession =
    "SET client_min_messages = warning; SET TimeZone = 'UTC'; SET search_path = pg_catalog; SET bytea_output = hex; "
    "SET jit = off; SET random_page_cost = 1.1; SET idle_in_transaction_session_timeout = '15s'; "
    "SET tcp_keepalives_idle = 3; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 2; SET tcp_user_timeout = '8s'; SET DateStyle = 'ISO'; "
    "SELECT pg_catalog.set_config('client_connection_check_interval', '2s', false) WHERE pg_catalog.version() ~ '(linux|darwin|bsd)'; "
    "SELECT pg_catalog.set_config('application_name', $app$%1$app$, false)";

/// When a statement that was to be cancelled and goes on is cancelled again.
constexpr std::chrono::duration<int, std::milli> kCancelAgain{50};

} // namespace

/// Wakes the thread that waits for the server.
struct PostgresConnection::Interrupt {
    int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ~Interrupt() { ::close(fd); }
    void raise() const
    {
        const std::uint64_t one = 1;
        (void)!::write(fd, &one, sizeof one);
    }
    bool take() const
    {
        std::uint64_t count = 0;
        return ::read(fd, &count, sizeof count) == sizeof count;
    }
};

PostgresConnection::PostgresConnection() : m_interrupt(std::make_unique<Interrupt>()) {}

PostgresConnection::~PostgresConnection()
{
    close();
}

Result<void> PostgresConnection::open(const ConnectionProfile &profile, const QString &password,
                                      const QString &application)
{
    close();
    m_name = profile.inWords();
    m_thread = std::this_thread::get_id();
    m_interrupt->take();
    auto handle = logInToPostgres(profile, password, m_interrupt->fd);
    if (!handle)
        return handle.error();
    m_handle = handle->release();
    m_gaveUp = false;
    PQsetNoticeProcessor(m_handle, [](void *, const char *) {}, nullptr);
    if (PQserverVersion(m_handle) < 150000) {
        return error(tr("the server is PostgreSQL %1; version 15 or newer is needed")
                         .arg(PQserverVersion(m_handle) / 10000));
    }
    QString name = application;
    name.remove(QLatin1Char('$'));
    return execute(QString::fromLatin1(kSession).arg(name).toStdString());
}

void PostgresConnection::close()
{
    m_kept.clear();
    if (m_handle)
        PQfinish(std::exchange(m_handle, nullptr));
}

Result<void> PostgresConnection::check() const
{
    if (std::this_thread::get_id() != m_thread)
        return error(tr("the connection was used on a thread that did not open it"));
    if (!m_handle)
        return error(tr("the connection is not open"));
    return {};
}

Error PostgresConnection::error(const QString &message) const
{
    return Error{tr("Database %1: %2").arg(m_name, message)};
}

bool PostgresConnection::lost() const
{
    return !m_handle || PQstatus(m_handle) == CONNECTION_BAD;
}

Error PostgresConnection::lostConnection()
{
    m_sqlState.clear();
    if (m_gaveUp)
        return error(tr("the server does not answer, and the connection was given up"));
    return error(tr("the connection was lost: %1")
                     .arg(inSentences(m_handle ? PQerrorMessage(m_handle) : "")));
}

Error PostgresConnection::failure(const pg_result *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    m_sqlState = state ? state : "";
    if (lost())
        return lostConnection();
    const auto field = [&](int code) {
        const char *text = PQresultErrorField(result, code);
        return QString::fromUtf8(text ? text : "");
    };
    return error(serverMessage(m_sqlState, field(PG_DIAG_MESSAGE_PRIMARY), m_cancelled));
}

Result<void> PostgresConnection::send(const std::string &sql, const PostgresParameters &parameters, PostgresMode mode)
{
    if (auto usable = check(); !usable)
        return usable;
    m_sqlState.clear();
    m_cancelled = false;
    m_interrupt->take(); // What came before was meant for another statement.
    if (!settle())
        return lostConnection();
    std::vector<const char *> values;
    std::vector<int> lengths;
    for (const auto &value : parameters.values()) {
        values.push_back(value ? value->c_str() : nullptr);
        lengths.push_back(value ? static_cast<int>(value->size()) : 0);
    }
    const int count = static_cast<int>(values.size());
    const int *const formats = parameters.formats().data();
    int sent = 0;
    if (mode == PostgresMode::Kept) {
        const auto name = keep(sql);
        if (!name)
            return name.error();
        sent = PQsendQueryPrepared(m_handle, name->c_str(), count, values.data(), lengths.data(), formats, 1);
    } else {
        sent = PQsendQueryParams(m_handle, sql.c_str(), count, nullptr, values.data(), lengths.data(), formats,
                                 mode == PostgresMode::Binary ? 1 : 0);
    }
    return sent == 1 ? Result<void>() : Result<void>(lostConnection());
}

Result<std::string> PostgresConnection::keep(const std::string &sql)
{
    if (const auto known = m_kept.find(sql); known != m_kept.end())
        return known->second;
    std::string name = "bartizan_" + std::to_string(m_kept.size());
    if (PQsendPrepare(m_handle, name.c_str(), sql.c_str(), 0, nullptr) != 1)
        return lostConnection();
    const Result_ result = nextResult();
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        const Error error = result ? failure(result.get()) : lostConnection();
        drain();
        return error;
    }
    drain();
    m_kept.emplace(sql, name);
    return name;
}

/// Waits until the server has something to say or takes more. False when the connection is gone.
bool PostgresConnection::waitFor(bool writing)
{
    std::array<pollfd, 2> waiting{};
    waiting[0] = {PQsocket(m_handle), static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0};
    waiting[1] = {m_interrupt->fd, POLLIN, 0};
    if (waiting[0].fd < 0)
        return false;
    using std::chrono::steady_clock;
    const bool alone = m_cancelled || m_waitsUntil;
    if (::poll(waiting.data(), alone ? 1 : 2, alone ? kCancelAgain.count() : -1) < 0)
        return errno == EINTR;
    const Moment now = steady_clock::now();
    if (waiting[0].revents == 0 && alone && now >= m_waitsUntil.value_or(m_cancelledAt + m_giveUpAfter)) {
        giveUp();
        return false;
    }
    // A request that is there before the statement has begun has no effect.
    if (!m_waitsUntil && (m_cancelled ? now - m_askedAt >= kCancelAgain : waiting[1].revents != 0 && m_interrupt->take()))
        cancel();
    return (waiting[0].revents & POLLNVAL) == 0;
}

/// Asks the server to end the statement that runs. The request goes over a connection of its own, and libpq waits for it:
/// on a thread of its own, since a server that hangs does not take it.
void PostgresConnection::cancel()
{
    m_askedAt = std::chrono::steady_clock::now();
    if (!std::exchange(m_cancelled, true))
        m_cancelledAt = m_askedAt;
    if (m_asking.valid() && m_asking.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        return; // The one before is on its way still.
    const std::shared_ptr<PGcancel> request(PQgetCancel(m_handle), &PQfreeCancel);
    if (!request)
        return;
    // Where it fails the statement runs to its end, and nothing else is amiss.
    std::packaged_task<void()> asking([request] {
        std::array<char, 256> reason{};
        (void)PQcancel(request.get(), reason.data(), static_cast<int>(reason.size()));
    });
    m_asking = asking.get_future();
    std::thread(std::move(asking)).detach();
}

/// Waits for a request to cancel that is on its way still: it would hit the next statement. False: the connection is gone.
bool PostgresConnection::settle()
{
    if (!m_asking.valid())
        return true;
    const bool arrived = m_asking.wait_for(kGiveUp) == std::future_status::ready;
    m_asking = {};
    if (!arrived)
        giveUp();
    return arrived;
}

/// Ends the connection under libpq, which then finds it gone instead of waiting.
void PostgresConnection::giveUp()
{
    m_gaveUp = true;
    ::shutdown(PQsocket(m_handle), SHUT_RDWR);
    (void)PQconsumeInput(m_handle);
}

PostgresConnection::Result_ PostgresConnection::nextResult()
{
    while (PQisBusy(m_handle) == 1) {
        const int left = PQflush(m_handle);
        if (!waitFor(left > 0) || PQconsumeInput(m_handle) == 0)
            break; // PQgetResult() answers what went wrong.
    }
    return Result_(PQgetResult(m_handle), &PQclear);
}

void PostgresConnection::drain()
{
    while (Result_ result = nextResult()) {
        if (PQresultStatus(result.get()) == PGRES_COPY_IN)
            PQputCopyEnd(m_handle, "gave up");
        if (PQstatus(m_handle) == CONNECTION_BAD)
            return;
    }
}

Result<PostgresRows> PostgresConnection::query(const std::string &sql, const PostgresParameters &parameters,
                                               PostgresMode mode)
{
    if (auto sent = send(sql, parameters, mode); !sent)
        return sent.error();
    Result_ result = nextResult();
    const ExecStatusType status = PQresultStatus(result.get());
    if (!result || (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)) {
        const Error error = result ? failure(result.get()) : lostConnection();
        drain();
        return error;
    }
    drain();
    return PostgresRows(result.release());
}

Result<void> PostgresConnection::execute(const std::string &sql)
{
    if (auto usable = check(); !usable)
        return usable;
    m_sqlState.clear();
    m_cancelled = false;
    m_interrupt->take();
    if (!settle() || PQsendQuery(m_handle, sql.c_str()) != 1)
        return lostConnection();
    Result<void> done;
    while (Result_ result = nextResult()) {
        const ExecStatusType status = PQresultStatus(result.get());
        if (done && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY)
            done = failure(result.get());
        if (PQstatus(m_handle) == CONNECTION_BAD)
            break;
    }
    return done;
}

Result<void> PostgresConnection::stream(const std::string &sql, const PostgresParameters &parameters,
                                        const std::function<bool(const PostgresRow &)> &take, PostgresMode mode)
{
    if (auto sent = send(sql, parameters, mode); !sent)
        return sent;
    PQsetSingleRowMode(m_handle);
    Result<void> done;
    bool wanted = true;
    while (Result_ result = nextResult()) {
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_SINGLE_TUPLE) {
            if (wanted && !take(PostgresRow(result.get(), 0))) {
                wanted = false;
                if (!m_cancelled && !m_inBlock)
                    cancel(); // The rest need not come.
            }
        } else if (done && wanted && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            done = failure(result.get());
        }
        if (PQstatus(m_handle) == CONNECTION_BAD)
            return done ? Result<void>(lostConnection()) : done;
    }
    return done;
}

Result<std::int64_t> PostgresConnection::integer(const std::string &sql, const PostgresParameters &parameters,
                                                 PostgresMode mode)
{
    const auto rows = query(sql, parameters, mode);
    if (!rows)
        return rows.error();
    return rows->empty() ? 0 : rows->front().integer(0);
}

Result<void> PostgresConnection::copyIn(const std::string &sql, const std::function<bool(std::string &)> &next)
{
    if (auto sent = send(sql, {}); !sent)
        return sent;
    if (const Result_ begun = nextResult(); PQresultStatus(begun.get()) != PGRES_COPY_IN) {
        const Error error = begun ? failure(begun.get()) : lostConnection();
        drain();
        return error;
    }
    std::string chunk;
    for (bool more = true; more; chunk.clear()) {
        more = next(chunk);
        if (!chunk.empty() && PQputCopyData(m_handle, chunk.data(), static_cast<int>(chunk.size())) != 1)
            break;
    }
    PQputCopyEnd(m_handle, nullptr);
    Result<void> done;
    while (Result_ result = nextResult()) {
        if (done && PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            done = failure(result.get());
        if (PQstatus(m_handle) == CONNECTION_BAD)
            return done ? Result<void>(lostConnection()) : done;
    }
    return done;
}

Result<bool> PostgresConnection::notified()
{
    if (auto usable = check(); !usable)
        return usable.error();
    if (PQconsumeInput(m_handle) == 0 || lost())
        return lostConnection();
    bool any = false;
    while (PGnotify *notification = PQnotifies(m_handle)) {
        // One's own commits are no news.
        any = any || notification->be_pid != PQbackendPID(m_handle);
        PQfreemem(notification);
    }
    return any;
}

bool PostgresConnection::inTransaction() const
{
    if (!m_handle)
        return false;
    const PGTransactionStatusType status = PQtransactionStatus(m_handle);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || (status == PQTRANS_ACTIVE && m_inBlock);
}

void PostgresConnection::interrupt()
{
    m_interrupt->raise();
}

void PostgresConnection::rollBack()
{
    m_inBlock = false;
    if (lost() || PQtransactionStatus(m_handle) == PQTRANS_IDLE)
        return;
    if (!settle())
        return;
    // An interrupt() that hit the ROLLBACK would leave the transaction open.
    m_waitsUntil = std::chrono::steady_clock::now() + kGiveUp;
    drain();
    if (PQsendQuery(m_handle, "ROLLBACK") == 1)
        drain();
    m_waitsUntil.reset();
}

Result<PostgresTransaction> PostgresTransaction::begin(PostgresConnection &connection, Kind kind)
{
    if (kind == Kind::Snapshot && connection.inTransaction())
        return PostgresTransaction(nullptr); // The one that is open already gives the same.
    const auto begun = connection.execute(kind == Kind::Snapshot ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                                                                 : "BEGIN");
    if (!begun) {
        connection.rollBack();
        return begun.error();
    }
    connection.m_inBlock = true;
    return PostgresTransaction(&connection);
}

PostgresTransaction::PostgresTransaction(PostgresTransaction &&other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr))
{
}

PostgresTransaction::~PostgresTransaction()
{
    if (m_connection)
        m_connection->rollBack();
}

Result<void> PostgresTransaction::commit()
{
    if (!m_connection)
        return {};
    const auto done = m_connection->execute("COMMIT");
    if (done)
        std::exchange(m_connection, nullptr)->m_inBlock = false;
    return done;
}

} // namespace bartizan
