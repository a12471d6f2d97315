// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"
#include "core/engine/alertpages.h"
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

/// Page after page, as they are read.
Result<std::int64_t> writeFile(const QString &path, ExportFormat format, AlertPages &pages, bool overwrite)
{
    auto file = AlertExport::begin(path, format, overwrite);
    if (!file)
        return file.error();
    while (!pages.atEnd()) {
        const auto page = pages.next();
        if (!page)
            return page.error();
        if (auto added = file->add(*page); !added)
            return added.error();
    }
    return file->finish();
}

int exportToFile(const Invocation &invocation, const QString &path, ExportFormat format, AlertPages &pages, bool overwrite)
{
    const auto written = writeFile(path, format, pages, overwrite);
    if (!written) {
        failed(invocation, written.error());
        if (const QFileInfo target(path); !overwrite && target.isFile() && !target.isSymLink())
            invocation.terminal.note(Text::tr("--force replaces it."));
        return kFailed;
    }
    invocation.terminal.note(Text::tr("Alerts written to %1: %2").arg(path).arg(*written));
    return kDone;
}

int exportToTerminal(const Invocation &invocation, ExportFormat format, AlertPages &pages)
{
    AlertEncoder encoder(format);
    while (!pages.atEnd() && !invocation.terminal.closed()) {
        const auto page = pages.next();
        if (!page)
            return failed(invocation, page.error());
        for (const SecurityAlert &alert : *page)
            encoder.add(alert);
        invocation.terminal.writeData(encoder.take());
    }
    encoder.finish();
    invocation.terminal.writeData(encoder.take());
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
    AlertPages pages(*database.store, query);
    const ExportFormat format = csv ? ExportFormat::Csv : ExportFormat::Json;
    return path.isEmpty() || path == QLatin1String("-")
        ? exportToTerminal(invocation, format, pages)
        : exportToFile(invocation, path, format, pages, arguments.isSet(QStringLiteral("force")));
}

} // namespace bartizan::ctl
