// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rule.h"

#include <span>

namespace bartizan {

/// Most rows that an alert names as examples.
inline constexpr std::size_t kMostExamples = 10;

/// The metadata of an alert of a rule of spec/detectors.md section 1: rule, count, windowSeconds (where it has a
/// window), exampleEvents (row keys, oldest first) and techniques (MITRE ATT&CK ids).
JsonMembers evidence(const RuleInfo &rule, std::int64_t count, TimestampMs window, std::span<const std::int64_t> examples);

/// The finding of such a rule: the type in words as its title, and that metadata.
Finding foundBy(const Hit &hit, std::string description, TimestampMs window, std::span<const std::int64_t> examples);

} // namespace bartizan
