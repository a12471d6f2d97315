// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replayinput.h"
#include "core/engine/replaysshd.h"

#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/settingsfile.h"
#include "app/ctl/terminal.h"
#include "core/engine/geofiller.h"
#include "core/ports/clock.h"
#include "core/ports/configstore.h"

#include <array>

namespace bartizan::ctl {
namespace {

constexpr std::array<std::string_view, 2> kFormats{"ndjson", "sshd"};
constexpr std::array<std::string_view, 2> kPresets{"reference", "standard"};

/// What the command line asks for.
struct Request {
    bool sshd = false;
    ReplayOptions replay;
    ImportOptions import;
};

void declare(ArgumentParser &arguments)
{
    arguments.addOption(QStringLiteral("format"), QStringLiteral("F"), Text::tr("ndjson (default) or sshd"));
    arguments.addOption(QStringLiteral("preset"), QStringLiteral("P"), Text::tr("reference or standard (default)"));
    arguments.addOption(QStringLiteral("config"), QStringLiteral("FILE"),
                        Text::tr("settings as config --json prints them, whole or in part"));
    arguments.addOption(QStringLiteral("start"), QStringLiteral("T"),
                        Text::tr("when the engine starts; by default the first event's minute minus one minute"));
    arguments.addRange(Text::tr("by default the whole run"));
    arguments.addOption(QStringLiteral("company"), QStringLiteral("ID"), Text::tr("metrics of this company only"));
    arguments.addOption(QStringLiteral("year"), QStringLiteral("Y"),
                        Text::tr("sshd: of stamps without one; by default the latest year in which nothing is in the future"));
    arguments.addOption(QStringLiteral("timezone"), QStringLiteral("TZ"),
                        Text::tr("sshd: of stamps without an offset, such as Europe/Berlin; by default UTC"));
}

/// The settings that the replay runs under: the defaults, with those of --config laid over them. Rows are taken as they are,
/// so that a stream says all that its alerts follow from: countries are looked up for whoever asks for it only.
Result<MonitoringSettings> settingsOf(const ArgumentParser &arguments, ReplayPreset preset)
{
    MonitoringSettings settings;
    settings.config = MonitoringConfig::defaults();
    settings.geoDatabase = kGeoOff;
    if (arguments.isSet(QStringLiteral("config"))) {
        const QString path = arguments.value(QStringLiteral("config"));
        const auto change = settingsOfFile(path);
        if (!change)
            return change.error();
        auto config = merged(settings.config, change->update);
        if (!config)
            return Error{Text::tr("“%1”: %2").arg(path, config.error().message)};
        settings.config = std::move(*config);
        if (!change->timeZone.empty())
            settings.timeZone = change->timeZone;
        if (!change->geoDatabase.empty())
            settings.geoDatabase = change->geoDatabase;
    }
    settings.config.preset = preset == ReplayPreset::Reference ? Preset::Reference : Preset::Standard;
    return settings;
}

/// Lets the replay run under `settings` as an engine would; without its GeoIP database it goes on, and says so.
void apply(const MonitoringSettings &settings, const Invocation &invocation, ReplayOptions &replay)
{
    replay.config = settings.config;
    if (auto zone = ZoneOffsets::ofZone(settings.timeZone))
        replay.zone = std::move(*zone);
    auto geo = GeoFiller::make(settings);
    if (!geo) {
        invocation.terminal.error(geo.error().message);
    } else if (*geo) {
        replay.place = [filler = *geo](std::span<EventView> rows) {
            for (EventView &row : rows)
                row = filler->filled(row);
        };
    }
}

/// Reads how an sshd log's stamps are meant; false after a message.
bool readStampOptions(const ArgumentParser &arguments, ImportOptions &import)
{
    std::optional<std::int64_t> year;
    if (!arguments.readNumber(QStringLiteral("year"), 1970, year))
        return false;
    if (year && *year > 9999) {
        arguments.unusable(Text::tr("--year: %1 is no year of four digits").arg(*year));
        return false;
    }
    if (year)
        import.year = static_cast<int>(*year);
    const QString zone = arguments.value(QStringLiteral("timezone"));
    if (arguments.isSet(QStringLiteral("timezone")) && !ZoneOffsets::ofZone(zone.toStdString())) {
        arguments.unusable(Text::tr("--timezone: '%1' is no time zone, such as Europe/Berlin").arg(zone));
        return false;
    }
    if (arguments.isSet(QStringLiteral("timezone")))
        import.timeZone = zone.toStdString();
    import.now = SystemClock().now();
    return true;
}

/// Reads the options; false after a message.
bool readOptions(const ArgumentParser &arguments, Request &request)
{
    const bool known = (!arguments.isSet(QStringLiteral("format")) || arguments.isAnyOf(QStringLiteral("format"), kFormats))
        && (!arguments.isSet(QStringLiteral("preset")) || arguments.isAnyOf(QStringLiteral("preset"), kPresets));
    if (!known)
        return false;
    request.sshd = arguments.value(QStringLiteral("format")) == QLatin1String("sshd");
    request.replay.preset = arguments.value(QStringLiteral("preset")) == QLatin1String("reference")
        ? ReplayPreset::Reference : ReplayPreset::Standard;
    return arguments.readTime(QStringLiteral("start"), request.replay.start)
        && arguments.readTime(QStringLiteral("from"), request.replay.from)
        && arguments.readTime(QStringLiteral("to"), request.replay.to)
        && arguments.readText(QStringLiteral("company"), request.replay.company)
        && readStampOptions(arguments, request.import);
}

int reportSshd(const Invocation &invocation, const SshdScanReport &report)
{
    if (report.unreadable == 0)
        return kDone;
    invocation.terminal.note(Text::tr("%n line(s) could not be read", nullptr, static_cast<int>(report.unreadable)));
    return kQuarantined;
}

} // namespace

int runReplay(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, Text::tr("FILE"),
        Text::tr("Runs the monitoring engine over FILE ('-': standard input) under the stream's own clock, without any\n"
                 "database, and prints one JSON document: alerts, acknowledgements, anomalies, metrics, threat levels of\n"
                 "all addresses, and the answers to the queries in the stream. NDJSON holds one event or control line\n"
                 "(op: config, users, acknowledge, query) a line, in order of time; a line that cannot be understood ends\n"
                 "the run, with its number. With --format sshd FILE is an OpenSSH log. Countries are those that the\n"
                 "rows have: unlike an engine it looks up none, unless the file of --config names a geoDatabase (config --json\n"
                 "prints yours), and never with --preset reference."));
    declare(arguments);
    if (const auto status = arguments.parse())
        return *status;
    if (arguments.operands().size() != 1)
        return arguments.unusable(Text::tr("one FILE is needed, or '-' for standard input"));
    Request request;
    if (!readOptions(arguments, request))
        return kUnusable;
    const auto settings = settingsOf(arguments, request.replay.preset);
    if (!settings) {
        invocation.terminal.error(settings.error().message);
        return kFailed;
    }
    apply(*settings, invocation, request.replay);
    const QString path = arguments.operands().constFirst();
    const auto print = [&invocation](std::string_view text) { invocation.terminal.writeData(text); };
    if (request.sshd) {
        const auto report = replaySshd(path, request.import, request.replay, print);
        if (report)
            return reportSshd(invocation, *report);
        invocation.terminal.error(report.error().message);
        return kFailed;
    }
    if (const auto replayed = replayNdjson(path, request.replay, print); !replayed) {
        invocation.terminal.error(replayed.error().message);
        return kFailed;
    }
    return kDone;
}

} // namespace bartizan::ctl
