// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QSize>
#include <QString>
#include <QStringList>

namespace bartizan {

/// What the command line of `bartizan` asks for.
struct ConsoleArguments {
    enum class Action { Open, ShowVersion, ShowHelp, Screenshot };
    Action action = Action::Open;
    QString database;       ///< --db; empty: the last one, else the embedded one.
    bool demo = false;      ///< --demo
    QString pictures;       ///< --screenshot: the folder the pictures go to.
    QSize size{1440, 900};  ///< --size, device-independent pixels.
    QString theme;          ///< --theme: "light", "dark", or empty.
    QString page;           ///< --page: one page only, or empty for all.
};

/// Reads the arguments (the program's name left out). Needs no application object. Fails with a message that names
/// the argument that cannot be used.
Result<ConsoleArguments> parseConsoleArguments(const QStringList &arguments);

/// The text of --help.
QString consoleHelp();

} // namespace bartizan
