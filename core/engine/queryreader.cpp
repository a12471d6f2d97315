// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/queryreader.h"

#include "core/ports/store.h"

#include <algorithm>

namespace bartizan {

QueryReader::QueryReader(StoreFactory factory) : m_factory(std::move(factory)) {}

QueryReader::~QueryReader() = default;

void QueryReader::submit(std::size_t line, Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopped)
            return;
        if (!m_waiting[line])
            m_order.push_back(line);
        m_waiting[line] = std::move(job);
        if (m_busy && m_busyLine == line)
            m_busy->interrupt();
    }
    QMetaObject::invokeMethod(this, &QueryReader::runNext, Qt::QueuedConnection);
}

void QueryReader::reopen()
{
    QMetaObject::invokeMethod(this, [this] { m_store.reset(); }, Qt::QueuedConnection);
}

void QueryReader::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    m_order.clear();
    m_waiting.fill({});
    if (m_busy)
        m_busy->interrupt();
}

void QueryReader::runNext()
{
    Job job;
    std::size_t line = 0;
    {
        const std::lock_guard lock(m_mutex);
        if (m_order.empty())
            return; // Replaced before its turn came, or stopped.
        line = m_order.front();
        m_order.pop_front();
        job = std::exchange(m_waiting[line], {});
    }
    Error error;
    if (!m_store) {
        auto opened = m_factory();
        if (opened)
            m_store = std::move(*opened);
        else
            error = opened.error();
    }
    {
        const std::lock_guard lock(m_mutex);
        m_busy = m_store.get();
        m_busyLine = line;
    }
    const bool good = job(m_store.get(), error);
    {
        // From here on nobody interrupts the store, so that the next job is not hit by what was meant for this one.
        const std::lock_guard lock(m_mutex);
        m_busy = nullptr;
    }
    if (!good)
        m_store.reset();
}

} // namespace bartizan
