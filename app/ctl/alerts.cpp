// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/table.h"
#include "app/ctl/terminal.h"
#include "core/report/alertexport.h"

namespace bartizan::ctl {
namespace {

std::string statusOf(const SecurityAlert &alert)
{
    if (alert.isMuted())
        return Text::tr("muted").toStdString();
    if (!alert.acknowledged)
        return Text::tr("active").toStdString();
    return Text::tr("acknowledged by %1")
        .arg(QString::fromStdString(alert.acknowledgedBy.value_or(std::string())))
        .toStdString();
}

void printTable(Terminal &terminal, const std::vector<SecurityAlert> &alerts)
{
    Table table{{Text::tr("ID")}, {Text::tr("TIME (UTC)")}, {Text::tr("SEVERITY")}, {Text::tr("TYPE")},
                {Text::tr("ADDRESS")}, {Text::tr("USER")}, {Text::tr("STATUS")}, {Text::tr("DESCRIPTION")}};
    for (const SecurityAlert &alert : alerts) {
        table.add({alert.id, formatIso(alert.timestamp), std::string(toString(alert.severity)),
                   std::string(toString(alert.type)), alert.context.ipAddress.value_or(std::string()),
                   alert.context.userId.value_or(std::string()), statusOf(alert), alert.description});
    }
    table.print(terminal);
}

void declare(ArgumentParser &arguments)
{
    arguments.addFlag(QStringLiteral("active"), Text::tr("only those neither acknowledged nor muted"));
    arguments.addFlag(QStringLiteral("all"), Text::tr("acknowledged and muted ones too (default)"));
    arguments.addFlag(QStringLiteral("muted"), Text::tr("only muted ones"));
    arguments.addOption(QStringLiteral("severity"), QStringLiteral("S"), Text::tr("LOW, MEDIUM, HIGH or CRITICAL"));
    arguments.addOption(QStringLiteral("type"), QStringLiteral("T"), Text::tr("of this type, such as BRUTE_FORCE_ATTACK"));
    arguments.addRange(Text::tr("by default the last 24 hours"));
    arguments.addOption(QStringLiteral("limit"), QStringLiteral("N"), Text::tr("the first N alerts"));
    arguments.addJson();
}

/// Where nobody named a range, says what lies before it: an old log that was just imported, say.
void tellOlder(Terminal &terminal, Store &store, AlertQuery query)
{
    query.limit = 0;
    query.range = {TimeRange().start, query.range.start - 1};
    const auto older = store.countAlerts(query);
    if (older && *older > 0)
        terminal.note(Text::tr("older alerts, not listed: %1 (--from lists them, as in --from 2017-01-01)").arg(*older));
}

} // namespace

int runAlerts(const Invocation &invocation)
{
    ArgumentParser arguments(invocation, {}, Text::tr("Lists alerts, oldest first."));
    declare(arguments);
    if (const auto status = arguments.parse())
        return *status;
    AlertQuery query;
    query.range = lastDay();
    std::optional<std::int64_t> limit;
    if (arguments.isSet(QStringLiteral("active"))) {
        if (arguments.isSet(QStringLiteral("all")))
            return arguments.unusable(Text::tr("--active and --all exclude each other"));
        query.active = true;
    }
    if (arguments.isSet(QStringLiteral("muted"))) {
        if (query.active)
            return arguments.unusable(Text::tr("--active and --muted exclude each other"));
        query.muted = true;
    }
    if (!arguments.readEnum(QStringLiteral("severity"), query.severity)
        || !arguments.readEnum(QStringLiteral("type"), query.type) || !arguments.readRange(query.range)
        || !arguments.readNumber(QStringLiteral("limit"), 1, limit))
        return kUnusable;
    if (limit)
        query.limit = static_cast<std::size_t>(*limit);
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    const auto alerts = database.store->alerts(query);
    if (!alerts)
        return failed(invocation, alerts.error());
    if (arguments.isSet(QStringLiteral("json")))
        invocation.terminal.writeData(alertsToJson(*alerts));
    else
        printTable(invocation.terminal, *alerts);
    if (!arguments.isSet(QStringLiteral("from")))
        tellOlder(invocation.terminal, *database.store, query);
    return kDone;
}

} // namespace bartizan::ctl
