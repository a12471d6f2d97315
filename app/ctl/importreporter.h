// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/import.h"

#include <memory>

namespace bartizan::ctl {

class Terminal;

/// Prints what an import does, file by file, while it runs; memory stays flat however much is quarantined.
/// Thread: main.
class ImportReporter {
public:
    virtual ~ImportReporter() = default;

    /// The next file begins; who is told while it is read.
    virtual ImportObserver begin(const QString &file) = 0;
    virtual void end(const ImportReport &report) = 0;
    /// The file could not be imported; the reason is told elsewhere.
    virtual void abandon() = 0;
    /// After the last file.
    virtual void finish() = 0;
    /// Lines quarantined so far, in all files.
    virtual std::int64_t quarantined() const = 0;
};

/// A reporter that prints lines for people, or one JSON document.
std::unique_ptr<ImportReporter> makeImportReporter(Terminal &terminal, bool json);

} // namespace bartizan::ctl
