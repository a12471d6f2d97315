// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"

namespace bartizan {

/// What the alerts of the queue are put together by. Settings and saved views keep the names.
enum class AlertGrouping : std::uint8_t { Nothing, Type, Address, User, Country };
template<> std::span<const std::string_view> enumNames<AlertGrouping>() noexcept;

} // namespace bartizan
