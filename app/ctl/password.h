// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectionprofile.h"

namespace bartizan::ctl {

/// Asks the person at the terminal, without an echo, for the password of a server that wants one which libpq has not
/// found, and leaves it where every connection of this process finds it. Does nothing where nobody is at a terminal, or
/// no password is wanted. Thread: main.
void askPassword(const ConnectionProfile &profile);

} // namespace bartizan::ctl
