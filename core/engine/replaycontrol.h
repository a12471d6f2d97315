// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <memory>
#include <string_view>

namespace bartizan {

class Replay;

/// Carries out the control lines of a stream (spec/cli.md): config, users, acknowledge, query, trace. Strict: whatever
/// it does not know is an error. Thread: the replay's.
class ReplayControl {
public:
    /// `replay` must outlive it.
    explicit ReplayControl(Replay &replay);
    ~ReplayControl();

    /// One line: an object with a text "op", as EventLineReader found it, with as many readable bytes behind it as
    /// BatchTexts keeps. Fails with the reason, without the line's number.
    Result<void> line(std::string_view text);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace bartizan
