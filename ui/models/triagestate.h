// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securityalert.h"

#include <QString>
#include <QTimeZone>

/// What triage is called on screen. Texts of people come out as text, never as markup.
namespace bartizan::triagewords {

/// "false positive"
QString disposition(AlertDisposition disposition);
/// "Resolved as false positive by anna at 2026-11-20 14:27:12.418 UTC"; empty while nobody has touched it.
QString standing(const SecurityAlert &alert, const QTimeZone &zone);

} // namespace bartizan::triagewords
