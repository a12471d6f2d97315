// SPDX-License-Identifier: GPL-3.0-or-later
// Handovers of PostgresStore.
#include "core/storage/handoverreader.h"
#include "core/storage/postgresrows.h"
#include "core/storage/postgresstore.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace bartizan {
namespace {

/// HandoverReader's database, on PostgreSQL, which finds its indices by itself.
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
    Error damaged(const char *table, std::int64_t key) const
    {
        return m_connection.error(QCoreApplication::translate("bartizan::PostgresStore",
                                                              "row %1 of %2 holds a value that does not exist; it is damaged")
                                      .arg(key)
                                      .arg(QLatin1String(table)));
    }

private:
    static std::string inPostgres(const std::string &sql)
    {
        static const QRegularExpression index(QStringLiteral("\\{by \\w+\\}"));
        static const QRegularExpression number(QStringLiteral("@(\\d+)"));
        static const QRegularExpression text(QStringLiteral("#(\\d+)"));
        return QString::fromStdString(sql)
            .replace(QStringLiteral("{t}"), QStringLiteral("bartizan."))
            .remove(index)
            .replace(number, QStringLiteral("$\\1::bigint"))
            .replace(text, QStringLiteral("$\\1::text"))
            .toStdString();
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
