// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/rulecatalog.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace bartizan {
namespace {

using S = AlertSeverity;
using U = RuleUnit;

constexpr RuleParameter count(U unit, int standard, int maximum, int minimum = 1)
{
    return {kThreshold, unit, standard, minimum, maximum, {}};
}

constexpr RuleParameter shared(std::string_view field, U unit, int standard, int maximum)
{
    return {kThreshold, unit, standard, 1, maximum, field};
}

constexpr RuleParameter window(int seconds)
{
    return {kWindowSeconds, U::Seconds, seconds, 10, kLongestWindowSeconds, {}};
}

constexpr std::array<RuleInfo, kRuleCount> kRules{{
    {RuleId::BruteForce, "brute-force", AlertType::BruteForceAttack, S::High, {"T1110"}, true,
     {shared("failedLoginsPerMinute", U::Times, 5, 100), window(300)}, 2},
    {RuleId::AdminActivity, "admin-activity", AlertType::UnusualAdminActivity, S::Medium, {"T1098"}, true,
     {shared("adminActionsPerHour", U::Times, 25, 100), window(3600)}, 2},
    {RuleId::RateLimit, "rate-limit", AlertType::RateLimitBreach, S::Medium, {"T1499"}, true,
     {shared("rateLimitViolationsPerMinute", U::Times, 10, 100), window(60)}, 2},
    {RuleId::GeographicalAnomaly, "geographical-anomaly", AlertType::AuthenticationAnomaly, S::High, {"T1078"}, true,
     {}, 0},
    {RuleId::TemporalAnomaly, "temporal-anomaly", AlertType::AuthenticationAnomaly, std::nullopt, {}, true,
     {RuleParameter{"factor", U::Factor, 3, 1, 100, {}}, RuleParameter{"minimumEvents", U::Events, 20, 1, 1'000'000, {}},
      RuleParameter{"minimumDays", U::Days, 3, 1, 7, {}}}, 3},
    {RuleId::EventVolume, "event-volume", AlertType::SuspiciousIpActivity, S::Medium, {"T1499"}, true,
     {count(U::Events, 50, 10'000'000), window(60)}, 2},
    {RuleId::MultipleFailedLogins, "multiple-failed-logins", AlertType::MultipleFailedLogins, S::Medium, {"T1110.001"},
     false, {shared("failedLoginsPerHour", U::Times, 20, 1000), window(3600)}, 2},
    {RuleId::BruteForceSuccess, "brute-force-success", AlertType::BruteForceAttack, S::Critical, {"T1110"}, false,
     {count(U::Times, 10, 1000), window(1200)}, 2},
    {RuleId::AccountEnumeration, "account-enumeration", AlertType::AccountEnumeration, S::High, {"T1110.003"}, false,
     {count(U::Accounts, 5, 1000, 2), window(1200)}, 2},
    {RuleId::SuspiciousIp, "suspicious-ip", AlertType::SuspiciousIpActivity, S::Medium, {"T1595"}, false,
     {shared("suspiciousIPThreshold", U::Events, 10, 100), window(120)}, 2},
    {RuleId::AccessDeniedBurst, "access-denied-burst", AlertType::PrivilegeEscalation, S::High, {"T1078"}, false,
     {count(U::Times, 3, 1000), window(300)}, 2},
    {RuleId::EscalationAfterDenial, "escalation-after-denial", AlertType::PrivilegeEscalation, S::Critical,
     {"T1098.003"}, false, {window(1800)}, 1},
    {RuleId::MassGrant, "mass-grant", AlertType::PrivilegeEscalation, S::High, {"T1098.003"}, false,
     {count(U::Times, 10, 1000), window(3600)}, 2},
    {RuleId::DataBreachAttempt, "data-breach-attempt", AlertType::DataBreachAttempt, S::Critical, {"T1530"}, false,
     {count(U::Events, 20, 10'000), window(360)}, 2},
    {RuleId::MassDataAccess, "mass-data-access", AlertType::MassDataAccess, S::High, {"T1530", "T1567"}, false,
     {shared("massDataAccessThreshold", U::Records, 100, 100'000), window(3600)}, 2},
    {RuleId::CsrfAttack, "csrf-attack", AlertType::CsrfAttack, S::High, {"T1189"}, false,
     {count(U::Events, 3, 1000), window(300)}, 2},
    {RuleId::CspSpike, "csp-spike", AlertType::CspViolationSpike, S::Medium, {"T1059.007"}, false,
     {shared("cspViolationsPerMinute", U::Events, 15, 100), window(60)}, 2},
    {RuleId::ImpossibleTravel, "impossible-travel", AlertType::GeolocationAnomaly, S::High, {"T1078"}, false,
     {RuleParameter{"kilometres", U::Kilometres, 500, 1, 20'000, {}},
      RuleParameter{"kilometresPerHour", U::KilometresPerHour, 800, 1, 20'000, {}}, window(5400),
      RuleParameter{"countryWindowSeconds", U::Seconds, 900, 10, kLongestWindowSeconds, {}}}, 4},
    {RuleId::ScannerUserAgent, "scanner-user-agent", AlertType::SuspiciousUserAgent, S::Medium, {"T1595.002"}, false,
     {}, 0},
    {RuleId::SessionHijacking, "session-hijacking", AlertType::SessionHijacking, S::Critical, {"T1539"}, false,
     {count(U::Addresses, 2, 100, 2), window(1800)}, 2},
}};

constexpr bool inOrder()
{
    for (std::size_t i = 0; i < kRules.size(); ++i) {
        if (static_cast<std::size_t>(kRules[i].id) != i)
            return false;
    }
    return true;
}
static_assert(inOrder(), "the catalogue is indexed by RuleId");

struct Words {
    const char *name;
    const char *explanation;
};

constexpr std::array<Words, kRuleCount> kWords{{
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Brute force"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One address fails to log in again and again.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Admin activity"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One user carries out unusually many administrative actions.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Rate limit"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One address runs into rate limits again and again.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Geographical anomaly"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "A user acts from a country not seen for that user in the last 7 days.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Temporal anomaly"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo",
                       "Far more events of a type than this hour of the day had on average over the last 7 days.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Event volume"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "More events than usual within a minute, looked at every 30 seconds.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Multiple failed logins"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Logins to one account fail again and again, from any address.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Brute force, then success"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "A login succeeds after many failures of the same address or account.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Account enumeration"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One address fails on many accounts, and more accounts fail than succeed.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Suspicious address"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One address has many requests blocked, marked suspicious or failed.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Access denied burst"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One user is denied access several times in a row.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Escalation after denial"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "A user who was denied access soon afterwards grants rights or a role.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Mass grant"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One user grants rights or roles unusually often.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Data breach attempt"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Many failed or blocked accesses to protected data or the API.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Mass data access"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One user reads or exports unusually many records.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "CSRF attack"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "One address sends several requests that the CSRF protection stops.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "CSP violation spike"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Many violations of the content security policy within a minute.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Impossible travel"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "A user logs in from two places too far apart for the time between.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Scanner user agent"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo", "A request names a known vulnerability scanner as its user agent.")},
    {QT_TRANSLATE_NOOP("bartizan::RuleInfo", "Session hijacking"),
     QT_TRANSLATE_NOOP("bartizan::RuleInfo",
                       "One session is used from several addresses that differ in country or user agent.")},
}};

constexpr std::pair<std::string_view, std::string_view> kTechniques[]{
    {"T1059.007", "JavaScript"}, {"T1078", "Valid Accounts"}, {"T1098", "Account Manipulation"},
    {"T1098.003", "Additional Cloud Roles"}, {"T1110", "Brute Force"}, {"T1110.001", "Password Guessing"},
    {"T1110.003", "Password Spraying"}, {"T1189", "Drive-by Compromise"}, {"T1499", "Endpoint Denial of Service"},
    {"T1530", "Data from Cloud Storage"}, {"T1539", "Steal Web Session Cookie"},
    {"T1567", "Exfiltration Over Web Service"}, {"T1595", "Active Scanning"}, {"T1595.002", "Vulnerability Scanning"},
};

QString words(const char *text)
{
    return QCoreApplication::translate("bartizan::RuleInfo", text);
}

} // namespace

QString RuleInfo::name() const
{
    return words(kWords[static_cast<std::size_t>(id)].name);
}

QString RuleInfo::explanation() const
{
    return words(kWords[static_cast<std::size_t>(id)].explanation);
}

std::span<const RuleInfo, kRuleCount> ruleCatalog()
{
    return kRules;
}

const RuleInfo &ruleInfo(RuleId rule)
{
    return kRules[static_cast<std::size_t>(rule)];
}

const RuleInfo *ruleNamed(std::string_view key)
{
    const auto it = std::find_if(kRules.begin(), kRules.end(), [key](const RuleInfo &rule) { return rule.key == key; });
    return it == kRules.end() ? nullptr : &*it;
}

std::optional<std::size_t> ruleParameter(RuleId rule, std::string_view key)
{
    const auto parameters = ruleInfo(rule).parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i].key == key)
            return i;
    }
    return std::nullopt;
}

std::string_view techniqueName(std::string_view technique)
{
    for (const auto &[id, name] : kTechniques) {
        if (id == technique)
            return name;
    }
    return {};
}

QString techniqueLink(std::string_view technique)
{
    QString path = QString::fromLatin1(technique.data(), static_cast<qsizetype>(technique.size()));
    path.replace(QLatin1Char('.'), QLatin1Char('/'));
    return QStringLiteral("https://attack.mitre.org/techniques/%1/").arg(path);
}

} // namespace bartizan
