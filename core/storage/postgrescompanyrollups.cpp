// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/postgrescompanyrollups.h"

#include "core/metrics/rollupbytes.h"
#include "core/metrics/rolluprow.h"
#include "core/metrics/rolluptally.h"
#include "core/storage/postgresconnection.h"

#include <QCoreApplication>

#include <algorithm>
#include <tuple>

namespace bartizan {
namespace {

using Parameters = PostgresParameters;

/// A part is added to until it has this size: it is written anew as often.
constexpr std::size_t kPartBytes = 8'192;
constexpr int kPartsAtOnce = 1'024;
/// Names that are known to be in the database. A log that tries ever new users would fill the memory with them.
constexpr std::size_t kMostKnown = 2'000'000;
constexpr PostgresMode kKept = PostgresMode::Kept;

KeyId apart(KeyId company)
{
    return company == kNoKey ? kNoCompany : company;
}

/// The columns of spans, for unnest().
Parameters columnsOf(std::span<const CompanySpan> spans)
{
    std::vector<std::int64_t> company;
    std::vector<std::int64_t> first;
    std::vector<std::int64_t> last;
    for (const CompanySpan &span : spans) {
        company.push_back(span.company);
        first.push_back(span.first);
        last.push_back(span.last);
    }
    Parameters parameters;
    parameters.addNumbers(company).addNumbers(first).addNumbers(last);
    return parameters;
}

/// Gives `use` the rows of a part that lie in a span; false when it is damaged.
bool readPart(std::int64_t day, std::string_view bytes, const CompanySpan &span, const CompanyRollups::UseRows &use)
{
    RollupBytes part(bytes);
    while (!part.atEnd()) {
        const std::int64_t quarter = day * kQuartersOfDay + part.byte();
        const std::string_view rows = part.text(part.number32());
        if (!part.ok())
            return false;
        if (quarter >= span.first && quarter <= span.last && !use(quarter, rows))
            return false;
    }
    return true;
}

} // namespace

void PostgresCompanyRollups::clear()
{
    m_lowestLevel = 0;
    m_expected = {};
    m_parts.clear();
    for (auto &fresh : m_fresh)
        fresh.clear();
}

void PostgresCompanyRollups::forget()
{
    for (auto &known : m_known)
        known.clear();
}

void PostgresCompanyRollups::name(KeyId company, RollupName kind, KeyId number)
{
    if (number == kNoKey && kind != RollupName::Company)
        return;
    auto &known = m_known[static_cast<std::size_t>(kind)];
    if (known.size() >= kMostKnown)
        known.clear();
    const std::uint64_t pair = std::uint64_t{company} << 32U | number;
    if (known.insert(pair).second) [[unlikely]]
        m_fresh[static_cast<std::size_t>(kind)].push_back(pair);
}

bool PostgresCompanyRollups::take(std::int64_t quarter, std::string_view bytes)
{
    RollupBytes block(bytes);
    RollupRow row;
    std::string *rows = nullptr;
    KeyId company = kNoKey;
    while (!block.atEnd()) {
        const std::string_view before = block.left();
        if (!row.read(block, quarter))
            return false;
        if (!rows || apart(row.company) != company) {
            company = apart(row.company);
            rows = &m_rows[company];
            name(company, RollupName::Company, row.company); // Of what belongs to none as well: that there is such.
        }
        name(company, RollupName::User, row.user);
        name(company, RollupName::Country, row.country);
        rows->append(before.substr(0, before.size() - block.left().size()));
    }
    for (const auto &[each, text] : m_rows)
        append({each, dayOfQuarter(quarter)}, quarter, text);
    m_rows.clear();
    return true;
}

void PostgresCompanyRollups::append(CompanyDay place, std::int64_t quarter, std::string_view rows)
{
    std::vector<Part> &parts = m_parts[place];
    if (parts.empty() || parts.back().bytes.size() + rows.size() > kPartBytes)
        parts.push_back({quarter, quarter, {}});
    Part &part = parts.back();
    part.first = std::min(part.first, quarter);
    part.last = std::max(part.last, quarter);
    part.bytes += static_cast<char>(static_cast<unsigned char>(quarter - place.second * kQuartersOfDay));
    appendNumber(part.bytes, rows.size());
    part.bytes += rows;
}

bool PostgresCompanyRollups::takeCell(KeyId company, std::string_view counts)
{
    std::vector<KeyId> countries;
    if (!RollupTally::readCountries(counts, countries))
        return false;
    for (const KeyId country : countries)
        name(company, RollupName::Country, country);
    return true;
}

Result<void> PostgresCompanyRollups::flush()
{
    if (auto sent = sendNames(); !sent)
        return sent;
    return sendParts();
}

Result<void> PostgresCompanyRollups::sendNames()
{
    std::vector<std::int64_t> companies;
    std::vector<std::int64_t> kinds;
    std::vector<std::int64_t> numbers;
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        for (const std::uint64_t pair : m_fresh[kind]) {
            companies.push_back(static_cast<std::int64_t>(pair >> 32U));
            kinds.push_back(static_cast<std::int64_t>(kind));
            numbers.push_back(static_cast<std::int64_t>(pair & std::numeric_limits<std::uint32_t>::max()));
        }
        m_fresh[kind].clear();
    }
    if (companies.empty())
        return {};
    Parameters parameters;
    const auto sent = m_connection.query("INSERT INTO bartizan.rollup_named (company, kind, number) "
                                         "SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[]) "
                                         "ON CONFLICT DO NOTHING",
                                         parameters.addNumbers(companies).addNumbers(kinds).addNumbers(numbers), kKept);
    return sent ? Result<void>() : Result<void>(sent.error());
}

Result<void> PostgresCompanyRollups::sendParts()
{
    if (m_parts.empty())
        return {};
    std::vector<std::int64_t> companies;
    std::vector<std::int64_t> days;
    std::vector<std::int64_t> firsts;
    std::vector<std::int64_t> lasts;
    std::vector<std::int64_t> places;
    std::vector<std::int64_t> sizes;
    std::vector<std::int64_t> nth; // Of its company and day. Only the first may be added to what stands there.
    std::string bytes;
    for (const auto &[where, parts] : m_parts) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            companies.push_back(where.first);
            days.push_back(where.second);
            firsts.push_back(parts[i].first);
            lasts.push_back(parts[i].last);
            places.push_back(static_cast<std::int64_t>(bytes.size()) + 1);
            sizes.push_back(static_cast<std::int64_t>(parts[i].bytes.size()));
            nth.push_back(static_cast<std::int64_t>(i));
            bytes += parts[i].bytes;
        }
    }
    m_parts.clear();
    Parameters parameters;
    parameters.addNumbers(companies).addNumbers(days).addNumbers(firsts).addNumbers(lasts);
    parameters.addNumbers(places).addNumbers(sizes).addNumbers(nth).addBytes(bytes);
    const auto sent = m_connection.query(
        "WITH part AS MATERIALIZED (SELECT g.company, g.day, g.first, g.last, g.nth, "
        "substring($8::bytea FROM g.place FOR g.size) AS bytes, n.id, n.size FROM unnest($1::bigint[], $2::bigint[], "
        "$3::bigint[], $4::bigint[], $5::integer[], $6::integer[], $7::integer[]) "
        "AS g (company, day, first, last, place, size, nth) "
        "LEFT JOIN LATERAL (SELECT id, length(bytes) AS size FROM bartizan.rollup_company_block WHERE company = g.company "
        "AND day = g.day AND g.nth = 0 ORDER BY id DESC LIMIT 1) AS n ON true), "
        "grown AS (UPDATE bartizan.rollup_company_block AS b SET first = least(b.first, p.first), "
        "last = greatest(b.last, p.last), bytes = b.bytes || p.bytes FROM part AS p WHERE b.company = p.company "
        "AND b.day = p.day AND b.id = p.id AND p.size + length(p.bytes) <= $9::bigint RETURNING b.company, b.day) "
        "INSERT INTO bartizan.rollup_company_block (company, day, first, last, bytes) "
        "SELECT company, day, first, last, bytes FROM part AS p WHERE p.nth > 0 "
        "OR NOT EXISTS (SELECT 1 FROM grown AS g WHERE g.company = p.company AND g.day = p.day) ORDER BY company, day, nth",
        parameters.add(static_cast<std::int64_t>(kPartBytes)), kKept);
    return sent ? Result<void>() : Result<void>(sent.error());
}

Result<KeyId> PostgresCompanyRollups::nameLimit(RollupName kind, const std::vector<KeyId> &companies)
{
    const auto limit = m_connection.integer("SELECT coalesce(max(n.number), 0) + 1 FROM unnest($1::bigint[]) AS c (company), "
                                            "LATERAL (SELECT number FROM bartizan.rollup_named WHERE company = c.company "
                                            "AND kind = $2::smallint ORDER BY number DESC LIMIT 1) AS n",
                                            Parameters()
                                                .addNumbers({companies.begin(), companies.end()})
                                                .add(static_cast<std::int64_t>(kind)),
                                            kKept);
    if (!limit)
        return limit.error();
    return static_cast<KeyId>(*limit);
}

Result<std::vector<RollupCell>> PostgresCompanyRollups::readPlaces(std::span<const CompanyCells> spans)
{
    std::vector<RollupCell> cells;
    if (spans.empty())
        return cells;
    std::vector<std::int64_t> levels;
    std::vector<CompanySpan> places;
    for (const CompanyCells &span : spans) {
        levels.push_back(span.level);
        places.push_back(span.cells);
    }
    Parameters parameters = columnsOf(places);
    const auto rows = m_connection.query("SELECT s.company, s.level, c.cell, c.id, c.lookup FROM unnest($1::bigint[], "
                                         "$2::bigint[], $3::bigint[], $4::integer[]) WITH ORDINALITY "
                                         "AS s (company, first, last, level, place), "
                                         "LATERAL (SELECT * FROM bartizan.rollup_cell WHERE company = s.company "
                                         "AND level = s.level AND cell BETWEEN s.first AND s.last OFFSET 0) AS c "
                                         "ORDER BY s.place, c.cell",
                                         parameters.addNumbers(levels), kKept);
    if (!rows)
        return rows.error();
    for (int i = 0; i < rows->size(); ++i) {
        const PostgresRow row = (*rows)[i];
        cells.push_back({static_cast<int>(row.integer(1)), row.integer(2), static_cast<KeyId>(row.integer(0)), row.integer(3),
                         static_cast<std::uint64_t>(row.integer(4)), false});
    }
    return cells;
}

Result<void> PostgresCompanyRollups::expectCells(std::span<const CompanyCells> spans)
{
    auto cells = readPlaces(spans);
    if (!cells)
        return cells.error();
    m_expected = {{spans.begin(), spans.end()}, std::move(*cells)};
    return {};
}

bool PostgresCompanyRollups::isExpected(int level, std::span<const CompanySpan> spans) const
{
    const auto before = [](const CompanyCells &a, const CompanyCells &b) {
        return std::tuple(a.level, a.cells.company, a.cells.first) < std::tuple(b.level, b.cells.company, b.cells.first);
    };
    return std::all_of(spans.begin(), spans.end(), [&](const CompanySpan &span) {
        const auto behind = std::upper_bound(m_expected.spans.begin(), m_expected.spans.end(), CompanyCells{level, span}, before);
        if (behind == m_expected.spans.begin())
            return false;
        const CompanyCells &known = *(behind - 1);
        return known.level == level && known.cells.company == span.company && known.cells.last >= span.last;
    });
}

Result<std::vector<RollupCell>> PostgresCompanyRollups::cellsOf(int level, std::span<const CompanySpan> spans)
{
    if (!isExpected(level, spans)) {
        std::vector<CompanyCells> asked;
        for (const CompanySpan &span : spans)
            asked.push_back({level, span});
        return readPlaces(asked);
    }
    std::vector<RollupCell> cells;
    for (const CompanySpan &span : spans) {
        auto cell = std::lower_bound(m_expected.cells.begin(), m_expected.cells.end(), std::tuple(level, span.company, span.first),
                                     [](const RollupCell &a, const auto &place) {
                                         return std::tuple(a.level, a.company, a.cell) < place;
                                     });
        for (; cell != m_expected.cells.end() && cell->level == level && cell->company == span.company && cell->cell <= span.last; ++cell)
            cells.push_back(*cell);
    }
    return cells;
}

Result<void> PostgresCompanyRollups::readRows(std::span<const CompanySpan> quarters, const UseRows &use)
{
    if (quarters.empty())
        return {};
    std::vector<std::int64_t> firstDays;
    std::vector<std::int64_t> lastDays;
    for (const CompanySpan &span : quarters) {
        firstDays.push_back(dayOfQuarter(span.first));
        lastDays.push_back(dayOfQuarter(span.last));
    }
    std::int64_t place = 0;
    std::int64_t day = 0;
    std::int64_t id = 0;
    for (;;) {
        Parameters parameters = columnsOf(quarters);
        parameters.addNumbers(firstDays).addNumbers(lastDays).add(place).add(day).add(id);
        const auto rows = m_connection.query(
            "SELECT s.place, b.day, b.id, b.bytes FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], "
            "$5::bigint[]) WITH ORDINALITY AS s (company, first, last, first_day, last_day, place), "
            "LATERAL (SELECT * FROM bartizan.rollup_company_block WHERE company = s.company "
            "AND day BETWEEN s.first_day AND s.last_day AND last >= s.first AND first <= s.last OFFSET 0) AS b "
            "WHERE s.place >= $6::bigint AND (s.place, b.day, b.id) > ($6::bigint, $7::bigint, $8::bigint) "
            "ORDER BY 1, 2, 3 LIMIT "
                + std::to_string(kPartsAtOnce),
            parameters, kKept);
        if (!rows)
            return rows.error();
        for (int i = 0; i < rows->size(); ++i) {
            place = (*rows)[i].integer(0);
            day = (*rows)[i].integer(1);
            id = (*rows)[i].integer(2);
            if (!readPart(day, (*rows)[i].stored(3), quarters[static_cast<std::size_t>(place - 1)], use))
                return damaged(id);
        }
        if (rows->size() < kPartsAtOnce)
            return {};
    }
}

Error PostgresCompanyRollups::damaged(std::int64_t row) const
{
    return m_connection.error(QCoreApplication::translate("bartizan::PostgresStore", "row %1 of %2 is damaged")
                                  .arg(row)
                                  .arg(QLatin1String("rollup_company_block")));
}

} // namespace bartizan
