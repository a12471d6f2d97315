// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/replay.h"

#include <QString>

namespace bartizan {

/// Runs the engine over an NDJSON stream ("-": standard input) and hands the document to `sink`; a thread of its own
/// reads ahead meanwhile. Fails when the file cannot be read, or with the number of the first line that cannot be
/// understood; `sink` gets nothing then.
Result<void> replayNdjson(const QString &path, const ReplayOptions &options, const DocumentSink &sink);

} // namespace bartizan
