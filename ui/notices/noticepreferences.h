// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"

#include <QObject>
#include <QTime>

namespace bartizan {

/// How the user wants to be told about new alerts on this computer.
struct NoticeChoices {
    bool popups = true;
    AlertSeverity from = AlertSeverity::Low; ///< Alerts below it are not announced.
    bool sound = true;                       ///< For HIGH and CRITICAL.
    bool quietHours = false;                 ///< Between the two times of the day nothing is announced.
    QTime quietFrom{22, 0};
    QTime quietTo{7, 0};

    /// Whether `time`, local, lies in the quiet hours; they may go over midnight, and from a time to the same is all day.
    bool isQuietAt(QTime time) const;
    bool operator==(const NoticeChoices &) const = default;
};

/// The choices, kept in the user's configuration. Thread: GUI.
class NoticePreferences : public QObject {
    Q_OBJECT
public:
    /// Reads what was kept; what cannot be read is as at the first start.
    explicit NoticePreferences(QObject *parent = nullptr);

    const NoticeChoices &choices() const { return m_choices; }
    void setChoices(const NoticeChoices &choices);

Q_SIGNALS:
    void changed();

private:
    NoticeChoices m_choices;
};

} // namespace bartizan
