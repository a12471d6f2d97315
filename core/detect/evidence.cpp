// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/evidence.h"

#include "core/detect/wording.h"

#include <algorithm>

namespace bartizan {
JsonMembers evidence(const RuleInfo &rule, std::int64_t count, TimestampMs window, std::span<const std::int64_t> examples)
{
    JsonMembers result;
    result.add("rule", rule.key);
    result.add("count", count);
    if (window > 0)
        result.add("windowSeconds", window / kSecond);
    result.add("exampleEvents", examples.first(std::min(examples.size(), kMostExamples)));
    auto techniques = rule.techniques;
    const auto end = std::remove(techniques.begin(), techniques.end(), std::string_view());
    result.add("techniques", std::span<const std::string_view>(techniques.begin(), end));
    return result;
}

Finding foundBy(const Hit &hit, std::string description, TimestampMs window, std::span<const std::int64_t> examples)
{
    const RuleInfo &rule = hit.rule->info();
    return {hit.severity, rule.type, std::string(titleOf(rule.type)), std::move(description),
            evidence(rule, hit.count, window, examples)};
}

} // namespace bartizan
