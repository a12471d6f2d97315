// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bartizan {

/// Measures that every theme shares, in device-independent pixels: the 4 pixel grid, controls and panes.
namespace measure {
inline constexpr int kGrid = 4;
inline constexpr int kPageMargin = 16;
inline constexpr int kDialogMargin = 16;
inline constexpr int kControlGap = 8;
inline constexpr int kControlHeight = 28;
inline constexpr int kRowButtonHeight = 22;
inline constexpr int kRowButtonWidth = 86;
inline constexpr int kTableHeader = 26;
inline constexpr int kFormRow = 34;
inline constexpr int kCellPadding = 6;
inline constexpr int kFirstCellPadding = 16;
inline constexpr int kChipHeight = 24;
inline constexpr int kBadgeHeight = 18;
inline constexpr int kMessageHeight = 36;
inline constexpr int kRailWidth = 72;
inline constexpr int kNarrowRailWidth = 48;
inline constexpr int kRailEntry = 56;
inline constexpr int kTopBar = 48;
inline constexpr int kPageHeader = 44;
inline constexpr int kStatusBar = 24;
inline constexpr int kIcon = 16;
inline constexpr int kRailIcon = 20;
inline constexpr int kEmptyIcon = 32;
inline constexpr int kCurrentBar = 3;
inline constexpr double kRadiusBadge = 3.0;
inline constexpr double kRadiusControl = 4.0;
inline constexpr double kRadiusChip = 12.0;
inline constexpr double kFocusRing = 2.0;
} // namespace measure

} // namespace bartizan
