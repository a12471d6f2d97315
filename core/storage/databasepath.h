// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStandardPaths>
#include <QString>

namespace bartizan {

/// Where the embedded database stands: bartizan/bartizan.db in the user's data folder (XDG_DATA_HOME, else
/// ~/.local/share), the same for the console and for bartizanctl. The folder may not exist yet. Thread: any.
inline QString defaultDatabasePath()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + QStringLiteral("/bartizan/bartizan.db");
}

} // namespace bartizan
