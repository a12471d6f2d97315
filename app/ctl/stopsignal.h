// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

namespace bartizan::ctl {

/// While it lives, SIGINT and SIGTERM ask for an orderly end instead of killing the process. Thread: main.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal &) = delete;
    StopSignal &operator=(const StopSignal &) = delete;

    /// Set by the signals; stays set.
    static const std::atomic<bool> &requested();
};

} // namespace bartizan::ctl
