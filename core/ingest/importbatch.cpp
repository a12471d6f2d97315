// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/importbatch.h"

#include "core/ingest/linereader.h"
#include "core/ingest/utf8.h"

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

constexpr qint64 kTellEvery = 200; // ms
/// The clock is looked at once in so many lines.
constexpr std::int64_t kLinesBetween = 256;

constexpr TimeRange kNothing{std::numeric_limits<TimestampMs>::max(), std::numeric_limits<TimestampMs>::min()};

/// Close enough for a bound: the texts that can be large.
std::size_t sizeOf(const AuditEvent &event)
{
    const auto size = [](const std::optional<std::string> &text) { return text ? text->size() : 0; };
    return sizeof(NewAuditRow) + event.metadata.size() + event.action.size() + size(event.context.userId)
        + size(event.context.userAgent) + size(event.context.sessionId) + size(event.errorMessage);
}

} // namespace

ImportBatch::ImportBatch(AuditLog &log, const ImportObserver &observer, std::string fileName)
    : m_log(log), m_observer(observer), m_fileName(std::move(fileName)), m_batchRange(kNothing), m_range(kNothing)
{
    m_sinceTold.start();
}

void ImportBatch::add(AuditEvent &&event, std::uint64_t fingerprint)
{
    if (failed())
        return;
    m_bytes += sizeOf(event);
    m_batchRange.start = std::min(m_batchRange.start, event.timestamp);
    m_batchRange.end = std::max(m_batchRange.end, event.timestamp);
    m_rows.push_back({std::move(event), fingerprint});
    if (m_rows.size() >= kRows || m_bytes >= kBytes)
        flush();
}

void ImportBatch::quarantine(std::int64_t line, const QString &reason, std::string_view text)
{
    if (failed())
        return;
    QuarantinedLine bad;
    bad.source = m_fileName;
    bad.line = line;
    bad.reason = reason.toStdString();
    repairUtf8(text.substr(0, kKeptText), bad.text);
    m_quarantined.push_back(std::move(bad));
    if (m_quarantined.size() >= kQuarantined)
        flush();
}

void ImportBatch::flush()
{
    if (failed() || cancelled() || (m_rows.empty() && m_quarantined.empty()))
        return;
    const auto done = m_log.append(m_rows, m_quarantined);
    if (!done) {
        m_state = done.error();
        return;
    }
    m_progress.imported += done->inserted;
    m_progress.duplicates += done->duplicates;
    m_progress.quarantined += static_cast<std::int64_t>(m_quarantined.size());
    if (done->inserted > 0) {
        m_range.start = std::min(m_range.start, m_batchRange.start);
        m_range.end = std::max(m_range.end, m_batchRange.end);
    }
    m_batchRange = kNothing;
    if (m_observer.quarantined) {
        for (const QuarantinedLine &line : m_quarantined)
            m_observer.quarantined(line);
    }
    m_rows.clear();
    m_quarantined.clear();
    m_bytes = 0;
}

void ImportBatch::tell(const LineReader &reader, std::int64_t lines)
{
    m_progress.lines = lines;
    if (!m_observer.progress || lines % kLinesBetween != 0 || m_sinceTold.elapsed() < kTellEvery)
        return;
    m_sinceTold.restart();
    m_progress.bytesRead = reader.bytesRead();
    m_progress.bytesTotal = reader.bytesTotal();
    m_observer.progress(m_progress);
}

ImportReport ImportBatch::report(ImportFormat format, const LineReader &reader)
{
    m_progress.bytesRead = reader.bytesRead();
    m_progress.bytesTotal = reader.bytesTotal();
    if (m_observer.progress)
        m_observer.progress(m_progress);
    return {m_progress, format, m_range, cancelled()};
}

} // namespace bartizan
