// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"
#include "core/report/alertexport.h"

#include <QFileInfo>

#include <array>

namespace bartizan::ctl {
namespace {

constexpr std::array<std::string_view, 2> kFormats{"csv", "json"};

void declare(ArgumentParser &arguments)
{
    arguments.addOption(QStringLiteral("format"), QStringLiteral("F"), Text::tr("csv or json"));
    arguments.addRange(Text::tr("by default everything"));
    arguments.addOption(QStringLiteral("o"), QStringLiteral("FILE"), Text::tr("write to this file, not to standard output"));
    arguments.addFlag(QStringLiteral("force"), Text::tr("replace FILE if it exists"));
}

int writeFile(const Invocation &invocation, const QString &path, ExportFormat format,
              const std::vector<SecurityAlert> &alerts, bool overwrite)
{
    const auto written = exportAlerts(path, format, alerts, overwrite, {});
    if (!written) {
        failed(invocation, written.error());
        if (const QFileInfo target(path); !overwrite && target.isFile() && !target.isSymLink())
            invocation.terminal.note(Text::tr("--force replaces it."));
        return kFailed;
    }
    invocation.terminal.note(Text::tr("Alerts written to %1: %2").arg(path).arg(*written));
    return kDone;
}

} // namespace

int runExport(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, {},
        Text::tr("Exports alerts, oldest first. CSV is RFC 4180 and safe in a spreadsheet: a cell that it would take\n"
                 "for a formula gets a leading apostrophe. A file is readable by its owner alone, appears whole or not\n"
                 "at all, and is never written through a symbolic link nor over an existing one without --force."));
    declare(arguments);
    if (const auto status = arguments.parse())
        return *status;
    const QString path = arguments.value(QStringLiteral("o"));
    if (!arguments.isSet(QStringLiteral("format")))
        return arguments.unusable(Text::tr("--format is needed: csv or json"));
    if (!arguments.isAnyOf(QStringLiteral("format"), kFormats))
        return kUnusable;
    if (arguments.isSet(QStringLiteral("o")) && path.isEmpty())
        return arguments.unusable(Text::tr("-o: a file is needed"));
    const bool csv = arguments.value(QStringLiteral("format")) == QLatin1String("csv");
    AlertQuery query;
    if (!arguments.readRange(query.range))
        return kUnusable;
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    const auto alerts = database.store->alerts(query);
    if (!alerts)
        return failed(invocation, alerts.error());
    if (!path.isEmpty() && path != QLatin1String("-")) {
        return writeFile(invocation, path, csv ? ExportFormat::Csv : ExportFormat::Json, *alerts,
                         arguments.isSet(QStringLiteral("force")));
    }
    invocation.terminal.writeData(csv ? alertsToCsv(*alerts) : alertsToJson(*alerts));
    return kDone;
}

} // namespace bartizan::ctl
