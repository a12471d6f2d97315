// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/batchwriter.h"

#include <algorithm>
#include <limits>

namespace bartizan {
namespace {

constexpr std::chrono::milliseconds kTellEvery{200};

} // namespace

BatchWriter::BatchWriter(BatchExchange &exchange, AuditLog &log, const ImportObserver &observer)
    : m_exchange(exchange), m_log(log), m_observer(observer),
      m_range{std::numeric_limits<TimestampMs>::max(), std::numeric_limits<TimestampMs>::min()}
{
}

Result<void> BatchWriter::run()
{
    Result<void> state;
    for (;;) {
        const BatchExchange::Next next = m_exchange.wait(kTellEvery);
        if (next == BatchExchange::Next::End || cancelled())
            break;
        if (next == BatchExchange::Next::Wait) {
            tell(m_exchange.lines(), m_exchange.bytesRead());
            continue;
        }
        state = write(m_exchange.batch());
        if (!state)
            break;
        tell(m_exchange.batch().lines, m_exchange.batch().bytesRead);
        m_exchange.written();
    }
    m_exchange.stop();
    return state;
}

Result<void> BatchWriter::write(const ImportBatch &batch)
{
    const auto done = m_log.append(batch.rows, batch.quarantined);
    if (!done)
        return done.error();
    m_progress.imported += done->inserted;
    m_progress.duplicates += done->duplicates;
    m_expired += done->expired;
    m_progress.quarantined += static_cast<std::int64_t>(batch.quarantined.size());
    if (done->inserted > 0) {
        m_range.start = std::min(m_range.start, batch.range.start);
        m_range.end = std::max(m_range.end, batch.range.end);
    }
    if (m_observer.quarantined) {
        for (const QuarantinedLine &line : batch.quarantined)
            m_observer.quarantined(line);
    }
    return {};
}

void BatchWriter::tell(std::int64_t lines, std::int64_t bytesRead)
{
    if (!m_observer.progress || (m_sinceTold.isValid() && m_sinceTold.elapsed() < kTellEvery.count()))
        return;
    m_progress.lines = lines;
    m_progress.bytesRead = bytesRead;
    m_progress.bytesTotal = m_exchange.bytesTotal();
    m_sinceTold.start();
    m_observer.progress(m_progress);
}

ImportReport BatchWriter::report(ImportFormat format)
{
    m_progress.lines = m_exchange.lines();
    m_progress.bytesRead = m_exchange.bytesRead();
    m_progress.bytesTotal = m_exchange.bytesTotal();
    if (m_observer.progress)
        m_observer.progress(m_progress);
    ImportReport report{m_progress, format, m_range, cancelled()};
    report.expired = m_expired;
    return report;
}

} // namespace bartizan
