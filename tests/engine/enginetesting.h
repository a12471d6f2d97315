// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/jsontext.h"
#include "core/domain/monitoringconfig.h"
#include "core/ports/auditlog.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "core/storage/openstore.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace bartizan::testing {

/// 2026-03-02T00:00:00Z, a Monday: where made-up streams begin.
inline constexpr TimestampMs kBase = 1'772'409'600'000;

/// A clock that a test sets.
class ManualClock final : public Clock {
public:
    explicit ManualClock(TimestampMs now = kBase) : m_now(now) {}
    TimestampMs now() const override { return m_now.load(); }
    void set(TimestampMs now) { m_now.store(now); }

private:
    std::atomic<TimestampMs> m_now;
};

/// A new, empty database in a folder of its own.
class TestDatabase {
public:
    TestDatabase()
    {
        StoreOptions options;
        options.mode = StoreOptions::Mode::Create;
        if (!openStore(path(), options))
            qFatal("the test database cannot be made");
    }
    QString path() const { return m_folder.filePath(QStringLiteral("audit.db")); }
    QString folder() const { return m_folder.path(); }
    std::unique_ptr<Store> open(StoreOptions::Role role = StoreOptions::Role::Client) const
    {
        StoreOptions options;
        options.role = role;
        auto opened = openStore(path(), options);
        if (!opened)
            qFatal("%s", qPrintable(opened.error().message));
        return std::move(*opened);
    }

private:
    QTemporaryDir m_folder;
};

inline AuditEvent auditEvent(TimestampMs at, SecurityEventType type, AuditOutcome outcome, const std::string &address,
                        const std::string &user)
{
    AuditEvent row;
    row.timestamp = at;
    row.eventType = type;
    row.outcome = outcome;
    row.action = "test_action";
    if (!address.empty())
        row.context.ipAddress = address;
    if (!user.empty())
        row.context.userId = user;
    return row;
}

inline AuditEvent failedLogin(TimestampMs at, const std::string &address, const std::string &user = "root")
{
    return auditEvent(at, SecurityEventType::Authentication, AuditOutcome::Failure, address, user);
}

inline void append(Store &store, const std::vector<AuditEvent> &events)
{
    std::vector<NewAuditRow> rows;
    rows.reserve(events.size());
    for (const AuditEvent &row : events)
        rows.push_back({row, 0});
    const auto report = store.append(rows, {});
    if (!report)
        qFatal("%s", qPrintable(report.error().message));
}

/// A seeded stream in time order: ordinary traffic with brute force, rate limiting, busy administrators, users who
/// travel, and dense minutes, so that every rule fires now and then.
inline std::vector<AuditEvent> traffic(std::size_t count, unsigned seed, TimestampMs start = kBase)
{
    std::mt19937 random(seed);
    const auto upTo = [&random](int n) { return std::uniform_int_distribution<int>(0, n)(random); };
    static const char *const kCountries[] = {"DE", "FR", "JP", "BR", "US"};
    std::vector<AuditEvent> events;
    events.reserve(count);
    TimestampMs at = start + 17 * kSecond;
    while (events.size() < count) {
        at += upTo(9) == 0 ? 1000 * upTo(120) : upTo(2500);
        const std::string user = "user" + std::to_string(upTo(40));
        const std::string address = "192.0.2." + std::to_string(upTo(60));
        switch (upTo(9)) {
        case 0:
            for (int i = upTo(7); i >= 0 && events.size() < count; --i, at += upTo(4000))
                events.push_back(failedLogin(at, address, user));
            break;
        case 1:
            for (int i = upTo(14); i >= 0 && events.size() < count; --i, at += upTo(900))
                events.push_back(auditEvent(at, SecurityEventType::ApiSecurity, AuditOutcome::RateLimited, address, user));
            break;
        case 2:
            events.push_back(auditEvent(at, SecurityEventType::UserManagement, AuditOutcome::Success, address,
                                   "admin" + std::to_string(upTo(1))));
            break;
        case 3: {
            AuditEvent row = auditEvent(at, SecurityEventType::Authentication, AuditOutcome::Success, address, user);
            row.context.country = kCountries[upTo(40) == 0 ? upTo(4) : 0];
            events.push_back(row);
            break;
        }
        default:
            events.push_back(auditEvent(at, SecurityEventType::DataPrivacy, AuditOutcome::Success, address, user));
        }
    }
    return events;
}

/// One row of any type, outcome and context, of a few users, addresses and sessions.
inline AuditEvent rowOfAnyKind(std::mt19937 &random, TimestampMs at)
{
    const auto upTo = [&random](int n) { return std::uniform_int_distribution<int>(0, n)(random); };
    const std::string user = "user" + std::to_string(upTo(12));
    const std::string address = "192.0.2." + std::to_string(upTo(10));
    AuditEvent row = auditEvent(at, static_cast<SecurityEventType>(upTo(11)), static_cast<AuditOutcome>(upTo(4)), address,
                                upTo(6) == 0 ? std::string() : user);
    static const char *const kActions[] = {"login", "grant_role", "export_users", "csp_report", "read"};
    static const char *const kAgents[] = {"Mozilla/5.0", "sqlmap/1.7", "curl/8.0"};
    row.action = kActions[upTo(4)];
    row.context.userAgent = kAgents[upTo(30) == 0 ? 1 : upTo(1) * 2];
    row.context.sessionId = "session" + std::to_string(upTo(40));
    row.context.companyId = "company" + std::to_string(upTo(3));
    row.context.country = upTo(30) == 0 ? "BR" : "DE";
    if (upTo(3) == 0)
        row.metadata = "{\"recordCount\":" + std::to_string(upTo(60)) + ",\"username\":\"" + user + "\"}";
    return row;
}

/// What rowOfAnyKind() rarely makes: guessing, grants and travel, within seconds.
inline std::vector<AuditEvent> attacks(TimestampMs at)
{
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 6; ++i, at += kSecond) {
        rows.push_back(failedLogin(at, "203.0.113.9"));
        rows.push_back(auditEvent(at, SecurityEventType::UserManagement, AuditOutcome::Success, "203.0.113.8", "greta"));
        rows.back().action = "grant_role";
        rows.push_back(auditEvent(at, SecurityEventType::Authentication, AuditOutcome::Success, "203.0.113.7", "tom"));
        rows.back().context.country = i < 3 ? "DE" : "JP";
        rows.push_back(auditEvent(at, SecurityEventType::ApiSecurity, AuditOutcome::RateLimited, "203.0.113.6", "tom"));
    }
    rows.push_back(auditEvent(at, SecurityEventType::Authentication, AuditOutcome::Success, "203.0.113.9", "root"));
    return rows;
}

/// Thresholds so low that a short stream fires every rule.
inline MonitoringConfig touchyConfig()
{
    MonitoringConfig config;
    config.alerting.suppressDuplicateMinutes = 2;
    config.thresholds = {3, 4, 3, 2, 4, 5, 4};
    for (const RuleId rule : {RuleId::BruteForceSuccess, RuleId::AccountEnumeration, RuleId::AccessDeniedBurst,
                              RuleId::MassGrant, RuleId::DataBreachAttempt, RuleId::CsrfAttack})
        config.setValue(rule, *ruleParameter(rule, kThreshold), 2);
    config.setValue(RuleId::EventVolume, *ruleParameter(RuleId::EventVolume, kThreshold), 30);
    config.setValue(RuleId::TemporalAnomaly, *ruleParameter(RuleId::TemporalAnomaly, "minimumEvents"), 6);
    config.setValue(RuleId::TemporalAnomaly, *ruleParameter(RuleId::TemporalAnomaly, "minimumDays"), 1);
    return config;
}

/// All alerts of a store, in order of time and id, with nothing that depends on when or in which order they were
/// committed.
inline std::vector<SecurityAlert> sortedAlerts(Store &store)
{
    auto alerts = store.alerts({});
    if (!alerts)
        qFatal("%s", qPrintable(alerts.error().message));
    std::sort(alerts->begin(), alerts->end(), [](const SecurityAlert &a, const SecurityAlert &b) {
        return a.timestamp != b.timestamp ? a.timestamp < b.timestamp : a.id < b.id;
    });
    return *alerts;
}

/// The alerts without what hangs on row keys, which differ where Bartizan's own rows come in between; in order of time
/// and text.
inline std::vector<SecurityAlert> withoutKeys(std::vector<SecurityAlert> alerts)
{
    for (SecurityAlert &alert : alerts) {
        alert.id.clear();
        alert.eventId = 0;
        QJsonObject metadata = jsonObjectOf(alert.metadata);
        metadata.remove(QStringLiteral("exampleEvents"));
        alert.metadata = jsonTextOf(metadata);
    }
    std::sort(alerts.begin(), alerts.end(), [](const SecurityAlert &a, const SecurityAlert &b) {
        return std::tie(a.timestamp, a.description, a.group) < std::tie(b.timestamp, b.description, b.group);
    });
    return alerts;
}

} // namespace bartizan::testing
