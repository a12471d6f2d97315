// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engineprocessor.h"

#include <QtGlobal>

namespace bartizan::testing {

/// Works through all there is, in batches of `limit`; ends the process when that fails.
inline void drain(EngineProcessor &processor, std::size_t limit = 1000)
{
    for (bool more = true; more;) {
        const auto step = processor.step(limit);
        if (!step)
            qFatal("%s", qPrintable(step.error().message));
        more = step->more;
    }
}

} // namespace bartizan::testing
