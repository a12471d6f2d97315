// SPDX-License-Identifier: GPL-3.0-or-later
#include "mutetesting.h"
#include "storesuite.h"

#include "core/domain/jsontext.h"

#include <atomic>
#include <thread>

namespace bartizan {
namespace {

SecurityAlert stored(Store &store, int number)
{
    const auto found = store.alert(id(number));
    return found && *found ? **found : SecurityAlert();
}

Mute muteNamed(Store &store, const std::string &id)
{
    MuteQuery query;
    query.id = id;
    const auto found = store.mutes(query);
    return found && !found->empty() ? found->front() : Mute();
}

EngineCommit repeatOf(int number, std::int64_t count, TimestampMs at)
{
    EngineCommit commit;
    commit.repeats = {{id(number), count, at}};
    return commit;
}

/// The history of an alert: "action actor comment detail".
QStringList historyOf(Store &store, int number)
{
    QStringList lines;
    const auto history = store.history(id(number));
    if (!history)
        return {QStringLiteral("error")};
    for (const AlertHistoryEntry &entry : *history) {
        QStringList words{QString::fromStdString(entry.action)};
        for (const std::string &word : {entry.actor, entry.comment, entry.detail}) {
            if (!word.empty())
                words.append(QString::fromStdString(word));
        }
        lines.append(words.join(QLatin1Char(' ')));
    }
    return lines;
}

std::vector<AuditEvent> auditRows(Store &store, const std::string &action)
{
    std::vector<AuditEvent> rows;
    const auto all = store.fetchAfter(0, 1'000'000);
    for (const AuditEvent &event : all ? *all : std::vector<AuditEvent>()) {
        if (event.origin == RowOrigin::Monitor && event.action == action)
            rows.push_back(event);
    }
    return rows;
}

std::int64_t countActive(Store &store)
{
    AlertQuery active;
    active.active = true;
    return store.countAlerts(active).value();
}

} // namespace

void StoreSuite::mutesWhatComes()
{
    const auto store = connect();
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon - kHour)})));
    const auto set = store->setMute(scannerMute());
    VERIFY_OK(set);
    QVERIFY(*set == scannerMute());
    SecurityAlert busy = alertNumber(3, kNoon + 2);
    busy.repeats = 4;
    busy.lastRepeatAt = kNoon + 9;
    SecurityAlert otherRule = alertNumber(5, kNoon + 4);
    otherRule.rule = "account-enumeration";
    const EngineCommit commit = commitOf({alertNumber(2, kNoon), busy, alertAbout(4, kNoon + 3, "203.0.113.10"), otherRule});
    VERIFY_OK(store->commit(commit));
    VERIFY_OK(store->commit(commit)); // Known: nothing is counted twice.

    QVERIFY(!stored(*store, 1).mute); // It was there before.
    QCOMPARE(stored(*store, 2).mute.value_or("none"), std::string("mute-1"));
    QVERIFY(stored(*store, 2).isMuted() && !stored(*store, 2).isActive());
    QCOMPARE(stored(*store, 3).mute.value_or("none"), std::string("mute-1"));
    QVERIFY(!stored(*store, 4).mute && !stored(*store, 5).mute);
    const Mute now = muteNamed(*store, "mute-1");
    QCOMPARE(now.alerts, 2);
    QCOMPARE(now.hits, 6);
    QCOMPARE(now.lastHitAt.value_or(0), kNoon + 9);
    // Nothing else of it is other than usual, its row in the audit log included.
    QCOMPARE(auditRows(*store, "security_alert_created").size(), 5U);
    SecurityAlert plain = stored(*store, 3);
    plain.mute.reset();
    QVERIFY(plain == busy);
    QCOMPARE(historyOf(*store, 2), (QStringList{QStringLiteral("created"), QStringLiteral("muted mute-1")}));
}

void StoreSuite::mutesByNetworkAndCompany()
{
    const auto store = connect();
    Mute network = scannerMute("network");
    network.network = "203.0.113.0/24";
    VERIFY_OK(store->setMute(network));
    Mute company = scannerMute("company");
    company.group = "address:198.51.100.7";
    company.company = "acme";
    VERIFY_OK(store->setMute(company));
    SecurityAlert acme = alertAbout(3, kNoon, "198.51.100.7");
    acme.context.companyId = "acme";
    SecurityAlert zeta = alertAbout(4, kNoon, "198.51.100.7");
    zeta.context.companyId = "zeta";
    VERIFY_OK(store->commit(commitOf({alertAbout(1, kNoon, "203.0.113.250"), alertAbout(2, kNoon, "203.0.114.1"), acme, zeta,
                                      alertAbout(5, kNoon, "198.51.100.7"), alertAbout(6, kNoon, "2001:db8::1")})));
    QCOMPARE(stored(*store, 1).mute.value_or("none"), std::string("network"));
    QVERIFY(!stored(*store, 2).mute);
    QCOMPARE(stored(*store, 3).mute.value_or("none"), std::string("company"));
    for (const int number : {4, 5, 6})
        QVERIFY(!stored(*store, number).mute);
    QVERIFY(muteNamed(*store, "company").company == std::optional<std::string>("acme"));
}

void StoreSuite::mutedAlertsDoNotCount()
{
    const auto store = connect();
    VERIFY_OK(store->commit(commitOf({alertAbout(1, kNoon - 2, "198.51.100.7")})));
    const MetricsInputs before = *store->metricsInputs({});
    VERIFY_OK(store->setMute(scannerMute()));
    VERIFY_OK(store->commit(commitOf({alertNumber(2, kNoon), alertNumber(3, kNoon + 1, AlertType::MassDataAccess)})));
    const MetricsInputs after = *store->metricsInputs({});
    QCOMPARE(after.activeAlerts, 1);
    QCOMPARE(after.resolvedAlerts, 0);
    QVERIFY(after.alertsByType == before.alertsByType);
    QCOMPARE(countActive(*store), 1);

    AlertQuery query;
    query.muted = true;
    QCOMPARE(store->alerts(query)->size(), 2U);
    query.type = AlertType::MassDataAccess;
    QCOMPARE(*store->countAlerts(query), 1);
    query = {};
    query.muted = false;
    QCOMPARE(*store->countAlerts(query), 1);
    query = {};
    query.active = false;
    QCOMPARE(*store->countAlerts(query), 2);
    query = {};
    query.mute = "mute-1";
    query.group = "address:203.0.113.9";
    QCOMPARE(*store->countAlerts(query), 2);
    query.group = "address:198.51.100.7";
    QCOMPARE(*store->countAlerts(query), 0);
    // Whoever retention drops is still counted.
    EngineCommit retention;
    retention.dropAlertsBefore = kNoon + kHour;
    VERIFY_OK(store->commit(retention));
    QCOMPARE(muteNamed(*store, "mute-1").alerts, 2);
    QCOMPARE(store->metricsInputs({})->activeAlerts, 0);
}

void StoreSuite::repeatsCountOnceForEach()
{
    const auto store = connect();
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon - kHour), alertAbout(2, kNoon - kHour, "198.51.100.7")})));
    VERIFY_OK(store->setMute(scannerMute()));
    EngineCommit commit = commitOf({alertNumber(3, kNoon + 1)});
    commit.repeats = {{id(1), 5, kNoon + 2}, {id(2), 7, kNoon + 2}, {id(3), 2, kNoon + 3}, {"unknown", 1, kNoon}};
    VERIFY_OK(store->commit(commit));
    // The one that was active stays active, and counts what repeats it; so does the mute.
    QVERIFY(stored(*store, 1).isActive());
    QCOMPARE(stored(*store, 1).repeats, 5);
    QCOMPARE(stored(*store, 2).repeats, 7);
    QVERIFY(stored(*store, 3).isMuted());
    QCOMPARE(stored(*store, 3).repeats, 2);
    const Mute now = muteNamed(*store, "mute-1");
    QCOMPARE(now.alerts, 1);
    QCOMPARE(now.hits, 8);
    QCOMPARE(now.lastHitAt.value_or(0), kNoon + 3);
}

void StoreSuite::expiryRestores()
{
    const auto store = connect();
    const Mute mute = scannerMute();
    VERIFY_OK(store->setMute(mute));
    VERIFY_OK(store->commit(commitOf({alertNumber(1, mute.expiresAt - 1), alertNumber(2, mute.expiresAt - 1)})));
    // To the millisecond, whenever the engine comes to it.
    EngineCommit late = commitOf({alertNumber(3, mute.expiresAt), alertNumber(4, mute.expiresAt - 1)});
    late.storedAt = mute.expiresAt + kDay;
    VERIFY_OK(store->commit(late));
    QVERIFY(stored(*store, 3).isActive());
    QVERIFY(stored(*store, 4).isMuted());
    // What it hid stays hidden, and can be listed; a repeat before the end changes nothing, one behind it brings it back.
    const auto position = store->changesSince(-1)->position;
    VERIFY_OK(store->commit(repeatOf(1, 3, mute.expiresAt - 1)));
    QVERIFY(stored(*store, 1).isMuted());
    VERIFY_OK(store->commit(repeatOf(1, 1, mute.expiresAt)));
    QVERIFY(stored(*store, 1).isActive());
    QCOMPARE(stored(*store, 1).repeats, 4);
    QVERIFY(stored(*store, 2).isMuted());
    QCOMPARE(historyOf(*store, 1),
             (QStringList{QStringLiteral("created"), QStringLiteral("muted mute-1"), QStringLiteral("unmuted mute-1")}));
    const auto changes = store->changesSince(position);
    QCOMPARE(changes->changed.size(), 1U);
    QVERIFY(changes->changed.front() == stored(*store, 1));
    const Mute now = muteNamed(*store, "mute-1");
    QCOMPARE(now.alerts, 3);
    QCOMPARE(now.hits, 6);
    QVERIFY(now.restored == false && !now.liftedAt);
    // Where another mute has taken its place, the alert goes over to that.
    Mute next = scannerMute("mute-2");
    next.createdAt = mute.expiresAt;
    next.expiresAt = mute.expiresAt + kDay;
    VERIFY_OK(store->setMute(next));
    VERIFY_OK(store->commit(repeatOf(2, 2, mute.expiresAt + 5)));
    QCOMPARE(stored(*store, 2).mute.value_or("none"), std::string("mute-2"));
    QCOMPARE(muteNamed(*store, "mute-2").hits, 2);
    QCOMPARE(muteNamed(*store, "mute-2").alerts, 1);
}

void StoreSuite::liftingRestoresOnDemand()
{
    const auto store = connect();
    VERIFY_OK(store->setMute(scannerMute()));
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon + 1), alertNumber(2, kNoon + 2), alertNumber(3, kNoon + 3)})));
    VERIFY_OK(store->acknowledge(std::vector{id(3)}, "bob", kNoon + 10, {}));
    const auto lifted = store->liftMute({"mute-1", false}, "bob", kNoon + kHour);
    VERIFY_OK(lifted);
    QVERIFY(lifted->outcome == MuteLifted::Outcome::Lifted);
    QCOMPARE(lifted->restored, 0);
    QCOMPARE(lifted->mute.liftedBy.value_or("nobody"), std::string("bob"));
    QCOMPARE(lifted->mute.endsAt(), kNoon + kHour);
    QVERIFY(lifted->mute == muteNamed(*store, "mute-1"));
    QVERIFY(stored(*store, 1).isMuted());
    VERIFY_OK(store->commit(commitOf({alertNumber(4, kNoon + kHour), alertNumber(5, kNoon + kHour - 1)})));
    QVERIFY(stored(*store, 4).isActive());
    QVERIFY(stored(*store, 5).isMuted());

    const auto again = store->liftMute({"mute-1", false}, "ann", kNoon + 2 * kHour);
    VERIFY_OK(again);
    QVERIFY(again->outcome == MuteLifted::Outcome::Over);
    QCOMPARE(again->mute.liftedBy.value_or("nobody"), std::string("bob"));
    const auto position = store->changesSince(-1)->position;
    const auto back = store->liftMute({"mute-1", true}, "ann", kNoon + 2 * kHour);
    VERIFY_OK(back);
    QVERIFY(back->outcome == MuteLifted::Outcome::Over);
    QCOMPARE(back->restored, 3);
    QVERIFY(back->mute.restored);
    for (const int number : {1, 2, 5})
        QVERIFY(stored(*store, number).isActive() && !stored(*store, number).mute);
    QCOMPARE(store->changesSince(position)->changed.size(), 3U);
    // What somebody had triaged is left as it is, and still tells where it came from.
    QVERIFY(stored(*store, 3).acknowledged);
    QCOMPARE(stored(*store, 3).mute.value_or("none"), std::string("mute-1"));
    QCOMPARE(historyOf(*store, 1).last(), QStringLiteral("unmuted ann mute-1"));
    QCOMPARE(muteNamed(*store, "mute-1").alerts, 4); // It hid so many, whatever became of them.
    QVERIFY(store->liftMute({"nonesuch", true}, "ann", kNoon)->outcome == MuteLifted::Outcome::Unknown);
    QCOMPARE(auditRows(*store, "alert_mute_lifted").size(), 2U);
}

void StoreSuite::triageEndsMuting()
{
    const auto store = connect();
    VERIFY_OK(store->setMute(scannerMute()));
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon + 1), alertNumber(2, kNoon + 2)})));
    TriageStep escalate;
    escalate.id = "step";
    escalate.kind = TriageKind::Escalate;
    escalate.comment = "no scanner of ours";
    VERIFY_OK(store->triage(std::vector{id(1)}, escalate, "bob", kNoon + 5));
    QVERIFY(stored(*store, 1).isActive());
    QCOMPARE(countActive(*store), 1);
    QCOMPARE(store->metricsInputs({})->activeAlerts, 1);
    VERIFY_OK(store->undo(std::vector{id(1)}, {"back", "step"}, "bob", kNoon + 6));
    QVERIFY(stored(*store, 1).isMuted());
    TriageStep resolve;
    resolve.id = "resolve";
    resolve.kind = TriageKind::Resolve;
    resolve.disposition = AlertDisposition::TruePositive;
    VERIFY_OK(store->triage(std::vector{id(2)}, resolve, "bob", kNoon + 7));
    QCOMPARE(store->metricsInputs({})->resolvedAlerts, 1);
    QVERIFY(!stored(*store, 2).isMuted());
}

void StoreSuite::mutesAreAuditedAndInHistory()
{
    const auto store = connect();
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon - kHour)})));
    const auto position = store->changesSince(-1)->position;
    Mute mute = scannerMute();
    mute.network = "203.0.113.0/24";
    mute.company = "acme";
    mute.alertId = id(1);
    VERIFY_OK(store->setMute(mute));
    QCOMPARE(store->changesSince(position)->changed.size(), 1U); // Whoever has it open is told.
    VERIFY_OK(store->liftMute({"mute-1", false}, "bob", kNoon + 5));
    QCOMPARE(historyOf(*store, 1), (QStringList{QStringLiteral("created"), QStringLiteral("mute_set ann our scanner mute-1"),
                                                QStringLiteral("mute_lifted bob mute-1")}));
    const auto set = auditRows(*store, "alert_mute_set");
    QCOMPARE(set.size(), 1U);
    QVERIFY(set[0].eventType == SecurityEventType::SystemConfig && set[0].outcome == AuditOutcome::Success
            && set[0].severity == AuditSeverity::Info && set[0].timestamp == kNoon);
    QCOMPARE(set[0].context.userId.value_or("?"), std::string("ann"));
    QCOMPARE(jsonObjectOf(set[0].metadata),
             (QJsonObject{{QStringLiteral("muteId"), QStringLiteral("mute-1")},
                          {QStringLiteral("rule"), QStringLiteral("brute-force")},
                          {QStringLiteral("group"), QStringLiteral("address:203.0.113.9")},
                          {QStringLiteral("network"), QStringLiteral("203.0.113.0/24")},
                          {QStringLiteral("company"), QStringLiteral("acme")},
                          {QStringLiteral("alertId"), QString::fromStdString(id(1))},
                          {QStringLiteral("expiresAt"), QStringLiteral("2026-11-21T12:00:00.000Z")}}));
    const auto lifted = auditRows(*store, "alert_mute_lifted");
    QCOMPARE(lifted.size(), 1U);
    QCOMPARE(lifted[0].context.userId.value_or("?"), std::string("bob"));
    QCOMPARE(jsonObjectOf(lifted[0].metadata), (QJsonObject{{QStringLiteral("muteId"), QStringLiteral("mute-1")},
                                                            {QStringLiteral("rule"), QStringLiteral("brute-force")},
                                                            {QStringLiteral("group"), QStringLiteral("address:203.0.113.9")},
                                                            {QStringLiteral("restored"), 0}}));
}

void StoreSuite::listsMutes()
{
    const auto store = connect();
    QVERIFY(store->mutes()->empty());
    Mute hostile = scannerMute("b");
    hostile.group = "user:a\xff\n<b>\xef\xb7\x90";
    hostile.reason = "“quoted”\n<i>";
    hostile.createdAt = kNoon + kHour;
    hostile.expiresAt = kNoon + 2 * kHour;
    const Mute first = scannerMute("a");
    VERIFY_OK(store->setMute(first));
    VERIFY_OK(store->setMute(hostile));
    QVERIFY((*store->mutes() == std::vector<Mute>{hostile, first}));
    const auto ids = [&](const MuteQuery &query) {
        QStringList names;
        const auto found = store->mutes(query);
        for (const Mute &mute : found ? *found : std::vector<Mute>())
            names.append(QString::fromStdString(mute.id));
        return names.join(QLatin1Char(' '));
    };
    MuteQuery query;
    for (const auto &[at, expected] : {std::pair{kNoon - 1, ""}, {kNoon, "a"}, {kNoon + kHour, "b a"}, {kNoon + 2 * kHour - 1, "b a"},
                                       {kNoon + 2 * kHour, "a"}, {kNoon + kDay, ""}}) {
        query.inForceAt = at;
        QCOMPARE(ids(query), QLatin1String(expected));
    }
}

void StoreSuite::refusesMutesThatLackSomething()
{
    const auto store = connect();
    Mute mute = scannerMute();
    mute.reason = " ";
    QVERIFY(!store->setMute(mute));
    mute = scannerMute();
    mute.expiresAt = mute.createdAt;
    QVERIFY(!store->setMute(mute));
    mute = scannerMute();
    mute.network = "198.51.100.0/24";
    QVERIFY(!store->setMute(mute));
    QVERIFY(!store->setMute(scannerMute("a severity:low")));
    mute = scannerMute();
    mute.alertId = id(1);
    const auto refused = store->setMute(mute);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(QLatin1String("not there any more")), qPrintable(refused.error().message));
    VERIFY_OK(store->setMute(scannerMute()));
    QVERIFY(!store->setMute(scannerMute())); // An id is used once.
    QCOMPARE(store->mutes()->size(), 1U);
    QCOMPARE(auditRows(*store, "alert_mute_set").size(), 1U);
}

/// The engine goes by all of them with each batch.
void StoreSuite::boundsTheMutesOfOnePerson()
{
    const auto store = connect();
    for (int i = 0; i < kMostMutes; ++i) {
        Mute mute = scannerMute("m" + std::to_string(i));
        mute.expiresAt = mute.createdAt + (i % 2 == 0 ? kHour : kDay); // Some are over soon.
        VERIFY_OK(store->setMute(mute));
    }
    Mute more = scannerMute("more");
    more.createdAt = kNoon + 2 * kHour;
    more.expiresAt = more.createdAt + kHour;
    QVERIFY(!store->setMute(more));
    QVERIFY(store->setMute(more).error().message.contains(QString::number(kMostMutes)));
    more.by = "bob";
    VERIFY_OK(store->setMute(more));
    more = scannerMute("later");
    more.createdAt = kNoon + kDay;
    more.expiresAt = more.createdAt + kHour;
    VERIFY_OK(store->setMute(more));
    QCOMPARE(store->mutes()->size(), std::size_t{kMostMutes + 2});
}

void StoreSuite::anotherConnectionsMuteHoldsAtOnce()
{
    const auto engine = connect();
    const auto console = connect();
    VERIFY_OK(engine->commit(commitOf({alertNumber(1, kNoon - 2)})));
    VERIFY_OK(console->setMute(scannerMute()));
    // What was on its way when the mute was set is muted as well.
    EngineCommit batch = commitOf({alertNumber(2, kNoon - 1)});
    batch.storedAt = kNoon + 1;
    VERIFY_OK(engine->commit(batch));
    QVERIFY(stored(*console, 2).isMuted());
    VERIFY_OK(console->liftMute({"mute-1", true}, "ann", kNoon + 2));
    VERIFY_OK(engine->commit(commitOf({alertNumber(3, kNoon + 2)})));
    QVERIFY(stored(*console, 3).isActive());
    QCOMPARE(countActive(*engine), 3);
}

void StoreSuite::mutesWhileAnEngineCommits()
{
    constexpr int kBatches = 60;
    constexpr int kBefore = 15; // So many come before the mute for certain, and so many behind it:
    constexpr int kBehind = 10;
    const auto console = connect();
    const auto reader = connect();
    std::atomic<int> failed{0};
    std::atomic<int> done{0};
    std::atomic<bool> isSet{false};
    std::thread committing([&] {
        const auto mine = connect();
        for (int batch = 0; batch < kBatches; ++batch) {
            while (batch == kBatches - kBehind && !isSet)
                std::this_thread::yield();
            failed += !mine->commit(commitOf({alertNumber(2 * batch, kNoon + batch), alertNumber(2 * batch + 1, kNoon + batch)}));
            ++done;
        }
    });
    while (done < kBefore)
        std::this_thread::yield();
    const auto set = console->setMute(scannerMute());
    const std::int64_t before = done;
    isSet = true;
    committing.join();
    VERIFY_OK(set);
    QCOMPARE(failed.load(), 0);
    // Each batch was stored as a whole before the mute, or as a whole under it, and from one on all were.
    const auto alerts = reader->alerts({});
    QCOMPARE(alerts->size(), std::size_t{2 * kBatches});
    std::int64_t muted = 0;
    for (std::size_t i = 0; i < alerts->size(); ++i) {
        const bool isMuted = stored(*reader, static_cast<int>(i)).isMuted();
        QVERIFY(isMuted || muted == 0);
        muted += isMuted ? 1 : 0;
    }
    QVERIFY(muted % 2 == 0);
    QVERIFY2(muted >= 2 * (kBatches - before - 1), qPrintable(QString::number(muted)));
    QVERIFY2(muted >= 2 * kBehind && muted <= 2 * (kBatches - kBefore), qPrintable(QString::number(muted)));
    QCOMPARE(muteNamed(*reader, "mute-1").alerts, muted);
    QCOMPARE(muteNamed(*reader, "mute-1").hits, muted);
}

} // namespace bartizan
