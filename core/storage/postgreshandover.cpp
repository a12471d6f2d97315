// SPDX-License-Identifier: GPL-3.0-or-later
// Handovers of PostgresStore.
#include "core/storage/handoverreader.h"
#include "core/storage/postgresrows.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>
#include <string_view>

namespace bartizan {
namespace {

/// Beyond all times that there are, and such that a day more is no overflow.
constexpr TimestampMs kFarthest = std::numeric_limits<TimestampMs>::max() / 2;

TimestampMs firstOfDay(TimestampMs time)
{
    return time - ((time % kDay) + kDay) % kDay;
}

/// HandoverReader's database, on PostgreSQL, which finds its indices by itself. What is open it has a table of.
class PostgresHandoverDatabase {
public:
    explicit PostgresHandoverDatabase(PostgresConnection &connection) : m_connection(connection) {}

    template<typename Take>
    Result<void> each(const std::string &sql, const std::vector<HandoverValue> &values, Take take)
    {
        PostgresParameters parameters;
        for (const HandoverValue &value : values)
            std::visit([&parameters](const auto &known) { parameters.add(known); }, value);
        return m_connection.stream(inPostgres(sql), parameters, take);
    }
    /// Of whole days from the sums that are kept, of the rest of the range from the alerts.
    template<typename Take>
    Result<void> eachSeverity(const HandoverQuery &query, Take take)
    {
        const TimestampMs start = std::clamp(query.range.start, -kFarthest, kFarthest);
        const TimestampMs end = std::clamp(query.range.end, -kFarthest, kFarthest) + 1;
        const TimestampMs days = firstOfDay(start) == start ? start : firstOfDay(start) + kDay;
        const TimestampMs rest = firstOfDay(end);
        const bool whole = days < rest;
        PostgresParameters parameters;
        parameters.add(whole ? days / kDay : 0).add(whole ? rest / kDay : 0);
        parameters.add(start).add(whole ? days : end).add(whole ? rest : end).add(end);
        if (query.companyId)
            parameters.add(*query.companyId);
        const std::string company = query.companyId ? " AND company_id = $7" : "";
        const auto alerts = [&company](const char *first, const char *behind) {
            return std::string(" UNION ALL SELECT severity, 1, (acknowledged_at IS NOT NULL)::integer, "
                               "bartizan.wait_of(timestamp, acknowledged_at), (resolved_at IS NOT NULL)::integer, "
                               "bartizan.wait_of(timestamp, resolved_at) FROM bartizan.alert WHERE timestamp >= ")
                + first + "::bigint AND timestamp < " + behind + "::bigint" + company;
        };
        return m_connection.stream(
            "SELECT severity, sum(raised)::bigint, sum(acknowledged)::bigint, sum(acknowledge_wait)::double precision, "
            "sum(resolved)::bigint, sum(resolve_wait)::double precision FROM ("
            "SELECT severity, raised, acknowledged, acknowledge_wait, resolved, resolve_wait FROM bartizan.alert_wait "
            "WHERE day >= $1::bigint AND day < $2::bigint" + company + alerts("$3", "$4") + alerts("$5", "$6")
                + ") AS w GROUP BY severity",
            parameters, take);
    }
    static std::string table(const std::string &name) { return "bartizan." + (name == "mute" ? "mute_seen" : name); }
    static std::string table(const std::string &name, std::string_view index)
    {
        if (index != "alert_open")
            return table(name);
        return "(SELECT alert_seq AS seq, severity, timestamp FROM bartizan.alert_open) AS o JOIN " + table(name)
            + " USING (seq, severity, timestamp)";
    }
    Error damaged(const char *table, std::int64_t key) const
    {
        return m_connection.error(QCoreApplication::translate("bartizan::PostgresStore",
                                                              "row %1 of %2 holds a value that does not exist; it is damaged")
                                      .arg(key)
                                      .arg(QLatin1String(table)));
    }

private:
    /// There is no "?" in it but those of parameters, whose types the server knows from the columns beside them.
    static std::string inPostgres(std::string sql)
    {
        std::replace(sql.begin(), sql.end(), '?', '$');
        return sql;
    }

    PostgresConnection &m_connection;
};

} // namespace

Result<Handover> PostgresStore::handover(const HandoverQuery &query)
{
    const auto oneState = PostgresTransaction::begin(m_connection, PostgresTransaction::Kind::Snapshot);
    if (!oneState)
        return oneState.error();
    return HandoverReader(PostgresHandoverDatabase(m_connection), query).read();
}

Result<ResponseTimes> PostgresStore::responseTimes(TimeRange range, const std::optional<std::string> &companyId)
{
    const HandoverQuery query{range, companyId, 0};
    return HandoverReader(PostgresHandoverDatabase(m_connection), query).readResponse();
}

} // namespace bartizan
