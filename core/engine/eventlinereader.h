// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/engine/eventbatch.h"

#include <memory>
#include <string_view>

namespace bartizan {

/// What a line of replay's input is.
enum class LineKind : std::uint8_t { Blank, Event, Control };

/// Reads the lines of replay's input (spec/cli.md) into batches, events whole, control lines as they stand. Strict:
/// whatever it does not know is an error. Thread: one.
class EventLineReader {
public:
    EventLineReader();
    ~EventLineReader();

    /// Appends the event of a line, which is without its end, to `batch`, or makes it the control line of the batch.
    /// Fails with the reason, without the line's number.
    Result<LineKind> read(std::string_view line, EventBatch &batch);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace bartizan
