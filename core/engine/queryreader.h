// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/storefactory.h"

#include <QObject>

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace bartizan {

/// One reading connection, to live on a thread of its own, with a line for each kind of request: a newer request
/// replaces the one that waits in its line and interrupts the one that runs. Thread: its own, except as said.
class QueryReader final : public QObject {
    Q_OBJECT
public:
    /// How many lines a reader has; a line is a number below it.
    static constexpr std::size_t kLines = 11;

    /// Reads on the reader's thread; null when the connection could not be opened, and then `error` says why. Returns
    /// whether the connection is good for more: when not, the next request opens another.
    using Job = std::function<bool(Store *store, const Error &error)>;

    explicit QueryReader(StoreFactory factory);
    ~QueryReader() override;

    /// Puts a request into a line. Thread: any.
    void submit(std::size_t line, Job job);
    /// Lets the next request open a new connection. Thread: any.
    void reopen();
    /// Drops what waits, ends what runs, takes nothing more. Thread: any.
    void stop();

private:
    void runNext();

    const StoreFactory m_factory;
    std::unique_ptr<Store> m_store;

    std::mutex m_mutex; ///< Guards all below.
    std::array<Job, kLines> m_waiting;
    std::deque<std::size_t> m_order; ///< Lines with a waiting job, the longest waiting first.
    Store *m_busy = nullptr;         ///< The store while a job runs on it.
    std::size_t m_busyLine = 0;
    bool m_stopped = false;
};

} // namespace bartizan
