// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/ingest/attemptfolder.h"

#include <string>
#include <string_view>

namespace bartizan {

/// The audit event of an attempt, with all that the line said in its metadata: method, port, host, pid, invalidUser,
/// the source where it is no address, file and line. Bytes that are no UTF-8 become U+FFFD. `fileJson` is the file's
/// name as JSON; when empty, file and line are left out.
AuditEvent eventOf(const SshdRecord &record, std::string_view fileJson);

/// Writes that metadata to `out`, over what it held.
void writeMetadata(const SshdRecord &record, std::string_view fileJson, std::string &out);

} // namespace bartizan
