// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgreslogin.h"

#include "core/storage/postgresmessages.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <QRegularExpression>

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace bartizan {
namespace {

using Moment = std::chrono::steady_clock::time_point;

/// How often those who wait look by themselves, where no event tells them.
constexpr std::chrono::milliseconds kGlance{50};
/// How long a password that was refused is not offered again.
constexpr std::chrono::seconds kNotAgain{60};

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::PostgresConnection", text);
}

/// Why a wait has ended.
enum class Waited { Ready, Woken, TimeUp };

/// Waits until a descriptor is ready.
Waited waitFor(int descriptor, bool writing, int wake, Moment end)
{
    std::array<pollfd, 2> waiting{{{descriptor, static_cast<short>(writing ? POLLOUT : POLLIN), 0}, {wake, POLLIN, 0}}};
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        const int ready = left.count() > 0 ? ::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return Waited::TimeUp;
        return waiting[1].revents != 0 ? Waited::Woken : Waited::Ready;
    }
}

/// A log-in that goes first, while others who offer the same wait for its answer.
class Attempt {
public:
    enum class Outcome { Open, GotIn, Failed, Silence, GivenUp };

    Attempt() : m_event(::eventfd(0, EFD_CLOEXEC)) {}
    ~Attempt()
    {
        if (m_event >= 0)
            ::close(m_event);
    }
    Attempt(const Attempt &) = delete;
    Attempt &operator=(const Attempt &) = delete;

    /// Readable from when the attempt has ended on; -1: no descriptor was left for it.
    int event() const { return m_event; }
    void end(Outcome how, const Error &why)
    {
        outcome = how;
        failure = why;
        if (m_event >= 0)
            (void)::eventfd_write(m_event, 1);
    }

    // Guarded by the mutex of OfferedPasswords.
    Outcome outcome = Outcome::Open;
    Error failure;

private:
    const int m_event;
};

/// Passwords on their way to a server, and those that were refused within the last minute; a hash stands for who offers
/// which to whom. One that nobody knows the answer to is offered by one connection alone: several that come back at once
/// would each be refused.
class OfferedPasswords {
public:
    /// Before a password is offered. Answers the attempt that others wait for, to be ended with end(); null: another one
    /// has just got in with it. Fails where the password need not be offered, or the wait for somebody else's has ended.
    Result<std::shared_ptr<Attempt>> begin(const QByteArray &who, int wake, Moment deadline, const LoginPatience &patience,
                                           const Error &silent)
    {
        for (;;) {
            const auto [first, running] = enter(who);
            if (!first || !running)
                return first;
            if (patience.waiting)
                patience.waiting();
            const Moment glance = std::chrono::steady_clock::now() + kGlance;
            const Moment until = running->event() >= 0 ? deadline : std::min(deadline, glance);
            const Waited waited = waitFor(running->event(), false, wake, until);
            if (waited == Waited::Woken)
                return silent;
            const auto left = deadline - std::chrono::steady_clock::now();
            const std::lock_guard lock(m_mutex);
            if (running->outcome == Attempt::Outcome::GotIn)
                return std::shared_ptr<Attempt>();
            if (running->outcome == Attempt::Outcome::Failed)
                return running->failure;
            if (left <= (running->outcome == Attempt::Outcome::Silence ? patience.worthATry : std::chrono::milliseconds(0)))
                return silent;
        }
    }
    /// The server has answered, or nobody waits for it any more.
    void end(const QByteArray &who, const std::shared_ptr<Attempt> &attempt, Attempt::Outcome outcome, const Error &why)
    {
        if (!attempt)
            return;
        const std::lock_guard lock(m_mutex);
        m_running.remove(who);
        attempt->end(outcome, why);
    }
    void refuse(const QByteArray &who, const Error &why)
    {
        const std::lock_guard lock(m_mutex);
        m_refused.insert(who, {std::chrono::steady_clock::now(), why});
    }

private:
    struct Refusal {
        Moment at;
        Error why;
    };
    /// Why nothing is to be offered, or a new attempt; and the one that runs already instead, if any.
    std::pair<Result<std::shared_ptr<Attempt>>, std::shared_ptr<Attempt>> enter(const QByteArray &who)
    {
        const std::lock_guard lock(m_mutex);
        const Moment now = std::chrono::steady_clock::now();
        m_refused.removeIf([now](const QHash<QByteArray, Refusal>::iterator &refusal) {
            return now - refusal.value().at >= kNotAgain;
        });
        if (const auto found = m_refused.constFind(who); found != m_refused.constEnd())
            return {found->why, nullptr};
        std::shared_ptr<Attempt> &running = m_running[who];
        if (running)
            return {std::shared_ptr<Attempt>(), running};
        running = std::make_shared<Attempt>();
        return {running, nullptr};
    }

    std::mutex m_mutex;
    QHash<QByteArray, std::shared_ptr<Attempt>> m_running;
    QHash<QByteArray, Refusal> m_refused;
};

OfferedPasswords &offeredPasswords()
{
    static OfferedPasswords offered;
    return offered;
}

/// Who offers which password to whom: what was given, and what libpq would find.
QByteArray credentials(const QByteArray &settings)
{
    QString file = qEnvironmentVariable("PGPASSFILE");
    if (file.isEmpty())
        file = QDir::homePath() + QStringLiteral("/.pgpass");
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArray &part : {settings, qgetenv("PGPASSWORD"), file.toUtf8(),
                                   QByteArray::number(QFileInfo(file).lastModified().toMSecsSinceEpoch())}) {
        hash.addData(part);
        hash.addData(QByteArrayView("\0", 1));
    }
    return hash.result();
}

/// What libpq says with all details, taken apart.
struct Said {
    QString text;     ///< For people.
    QString sqlState; ///< Empty: it was not the server that refused.
};

Said saidBy(PGconn *handle)
{
    static const QRegularExpression kState(QStringLiteral(":  ([0-9A-Z]{5}): "));
    static const QRegularExpression kPlace(QStringLiteral("\\n[^\\n]*, [\\w.]+\\.c:\\d+"));
    QString text = QString::fromUtf8(PQerrorMessage(handle));
    text.remove(kPlace);
    const QRegularExpressionMatch state = kState.match(text);
    const QString sqlState = state.captured(1);
    text.replace(kState, QStringLiteral(":  "));
    return {inSentences(text.toUtf8().constData()), sqlState};
}

Error refusal(PGconn *handle, const ConnectionProfile &profile, const QByteArray &who)
{
    const Said said = saidBy(handle);
    const QString user = QString::fromUtf8(PQuser(handle));
    if (PQconnectionNeedsPassword(handle) == 1) {
        return Error{tr("Cannot connect to database %1: the server asks for the password of “%2”, and there is none in "
                        "PGPASSWORD or the password file (PGPASSFILE)")
                         .arg(profile.inWords(), user)};
    }
    if (said.sqlState.startsWith(QLatin1String("28")) && PQconnectionUsedPassword(handle) == 1) {
        const Error error{tr("Cannot connect to database %1: the server did not take the password of “%2” (%3). Where "
                             "PGPASSWORD or the password file (PGPASSFILE) holds it, put it right there; else another one "
                             "is asked for when the database is opened. A program that goes on running does not offer it "
                             "again within a minute")
                              .arg(profile.inWords(), user, said.text)};
        offeredPasswords().refuse(who, error);
        return error;
    }
    return Error{tr("Cannot connect to database %1: %2").arg(profile.inWords(), said.text)};
}

/// Connects; `outcome` becomes what that means to others who offer the same.
Result<PostgresHandle> connectTo(const ConnectionProfile &profile, const QByteArray &settings, const QByteArray &who, int wake,
                                 Moment deadline, const Error &silent, Attempt::Outcome &outcome)
{
    PostgresHandle handle(PQconnectStart(settings.constData()), &PQfinish);
    PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE); // Of a refusal, the SQLSTATE is told in the text alone.
    auto next = PQstatus(handle.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
        const Waited waited = waitFor(PQsocket(handle.get()), next == PGRES_POLLING_WRITING, wake, deadline);
        if (waited != Waited::Ready) {
            outcome = waited == Waited::Woken ? Attempt::Outcome::GivenUp : Attempt::Outcome::Silence;
            return silent;
        }
        next = PQconnectPoll(handle.get());
    }
    if (next != PGRES_POLLING_OK) {
        outcome = Attempt::Outcome::Failed;
        return refusal(handle.get(), profile, who);
    }
    outcome = Attempt::Outcome::GotIn;
    PQsetErrorVerbosity(handle.get(), PQERRORS_DEFAULT);
    return handle;
}

} // namespace

Result<PostgresHandle> logInToPostgres(const ConnectionProfile &profile, const QString &password, int wake,
                                       const LoginPatience &patience)
{
    const QByteArray settings = (connectionString(profile, password) + QStringLiteral(" client_encoding='UTF8'")).toUtf8();
    const QByteArray who = credentials(settings);
    const Error silent{tr("Cannot connect to database %1: the server does not answer").arg(profile.inWords())};
    const Moment deadline = std::chrono::steady_clock::now() + patience.perHost * (1 + profile.host.count(QLatin1Char(',')));
    const auto begun = offeredPasswords().begin(who, wake, deadline, patience, silent);
    if (!begun)
        return begun.error();
    auto outcome = Attempt::Outcome::Failed;
    auto handle = connectTo(profile, settings, who, wake, deadline, silent, outcome);
    offeredPasswords().end(who, *begun, outcome, handle ? Error() : handle.error());
    return handle;
}

} // namespace bartizan
