// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/monitoringconfig.h"
#include "core/domain/rulegroup.h"

#include <QString>

namespace bartizan {

/// The words that lists and forms of rules share. Thread: GUI.
namespace rulewords {
/// When a rule fires under a configuration, short enough for a cell: "5 in 5 min", "over 3 × average".
QString firesAt(RuleId rule, const MonitoringConfig &config);
/// The sentence that a rule's parameters stand in, "At least %1 accounts within %2", lines separated by line breaks; the
/// markers count the parameters from 1. Empty for a rule without any.
QString sentence(RuleId rule);
/// What a parameter is called where it stands alone: "Accounts", "Window".
QString parameterName(RuleId rule, std::size_t parameter);
/// A parameter's value with its unit: "20 min", "5 accounts", "800 km/h".
QString amount(RuleUnit unit, int value);
/// What a rule counts, as a number of them: "6 accounts", "4 failed logins".
QString counted(RuleId rule, std::int64_t count);
/// The ids of a rule's techniques ("T1530, T1567"), and each with its name on a line of its own.
QString techniqueIds(const RuleInfo &rule);
QString techniqueNames(const RuleInfo &rule);
/// "T1110.003 Password Spraying"
QString technique(std::string_view id);
/// What a kind of group is called at the head of a column: "Address", "Account".
QString groupKind(GroupKind kind);
/// A group on one line: its value, or "whole log" for None. `value` is hostile.
QString group(GroupKind kind, std::string_view value);
} // namespace rulewords

} // namespace bartizan
