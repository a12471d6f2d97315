// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <chrono>

namespace bartizan {

/// Where the present comes from; tests set their own. Thread: any.
class Clock {
public:
    virtual ~Clock() = default;
    /// The present, in UTC milliseconds.
    virtual TimestampMs now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
public:
    TimestampMs now() const override
    {
        using namespace std::chrono;
        return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    }
};

} // namespace bartizan
