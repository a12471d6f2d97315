// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>

class QApplication;
class QFocusFrame;
class QWidget;

namespace bartizan {

/// Puts a ring of 2 pixels, 1 pixel outside, around the control that has the keyboard focus: fields always, buttons
/// and panes (styleproperty::kRingInside, within their edge) when the focus came by keyboard. Widgets that show their focus themselves (views, gauge, map, lists) get none.
/// One per application; thread: GUI.
class FocusRing : public QObject {
    Q_OBJECT
public:
    /// Makes the application's ring, once.
    static void install(QApplication &application);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    explicit FocusRing(QApplication &application);
    void follow(QWidget *widget, bool byKeyboard);

    QPointer<QFocusFrame> m_frame;
};

} // namespace bartizan
