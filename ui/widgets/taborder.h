// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace bartizan {

/// Lets Tab go through a widget as it is read: its layouts from first to last, into what scrolls as well. Widgets that are
/// made later than others would come after all of the window, wherever they stand. Where the first of them stands in the
/// window's order stays. Cheap enough for each change of what is shown. Thread: GUI.
void tabAsSeen(QWidget *root);

} // namespace bartizan
