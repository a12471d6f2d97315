// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/database.h"
#include "app/ctl/table.h"
#include "app/ctl/terminal.h"
#include "core/domain/triage.h"
#include "core/engine/mutepreview.h"
#include "core/report/documentjson.h"

#include <QRegularExpression>

namespace bartizan::ctl {
namespace {

constexpr TimestampMs kUsualSpan = kDay;

std::string stateOf(const Mute &mute, TimestampMs at)
{
    if (mute.isInForce(at))
        return Text::tr("in force").toStdString();
    if (mute.liftedBy)
        return Text::tr("lifted by %1").arg(QString::fromStdString(*mute.liftedBy)).toStdString();
    return Text::tr("expired").toStdString();
}

void printTable(Terminal &terminal, const std::vector<Mute> &mutes, TimestampMs at)
{
    Table table{{Text::tr("ID")}, {Text::tr("RULE")}, {Text::tr("GROUP")}, {Text::tr("NETWORK")}, {Text::tr("COMPANY")},
                {Text::tr("BY")}, {Text::tr("UNTIL (UTC)")}, {Text::tr("STATE")}, {Text::tr("ALERTS"), Table::Align::Right},
                {Text::tr("HITS"), Table::Align::Right}, {Text::tr("LAST HIT (UTC)")}, {Text::tr("REASON")}};
    for (const Mute &mute : mutes) {
        table.add({mute.id, mute.rule, mute.group, mute.network, mute.company.value_or(std::string()), mute.by,
                   formatIso(mute.endsAt()), stateOf(mute, at), std::to_string(mute.alerts), std::to_string(mute.hits),
                   mute.lastHitAt ? formatIso(*mute.lastHitAt) : std::string(), mute.reason});
    }
    table.print(terminal);
}

int list(const Invocation &invocation, const ArgumentParser &arguments, Store &store)
{
    MuteQuery query;
    if (!arguments.isSet(QStringLiteral("all")))
        query.inForceAt = now();
    const auto mutes = store.mutes(query);
    if (!mutes)
        return failed(invocation, mutes.error());
    if (!arguments.isSet(QStringLiteral("json"))) {
        printTable(invocation.terminal, *mutes, now());
        return kDone;
    }
    JsonWriter json;
    json.beginArray();
    for (const Mute &mute : *mutes)
        writeMute(json, mute, now());
    json.endArray();
    invocation.terminal.write(json.take() + '\n');
    return kDone;
}

/// "8h"; false after a message.
bool readSpan(const ArgumentParser &arguments, TimestampMs &span)
{
    const QString text = arguments.value(QStringLiteral("for"));
    if (text.isEmpty())
        return true;
    static const QRegularExpression pattern(QStringLiteral("^([1-9][0-9]{0,4})(m|h|d|w)$"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch()) {
        arguments.unusable(Text::tr("--for: '%1' is no span of time; write 30m, 8h, 1d or 2w").arg(text.left(40)));
        return false;
    }
    const QChar unit = match.captured(2).at(0);
    span = match.captured(1).toLongLong()
        * (unit == QLatin1Char('m') ? kMinute : unit == QLatin1Char('h') ? kHour : unit == QLatin1Char('d') ? kDay : 7 * kDay);
    return true;
}

/// What the arguments say of a mute, without what an alert says.
bool readMute(const ArgumentParser &arguments, Mute &mute)
{
    TimestampMs span = kUsualSpan;
    std::optional<std::string> rule;
    std::optional<std::string> group;
    std::optional<std::string> network;
    std::optional<std::string> reason;
    std::optional<std::string> alert;
    if (!readSpan(arguments, span) || !arguments.readText(QStringLiteral("rule"), rule)
        || !arguments.readText(QStringLiteral("group"), group) || !arguments.readText(QStringLiteral("network"), network)
        || !arguments.readText(QStringLiteral("company"), mute.company)
        || !arguments.readText(QStringLiteral("reason"), reason) || !arguments.readText(QStringLiteral("alert"), alert))
        return false;
    if (alert.has_value() == rule.has_value() || (alert && group)) {
        arguments.unusable(Text::tr("either --alert or --rule, with --group, says what to mute"));
        return false;
    }
    mute.id = newStepId();
    mute.rule = rule.value_or(std::string());
    mute.group = group.value_or(std::string());
    mute.network = network.value_or(std::string());
    mute.reason = reason.value_or(std::string());
    mute.alertId = alert.value_or(std::string());
    mute.by = currentUser();
    mute.createdAt = now();
    mute.expiresAt = mute.createdAt + span;
    return true;
}

Result<void> takeFromAlert(Store &store, Mute &mute)
{
    if (mute.alertId.empty())
        return {};
    const auto alert = store.alert(mute.alertId);
    if (!alert)
        return alert.error();
    if (!*alert)
        return Error{Text::tr("there is no alert '%1'").arg(QString::fromStdString(mute.alertId))};
    mute.rule = (*alert)->rule;
    mute.group = (*alert)->group;
    return {};
}

QString foretold(const MutePreview &preview)
{
    return Text::tr("Of the alerts of the last 30 days it would have hidden %1, true positives among them: %2")
        .arg(preview.alerts)
        .arg(preview.truePositives);
}

int set(const Invocation &invocation, const ArgumentParser &arguments, Store &store, Mute &mute)
{
    if (const auto taken = takeFromAlert(store, mute); !taken)
        return failed(invocation, taken.error());
    const auto network = checkedNetwork(mute.group, mute.network);
    if (!network)
        return failed(invocation, network.error());
    mute.network = *network;
    if (const auto usable = checkMute(mute); !usable)
        return failed(invocation, usable.error());
    const auto preview = previewMute(store, mute, mute.createdAt, {});
    if (!preview)
        return failed(invocation, preview.error());
    invocation.terminal.note(foretold(*preview));
    if (arguments.isSet(QStringLiteral("dry-run")))
        return kDone;
    const auto stored = store.setMute(mute);
    if (!stored)
        return failed(invocation, stored.error());
    invocation.terminal.write(printable(Text::tr("%1 muted until %2")
                                            .arg(QString::fromStdString(stored->id),
                                                 QString::fromStdString(formatIso(stored->expiresAt)))
                                            .toStdString())
                              + '\n');
    return kDone;
}

int lift(const Invocation &invocation, const ArgumentParser &arguments, Store &store, const QString &id)
{
    const auto lifted = store.liftMute({id.toStdString(), arguments.isSet(QStringLiteral("restore"))}, currentUser(), now());
    if (!lifted)
        return failed(invocation, lifted.error());
    if (lifted->outcome == MuteLifted::Outcome::Unknown)
        return failed(invocation, Error{Text::tr("there is no mute '%1'").arg(id)});
    if (lifted->outcome == MuteLifted::Outcome::Over) {
        invocation.terminal.note(Text::tr("%1 had ended before, at %2")
                                     .arg(id, QString::fromStdString(formatIso(lifted->mute.endsAt()))));
    } else {
        invocation.terminal.write(printable(Text::tr("%1 lifted").arg(id).toStdString()) + '\n');
    }
    if (lifted->restored > 0)
        invocation.terminal.note(Text::tr("Alerts that came back: %1").arg(lifted->restored));
    return kDone;
}

void declare(ArgumentParser &arguments)
{
    arguments.addFlag(QStringLiteral("all"), Text::tr("list those that have ended as well"));
    arguments.addOption(QStringLiteral("alert"), QStringLiteral("ID"), Text::tr("set: rule and group of this alert"));
    arguments.addOption(QStringLiteral("rule"), QStringLiteral("R"), Text::tr("set: key of the rule, such as brute-force"));
    arguments.addOption(QStringLiteral("group"), QStringLiteral("G"),
                        Text::tr("set: what the rule counts for, such as address:203.0.113.9 or user:anna"));
    arguments.addOption(QStringLiteral("network"), QStringLiteral("CIDR"),
                        Text::tr("set: every address of this network, or, of other groups, only what comes from it"));
    arguments.addOption(QStringLiteral("company"), QStringLiteral("C"), Text::tr("set: only alerts of this company"));
    arguments.addOption(QStringLiteral("for"), QStringLiteral("SPAN"), Text::tr("set: how long, such as 8h or 7d (default 1d)"));
    arguments.addOption(QStringLiteral("reason"), QStringLiteral("TEXT"), Text::tr("set: why; needed"));
    arguments.addFlag(QStringLiteral("dry-run"), Text::tr("set: only tell what it would have hidden"));
    arguments.addFlag(QStringLiteral("restore"), Text::tr("lift: bring back into the queue what it hid"));
    arguments.addJson();
}

} // namespace

int runMutes(const Invocation &invocation)
{
    ArgumentParser arguments(
        invocation, Text::tr("[set | lift ID]"),
        Text::tr("Lists the mutes in force. 'set' keeps the alerts of a rule about one group out of the queue for a while:\n"
                 "they are stored and counted all the same. 'lift' ends a mute before it expires."));
    declare(arguments);
    if (const auto status = arguments.parse())
        return *status;
    const QStringList &words = arguments.operands();
    const bool sets = words == QStringList{QStringLiteral("set")};
    const bool lifts = words.size() == 2 && words.first() == QLatin1String("lift");
    if (!words.isEmpty() && !sets && !lifts)
        return arguments.unusable(Text::tr("'set', 'lift' with the ID of a mute, or nothing is wanted"));
    Mute mute;
    if (sets && !readMute(arguments, mute))
        return kUnusable;
    const Database database = openDatabase(invocation, arguments,
                                           sets || lifts ? StoreOptions::Mode::ReadWrite : StoreOptions::Mode::ReadOnly);
    if (!database.store)
        return database.status;
    if (!sets && !lifts)
        return list(invocation, arguments, *database.store);
    if (const QString reason = database.store->refusals().triage; !reason.isEmpty())
        return failed(invocation, Error{reason});
    return sets ? set(invocation, arguments, *database.store, mute)
                : lift(invocation, arguments, *database.store, words.last());
}

} // namespace bartizan::ctl
