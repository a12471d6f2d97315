// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QString>

class QComboBox;

namespace bartizan {

/// A label that never reads its text as markup.
QLabel *plainLabel(const QString &text, QWidget *parent);
/// The same in the muted colour.
QLabel *mutedLabel(const QString &text, QWidget *parent);
/// The same, semibold: the title of a section.
QLabel *sectionLabel(const QString &text, QWidget *parent);
/// The same in small, muted.
QLabel *smallLabel(const QString &text, QWidget *parent);

/// Names a box that has no label beside it, once it stands where it is to stay. On Linux, Qt takes what is chosen in a box for its name, and leaves it to a
/// label's relation to say what the box is.
void nameBox(QComboBox *box, const QString &name);

/// A numbered line of a list: the text wraps beside its number, not under it.
QWidget *numberedLine(int number, const QString &text, QWidget *parent);

} // namespace bartizan
