// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/evidence.h"

#include "core/detect/wording.h"

#include <algorithm>
#include <iterator>

namespace bartizan {
JsonMembers evidence(const RuleInfo &rule, std::int64_t count, TimestampMs window, std::span<const std::int64_t> examples)
{
    JsonMembers result;
    result.add("rule", rule.key);
    result.add("count", count);
    if (window > 0)
        result.add("windowSeconds", window / kSecond);
    result.add("exampleEvents", examples.first(std::min(examples.size(), kMostExamples)));
    std::vector<std::string_view> techniques;
    std::copy_if(std::begin(rule.techniques), std::end(rule.techniques), std::back_inserter(techniques),
                 [](std::string_view technique) { return !technique.empty(); });
    result.add("techniques", std::span<const std::string_view>(techniques));
    return result;
}

Finding foundBy(const Hit &hit, std::string description, TimestampMs window, std::span<const std::int64_t> examples)
{
    const RuleInfo &rule = hit.rule->info();
    return {hit.severity, rule.type, std::string(titleOf(rule.type)), std::move(description),
            evidence(rule, hit.count, window, examples)};
}

} // namespace bartizan
