// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeyEvent>

namespace bartizan {

/// Whether a key types a letter, a digit or another sign, which a list or a menu looks for an entry by. Thread: GUI.
inline bool typesText(const QKeyEvent &key)
{
    return !key.text().isEmpty() && key.text().at(0).isPrint()
        && !(key.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
}

} // namespace bartizan
