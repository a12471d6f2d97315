// SPDX-License-Identifier: GPL-3.0-or-later
// What a question to the roll-ups begins with, and the names in them.
#include "core/metrics/rolluplevels.h"
#include "core/storage/postgresconnection.h"
#include "core/storage/postgresrolluptables.h"

#include <algorithm>
#include <string>
#include <utility>

namespace bartizan {
namespace {

using Parameters = PostgresParameters;

/// With more countries than this, which a log may name at will, each is asked for by itself.
constexpr int kMostCountries = 1'000;
constexpr PostgresMode kKept = PostgresMode::Kept;

std::int64_t numberOfKind(RollupName kind)
{
    return static_cast<std::int64_t>(kind);
}

} // namespace

Result<std::optional<PostgresRollupTables::Readable>> PostgresRollupTables::readable()
{
    clear();
    // Whoever sees each company that there is reads what is of the whole log. The server says so, which shows it to him.
    const auto rows = m_connection.query(
        "SELECT s.last_row_id, (SELECT value FROM bartizan.counter WHERE name = 'row'), m.numbers IS NULL, n.number, l.level, "
        "CASE WHEN m.numbers IS NULL THEN (SELECT max(number) FROM bartizan.rollup_name WHERE kind = 0) ELSE u.number END "
        "FROM bartizan.rollup_state AS s, (SELECT CASE WHEN NOT bartizan.sees_each() THEN bartizan.my_company_numbers() END "
        "AS numbers OFFSET 0) AS m LEFT JOIN LATERAL unnest(m.numbers) AS n (number) ON true "
        "LEFT JOIN LATERAL (SELECT level FROM bartizan.rollup_cell WHERE company = coalesce(n.number, 0) "
        "ORDER BY level LIMIT 1) AS l ON true "
        "LEFT JOIN LATERAL (SELECT number FROM bartizan.rollup_named WHERE company = n.number AND kind = 0 "
        "ORDER BY number DESC LIMIT 1) AS u ON true "
        "WHERE s.sole = 1 AND s.last_row_id >= 0 AND NOT EXISTS (SELECT 1 FROM bartizan.log_changed) ORDER BY n.number",
        {}, kKept);
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<Readable>();
    Readable readable{rows->front().integer(0), rows->front().integer(1), std::nullopt};
    if (!rows->front().boolean(2))
        readable.companies.emplace();
    int lowest = kRollupLevels;
    std::int64_t users = 0;
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        if (!row.isNull(3))
            readable.companies->push_back(static_cast<KeyId>(row.integer(3)));
        if (!row.isNull(4))
            lowest = std::min(lowest, static_cast<int>(row.integer(4)));
        users = std::max(users, row.integer(5));
    }
    m_companies = readable.companies;
    m_userLimit = static_cast<KeyId>(users + 1);
    if (m_companies)
        m_byCompany.setLowestLevel(lowest);
    else
        m_lowestLevel = lowest;
    return std::optional(std::move(readable));
}

/// A question asks for each country that addresses are in: all of them come sooner than a few, one by one.
Result<void> PostgresRollupTables::readCountries()
{
    if (std::exchange(m_countries.read, true))
        return {};
    const auto rows = m_connection.query("SELECT text, number FROM bartizan.rollup_name WHERE kind = $1::smallint LIMIT "
                                             + std::to_string(kMostCountries),
                                         Parameters().add(numberOfKind(RollupName::Country)), kKept);
    if (!rows)
        return rows.error();
    for (int i = 0; i < rows->size(); ++i)
        m_countries.numbers.emplace((*rows)[i].string(0), static_cast<KeyId>((*rows)[i].integer(1)));
    return {};
}

Result<KeyId> PostgresRollupTables::numberOf(RollupName kind, std::string_view text)
{
    if (kind == RollupName::Country) {
        if (auto read = readCountries(); !read)
            return read.error();
        const auto known = m_countries.numbers.find(text);
        if (known != m_countries.numbers.end())
            return known->second;
        if (m_countries.numbers.size() < kMostCountries)
            return kNoKey;
    }
    const auto number = m_connection.integer("SELECT number FROM bartizan.rollup_name WHERE kind = $1::smallint "
                                             "AND digest = md5($2) AND text = $2",
                                             Parameters().add(numberOfKind(kind)).add(text), kKept);
    if (!number)
        return number.error();
    return static_cast<KeyId>(*number); // None: 0, which is kNoKey.
}

Result<std::vector<std::string>> PostgresRollupTables::namesOf(RollupName kind, std::span<const KeyId> numbers)
{
    std::vector<std::string> texts;
    if (numbers.empty())
        return texts;
    if (kind == RollupName::Country && m_countries.read && m_countries.numbers.size() < kMostCountries)
        return countriesOf(numbers);
    const auto rows = m_connection.query("SELECT n.text FROM unnest($2::bigint[]) WITH ORDINALITY AS u (number, place) "
                                         "LEFT JOIN bartizan.rollup_name AS n ON n.kind = $1::smallint "
                                         "AND n.number = u.number ORDER BY u.place",
                                         Parameters().add(numberOfKind(kind)).addNumbers({numbers.begin(), numbers.end()}),
                                         kKept);
    if (!rows)
        return rows.error();
    for (int i = 0; i < rows->size(); ++i) {
        if ((*rows)[i].isNull(0))
            return damaged("rollup_name", numbers[static_cast<std::size_t>(i)]);
        texts.push_back((*rows)[i].string(0));
    }
    return texts;
}

/// The same for countries, all of which are known.
Result<std::vector<std::string>> PostgresRollupTables::countriesOf(std::span<const KeyId> numbers) const
{
    std::map<KeyId, std::string_view> known;
    for (const auto &[text, number] : m_countries.numbers)
        known.emplace(number, text);
    std::vector<std::string> texts;
    for (const KeyId number : numbers) {
        const auto found = known.find(number);
        if (found == known.end())
            return damaged("rollup_name", number);
        texts.emplace_back(found->second);
    }
    return texts;
}

Result<KeyId> PostgresRollupTables::nameLimit(RollupName kind)
{
    if (kind == RollupName::User && m_userLimit)
        return *m_userLimit;
    if (m_companies)
        return m_byCompany.nameLimit(kind, *m_companies);
    const auto limit = m_connection.integer("SELECT coalesce(max(number), 0) + 1 FROM bartizan.rollup_name "
                                            "WHERE kind = $1::smallint",
                                            Parameters().add(numberOfKind(kind)), kKept);
    if (!limit)
        return limit.error();
    return static_cast<KeyId>(*limit);
}

Result<std::vector<KeyId>> PostgresRollupTables::enterNames(RollupName kind, std::span<const std::string_view> texts)
{
    m_countries = {};
    // Whoever enters names holds the lock of the state: none comes in between.
    const auto rows = m_connection.query(
        "WITH asked AS MATERIALIZED (SELECT u.text, u.place, n.number FROM unnest($2::text[]) WITH ORDINALITY "
        "AS u (text, place) LEFT JOIN LATERAL (SELECT number FROM bartizan.rollup_name WHERE kind = $1::smallint "
        "AND digest = md5(u.text) AND text = u.text LIMIT 1) AS n ON true), "
        "fresh AS MATERIALIZED (SELECT text, place, (SELECT coalesce(max(number), 0) FROM bartizan.rollup_name "
        "WHERE kind = $1::smallint) + row_number() OVER (ORDER BY place) AS number FROM asked WHERE number IS NULL), "
        "entered AS (INSERT INTO bartizan.rollup_name (kind, number, text, digest) "
        "SELECT $1::smallint, number, text, md5(text) FROM fresh) "
        "SELECT number, place FROM asked WHERE number IS NOT NULL UNION ALL SELECT number, place FROM fresh ORDER BY place",
        Parameters().add(numberOfKind(kind)).addArray({texts.begin(), texts.end()}), kKept);
    if (!rows)
        return rows.error();
    std::vector<KeyId> numbers;
    for (int i = 0; i < rows->size(); ++i)
        numbers.push_back(static_cast<KeyId>((*rows)[i].integer(0)));
    return numbers;
}

} // namespace bartizan
