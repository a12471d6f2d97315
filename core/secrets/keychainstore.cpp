// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/keychainstore.h"

#include <QCoreApplication>
#include <QPointer>
#include <QTimer>

#include <qt6keychain/keychain.h>

#include <utility>

namespace bartizan {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::KeychainStore", text);
}

QString service()
{
    return QStringLiteral("bartizan");
}

QString seconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000.0);
}

/// A problem with the keyring, and what stands in for it.
Error without(const QString &problem)
{
    return Error{tr("%1: the password is asked for each time, or comes from the password file (PGPASSFILE).").arg(problem)};
}

Error failure(const QKeychain::Job &job)
{
    const QString detail = job.errorString().simplified();
    switch (job.error()) {
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return without(tr("The keyring is locked"));
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return without(tr("No keyring runs here"));
    default:
        break;
    }
    // The bus says so in English whatever the language.
    if (detail.contains(QLatin1String("org.freedesktop.secrets was not provided")))
        return without(tr("No keyring runs here"));
    return without(tr("The keyring cannot be used (%1)").arg(detail));
}

} // namespace

/// Runs jobs on the store's thread; each is answered once.
class KeychainStore::Worker : public QObject {
public:
    using Finish = std::function<void(const Result<void> &, const QKeychain::Job *)>;

    void run(QKeychain::Job *job, std::chrono::milliseconds patience, const Finish &finish)
    {
        const auto answered = std::make_shared<bool>(false);
        job->setAutoDelete(true);
        connect(job, &QKeychain::Job::finished, this, [answered, finish](QKeychain::Job *done) {
            if (std::exchange(*answered, true))
                return;
            const bool fine = done->error() == QKeychain::NoError || done->error() == QKeychain::EntryNotFound;
            finish(fine ? Result<void>() : Result<void>(failure(*done)), done);
        });
        QTimer::singleShot(patience, this, [answered, finish, patience] {
            if (std::exchange(*answered, true))
                return;
            finish(without(tr("The keyring has not answered for %1 s, and may wait to be unlocked").arg(seconds(patience))),
                   nullptr);
        });
        job->start();
    }

    void post(const std::function<void()> &call) { QMetaObject::invokeMethod(this, call, Qt::QueuedConnection); }
};

namespace {

/// Hands an answer to the application's thread.
template<typename Reply, typename Answer>
void deliver(const QPointer<QObject> &context, const Reply &reply, const Answer &answer)
{
    // The pointer is only followed where contexts live and die, so that it cannot go in between.
    QMetaObject::invokeMethod(QCoreApplication::instance(), [context, reply, answer] {
        if (context)
            reply(answer);
    }, Qt::QueuedConnection);
}

} // namespace

KeychainStore::KeychainStore(std::chrono::milliseconds patience)
    : m_patience(patience), m_worker(std::make_unique<Worker>())
{
    m_thread.setObjectName(QStringLiteral("keyring"));
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

KeychainStore::~KeychainStore()
{
    m_thread.quit();
    m_thread.wait();
}

void KeychainStore::read(const QString &key, QObject *context, Read reply)
{
    const QPointer<QObject> guard(context);
    m_worker->post([worker = m_worker.get(), patience = m_patience, key, guard, reply] {
        auto *job = new QKeychain::ReadPasswordJob(service());
        job->setKey(key);
        worker->run(job, patience, [guard, reply](const Result<void> &done, const QKeychain::Job *from) {
            using Secret = Result<std::optional<QString>>;
            if (!done)
                return deliver(guard, reply, Secret(done.error()));
            if (from->error() == QKeychain::EntryNotFound)
                return deliver(guard, reply, Secret(std::nullopt));
            deliver(guard, reply, Secret(static_cast<const QKeychain::ReadPasswordJob *>(from)->textData()));
        });
    });
}

void KeychainStore::write(const QString &key, const QString &secret, QObject *context, Done reply)
{
    const QPointer<QObject> guard(context);
    m_worker->post([worker = m_worker.get(), patience = m_patience, key, secret, guard, reply] {
        auto *job = new QKeychain::WritePasswordJob(service());
        job->setKey(key);
        job->setTextData(secret);
        worker->run(job, patience,
                    [guard, reply](const Result<void> &done, const QKeychain::Job *) { deliver(guard, reply, done); });
    });
}

void KeychainStore::remove(const QString &key, QObject *context, Done reply)
{
    const QPointer<QObject> guard(context);
    m_worker->post([worker = m_worker.get(), patience = m_patience, key, guard, reply] {
        auto *job = new QKeychain::DeletePasswordJob(service());
        job->setKey(key);
        worker->run(job, patience,
                    [guard, reply](const Result<void> &done, const QKeychain::Job *) { deliver(guard, reply, done); });
    });
}

} // namespace bartizan
