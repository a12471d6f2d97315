// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securityalert.h"

#include <QString>
#include <QTimeZone>

#include <span>

namespace bartizan {

/// An alert as Markdown, for a ticket or a chat: what it says, its context, metadata and history. What came from the log
/// is escaped, so that it is read as text there, too. Thread: GUI.
QString alertMarkdown(const SecurityAlert &alert, std::span<const AlertHistoryEntry> history, const QTimeZone &zone);

} // namespace bartizan
