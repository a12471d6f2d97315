// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/handoverdocument.h"

#include <QByteArray>
#include <QFont>

namespace bartizan {

/// The document as a PDF on A4 across, black on white, in `font`: laid out from plain text, never from markup. Thread: any
/// one at a time.
QByteArray handoverPdf(const HandoverDocument &document, const QFont &font);

} // namespace bartizan
