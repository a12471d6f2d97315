// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace bartizan {

class PostgresConnection;

/// What the server's catalogue tells of one column of a table that may serve as the audit log.
struct AuditColumn {
    QString name;
    QString type;           ///< As format_type() writes it, without a length.
    int length = -1;        ///< Of a varchar or char: the characters that it takes; -1: no bound.
    int precision = -1;     ///< Of a time; -1: as fine as it gets.
    bool notNull = false;
    bool needed = false;    ///< NOT NULL, without a default.
    QStringList words;      ///< Of an enum type.
    bool generated = false; ///< A key that the server makes: a sequence stands behind it.
};
using AuditColumns = std::vector<AuditColumn>;

/// Those of a table or view, in their order.
Result<AuditColumns> auditColumnsOf(PostgresConnection &connection, const QString &relation);
/// The one of that name; null: there is none.
const AuditColumn *auditColumn(const AuditColumns &columns, const QString &name);

} // namespace bartizan
