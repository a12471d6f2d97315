// SPDX-License-Identifier: GPL-3.0-or-later
#include "storesuite.h"
#include "storetesting.h"

#include <algorithm>
#include <array>
#include <random>

namespace bartizan {
namespace {

using Ids = std::vector<std::string>;

TriageStep step(const std::string &id, TriageKind kind, const std::string &comment = {})
{
    TriageStep made;
    made.id = id;
    made.kind = kind;
    made.comment = comment;
    return made;
}

SecurityAlert alertOf(int number, TimestampMs time, AlertSeverity severity, const std::string &company = {})
{
    SecurityAlert alert = alertNumber(number, time);
    alert.severity = severity;
    if (!company.empty())
        alert.context.companyId = company;
    return alert;
}

Handover handoverOf(Store &store, TimestampMs from, TimestampMs to, std::size_t limit = 50)
{
    auto read = store.handover({{from, to}, {}, limit});
    if (!read)
        qFatal("%s", qPrintable(read.error().message));
    return std::move(*read);
}

Ids idsOf(const std::vector<SecurityAlert> &alerts)
{
    Ids ids;
    for (const SecurityAlert &alert : alerts)
        ids.push_back(alert.id);
    return ids;
}

/// "ann 2 DETAIL (1 back) comment" of each line.
QStringList linesOf(const HandoverSteps &steps)
{
    QStringList lines;
    for (const HandoverStep &line : steps.newest) {
        QString text = QStringLiteral("%1 %2").arg(QString::fromStdString(line.actor)).arg(line.alerts);
        if (!line.detail.empty())
            text += QLatin1Char(' ') + QString::fromStdString(line.detail);
        if (line.takenBack != 0)
            text += QStringLiteral(" (%1 back)").arg(line.takenBack);
        if (!line.comment.empty())
            text += QLatin1Char(' ') + QString::fromStdString(line.comment);
        lines.append(text);
    }
    return lines;
}

QStringList lines(const Handover &handover, HandoverAction action)
{
    return linesOf(handover.of(action));
}

} // namespace

void StoreSuite::handsOverNothing()
{
    const auto store = connect();
    const Handover empty = handoverOf(*store, kNoon, kNoon + kHour);
    QCOMPARE(empty.raised.total(), 0);
    QCOMPARE(empty.open.total(), 0);
    QVERIFY(empty.people.empty());
    QVERIFY(empty.mutes == HandoverMutes());
    for (const HandoverSteps &steps : empty.steps)
        QVERIFY(steps == HandoverSteps());
    QVERIFY(empty.response == ResponseTimes());
    QVERIFY(!ResponseTimes::all(empty.response.acknowledge).meanMs());
}

void StoreSuite::handsOverWhatWasRaised()
{
    const auto store = connect();
    const TimestampMs end = kNoon + kHour;
    VERIFY_OK(store->commit(commitOf({alertOf(1, kNoon - 1, AlertSeverity::Critical), alertOf(2, kNoon, AlertSeverity::Low),
                                      alertOf(3, kNoon + 5, AlertSeverity::High), alertOf(4, kNoon + 6, AlertSeverity::High),
                                      alertOf(5, end, AlertSeverity::Low), alertOf(6, end + 1, AlertSeverity::Critical)})));
    const Handover handover = handoverOf(*store, kNoon, end);
    QCOMPARE(handover.raised.counts, (std::array<std::int64_t, 4>{2, 0, 2, 0}));
    QCOMPARE(idsOf(handover.raised.listed),
             (Ids{alertNumber(4, 0).id, alertNumber(3, 0).id, alertNumber(5, 0).id, alertNumber(2, 0).id}));
    // What is open was raised whenever before the end.
    QCOMPARE(handover.open.counts, (std::array<std::int64_t, 4>{2, 0, 2, 1}));
    QCOMPARE(handover.open.listed.front().id, alertNumber(1, 0).id);
    QCOMPARE(handoverOf(*store, kNoon - 1, end + 1).raised.total(), 6);
}

void StoreSuite::handsOverStepsByWhom()
{
    const auto store = connect();
    const Ids ids{alertNumber(1, 0).id, alertNumber(2, 0).id, alertNumber(3, 0).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon), alertNumber(3, kNoon)})));
    TriageStep takeOver = step("o2", TriageKind::Own);
    takeOver.overrule = true;
    TriageStep resolve = step("r", TriageKind::Resolve, "ours");
    resolve.disposition = AlertDisposition::FalsePositive;
    VERIFY_OK(store->triage(ids, step("a", TriageKind::Acknowledge), "ann", kNoon + 10));
    VERIFY_OK(store->triage(ids, step("b", TriageKind::Acknowledge), "bob", kNoon + 11)); // Ann had been before.
    VERIFY_OK(store->triage(Ids{ids[0]}, step("o1", TriageKind::Own), "ann", kNoon + 12));
    VERIFY_OK(store->triage(Ids{ids[0]}, takeOver, "bob", kNoon + 13));
    VERIFY_OK(store->triage(Ids{ids[1]}, step("e", TriageKind::Escalate, "odd"), "bob", kNoon + 14));
    VERIFY_OK(store->triage(Ids{ids[1]}, step("c", TriageKind::Comment, "see\nhere"), "cid", kNoon + 15));
    VERIFY_OK(store->triage(Ids{ids[2]}, resolve, "ann", kNoon + 16));

    const Handover all = handoverOf(*store, kNoon + 10, kNoon + 16);
    QCOMPARE(lines(all, HandoverAction::Acknowledged), QStringList{QStringLiteral("ann 3")});
    QCOMPARE(lines(all, HandoverAction::Owned), (QStringList{QStringLiteral("bob 1"), QStringLiteral("ann 1")}));
    QCOMPARE(lines(all, HandoverAction::Escalated), QStringList{QStringLiteral("bob 1 odd")});
    QCOMPARE(lines(all, HandoverAction::Commented), QStringList{QStringLiteral("cid 1 see\nhere")});
    QCOMPARE(lines(all, HandoverAction::Resolved), QStringList{QStringLiteral("ann 1 FALSE_POSITIVE ours")});
    const HandoverStep &taken = all.of(HandoverAction::Owned).newest.front();
    QCOMPARE(taken.formerOwner.value_or("?"), std::string("ann"));
    QVERIFY(!all.of(HandoverAction::Owned).newest.back().formerOwner);
    QCOMPARE(taken.at, kNoon + 13);
    QVERIFY(taken.example == **store->alert(ids[0]));
    QCOMPARE(all.of(HandoverAction::Acknowledged).alerts, 3);
    QCOMPARE(all.people.size(), 3U);
    QVERIFY((all.people[0] == HandoverPerson{"ann", {3, 0, 1, 1, 0, 0}}));
    QVERIFY((all.people[1] == HandoverPerson{"bob", {0, 1, 0, 1, 0, 0}}));

    // Both ends belong to the range, and nothing beside it.
    const Handover edges = handoverOf(*store, kNoon + 11, kNoon + 15);
    QCOMPARE(edges.of(HandoverAction::Acknowledged).steps, 0);
    QCOMPARE(edges.of(HandoverAction::Resolved).steps, 0);
    QCOMPARE(edges.of(HandoverAction::Commented).steps, 1);
}

void StoreSuite::handsOverWhatWasTakenBack()
{
    const auto store = connect();
    const Ids ids{alertNumber(1, 0).id, alertNumber(2, 0).id, alertNumber(3, 0).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon), alertNumber(3, kNoon)})));
    VERIFY_OK(store->triage(ids, step("a", TriageKind::Acknowledge), "ann", kNoon + 1));
    VERIFY_OK(store->undo(Ids{ids[0], ids[1]}, {"u", "a"}, "bob", kNoon + 2));
    VERIFY_OK(store->undo(Ids{ids[1]}, {"v", "u"}, "ann", kNoon + 3)); // Acknowledged again.
    const auto acknowledged = [&](TimestampMs to) { return lines(handoverOf(*store, kNoon, to), HandoverAction::Acknowledged); };
    QCOMPARE(acknowledged(kNoon + 1), QStringList{QStringLiteral("ann 3")});
    QCOMPARE(acknowledged(kNoon + 2), QStringList{QStringLiteral("ann 3 (2 back)")});
    QCOMPARE(acknowledged(kNoon + 3), QStringList{QStringLiteral("ann 3 (1 back)")});
    QCOMPARE(lines(handoverOf(*store, kNoon, kNoon + 3), HandoverAction::TakenBack),
             (QStringList{QStringLiteral("ann 1 undone"), QStringLiteral("bob 2 acknowledged (1 back)")}));
    // What was taken back counts neither for its section nor for who had done it.
    const auto counted = [&](TimestampMs to, HandoverAction action) { return handoverOf(*store, kNoon, to).of(action).alerts; };
    QCOMPARE(counted(kNoon + 1, HandoverAction::Acknowledged), 3);
    QCOMPARE(counted(kNoon + 2, HandoverAction::Acknowledged), 1);
    QCOMPARE(counted(kNoon + 3, HandoverAction::Acknowledged), 2);
    QCOMPARE(counted(kNoon + 3, HandoverAction::TakenBack), 2);
    QVERIFY((handoverOf(*store, kNoon, kNoon + 3).people[0] == HandoverPerson{"ann", {2, 0, 0, 0, 0, 1}}));
    // Two that stand acknowledged waited 1 ms each; what was taken back did not count.
    const ResponseTimes times = *store->responseTimes({kNoon, kNoon + 3}, {});
    QVERIFY((ResponseTimes::all(times.acknowledge) == ResponseTime{2, 2.0}));
    VERIFY_OK(store->undo(Ids{ids[2]}, {"w", "a"}, "ann", kNoon + 4));
    QVERIFY((ResponseTimes::all(store->responseTimes({}, {})->acknowledge) == ResponseTime{1, 1.0}));
}

/// A server that does not trust a console's clock notes when each part of a step came.
void StoreSuite::handsOverStepsInParts()
{
    const auto store = connect();
    Ids ids;
    std::vector<SecurityAlert> alerts;
    for (int i = 1; i <= 5; ++i) {
        alerts.push_back(alertOf(i, kNoon, AlertSeverity::High, i == 5 ? "acme" : ""));
        ids.push_back(alerts.back().id);
    }
    VERIFY_OK(store->commit(commitOf(alerts)));
    const TriageStep acknowledge = step("a", TriageKind::Acknowledge, "all of them");
    VERIFY_OK(store->triage(Ids{ids[0], ids[1]}, acknowledge, "ann", kNoon + 1));
    VERIFY_OK(store->triage(Ids{ids[2], ids[3]}, acknowledge, "ann", kNoon + 5));
    VERIFY_OK(store->triage(Ids{ids[4], ids[0]}, acknowledge, "ann", kNoon + 9)); // One of them again.
    VERIFY_OK(store->undo(Ids{ids[0]}, {"u", "a"}, "bob", kNoon + 20));
    VERIFY_OK(store->undo(Ids{ids[1]}, {"u", "a"}, "bob", kNoon + 21));

    const Handover all = handoverOf(*store, kNoon, kNoon + 30);
    const HandoverSteps &acknowledged = all.of(HandoverAction::Acknowledged);
    QCOMPARE(linesOf(acknowledged), QStringList{QStringLiteral("ann 5 (2 back) all of them")});
    QCOMPARE(acknowledged.steps, 1);
    QCOMPARE(acknowledged.alerts, 3); // Two were taken back.
    QCOMPARE(acknowledged.newest[0].at, kNoon + 1);
    QCOMPARE(acknowledged.newest[0].example.id, ids[0]);
    QCOMPARE(lines(all, HandoverAction::TakenBack), QStringList{QStringLiteral("bob 2 acknowledged")});
    QVERIFY((all.people[0] == HandoverPerson{"ann", {3, 0, 0, 0, 0, 0}}));
    // Of what began before the range only the rest counts, and none of that was taken back.
    const Handover late = handoverOf(*store, kNoon + 5, kNoon + 30);
    QCOMPARE(lines(late, HandoverAction::Acknowledged), QStringList{QStringLiteral("ann 3 all of them")});
    QCOMPARE(late.of(HandoverAction::Acknowledged).newest[0].at, kNoon + 5);
    const auto acme = store->handover({{kNoon, kNoon + 30}, std::string("acme"), 50});
    VERIFY_OK(acme);
    QCOMPARE(lines(*acme, HandoverAction::Acknowledged), QStringList{QStringLiteral("ann 1 all of them")});
}

void StoreSuite::handsOverWhatIsOpen()
{
    const auto store = connect();
    std::vector<SecurityAlert> alerts;
    for (int i = 1; i <= 6; ++i)
        alerts.push_back(alertOf(i, kNoon + i, AlertSeverity::Medium));
    VERIFY_OK(store->commit(commitOf(alerts)));
    const auto id = [](int number) { return alertNumber(number, 0).id; };
    const auto take = [&](int number, const char *name, TriageKind kind, TimestampMs at) {
        VERIFY_OK(store->triage(Ids{id(number)}, step(name, kind, kind == TriageKind::Escalate ? "x" : ""), "ann", at));
    };
    take(1, "1", TriageKind::Acknowledge, kNoon + 100); // Done with.
    take(2, "2", TriageKind::Acknowledge, kNoon + 100); // Acknowledged and escalated …
    take(2, "2e", TriageKind::Escalate, kNoon + 101);
    take(3, "3", TriageKind::Acknowledge, kNoon + 100); // … and owned: somebody is at it.
    take(3, "3o", TriageKind::Own, kNoon + 101);
    take(4, "4o", TriageKind::Own, kNoon + 100);
    take(4, "4r", TriageKind::Resolve, kNoon + 200);
    take(5, "5", TriageKind::Acknowledge, kNoon + 200);

    const Handover late = handoverOf(*store, kNoon, kNoon + 300);
    QCOMPARE(idsOf(late.open.listed), (Ids{id(6), id(3), id(2)}));
    QCOMPARE(late.open.counts, (std::array<std::int64_t, 4>{0, 3, 0, 0}));
    QCOMPARE(late.open.listed[1].owner.value_or("?"), std::string("ann"));
    // As it was before the last two steps, to the millisecond.
    const Handover before = handoverOf(*store, kNoon, kNoon + 199);
    QCOMPARE(idsOf(before.open.listed), (Ids{id(6), id(5), id(4), id(3), id(2)}));
    QCOMPARE(before.open.total(), 5);
    const SecurityAlert &then = before.open.listed[2];
    QVERIFY(then.status == AlertStatus::New && !then.acknowledged && !then.resolvedAt && !then.disposition);
    QCOMPARE(then.owner.value_or("?"), std::string("ann"));
    QCOMPARE(handoverOf(*store, kNoon, kNoon + 200).open.total(), 3);
    // And before anything was done, when one had not been raised yet.
    const Handover first = handoverOf(*store, kNoon, kNoon + 5);
    QCOMPARE(idsOf(first.open.listed), (Ids{id(5), id(4), id(3), id(2), id(1)}));
    QVERIFY(!first.open.listed[2].owner);
}

/// What was muted at the end of the range waited for nobody then, whatever became of the mute.
void StoreSuite::handsOverWhatWasMuted()
{
    const auto store = connect();
    const auto mute = [&](const std::string &id, int number, TimestampMs until) {
        Mute made;
        made.id = id;
        made.rule = "brute-force";
        made.group = "address:10.0.0." + std::to_string(number);
        made.reason = "our scanner";
        made.by = "ann";
        made.createdAt = kNoon - kHour;
        made.expiresAt = until;
        return store->setMute(made);
    };
    VERIFY_OK(mute("restored", 1, kNoon + kDay));
    VERIFY_OK(mute("expired", 2, kNoon + 20));
    VERIFY_OK(mute("first", 3, kNoon + 20));
    VERIFY_OK(mute("second", 3, kNoon + kDay));
    VERIFY_OK(mute("triaged", 4, kNoon + kDay));
    std::vector<SecurityAlert> alerts;
    for (int i = 1; i <= 5; ++i) {
        alerts.push_back(alertOf(i, kNoon + i, AlertSeverity::Medium));
        alerts.back().group = "address:10.0.0." + std::to_string(i);
    }
    VERIFY_OK(store->commit(commitOf(alerts)));
    EngineCommit again;
    again.repeats = {{alerts[1].id, 1, kNoon + 30}, {alerts[2].id, 1, kNoon + 30}}; // One comes back, one is muted anew.
    VERIFY_OK(store->commit(again));
    VERIFY_OK(store->liftMute({"restored", true}, "ann", kNoon + 40));
    VERIFY_OK(store->triage(Ids{alerts[3].id}, step("e", TriageKind::Escalate, "odd"), "ann", kNoon + 50));
    VERIFY_OK(store->triage(Ids{alerts[0].id}, step("a", TriageKind::Acknowledge), "ann", kNoon + 60));

    for (const auto &[end, expected] : {std::pair{kNoon + 29, "5"}, {kNoon + 30, "5 2"}, {kNoon + 39, "5 2"},
                                        {kNoon + 40, "5 2 1"}, {kNoon + 50, "5 4 2 1"}, {kNoon + 60, "5 4 2"}}) {
        const Handover handover = handoverOf(*store, kNoon, end);
        QStringList open;
        for (const SecurityAlert &alert : handover.open.listed)
            open.append(QString::number(alert.eventId));
        QCOMPARE(open.join(QLatin1Char(' ')), QLatin1String(expected));
        QCOMPARE(handover.open.total(), open.size());
        QVERIFY(std::none_of(handover.open.listed.begin(), handover.open.listed.end(),
                             [](const SecurityAlert &alert) { return alert.isMuted(); }));
    }
}

void StoreSuite::handsOverMutes()
{
    const auto store = connect();
    const TimestampMs end = kNoon + kHour;
    const auto set = [&](const std::string &id, TimestampMs from, TimestampMs until, std::optional<std::string> company = {}) {
        Mute mute;
        mute.id = id;
        mute.rule = "brute-force";
        mute.group = "address:203.0.113.9";
        mute.company = std::move(company);
        mute.reason = "our scanner";
        mute.by = "ann";
        mute.createdAt = from;
        mute.expiresAt = until;
        return store->setMute(mute);
    };
    VERIFY_OK(set("over-before", kNoon - kDay, kNoon - 1));
    VERIFY_OK(set("in-force-all-along", kNoon - kDay, end + 1));
    VERIFY_OK(set("expired", kNoon - kDay, kNoon));
    VERIFY_OK(set("lifted", kNoon - kDay, end + kDay));
    VERIFY_OK(set("lifted-later", kNoon - kDay, end));
    VERIFY_OK(set("set", end, end + kDay, "acme"));
    VERIFY_OK(set("set-later", end + 1, end + kDay));
    VERIFY_OK(store->liftMute({"lifted", false}, "bob", kNoon + 5));
    VERIFY_OK(store->liftMute({"in-force-all-along", false}, "bob", kNoon + 2 * kHour)); // It had ended.
    SecurityAlert muted = alertNumber(1, kNoon - 5);
    VERIFY_OK(store->commit(commitOf({muted})));

    const auto idsWithin = [&](const HandoverQuery &query) {
        Ids ids;
        const auto read = store->handover(query);
        if (!read)
            qFatal("%s", qPrintable(read.error().message));
        for (const Mute &mute : read->mutes.newest)
            ids.push_back(mute.id);
        if (ids.size() < query.limit && read->mutes.total != static_cast<std::int64_t>(ids.size()))
            qFatal("the count is not that of the list");
        return ids;
    };
    QCOMPARE(idsWithin({{kNoon, end}, {}, 50}), (Ids{"set", "lifted-later", "lifted", "expired"}));
    QCOMPARE(idsWithin({{kNoon, end}, "acme", 50}), (Ids{"set", "lifted-later", "lifted", "expired"}));
    QCOMPARE(idsWithin({{kNoon, end}, "other", 50}), (Ids{"lifted-later", "lifted", "expired"}));
    const Handover cut = handoverOf(*store, kNoon, end, 1);
    QCOMPARE(cut.mutes.total, 4);
    QCOMPARE(cut.mutes.newest.size(), 1U);
    const Handover whole = handoverOf(*store, kNoon, end);
    QCOMPARE(whole.mutes.newest[2].liftedBy.value_or("?"), std::string("bob"));
    QCOMPARE(whole.mutes.newest[2].liftedAt.value_or(0), kNoon + 5);
    // With what they hid: the mute that was set first covers an alert.
    const Handover earlier = handoverOf(*store, kNoon - kDay, kNoon - 1);
    QCOMPARE(earlier.mutes.newest.back().id, std::string("over-before"));
    QCOMPARE(earlier.mutes.newest.back().alerts, 1);
    QCOMPARE(earlier.mutes.newest.back().hits, 1);
}

void StoreSuite::handsOverLongListsCut()
{
    const auto store = connect();
    std::vector<SecurityAlert> alerts;
    Ids ids;
    for (int i = 0; i < 90; ++i) {
        alerts.push_back(alertOf(i, kNoon + i, i == 7 ? AlertSeverity::Critical : AlertSeverity::Low));
        ids.push_back(alerts.back().id);
    }
    VERIFY_OK(store->commit(commitOf(alerts)));
    for (int i = 0; i < 80; ++i) {
        VERIFY_OK(store->triage(Ids{ids[static_cast<std::size_t>(i)]}, step("s" + std::to_string(i), TriageKind::Acknowledge),
                                "person" + std::to_string(i), kNoon + 1000 + (i * 37) % 80));
    }
    const Handover cut = handoverOf(*store, kNoon, kNoon + 2000, 3);
    QCOMPARE(cut.raised.total(), 90);
    QCOMPARE(idsOf(cut.raised.listed), (Ids{ids[7], ids[89], ids[88]}));
    QCOMPARE(idsOf(cut.open.listed), (Ids{ids[89], ids[88], ids[87]}));
    QCOMPARE(cut.open.total(), 10);
    const HandoverSteps &acknowledged = cut.of(HandoverAction::Acknowledged);
    QCOMPARE(acknowledged.steps, 80);
    QCOMPARE(acknowledged.alerts, 80);
    QCOMPARE(acknowledged.newest.size(), 3U);
    QCOMPARE(acknowledged.newest[0].at, kNoon + 1079);
    QCOMPARE(acknowledged.newest[2].at, kNoon + 1077);
    QCOMPARE(cut.people.size(), 3U);
    QCOMPARE(cut.peopleTotal, 80);
}

void StoreSuite::handsOverOneCompany()
{
    const auto store = connect();
    VERIFY_OK(store->commit(commitOf({alertOf(1, kNoon, AlertSeverity::High, "acme"),
                                      alertOf(2, kNoon, AlertSeverity::High, "o'hara % _"),
                                      alertOf(3, kNoon, AlertSeverity::High)})));
    const Ids ids{alertNumber(1, 0).id, alertNumber(2, 0).id, alertNumber(3, 0).id};
    VERIFY_OK(store->triage(ids, step("a", TriageKind::Acknowledge), "ann", kNoon + 4));
    VERIFY_OK(store->undo(Ids{ids[0], ids[2]}, {"u", "a"}, "ann", kNoon + 5));
    const auto of = [&](const std::string &company) {
        return *store->handover({{kNoon, kNoon + kHour}, company, 50});
    };
    const Handover acme = of("acme");
    QCOMPARE(acme.companyId.value_or("?"), std::string("acme"));
    QCOMPARE(idsOf(acme.raised.listed), Ids{ids[0]});
    QCOMPARE(idsOf(acme.open.listed), Ids{ids[0]});
    QCOMPARE(lines(acme, HandoverAction::Acknowledged), QStringList{QStringLiteral("ann 1 (1 back)")});
    const Handover other = of("o'hara % _");
    QCOMPARE(other.raised.total(), 1);
    QCOMPARE(other.open.total(), 0);
    QCOMPARE(lines(other, HandoverAction::Acknowledged), QStringList{QStringLiteral("ann 1")});
    QVERIFY((other.response.acknowledge[2] == ResponseTime{1, 4.0}));
    QCOMPARE(of("nobody").raised.total(), 0);
    QCOMPARE(store->responseTimes({}, std::string("acme"))->acknowledge[2].alerts, 0);
    // As it was before the undo.
    QCOMPARE(store->handover({{kNoon, kNoon + 4}, std::string("acme"), 50})->open.total(), 0);
}

void StoreSuite::responseTimesBySeverity()
{
    const auto store = connect();
    VERIFY_OK(store->commit(commitOf({alertOf(1, kNoon, AlertSeverity::High), alertOf(2, kNoon, AlertSeverity::High),
                                      alertOf(3, kNoon + kHour, AlertSeverity::Critical),
                                      alertOf(4, kNoon - 1, AlertSeverity::High),
                                      alertOf(5, kNoon + kHour + 1, AlertSeverity::High)})));
    const auto id = [](int number) { return alertNumber(number, 0).id; };
    VERIFY_OK(store->triage(Ids{id(1), id(4), id(5)}, step("a", TriageKind::Acknowledge), "ann", kNoon + kMinute));
    VERIFY_OK(store->triage(Ids{id(2)}, step("b", TriageKind::Acknowledge), "ann", kNoon + 2 * kMinute));
    VERIFY_OK(store->triage(Ids{id(1)}, step("c", TriageKind::Resolve), "ann", kNoon + 5 * kMinute));
    // Before its own time, by a wrong clock; resolving acknowledges.
    VERIFY_OK(store->triage(Ids{id(3)}, step("d", TriageKind::Resolve), "ann", kNoon));
    const TimeRange range{kNoon, kNoon + kHour};
    const auto times = store->responseTimes(range, {});
    VERIFY_OK(times);
    const auto high = static_cast<std::size_t>(AlertSeverity::High);
    const auto critical = static_cast<std::size_t>(AlertSeverity::Critical);
    QVERIFY((times->acknowledge[high] == ResponseTime{2, 3.0 * kMinute}));
    QCOMPARE(*times->acknowledge[high].meanMs(), 1.5 * kMinute);
    QVERIFY((times->acknowledge[critical] == ResponseTime{1, 0.0}));
    QVERIFY((times->resolve[high] == ResponseTime{1, 5.0 * kMinute}));
    QVERIFY((times->resolve[critical] == ResponseTime{1, 0.0}));
    QVERIFY(times->acknowledge[0] == ResponseTime());
    QVERIFY(store->handover({range, {}, 0})->response == *times);
    // Resolved anew: the resolution that stands counts, the first acknowledgement stays.
    TriageStep again = step("e", TriageKind::Resolve);
    again.overrule = true;
    VERIFY_OK(store->triage(Ids{id(1)}, again, "bob", kNoon + 7 * kMinute));
    QVERIFY((store->responseTimes(range, {})->resolve[high] == ResponseTime{1, 7.0 * kMinute}));
    QVERIFY((store->responseTimes(range, {})->acknowledge[high] == ResponseTime{2, 3.0 * kMinute}));
    // Times far apart do not run over.
    VERIFY_OK(store->commit(commitOf({alertOf(6, std::numeric_limits<std::int64_t>::min() / 4, AlertSeverity::Low)})));
    VERIFY_OK(store->triage(Ids{id(6)}, step("f", TriageKind::Acknowledge), "ann", kNoon));
    QCOMPARE(store->responseTimes({}, {})->acknowledge[0].alerts, 1);
}

/// Ranges that begin and end anywhere, over days that are summed up and days that are not.
void StoreSuite::responseTimesOfAnyRange()
{
    constexpr int kAlerts = 200;
    constexpr TimestampMs kBegin = -2 * kDay; // Before 1970 as well.
    const auto store = connect();
    std::vector<SecurityAlert> alerts;
    Ids ids;
    for (int i = 0; i < kAlerts; ++i) {
        alerts.push_back(alertOf(i, kBegin + i * (4 * kDay + 1) / kAlerts, static_cast<AlertSeverity>(i % 4)));
        if (i % 3 != 0)
            alerts.back().context.companyId = i % 3 == 1 ? "acme" : "zeta";
        ids.push_back(alerts.back().id);
    }
    alerts[60].timestamp = kDay;
    alerts[61].timestamp = kDay - 1;
    VERIFY_OK(store->commit(commitOf(alerts)));
    VERIFY_OK(store->triage(std::span(ids).subspan(10, 120), step("a", TriageKind::Acknowledge), "ann", 3 * kDay));
    VERIFY_OK(store->triage(std::span(ids).subspan(40, 60), step("b", TriageKind::Resolve), "ann", 3 * kDay + 7));
    VERIFY_OK(store->undo(std::span(ids).subspan(50, 20), {"u", "b"}, "ann", 3 * kDay + 9));
    VERIFY_OK(store->undo(std::span(ids).subspan(100, 5), {"v", "a"}, "ann", 3 * kDay + 9));
    const auto stand = store->alerts({});
    VERIFY_OK(stand);
    std::mt19937 random(11);
    const auto anywhere = [&] { return kBegin - kHour + static_cast<TimestampMs>(random() % (4 * kDay + 2 * kHour)); };
    for (int i = 0; i < 60; ++i) {
        TimeRange range{anywhere(), anywhere()};
        if (i % 4 == 0)
            range = {-kDay, i % 8 == 0 ? kDay : kDay - 1}; // At midnight.
        const auto company = i % 3 == 0 ? std::optional<std::string>("acme") : std::nullopt;
        ResponseTimes expected;
        std::array<std::int64_t, 4> raised{};
        for (const SecurityAlert &alert : *stand) {
            if (!range.contains(alert.timestamp) || (company && alert.context.companyId != company))
                continue;
            const auto at = static_cast<std::size_t>(alert.severity);
            ++raised[at];
            if (alert.acknowledgedAt)
                expected.acknowledge[at] += {1, static_cast<double>(*alert.acknowledgedAt - alert.timestamp)};
            if (alert.resolvedAt)
                expected.resolve[at] += {1, static_cast<double>(*alert.resolvedAt - alert.timestamp)};
        }
        const auto times = store->responseTimes(range, company);
        VERIFY_OK(times);
        QVERIFY(*times == expected);
        const auto handover = store->handover({range, company, 0});
        VERIFY_OK(handover);
        QVERIFY(std::equal(raised.begin(), raised.end(), handover->raised.counts.begin()));
    }
}

} // namespace bartizan
