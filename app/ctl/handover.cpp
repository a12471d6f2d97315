// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"
#include "core/report/handoverdocument.h"

#include <algorithm>

namespace bartizan::ctl {

int runHandover(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, {},
        Text::tr("Tells what happened to alerts between two times, for whoever takes over: what is still open, what is\n"
                 "new, who acknowledged, escalated, resolved, took over or commented on what, and which mutes were set\n"
                 "or ended. As Markdown, in UTC."));
    arguments.addRange(Text::tr("by default the last 24 hours"));
    arguments.addOption(QStringLiteral("company"), QStringLiteral("ID"), Text::tr("only alerts of this company"));
    arguments.addOption(QStringLiteral("limit"), QStringLiteral("N"),
                        Text::tr("so many lines of each list at most, by default 50; the counts are of all"));
    arguments.addJson();
    if (const auto status = arguments.parse())
        return *status;
    HandoverQuery query;
    query.range = lastDay();
    std::optional<std::int64_t> limit;
    if (!arguments.readRange(query.range) || !arguments.readText(QStringLiteral("company"), query.companyId)
        || !arguments.readNumber(QStringLiteral("limit"), 1, limit))
        return kUnusable;
    query.range.end = std::min(query.range.end, std::max(query.range.start, now())); // A start alone leaves the end open.
    if (limit)
        query.limit = static_cast<std::size_t>(*limit);
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    const auto handover = database.store->handover(query);
    if (!handover)
        return failed(invocation, handover.error());
    if (arguments.isSet(QStringLiteral("json")))
        invocation.terminal.writeData(handoverJson(*handover));
    else
        invocation.terminal.writeData(handoverMarkdown(handoverDocument(*handover, QTimeZone::utc())).toStdString());
    return kDone;
}

} // namespace bartizan::ctl
