// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/store.h"
#include "tests/domain/collectedhistory.h"

#include <QString>
#include <QTest>

#include <memory>
#include <span>
#include <string>
#include <vector>

/// Fails the test function with the error's own words.
#define VERIFY_OK(result)                                                                                              \
    do {                                                                                                               \
        const auto &result_ = (result);                                                                                \
        QVERIFY2(result_.ok(), result_.ok() ? "" : qPrintable(result_.error().message));                               \
    } while (false)

namespace bartizan {

/// 2026-11-20T12:00:00Z, a Friday.
inline constexpr TimestampMs kNoon = 1795176000000;

/// A failed login from an address, to be changed by the test.
inline AuditEvent failedLogin(TimestampMs time, const std::string &ip = "203.0.113.9")
{
    AuditEvent event;
    event.timestamp = time;
    event.eventType = SecurityEventType::Authentication;
    event.outcome = AuditOutcome::Failure;
    event.action = "login";
    event.context.ipAddress = ip;
    return event;
}

/// A row of any kind.
inline AuditEvent row(TimestampMs time, SecurityEventType type, AuditOutcome outcome, const std::string &user = {})
{
    AuditEvent event;
    event.timestamp = time;
    event.eventType = type;
    event.outcome = outcome;
    event.action = "test";
    if (!user.empty())
        event.context.userId = user;
    return event;
}

/// Appends live rows.
inline Result<AppendReport> appendRows(Store &store, const std::vector<AuditEvent> &events)
{
    std::vector<NewAuditRow> rows;
    rows.reserve(events.size());
    for (const AuditEvent &event : events)
        rows.push_back({event, 0});
    return store.append(rows, {});
}

/// An alert whose id is made of a number.
inline SecurityAlert alertNumber(int number, TimestampMs time, AlertType type = AlertType::BruteForceAttack)
{
    SecurityAlert alert;
    alert.id = QStringLiteral("00000000-0000-5000-8000-%1").arg(number, 12, 10, QLatin1Char('0')).toStdString();
    alert.timestamp = time;
    alert.severity = AlertSeverity::High;
    alert.type = type;
    alert.title = "Brute Force Attack Detected";
    alert.description = "5 failed login attempts from IP 203.0.113.9 in 5 minutes";
    alert.context.ipAddress = "203.0.113.9";
    alert.metadata = "{\"failedAttempts\":5}";
    alert.eventId = number;
    alert.rule = "brute-force";
    alert.group = "address:203.0.113.9";
    return alert;
}

/// The audit row about an alert.
inline AuditEvent createdRow(const SecurityAlert &alert)
{
    AuditEvent event;
    event.timestamp = alert.timestamp;
    event.eventType = SecurityEventType::SystemConfig;
    event.severity = toAuditSeverity(alert.severity);
    event.origin = RowOrigin::Monitor;
    event.action = "security_alert_created";
    event.context = alert.context;
    return event;
}

/// A commit of alerts with their rows.
inline EngineCommit commitOf(std::vector<SecurityAlert> alerts, EngineCursor cursor = {})
{
    EngineCommit commit;
    for (const SecurityAlert &alert : alerts)
        commit.monitorRows.push_back(createdRow(alert));
    commit.alerts = std::move(alerts);
    commit.cursor = cursor;
    return commit;
}

/// Changes since a position, all of them, however many parts they are told in.
inline AlertChanges allChangesSince(Store &store, std::int64_t position)
{
    AlertChanges all;
    for (all.position = position;;) {
        auto part = store.changesSince(all.position);
        if (!part)
            qFatal("%s", qPrintable(part.error().message));
        if (part->position == all.position)
            return all;
        all.position = part->position;
        all.changed.insert(all.changed.end(), part->changed.begin(), part->changed.end());
        all.removed.insert(all.removed.end(), part->removed.begin(), part->removed.end());
    }
}

/// What a store tells a detector; null where it fails.
inline std::unique_ptr<test::CollectedHistory> historyOf(Store &store, const DetectorHistory::Query &query)
{
    auto history = std::make_unique<test::CollectedHistory>(query.asOf);
    return store.history(query, *history) ? std::move(history) : nullptr;
}

} // namespace bartizan
