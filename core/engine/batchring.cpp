// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/batchring.h"

namespace bartizan {

EventBatch *BatchRing::toFill()
{
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_filled - m_taken < kBatches || m_stopped; });
    }
    if (m_stopped)
        return nullptr;
    EventBatch &batch = m_batches[m_filled % kBatches];
    batch.clear();
    return &batch;
}

void BatchRing::filled()
{
    const std::scoped_lock lock(m_mutex);
    ++m_filled;
    m_changed.notify_one();
}

bool BatchRing::drain()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_filled == m_taken || m_stopped; });
    return !m_stopped;
}

void BatchRing::end()
{
    const std::scoped_lock lock(m_mutex);
    m_ended = true;
    m_changed.notify_one();
}

EventBatch *BatchRing::toTake()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_taken < m_filled || m_ended; });
    return m_taken < m_filled ? &m_batches[m_taken % kBatches] : nullptr;
}

void BatchRing::taken()
{
    const std::scoped_lock lock(m_mutex);
    ++m_taken;
    m_changed.notify_one();
}

void BatchRing::stop()
{
    const std::scoped_lock lock(m_mutex);
    m_stopped = true;
    m_changed.notify_one();
}

} // namespace bartizan
