// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replay.h"

#include <QString>

#include <memory>
#include <string_view>

namespace bartizan {

/// Reads the input of replay (spec/cli.md), line by line, into a Replay. Strict: whatever it does not know is an error.
/// Thread: one.
class ReplayInput {
public:
    explicit ReplayInput(Replay &replay);
    ~ReplayInput();

    /// One line without its end, with at least LineReader::kPadding readable bytes behind it. Blank lines are passed
    /// over. Fails with the reason, without the line's number.
    Result<void> line(std::string_view text);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Runs the engine over an NDJSON stream ("-": standard input) and answers with the document. Fails when the file
/// cannot be read, or with the number of the first line that cannot be understood.
Result<std::string> replayNdjson(const QString &path, const ReplayOptions &options);

} // namespace bartizan
