// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/batchfiller.h"

#include "core/ingest/linereader.h"
#include "core/domain/utf8.h"

#include <algorithm>

namespace bartizan {
namespace {

/// Close enough for a bound: the texts that can be large.
std::size_t sizeOf(const AuditEvent &event)
{
    const auto size = [](const std::optional<std::string> &text) { return text ? text->size() : 0; };
    return sizeof(NewAuditRow) + event.metadata.size() + event.action.size() + size(event.context.userId)
        + size(event.context.userAgent) + size(event.context.sessionId) + size(event.errorMessage);
}

} // namespace

BatchFiller::BatchFiller(BatchExchange &exchange, const LineReader &reader, std::string fileName)
    : m_exchange(exchange), m_reader(reader), m_fileName(std::move(fileName))
{
}

void BatchFiller::add(AuditEvent &&event, std::uint64_t fingerprint)
{
    if (stopped())
        return;
    m_batch.bytes += sizeOf(event);
    TimeRange &range = m_batch.range;
    if (m_batch.rows.empty()) {
        range = {event.timestamp, event.timestamp};
    } else {
        range.start = std::min(range.start, event.timestamp);
        range.end = std::max(range.end, event.timestamp);
    }
    m_batch.rows.push_back({std::move(event), fingerprint});
    if (m_batch.full())
        flush();
}

void BatchFiller::quarantine(std::int64_t line, const QString &reason, std::string_view text)
{
    if (stopped())
        return;
    QuarantinedLine bad;
    bad.source = m_fileName;
    bad.line = line;
    bad.reason = reason.toStdString();
    repairUtf8(text.substr(0, kKeptText), bad.text);
    m_batch.quarantined.push_back(std::move(bad));
    if (m_batch.full())
        flush();
}

void BatchFiller::setLines(std::int64_t lines) noexcept
{
    m_lines = lines;
    m_exchange.setPosition(lines, m_reader.bytesRead(), m_reader.bytesTotal());
}

void BatchFiller::finish()
{
    flush();
    setLines(m_lines);
    m_exchange.end();
}

void BatchFiller::flush()
{
    if (m_batch.empty())
        return;
    m_batch.lines = m_lines;
    m_batch.bytesRead = m_reader.bytesRead();
    if (!m_exchange.handOver(m_batch))
        m_batch.clear();
}

} // namespace bartizan
