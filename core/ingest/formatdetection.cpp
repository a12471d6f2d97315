// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/formatdetection.h"

#include "core/ingest/csvreader.h"
#include "core/ingest/importtext.h"
#include "core/ingest/linereader.h"
#include "core/ingest/syslogclock.h"

#include <algorithm>
#include <optional>

namespace bartizan {
namespace {

constexpr std::size_t kLookAhead = 64u << 10;
/// The start of a log may be cut off in the middle of a line, or hold a word of a tool.
constexpr int kLines = 20;

/// Whether a line begins as an object does; of what is no text at all some line begins with a brace.
bool beginsObject(std::string_view line)
{
    if (!line.starts_with('{'))
        return false;
    const std::size_t next = line.find_first_not_of(" \t", 1);
    return next != std::string_view::npos && (line[next] == '"' || line[next] == '}');
}

std::optional<ImportFormat> formatOf(std::string_view line)
{
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (beginsObject(line)) {
        const bool journal = line.find("\"__REALTIME_TIMESTAMP\"") != std::string_view::npos
            || line.find("\"__CURSOR\"") != std::string_view::npos;
        return journal ? ImportFormat::Sshd : ImportFormat::Ndjson;
    }
    std::string_view rest = line;
    if (takeStamp(rest))
        return ImportFormat::Sshd;
    std::vector<std::string> fields;
    if (splitCsv(line, fields) && CsvReader::isHeader(fields))
        return ImportFormat::Csv;
    return std::nullopt;
}

QString nameOf(const QString &path) { return path == QLatin1String("-") ? ImportText::tr("standard input") : path; }

} // namespace

Result<ImportFormat> detectFormat(LineReader &reader, const QString &path)
{
    std::string_view start = reader.peek(kLookAhead);
    if (start.starts_with("\x1f\x8b") || start.starts_with("\xfd\x37zXZ") || start.starts_with("\x28\xb5\x2f\xfd")
        || start.starts_with("BZh"))
        return Error{ImportText::tr("%1 is compressed: unpack it first").arg(nameOf(path))};
    if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff"))
        return Error{ImportText::tr("%1 is UTF-16: convert it to UTF-8 first").arg(nameOf(path))};
    bool blank = true;
    for (int i = 0; i < kLines && !start.empty(); ++i) {
        const std::size_t end = std::min(start.find('\n'), start.size());
        std::string_view line = start.substr(0, end);
        start.remove_prefix(std::min(start.size(), end + 1));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        blank = blank && line.find_first_not_of(" \t") == std::string_view::npos;
        if (const auto format = formatOf(line))
            return *format;
    }
    if (blank && reader.error().message.isEmpty())
        return ImportFormat::Ndjson; // Nothing in it: nothing to misread.
    if (!reader.error().message.isEmpty())
        return reader.error();
    return Error{ImportText::tr("Cannot tell the format of %1: its first lines are neither events in JSON or CSV nor a "
                                "log of sshd. If you know it, name the format.").arg(nameOf(path))};
}

} // namespace bartizan
