// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/commands.h"

namespace bartizan::ctl {

std::span<const Command> commands()
{
    return {};
}

} // namespace bartizan::ctl
