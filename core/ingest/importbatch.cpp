// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/importbatch.h"

#include <utility>

namespace bartizan {

void ImportBatch::clear()
{
    rows.clear();
    quarantined.clear();
    bytes = 0;
}

bool BatchExchange::handOver(ImportBatch &filled)
{
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_full || m_stopped.load(std::memory_order_relaxed); });
        if (m_stopped.load(std::memory_order_relaxed))
            return false;
        std::swap(filled, m_given);
        m_full = true;
    }
    m_changed.notify_one();
    // Here rather than by the store: what a thread has allocated it frees fastest, and the store is the slower one.
    filled.clear();
    return true;
}

void BatchExchange::end()
{
    const std::scoped_lock lock(m_mutex);
    m_ended = true;
    m_changed.notify_one();
}

BatchExchange::Next BatchExchange::wait(std::chrono::milliseconds atMost)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, atMost, [this] { return m_full || m_ended; });
    if (m_full)
        return Next::Write;
    return m_ended ? Next::End : Next::Wait;
}

void BatchExchange::written()
{
    const std::scoped_lock lock(m_mutex);
    m_full = false;
    m_changed.notify_one();
}

void BatchExchange::stop()
{
    const std::scoped_lock lock(m_mutex);
    m_stopped.store(true, std::memory_order_relaxed);
    m_changed.notify_one();
}

} // namespace bartizan
