// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/eventbatch.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace bartizan {

/// Where a thread that reads a log runs ahead of the one that judges it: a few batches, filled and taken in turn, so that
/// memory stays flat whoever is faster. Thread: each function says which of the two.
class BatchRing {
public:
    /// Reader: an empty batch, once there is one; nullptr when no more is taken.
    EventBatch *toFill();
    /// Reader: hands over what toFill() gave.
    void filled();
    /// Reader: waits until all that was handed over is done with. False when no more is taken.
    bool drain();
    /// Reader: nothing more comes.
    void end();

    /// Judge: the next batch, once there is one; nullptr after the last.
    EventBatch *toTake();
    /// Judge: is done with what toTake() gave.
    void taken();
    /// Judge: takes no more.
    void stop();

    /// Set by stop(). Thread: any.
    const std::atomic<bool> &stopped() const noexcept { return m_stopped; }

private:
    static constexpr std::size_t kBatches = 4;

    std::array<EventBatch, kBatches> m_batches;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_filled = 0; ///< How many were handed over.
    std::uint64_t m_taken = 0;  ///< How many of them are done with.
    bool m_ended = false;
    std::atomic<bool> m_stopped = false;
};

} // namespace bartizan
