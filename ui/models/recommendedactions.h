// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securityalert.h"

#include <QStringList>

namespace bartizan {

/// What an analyst should do about an alert, in order: what the anomaly itself recommends, else advice for the alert's
/// type that names its address and user. Plain text, never empty. Thread: GUI.
QStringList recommendedActions(const SecurityAlert &alert);

} // namespace bartizan
