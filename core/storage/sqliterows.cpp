// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliterows.h"

#include <QCoreApplication>

namespace bartizan {
namespace {

/// Through a fresh optional only where there is text: most fields of most rows are absent.
void readText(const SqliteStatement &row, int column, std::optional<std::string> &out)
{
    const std::string_view text = row.text(column);
    if (text.data())
        out.emplace(text);
}

std::string anyOf(std::string_view column, std::size_t values)
{
    std::string condition(column);
    condition += " IN (?";
    for (std::size_t i = 1; i < values; ++i)
        condition += ", ?";
    return condition + ")";
}

} // namespace

void readContext(const SqliteStatement &row, int column, EventContext &context)
{
    readText(row, column, context.userId);
    readText(row, column + 1, context.companyId);
    readText(row, column + 2, context.platformUserId);
    readText(row, column + 3, context.ipAddress);
    readText(row, column + 4, context.userAgent);
    readText(row, column + 5, context.country);
    readText(row, column + 6, context.sessionId);
    readText(row, column + 7, context.requestId);
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
    event.id = row.integer(0);
    event.timestamp = row.integer(1);
    const std::int64_t origin = row.integer(5);
    if (!readEnum(row, 2, event.eventType) || !readEnum(row, 3, event.outcome) || !readEnum(row, 4, event.severity)
        || origin < 0 || origin > 1) {
        return false;
    }
    event.origin = static_cast<RowOrigin>(origin);
    event.action = row.text(6);
    readContext(row, 7, event.context);
    event.metadata = row.text(15);
    readText(row, 16, event.errorMessage);
    event.imported = row.integer(17) != 0;
    return true;
}

bool readAlert(const SqliteStatement &row, SecurityAlert &alert)
{
    alert.id = row.text(1);
    alert.timestamp = row.integer(2);
    if (!readEnum(row, 3, alert.severity) || !readEnum(row, 4, alert.type) || !readEnum(row, 5, alert.eventType))
        return false;
    alert.acknowledged = row.integer(6) != 0;
    if (!row.isNull(7))
        alert.acknowledgedAt = row.integer(7);
    readText(row, 8, alert.acknowledgedBy);
    alert.eventId = row.integer(9);
    alert.title = row.text(10);
    alert.description = row.text(11);
    readContext(row, 12, alert.context);
    alert.metadata = row.text(20);
    alert.rule = row.text(21);
    alert.group = row.text(22);
    alert.repeats = row.integer(23);
    if (!row.isNull(24))
        alert.lastRepeatAt = row.integer(24);
    if (!readEnum(row, 25, alert.status))
        return false;
    if (!row.isNull(26) && !readEnum(row, 26, alert.disposition.emplace()))
        return false;
    readText(row, 27, alert.owner);
    if (!row.isNull(28))
        alert.resolvedAt = row.integer(28);
    readText(row, 29, alert.resolvedBy);
    alert.version = row.integer(30);
    return true;
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
