// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replay.h"
#include "core/ingest/sshdscanner.h"

namespace bartizan {

/// Runs the engine over an OpenSSH log ("-": standard input), without a database, and hands the document to `sink`; a
/// thread of its own reads ahead meanwhile. `import` says how the log's stamps are read. Lines that stand up to ten
/// minutes late are counted exactly. Fails when the file cannot be read; `sink` gets nothing then.
Result<SshdScanReport> replaySshd(const QString &path, const ImportOptions &import, const ReplayOptions &options,
                                  const DocumentSink &sink);

} // namespace bartizan
