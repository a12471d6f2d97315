// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/rulewords.h"

#include "ui/models/displaytext.h"
#include "ui/theme/format.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <limits>

namespace bartizan::rulewords {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(RuleWords)
};

QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// Plural forms are chosen by an int; a count beyond it is said as the largest one.
int plural(std::int64_t count)
{
    return static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
}

int valueOf(RuleId rule, const MonitoringConfig &config, std::string_view key)
{
    return config.value(rule, *ruleParameter(rule, key));
}

} // namespace

QString firesAt(RuleId rule, const MonitoringConfig &config)
{
    switch (rule) {
    case RuleId::GeographicalAnomaly: return Words::tr("new country, 7 d");
    case RuleId::ScannerUserAgent: return Words::tr("product list");
    case RuleId::TemporalAnomaly: return Words::tr("over %1 × average").arg(valueOf(rule, config, "factor"));
    case RuleId::ImpossibleTravel:
        return Words::tr("%1 km, %2 km/h").arg(format::count(valueOf(rule, config, "kilometres")),
                                               format::count(valueOf(rule, config, "kilometresPerHour")));
    default: break;
    }
    const QString window = format::duration(valueOf(rule, config, kWindowSeconds));
    if (rule == RuleId::EscalationAfterDenial)
        return Words::tr("within %1").arg(window);
    const std::size_t threshold = *ruleParameter(rule, kThreshold);
    const int value = config.value(rule, threshold);
    if (rule == RuleId::EventVolume)
        return Words::tr("over %1 in %2").arg(format::count(value), window);
    switch (ruleInfo(rule).parameters()[threshold].unit) {
    case RuleUnit::Accounts: return Words::tr("%Ln account(s), %1", nullptr, value).arg(window);
    case RuleUnit::Addresses: return Words::tr("%Ln address(es) in %1", nullptr, value).arg(window);
    case RuleUnit::Records: return Words::tr("%Ln record(s) in %1", nullptr, value).arg(window);
    default: return Words::tr("%1 in %2").arg(format::count(value), window);
    }
}

QString sentence(RuleId rule)
{
    switch (rule) {
    case RuleId::BruteForce:
    case RuleId::MultipleFailedLogins: return Words::tr("At least %1 failed logins within %2");
    case RuleId::AdminActivity: return Words::tr("At least %1 actions within %2");
    case RuleId::RateLimit: return Words::tr("At least %1 limited requests within %2");
    case RuleId::TemporalAnomaly:
        return Words::tr("More than %1 times the average of this hour of the day,\n"
                         "with at least %2 events in the last hour\n"
                         "and %3 days of history");
    case RuleId::EventVolume: return Words::tr("More than %1 events within %2");
    case RuleId::BruteForceSuccess: return Words::tr("At least %1 failed logins in the %2 before");
    case RuleId::AccountEnumeration: return Words::tr("At least %1 accounts within %2");
    case RuleId::SuspiciousIp: return Words::tr("At least %1 such events within %2");
    case RuleId::AccessDeniedBurst: return Words::tr("At least %1 denials within %2");
    case RuleId::EscalationAfterDenial: return Words::tr("Within %1 of the denial");
    case RuleId::MassGrant: return Words::tr("At least %1 grants within %2");
    case RuleId::DataBreachAttempt: return Words::tr("At least %1 failed accesses within %2");
    case RuleId::MassDataAccess: return Words::tr("At least %1 records within %2");
    case RuleId::CsrfAttack: return Words::tr("At least %1 stopped requests within %2");
    case RuleId::CspSpike: return Words::tr("At least %1 violations within %2");
    case RuleId::ImpossibleTravel:
        return Words::tr("At least %1 km apart, at %2 km/h or faster,\n"
                         "within %3;\n"
                         "where a place is unknown: another country within %4");
    case RuleId::SessionHijacking: return Words::tr("At least %1 addresses within %2");
    case RuleId::GeographicalAnomaly:
    case RuleId::ScannerUserAgent: break;
    }
    return {};
}

QString parameterName(RuleId rule, std::size_t parameter)
{
    const RuleParameter &known = ruleInfo(rule).parameters()[parameter];
    if (known.key == "countryWindowSeconds")
        return Words::tr("Window between two countries");
    if (known.key == "minimumEvents")
        return Words::tr("Fewest events");
    if (known.key == "minimumDays")
        return Words::tr("Fewest days of history");
    switch (known.unit) {
    case RuleUnit::Seconds: return Words::tr("Window");
    case RuleUnit::Kilometres: return Words::tr("Distance");
    case RuleUnit::KilometresPerHour: return Words::tr("Speed");
    case RuleUnit::Factor: return Words::tr("Factor");
    case RuleUnit::Accounts: return Words::tr("Accounts");
    case RuleUnit::Addresses: return Words::tr("Addresses");
    case RuleUnit::Records: return Words::tr("Records");
    default: return Words::tr("Threshold");
    }
}

QString amount(RuleUnit unit, int value)
{
    switch (unit) {
    case RuleUnit::Seconds: return format::duration(value);
    case RuleUnit::Accounts: return Words::tr("%Ln account(s)", nullptr, value);
    case RuleUnit::Addresses: return Words::tr("%Ln address(es)", nullptr, value);
    case RuleUnit::Records: return Words::tr("%Ln record(s)", nullptr, value);
    case RuleUnit::Events: return Words::tr("%Ln event(s)", nullptr, value);
    case RuleUnit::Days: return Words::tr("%Ln day(s)", nullptr, value);
    case RuleUnit::Kilometres: return Words::tr("%1 km").arg(format::count(value));
    case RuleUnit::KilometresPerHour: return Words::tr("%1 km/h").arg(format::count(value));
    case RuleUnit::Times:
    case RuleUnit::Factor: break;
    }
    return format::count(value);
}

QString counted(RuleId rule, std::int64_t count)
{
    const int n = plural(count);
    switch (rule) {
    case RuleId::BruteForce:
    case RuleId::MultipleFailedLogins:
    case RuleId::BruteForceSuccess: return Words::tr("%Ln failed login(s)", nullptr, n);
    case RuleId::AdminActivity: return Words::tr("%Ln action(s)", nullptr, n);
    case RuleId::RateLimit: return Words::tr("%Ln limited request(s)", nullptr, n);
    case RuleId::AccountEnumeration: return Words::tr("%Ln account(s)", nullptr, n);
    case RuleId::AccessDeniedBurst:
    case RuleId::EscalationAfterDenial: return Words::tr("%Ln denial(s)", nullptr, n);
    case RuleId::MassGrant: return Words::tr("%Ln grant(s)", nullptr, n);
    case RuleId::DataBreachAttempt: return Words::tr("%Ln failed access(es)", nullptr, n);
    case RuleId::MassDataAccess: return Words::tr("%Ln record(s)", nullptr, n);
    case RuleId::CsrfAttack: return Words::tr("%Ln stopped request(s)", nullptr, n);
    case RuleId::CspSpike: return Words::tr("%Ln violation(s)", nullptr, n);
    case RuleId::SessionHijacking: return Words::tr("%Ln address(es)", nullptr, n);
    default: return Words::tr("%Ln event(s)", nullptr, n);
    }
}

QString techniqueIds(const RuleInfo &rule)
{
    QStringList ids;
    for (const std::string_view id : rule.techniques) {
        if (!id.empty())
            ids << qs(id);
    }
    return ids.join(QStringLiteral(", "));
}

QString techniqueNames(const RuleInfo &rule)
{
    QStringList names;
    for (const std::string_view id : rule.techniques) {
        if (!id.empty())
            names << technique(id);
    }
    return names.join(QLatin1Char('\n'));
}

QString technique(std::string_view id)
{
    return qs(id) + QLatin1Char(' ') + qs(techniqueName(id));
}

QString groupKind(GroupKind kind)
{
    switch (kind) {
    case GroupKind::Address: return Words::tr("Address");
    case GroupKind::Account: return Words::tr("Account");
    case GroupKind::User: return Words::tr("User");
    case GroupKind::Company: return Words::tr("Company");
    case GroupKind::Session: return Words::tr("Session");
    case GroupKind::EventType: return Words::tr("Event type");
    case GroupKind::None: break;
    }
    return Words::tr("Group");
}

QString group(GroupKind kind, std::string_view value)
{
    if (kind == GroupKind::None)
        return Words::tr("whole log");
    if (kind == GroupKind::Company && value.empty())
        return Words::tr("no company");
    return displayText(value);
}

} // namespace bartizan::rulewords
