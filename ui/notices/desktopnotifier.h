// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QHash>
#include <QObject>
#include <QStringList>

#include <functional>
#include <optional>
#include <vector>

namespace bartizan {

/// A notice on the desktop.
struct DesktopNotice {
    QString title;
    QString body;          ///< Plain text, which may be hostile.
    bool critical = false; ///< Stays until it is closed.
};

/// Shows notices through org.freedesktop.Notifications (Desktop Notifications Specification 1.2) on the session bus.
/// Asynchronous: whoever asks gets a signal. What reads markup is given escaped text. Thread: its own, since reaching
/// the bus may take a while.
class DesktopNotifier : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    ~DesktopNotifier() override;

    /// Shows a notice under a key; one that is shown under it already is replaced.
    void show(const QString &key, const DesktopNotice &notice);
    void withdraw(const QString &key);

Q_SIGNALS:
    /// Somebody clicked it.
    void activated(const QString &key);
    /// It stands on the desktop.
    void shown(const QString &key, const QString &server);
    /// It could not be shown, and why.
    void failed(const QString &key, const bartizan::DesktopNotice &notice, const QString &reason);

private Q_SLOTS:
    void onActionInvoked(uint id, const QString &action);
    void onClosed(uint id, uint reason);

private:
    struct Shown {
        uint id = 0;           ///< What the server calls it; 0 until it has answered.
        bool withdrawn = false;
        std::optional<DesktopNotice> next; ///< Came before the answer.
    };
    void connectBus();
    void learnServer();
    void send(const QString &key, const DesktopNotice &notice);
    void onShown(const QString &key, uint id);
    void onFailed(const QString &key, const DesktopNotice &notice, const QString &reason);
    template<typename Done>
    void call(QDBusMessage message, Done done);

    std::optional<QDBusConnection> m_bus;
    bool m_knowsServer = false;
    bool m_readsMarkup = true; ///< Until it has said so.
    bool m_hasActions = true;
    QString m_server;
    std::vector<std::function<void()>> m_waiting; ///< For the server's answers.
    QHash<QString, Shown> m_shown;
};

} // namespace bartizan
