// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/auditlog.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace bartizan {

/// Rows and quarantined lines that go into the log together, in one transaction.
struct ImportBatch {
    /// It is full at whichever of these comes first.
    static constexpr std::size_t kRows = 50'000;
    static constexpr std::size_t kBytes = 32u << 20;
    static constexpr std::size_t kQuarantined = 2'000;

    std::vector<NewAuditRow> rows;
    std::vector<QuarantinedLine> quarantined;
    std::size_t bytes = 0;      ///< Of the rows' text.
    TimeRange range;            ///< Of the rows; meaningless when there are none.
    std::int64_t lines = 0;     ///< How far reading had come with it.
    std::int64_t bytesRead = 0;

    bool empty() const noexcept { return rows.empty() && quarantined.empty(); }
    bool full() const noexcept
    {
        return rows.size() >= kRows || bytes >= kBytes || quarantined.size() >= kQuarantined;
    }
    /// Empties it, and keeps room for as many rows.
    void clear();
};

/// Where a thread that reads a log and the thread of the store meet: while one batch is written, the next is filled,
/// and there are never more than these two. Thread: each function says which of the two.
class BatchExchange {
public:
    /// Reader: waits until the store has written the batch before, hands over `filled`, and gets an empty one in its
    /// place. False when the store takes no more: then reading ends.
    bool handOver(ImportBatch &filled);
    /// Reader: nothing more comes.
    void end();
    /// Reader: how far it has come; `bytesTotal` as ImportProgress has it.
    void setPosition(std::int64_t lines, std::int64_t bytesRead, std::int64_t bytesTotal) noexcept
    {
        m_lines.store(lines, std::memory_order_relaxed);
        m_bytesRead.store(bytesRead, std::memory_order_relaxed);
        m_bytesTotal.store(bytesTotal, std::memory_order_relaxed);
    }

    /// What the store's thread has to do.
    enum class Next { Write, Wait, End };
    /// Store: waits at most so long for a batch.
    Next wait(std::chrono::milliseconds atMost);
    /// Store: the batch, from Write on until written().
    ImportBatch &batch() noexcept { return m_given; }
    /// Store: the batch is done with.
    void written();
    /// Store: takes no more. Reading ends at its next line.
    void stop();

    /// Set by stop(). Thread: any.
    const std::atomic<bool> &stopped() const noexcept { return m_stopped; }
    /// What setPosition() told. Thread: any.
    std::int64_t lines() const noexcept { return m_lines.load(std::memory_order_relaxed); }
    std::int64_t bytesRead() const noexcept { return m_bytesRead.load(std::memory_order_relaxed); }
    std::int64_t bytesTotal() const noexcept { return m_bytesTotal.load(std::memory_order_relaxed); }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_full = false; ///< m_given is the store's.
    bool m_ended = false;
    std::atomic<bool> m_stopped = false;
    ImportBatch m_given;
    std::atomic<std::int64_t> m_lines = 0;
    std::atomic<std::int64_t> m_bytesRead = 0;
    std::atomic<std::int64_t> m_bytesTotal = 0;
};

} // namespace bartizan
