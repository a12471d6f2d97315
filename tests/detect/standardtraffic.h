// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/detectorhistory.h"
#include "core/domain/monitoringconfig.h"

#include <algorithm>
#include <array>
#include <random>
#include <string>

namespace bartizan::test {

constexpr TimestampMs kStart = TimestampMs{1'741'597'140} * kSecond;

/// Low thresholds, so that a short stream fires everything often.
inline MonitoringConfig touchy()
{
    MonitoringConfig config;
    config.preset = Preset::Standard;
    config.alerting.suppressDuplicateMinutes = 2;
    config.thresholds = {3, 4, 3, 2, 4, 5, 4};
    const auto set = [&](RuleId rule, std::string_view key, int value) {
        config.setValue(rule, *ruleParameter(rule, key), value);
    };
    for (const auto &[rule, value] : {std::pair{RuleId::BruteForceSuccess, 3}, {RuleId::AccountEnumeration, 3},
                                      {RuleId::AccessDeniedBurst, 3}, {RuleId::MassGrant, 3},
                                      {RuleId::DataBreachAttempt, 3}, {RuleId::CsrfAttack, 2}})
        set(rule, kThreshold, value);
    set(RuleId::TemporalAnomaly, "minimumEvents", 6);
    set(RuleId::TemporalAnomaly, "minimumDays", 2);
    config.rules[static_cast<std::size_t>(RuleId::EventVolume)].enabled = false;
    return config;
}

/// A seeded stream of every kind of row about a few addresses, users and sessions: bursts, pauses of minutes, hours and
/// days, rows of one millisecond, and rows up to kLateSlack late.
class Traffic {
public:
    Traffic(unsigned seed, bool late) : m_random(seed), m_late(late) {}

    AuditEvent next()
    {
        const auto kind = below(1000);
        if (kind < 4)
            m_now += below(2 * kDay);
        else if (kind < 20)
            m_now += below(2 * kHour);
        else if (kind < 300)
            m_now += below(40 * kSecond);
        else if (kind < 800)
            m_now += below(900);
        AuditEvent row;
        row.id = ++m_id;
        row.timestamp = m_late && below(8) == 0 ? std::max(kStart, m_now - below(kLateSlack)) : m_now;
        row.eventType = pick(std::array{
            SecurityEventType::Authentication, SecurityEventType::Authentication, SecurityEventType::Authentication,
            SecurityEventType::UserManagement, SecurityEventType::UserManagement, SecurityEventType::PlatformAdmin,
            SecurityEventType::CsrfProtection, SecurityEventType::SecurityHeaders, SecurityEventType::PasswordReset,
            SecurityEventType::DataPrivacy, SecurityEventType::ApiSecurity, SecurityEventType::SystemConfig});
        // Denials, grants, and both: the rules about them suppress each other.
        const auto phase = m_id / 150 % 3;
        if (row.eventType == SecurityEventType::UserManagement && (phase == 0 || (phase == 2 && below(4) == 0)))
            row.eventType = SecurityEventType::Authorization;
        row.outcome = pick(std::array{AuditOutcome::Failure, AuditOutcome::Failure, AuditOutcome::Success,
                                      AuditOutcome::Success, AuditOutcome::Blocked, AuditOutcome::RateLimited,
                                      AuditOutcome::Suspicious});
        row.action = pick(std::array{"login", "Role_Granted", "csp_report", "CSP-violation", "data_EXPORT", "view",
                                     "bulk_download", "user_promoted"});
        if (row.eventType == SecurityEventType::UserManagement && below(3) != 0) {
            row.outcome = AuditOutcome::Success;
            row.action = "Role_Granted";
        }
        if (row.eventType == SecurityEventType::SecurityHeaders)
            row.action = "CSP-violation";
        fillContext(row);
        row.metadata = pick(std::array{"", "{}", R"({"recordCount":4})", R"({"recordCount":-3,"username":"Dora"})",
                                       R"({"username":"Emil","email":"x@example.org"})", R"({"email":"FRITZ"})",
                                       R"({"latitude":52.5,"longitude":13.4})", R"({"latitude":-33.9,"longitude":151.2})",
                                       R"({"latitude":48.1,"longitude":11.6,"recordCount":"many"})",
                                       R"({"userna\u006de":"gerd","recordCount":2.9})", "no json"});
        return row;
    }

private:
    void fillContext(AuditEvent &row)
    {
        EventContext &c = row.context;
        if (below(10) != 0)
            c.ipAddress = "192.0.2." + std::to_string(below(5));
        if (below(3) != 0)
            c.userId = pick(std::array{"anna", "Anna", "bert", "carla"});
        if (below(3) != 0)
            c.country = below(12) != 0 ? "DE" : below(2) ? "FR" : "JP";
        if (below(2) != 0)
            c.companyId = "company" + std::to_string(below(2));
        if (below(2) != 0)
            c.sessionId = "session" + std::to_string(below(6));
        if (below(3) != 0)
            c.userAgent = pick(std::array{"Mozilla/5.0", "Mozilla/5.0", "Mozilla/5.0", "curl/8", "SqlMap/1.7"});
        if (below(40) == 0)
            c.ipAddress = std::string();
    }
    TimestampMs below(TimestampMs n) { return static_cast<TimestampMs>(m_random() % static_cast<std::uint64_t>(n)); }
    template<typename T, std::size_t N>
    T pick(const std::array<T, N> &values) { return values[m_random() % N]; }

    std::mt19937 m_random;
    bool m_late;
    TimestampMs m_now = kStart + 1;
    std::int64_t m_id = 0;
};

/// A login that fails.
inline AuditEvent failedLogin(std::int64_t id, TimestampMs at, std::string address, std::string user)
{
    AuditEvent row;
    row.id = id;
    row.timestamp = at;
    row.outcome = AuditOutcome::Failure;
    row.context.ipAddress = std::move(address);
    row.context.userId = std::move(user);
    return row;
}

} // namespace bartizan::test
