// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/postgresconnection.h"
#include "core/storage/storedrows.h"

#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// The audit log that is followed, as bartizan.source describes it.
struct PostgresSource {
    QString relation;     ///< As people read it.
    std::string log = "bartizan.log"; ///< The view to read it by.
    bool own = true;      ///< bartizan.audit, and not a table of the application's.
    std::string rowJoin;  ///< How `l`, a row of bartizan.log, is found for `i`, one of bartizan.intake.
    std::string timeType; ///< Of log.raw_time: "ms", "timestamp" or "timestamptz", with "_us" where it is finer than ms.
    bool hasTx = true;    ///< Whether the rows tell which transaction wrote them.
    std::string mapping;  ///< JSON: the column of each field.
    std::int64_t generation = 0; ///< How often that has changed.

    /// The expression that a column like log.raw_time compares with, for the parameter `number` in milliseconds.
    std::string timeBound(const std::string &number) const;
    /// A time within what the column can hold.
    TimestampMs clamped(TimestampMs time) const;
    /// The column by which rows are put in order of time: it has an index wherever the table has one.
    std::string_view timeOrder() const { return timeType.ends_with("_us") ? "l.timestamp" : "l.raw_time"; }
    /// The key of a row as AuditEvent::id: its place in the intake, or beyond all of them while it has none.
    std::string rowId() const;
};

/// Columns of an audit row for readEvent(), of `l` and `i` (see PostgresSource::rowJoin), the key aside, which stands
/// before them.
inline constexpr std::string_view kLogColumns =
    "l.timestamp, l.event_type, l.outcome, l.severity, coalesce(i.origin, 0), l.action, l.user_id, l.company_id, "
    "l.platform_user_id, l.ip_address, l.user_agent, l.country, l.session_id, l.request_id, l.metadata, l.error_message, "
    "i.fingerprint IS NOT NULL";
/// How storedrows.h reads a column.
void readText(const PostgresRow &row, int column, std::string &out);
void readText(const PostgresRow &row, int column, std::optional<std::string> &out);
bool readFlag(const PostgresRow &row, int column);

/// Reads a row of a query for its key and kLogColumns; false when a word of it is unknown.
bool readEvent(const PostgresRow &row, AuditEvent &event);
/// Reads a row of a query for kAlertColumns; false when it is damaged.
bool readAlert(const PostgresRow &row, SecurityAlert &alert);

/// The WHERE of a query, whose values go to its parameters.
class PostgresFilter {
public:
    explicit PostgresFilter(PostgresParameters &parameters) : m_parameters(parameters) {}

    /// A condition in which each '?' stands for the value.
    template<typename T>
    void add(std::string_view condition, const T &value)
    {
        m_parameters.add(value);
        addAs(condition, m_parameters.last());
    }
    /// A condition without a value.
    void add(std::string_view condition) { addAs(condition, {}); }
    /// Equality with a column that has an index over its first 200 characters.
    void addText(const std::string &column, const std::string &value);
    /// Restricts a column of milliseconds to a range; an open edge restricts nothing.
    void addRange(std::string_view column, TimeRange range);
    /// Restricts log.raw_time of `source` so.
    void addTime(const PostgresSource &source, TimeRange range);

    /// " WHERE …", or nothing.
    const std::string &sql() const noexcept { return m_sql; }

private:
    void addAs(std::string_view condition, const std::string &placeholder);

    PostgresParameters &m_parameters;
    std::string m_sql;
};

/// Writes a JSON array of flat objects, for json_to_record().
class PostgresJson {
public:
    void beginRecord();
    void field(std::string_view name, std::int64_t value);
    void field(std::string_view name, std::string_view text);
    void field(std::string_view name, const std::optional<std::string> &text);
    void endRecord() { m_text += '}'; }
    /// The columns of bartizan.log that hold `event`, as one record.
    void record(const AuditEvent &event);
    void context(const EventContext &context);
    bool empty() const noexcept { return m_text.empty(); }
    /// The array; empty again behind it.
    std::string take();

private:
    void key(std::string_view name);

    std::string m_text;
    bool m_first = true;
};

/// An enumerator as it is stored.
template<typename E>
std::int64_t storedNumber(E value) noexcept { return static_cast<std::int64_t>(value); }

} // namespace bartizan
