// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/auditattach.h"
#include "core/storage/auditcolumns.h"

namespace bartizan {

/// The fields of an audit row, by their names in spec/monitoring.md section 1, "id" first.
const QStringList &auditFields();
/// Whether a word is one of the values of "eventType", "outcome" or "severity", in any case.
bool knowsWord(const QString &field, const QString &word);

/// A name as SQL takes it whatever it holds.
QString quotedName(QString name);

/// The SQL that makes bartizan.log show a table of the application's, which has those columns.
QStringList viewStatements(const AuditTable &table, const AuditColumns &columns);
/// The SQL that makes bartizan.note_rows_stale() for the columns of a table, which tells what is to be rolled up anew.
QString staleFunction(const AuditTable &table, const AuditColumns &columns);
/// The SQL that drops the views of whatever log is followed.
QStringList dropViewStatements();
/// Whether the column of users takes logins of people, who need not be users of the application: not where it holds UUIDs or
/// numbers. A row about what they do then has its user in the metadata, where there is a column for it.
bool takesLogins(const AuditTable &table, const AuditColumns &columns);

/// Where rows that are tried go in: straight into the table, as the view would put them there, or through the view.
enum class AuditTrial { Table, View };
/// The SQL that adds the rows that $1 holds, a JSON array of objects with the names of the columns of bartizan.log. The second
/// one, if any, is for rows that refer to what is not there.
QStringList auditTrials(const AuditTable &table, const AuditColumns &columns, AuditTrial way);

/// The SQL that gives the table the column for the cursor, within a transaction, and its index, outside of any.
QStringList cursorStatements(const QString &relation);
QString cursorIndex(const QString &relation);

} // namespace bartizan
