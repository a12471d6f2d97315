// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/handoverdocument.h"

#include <QByteArray>
#include <QFont>

#include <memory>

class QTextDocument;

namespace bartizan {

/// What handoverPdf() prints. Thread: any.
std::unique_ptr<QTextDocument> handoverPages(const HandoverDocument &document, const QFont &font);
/// The document as a PDF on A4 across, black on white, in `font`: laid out from plain text, never from markup. Thread: any
/// one at a time.
QByteArray handoverPdf(const HandoverDocument &document, const QFont &font);

} // namespace bartizan
