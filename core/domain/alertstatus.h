// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"

namespace bartizan {

/// Where an alert stands in triage. The numeric values are what the databases store: never reorder, only append.
enum class AlertStatus : std::uint8_t { New, Acknowledged, Escalated, Resolved };
/// What a resolved alert turned out to be; stored likewise.
enum class AlertDisposition : std::uint8_t { TruePositive, Benign, FalsePositive, Duplicate };

template<> std::span<const std::string_view> enumNames<AlertStatus>() noexcept;
template<> std::span<const std::string_view> enumNames<AlertDisposition>() noexcept;

} // namespace bartizan
