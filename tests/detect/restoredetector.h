// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/detectorrestore.h"
#include "tests/domain/collectedhistory.h"

namespace bartizan::test {

/// As the engine does with what a store tells.
inline void restore(Detector &detector, const CollectedHistory &history)
{
    DetectorRestore state(detector, history.asOf);
    history.tell(state);
    state.finish();
}

} // namespace bartizan::test
