// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>

class QWidget;

namespace bartizan {

/// Says what a widget of our own is to a screen reader, to which it would be a mere filler. In the widget's constructor:
/// what Qt has told about it already stays. Thread: GUI.
void announceAs(QWidget *widget, QAccessible::Role role);

} // namespace bartizan
