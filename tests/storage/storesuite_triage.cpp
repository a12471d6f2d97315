// SPDX-License-Identifier: GPL-3.0-or-later
#include "storesuite.h"
#include "storetesting.h"

#include "core/domain/jsontext.h"

namespace bartizan {
namespace {

TriageStep stepOf(const std::string &id, TriageKind kind, const std::string &comment = {})
{
    TriageStep step;
    step.id = id;
    step.kind = kind;
    step.comment = comment;
    return step;
}

TriageStep resolveStep(const std::string &id, AlertDisposition disposition, const std::string &comment = {})
{
    TriageStep step = stepOf(id, TriageKind::Resolve, comment);
    step.disposition = disposition;
    return step;
}

/// The monitor's rows but those about raising alerts: "action metadata-value…".
QStringList triageRows(Store &store)
{
    QStringList rows;
    const auto all = store.fetchAfter(0, 1'000'000);
    if (!all)
        return {QStringLiteral("error")};
    for (const AuditEvent &event : *all) {
        if (event.origin != RowOrigin::Monitor || event.action == "security_alert_created")
            continue;
        const QJsonObject metadata = jsonObjectOf(event.metadata);
        QStringList words{QString::fromStdString(event.action), QString::fromStdString(event.context.userId.value_or("?")),
                          metadata.value(QLatin1String("alertType")).toString()};
        for (const char *key : {"disposition", "undone"}) {
            if (metadata.contains(QLatin1String(key)))
                words.append(metadata.value(QLatin1String(key)).toString());
        }
        const AuditOutcome outcome = event.action.ends_with("_refused") ? AuditOutcome::Failure : AuditOutcome::Success;
        const bool plain = event.eventType == SecurityEventType::SystemConfig && event.outcome == outcome
            && event.severity == AuditSeverity::Info && !metadata.value(QLatin1String("alertId")).toString().isEmpty();
        rows.append(words.join(QLatin1Char(' ')) + (plain ? QString() : QStringLiteral(" (odd)")));
    }
    return rows;
}

/// The history of an alert: "action actor detail".
QStringList historyOf(Store &store, const std::string &id)
{
    QStringList lines;
    const auto history = store.history(id);
    if (!history)
        return {QStringLiteral("error")};
    for (const AlertHistoryEntry &entry : *history) {
        QStringList words{QString::fromStdString(entry.action)};
        for (const std::string &word : {entry.actor, entry.detail}) {
            if (!word.empty())
                words.append(QString::fromStdString(word));
        }
        lines.append(words.join(QLatin1Char(' ')) + (entry.undone ? QStringLiteral(" (undone)") : QString()));
    }
    return lines;
}

SecurityAlert stored(Store &store, const std::string &id)
{
    const auto found = store.alert(id);
    return found && *found ? **found : SecurityAlert();
}

/// The same, but for the version, which no test knows beforehand.
bool sameButForVersion(SecurityAlert one, const SecurityAlert &other)
{
    one.version = other.version;
    return one == other;
}

std::int64_t activeCount(Store &store)
{
    AlertQuery active;
    active.acknowledged = false;
    const auto count = store.countAlerts(active);
    return count ? *count : -1;
}

} // namespace

void StoreSuite::takesEveryStep()
{
    const auto store = connect();
    const SecurityAlert raised = alertNumber(1, kNoon, AlertType::RateLimitBreach);
    const std::vector ids{raised.id};
    VERIFY_OK(store->commit(commitOf({raised})));
    SecurityAlert expected = raised;
    QVERIFY(stored(*store, raised.id) == expected);

    const auto owned = store->triage(ids, stepOf("s1", TriageKind::Own), "ann", kNoon + 1);
    VERIFY_OK(owned);
    QVERIFY((*owned == TriageReport{ids, {}, {}}));
    expected.owner = "ann";
    QVERIFY(sameButForVersion(stored(*store, raised.id), expected));

    VERIFY_OK(store->triage(ids, stepOf("s2", TriageKind::Escalate, "over to you"), "ann", kNoon + 2));
    expected.status = AlertStatus::Escalated;
    QVERIFY(sameButForVersion(stored(*store, raised.id), expected));
    QCOMPARE(activeCount(*store), 1);

    const std::int64_t version = stored(*store, raised.id).version;
    QVERIFY(version > 0);
    VERIFY_OK(store->triage(ids, stepOf("s3", TriageKind::Comment, "looking"), "bob", kNoon + 3));
    QVERIFY(sameButForVersion(stored(*store, raised.id), expected));
    QCOMPARE(stored(*store, raised.id).version, version);

    VERIFY_OK(store->triage(ids, resolveStep("s4", AlertDisposition::FalsePositive, "a scan of ours"), "bob", kNoon + 4));
    expected.status = AlertStatus::Resolved;
    expected.disposition = AlertDisposition::FalsePositive;
    expected.resolvedBy = expected.acknowledgedBy = "bob";
    expected.resolvedAt = expected.acknowledgedAt = kNoon + 4;
    expected.acknowledged = true;
    QVERIFY(sameButForVersion(stored(*connect(), raised.id), expected));
    QCOMPARE(activeCount(*store), 0);

    QCOMPARE(historyOf(*store, raised.id),
             (QStringList{QStringLiteral("created"), QStringLiteral("owned ann"), QStringLiteral("escalated ann"),
                          QStringLiteral("commented bob"), QStringLiteral("resolved bob FALSE_POSITIVE")}));
    const auto history = *store->history(raised.id);
    QCOMPARE(history[2].at, kNoon + 2);
    QCOMPARE(history[2].step, std::string("s2"));
    const auto comments = commentsIn(history);
    QCOMPARE(comments.size(), 3U);
    QCOMPARE(comments[0].comment, std::string("over to you"));
    QCOMPARE(comments[2].comment, std::string("a scan of ours"));
    QCOMPARE(triageRows(*store),
             (QStringList{QStringLiteral("alert_owned ann RATE_LIMIT_BREACH"),
                          QStringLiteral("alert_escalated ann RATE_LIMIT_BREACH"),
                          QStringLiteral("alert_commented bob RATE_LIMIT_BREACH"),
                          QStringLiteral("alert_resolved bob RATE_LIMIT_BREACH FALSE_POSITIVE")}));
}

void StoreSuite::resolvingAcknowledges()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id, alertNumber(2, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon)})));
    VERIFY_OK(store->triage(std::vector{ids[0]}, stepOf("a", TriageKind::Acknowledge), "ann", kNoon + 1));
    VERIFY_OK(store->triage(ids, resolveStep("r", AlertDisposition::Benign), "bob", kNoon + 2));
    const SecurityAlert first = stored(*store, ids[0]);
    QCOMPARE(first.acknowledgedBy.value(), std::string("ann")); // The first acknowledgement stands.
    QCOMPARE(first.acknowledgedAt.value(), kNoon + 1);
    QCOMPARE(first.resolvedBy.value(), std::string("bob"));
    QCOMPARE(stored(*store, ids[1]).acknowledgedBy.value(), std::string("bob"));
    QCOMPARE(activeCount(*store), 0);
    const auto metrics = store->metricsInputs({});
    VERIFY_OK(metrics);
    QCOMPARE(metrics->activeAlerts, 0);
    QCOMPARE(metrics->resolvedAlerts, 2);
}

void StoreSuite::acknowledgingEndsAnEscalation()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon)})));
    VERIFY_OK(store->triage(ids, stepOf("e", TriageKind::Escalate, "please"), "ann", kNoon + 1));
    const auto report = store->acknowledge(ids, "chief", kNoon + 2, {});
    VERIFY_OK(report);
    QCOMPARE(report->acknowledged, ids);
    QVERIFY(stored(*store, ids[0]).status == AlertStatus::Acknowledged);
    // An acknowledged one can be escalated, and stays acknowledged.
    VERIFY_OK(store->triage(ids, stepOf("f", TriageKind::Escalate, "again"), "chief", kNoon + 3));
    QVERIFY(stored(*store, ids[0]).status == AlertStatus::Escalated);
    QCOMPARE(stored(*store, ids[0]).acknowledgedBy.value(), std::string("chief"));
    QCOMPARE(activeCount(*store), 0);
}

void StoreSuite::tellsWhoWasThereBefore()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id};
    const std::string &id = ids[0];
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon)})));
    const auto conflictOf = [&](const TriageStep &step) {
        const auto report = store->triage(ids, step, "bob", kNoon + 50);
        return report && report->done.empty() && report->conflicts.size() == 1 ? report->conflicts[0] : TriageConflict();
    };
    VERIFY_OK(store->triage(ids, stepOf("1", TriageKind::Own), "ann", kNoon + 1));
    VERIFY_OK(store->triage(ids, stepOf("2", TriageKind::Escalate, "x"), "ann", kNoon + 2));
    QVERIFY((conflictOf(stepOf("3", TriageKind::Own)) == TriageConflict{id, "owned", "ann", kNoon + 1}));
    QVERIFY((conflictOf(stepOf("4", TriageKind::Escalate, "y")) == TriageConflict{id, "escalated", "ann", kNoon + 2}));
    VERIFY_OK(store->triage(ids, stepOf("5", TriageKind::Acknowledge), "cid", kNoon + 3));
    QVERIFY((conflictOf(stepOf("6", TriageKind::Acknowledge)) == TriageConflict{id, "acknowledged", "cid", kNoon + 3}));
    VERIFY_OK(store->triage(ids, resolveStep("7", AlertDisposition::Duplicate), "dan", kNoon + 4));
    const SecurityAlert before = stored(*store, id);
    const QStringList rows = triageRows(*store);
    const QString type = rows.constFirst().section(QLatin1Char(' '), 2, 2);
    QVERIFY((conflictOf(resolveStep("8", AlertDisposition::Benign)) == TriageConflict{id, "resolved", "dan", kNoon + 4}));
    QVERIFY((conflictOf(stepOf("9", TriageKind::Escalate, "z")) == TriageConflict{id, "resolved", "dan", kNoon + 4}));
    QVERIFY(stored(*store, id) == before);
    // What changed nothing is in the history, of a server's database in the audit log as well.
    const QStringList refused{QStringLiteral("alert_resolve_refused bob %1 BENIGN").arg(type),
                              QStringLiteral("alert_escalate_refused bob %1").arg(type)};
    QCOMPARE(triageRows(*store), auditsRefusals() ? rows + refused : rows);
    QVERIFY(historyOf(*store, id).endsWith(QStringLiteral("escalate_refused bob")));

    const auto mixed = store->triage(std::vector<std::string>{"nobody", id, "nobody"}, stepOf("10", TriageKind::Own), "ann", kNoon);
    VERIFY_OK(mixed);
    QCOMPARE(mixed->unknown, std::vector<std::string>{"nobody"});
    QCOMPARE(mixed->conflicts.size(), 1U);
}

void StoreSuite::overrulesWhereAsked()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon)})));
    VERIFY_OK(store->triage(ids, stepOf("1", TriageKind::Own), "ann", kNoon + 1));
    VERIFY_OK(store->triage(ids, resolveStep("2", AlertDisposition::Benign), "ann", kNoon + 2));
    TriageStep own = stepOf("3", TriageKind::Own);
    own.overrule = true;
    TriageStep resolve = resolveStep("4", AlertDisposition::TruePositive, "it was real");
    resolve.overrule = true;
    QCOMPARE(store->triage(ids, own, "bob", kNoon + 3)->done, ids);
    QCOMPARE(store->triage(ids, resolve, "bob", kNoon + 4)->done, ids);
    const SecurityAlert alert = stored(*store, ids[0]);
    QCOMPARE(alert.owner.value(), std::string("bob"));
    QVERIFY(alert.disposition == AlertDisposition::TruePositive);
    QCOMPARE(alert.resolvedBy.value(), std::string("bob"));
    QCOMPARE(alert.acknowledgedBy.value(), std::string("ann"));
    own.id = "5"; // What is one's own already is not taken again.
    QCOMPARE(store->triage(ids, own, "bob", kNoon + 5)->conflicts.size(), 1U);
}

void StoreSuite::refusesStepsThatLackSomething()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon)})));
    QVERIFY(!store->triage(ids, stepOf("1", TriageKind::Escalate), "ann", kNoon));
    QVERIFY(!store->triage(ids, stepOf("2", TriageKind::Comment, " \n"), "ann", kNoon));
    QVERIFY(!store->triage(ids, stepOf("3", TriageKind::Comment, std::string(kCommentBytes + 1, 'x')), "ann", kNoon));
    QVERIFY(!store->triage(ids, stepOf("", TriageKind::Own), "ann", kNoon));
    QVERIFY(stored(*store, ids[0]) == alertNumber(1, kNoon));
    QCOMPARE(historyOf(*store, ids[0]), QStringList{QStringLiteral("created")});
    const std::string odd = std::string("nul \0 and <b>", 13);
    VERIFY_OK(store->triage(ids, stepOf("4", TriageKind::Comment, std::string(kCommentBytes - 13, 'x') + odd), "ann", kNoon));
    QCOMPARE(store->history(ids[0])->back().comment.size(), kCommentBytes);
}

void StoreSuite::undoesEveryStep()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon)})));
    TriageStep again = resolveStep("4", AlertDisposition::Duplicate);
    again.overrule = true;
    const std::vector<TriageStep> steps{stepOf("0", TriageKind::Escalate, "x"), stepOf("1", TriageKind::Own),
                                        stepOf("2", TriageKind::Acknowledge),
                                        resolveStep("3", AlertDisposition::TruePositive), again};
    std::vector<SecurityAlert> stands{stored(*store, ids[0])};
    for (const TriageStep &step : steps) {
        QCOMPARE(store->triage(ids, step, "ann", kNoon + 1)->done, ids);
        stands.push_back(stored(*store, ids[0]));
    }
    // Back again, the last one first.
    for (std::size_t i = steps.size(); i-- > 0;) {
        QVERIFY(stands[i + 1].version != stands[i].version);
        QCOMPARE(*store->alertsOfStep(steps[i].id), ids);
        const auto undone = store->undo(ids, {"u" + steps[i].id, steps[i].id}, "bob", kNoon + 2);
        VERIFY_OK(undone);
        QVERIFY((*undone == TriageReport{ids, {}, {}}));
        QVERIFY(stored(*store, ids[0]) == stands[i]);
    }
    QCOMPARE(activeCount(*store), 1);
    QVERIFY(historyOf(*store, ids[0]).contains(QStringLiteral("resolved ann DUPLICATE (undone)")));
    QVERIFY(historyOf(*store, ids[0]).endsWith(QStringLiteral("undone bob escalated")));
    QVERIFY(triageRows(*store).contains(QStringLiteral("alert_triage_undone bob BRUTE_FORCE_ATTACK alert_resolved")));
}

void StoreSuite::undoSparesWhatSomebodyChangedSince()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id, alertNumber(2, kNoon).id, alertNumber(3, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon), alertNumber(3, kNoon)})));
    const std::vector two{ids[0], ids[1]};
    VERIFY_OK(store->triage(two, stepOf("a", TriageKind::Acknowledge), "ann", kNoon + 1));
    VERIFY_OK(store->triage(std::vector{ids[0]}, stepOf("o", TriageKind::Own), "bob", kNoon + 2));
    VERIFY_OK(store->triage(std::vector{ids[1]}, stepOf("c", TriageKind::Comment, "a comment is no change"), "bob", kNoon + 3));
    const SecurityAlert changed = stored(*store, ids[0]);
    const auto undone = store->undo(std::vector<std::string>{ids[0], ids[1], ids[2], "nobody"}, {"u", "a"}, "ann", kNoon + 4);
    VERIFY_OK(undone);
    QVERIFY((*undone == TriageReport{{ids[1]}, {{ids[0], "owned", "bob", kNoon + 2}}, {ids[2], "nobody"}}));
    QVERIFY(stored(*store, ids[0]) == changed);
    QVERIFY(!stored(*store, ids[1]).acknowledged);
    QVERIFY(stored(*store, ids[1]).status == AlertStatus::New);
    QCOMPARE(activeCount(*store), 2);
    // A second time it has been undone already.
    const auto twice = store->undo(std::vector{ids[1]}, {"v", "a"}, "cid", kNoon + 5);
    VERIFY_OK(twice);
    QVERIFY((*twice == TriageReport{{}, {{ids[1], "undone", "ann", kNoon + 4}}, {}}));
    QCOMPARE(store->undo(ids, {"w", "no such step"}, "cid", kNoon + 6)->unknown, ids);
}

void StoreSuite::undoesAnUndo()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon)})));
    VERIFY_OK(store->triage(ids, resolveStep("r", AlertDisposition::Benign, "ours"), "ann", kNoon + 1));
    const SecurityAlert resolved = stored(*store, ids[0]);
    VERIFY_OK(store->undo(ids, {"u", "r"}, "ann", kNoon + 2));
    QVERIFY(commentsIn(*store->history(ids[0])).empty());
    const auto redone = store->undo(ids, {"v", "u"}, "ann", kNoon + 3);
    VERIFY_OK(redone);
    QCOMPARE(redone->done, ids);
    QVERIFY(stored(*store, ids[0]) == resolved);
    QCOMPARE(commentsIn(*store->history(ids[0])).size(), 1U);
    QCOMPARE(historyOf(*store, ids[0]),
             (QStringList{QStringLiteral("created"), QStringLiteral("resolved ann BENIGN"),
                          QStringLiteral("undone ann resolved (undone)"), QStringLiteral("undone ann undone")}));
}

void StoreSuite::takesCommentsBack()
{
    const auto store = connect();
    const std::vector ids{alertNumber(1, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon)})));
    VERIFY_OK(store->triage(ids, stepOf("c", TriageKind::Comment, "wrong alert"), "ann", kNoon + 1));
    VERIFY_OK(store->triage(ids, stepOf("d", TriageKind::Comment, "right"), "ann", kNoon + 2));
    QCOMPARE(store->undo(ids, {"u", "c"}, "ann", kNoon + 3)->done, ids);
    const auto comments = commentsIn(*store->history(ids[0]));
    QCOMPARE(comments.size(), 1U);
    QCOMPARE(comments[0].comment, std::string("right"));
    QCOMPARE(stored(*store, ids[0]).version, 0);
    const auto twice = store->undo(ids, {"v", "c"}, "bob", kNoon + 4);
    VERIFY_OK(twice);
    QVERIFY((*twice == TriageReport{{}, {{ids[0], "undone", "ann", kNoon + 3}}, {}}));
    QCOMPARE(store->undo(ids, {"w", "u"}, "ann", kNoon + 5)->done, ids);
    QCOMPARE(commentsIn(*store->history(ids[0])).size(), 2U);
}

void StoreSuite::stepsInPartsAreOne()
{
    const auto store = connect();
    std::vector<SecurityAlert> alerts;
    std::vector<std::string> ids;
    for (int i = 0; i < 300; ++i) {
        alerts.push_back(alertNumber(i, kNoon + i));
        ids.push_back(alerts.back().id);
    }
    VERIFY_OK(store->commit(commitOf(alerts)));
    const TriageStep step = stepOf("bulk", TriageKind::Acknowledge);
    for (std::size_t i = 0; i < ids.size(); i += 100)
        QCOMPARE(store->triage(std::span(ids).subspan(i, 100), step, "ann", kNoon)->done.size(), 100U);
    QCOMPARE(*store->alertsOfStep("bulk"), ids);
    QCOMPARE(activeCount(*store), 0);
    for (std::size_t i = 0; i < 200; i += 100)
        QCOMPARE(store->undo(std::span(ids).subspan(i, 100), {"back", "bulk"}, "ann", kNoon)->done.size(), 100U);
    QCOMPARE(activeCount(*store), 200);
    QCOMPARE(store->alertsOfStep("back")->size(), 200U);
    QVERIFY(store->alertsOfStep("another")->empty());
}

void StoreSuite::triageIsFollowed()
{
    const auto store = connect();
    const auto follower = connect();
    const std::vector ids{alertNumber(1, kNoon).id, alertNumber(2, kNoon).id};
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon)})));
    std::int64_t position = follower->changesSince(-1)->position;
    const auto told = [&] {
        const auto changes = follower->changesSince(position);
        if (!changes)
            return std::vector<std::string>{"error"};
        position = changes->position;
        std::vector<std::string> changed;
        for (const SecurityAlert &alert : changes->changed)
            changed.push_back(alert.id);
        return changed;
    };
    VERIFY_OK(store->triage(ids, stepOf("o", TriageKind::Own), "ann", kNoon));
    QCOMPARE(told(), ids);
    VERIFY_OK(store->triage(std::vector{ids[1]}, stepOf("c", TriageKind::Comment, "x"), "ann", kNoon));
    QCOMPARE(told(), std::vector{ids[1]});
    VERIFY_OK(store->triage(ids, stepOf("p", TriageKind::Own), "bob", kNoon)); // Conflicts alone change no alert.
    QCOMPARE(told(), std::vector<std::string>());
    VERIFY_OK(store->undo(std::vector{ids[0]}, {"u", "o"}, "ann", kNoon));
    QCOMPARE(told(), std::vector{ids[0]});
}

} // namespace bartizan
