// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QString;
class QWidget;

namespace bartizan {

/// Shows `text` as the tool tip of a widget exactly as it is, and makes it what a screen reader says of the widget
/// beyond its name: left to itself, Qt would read out the markup that the tool tip is escaped with. Whoever has a better
/// description sets it afterwards. Thread: GUI.
void setPlainToolTip(QWidget *widget, const QString &text);

} // namespace bartizan
