// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/evidence.h"

#include "core/detect/wording.h"

#include <QJsonArray>

namespace bartizan {
namespace {

QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

QJsonObject evidence(const RuleInfo &rule, std::int64_t count, TimestampMs window, std::span<const std::int64_t> examples)
{
    QJsonObject result{{QStringLiteral("rule"), qs(rule.key)}, {QStringLiteral("count"), static_cast<qint64>(count)}};
    if (window > 0)
        result.insert(QStringLiteral("windowSeconds"), static_cast<qint64>(window / kSecond));
    QJsonArray rows;
    for (const std::int64_t row : examples.first(std::min(examples.size(), kMostExamples)))
        rows.append(static_cast<qint64>(row));
    result.insert(QStringLiteral("exampleEvents"), rows);
    QJsonArray techniques;
    for (const std::string_view technique : rule.techniques) {
        if (!technique.empty())
            techniques.append(qs(technique));
    }
    result.insert(QStringLiteral("techniques"), techniques);
    return result;
}

Finding foundBy(const Hit &hit, std::string description, TimestampMs window, std::span<const std::int64_t> examples)
{
    const RuleInfo &rule = hit.rule->info();
    return {hit.severity, rule.type, std::string(titleOf(rule.type)), std::move(description),
            evidence(rule, hit.count, window, examples)};
}

} // namespace bartizan
