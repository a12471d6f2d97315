// SPDX-License-Identifier: GPL-3.0-or-later
// Values to and from PostgreSQL.
#include "core/storage/postgresconnection.h"

#include <libpq-fe.h>

#include <array>
#include <cstdlib>

namespace bartizan {
namespace {

/// A number as the server holds it, the highest byte first.
std::int64_t numberOf(std::string_view bytes)
{
    if (bytes.empty())
        return 0;
    std::int64_t value = static_cast<signed char>(bytes.front());
    for (const char c : bytes.substr(1))
        value = value * 256 + static_cast<unsigned char>(c);
    return value;
}

} // namespace

PostgresParameters &PostgresParameters::raw(std::string value)
{
    m_values.emplace_back(std::move(value));
    m_formats.push_back(0);
    return *this;
}

PostgresParameters &PostgresParameters::addNull()
{
    m_values.emplace_back();
    m_formats.push_back(0);
    return *this;
}

PostgresParameters &PostgresParameters::add(double value)
{
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return raw(std::string(text.data(), end));
}

PostgresParameters &PostgresParameters::add(const std::optional<std::string> &text)
{
    return text ? add(std::string_view(*text)) : addNull();
}

PostgresParameters &PostgresParameters::add(const std::optional<std::int64_t> &value)
{
    return value ? add(*value) : addNull();
}

PostgresParameters &PostgresParameters::addArray(const std::vector<std::string_view> &texts)
{
    std::string array = "{";
    for (const std::string_view text : texts) {
        array += array.size() > 1 ? ",\"" : "\"";
        for (const char c : postgresEncoded(text)) {
            if (c == '"' || c == '\\')
                array += '\\';
            array += c;
        }
        array += '"';
    }
    return raw(array + '}');
}

PostgresParameters &PostgresParameters::addNumbers(const std::vector<std::int64_t> &numbers)
{
    std::string array = "{";
    for (const std::int64_t number : numbers) {
        if (array.size() > 1)
            array += ',';
        array += std::to_string(number);
    }
    return raw(array + '}');
}

PostgresParameters &PostgresParameters::addBytes(std::string_view bytes)
{
    raw(std::string(bytes));
    m_formats.back() = 1;
    return *this;
}

bool PostgresRow::isNull(int column) const
{
    return PQgetisnull(m_result, m_row, column) == 1;
}

std::string_view PostgresRow::stored(int column) const
{
    if (isNull(column))
        return {};
    return {PQgetvalue(m_result, m_row, column), static_cast<std::size_t>(PQgetlength(m_result, m_row, column))};
}

bool PostgresRow::isBinary(int column) const
{
    return PQfformat(m_result, column) == 1;
}

std::int64_t PostgresRow::integer(int column) const
{
    const std::string_view text = stored(column);
    if (isBinary(column))
        return numberOf(text);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

double PostgresRow::real(int column) const
{
    const std::string_view text = stored(column);
    double value = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool PostgresRow::boolean(int column) const
{
    const std::string_view text = stored(column);
    return isBinary(column) ? numberOf(text) != 0 : text == "t";
}

std::optional<std::string> PostgresRow::optionalString(int column) const
{
    return isNull(column) ? std::nullopt : std::optional(string(column));
}

std::string PostgresRow::bytes(int column) const
{
    std::string_view hex = stored(column);
    if (isBinary(column))
        return std::string(hex);
    if (!hex.starts_with("\\x"))
        return {};
    hex.remove_prefix(2);
    std::string out(hex.size() / 2, '\0');
    for (std::size_t i = 0; i < out.size(); ++i) {
        unsigned value = 0;
        std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, value, 16);
        out[i] = static_cast<char>(static_cast<unsigned char>(value));
    }
    return out;
}

PostgresRows::PostgresRows(pg_result *result) : m_result(result, &PQclear) {}

int PostgresRows::size() const
{
    return PQntuples(m_result.get());
}

std::int64_t PostgresRows::changed() const
{
    const std::string_view text = PQcmdTuples(m_result.get());
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace bartizan
