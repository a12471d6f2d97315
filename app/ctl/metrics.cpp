// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/table.h"
#include "app/ctl/terminal.h"
#include "core/engine/geofiller.h"
#include "core/engine/storequeries.h"
#include "core/metrics/securityscore.h"
#include "core/report/documentjson.h"

#include <algorithm>

namespace bartizan::ctl {
namespace {

using Align = Table::Align;

std::string text(std::string_view view)
{
    return std::string(view);
}

void printSummary(Terminal &terminal, const SecurityMetrics &metrics)
{
    const MetricsInputs &counts = metrics.counts;
    Table table{{Text::tr("METRIC")}, {Text::tr("VALUE"), Align::Right}};
    table.add({Text::tr("Security score").toStdString(), std::to_string(metrics.score.rounded)});
    table.add({Text::tr("Threat level").toStdString(), text(toString(metrics.threatLevel))});
    table.add({Text::tr("Events").toStdString(), std::to_string(counts.totalEvents)});
    table.add({Text::tr("Critical events").toStdString(), std::to_string(counts.criticalEvents)});
    table.add({Text::tr("Active alerts").toStdString(), std::to_string(counts.activeAlerts)});
    table.add({Text::tr("Resolved alerts").toStdString(), std::to_string(counts.resolvedAlerts)});
    table.print(terminal);
}

/// Counted things as a table of their own, left out when there are none.
void printCounts(Terminal &terminal, const QString &title, const std::vector<std::pair<std::string, std::int64_t>> &counts)
{
    if (counts.empty())
        return;
    Table table{{title}, {Text::tr("COUNT"), Align::Right}};
    for (const auto &[name, count] : counts)
        table.add({name, std::to_string(count)});
    terminal.write("\n");
    table.print(terminal);
}

void printTables(Terminal &terminal, const SecurityMetrics &metrics)
{
    printSummary(terminal, metrics);
    std::vector<std::pair<std::string, std::int64_t>> counts;
    for (const ThreatCount &threat : metrics.topThreats)
        counts.emplace_back(toString(threat.type), threat.count);
    printCounts(terminal, Text::tr("TOP THREATS"), counts);
    counts.clear();
    for (std::size_t type = 0; type < metrics.counts.eventsByType.size(); ++type) {
        if (metrics.counts.eventsByType[type] > 0)
            counts.emplace_back(toString(static_cast<SecurityEventType>(type)), metrics.counts.eventsByType[type]);
    }
    printCounts(terminal, Text::tr("EVENT TYPE"), counts);
    counts = metrics.counts.geo;
    std::stable_sort(counts.begin(), counts.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
    printCounts(terminal, Text::tr("COUNTRY"), counts);
    if (metrics.userRiskScores.empty())
        return;
    Table users{{Text::tr("USER")}, {Text::tr("E-MAIL")}, {Text::tr("RISK"), Align::Right}};
    for (const UserRisk &user : metrics.userRiskScores) {
        users.add({user.activity.userId, user.activity.email.empty() ? "unknown" : user.activity.email,
                   std::to_string(user.riskScore)});
    }
    terminal.write("\n");
    users.print(terminal);
}

} // namespace

int runMetrics(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, {},
        Text::tr("Shows the security score, the threat level and what they are made of. The alerts are counted over all\n"
                 "time and companies, the events over the range and company."));
    arguments.addRange(Text::tr("by default the last 24 hours"));
    arguments.addOption(QStringLiteral("company"), QStringLiteral("ID"), Text::tr("only events of this company"));
    arguments.addJson();
    if (const auto status = arguments.parse())
        return *status;
    MetricsQuery query;
    query.range = lastDay();
    if (!arguments.readRange(query.range) || !arguments.readText(QStringLiteral("company"), query.companyId))
        return kUnusable;
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    const auto settings = database.store->loadSettings();
    if (!settings)
        return failed(invocation, settings.error());
    query.timeZone = settings->timeZone;
    const auto geo = storequeries::geoOf(*database.store);
    if (!geo)
        return failed(invocation, geo.error());
    const auto inputs = database.store->metricsInputs(query, geo->get());
    if (!inputs)
        return failed(invocation, inputs.error());
    const SecurityMetrics metrics = securityMetrics(*inputs);
    if (!arguments.isSet(QStringLiteral("json"))) {
        printTables(invocation.terminal, metrics);
        return kDone;
    }
    JsonWriter json;
    writeMetrics(json, metrics);
    invocation.terminal.writeData(json.take() + '\n');
    return kDone;
}

} // namespace bartizan::ctl
