// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/auditattach.h"

namespace bartizan {

/// The fields of an audit row, by their names in spec/monitoring.md section 1, "id" first.
const QStringList &auditFields();
/// Whether a word is one of the values of "eventType", "outcome" or "severity", in any case.
bool knowsWord(const QString &field, const QString &word);

/// The SQL that makes bartizan.log show a table of the application's; `types` are those of its columns.
QStringList viewStatements(const AuditTable &table, const QMap<QString, QString> &types);
/// The SQL that gives the table the column for the cursor, within a transaction, and its index, outside of any.
QStringList cursorStatements(const QString &relation);
QString cursorIndex(const QString &relation);

} // namespace bartizan
