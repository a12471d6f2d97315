// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QObject>
#include <QThread>

namespace bartizan {

/// A desktop with a tray (org.kde.StatusNotifierWatcher, and a host in it) and without a service for notices: it tells of each
/// message that an icon in the tray shows. On a thread of its own, since whoever asks for the tray waits for the answer.
class TrayHost : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.kde.StatusNotifierWatcher")
    Q_PROPERTY(bool IsStatusNotifierHostRegistered READ hasHost)
    Q_PROPERTY(int ProtocolVersion READ protocolVersion)
public:
    TrayHost()
    {
        moveToThread(&m_thread);
        m_thread.start();
    }
    ~TrayHost() override
    {
        QMetaObject::invokeMethod(this, [this] {
            m_bus.unregisterService(QStringLiteral("org.kde.StatusNotifierWatcher"));
            QDBusConnection::disconnectFromBus(QStringLiteral("tray"));
        }, Qt::BlockingQueuedConnection);
        m_thread.quit();
        m_thread.wait();
    }
    bool serve()
    {
        bool served = false;
        QMetaObject::invokeMethod(this, [this, &served] {
            m_bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("tray"));
            // Of whatever icon, before there is one: none of its signals is missed.
            m_bus.connect(QString(), QStringLiteral("/StatusNotifierItem"), item(), QStringLiteral("NewAttentionIcon"), this,
                          SLOT(onAttention(QDBusMessage)));
            served = m_bus.registerObject(QStringLiteral("/StatusNotifierWatcher"), this,
                                          QDBusConnection::ExportScriptableSlots | QDBusConnection::ExportAllProperties)
                && m_bus.registerService(QStringLiteral("org.kde.StatusNotifierWatcher"));
        }, Qt::BlockingQueuedConnection);
        return served;
    }
    bool hasHost() const { return true; }
    int protocolVersion() const { return 0; }

public Q_SLOTS:
    Q_SCRIPTABLE void RegisterStatusNotifierItem(const QString &) {}
    /// An icon begins to ask for attention, or ends it. While it does, its tool tip is the message.
    void onAttention(const QDBusMessage &signal)
    {
        QDBusMessage get = QDBusMessage::createMethodCall(signal.service(), signal.path(),
                                                          QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("GetAll"));
        get << item();
        const QVariantMap properties = qdbus_cast<QVariantMap>(m_bus.call(get).arguments().value(0));
        if (properties.value(QStringLiteral("Status")).toString() != QLatin1String("NeedsAttention"))
            return;
        const auto tip = properties.value(QStringLiteral("ToolTip")).value<QDBusArgument>();
        QString icon;
        QString title;
        QString body;
        tip.beginStructure();
        tip >> icon;
        tip.beginArray();
        while (!tip.atEnd()) {
            int width = 0;
            int height = 0;
            QByteArray bytes;
            tip.beginStructure();
            tip >> width >> height >> bytes;
            tip.endStructure();
        }
        tip.endArray();
        tip >> title >> body;
        tip.endStructure();
        Q_EMIT said(title, body);
    }

Q_SIGNALS:
    void said(const QString &title, const QString &body);

private:
    static QString item() { return QStringLiteral("org.kde.StatusNotifierItem"); }

    QThread m_thread;
    QDBusConnection m_bus{QString()};
};

} // namespace bartizan
