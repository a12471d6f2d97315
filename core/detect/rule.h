// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/keytable.h"
#include "core/domain/eventview.h"
#include "core/domain/monitoringconfig.h"

#include <QJsonObject>

#include <optional>
#include <string>
#include <string_view>

namespace bartizan {

/// The texts that rules keep state about.
struct RuleKeys {
    KeyTable addresses;
    KeyTable users;
    KeyTable countries;
};

/// Which of them are still needed.
struct RuleMarks {
    explicit RuleMarks(const RuleKeys &keys)
        : addresses(keys.addresses.limit()), users(keys.users.limit()), countries(keys.countries.limit()) {}
    KeyMarks addresses;
    KeyMarks users;
    KeyMarks countries;
};

/// An audit row on its way through the rules: its keys are looked up once, when the first rule asks. An empty address,
/// user or country is as good as none for a rule. Lives for one call.
class RuleEvent {
public:
    RuleEvent(const EventView &row, unsigned hourOfDay, RuleKeys &keys) : m_row(row), m_hour(hourOfDay), m_keys(keys) {}

    const EventView &row() const noexcept { return m_row; }
    TimestampMs at() const noexcept { return m_row.timestamp; }
    /// In the monitoring time zone.
    unsigned hourOfDay() const noexcept { return m_hour; }
    bool hasAddress() const noexcept { return !m_row.ipAddress.empty(); }
    bool hasUser() const noexcept { return !m_row.userId.empty(); }
    bool hasCountry() const noexcept { return !m_row.country.empty(); }
    KeyId address() { return keyOf(m_address, m_row.ipAddress, m_keys.addresses); }
    KeyId user() { return keyOf(m_user, m_row.userId, m_keys.users); }
    KeyId country() { return keyOf(m_country, m_row.country, m_keys.countries); }

private:
    static KeyId keyOf(KeyId &known, std::string_view text, KeyTable &table)
    {
        if (known == kNoKey && !text.empty())
            known = table.intern(text);
        return known;
    }

    const EventView &m_row;
    unsigned m_hour;
    RuleKeys &m_keys;
    KeyId m_address = kNoKey;
    KeyId m_user = kNoKey;
    KeyId m_country = kNoKey;
};

/// What a rule says about an event, before it becomes an alert.
struct Finding {
    AlertSeverity severity = AlertSeverity::Low;
    AlertType type = AlertType::AuthenticationAnomaly;
    std::string title;
    std::string description;
    QJsonObject metadata; ///< The rule's own; the event's is laid over it.

    bool operator==(const Finding &) const = default;
};

/// A detection that is judged the moment an event arrives (spec/monitoring.md section 3). Counting is separate from
/// wording, since most of what is counted is suppressed. Pure: no clock, no input but the rows.
class Rule {
public:
    virtual ~Rule() = default;

    /// Stable name; part of the ids of its alerts.
    virtual std::string_view id() const noexcept = 0;
    /// Type of its alerts.
    virtual AlertType type() const noexcept = 0;
    /// Whether rows of this kind can matter to the rule at all; asked once for each kind, not for each row.
    virtual bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept = 0;
    /// Enters a row into the rule's windows: every row of the log that concerns it, whoever wrote it.
    virtual void observe(RuleEvent &event) = 0;
    /// What was counted, when `event`, which concerns the rule and is observed, fires it.
    virtual std::optional<std::int64_t> fires(RuleEvent &event, const MonitoringConfig &config) const = 0;
    /// The key the count is about; part of the alert's id.
    virtual std::string_view group(const EventView &row) const noexcept = 0;
    /// The finding for a count that fired.
    virtual Finding describe(const EventView &row, std::int64_t count) const = 0;
    /// Forgets what no window can reach any more at `now`, and marks the keys of the rest.
    virtual void expire(TimestampMs now, RuleMarks &marks) = 0;
    /// Forgets everything.
    virtual void clear() = 0;
};

} // namespace bartizan
