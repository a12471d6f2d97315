// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/domain/timestamp.h"

#include <memory>
#include <string>
#include <string_view>

namespace bartizan {

/// What matters of one line of `journalctl -o json`. Valid until the next line is read.
struct JournalEntry {
    TimestampMs time = 0;
    std::string_view program; ///< SYSLOG_IDENTIFIER, else _COMM.
    std::string_view host;
    std::string_view pid;
    std::string_view message; ///< Empty when the journal left it out.
};

/// Reads lines of `journalctl -o json`. MESSAGE may be text or, where it is no UTF-8, an array of bytes.
/// Thread: one at a time.
class JournalReader {
public:
    JournalReader();
    ~JournalReader();

    /// Fails, naming the field, when the line is no such entry.
    Result<JournalEntry> read(std::string_view line);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace bartizan
