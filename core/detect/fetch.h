// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bartizan {

/// Asks for the memory at `at`, which must be readable, by a load whose value nobody waits for. The processor may drop an
/// instruction that prefetches, and does so where much is asked for at once: for the state of many keys this is faster.
inline void fetchByLoad(const void *at) noexcept
{
    static_cast<void>(*static_cast<const volatile unsigned char *>(at));
}

} // namespace bartizan
