// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/workerthread.h"

#include <QObject>

#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QTimeEdit;
class QWidget;

namespace bartizan {

class DesktopNotifier;
class NoticePreferences;
class SettingSection;

/// The sections of the settings about notices on this computer; what is chosen applies at once. Thread: GUI.
class NoticeSettings : public QObject {
    Q_OBJECT
public:
    /// Makes the sections as children of `parent`.
    NoticeSettings(NoticePreferences *preferences, QWidget *parent);

    const std::vector<SettingSection *> &sections() const { return m_sections; }

private:
    SettingSection *makeAnnouncing(QWidget *parent);
    SettingSection *makeQuietHours(QWidget *parent);
    QWidget *makeTrial(QWidget *parent);
    void show();
    void take();
    void tryIt();

    NoticePreferences *m_preferences;
    std::vector<SettingSection *> m_sections;
    QCheckBox *m_popups = nullptr;
    QComboBox *m_from = nullptr;
    QCheckBox *m_sound = nullptr;
    QCheckBox *m_quiet = nullptr;
    QTimeEdit *m_quietFrom = nullptr;
    QTimeEdit *m_quietTo = nullptr;
    bool m_showing = false;
    QPushButton *m_try = nullptr;
    QLabel *m_outcome = nullptr;
    DesktopNotifier *m_notifier = nullptr;
    std::unique_ptr<WorkerThread> m_thread; ///< Made when it is tried for the first time.
};

} // namespace bartizan
