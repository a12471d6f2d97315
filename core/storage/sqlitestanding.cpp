// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqlitestanding.h"

#include "core/storage/sqliterows.h"

namespace bartizan {
namespace {

std::optional<std::int64_t> optionalInteger(const SqliteStatement &row, int column)
{
    return row.isNull(column) ? std::nullopt : std::optional(row.integer(column));
}

void bindOptional(SqliteStatement &statement, int index, const std::optional<std::int64_t> &value)
{
    if (value)
        statement.bind(index, *value);
    else
        statement.bindNull(index);
}

} // namespace

bool readMutable(const SqliteStatement &row, int column, Standing &standing)
{
    if (!readEnum(row, column, standing.status))
        return false;
    standing.disposition.reset();
    if (!row.isNull(column + 1) && !readEnum(row, column + 1, standing.disposition.emplace()))
        return false;
    standing.owner = row.optionalText(column + 2);
    standing.acknowledgedAt = optionalInteger(row, column + 3);
    standing.acknowledgedBy = row.optionalText(column + 4);
    standing.resolvedAt = optionalInteger(row, column + 5);
    standing.resolvedBy = row.optionalText(column + 6);
    standing.version = row.integer(column + 7);
    return true;
}

void bindMutable(SqliteStatement &statement, int index, const Standing &standing)
{
    statement.bind(index, stored(standing.status));
    if (standing.disposition)
        statement.bind(index + 1, stored(*standing.disposition));
    else
        statement.bindNull(index + 1);
    statement.bind(index + 2, standing.owner);
    bindOptional(statement, index + 3, standing.acknowledgedAt);
    statement.bind(index + 4, standing.acknowledgedBy);
    bindOptional(statement, index + 5, standing.resolvedAt);
    statement.bind(index + 6, standing.resolvedBy);
    statement.bind(index + 7, standing.version);
}

std::string_view objectionTo(const TriageStep &step, const Standing &standing, const std::string &by)
{
    switch (step.kind) {
    case TriageKind::Acknowledge:
        return standing.acknowledgedBy ? actionOf(TriageKind::Acknowledge) : std::string_view();
    case TriageKind::Escalate:
        if (standing.status == AlertStatus::Resolved)
            return actionOf(TriageKind::Resolve);
        return standing.status == AlertStatus::Escalated ? actionOf(TriageKind::Escalate) : std::string_view();
    case TriageKind::Resolve:
        return standing.status == AlertStatus::Resolved && !step.overrule ? actionOf(TriageKind::Resolve)
                                                                          : std::string_view();
    case TriageKind::Own:
        return standing.owner && (!step.overrule || *standing.owner == by) ? actionOf(TriageKind::Own)
                                                                           : std::string_view();
    case TriageKind::Comment:
        break;
    }
    return {};
}

Standing standingAfter(const TriageStep &step, Standing standing, const std::string &by, TimestampMs at)
{
    const auto acknowledge = [&] {
        if (standing.acknowledgedBy)
            return;
        standing.acknowledgedBy = by;
        standing.acknowledgedAt = at;
    };
    switch (step.kind) {
    case TriageKind::Acknowledge:
        acknowledge();
        standing.status = AlertStatus::Acknowledged;
        break;
    case TriageKind::Escalate:
        standing.status = AlertStatus::Escalated;
        break;
    case TriageKind::Resolve:
        acknowledge();
        standing.status = AlertStatus::Resolved;
        standing.disposition = step.disposition;
        standing.resolvedBy = by;
        standing.resolvedAt = at;
        break;
    case TriageKind::Own:
        standing.owner = by;
        break;
    case TriageKind::Comment:
        break;
    }
    return standing;
}

} // namespace bartizan
