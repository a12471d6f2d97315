// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/anomaly.h"

#include "core/detect/wording.h"

#include <QJsonArray>

namespace bartizan {
namespace {

QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

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
    QJsonArray actions;
    for (const std::string_view action : anomaly.recommendedActions)
        actions.append(qs(action));
    const QJsonObject details{{QStringLiteral("isAnomaly"), true},
                              {QStringLiteral("confidence"), anomaly.confidence},
                              {QStringLiteral("type"), qs(anomaly.type)},
                              {QStringLiteral("description"), qs(anomaly.description)},
                              {QStringLiteral("recommendedActions"), actions}};
    Finding finding{severityOf(anomaly.confidence), AlertType::AuthenticationAnomaly,
                    joined({"Anomaly Detected: ", anomaly.type}), anomaly.description, {}};
    finding.metadata.addValue("anomaly", details);
    finding.metadata.addValue("confidence", anomaly.confidence);
    return finding;
}

} // namespace bartizan
