// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/ipaddress.h" // IWYU pragma: export
