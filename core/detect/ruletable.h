// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/keytracker.h"
#include "core/detect/rule.h"

#include <memory>
#include <vector>

namespace bartizan {

/// Every rule that judges events, in the order of the catalogue; their keys count against `tracker`, which must outlive
/// them. This table is the one place that names them all: a new rule is its file under rules/, its line here and in the
/// catalogue (core/domain/rulecatalog.h), and its test.
std::vector<std::unique_ptr<Rule>> makeRules(KeyTracker &tracker);

} // namespace bartizan
