// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/import.h"

#include <QElapsedTimer>

#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

class LineReader;

/// Gathers rows and quarantined lines and hands them to the log in large transactions, and tells the observer how far
/// it has come. A failure of the log is remembered: nothing is taken after it. Thread: the log's.
class ImportBatch {
public:
    /// A transaction is written at whichever of these comes first.
    static constexpr std::size_t kRows = 50'000;
    static constexpr std::size_t kBytes = 32u << 20;
    static constexpr std::size_t kQuarantined = 2'000;
    /// How much of a line that cannot be read is kept.
    static constexpr std::size_t kKeptText = 4096;

    ImportBatch(AuditLog &log, const ImportObserver &observer, std::string fileName);

    const std::string &fileName() const noexcept { return m_fileName; }

    void add(AuditEvent &&event, std::uint64_t fingerprint);
    void quarantine(std::int64_t line, const QString &reason, std::string_view text);
    /// Writes what has gathered.
    void flush();
    /// Notes how far reading has come; now and then the observer is told.
    void tell(const LineReader &reader, std::int64_t lines);

    bool failed() const noexcept { return !m_state.ok(); }
    /// Whether the log refused, and why.
    const Result<void> &state() const noexcept { return m_state; }
    bool cancelled() const noexcept { return m_observer.cancel && m_observer.cancel->load(std::memory_order_relaxed); }
    /// What has been done so far, told to the observer as well.
    ImportReport report(ImportFormat format, const LineReader &reader);

private:
    AuditLog &m_log;
    const ImportObserver &m_observer;
    std::string m_fileName;
    std::vector<NewAuditRow> m_rows;
    std::vector<QuarantinedLine> m_quarantined;
    std::size_t m_bytes = 0;
    TimeRange m_batchRange;
    TimeRange m_range;
    ImportProgress m_progress;
    QElapsedTimer m_sinceTold;
    Result<void> m_state;
};

} // namespace bartizan
