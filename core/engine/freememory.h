// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bartizan {

/// Gives back to the system what the process has allocated and freed: the C library keeps it for the thread that had it, however
/// much it was. Takes some milliseconds. Thread: any but a window's.
void returnFreeMemory();

} // namespace bartizan
