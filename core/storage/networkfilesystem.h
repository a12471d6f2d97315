// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace bartizan {

/// Whether a type of file system, as the kernel names it in /proc/self/mountinfo ("nfs4", "fuse.sshfs"), lies on
/// another machine.
bool isNetworkFileSystem(const QString &type);

} // namespace bartizan
