// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QAbstractItemView;
class QComboBox;

namespace bartizan {

/// Letters and digits that are typed into the box, or into the list that it opens, look for an entry, whatever they do as
/// keys of the page around it: a shortcut of a page is in force in the windows as well that its boxes open. Keys with Ctrl
/// or Alt stay those of the page. Thread: GUI.
void keepTypedKeys(QComboBox *box);
/// The same of a list.
void keepTypedKeys(QAbstractItemView *list);

} // namespace bartizan
