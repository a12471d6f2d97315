// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QVariantMap>

#include <vector>

namespace bartizan {

/// A session bus of the test's own.
class SessionBus {
public:
    /// Starts it and makes it the session bus of this process. Before anything else speaks D-Bus.
    bool start()
    {
        m_daemon.start(QStringLiteral(BARTIZAN_DBUS_DAEMON),
                       {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
        if (!m_daemon.waitForStarted() || !m_daemon.waitForReadyRead())
            return false;
        m_address = QString::fromLatin1(m_daemon.readLine()).trimmed();
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_address.toLatin1());
        return !m_address.isEmpty();
    }
    void stop()
    {
        m_daemon.kill();
        m_daemon.waitForFinished();
    }
    QString address() const { return m_address; }

private:
    QProcess m_daemon;
    QString m_address;
};

/// What the desktop does with notices, as the Desktop Notifications Specification has it: keeps them, and lets a test
/// click them.
class NotificationServer : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Notice {
        uint id;
        QString summary;
        QString body;
        QStringList actions;
        QVariantMap hints;
        bool operator==(const Notice &other) const { return id == other.id; }
    };

    NotificationServer(const QString &address, const QStringList &capabilities)
        : m_capabilities(capabilities), m_bus(QDBusConnection::connectToBus(address, QStringLiteral("server")))
    {
    }
    ~NotificationServer() override
    {
        m_bus.unregisterService(QStringLiteral("org.freedesktop.Notifications"));
        QDBusConnection::disconnectFromBus(QStringLiteral("server"));
    }
    bool serve()
    {
        return m_bus.registerObject(QStringLiteral("/org/freedesktop/Notifications"), this,
                                    QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals)
            && m_bus.registerService(QStringLiteral("org.freedesktop.Notifications"));
    }
    const std::vector<Notice> &standing() const { return m_standing; }
    int told() const { return m_told; }
    void click(const Notice &notice) { Q_EMIT ActionInvoked(notice.id, QStringLiteral("default")); }

public Q_SLOTS:
    QStringList GetCapabilities() const { return m_capabilities; }
    QString GetServerInformation(QString &vendor, QString &version, QString &specification) const
    {
        vendor = QStringLiteral("tests");
        version = QStringLiteral("1");
        specification = QStringLiteral("1.2");
        return QStringLiteral("Test desktop");
    }
    uint Notify(const QString &, uint replaces, const QString &, const QString &summary, const QString &body,
                const QStringList &actions, const QVariantMap &hints, int)
    {
        ++m_told;
        const Notice notice{replaces != 0 ? replaces : ++m_last, summary, body, actions, hints};
        const auto known = std::find(m_standing.begin(), m_standing.end(), notice);
        if (known != m_standing.end())
            *known = notice;
        else
            m_standing.push_back(notice);
        return notice.id;
    }
    void CloseNotification(uint id)
    {
        std::erase_if(m_standing, [id](const Notice &notice) { return notice.id == id; });
        Q_EMIT NotificationClosed(id, 3);
    }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString &action);
    void NotificationClosed(uint id, uint reason);

private:
    QStringList m_capabilities;
    QDBusConnection m_bus;
    std::vector<Notice> m_standing;
    int m_told = 0;
    uint m_last = 0;
};

} // namespace bartizan
