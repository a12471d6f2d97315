// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace bartizan {

/// Has a screen reader say a text, wherever the keyboard is. Qt before 6.8 knows no announcements, and its bridge to AT-SPI
/// passes neither alerts nor another name of a widget that has not the keyboard on as something to be said: so a widget
/// without size or place in a layout, one a window and in the role of a notification, takes the text for its name and comes
/// in sight. Thread: GUI.
class Announcer final : public QWidget {
    Q_OBJECT
public:
    /// On behalf of a widget; nothing is said of one that cannot be seen, nor where nobody listens.
    static void say(QWidget *from, const QString &text);

private:
    explicit Announcer(QWidget *window);
};

} // namespace bartizan
