// SPDX-License-Identifier: GPL-3.0-or-later
// A step on many alerts at once is, to the row, what it would be on one after the other.
#include "storesuite.h"
#include "storetesting.h"

#include "core/domain/jsontext.h"
#include "core/storage/changelimit.h"

#include <algorithm>
#include <map>
#include <random>

namespace bartizan {
namespace {

/// More than the store takes at once, and some of them left over.
constexpr int kAlerts = 150;
constexpr int kOthers = 1000; ///< What the numbers of the alerts that are taken one by one begin with.

using Ids = std::vector<std::string>;

TriageStep stepOf(TriageKind kind, const std::string &id, bool overrule = false)
{
    TriageStep step;
    step.id = id;
    step.kind = kind;
    step.comment = kind == TriageKind::Escalate || kind == TriageKind::Comment ? "because" : "";
    step.disposition = AlertDisposition::Benign;
    step.overrule = overrule;
    return step;
}

SecurityAlert mixedAlert(int number)
{
    const int place = number % kOthers;
    return alertNumber(number, kNoon + place, static_cast<AlertType>(place % 5));
}

/// The same alerts twice: those to be taken at once, and those to be taken one by one.
struct Twins {
    Ids bulk;
    Ids single;
    std::map<std::string, std::string> others; ///< By the id of the second kind, that of the first.

    std::string known(const std::string &id) const
    {
        const auto found = others.find(id);
        return found == others.end() ? id : found->second;
    }
};

Twins twinsOf(std::span<const int> numbers)
{
    Twins twins;
    for (const int number : numbers) {
        twins.bulk.push_back(alertNumber(number, 0).id);
        twins.single.push_back(alertNumber(number + kOthers, 0).id);
        twins.others.emplace(twins.single.back(), twins.bulk.back());
    }
    return twins;
}

void append(TriageReport &to, const TriageReport &from, const Twins &twins)
{
    for (const std::string &id : from.done)
        to.done.push_back(twins.known(id));
    for (TriageConflict conflict : from.conflicts) {
        conflict.alertId = twins.known(conflict.alertId);
        to.conflicts.push_back(conflict);
    }
    for (const std::string &id : from.unknown)
        to.unknown.push_back(twins.known(id));
}

/// What the monitor wrote about each alert, in its order: all of the row but its key. What was refused of one step is one row,
/// however many alerts there were.
std::vector<AuditEvent> monitorRows(Store &store, const Ids &ids, const Twins &twins)
{
    std::map<std::string, std::vector<AuditEvent>> byAlert;
    const auto all = store.fetchAfter(0, 1'000'000);
    for (AuditEvent event : all ? *all : std::vector<AuditEvent>()) {
        if (event.action.ends_with("_refused"))
            continue;
        const std::string id = jsonObjectOf(event.metadata).value(QLatin1String("alertId")).toString().toStdString();
        event.id = 0;
        if (const auto at = event.metadata.find(id); !id.empty() && at != std::string::npos)
            event.metadata.replace(at, id.size(), twins.known(id));
        byAlert[id].push_back(event);
    }
    std::vector<AuditEvent> rows;
    for (const std::string &id : ids)
        rows.insert(rows.end(), byAlert[id].begin(), byAlert[id].end());
    return rows;
}

/// Each alert with its history, as far as both kinds must be alike: keys, and places in the stream of changes, differ.
QStringList standsAs(Store &store, const Ids &ids, const Twins &twins)
{
    QStringList lines;
    for (const std::string &id : ids) {
        const auto found = store.alert(id);
        const auto history = store.history(id);
        if (!found || !*found || !history)
            return {QStringLiteral("error")};
        const SecurityAlert &alert = **found;
        lines.append(QStringLiteral("%1 %2 %3 %4 %5 %6 %7 %8 %9")
                         .arg(QString::fromStdString(twins.known(id)))
                         .arg(static_cast<int>(alert.status))
                         .arg(alert.acknowledged)
                         .arg(alert.disposition ? static_cast<int>(*alert.disposition) : -1)
                         .arg(QString::fromStdString(alert.owner.value_or("-")))
                         .arg(QString::fromStdString(alert.acknowledgedBy.value_or("-")))
                         .arg(alert.acknowledgedAt.value_or(0))
                         .arg(QString::fromStdString(alert.resolvedBy.value_or("-")))
                         .arg(alert.resolvedAt.value_or(0)));
        for (const AlertHistoryEntry &entry : *history) {
            lines.append(QStringLiteral("    %1 %2 %3 %4 %5 %6 %7 %8")
                             .arg(entry.at)
                             .arg(QString::fromStdString(entry.action), QString::fromStdString(entry.actor),
                                  QString::fromStdString(entry.comment), QString::fromStdString(entry.step),
                                  QString::fromStdString(entry.undoes), QString::fromStdString(entry.detail))
                             .arg(entry.undone));
        }
    }
    return lines;
}

/// Whether what is counted as alerts change is what a look at each of them counts.
bool countsHold(Store &store)
{
    const auto all = store.alerts({});
    AlertQuery active;
    active.active = true;
    const auto counted = store.countAlerts(active);
    const auto metrics = store.metricsInputs({});
    if (!all || !counted || !metrics)
        return false;
    const auto expected = std::count_if(all->begin(), all->end(), [](const SecurityAlert &alert) { return alert.isActive(); });
    return *counted == expected && metrics->activeAlerts == expected
        && metrics->resolvedAlerts == static_cast<std::int64_t>(all->size()) - expected;
}

/// Whether a position in the stream of changes is followed by these alerts, in this order, each of a version of its own.
bool isFollowedBy(Store &store, std::int64_t position, const Ids &ids, bool versioned)
{
    const auto changes = store.changesSince(position);
    if (!changes || changes->changed.size() != ids.size() || !changes->removed.empty()
        || changes->position != position + static_cast<std::int64_t>(ids.size())) {
        return false;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const SecurityAlert &alert = changes->changed[i];
        if (alert.id != ids[i] || (versioned && alert.version != position + static_cast<std::int64_t>(i) + 1))
            return false;
    }
    return true;
}

std::int64_t positionOf(Store &store)
{
    const auto changes = store.changesSince(-1);
    return changes ? changes->position : -1;
}

/// Has ann and bob do this and that to some of the alerts, and the same to their twins.
bool mix(Store &store, std::mt19937 &random, int steps, const std::string &name)
{
    constexpr std::array kKinds{TriageKind::Acknowledge, TriageKind::Resolve, TriageKind::Escalate, TriageKind::Own,
                                TriageKind::Comment};
    for (int i = 0; i < steps; ++i) {
        std::vector<int> numbers;
        for (int number = 1; number <= kAlerts; ++number) {
            if (random() % 4 == 0)
                numbers.push_back(number);
        }
        const Twins twins = twinsOf(numbers);
        Ids ids = twins.bulk;
        ids.insert(ids.end(), twins.single.begin(), twins.single.end());
        const TriageStep step = stepOf(kKinds[random() % kKinds.size()], name + std::to_string(i));
        if (!store.triage(ids, step, random() % 2 == 0 ? "ann" : "bob", kNoon + 1000 + i))
            return false;
    }
    return true;
}

/// All alerts in any order, with one that does not exist and one that is named twice.
Twins shuffledTwins(std::mt19937 &random)
{
    std::vector<int> numbers;
    for (int number = 1; number <= kAlerts; ++number)
        numbers.push_back(number);
    std::shuffle(numbers.begin(), numbers.end(), random);
    return twinsOf(numbers);
}

} // namespace

void StoreSuite::takesManyAsItDoesOne_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("overrule");
    QTest::newRow("acknowledge") << static_cast<int>(TriageKind::Acknowledge) << false;
    QTest::newRow("resolve") << static_cast<int>(TriageKind::Resolve) << false;
    QTest::newRow("resolve what is resolved") << static_cast<int>(TriageKind::Resolve) << true;
    QTest::newRow("escalate") << static_cast<int>(TriageKind::Escalate) << false;
    QTest::newRow("own") << static_cast<int>(TriageKind::Own) << false;
    QTest::newRow("own what is owned") << static_cast<int>(TriageKind::Own) << true;
    QTest::newRow("comment") << static_cast<int>(TriageKind::Comment) << false;
}

void StoreSuite::takesManyAsItDoesOne()
{
    QFETCH(int, kind);
    QFETCH(bool, overrule);
    const auto store = connect();
    std::mt19937 random(static_cast<unsigned>(kind) * 2 + overrule + 1);
    std::vector<SecurityAlert> alerts;
    for (int number = 1; number <= kAlerts; ++number) {
        alerts.push_back(mixedAlert(number));
        alerts.push_back(mixedAlert(number + kOthers));
    }
    VERIFY_OK(store->commit(commitOf(alerts)));
    QVERIFY(mix(*store, random, 6, "before"));
    const Twins twins = shuffledTwins(random);
    const bool versioned = static_cast<TriageKind>(kind) != TriageKind::Comment;

    const TriageStep step = stepOf(static_cast<TriageKind>(kind), "step", overrule);
    Ids asked = twins.bulk;
    asked.push_back("nobody");
    asked.insert(asked.begin() + 70, asked.front());
    std::int64_t position = positionOf(*store);
    const auto taken = store->triage(asked, step, "cid", kNoon + 2000);
    VERIFY_OK(taken);
    QVERIFY(taken->done.size() > 20 && taken->done.size() + taken->conflicts.size() == twins.bulk.size());
    QVERIFY(isFollowedBy(*store, position, taken->done, versioned));
    TriageReport expected;
    for (const std::string &id : twins.single)
        append(expected, *store->triage(std::span(&id, 1), step, "cid", kNoon + 2000), twins);
    expected.unknown.push_back("nobody");
    QVERIFY(*taken == expected);
    QCOMPARE(standsAs(*store, twins.bulk, twins), standsAs(*store, twins.single, twins));
    QVERIFY(monitorRows(*store, twins.bulk, twins) == monitorRows(*store, twins.single, twins));
    QVERIFY(countsHold(*store));

    // Others change some of them; what is taken back spares these, and tells by whom they were.
    QVERIFY(mix(*store, random, 2, "between"));
    Ids tenths;
    for (std::size_t i = 0; i < twins.bulk.size(); i += 10)
        tenths.insert(tenths.end(), {twins.bulk[i], twins.single[i]});
    VERIFY_OK(store->triage(tenths, stepOf(TriageKind::Own, "between", true), "dan", kNoon + 2500));
    position = positionOf(*store);
    const auto undone = store->undo(asked, {"undo", "step"}, "cid", kNoon + 3000);
    VERIFY_OK(undone);
    if (versioned)
        QVERIFY(!undone->done.empty() && !undone->conflicts.empty());
    QVERIFY(isFollowedBy(*store, position, undone->done, false));
    expected = {};
    for (const std::string &id : twins.single)
        append(expected, *store->undo(std::span(&id, 1), {"undo", "step"}, "cid", kNoon + 3000), twins);
    expected.unknown.push_back("nobody");
    QVERIFY(*undone == expected);
    QCOMPARE(standsAs(*store, twins.bulk, twins), standsAs(*store, twins.single, twins));
    QVERIFY(monitorRows(*store, twins.bulk, twins) == monitorRows(*store, twins.single, twins));
    QVERIFY(countsHold(*store));
}

/// Whoever takes over part after part ends with what there is, whatever happens between the parts.
void StoreSuite::tellsManyChangesInParts()
{
    constexpr int kMany = 3 * static_cast<int>(kMostChanges);
    const auto store = connect();
    const auto follower = connect();
    std::vector<SecurityAlert> alerts;
    Ids ids;
    for (int number = 1; number <= kMany; ++number) { // Every third is old, and will go.
        alerts.push_back(alertNumber(number, number % 3 == 0 ? kNoon - kDay : kNoon + number));
        ids.push_back(alerts.back().id);
    }
    VERIFY_OK(store->commit(commitOf(alerts)));
    std::int64_t position = positionOf(*follower);
    std::map<std::string, SecurityAlert> known;
    const auto first = follower->alerts({});
    VERIFY_OK(first);
    for (const SecurityAlert &alert : *first)
        known.emplace(alert.id, alert);
    QCOMPARE(known.size(), ids.size());

    VERIFY_OK(store->triage(ids, stepOf(TriageKind::Acknowledge, "many"), "ann", kNoon + 1000));
    EngineCommit retention = commitOf({alertNumber(kMany + 1, kNoon + 1)});
    retention.dropAlertsBefore = kNoon;
    VERIFY_OK(store->commit(retention));
    int parts = 0;
    for (bool more = true; more; ++parts) {
        const auto part = follower->changesSince(position);
        VERIFY_OK(part);
        QVERIFY(part->changed.size() + part->removed.size() <= static_cast<std::size_t>(kMostChanges));
        more = part->position != position;
        QVERIFY(part->position > position || (part->changed.empty() && part->removed.empty()));
        position = part->position;
        for (const SecurityAlert &alert : part->changed)
            known.insert_or_assign(alert.id, alert);
        for (const std::string &id : part->removed)
            known.erase(id);
        if (parts == 1) // One that was told, one that was not, and one that is new.
            VERIFY_OK(store->triage(std::vector{ids[0], ids[ids.size() - 2]}, stepOf(TriageKind::Own, "own"), "bob", kNoon + 2000));
        if (parts == 2)
            VERIFY_OK(store->commit(commitOf({alertNumber(kMany + 2, kNoon + 2)})));
    }
    QVERIFY(parts > 3);
    QCOMPARE(position, positionOf(*store));
    const auto now = store->alerts({});
    VERIFY_OK(now);
    QCOMPARE(known.size(), now->size());
    QCOMPARE(now->size(), ids.size() * 2 / 3 + 2);
    for (const SecurityAlert &alert : *now)
        QVERIFY(known.at(alert.id) == alert);
}

} // namespace bartizan
