// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/storage/auditattach.h"
#include "core/storage/auditcolumns.h"
#include "core/storage/auditview.h"

namespace bartizan {

class PostgresConnection;

/// Why a table does not take the rows that Bartizan writes itself, about alerts, triage, mutes and settings, and what to
/// do about it; empty: it takes them all. They are added, and taken back at once: no sequence gives a number out for it, and
/// vacuum finds a few dead rows. Within an open transaction. An error is one of the server's that says nothing about the
/// table: it can only be read, or somebody has the table locked.
Result<QString> tryAuditRows(PostgresConnection &connection, const AuditTable &table, const AuditColumns &columns,
                             AuditTrial way);

/// The words that Bartizan writes and an enum type of the table's lacks, and how they are added; empty: it has them all.
QString missingWords(const AuditTable &table, const AuditColumns &columns);

} // namespace bartizan
