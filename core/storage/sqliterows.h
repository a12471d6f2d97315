// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/sqliteconnection.h"
#include "core/storage/storedrows.h"

#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bartizan {

/// Columns of an audit row in the order that readEvent() expects.
inline constexpr std::string_view kEventColumns =
    "id, timestamp, event_type, outcome, severity, origin, action, user_id, company_id, platform_user_id, ip_address, "
    "user_agent, country, session_id, request_id, metadata, error_message, fingerprint IS NOT NULL";
/// How storedrows.h reads a column.
void readText(const SqliteStatement &row, int column, std::string &out);
void readText(const SqliteStatement &row, int column, std::optional<std::string> &out);
bool readFlag(const SqliteStatement &row, int column);

/// Reads the present row of a query for kEventColumns; false when it is damaged.
bool readEvent(const SqliteStatement &row, AuditEvent &event);
/// Reads the present row of a query for kAlertColumns; false when it is damaged.
bool readAlert(const SqliteStatement &row, SecurityAlert &alert);

/// What is wrong with a file that holds such a row.
Error damagedRow(const SqliteConnection &connection, const char *table, std::int64_t key);

/// Binds the eight texts of a context from parameter `index` on.
void bindContext(SqliteStatement &statement, int index, const EventContext &context);

/// The WHERE of a query, with what is bound to it. Values that are text must outlive it.
class SqliteFilter {
public:
    /// A condition with one '?' for each of the values.
    template<typename... Values>
    void add(std::string_view condition, const Values &...values)
    {
        m_sql += m_sql.empty() ? " WHERE " : " AND ";
        m_sql += condition;
        (push(values), ...);
    }
    /// Restricts `column` to a range; an open edge restricts nothing.
    void add(std::string_view column, TimeRange range);
    /// Restricts `column` to any of the values, which must live as long as the filter; none restrict nothing.
    void addAnyOf(std::string_view column, const std::vector<std::string> &values);
    /// Restricts either of two columns so.
    void addAnyOf(std::string_view column, std::string_view other, const std::vector<std::string> &values);

    /// " WHERE …", or nothing.
    const std::string &sql() const noexcept { return m_sql; }
    /// Binds all values from parameter 1 on; returns the next free parameter.
    int bind(SqliteStatement &statement) const;

private:
    void push(std::int64_t value) { m_values.emplace_back(value); }
    void push(const std::string &value) { m_values.emplace_back(std::string_view(value)); }

    std::string m_sql;
    std::vector<std::variant<std::int64_t, std::string_view>> m_values;
};

/// An enumerator as it is stored.
template<typename E>
std::int64_t stored(E value) noexcept { return static_cast<std::int64_t>(value); }

} // namespace bartizan
