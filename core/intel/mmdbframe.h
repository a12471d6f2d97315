// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIODevice>

namespace bartizan {

/// Whether the search tree that a file in MaxMind's format claims to have lies within the file.
enum class MmdbFrame {
    Sound,
    NotMmdb, ///< There is no description at its end.
    Damaged  ///< The description cannot be read, or speaks of more than the file holds.
};

/// Checks `file`, open for reading, before libmaxminddb maps it: version 1.7 multiplies the number of nodes in 32 bits,
/// and walks out of a file whose description was damaged so that the product is small.
MmdbFrame mmdbFrameOf(QIODevice &file);

} // namespace bartizan
