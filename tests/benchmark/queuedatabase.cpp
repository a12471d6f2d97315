// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmark/queuedatabase.h"

#include "core/storage/openstore.h"

#include <QDateTime>

#include <array>
#include <cstdio>

namespace bartizan::queuedatabase {
namespace {

constexpr int kCommit = 5000;

SecurityAlert alertNumber(int i, TimestampMs now, int all)
{
    static constexpr std::array kCountries{"NL", "CN", "US", "RU", "BR", "DE", "FR", "IN"};
    SecurityAlert alert;
    char id[40];
    std::snprintf(id, sizeof id, "%08x-0000-5000-8000-%012x", static_cast<unsigned>(i) * 2654435761U, static_cast<unsigned>(i));
    alert.id = id;
    alert.timestamp = now - kMinute - static_cast<TimestampMs>(all - i) * (20 * kDay / std::max(1, all));
    alert.severity = static_cast<AlertSeverity>(i * 7 % 4);
    alert.type = static_cast<AlertType>(i % 15);
    alert.title = std::string(toString(alert.type)) + " detected";
    const std::string address = std::to_string(11 + i % 199) + '.' + std::to_string(i / 199 % 251) + ".113." + std::to_string(i % 7);
    alert.description = std::to_string(5 + i % 40) + " failed logins from " + address + " within 5 min";
    alert.context.ipAddress = address;
    alert.context.userId = "user" + std::to_string(i * 31 % 20'000);
    alert.context.country = kCountries[static_cast<std::size_t>(i) % kCountries.size()];
    alert.context.companyId = "company" + std::to_string(i % 50);
    alert.metadata = "{\"count\":" + std::to_string(5 + i % 40) + ",\"exampleEvents\":[" + std::to_string(i * 9) + ','
        + std::to_string(i * 9 + 4) + "],\"rule\":\"brute-force\",\"techniques\":[\"T1110.001\"],\"windowSeconds\":300}";
    alert.rule = "brute-force";
    alert.repeats = i % 97;
    if (i % 3 != 0) {
        alert.status = AlertStatus::Acknowledged;
        alert.acknowledged = true;
        alert.acknowledgedBy = "analyst" + std::to_string(i % 5);
        alert.acknowledgedAt = alert.timestamp + kHour;
    }
    return alert;
}

AuditEvent eventNumber(int i, TimestampMs now, int all)
{
    AuditEvent event;
    event.timestamp = now - kMinute - static_cast<TimestampMs>(all - i) * (20 * kDay / std::max(1, all));
    event.outcome = i % 3 == 0 ? AuditOutcome::Failure : AuditOutcome::Success;
    event.action = "login";
    event.context.ipAddress = "10." + std::to_string(i % 200) + ".1." + std::to_string(i % 250);
    event.context.userId = "user" + std::to_string(i * 31 % 20'000);
    event.metadata = "{\"port\":22}";
    return event;
}

} // namespace

bool fill(const QString &path, int alerts, int events)
{
    // As the engine, which copies its log back into the database as it goes.
    auto store = openStore(path, {.mode = StoreOptions::Mode::Create, .role = StoreOptions::Role::Engine});
    if (!store)
        return false;
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    for (int i = 0; i < alerts; i += kCommit) {
        EngineCommit commit;
        for (int k = i; k < std::min(i + kCommit, alerts); ++k)
            commit.alerts.push_back(alertNumber(k, now, alerts));
        if (!(*store)->commit(commit))
            return false;
    }
    for (int i = 0; i < events; i += kCommit) {
        std::vector<NewAuditRow> rows;
        for (int k = i; k < std::min(i + kCommit, events); ++k)
            rows.push_back({eventNumber(k, now, events), 0});
        if (!(*store)->append(rows, {}))
            return false;
    }
    return true;
}

bool act(const QString &path, const QString &step, bool back)
{
    auto store = openStore(path, {});
    if (!store)
        return false;
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    const std::string id = step.toStdString();
    if (back) {
        const auto ids = (*store)->alertsOfStep(id);
        return ids && (*store)->undo(*ids, {id + "-undo", id}, "somebody", now).ok();
    }
    AlertQuery newest;
    newest.active = true;
    newest.newestFirst = true;
    newest.limit = kBulk;
    const auto alerts = (*store)->alerts(newest);
    std::vector<std::string> ids;
    for (std::size_t i = 0; alerts && i < alerts->size(); ++i)
        ids.push_back((*alerts)[i].id);
    TriageStep acknowledge;
    acknowledge.id = id;
    return alerts && (*store)->triage(ids, acknowledge, "somebody", now).ok();
}

bool passEvents(const QString &path)
{
    auto store = openStore(path, {.mode = StoreOptions::Mode::ReadWrite, .role = StoreOptions::Role::Engine});
    if (!store)
        return false;
    EventQuery newest;
    newest.limit = 1;
    const auto rows = (*store)->events(newest);
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    EngineCommit passed;
    passed.cursor = {rows && !rows->empty() ? rows->front().id : 0, now, now, now};
    return rows && (*store)->commit(passed).ok();
}

} // namespace bartizan::queuedatabase
