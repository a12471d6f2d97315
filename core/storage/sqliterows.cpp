// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliterows.h"

#include <QCoreApplication>

namespace bartizan {
namespace {

std::string anyOf(std::string_view column, std::size_t values)
{
    std::string condition(column);
    condition += " IN (?";
    for (std::size_t i = 1; i < values; ++i)
        condition += ", ?";
    return condition + ")";
}

} // namespace

void readText(const SqliteStatement &row, int column, std::string &out)
{
    out = row.text(column);
}

/// Through a fresh optional only where there is text: most fields of most rows are absent.
void readText(const SqliteStatement &row, int column, std::optional<std::string> &out)
{
    const std::string_view text = row.text(column);
    if (text.data())
        out.emplace(text);
}

bool readFlag(const SqliteStatement &row, int column)
{
    return row.integer(column) != 0;
}

void bindContext(SqliteStatement &statement, int index, const EventContext &context)
{
    statement.bind(index, context.userId);
    statement.bind(index + 1, context.companyId);
    statement.bind(index + 2, context.platformUserId);
    statement.bind(index + 3, context.ipAddress);
    statement.bind(index + 4, context.userAgent);
    statement.bind(index + 5, context.country);
    statement.bind(index + 6, context.sessionId);
    statement.bind(index + 7, context.requestId);
}

bool readEvent(const SqliteStatement &row, AuditEvent &event)
{
    return readStoredEvent(row, event);
}

bool readAlert(const SqliteStatement &row, SecurityAlert &alert)
{
    return readStoredAlert(row, alert);
}

Error damagedRow(const SqliteConnection &connection, const char *table, std::int64_t key)
{
    return Error{QCoreApplication::translate("bartizan::SqliteStore",
                                             "“%1” is damaged: row %2 of table %3 holds a value that does not exist. "
                                             "Nothing was changed; work on from a copy that is whole")
                     .arg(connection.path())
                     .arg(key)
                     .arg(QLatin1String(table))};
}

void SqliteFilter::add(std::string_view column, TimeRange range)
{
    const TimeRange open;
    if (range.start != open.start)
        add(std::string(column) + " >= ?", range.start);
    if (range.end != open.end)
        add(std::string(column) + " <= ?", range.end);
}

void SqliteFilter::addAnyOf(std::string_view column, const std::vector<std::string> &values)
{
    if (values.empty())
        return;
    add(anyOf(column, values.size()));
    for (const std::string &value : values)
        push(value);
}

void SqliteFilter::addAnyOf(std::string_view column, std::string_view other, const std::vector<std::string> &values)
{
    if (values.empty())
        return;
    add("(" + anyOf(column, values.size()) + " OR " + anyOf(other, values.size()) + ")");
    for (int i = 0; i < 2; ++i) {
        for (const std::string &value : values)
            push(value);
    }
}

int SqliteFilter::bind(SqliteStatement &statement) const
{
    int index = 1;
    for (const auto &value : m_values) {
        std::visit([&](const auto &v) { statement.bind(index, v); }, value);
        ++index;
    }
    return index;
}

} // namespace bartizan
