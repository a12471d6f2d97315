// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/import.h"
#include "core/ingest/importbatch.h"

#include <QElapsedTimer>

namespace bartizan {

/// Writes the batches that come through an exchange to the log, one transaction each, and tells the observer how far
/// the import has come. Thread: the log's.
class BatchWriter {
public:
    BatchWriter(BatchExchange &exchange, AuditLog &log, const ImportObserver &observer);

    /// Writes until the reader has ended, the log refuses or the observer cancels; in any case nothing is taken after
    /// it. Fails when the log refuses: the batch that failed is not stored, nor is any after it.
    Result<void> run();
    /// What has been done so far, told to the observer as well.
    ImportReport report(ImportFormat format);

private:
    Result<void> write(const ImportBatch &batch);
    void tell(std::int64_t lines, std::int64_t bytesRead);
    bool cancelled() const noexcept { return m_observer.cancel && m_observer.cancel->load(std::memory_order_relaxed); }

    BatchExchange &m_exchange;
    AuditLog &m_log;
    const ImportObserver &m_observer;
    ImportProgress m_progress;
    TimeRange m_range;
    std::int64_t m_expired = 0;
    QElapsedTimer m_sinceTold;
};

} // namespace bartizan
