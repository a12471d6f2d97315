// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/ingest/csvrecords.h"
#include "core/ingest/eventbuilder.h"

#include <optional>
#include <string>
#include <vector>

namespace bartizan {

/// Reads audit events from records of CSV whose header names the fields of an event, in any order. An empty cell is
/// absent, a column of no known name goes to the metadata, and the apostrophe that keeps a spreadsheet from computing a
/// cell is taken off. Thread: one at a time.
class CsvReader {
public:
    explicit CsvReader(EventBuilder &builder) : m_builder(builder) {}

    /// Whether a record names the columns of events.
    static bool isHeader(const std::vector<std::string> &fields);

    /// Fails when a column is missing that every event needs, naming it.
    Result<void> setHeader(const CsvRecords::Record &header);
    /// Reads a record into the builder; answers with the reason when it is no event.
    QString read(const CsvRecords::Record &record, std::string_view fileJson);

private:
    struct Column {
        std::optional<EventField> field;
        std::string name;
    };
    QString readCell(const Column &column, std::string_view cell);

    EventBuilder &m_builder;
    std::vector<Column> m_columns;
    std::string m_repaired;
    std::string m_json;
};

} // namespace bartizan
