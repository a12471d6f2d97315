// SPDX-License-Identifier: GPL-3.0-or-later
#include "storesuite.h"
#include "storetesting.h"

#include "core/domain/jsontext.h"

#include <atomic>
#include <thread>

namespace bartizan {
namespace {

std::vector<std::string> idsOf(const std::vector<SecurityAlert> &alerts)
{
    std::vector<std::string> ids;
    for (const SecurityAlert &alert : alerts)
        ids.push_back(alert.id);
    return ids;
}

std::vector<AuditEvent> monitorRows(Store &store, const std::string &action)
{
    std::vector<AuditEvent> rows;
    const auto all = store.fetchAfter(0, 1'000'000);
    if (!all)
        return rows;
    for (const AuditEvent &event : *all) {
        if (event.origin == RowOrigin::Monitor && event.action == action)
            rows.push_back(event);
    }
    return rows;
}

} // namespace

void StoreSuite::commitsAlertsRowsAndCursorTogether()
{
    const auto store = connect();
    QVERIFY(*store->loadCursor() == EngineCursor{});
    const EngineCursor cursor{17, kNoon + 3, kNoon - kMinute, kNoon + 5};
    const std::vector<SecurityAlert> alerts{alertNumber(1, kNoon), alertNumber(2, kNoon + 1)};
    EngineCommit commit = commitOf(alerts, cursor);
    AuditEvent extra = row(kNoon, SecurityEventType::SystemConfig, AuditOutcome::Success);
    extra.origin = RowOrigin::Monitor;
    extra.action = "extra";
    commit.monitorRows.push_back(extra);
    VERIFY_OK(store->commit(commit));

    const auto other = connect();
    QVERIFY(*other->loadCursor() == cursor);
    QVERIFY(*other->alerts({}) == alerts);
    const auto rows = monitorRows(*other, "security_alert_created");
    QCOMPARE(rows.size(), 2U);
    QCOMPARE(rows[1].timestamp, kNoon + 1);
    QVERIFY(rows[1].severity == AuditSeverity::High);
    QVERIFY(rows[1].context == alerts[1].context);
    QCOMPARE(monitorRows(*other, "extra").size(), 1U);
    const auto history = other->history(alerts[0].id);
    VERIFY_OK(history);
    QCOMPARE(history->size(), 1U);
    QCOMPARE(history->front().action, std::string("created"));
    QCOMPARE(history->front().at, kNoon);
    QCOMPARE(history->front().actor, std::string());
    QCOMPARE(history->front().alertId, alerts[0].id);
}

void StoreSuite::commitsAnAlertOnce()
{
    const auto store = connect();
    const SecurityAlert first = alertNumber(1, kNoon);
    VERIFY_OK(store->commit(commitOf({first})));
    VERIFY_OK(store->acknowledge(std::vector{first.id}, "ann", kNoon + 5, {}));
    const auto before = store->changesSince(-1);
    const auto position = before->position;

    SecurityAlert same = first;
    same.title = "changed";
    const SecurityAlert second = alertNumber(2, kNoon);
    VERIFY_OK(store->commit(commitOf({same, second, second}, {5, 5, 5})));
    const auto alerts = store->alerts({});
    QCOMPARE(alerts->size(), 2U);
    QCOMPARE(alerts->front().title, first.title);
    QVERIFY(alerts->front().acknowledged);
    QCOMPARE(monitorRows(*store, "security_alert_created").size(), 2U);
    QCOMPARE(store->history(second.id)->size(), 1U);
    const auto changes = store->changesSince(position);
    QCOMPARE(idsOf(changes->changed), std::vector{second.id});
    QCOMPARE(store->loadCursor()->lastRowId, 5);
    // A step moves an alert to the end of the stream; its number says still that it was raised before the other.
    const TriageStep step{.id = "s1", .kind = TriageKind::Comment, .comment = "seen"};
    VERIFY_OK(store->triage(std::vector{first.id}, step, "ann", kNoon + 6));
    const auto more = store->changesSince(position);
    QCOMPARE(idsOf(more->changed), (std::vector{second.id, first.id}));
    const auto newest = store->changesSince(-1)->newest;
    QCOMPARE(more->numbers, (std::vector{newest, before->newest}));
    QVERIFY(before->newest < newest);
}

void StoreSuite::countsRepeats()
{
    const auto store = connect();
    const auto follower = connect();
    const SecurityAlert first = alertNumber(1, kNoon);
    const SecurityAlert second = alertNumber(2, kNoon + 1);
    EngineCommit commit = commitOf({first, second});
    commit.repeats = {{first.id, 36, kNoon + 60}}; // Of an alert that is new in the same commit.
    VERIFY_OK(store->commit(commit));
    QCOMPARE(store->alert(first.id)->value().repeats, 36);
    QCOMPARE(store->alert(first.id)->value().lastRepeatAt.value(), kNoon + 60);
    QCOMPARE(store->alert(second.id)->value().repeats, 0);
    QVERIFY(!store->alert(second.id)->value().lastRepeatAt);
    VERIFY_OK(store->acknowledge(std::vector{first.id}, "ann", kNoon, {}));

    // Consoles see the counter move, of an acknowledged alert too; one of an alert that is gone moves nothing.
    const auto position = follower->changesSince(-1)->position;
    EngineCommit more;
    more.repeats = {{first.id, 1, kNoon + 50}, {alertNumber(9, 0).id, 5, kNoon}, {second.id, 2, kNoon + 70}};
    VERIFY_OK(store->commit(more));
    const auto changes = follower->changesSince(position);
    VERIFY_OK(changes);
    QCOMPARE(idsOf(changes->changed), (std::vector{first.id, second.id}));
    QCOMPARE(changes->position, position + 2);
    QCOMPARE(changes->changed[0].repeats, 37);
    QCOMPARE(changes->changed[0].lastRepeatAt.value(), kNoon + 60); // The newest, in whatever order they are told.
    QVERIFY(changes->changed[0].acknowledged);
    QCOMPARE(changes->changed[1].repeats, 2);
    QCOMPARE(changes->changed[1].lastRepeatAt.value(), kNoon + 70);

    EngineCommit gone;
    gone.repeats = {{alertNumber(9, 0).id, 5, kNoon}};
    VERIFY_OK(store->commit(gone));
    QCOMPARE(follower->changesSince(-1)->position, changes->position);
    QCOMPARE(*store->countAlerts({}), 2);
}

void StoreSuite::countsHitsByRule()
{
    const auto store = connect();
    QVERIFY(store->hitsByRule({})->empty());
    std::vector<SecurityAlert> alerts;
    for (int i = 0; i < 5; ++i)
        alerts.push_back(alertNumber(i, kNoon + i));
    alerts[1].rule = alerts[4].rule = "csrf-attack";
    alerts[1].repeats = 3;
    alerts[1].lastRepeatAt = kNoon + 9;
    alerts[3].rule.clear();
    alerts[3].group.clear();
    VERIFY_OK(store->commit(commitOf(alerts)));
    QVERIFY(*store->alerts({}) == alerts);
    QVERIFY((*store->hitsByRule({}) == std::vector<RuleHits>{{"", 1, 0}, {"brute-force", 2, 0}, {"csrf-attack", 2, 3}}));
    QVERIFY((*store->hitsByRule({kNoon + 1, kNoon + 2})
             == std::vector<RuleHits>{{"brute-force", 1, 0}, {"csrf-attack", 1, 3}}));
    AlertQuery query;
    query.rule = "csrf-attack";
    QCOMPARE(idsOf(*store->alerts(query)), (std::vector{alerts[1].id, alerts[4].id}));
    QCOMPARE(*store->countAlerts(query), 2);
    query.rule = "";
    QCOMPARE(*store->countAlerts(query), 1);
}

void StoreSuite::queriesAlerts()
{
    const auto store = connect();
    std::vector<SecurityAlert> alerts;
    for (int i = 0; i < 6; ++i)
        alerts.push_back(alertNumber(i, kNoon + (i % 3) * kMinute, static_cast<AlertType>(i % 2)));
    alerts[0].severity = AlertSeverity::Critical;
    alerts[1].context.ipAddress.reset();
    alerts[2].context.userId = "bob";
    alerts[3].context.companyId = "acme";
    VERIFY_OK(store->commit(commitOf(alerts)));
    VERIFY_OK(store->acknowledge(std::vector{alerts[4].id}, "ann", kNoon, {}));

    const auto numbers = [&](const AlertQuery &query) {
        std::string text;
        const auto found = store->alerts(query);
        const auto counted = store->countAlerts(query);
        if (!found || !counted)
            return std::string("error");
        for (const SecurityAlert &alert : *found)
            text += alert.id.back();
        if (!query.limit && *counted != static_cast<std::int64_t>(found->size()))
            return std::string("count differs");
        return text;
    };
    AlertQuery query;
    QCOMPARE(numbers(query), std::string("031425")); // By time, then in order of creation.
    query.newestFirst = true;
    QCOMPARE(numbers(query), std::string("524130"));
    query.limit = 2;
    QCOMPARE(numbers(query), std::string("52"));
    QCOMPARE(*store->countAlerts(query), 6); // The limit aside.
    query.after = AlertKey{alerts[2].timestamp, alerts[2].id};
    QCOMPARE(numbers(query), std::string("41"));
    query.after = AlertKey{alerts[0].timestamp, alerts[0].id};
    QCOMPARE(numbers(query), std::string());
    query.newestFirst = false;
    query.limit = 10;
    QCOMPARE(numbers(query), std::string("31425"));
    query.after = AlertKey{alerts[4].timestamp, alerts[4].id};
    query.severity = AlertSeverity::High;
    QCOMPARE(numbers(query), std::string("25"));
    query = {};
    query.range = {kNoon + kMinute, kNoon + kMinute};
    QCOMPARE(numbers(query), std::string("14"));
    query = {};
    query.acknowledged = true;
    QCOMPARE(numbers(query), std::string("4"));
    query.acknowledged = false;
    QCOMPARE(numbers(query), std::string("03125"));
    query = {};
    query.severity = AlertSeverity::Critical;
    QCOMPARE(numbers(query), std::string("0"));
    query = {};
    query.type = static_cast<AlertType>(1);
    QCOMPARE(numbers(query), std::string("315"));
    query = {};
    query.ipAddress = "203.0.113.9";
    QCOMPARE(numbers(query), std::string("03425"));
    query = {};
    query.userId = "bob";
    QCOMPARE(numbers(query), std::string("2"));
    query = {};
    query.companyId = "acme";
    QCOMPARE(numbers(query), std::string("3"));
    QVERIFY(!store->alert("no such id")->has_value());
}

void StoreSuite::findsAlertsByTheirIds()
{
    const auto store = connect();
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon + 1), alertNumber(3, kNoon + 2)})));
    const auto found = store->alertsNamed(std::vector<std::string>{alertNumber(3, 0).id, "none", alertNumber(1, 0).id});
    VERIFY_OK(found);
    QVERIFY(idsOf(*found) == (std::vector<std::string>{alertNumber(3, 0).id, alertNumber(1, 0).id}));
    const auto whole = store->alert(alertNumber(3, 0).id);
    VERIFY_OK(whole);
    QVERIFY(*whole == found->front());
    const auto nothing = store->alertsNamed(std::vector<std::string>());
    VERIFY_OK(nothing);
    QVERIFY(nothing->empty());
}

void StoreSuite::acknowledgesOnce()
{
    const auto store = connect();
    const SecurityAlert alert = alertNumber(1, kNoon, AlertType::RateLimitBreach);
    VERIFY_OK(store->commit(commitOf({alert})));
    const std::vector<std::string> ids{alert.id, "nobody", alert.id};
    const auto first = store->acknowledge(ids, "ann", kNoon + 10, "handled");
    VERIFY_OK(first);
    QVERIFY((*first == AcknowledgeReport{{alert.id}, {}, {"nobody"}}));
    const auto second = store->acknowledge(std::vector{alert.id}, "bob", kNoon + 20, "me too");
    VERIFY_OK(second);
    QVERIFY((*second == AcknowledgeReport{{}, {{alert.id, "ann", kNoon + 10}}, {}}));

    const auto stored = *store->alert(alert.id);
    QVERIFY(stored->acknowledged);
    QCOMPARE(stored->acknowledgedBy.value(), std::string("ann"));
    QCOMPARE(stored->acknowledgedAt.value(), kNoon + 10);

    const auto rows = monitorRows(*store, "alert_acknowledged");
    QCOMPARE(rows.size(), 1U);
    QVERIFY(rows[0].eventType == SecurityEventType::SystemConfig);
    QVERIFY(rows[0].outcome == AuditOutcome::Success);
    QVERIFY(rows[0].severity == AuditSeverity::Info);
    QCOMPARE(rows[0].timestamp, kNoon + 10);
    QCOMPARE(rows[0].context.userId.value(), std::string("ann"));
    const QJsonObject metadata = jsonObjectOf(rows[0].metadata);
    QCOMPARE(metadata.size(), 2);
    QCOMPARE(metadata.value(QLatin1String("alertId")).toString().toStdString(), alert.id);
    QCOMPARE(metadata.value(QLatin1String("alertType")).toString(), QStringLiteral("RATE_LIMIT_BREACH"));

    const auto history = store->history(alert.id);
    QCOMPARE(history->size(), 3U);
    QCOMPARE((*history)[1].action, std::string("acknowledged"));
    QCOMPARE((*history)[1].comment, std::string("handled"));
    QCOMPARE((*history)[2].action, std::string("acknowledge_refused"));
    QCOMPARE((*history)[2].actor, std::string("bob"));
    QCOMPARE((*history)[2].at, kNoon + 20);
}

void StoreSuite::acknowledgesInARace()
{
    const auto store = connect();
    std::vector<SecurityAlert> alerts;
    for (int i = 0; i < 200; ++i)
        alerts.push_back(alertNumber(i, kNoon + i));
    VERIFY_OK(store->commit(commitOf(alerts)));
    const std::vector<std::string> ids = idsOf(alerts);
    std::atomic<int> won{0};
    std::atomic<int> refused{0};
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&, t] {
            const auto own = connect();
            for (std::size_t i = 0; i < ids.size(); i += 20) {
                const auto report = own->acknowledge(std::span(ids).subspan(i, 20), "t" + std::to_string(t), kNoon, {});
                failed += !report.ok();
                if (report) {
                    won += static_cast<int>(report->acknowledged.size());
                    refused += static_cast<int>(report->already.size());
                }
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(failed.load(), 0);
    QCOMPARE(won.load(), 200);
    QCOMPARE(refused.load(), 400);
    QCOMPARE(monitorRows(*store, "alert_acknowledged").size(), 200U);
}

void StoreSuite::acknowledgesManyAtOnce()
{
    const auto store = connect();
    std::vector<SecurityAlert> alerts;
    for (int i = 0; i < 10'000; ++i)
        alerts.push_back(alertNumber(i, kNoon + i));
    VERIFY_OK(store->commit(commitOf(alerts)));
    const auto position = store->changesSince(-1)->position;
    const auto report = store->acknowledge(idsOf(alerts), "ann", kNoon, {});
    VERIFY_OK(report);
    QCOMPARE(report->acknowledged, idsOf(alerts)); // In the order asked for.
    AlertQuery active;
    active.acknowledged = false;
    QCOMPARE(*store->countAlerts(active), 0);
    QCOMPARE(allChangesSince(*store, position).changed.size(), alerts.size());
    QCOMPARE(store->backlog(0)->count, 20'000);
}

void StoreSuite::retentionLeavesTombstones()
{
    const auto store = connect();
    const SecurityAlert old = alertNumber(1, kNoon - kDay);
    const SecurityAlert edge = alertNumber(2, kNoon);
    VERIFY_OK(store->commit(commitOf({old, edge})));
    const auto position = store->changesSince(-1)->position;

    EngineCommit commit = commitOf({alertNumber(3, kNoon - kHour), alertNumber(4, kNoon + 1)});
    commit.dropAlertsBefore = kNoon;
    VERIFY_OK(store->commit(commit));
    QCOMPARE(idsOf(*store->alerts({})), (std::vector{edge.id, alertNumber(4, 0).id}));
    QVERIFY(store->history(old.id)->empty());
    const auto changes = store->changesSince(position);
    VERIFY_OK(changes);
    QCOMPARE(idsOf(changes->changed), std::vector{alertNumber(4, 0).id});
    QCOMPARE(changes->removed, (std::vector{old.id, alertNumber(3, 0).id}));
    QCOMPARE(changes->position, position + 4);

    // What retention dropped does not come back when its event is processed again, nor does its row.
    const auto rowsBefore = *store->countEvents({});
    VERIFY_OK(store->commit(commitOf({old})));
    QCOMPARE(*store->countAlerts({}), 2);
    QCOMPARE(*store->countEvents({}), rowsBefore);
    QCOMPARE(store->changesSince(-1)->position, changes->position);
}

void StoreSuite::retentionCountsFromWhenAlertsWereRaised()
{
    const auto store = connect();
    EngineCommit imported = commitOf({alertNumber(1, kNoon - 400 * kDay)});
    imported.at = kNoon;
    VERIFY_OK(store->commit(imported));
    EngineCommit later;
    later.dropAlertsBefore = kNoon;
    VERIFY_OK(store->commit(later));
    QCOMPARE(*store->countAlerts({}), 1);
    later.dropAlertsBefore = kNoon + 1;
    VERIFY_OK(store->commit(later));
    QCOMPARE(*store->countAlerts({}), 0);
}

void StoreSuite::prunesTombstones()
{
    const auto store = connect();
    SecurityAlert timed = alertNumber(4, kNoon - 1);
    timed.eventId = 0;
    const std::vector<SecurityAlert> dropped{alertNumber(1, kNoon - 1), alertNumber(9, kNoon - 1), timed};
    EngineCommit commit = commitOf(dropped, {5, kNoon, 1, 0});
    commit.dropAlertsBefore = kNoon;
    VERIFY_OK(store->commit(commit));
    const auto buried = [&] { return store->changesSince(0)->removed; };
    QCOMPARE(buried(), idsOf(dropped));

    EngineCommit next;
    next.cursor = {5, kNoon - 2, 1, 0}; // Neither row 9 is done, nor the tick.
    next.dropAlertsBefore = kNoon + 90 * kDay;
    VERIFY_OK(store->commit(next));
    QCOMPARE(buried(), idsOf(dropped)); // Not yet: 90 days, no more.
    *next.dropAlertsBefore += 1;
    VERIFY_OK(store->commit(next));
    QCOMPARE(buried(), (std::vector{dropped[1].id, timed.id}));
    // Neither comes back while it can be raised again.
    VERIFY_OK(store->commit(commitOf({dropped[1], timed}, next.cursor)));
    QCOMPARE(*store->countAlerts({}), 0);
    next.cursor = {9, kNoon, 1, 0};
    VERIFY_OK(store->commit(next));
    QVERIFY(buried().empty());
}

void StoreSuite::followsChanges()
{
    const auto store = connect();
    const auto follower = connect();
    QVERIFY(follower->changesSince(-1)->changed.empty());
    auto position = follower->changesSince(-1)->position;
    VERIFY_OK(store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon + 1)})));
    auto changes = follower->changesSince(position);
    VERIFY_OK(changes);
    QCOMPARE(changes->changed.size(), 2U);
    QVERIFY(changes->removed.empty());
    position = changes->position;
    QVERIFY(follower->changesSince(position)->changed.empty());

    VERIFY_OK(store->acknowledge(std::vector{alertNumber(1, 0).id}, "ann", kNoon, {}));
    changes = follower->changesSince(position);
    QCOMPARE(idsOf(changes->changed), std::vector{alertNumber(1, 0).id});
    QVERIFY(changes->changed.front().acknowledged);
    // An acknowledgement that is refused changes no alert.
    position = changes->position;
    VERIFY_OK(store->acknowledge(std::vector{alertNumber(1, 0).id}, "bob", kNoon, {}));
    QVERIFY(follower->changesSince(position)->changed.empty());
    // From the start: each alert once, as it is now.
    changes = follower->changesSince(0);
    QCOMPARE(idsOf(changes->changed), (std::vector{alertNumber(2, 0).id, alertNumber(1, 0).id}));
}

void StoreSuite::settingsBeginWithDefaults()
{
    const auto store = connect();
    const auto settings = store->loadSettings();
    VERIFY_OK(settings);
    QVERIFY(settings->config == MonitoringConfig::defaults());
    QCOMPARE(settings->timeZone, std::string("UTC"));
    QCOMPARE(settings->version, 0);
}

void StoreSuite::updatesSettingsWithAnAuditRow()
{
    const auto store = connect();
    const QJsonObject update = jsonObjectOf(
        R"({"thresholds":{"failedLoginsPerMinute":7,"adminActionsPerHour":25},"alerting":{"channels":["SLACK"]}})");
    const auto changed = store->updateSettings(update, "Europe/Berlin", "ann", kNoon);
    VERIFY_OK(changed);
    QCOMPARE(changed->version, 1);
    const auto other = connect();
    const auto loaded = other->loadSettings();
    VERIFY_OK(loaded);
    QVERIFY(*loaded == *changed);
    QCOMPARE(loaded->config.thresholds.failedLoginsPerMinute, 7);
    QCOMPARE(loaded->config.thresholds.failedLoginsPerHour, 20);
    QVERIFY(loaded->config.alerting.channels == std::vector{AlertChannel::Slack});
    QCOMPARE(loaded->timeZone, std::string("Europe/Berlin"));

    const auto rows = monitorRows(*store, "monitoring_config_changed");
    QCOMPARE(rows.size(), 1U);
    QVERIFY(rows[0].eventType == SecurityEventType::SystemConfig);
    QCOMPARE(rows[0].context.userId.value(), std::string("ann"));
    const QJsonObject expected = jsonObjectOf(
        R"({"old":{"thresholds":{"failedLoginsPerMinute":5},"alerting":{"channels":["EMAIL"]},"timeZone":"UTC"},)"
        R"("new":{"thresholds":{"failedLoginsPerMinute":7},"alerting":{"channels":["SLACK"]},)"
        R"("timeZone":"Europe/Berlin"}})");
    QCOMPARE(jsonObjectOf(rows[0].metadata), expected);

    const auto geo = other->updateSettings({}, {}, "ann", kNoon, "/var/lib/GeoIP/GeoLite2-City.mmdb");
    VERIFY_OK(geo);
    QCOMPARE(store->loadSettings()->geoDatabase, std::string("/var/lib/GeoIP/GeoLite2-City.mmdb"));
    QCOMPARE(jsonObjectOf(monitorRows(*store, "monitoring_config_changed").back().metadata),
             jsonObjectOf(R"({"old":{"geoDatabase":"bundled"},"new":{"geoDatabase":"/var/lib/GeoIP/GeoLite2-City.mmdb"}})"));
    VERIFY_OK(other->updateSettings({}, {}, "ann", kNoon, std::string(kGeoBundled)));

    // What changes nothing leaves no trace; an empty time zone or GeoIP database keeps the present one.
    const auto same = store->updateSettings(update, {}, "bob", kNoon + 1);
    VERIFY_OK(same);
    QVERIFY(same->config == changed->config);
    QCOMPARE(same->timeZone, changed->timeZone);
    QCOMPARE(monitorRows(*store, "monitoring_config_changed").size(), 3U);
}

void StoreSuite::refusesWrongSettingsWhole()
{
    const auto store = connect();
    const auto range = store->updateSettings(
        jsonObjectOf(R"({"thresholds":{"failedLoginsPerHour":30,"failedLoginsPerMinute":0}})"), {}, "ann", kNoon);
    QVERIFY(!range);
    QVERIFY2(range.error().message.contains(QLatin1String("failedLoginsPerMinute")), qPrintable(range.error().message));
    const auto zone = store->updateSettings(jsonObjectOf(R"({"thresholds":{"failedLoginsPerHour":30}})"), "Mars/Olympus",
                                            "ann", kNoon);
    QVERIFY(!zone);
    QVERIFY(zone.error().message.contains(QLatin1String("Mars/Olympus")));
    for (const char *path : {"GeoLite2-City.mmdb", "../x.mmdb", "on"}) {
        const auto geo = store->updateSettings({}, "Asia/Tokyo", "ann", kNoon, path);
        QVERIFY(!geo);
        QVERIFY2(geo.error().message.contains(QLatin1String(path)), qPrintable(geo.error().message));
    }
    QVERIFY(store->loadSettings()->config == MonitoringConfig::defaults());
    QCOMPARE(store->loadSettings()->timeZone, std::string("UTC"));
    QCOMPARE(*store->countEvents({}), 0);
}

} // namespace bartizan
