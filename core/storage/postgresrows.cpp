// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgresrows.h"

#include "core/domain/jsontext.h"

#include <algorithm>
#include <utility>

namespace bartizan {
namespace {

// Years 0 to 9999, what formatIso() writes.
constexpr TimestampMs kFirstTime = -62'167'219'200'000;
constexpr TimestampMs kLastTime = 253'402'300'799'999;

} // namespace

void readText(const PostgresRow &row, int column, std::string &out)
{
    out = row.string(column);
}

void readText(const PostgresRow &row, int column, std::optional<std::string> &out)
{
    out = row.optionalString(column);
}

bool readFlag(const PostgresRow &row, int column)
{
    return row.boolean(column);
}

std::string PostgresSource::timeBound(const std::string &number) const
{
    if (timeType == "ms")
        return number + "::bigint";
    const std::string epoch = timeType.starts_with("timestamptz") ? "timestamptz '1970-01-01 00:00:00+00'"
                                                                  : "timestamp '1970-01-01 00:00:00'";
    return "(" + epoch + " + " + number + "::bigint * interval '1 millisecond')";
}

TimestampMs PostgresSource::clamped(TimestampMs time) const
{
    return timeType == "ms" ? time : std::clamp(time, kFirstTime, kLastTime);
}

std::string PostgresSource::rowId() const
{
    // Beyond every number that the intake gives out; rows of our own in the order of their keys.
    return own ? "coalesce(i.seq, 4611686018427387904 + l.raw_id)"
               : "coalesce(i.seq, 4611686018427387904 + (hashtextextended(l.row_key, 0) & 4611686018427387903))";
}

bool readEvent(const PostgresRow &row, AuditEvent &event)
{
    return readStoredEvent(row, event);
}

bool readAlert(const PostgresRow &row, SecurityAlert &alert)
{
    return readStoredAlert(row, alert);
}

void PostgresFilter::addAs(std::string_view condition, const std::string &placeholder)
{
    m_sql += m_sql.empty() ? " WHERE " : " AND ";
    for (const char c : condition) {
        if (c == '?')
            m_sql += placeholder;
        else
            m_sql += c;
    }
}

void PostgresFilter::addText(const std::string &column, const std::string &value)
{
    add(column + " = ?::text AND left(" + column + ", 200) = left(?::text, 200)", value);
}

void PostgresFilter::addRange(std::string_view column, TimeRange range)
{
    const TimeRange open;
    if (range.start != open.start)
        add(std::string(column) + " >= ?::bigint", range.start);
    if (range.end != open.end)
        add(std::string(column) + " <= ?::bigint", range.end);
}

void PostgresFilter::addTime(const PostgresSource &source, TimeRange range)
{
    const TimeRange open;
    if (range.start != open.start)
        add("l.raw_time >= " + source.timeBound("?"), source.clamped(range.start));
    if (range.end != open.end) // What is finer than a millisecond belongs to it.
        add("l.raw_time < " + source.timeBound("?"), source.clamped(range.end) + 1);
}

void PostgresJson::beginRecord()
{
    m_text += m_text.empty() ? "[{" : ",{";
    m_first = true;
}

void PostgresJson::key(std::string_view name)
{
    if (!std::exchange(m_first, false))
        m_text += ',';
    m_text += '"';
    m_text += name;
    m_text += "\":";
}

void PostgresJson::field(std::string_view name, std::int64_t value)
{
    key(name);
    m_text += std::to_string(value);
}

void PostgresJson::field(std::string_view name, std::string_view text)
{
    key(name);
    appendJsonString(m_text, postgresEncoded(text));
}

void PostgresJson::field(std::string_view name, const std::optional<std::string> &text)
{
    if (text)
        field(name, std::string_view(*text));
}

void PostgresJson::context(const EventContext &context)
{
    field("user_id", context.userId);
    field("company_id", context.companyId);
    field("platform_user_id", context.platformUserId);
    field("ip_address", context.ipAddress);
    field("user_agent", context.userAgent);
    field("country", context.country);
    field("session_id", context.sessionId);
    field("request_id", context.requestId);
}

void PostgresJson::record(const AuditEvent &event)
{
    beginRecord();
    field("timestamp", event.timestamp);
    field("event_type", storedNumber(event.eventType));
    field("outcome", storedNumber(event.outcome));
    field("severity", storedNumber(event.severity));
    field("action", std::string_view(event.action));
    context(event.context);
    if (!event.metadata.empty())
        field("metadata", std::string_view(event.metadata));
    field("error_message", event.errorMessage);
    endRecord();
}

std::string PostgresJson::take()
{
    return m_text.empty() ? "[]" : std::exchange(m_text, {}) + "]";
}

} // namespace bartizan
