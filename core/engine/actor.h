// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace bartizan {

struct DatabaseInfo;

/// In whose name a database writes what is done here, triage above all: on a server the user that was logged in there,
/// whatever the operating system calls him; in a file the user of the operating system. Thread: any.
std::string actorIn(const DatabaseInfo &database);

} // namespace bartizan
