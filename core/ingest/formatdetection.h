// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/ingest/import.h"

namespace bartizan {

class LineReader;

/// Tells what kind of log `reader` stands at the beginning of, from its first lines, which stay unread. Never answers
/// Auto. Fails, naming `path`, when they look like none of them. An empty file is any format.
Result<ImportFormat> detectFormat(LineReader &reader, const QString &path);

} // namespace bartizan
