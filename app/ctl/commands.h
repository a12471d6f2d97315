// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <span>

namespace bartizan::ctl {

class Terminal;

/// The context of every visible text of bartizanctl: Text::tr("…").
struct Text {
    Q_DECLARE_TR_FUNCTIONS(bartizanctl)
};

/// What bartizanctl ends with; scripts rely on the numbers.
enum ExitStatus : int {
    kDone = 0,
    kFailed = 1,       ///< With a message that names what and where.
    kUnusable = 2,     ///< The arguments cannot be used.
    kQuarantined = 3,  ///< Done, but some input was quarantined.
};

/// One call of a subcommand. Thread: main.
struct Invocation {
    const char *command = nullptr; ///< Its name.
    QString database;              ///< From --db, else BARTIZAN_DB; empty: the embedded database.
    QStringList arguments;         ///< What stands behind the command's name.
    Terminal &terminal;            ///< Where answers and messages go.
};

/// A subcommand: how it is called, what it does in one line, and its function, which returns an ExitStatus.
struct Command {
    const char *name;
    const char *summary; ///< Marked for translation in the context "bartizanctl".
    int (*run)(const Invocation &);
};

int runInit(const Invocation &);
int runAttach(const Invocation &);
int runImport(const Invocation &);
int runRun(const Invocation &);
int runReplay(const Invocation &);
int runEvents(const Invocation &);
int runAlerts(const Invocation &);
int runAck(const Invocation &);
int runMutes(const Invocation &);
int runMetrics(const Invocation &);
int runIp(const Invocation &);
int runExport(const Invocation &);
int runHandover(const Invocation &);
int runConfig(const Invocation &);
int runStatus(const Invocation &);

/// All subcommands, in the order of the help.
std::span<const Command> commands();

} // namespace bartizan::ctl
