// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/timestamp.h"

#include <QString>

namespace bartizan {

/// Who runs an engine, for people: "bartizanctl (process 4711 on web1, since 2026-11-20 14:27:12 UTC)"; without a
/// program only that somebody does.
QString holderWords(const QString &program, qint64 pid, const QString &host, TimestampMs since);

} // namespace bartizan
