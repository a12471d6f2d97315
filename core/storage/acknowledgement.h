// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"

namespace bartizan {

/// AlertStore::acknowledge() by way of triage(): a step of its own.
Result<AcknowledgeReport> acknowledgeAsStep(AlertStore &store, std::span<const std::string> ids, const std::string &by,
                                            TimestampMs at, const std::string &comment);

} // namespace bartizan
