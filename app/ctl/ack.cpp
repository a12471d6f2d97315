// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"

namespace bartizan::ctl {
namespace {

void writeLine(Terminal &terminal, const QString &text)
{
    terminal.write(printable(text.toStdString()) + '\n');
}

int tell(const Invocation &invocation, const AcknowledgeReport &report)
{
    Terminal &terminal = invocation.terminal;
    for (const std::string &id : report.acknowledged)
        writeLine(terminal, Text::tr("%1 acknowledged").arg(QString::fromStdString(id)));
    for (const AcknowledgeConflict &conflict : report.already) {
        terminal.note(Text::tr("%1 was acknowledged before, by %2 at %3; that stands")
                          .arg(QString::fromStdString(conflict.alertId), QString::fromStdString(conflict.by),
                               QString::fromStdString(formatIso(conflict.at))));
    }
    for (const std::string &id : report.unknown)
        terminal.error(Text::tr("there is no alert '%1'").arg(QString::fromStdString(id)));
    return report.unknown.empty() ? kDone : kFailed;
}

} // namespace

int runAck(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, Text::tr("ID…"),
        Text::tr("Acknowledges alerts as the current user (%1). The first acknowledgement of an alert stands: for one\n"
                 "that was acknowledged before, it tells by whom and when. An unknown ID is refused with status 1; the\n"
                 "other alerts are acknowledged all the same.")
            .arg(QString::fromStdString(currentUser())));
    arguments.addOption(QStringLiteral("comment"), QStringLiteral("TEXT"), Text::tr("kept in the alerts' history"));
    if (const auto status = arguments.parse())
        return *status;
    if (arguments.operands().isEmpty())
        return arguments.unusable(Text::tr("the ID of an alert is needed"));
    std::vector<std::string> ids;
    for (const QString &id : arguments.operands())
        ids.push_back(id.toLower().toStdString());
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadWrite);
    if (!database.store)
        return database.status;
    if (const QString reason = database.store->readOnlyReason(); !reason.isEmpty())
        return failed(invocation, Error{reason});
    const auto report = database.store->acknowledge(ids, currentUser(), now(),
                                                    arguments.value(QStringLiteral("comment")).toStdString());
    if (!report)
        return failed(invocation, report.error());
    return tell(invocation, *report);
}

} // namespace bartizan::ctl
