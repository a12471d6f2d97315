// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ingest/eventbuilder.h"

#include <memory>
#include <string_view>

namespace bartizan {

/// Reads audit events from lines of JSON (spec/monitoring.md section 1; null is absent; unknown fields go to the
/// metadata; `id` is passed over). Thread: one at a time.
class NdjsonReader {
public:
    explicit NdjsonReader(EventBuilder &builder);
    ~NdjsonReader();

    /// Reads one line into the builder. LineReader::kPadding bytes behind `line` may be read. Answers with the reason
    /// when it is no event; an empty text is good.
    QString read(std::string_view line, std::string_view fileJson, std::int64_t number);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace bartizan
