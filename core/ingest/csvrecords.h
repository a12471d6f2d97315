// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/linereader.h"

#include <QString>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// Splits the text of one record of RFC 4180 into its fields; false when a quote stands where none may.
bool splitCsv(std::string_view record, std::vector<std::string> &fields);

/// Reads records of RFC 4180, which may run over several lines. A record that never ends, or is longer than kMaxLines
/// or LineReader::kMaxLine, is a fault of its first line alone; reading goes on with the line after it.
/// Thread: one at a time.
class CsvRecords {
public:
    static constexpr std::size_t kMaxLines = 1000;

    struct Record {
        std::int64_t line = 0;  ///< Of its first line.
        std::string text;       ///< As it stands in the file, without the end of its last line.
        std::vector<std::string> fields;
        QString fault;          ///< Why it cannot be read; empty when it can.
    };

    /// `reader` must outlive this.
    explicit CsvRecords(LineReader &reader) : m_reader(reader) {}

    /// The next record, past empty lines; false at the end.
    bool next(Record &record);
    /// How many lines have been read.
    std::int64_t lines() const noexcept { return m_lines; }

private:
    struct Held {
        std::string text;
        std::int64_t number = 0;
        bool tooLong = false;
        bool endsCrLf = false;
    };
    bool nextLine(Held &line);
    bool gather(Record &record, bool endsCrLf);

    LineReader &m_reader;
    std::deque<Held> m_again; ///< Lines to be read once more.
    std::int64_t m_lines = 0;
};

} // namespace bartizan
