// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replay.h"
#include "core/ingest/sshdscanner.h"

namespace bartizan {

/// What a replay of an sshd log gives.
struct SshdReplay {
    std::string document;
    SshdScanReport report;
};

/// Runs the engine over an OpenSSH log ("-": standard input), without a database. `import` says how the log's stamps
/// are read. Lines that stand up to ten minutes late are counted exactly. Fails when the file cannot be read.
Result<SshdReplay> replaySshd(const QString &path, const ImportOptions &import, const ReplayOptions &options);

} // namespace bartizan
