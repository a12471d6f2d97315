// SPDX-License-Identifier: GPL-3.0-or-later
// Handovers of SqliteStore.
#include "core/storage/handoverreader.h"
#include "core/storage/sqliterows.h"
#include "core/storage/sqlitestore.h"

namespace bartizan {
namespace {

/// HandoverReader's database, on SQLite.
class SqliteHandoverDatabase {
public:
    explicit SqliteHandoverDatabase(SqliteConnection &connection) : m_connection(connection) {}

    template<typename Take>
    Result<void> each(const std::string &sql, const std::vector<HandoverValue> &values, Take take)
    {
        auto statement = m_connection.prepare(sql);
        if (!statement)
            return statement.error();
        for (std::size_t i = 0; i < values.size(); ++i) {
            const int index = static_cast<int>(i) + 1;
            if (const auto *text = std::get_if<std::string>(&values[i]))
                statement->bind(index, std::string_view(*text));
            else
                statement->bind(index, std::get<std::int64_t>(values[i]));
        }
        while (true) {
            const auto row = statement->step();
            if (!row)
                return row.error();
            if (!*row || !take(*statement))
                return {};
        }
    }
    static std::string table(const std::string &name) { return name; }
    static std::string table(const std::string &name, const char *index) { return name + " INDEXED BY " + index; }
    Error damaged(const char *table, std::int64_t key) const { return damagedRow(m_connection, table, key); }

private:
    SqliteConnection &m_connection;
};

} // namespace

Result<Handover> SqliteStore::handover(const HandoverQuery &query)
{
    const auto oneState = SqliteSnapshot::begin(m_connection);
    if (!oneState)
        return oneState.error();
    return HandoverReader(SqliteHandoverDatabase(m_connection), query).read();
}

Result<ResponseTimes> SqliteStore::responseTimes(TimeRange range, const std::optional<std::string> &companyId)
{
    const HandoverQuery query{range, companyId, 0};
    return HandoverReader(SqliteHandoverDatabase(m_connection), query).readResponse();
}

} // namespace bartizan
