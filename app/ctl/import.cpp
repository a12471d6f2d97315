// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/import.h"

#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/importreporter.h"
#include "app/ctl/stopsignal.h"
#include "app/ctl/terminal.h"
#include "core/engine/geofiller.h"
#include "core/engine/storequeries.h"
#include "core/storage/enginelock.h"

#include <QTimeZone>

#include <algorithm>
#include <array>

namespace bartizan::ctl {
namespace {

constexpr std::array<std::string_view, 4> kFormats{"auto", "ndjson", "csv", "sshd"};

void declare(ArgumentParser &arguments)
{
    arguments.addOption(QStringLiteral("format"), QStringLiteral("F"),
                        Text::tr("auto (default: the first lines tell), ndjson, csv or sshd"));
    arguments.addOption(QStringLiteral("year"), QStringLiteral("Y"),
                        Text::tr("of stamps without one; by default the latest year in which nothing is in the future"));
    arguments.addOption(QStringLiteral("timezone"), QStringLiteral("TZ"),
                        Text::tr("of stamps without an offset, such as Europe/Berlin; by default UTC"));
    arguments.addOption(QStringLiteral("company"), QStringLiteral("ID"), Text::tr("of rows that name none"));
    arguments.addFlag(QStringLiteral("json"), Text::tr("print the report as one JSON document"));
}

/// Reads the options; false after a message.
bool readOptions(const ArgumentParser &arguments, ImportOptions &options)
{
    if (arguments.isSet(QStringLiteral("format"))) {
        if (!arguments.isAnyOf(QStringLiteral("format"), kFormats))
            return false;
        const std::string word = arguments.value(QStringLiteral("format")).toStdString();
        options.format = static_cast<ImportFormat>(std::find(kFormats.begin(), kFormats.end(), word) - kFormats.begin());
    }
    std::optional<std::int64_t> year;
    if (!arguments.readNumber(QStringLiteral("year"), 1970, year))
        return false;
    if (year && *year > 9999) {
        arguments.unusable(Text::tr("--year: %1 is no year of four digits").arg(*year));
        return false;
    }
    if (year)
        options.year = static_cast<int>(*year);
    const QString zone = arguments.value(QStringLiteral("timezone"));
    if (arguments.isSet(QStringLiteral("timezone"))) {
        if (!QTimeZone::isTimeZoneIdAvailable(zone.toUtf8())) {
            arguments.unusable(Text::tr("--timezone: '%1' is no time zone, such as Europe/Berlin").arg(zone));
            return false;
        }
        options.timeZone = zone.toStdString();
    }
    options.now = now();
    return arguments.readText(QStringLiteral("company"), options.companyId);
}

/// Rolls up what was imported where no engine does it. Without it the metrics take longer, and that is all: neither a
/// failure nor an interruption is worth a word.
void rollUp(const QString &path, Store &store)
{
    const auto holder = EngineLock::holderOf(path);
    if (!holder || *holder)
        return;
    const StopSignal stop;
    const auto geo = storequeries::geoOf(store);
    for (bool more = geo.ok(); more && !StopSignal::requested();) {
        const auto rolledUp = store.rollUp(geo->get());
        more = rolledUp && *rolledUp;
    }
}

/// Tells who raises alerts over what was imported: this program does not.
void tellEngine(const Invocation &invocation, const QString &path)
{
    const auto holder = EngineLock::holderOf(path);
    if (!holder)
        return;
    if (!*holder) {
        invocation.terminal.note(Text::tr("No monitoring engine runs on this database; 'bartizanctl run --once' works "
                                          "through what was imported."));
    } else {
        invocation.terminal.note(Text::tr("The monitoring engine runs elsewhere and works through what was imported: %1")
                                     .arg(**holder));
    }
}

/// Imports file after file; a file that fails does not keep the others from being imported.
int importAll(const Invocation &invocation, const QStringList &files, const ImportOptions &options, Store &store,
              ImportReporter &reporter)
{
    const StopSignal stop;
    int status = kDone;
    for (const QString &file : files) {
        ImportObserver observer = reporter.begin(file);
        observer.cancel = &StopSignal::requested();
        const auto report = importFile(file, options, store, observer);
        if (report) {
            reporter.end(*report);
        } else {
            reporter.abandon();
            status = failed(invocation, report.error());
        }
        if (StopSignal::requested()) {
            status = failed(invocation, Error{Text::tr("interrupted; importing again adds the rest")});
            break;
        }
    }
    reporter.finish();
    return status == kDone && reporter.quarantined() > 0 ? kQuarantined : status;
}

} // namespace

int runImport(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, Text::tr("FILE…"),
        Text::tr("Reads logs ('-': standard input) into the audit log: audit events as NDJSON or CSV, and OpenSSH logs\n"
                 "(auth.log, journalctl -o json). Importing a file twice adds nothing. Lines that cannot be read are kept\n"
                 "in quarantine and reported with their number and the reason; the status is 3 then. The database is made\n"
                 "if there is none."));
    declare(arguments);
    if (const auto status = arguments.parse())
        return *status;
    if (arguments.operands().isEmpty())
        return arguments.unusable(Text::tr("a FILE is needed, or '-' for standard input"));
    ImportOptions options;
    if (!readOptions(arguments, options))
        return kUnusable;
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::Create);
    if (!database.store)
        return database.status;
    if (const QString reason = database.store->readOnlyReason(); !reason.isEmpty())
        return failed(invocation, Error{reason});
    const auto reporter = makeImportReporter(invocation.terminal, arguments.isSet(QStringLiteral("json")));
    const int status = importAll(invocation, arguments.operands(), options, *database.store, *reporter);
    rollUp(database.path, *database.store);
    tellEngine(invocation, database.path);
    return status;
}

} // namespace bartizan::ctl
