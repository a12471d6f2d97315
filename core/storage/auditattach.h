// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/storage/connectionprofile.h"

#include <QMap>
#include <QString>
#include <QStringList>

#include <vector>

namespace bartizan {

/// A table or view that may serve as the audit log.
struct AuditTable {
    QString relation;               ///< As SQL names it: public."SecurityAuditLog".
    QMap<QString, QString> columns; ///< The column of each field: "eventType" → "event_type".
    QString keyType;                ///< Of the column of "id".
    QString timeType;               ///< "ms", "timestamp" or "timestamptz", with "_us" where it is finer than ms.
    bool own = false;               ///< Bartizan's own log, which has no columns to be named here.
    bool hasCursor = false;         ///< There is a column `tx xid8`, by which no row is missed.
    bool takesLogins = true;        ///< Its column of users; else whoever triages stands in the metadata, if they have a column.
    QString problem;                ///< Why it cannot serve; empty when it can.
    QStringList unknownWords;       ///< Of its enum types, that Bartizan does not know; such rows go to quarantine.
    QStringList unknownSeverities;  ///< The same of severities; such rows count as INFO.

    bool operator==(const AuditTable &) const = default;
};

/// Finds the tables and views of a database that look like an audit log, in all schemas but Bartizan's: those with the
/// columns timestamp, eventType, action and outcome, in camel case as Prisma makes them or in snake case. Leaves them as
/// they are: where it `tries`, rows like those that Bartizan writes are added, and taken back at once. Thread: any.
Result<std::vector<AuditTable>> findAuditTables(const ConnectionProfile &profile, const QString &password, bool tries = true);

/// The audit log that is followed.
struct FollowedLog {
    QString relation; ///< Empty: the database has no schema of Bartizan's yet.
    bool own = true;
    QMap<QString, QString> columns; ///< The column of each field, as the database keeps it for everybody; of its own log none.
};
Result<FollowedLog> followedAuditLog(const ConnectionProfile &profile, const QString &password);

/// Whether Bartizan's own log holds rows, which nobody sees while another one is followed. For whoever may read all of it.
Result<bool> ownLogHoldsRows(const ConnectionProfile &profile, const QString &password);

/// Bartizan's own log.
inline const QString kOwnAuditLog = QStringLiteral("bartizan.audit");

/// What a table or view is as an audit log, where `columns` names those of some fields ("userId" → "who"). Of Bartizan's
/// schema there is kOwnAuditLog alone.
Result<AuditTable> describeAuditTable(const ConnectionProfile &profile, const QString &password, const QString &relation,
                                      const QMap<QString, QString> &columns);

/// How a table is followed.
struct AttachOptions {
    bool addCursor = false; ///< It gets the column `tx` and an index on it.
    /// Its rows are never changed or deleted: they may be rolled up, and metrics need not read them again. Needs the
    /// column `tx`, so that none is overlooked. The table gets triggers that note when it was not so: from then on
    /// metrics are counted from the log, and housekeeping says so as an error.
    bool appendOnly = false;
    /// Its rows may be changed and deleted, and are rolled up all the same: triggers tell what is to be rolled up anew, and is
    /// counted from the log until then. Needs the column `tx` as well.
    bool rollUp = false;
};

/// Makes Bartizan follow that table from now on, which must have been described without a problem. It gets rows inserted
/// and is otherwise left as it is. What was rolled up is rolled up anew, by the engine. Fails, and changes nothing, where
/// another audit log has been followed already, and rows of it were taken that Bartizan did not write itself. Following its own log again makes the views anew
/// that it is read and written by; rights on them that somebody granted by hand are gone.
Result<void> attachAuditTable(const ConnectionProfile &profile, const QString &password, const AuditTable &table,
                              const AttachOptions &options = {});

} // namespace bartizan
