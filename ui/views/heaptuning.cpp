// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heaptuning.h"

#include <malloc.h>

namespace bartizan {
namespace {

/// Larger pieces are mapped each by itself, and go when they are freed: parts of a long read are such. What a million rows
/// take on while they are sorted is smaller, and comes out of the heap, whose pages are there: new ones would take the
/// window's thread a fifth longer.
constexpr int kMapped = 8 * 1024 * 1024;
/// So much stays free at the end of the heap, and of that of each thread.
constexpr int kKept = 16 * 1024 * 1024;

} // namespace

void tuneHeap()
{
#ifdef __GLIBC__
    // Left alone, both grow with the largest piece that was ever freed (mallopt(3)).
    mallopt(M_MMAP_THRESHOLD, kMapped);
    mallopt(M_TRIM_THRESHOLD, kKept);
#endif
}

} // namespace bartizan
