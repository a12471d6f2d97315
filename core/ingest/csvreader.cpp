// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/csvreader.h"

#include "core/domain/jsontext.h"
#include "core/ingest/importtext.h"
#include "core/domain/utf8.h"

#include <QStringList>

#include <algorithm>

namespace bartizan {
namespace {

struct Needed {
    EventField field;
    const char *name;
};
constexpr Needed kNeeded[] = {{EventField::Timestamp, "timestamp"},
                              {EventField::EventType, "eventType"},
                              {EventField::Action, "action"},
                              {EventField::Outcome, "outcome"}};

QStringList missingColumns(const std::vector<std::string> &fields)
{
    QStringList missing;
    for (const Needed &needed : kNeeded) {
        const bool there = std::any_of(fields.begin(), fields.end(), [&needed](const std::string &name) {
            return eventFieldOfColumn(name) == needed.field;
        });
        if (!there)
            missing.append(QLatin1String(needed.name));
    }
    return missing;
}

/// What an export puts before a cell that a spreadsheet would take for a formula.
bool isGuarded(std::string_view cell) noexcept
{
    return cell.size() > 1 && cell[0] == '\'' && std::string_view("=+-@\t\r").find(cell[1]) != std::string_view::npos;
}

} // namespace

bool CsvReader::isHeader(const std::vector<std::string> &fields) { return missingColumns(fields).isEmpty(); }

Result<void> CsvReader::setHeader(const CsvRecords::Record &header)
{
    const QStringList missing = header.fault.isEmpty() ? missingColumns(header.fields) : QStringList();
    if (!header.fault.isEmpty())
        return Error{ImportText::tr("The header of the CSV cannot be read: line %1 %2").arg(header.line).arg(header.fault)};
    if (!missing.isEmpty())
        return Error{ImportText::tr("The header of the CSV, line %1, lacks %2")
                         .arg(header.line).arg(missing.join(QLatin1String(", ")))};
    m_columns.clear();
    for (const std::string &name : header.fields)
        m_columns.push_back({eventFieldOfColumn(name), name});
    return {};
}

QString CsvReader::readCell(const Column &column, std::string_view cell)
{
    if (!isUtf8(cell)) {
        repairUtf8(cell, m_repaired);
        cell = m_repaired;
    }
    if (isGuarded(cell))
        cell.remove_prefix(1);
    if (cell.empty())
        return {};
    if (column.field)
        return m_builder.setText(*column.field, cell);
    m_json.clear();
    appendJsonString(m_json, cell);
    return m_builder.addExtra(column.name, m_json);
}

QString CsvReader::read(const CsvRecords::Record &record, std::string_view fileJson)
{
    if (!record.fault.isEmpty())
        return record.fault;
    if (record.fields.size() != m_columns.size())
        return ImportText::tr("has %1 fields where the header has %2").arg(record.fields.size()).arg(m_columns.size());
    m_builder.begin();
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const QString reason = readCell(m_columns[i], record.fields[i]);
        if (!reason.isEmpty())
            return reason;
    }
    return m_builder.finish(fileJson, record.line);
}

} // namespace bartizan
