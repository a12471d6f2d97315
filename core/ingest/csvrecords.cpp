// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/csvrecords.h"

#include "core/ingest/importtext.h"

#include <algorithm>
#include <iterator>

namespace bartizan {
namespace {

bool hasOpenQuote(std::string_view text, bool open) noexcept
{
    return (std::count(text.begin(), text.end(), '"') % 2 != 0) != open;
}

} // namespace

bool splitCsv(std::string_view record, std::vector<std::string> &fields)
{
    fields.clear();
    std::size_t at = 0;
    for (;;) {
        std::string &field = fields.emplace_back();
        if (at < record.size() && record[at] == '"') {
            for (++at;;) {
                const std::size_t quote = record.find('"', at);
                if (quote == std::string_view::npos)
                    return false;
                field.append(record, at, quote - at);
                at = quote + 1;
                if (at >= record.size() || record[at] != '"')
                    break;
                field += '"';
                ++at;
            }
            if (at < record.size() && record[at] != ',')
                return false;
        } else {
            const std::size_t comma = std::min(record.find(',', at), record.size());
            field.assign(record, at, comma - at);
            if (field.find('"') != std::string::npos)
                return false;
            at = comma;
        }
        if (at >= record.size())
            return true;
        ++at;
    }
}

bool CsvRecords::nextLine(Held &line)
{
    if (!m_again.empty()) {
        line = std::move(m_again.front());
        m_again.pop_front();
        return true;
    }
    LineReader::Line read;
    if (!m_reader.next(read))
        return false;
    ++m_lines;
    line.text.assign(read.text);
    line.number = read.number;
    line.tooLong = read.tooLong;
    line.endsCrLf = read.endsCrLf;
    return true;
}

/// Appends the lines that an open quote takes in; false when it never closes. `endsCrLf`: how its first line ends.
bool CsvRecords::gather(Record &record, bool endsCrLf)
{
    bool open = hasOpenQuote(record.text, false);
    if (!open)
        return true;
    const std::size_t first = record.text.size();
    std::vector<Held> taken;
    Held line;
    while (open && taken.size() < kMaxLines && record.text.size() < LineReader::kMaxLine && nextLine(line)) {
        open = hasOpenQuote(line.text, open);
        record.text += endsCrLf ? "\r\n" : "\n";
        record.text += line.text;
        endsCrLf = line.endsCrLf;
        taken.push_back(std::move(line));
    }
    if (!open && splitCsv(record.text, record.fields))
        return true;
    m_again.insert(m_again.begin(), std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end()));
    record.text.resize(first);
    return false;
}

bool CsvRecords::next(Record &record)
{
    Held line;
    do {
        if (!nextLine(line))
            return false;
    } while (line.text.empty());
    record.line = line.number;
    record.text = std::move(line.text);
    record.fault.clear();
    if (line.tooLong)
        record.fault = ImportText::tr("is longer than %1 MiB").arg(LineReader::kMaxLine >> 20);
    else if (!gather(record, line.endsCrLf))
        record.fault = ImportText::tr("has a quote that is never closed");
    else if (!splitCsv(record.text, record.fields))
        record.fault = ImportText::tr("has a quote inside a field that is not quoted");
    return true;
}

} // namespace bartizan
