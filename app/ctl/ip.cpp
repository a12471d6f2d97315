// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"
#include "core/domain/ipaddress.h"
#include "core/engine/storequeries.h"
#include "core/metrics/ipthreat.h"
#include "core/report/documentjson.h"

namespace bartizan::ctl {
namespace {

void printList(Terminal &terminal, const QString &title, const std::vector<std::string> &lines)
{
    terminal.write(title.toStdString() + '\n');
    for (const std::string &line : lines)
        terminal.write("  " + printable(line) + '\n');
}

void printPlain(Terminal &terminal, const std::string &address, TimeRange range, const IpThreat &threat)
{
    const auto line = [&](const QString &label, const std::string &value) {
        terminal.write(QStringLiteral("%1 ").arg(label, -15).toStdString() + printable(value) + '\n');
    };
    line(Text::tr("Address"), address);
    line(Text::tr("Range"), formatIso(range.start) + " – " + formatIso(range.end));
    line(Text::tr("Threat level"), std::string(toString(threat.level)));
    printList(terminal, Text::tr("Risk factors"), threat.riskFactors);
    printList(terminal, Text::tr("Recommendations"), threat.recommendations);
}

void printJson(Terminal &terminal, const std::string &address, TimeRange range, const IpThreat &threat)
{
    JsonWriter json;
    json.beginObject();
    json.key("address");
    json.text(address);
    json.key("from");
    json.text(formatIso(range.start));
    json.key("to");
    json.text(formatIso(range.end));
    writeIpThreat(json, threat);
    json.endObject();
    terminal.writeData(json.take() + '\n');
}

} // namespace

int runIp(const Invocation &invocation)
{
    ArgumentParser arguments(invocation, Text::tr("ADDRESS"),
                             Text::tr("Shows how threatening an IPv4 or IPv6 address was over 24 hours: failed logins,\n"
                                      "rate limiting, and how many accounts it tried."));
    arguments.addOption(QStringLiteral("to"), QStringLiteral("T"), Text::tr("the 24 hours up to this time; by default now"));
    arguments.addJson();
    if (const auto status = arguments.parse())
        return *status;
    if (arguments.operands().size() != 1)
        return arguments.unusable(Text::tr("one address is needed"));
    const std::string operand = arguments.operands().constFirst().toStdString();
    if (!IpAddress::parse(operand))
        return arguments.unusable(Text::tr("'%1' is no IPv4 or IPv6 address").arg(arguments.operands().constFirst()));
    std::optional<TimestampMs> to;
    if (!arguments.readTime(QStringLiteral("to"), to))
        return kUnusable;
    TimeRange range;
    range.end = to.value_or(now());
    range.start = range.end - kDay;
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    const auto address = storequeries::spellingOf(*database.store, operand, range);
    if (!address)
        return failed(invocation, address.error());
    const auto activity = database.store->ipActivity(*address, range);
    if (!activity)
        return failed(invocation, activity.error());
    const IpThreat threat = ipThreat(*activity);
    if (arguments.isSet(QStringLiteral("json")))
        printJson(invocation.terminal, *address, range, threat);
    else
        printPlain(invocation.terminal, *address, range, threat);
    return kDone;
}

} // namespace bartizan::ctl
