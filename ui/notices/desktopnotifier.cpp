// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notices/desktopnotifier.h"

#include <QCoreApplication>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>

namespace bartizan {
namespace {

constexpr int kAnswerMs = 5'000;
constexpr uchar kNormal = 1;
constexpr uchar kCritical = 2;

QString service()
{
    return QStringLiteral("org.freedesktop.Notifications");
}

QString path()
{
    return QStringLiteral("/org/freedesktop/Notifications");
}

QString connectionName()
{
    return QStringLiteral("bartizan-notices");
}

QDBusMessage methodCall(const QString &method)
{
    return QDBusMessage::createMethodCall(service(), path(), service(), method);
}

} // namespace

DesktopNotifier::~DesktopNotifier()
{
    if (!m_bus)
        return;
    m_bus.reset();
    QDBusConnection::disconnectFromBus(connectionName());
}

/// A connection of its own: that of the application belongs to the GUI thread.
void DesktopNotifier::connectBus()
{
    if (m_bus && m_bus->isConnected())
        return;
    m_bus.reset();
    QDBusConnection::disconnectFromBus(connectionName());
    m_bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, connectionName());
    m_knowsServer = false;
    m_shown.clear();
    m_bus->connect(service(), path(), service(), QStringLiteral("ActionInvoked"), this,
                   SLOT(onActionInvoked(uint, QString)));
    m_bus->connect(service(), path(), service(), QStringLiteral("NotificationClosed"), this, SLOT(onClosed(uint, uint)));
}

template<typename Done>
void DesktopNotifier::call(QDBusMessage message, Done done)
{
    auto *watcher = new QDBusPendingCallWatcher(m_bus->asyncCall(message, kAnswerMs), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher, done] {
        watcher->deleteLater();
        done(watcher->reply());
    });
}

void DesktopNotifier::show(const QString &key, const DesktopNotice &notice)
{
    connectBus();
    if (!m_bus->isConnected()) {
        onFailed(key, notice, tr("The session bus cannot be reached: %1").arg(m_bus->lastError().message()));
        return;
    }
    const auto known = m_shown.find(key);
    if (known != m_shown.end() && known->id == 0) {
        known->next = notice;
        known->withdrawn = false;
        return;
    }
    if (known == m_shown.end())
        m_shown.insert(key, {});
    if (m_knowsServer) {
        send(key, notice);
        return;
    }
    m_waiting.push_back([this, key, notice] { send(key, notice); });
    if (m_waiting.size() == 1)
        learnServer();
}

/// Whether the server reads markup decides how text is written: nothing is sent before that is known.
void DesktopNotifier::learnServer()
{
    call(methodCall(QStringLiteral("GetCapabilities")), [this](const QDBusMessage &answer) {
        if (answer.type() == QDBusMessage::ReplyMessage && !answer.arguments().isEmpty()) {
            const QStringList can = answer.arguments().constFirst().toStringList();
            m_readsMarkup = can.contains(QLatin1String("body-markup"));
            m_hasActions = can.contains(QLatin1String("actions"));
        }
        call(methodCall(QStringLiteral("GetServerInformation")), [this](const QDBusMessage &information) {
            m_server = information.arguments().value(0).toString();
            m_knowsServer = information.type() == QDBusMessage::ReplyMessage;
            const auto waiting = std::exchange(m_waiting, {});
            for (const auto &send : waiting)
                send();
        });
    });
}

void DesktopNotifier::send(const QString &key, const DesktopNotice &notice)
{
    const auto known = m_shown.constFind(key);
    if (known == m_shown.constEnd())
        return;
    QVariantMap hints;
    hints.insert(QStringLiteral("urgency"), QVariant::fromValue(notice.critical ? kCritical : kNormal));
    hints.insert(QStringLiteral("desktop-entry"), QStringLiteral("bartizan"));
    hints.insert(QStringLiteral("category"), QStringLiteral("network"));
    // The sound is played by the console, for some alerts only.
    hints.insert(QStringLiteral("suppress-sound"), true);
    QStringList actions;
    if (m_hasActions)
        actions << QStringLiteral("default") << tr("Open");
    QDBusMessage message = methodCall(QStringLiteral("Notify"));
    message << QCoreApplication::translate("QObject", "Bartizan") << known->id << QStringLiteral("bartizan") << notice.title
            << (m_readsMarkup ? notice.body.toHtmlEscaped() : notice.body) << actions << hints << -1;
    call(message, [this, key, notice](const QDBusMessage &answer) {
        if (answer.type() == QDBusMessage::ReplyMessage && !answer.arguments().isEmpty())
            onShown(key, answer.arguments().constFirst().toUInt());
        else
            onFailed(key, notice, answer.errorMessage());
    });
}

void DesktopNotifier::onShown(const QString &key, uint id)
{
    const auto known = m_shown.find(key);
    if (known == m_shown.end())
        return;
    known->id = id;
    Q_EMIT shown(key, m_server);
    if (known->withdrawn) {
        withdraw(key);
    } else if (known->next) {
        const DesktopNotice next = *std::exchange(known->next, std::nullopt);
        send(key, next);
    }
}

void DesktopNotifier::onFailed(const QString &key, const DesktopNotice &notice, const QString &reason)
{
    const Shown known = m_shown.take(key);
    // A server that went may come back as another one.
    m_knowsServer = false;
    if (!known.withdrawn)
        Q_EMIT failed(key, known.next.value_or(notice), reason);
}

void DesktopNotifier::withdraw(const QString &key)
{
    const auto known = m_shown.find(key);
    if (known == m_shown.end())
        return;
    if (known->id == 0) {
        known->withdrawn = true;
        known->next.reset();
        return;
    }
    QDBusMessage message = methodCall(QStringLiteral("CloseNotification"));
    message << known->id;
    m_shown.erase(known);
    m_bus->asyncCall(message, kAnswerMs);
}

void DesktopNotifier::onActionInvoked(uint id, const QString &)
{
    for (auto it = m_shown.cbegin(); it != m_shown.cend(); ++it) {
        if (it->id == id) {
            Q_EMIT activated(it.key());
            return;
        }
    }
}

void DesktopNotifier::onClosed(uint id, uint)
{
    for (auto it = m_shown.begin(); it != m_shown.end(); ++it) {
        if (it->id == id) {
            m_shown.erase(it);
            return;
        }
    }
}

} // namespace bartizan
