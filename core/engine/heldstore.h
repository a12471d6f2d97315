// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/storefactory.h"
#include "core/ports/store.h"

#include <memory>
#include <mutex>

namespace bartizan {

/// The connection that a worker works on, opened when it is needed, and interrupted from another thread when the work is
/// to end. Thread: the worker's; stopSoon() any.
class HeldStore {
public:
    explicit HeldStore(StoreFactory factory) : m_factory(std::move(factory)) {}

    /// Opens it if it is not open; fails as well once stopSoon() was called. The store stays until reset().
    Result<Store *> open();
    /// Null while it is not open.
    Store *get() const { return m_store.get(); }
    Store *operator->() const { return m_store.get(); }
    explicit operator bool() const { return m_store != nullptr; }
    /// Closes it; open() opens another.
    void reset();
    /// Ends the query that runs, and lets nothing be opened any more. Thread: any; returns at once.
    void stopSoon();
    bool isStopped() const;

private:
    const StoreFactory m_factory;
    mutable std::mutex m_mutex; ///< Guards the two below against stopSoon(); only the worker changes the store.
    std::unique_ptr<Store> m_store;
    bool m_stopped = false;
};

} // namespace bartizan
