// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/anomaly.h"

#include "core/detect/wording.h"

namespace bartizan {

AlertSeverity severityOf(double confidence) noexcept
{
    if (confidence >= 0.9)
        return AlertSeverity::Critical;
    if (confidence >= 0.8)
        return AlertSeverity::High;
    return confidence >= 0.6 ? AlertSeverity::Medium : AlertSeverity::Low;
}

Finding findingOf(const Anomaly &anomaly)
{
    JsonMembers details;
    details.addTrue("isAnomaly");
    details.addNumber("confidence", anomaly.confidence);
    details.add("type", anomaly.type);
    details.addText("description", anomaly.description);
    details.add("recommendedActions", std::span<const std::string_view>(anomaly.recommendedActions));
    Finding finding{severityOf(anomaly.confidence), AlertType::AuthenticationAnomaly,
                    joined({"Anomaly Detected: ", anomaly.type}), anomaly.description, {}};
    finding.metadata.addObject("anomaly", details);
    finding.metadata.addNumber("confidence", anomaly.confidence);
    return finding;
}

} // namespace bartizan
