// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/detector.h"
#include "core/domain/jsontext.h"

#include <QJsonArray>

#include <functional>
#include <string>
#include <vector>

namespace bartizan::test {

constexpr TimestampMs kStart = TimestampMs{1'741'597'140} * kSecond; // 2025-03-10T08:59:00Z

using Type = SecurityEventType;
using Outcome = AuditOutcome;
using Edit = std::function<void(AuditEvent &)>;

inline AuditEvent rowOf(Type type, Outcome outcome, std::string action = "action")
{
    AuditEvent e;
    e.eventType = type;
    e.outcome = outcome;
    e.action = std::move(action);
    e.context.ipAddress = "192.0.2.1";
    e.context.userId = "anna";
    e.context.companyId = "acme";
    e.context.sessionId = "s1";
    return e;
}

/// A detector with one rule on, and what it said.
struct Bench {
    Detector detector;
    DetectorOutput out;
    std::int64_t nextId = 1;
    std::vector<AuditEvent> seen;

    explicit Bench(RuleId rule, const std::function<void(MonitoringConfig &)> &change = {}) : detector(only(rule, change))
    {
        detector.start(kStart);
    }
    static MonitoringConfig only(RuleId rule, const std::function<void(MonitoringConfig &)> &change)
    {
        MonitoringConfig config;
        for (const RuleInfo &info : ruleCatalog())
            config.rules[static_cast<std::size_t>(info.id)].enabled = info.id == rule;
        if (change)
            change(config);
        return config;
    }
    void process(AuditEvent e, TimestampMs at, std::int64_t id = 0)
    {
        e.timestamp = at;
        e.id = id != 0 ? id : nextId++;
        detector.process(EventView::of(e), out);
        seen.push_back(std::move(e));
    }
    std::size_t alerts() const { return out.alerts.size(); }
    std::string only() const { return alerts() == 1 ? out.alerts[0].description : std::to_string(alerts()) + " alerts"; }
};

inline QJsonArray examplesOf(const SecurityAlert &alert)
{
    return jsonObjectOf(alert.metadata).value(QLatin1String("exampleEvents")).toArray();
}

} // namespace bartizan::test
