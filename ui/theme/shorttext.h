// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/shorttext.h"

namespace bartizan::format {

using textformat::kLineLimit;
using textformat::shortText;

} // namespace bartizan::format
