// SPDX-License-Identifier: GPL-3.0-or-later
// Handovers of PostgresStore.
#include "core/storage/handoverreader.h"
#include "core/storage/postgresrows.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>

#include <algorithm>
#include <string_view>

namespace bartizan {
namespace {

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
    static std::string table(const std::string &name) { return "bartizan." + name; }
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
