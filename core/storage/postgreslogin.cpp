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
#include <QSet>

#include <libpq-fe.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <poll.h>

namespace bartizan {
namespace {

using Moment = std::chrono::steady_clock::time_point;

/// How long a server may take to let us in; of several hosts, each.
constexpr std::chrono::seconds kPerHost{5};
/// How long a password that was refused is not offered again.
constexpr std::chrono::seconds kNotAgain{60};

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::PostgresConnection", text);
}

/// Passwords on their way to a server, and those that were refused within the last minute; a hash stands for who offers
/// which to whom. One that nobody knows the answer to yet is offered by one connection at a time: several that come back
/// at once would each be refused.
class OfferedPasswords {
public:
    /// Before a password is offered: why it need not be; nullopt: end() is to follow.
    std::optional<Error> begin(const QByteArray &who)
    {
        std::unique_lock lock(m_mutex);
        m_answered.wait_for(lock, kPerHost, [&] { return !m_offered.contains(who); });
        const Moment now = std::chrono::steady_clock::now();
        m_refused.removeIf([now](const QHash<QByteArray, Refusal>::iterator &refusal) {
            return now - refusal.value().at >= kNotAgain;
        });
        if (const auto found = m_refused.constFind(who); found != m_refused.constEnd())
            return found->why;
        m_offered.insert(who);
        return std::nullopt;
    }
    /// The server has answered, or nobody waits for it any more.
    void end(const QByteArray &who)
    {
        const std::lock_guard lock(m_mutex);
        m_offered.remove(who);
        m_answered.notify_all();
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
    std::mutex m_mutex;
    std::condition_variable m_answered;
    QSet<QByteArray> m_offered;
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
        const Error error{tr("Cannot connect to database %1: the server did not take the password of “%2” (%3). It is "
                             "not offered again within a minute; another one is asked for when the database is opened")
                              .arg(profile.inWords(), user, said.text)};
        offeredPasswords().refuse(who, error);
        return error;
    }
    return Error{tr("Cannot connect to database %1: %2").arg(profile.inWords(), said.text)};
}

/// Waits until libpq can go on. False: it was woken, or the time is up.
bool canGoOn(int socket, bool writing, int wake, Moment end)
{
    std::array<pollfd, 2> waiting{{{socket, static_cast<short>(writing ? POLLOUT : POLLIN), 0}, {wake, POLLIN, 0}}};
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        const int ready = left.count() > 0 ? ::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) : 0;
        if (ready >= 0 || errno != EINTR)
            return ready > 0 && waiting[1].revents == 0;
    }
}

} // namespace

Result<PostgresHandle> logInToPostgres(const ConnectionProfile &profile, const QString &password, int wake)
{
    const QByteArray settings = (connectionString(profile, password) + QStringLiteral(" client_encoding='UTF8'")).toUtf8();
    const QByteArray who = credentials(settings);
    if (const auto refused = offeredPasswords().begin(who))
        return *refused;
    const auto end = [](const QByteArray *offered) { offeredPasswords().end(*offered); };
    const std::unique_ptr<const QByteArray, decltype(end)> offer(&who, end);
    PostgresHandle handle(PQconnectStart(settings.constData()), &PQfinish);
    PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE); // Of a refusal, the SQLSTATE is told in the text alone.
    const Moment deadline = std::chrono::steady_clock::now() + kPerHost * (1 + profile.host.count(QLatin1Char(',')));
    auto next = PQstatus(handle.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
        if (!canGoOn(PQsocket(handle.get()), next == PGRES_POLLING_WRITING, wake, deadline))
            return Error{tr("Cannot connect to database %1: the server does not answer").arg(profile.inWords())};
        next = PQconnectPoll(handle.get());
    }
    if (next != PGRES_POLLING_OK)
        return refusal(handle.get(), profile, who);
    PQsetErrorVerbosity(handle.get(), PQERRORS_DEFAULT);
    return handle;
}

} // namespace bartizan
