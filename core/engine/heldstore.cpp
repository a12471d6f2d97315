// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/heldstore.h"

#include <QCoreApplication>

namespace bartizan {

Result<Store *> HeldStore::open()
{
    const Error ending{QCoreApplication::translate("Engine", "The database is being closed")};
    if (isStopped())
        return ending;
    if (m_store)
        return m_store.get();
    auto opened = m_factory();
    if (!opened)
        return opened.error();
    const std::lock_guard lock(m_mutex);
    if (m_stopped) // Meanwhile: nobody would interrupt it any more.
        return ending;
    m_store = std::move(*opened);
    return m_store.get();
}

void HeldStore::reset()
{
    std::unique_ptr<Store> closed; // After the lock: who interrupts need not wait for it.
    const std::lock_guard lock(m_mutex);
    closed = std::move(m_store);
}

void HeldStore::stopSoon()
{
    const std::lock_guard lock(m_mutex);
    m_stopped = true;
    if (m_store)
        m_store->interrupt();
}

bool HeldStore::isStopped() const
{
    const std::lock_guard lock(m_mutex);
    return m_stopped;
}

} // namespace bartizan
