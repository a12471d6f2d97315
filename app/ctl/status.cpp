// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/terminal.h"
#include "core/domain/backlog.h"
#include "core/report/jsonwriter.h"
#include "core/storage/auditattach.h"
#include "core/storage/enginelock.h"

#include <QDeadlineTimer>
#include <QEventLoop>
#include <QLocale>
#include <QTimer>

#include <algorithm>
#include <chrono>

namespace bartizan::ctl {
namespace {

/// How the engine of a database does, from what it told last and from the database as it stands.
struct EngineReport {
    std::string database;
    std::string auditLog; ///< The one that is followed; empty: a file has only one.
    std::string runBy; ///< Empty: nobody runs it.
    EngineHealth health;
    Backlog backlog;
    std::int64_t quarantined = 0;
    std::int64_t position = 0; ///< The last row it has judged.
    TimestampMs watermark = 0; ///< Time of the newest row it has judged; 0: none.
    int rulesOn = 0;
    Preset preset = Preset::Standard;
};

/// The audit log that a database follows, by its name on the server; empty: a file has only one.
Result<std::string> auditLogOf(const QString &path)
{
    if (!ConnectionProfile::isUrl(path))
        return std::string();
    const auto profile = ConnectionProfile::fromUrl(path);
    if (!profile)
        return profile.error();
    const auto followed = followedAuditLog(*profile, {});
    return followed ? Result<std::string>(followed->relation.toStdString()) : Result<std::string>(followed.error());
}

constexpr TimestampMs kRecently = 10 * kMinute;
/// Within this an engine that fails tries again, and tells that it failed.
constexpr TimestampMs kTriedAgain = 90 * kSecond;

/// Whether an engine fails and tries again. It lets go of the right to run between two tries.
bool isFailing(const EngineReport &report)
{
    return report.health.failingSince != 0 && (!report.runBy.empty() || report.health.at > now() - kTriedAgain);
}

QString engineState(const EngineReport &report)
{
    const QString since = QString::fromStdString(formatIso(report.health.failingSince));
    if (isFailing(report)) {
        return report.runBy.empty() ? Text::tr("failing since %1, trying again").arg(since)
                                    : Text::tr("failing since %1, tried again by %2").arg(since, QString::fromStdString(report.runBy));
    }
    if (!report.runBy.empty())
        return Text::tr("run by %1").arg(QString::fromStdString(report.runBy));
    return report.health.failingSince != 0 ? Text::tr("not running; it was failing since %1").arg(since) : Text::tr("not running");
}

/// `mostBacklog`: how many rows that wait are worth counting.
Result<EngineReport> readReport(Store &store, const QString &path, std::int64_t mostBacklog)
{
    EngineReport report;
    report.database = path.toStdString();
    const auto holder = EngineLock::holderOf(path);
    if (!holder)
        return holder.error();
    report.runBy = holder->value_or(QString()).toStdString();
    const auto auditLog = auditLogOf(path);
    if (!auditLog)
        return auditLog.error();
    report.auditLog = *auditLog;
    const auto health = store.loadHealth();
    if (!health)
        return health.error();
    report.health = health->value_or(EngineHealth());
    if (report.runBy.empty()) { // Nothing is judged, and nothing held in memory.
        report.health.eventsPerSecond = 0.0;
        report.health.keysHeld = 0;
        report.health.stateBytes = 0;
    }
    const auto cursor = store.loadCursor();
    if (!cursor)
        return cursor.error();
    report.position = cursor->lastRowId;
    report.watermark = cursor->lastRowId > 0 ? cursor->watermark : 0;
    const auto backlog = store.backlog(cursor->lastRowId, mostBacklog);
    if (!backlog)
        return backlog.error();
    report.backlog = *backlog;
    const auto quarantined = store.quarantinedCount();
    if (!quarantined)
        return quarantined.error();
    report.quarantined = *quarantined;
    const auto settings = store.loadSettings();
    if (!settings)
        return settings.error();
    report.rulesOn = settings->config.rulesOn();
    report.preset = settings->config.preset;
    return report;
}

std::string presetName(Preset preset)
{
    return preset == Preset::Reference ? "reference" : "standard";
}

std::string rateText(double eventsPerSecond)
{
    return QLocale::c().toString(eventsPerSecond, 'f', 1).toStdString();
}

void printPlain(Terminal &terminal, const EngineReport &report)
{
    const auto line = [&](const QString &label, const std::string &value) {
        terminal.write(QStringLiteral("%1 ").arg(label, -15).toStdString() + printable(value) + '\n');
    };
    const EngineHealth &health = report.health;
    line(Text::tr("Database"), report.database);
    if (!report.auditLog.empty())
        line(Text::tr("Audit log"), report.auditLog);
    line(Text::tr("Engine"), engineState(report).toStdString());
    line(Text::tr("Events/s"), rateText(health.eventsPerSecond));
    line(Text::tr("Backlog"), report.backlog.isBound ? Text::tr("over %1").arg(report.backlog.count).toStdString()
                                                     : std::to_string(report.backlog.count));
    line(Text::tr("Newest event"), report.watermark == 0 ? Text::tr("none").toStdString() : formatIso(report.watermark));
    line(Text::tr("Rules on"), Text::tr("%1 of %2, preset %3")
                                   .arg(report.rulesOn)
                                   .arg(kRuleCount)
                                   .arg(QString::fromStdString(presetName(report.preset)))
                                   .toStdString());
    line(Text::tr("Keys held"), std::to_string(health.keysHeld));
    line(Text::tr("Keys evicted"), std::to_string(health.keysEvicted));
    line(Text::tr("Quarantined"), std::to_string(report.quarantined));
    line(Text::tr("Last error"), health.lastError.empty() ? Text::tr("none").toStdString()
                                                          : formatIso(health.lastErrorAt) + ' ' + health.lastError);
    line(Text::tr("Told"), health.at == 0 ? Text::tr("never").toStdString() : formatIso(health.at));
}

void writeTime(JsonWriter &json, TimestampMs time)
{
    if (time == 0)
        json.null();
    else
        json.text(formatIso(time));
}

void printJson(Terminal &terminal, const EngineReport &report)
{
    const EngineHealth &health = report.health;
    JsonWriter json;
    const auto number = [&json](std::string_view name, std::int64_t value) {
        json.key(name);
        json.number(value);
    };
    json.beginObject();
    json.key("database");
    json.text(report.database);
    json.key("auditLog");
    if (report.auditLog.empty())
        json.null();
    else
        json.text(report.auditLog);
    json.key("running");
    json.boolean(!report.runBy.empty());
    json.key("runBy");
    if (report.runBy.empty())
        json.null();
    else
        json.text(report.runBy);
    json.key("state");
    json.text(isFailing(report) ? "failing" : report.runBy.empty() ? "stopped" : "running");
    json.key("failingSince");
    writeTime(json, health.failingSince);
    json.key("eventsPerSecond");
    json.real(health.eventsPerSecond);
    number("backlog", report.backlog.count);
    json.key("backlogIsBound");
    json.boolean(report.backlog.isBound);
    number("processed", health.processed);
    json.key("newestEvent");
    writeTime(json, report.watermark);
    json.key("preset");
    json.text(presetName(report.preset));
    number("rulesOn", report.rulesOn);
    number("rules", static_cast<std::int64_t>(kRuleCount));
    number("keysHeld", health.keysHeld);
    number("keysEvicted", health.keysEvicted);
    number("stateBytes", health.stateBytes);
    number("quarantined", report.quarantined);
    json.key("lastError");
    if (health.lastError.empty()) {
        json.null();
    } else {
        json.beginObject();
        json.key("at");
        json.text(formatIso(health.lastErrorAt));
        json.key("message");
        json.text(health.lastError);
        json.endObject();
    }
    json.key("toldAt");
    writeTime(json, health.at);
    json.endObject();
    terminal.writeData(json.take() + '\n');
}

constexpr std::int64_t kPatience = 30;
constexpr std::int64_t kMostPatience = 86'400;
constexpr int kLookEveryMs = 100;

/// Whether the engine stands still: within so many seconds it takes none of the rows that wait. Looks as long as that
/// at most, and no longer than until it does.
Result<bool> standsStill(Store &store, const EngineReport &report, std::int64_t seconds)
{
    if (report.runBy.empty() || isFailing(report) || report.backlog.isEmpty())
        return false;
    const QDeadlineTimer patience{std::chrono::seconds(seconds)};
    auto cursor = store.loadCursor();
    const auto waits = [&] { return cursor && cursor->lastRowId == report.position && !patience.hasExpired(); };
    if (waits()) {
        QEventLoop looking;
        QTimer next;
        next.callOnTimeout([&] {
            cursor = store.loadCursor();
            if (!waits())
                looking.quit();
        });
        next.start(kLookEveryMs);
        looking.exec();
    }
    if (!cursor)
        return cursor.error();
    if (cursor->lastRowId != report.position)
        return false;
    // Nothing waits any more where the rows were removed.
    const auto backlog = store.backlog(report.position, 1);
    return backlog ? Result<bool>(!backlog->isEmpty()) : Result<bool>(backlog.error());
}

/// What is amiss; empty: nothing.
QStringList troubles(const EngineReport &report, std::int64_t mostBacklog)
{
    QStringList found;
    if (report.runBy.empty() && !isFailing(report))
        found << Text::tr("no engine runs");
    if (report.backlog.isBound) // As many are counted as may wait.
        found << Text::tr("over %1 rows are waiting, more than %2").arg(report.backlog.count).arg(mostBacklog);
    else if (report.backlog.count > mostBacklog)
        found << Text::tr("%1 rows are waiting, more than %2").arg(report.backlog.count).arg(mostBacklog);
    if (isFailing(report)) {
        found << Text::tr("the engine is failing since %1: %2")
                     .arg(QString::fromStdString(formatIso(report.health.failingSince)), QString::fromStdString(report.health.lastError));
    } else if (!report.health.lastError.empty()
               && (report.health.failingSince != 0 || report.health.lastErrorAt > now() - kRecently)) {
        found << Text::tr("the engine failed: %1").arg(QString::fromStdString(report.health.lastError));
    }
    return found;
}

} // namespace

int runStatus(const Invocation &invocation)
{
    ArgumentParser arguments(invocation, {},
                             Text::tr("Shows how the monitoring engine does: which audit log it follows on a server, who runs it, events a second, rows it has not\n"
                                      "looked at, keys held and given up at the cap, quarantined rows, the last error.\n"
                                      "The engine tells its figures every few seconds; backlog, quarantine and rules are\n"
                                      "read from the database."));
    arguments.addJson();
    arguments.addFlag(QStringLiteral("check"),
                      Text::tr("for monitoring: end with status 1, and say why, unless an engine runs, keeps up, takes\n"
                               "rows that wait, and has not failed within 10 minutes"));
    arguments.addOption(QStringLiteral("max-backlog"), QStringLiteral("N"),
                        Text::tr("rows that may wait with --check; by default 100000"));
    arguments.addOption(QStringLiteral("patience"), QStringLiteral("SECONDS"),
                        Text::tr("how long --check waits for the engine to take one of the rows that wait; by default 30"));
    if (const auto status = arguments.parse())
        return *status;
    std::optional<std::int64_t> mostBacklog;
    std::optional<std::int64_t> patience;
    if (!arguments.readNumber(QStringLiteral("max-backlog"), 0, mostBacklog)
        || !arguments.readNumber(QStringLiteral("patience"), 0, patience))
        return kUnusable;
    const Database database = openDatabase(invocation, arguments, StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    const std::int64_t most = mostBacklog.value_or(kMostCounted);
    const auto report = readReport(*database.store, database.path, std::max(most, kMostCounted));
    if (!report)
        return failed(invocation, report.error());
    if (arguments.isSet(QStringLiteral("json")))
        printJson(invocation.terminal, *report);
    else
        printPlain(invocation.terminal, *report);
    if (!arguments.isSet(QStringLiteral("check")))
        return kDone;
    QStringList amiss = troubles(*report, most);
    const std::int64_t seconds = std::min(patience.value_or(kPatience), kMostPatience);
    const auto still = standsStill(*database.store, *report, seconds);
    if (!still)
        return failed(invocation, still.error());
    if (*still) {
        amiss << Text::tr("the engine stands still at row %1: rows are waiting, and it has taken none within %n second(s)",
                          nullptr, static_cast<int>(seconds))
                     .arg(report->position);
    }
    for (const QString &trouble : amiss)
        invocation.terminal.error(trouble);
    return amiss.isEmpty() ? kDone : kFailed;
}

} // namespace bartizan::ctl
