// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands.h"

#include <array>

namespace bartizan::ctl {
namespace {

constexpr std::array kCommands{
    Command{"init", QT_TRANSLATE_NOOP("bartizanctl", "make the database, or bring its schema up to date"), &runInit},
    Command{"attach", QT_TRANSLATE_NOOP("bartizanctl", "follow an application's table as the audit log"), &runAttach},
    Command{"import", QT_TRANSLATE_NOOP("bartizanctl", "read logs into the audit log"), &runImport},
    Command{"run", QT_TRANSLATE_NOOP("bartizanctl", "run the monitoring engine without a window"), &runRun},
    Command{"replay", QT_TRANSLATE_NOOP("bartizanctl", "run the engine over a log, without a database"), &runReplay},
    Command{"events", QT_TRANSLATE_NOOP("bartizanctl", "list rows of the audit log"), &runEvents},
    Command{"alerts", QT_TRANSLATE_NOOP("bartizanctl", "list alerts"), &runAlerts},
    Command{"ack", QT_TRANSLATE_NOOP("bartizanctl", "acknowledge alerts"), &runAck},
    Command{"mutes", QT_TRANSLATE_NOOP("bartizanctl", "list, set and lift mutes of alerts"), &runMutes},
    Command{"metrics", QT_TRANSLATE_NOOP("bartizanctl", "show security score, threat level and counts"), &runMetrics},
    Command{"ip", QT_TRANSLATE_NOOP("bartizanctl", "show how threatening an address is"), &runIp},
    Command{"handover", QT_TRANSLATE_NOOP("bartizanctl", "tell what happened to alerts between two times"), &runHandover},
    Command{"export", QT_TRANSLATE_NOOP("bartizanctl", "export alerts as CSV or JSON"), &runExport},
    Command{"config", QT_TRANSLATE_NOOP("bartizanctl", "show or change the monitoring configuration"), &runConfig},
    Command{"status", QT_TRANSLATE_NOOP("bartizanctl", "show how the monitoring engine does"), &runStatus},
};

} // namespace

std::span<const Command> commands()
{
    return kCommands;
}

} // namespace bartizan::ctl
