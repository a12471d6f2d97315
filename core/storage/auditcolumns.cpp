// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/auditcolumns.h"

#include "core/storage/postgresconnection.h"

#include <algorithm>

namespace bartizan {
namespace {

// 1042 and 1043 are char and varchar, 1114 and 1184 the times; four bytes of a length are the server's own.
constexpr const char *kColumns =
    "SELECT a.attname, format_type(a.atttypid, NULL), "
    "CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod > 4 THEN a.atttypmod - 4 ELSE -1 END, "
    "CASE WHEN a.atttypid IN (1114, 1184) THEN a.atttypmod ELSE -1 END, a.attnotnull, "
    "a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', "
    "coalesce((SELECT string_agg(e.enumlabel, E'\\n' ORDER BY e.enumsortorder) FROM pg_enum AS e "
    "WHERE e.enumtypid = a.atttypid), ''), pg_get_serial_sequence($1, a.attname) IS NOT NULL "
    "FROM pg_attribute AS a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

} // namespace

Result<AuditColumns> auditColumnsOf(PostgresConnection &connection, const QString &relation)
{
    const auto rows = connection.query(kColumns, PostgresParameters().add(relation.toStdString()));
    if (!rows)
        return rows.error();
    AuditColumns columns;
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        const auto text = [&](int column) { return QString::fromStdString(row.string(column)); };
        const auto number = [&](int column) { return static_cast<int>(row.integer(column)); };
        columns.push_back({text(0), text(1), number(2), number(3), row.boolean(4), row.boolean(5),
                           text(6).split(QLatin1Char('\n'), Qt::SkipEmptyParts), row.boolean(7)});
    }
    return columns;
}

const AuditColumn *auditColumn(const AuditColumns &columns, const QString &name)
{
    const auto found = std::find_if(columns.begin(), columns.end(), [&](const AuditColumn &c) { return c.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

} // namespace bartizan
