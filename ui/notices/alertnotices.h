// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/engine/workerthread.h"
#include "core/ports/clock.h"
#include "ui/notices/desktopnotifier.h"
#include "ui/notices/noticepolicy.h"

#include <absl/container/flat_hash_set.h>

#include <QObject>
#include <QStringList>

class QSystemTrayIcon;

namespace bartizan {

class EventSound;

/// Tells of new alerts of a session outside the window: on the desktop, or from the tray where the desktop shows no
/// notices, and with a sound. A notice goes when its alerts are acknowledged, by whomever. Thread: GUI.
class AlertNotices : public QObject {
    Q_OBJECT
public:
    AlertNotices(Session *session, const NoticePreferences *preferences, QObject *parent = nullptr);
    ~AlertNotices() override;

    /// Another clock, for tests. Before a log is opened.
    void setClock(std::unique_ptr<Clock> clock);
    /// What the tray says of a notice: words that no tray reads as rich text, nor shows the signs of.
    static QString trayToolTip(const QString &title);

Q_SIGNALS:
    /// The user wants to see it: the id of an alert, or empty when it was several.
    void openRequested(const QString &alertId);
    /// A notice stands on the desktop; `by` is the server's name.
    void shown(const QString &by);
    void soundPlayed();

private:
    void onChanges(const ToldChanges &changes);
    void announce(const SecurityAlert &alert);
    void announce(const NoticeSum &sum);
    void withdrawAll();
    void withdraw(const QString &key);
    void withdrawSum();
    void showInTray(const QString &key, const DesktopNotice &notice);
    void clearTray(const QString &key);
    void play();

    Session *m_session;
    const NoticePreferences *m_preferences;
    std::unique_ptr<Clock> m_clock;
    NoticePolicy m_policy;
    QStringList m_announced; ///< Keys of single notices that may still be seen, oldest first.
    absl::flat_hash_set<std::string> m_summed; ///< Of the notice about several alerts, those that nobody has acknowledged.
    QSystemTrayIcon *m_tray = nullptr;
    bool m_sumInTray = false; ///< The notice about several has been shown there.
    QString m_trayKey; ///< Of what the tray showed last.
    DesktopNotifier *m_notifier;
    EventSound *m_sound;
    WorkerThread m_notifierThread;
    WorkerThread m_soundThread;
};

} // namespace bartizan
