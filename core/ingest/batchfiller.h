// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/importbatch.h"

#include <QString>

#include <string>
#include <string_view>

namespace bartizan {

class LineReader;

/// Gathers rows and quarantined lines, in the order in which they are read, and hands them on in large batches.
/// Thread: the one that reads.
class BatchFiller {
public:
    /// How much of a line that cannot be read is kept.
    static constexpr std::size_t kKeptText = 4096;

    BatchFiller(BatchExchange &exchange, const LineReader &reader, std::string fileName);

    const std::string &fileName() const noexcept { return m_fileName; }

    void add(AuditEvent &&event, std::uint64_t fingerprint);
    void quarantine(std::int64_t line, const QString &reason, std::string_view text);
    /// Notes that so many lines are read.
    void setLines(std::int64_t lines) noexcept;
    /// Hands on what has gathered, and says that nothing more comes.
    void finish();
    /// Whether nothing is taken any more.
    bool stopped() const noexcept { return m_exchange.stopped().load(std::memory_order_relaxed); }

private:
    void flush();

    BatchExchange &m_exchange;
    const LineReader &m_reader;
    std::string m_fileName;
    ImportBatch m_batch;
    std::int64_t m_lines = 0;
};

} // namespace bartizan
