// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securitymetrics.h"

namespace bartizan {

/// The threat level of an address by its activity over 24 h (spec/monitoring.md section 8). Pure; thread: any.
IpThreat ipThreat(const IpActivity &activity);

} // namespace bartizan
