// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bartizan {

/// Gives back to the system what the process has allocated and freed: the C library keeps it for the thread that had it, however
/// much it was. Takes some milliseconds, or 0.2 s where that are hundreds of MiB, and then allocations of other threads may wait
/// for it: so not often. Thread: any but a window's.
void returnFreeMemory();

} // namespace bartizan
