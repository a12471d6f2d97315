// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/recommendedactions.h"

#include "core/domain/jsontext.h"
#include "ui/models/displaytext.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace bartizan {
namespace {

/// An anomaly's metadata are small; what is larger came from the log and is not searched for advice.
constexpr std::size_t kMostMetadata = 64 * 1024;
constexpr qsizetype kMostActions = 8;

struct Advice {
    Q_DECLARE_TR_FUNCTIONS(RecommendedActions)
};

QStringList actionsOfAnomaly(const SecurityAlert &alert)
{
    if (alert.type != AlertType::AuthenticationAnomaly || alert.metadata.size() > kMostMetadata)
        return {};
    QStringList actions;
    const QJsonObject anomaly = jsonObjectOf(alert.metadata).value(QLatin1String("anomaly")).toObject();
    const QJsonArray stored = anomaly.value(QLatin1String("recommendedActions")).toArray();
    for (const QJsonValue &action : stored) {
        if (action.isString() && actions.size() < kMostActions)
            actions.append(displayText(action.toString().toStdString()));
    }
    return actions;
}

QStringList actionsAboutAccess(AlertType type, const QString &address, const QString &user)
{
    switch (type) {
    case AlertType::BruteForceAttack:
        return {Advice::tr("Block %1 for the time being").arg(address),
                Advice::tr("Look for a successful login from %1 after the failures").arg(address),
                Advice::tr("Reset the password of every account that it got into")};
    case AlertType::MultipleFailedLogins:
        return {Advice::tr("Ask %1 whether the attempts were their own").arg(user),
                Advice::tr("Reset the password if they were not"), Advice::tr("Look up %1").arg(address)};
    case AlertType::AccountEnumeration:
        return {Advice::tr("Block %1 for the time being").arg(address),
                Advice::tr("Make the login answer the same for known and unknown accounts"),
                Advice::tr("Look for logins that succeeded among the accounts tried")};
    case AlertType::SessionHijacking:
        return {Advice::tr("End every session of %1").arg(user), Advice::tr("Reset the password and renew the tokens of %1").arg(user),
                Advice::tr("Compare address and user agent before and after the change")};
    case AlertType::GeolocationAnomaly:
    case AlertType::AuthenticationAnomaly:
        return {Advice::tr("Ask %1 whether the access was their own").arg(user),
                Advice::tr("End the session and reset the password if it was not"), Advice::tr("Look up %1").arg(address)};
    case AlertType::SuspiciousUserAgent:
        return {Advice::tr("Look at the requests of %1").arg(address), Advice::tr("Block the user agent if nothing of yours uses it")};
    default: return {};
    }
}

QStringList actionsAboutUse(AlertType type, const QString &address, const QString &user)
{
    switch (type) {
    case AlertType::RateLimitBreach:
        return {Advice::tr("Find out what %1 is: a client gone wrong, or an attack").arg(address),
                Advice::tr("Tighten the limit for %1, or block it").arg(address)};
    case AlertType::SuspiciousIpActivity:
        return {Advice::tr("See which addresses and accounts the events come from"),
                Advice::tr("Look for a release, a load test or a job that explains the volume"),
                Advice::tr("Check whether the services keep up")};
    case AlertType::PrivilegeEscalation:
        return {Advice::tr("Take back the rights that %1 was given").arg(user), Advice::tr("Find out who granted them and why"),
                Advice::tr("Review what %1 did since").arg(user)};
    case AlertType::DataBreachAttempt:
        return {Advice::tr("Stop the access of %1").arg(user), Advice::tr("Find out which records were read"),
                Advice::tr("Tell whoever answers for data protection")};
    case AlertType::CsrfAttack:
        return {Advice::tr("See which page sent the requests"), Advice::tr("Check that the tokens of the form are verified")};
    case AlertType::CspViolationSpike:
        return {Advice::tr("See which page and which source the reports name"),
                Advice::tr("Check the latest release for a foreign script")};
    case AlertType::UnusualAdminActivity:
        return {Advice::tr("Ask %1 whether the changes were planned").arg(user), Advice::tr("Review the changes one by one"),
                Advice::tr("Suspend the account if nobody knows of them")};
    case AlertType::MassDataAccess:
        return {Advice::tr("Ask %1 what the records were for").arg(user), Advice::tr("Find out which records were read"),
                Advice::tr("Suspend the account if the answer does not satisfy")};
    default: return {};
    }
}

} // namespace

QStringList recommendedActions(const SecurityAlert &alert)
{
    QStringList actions = actionsOfAnomaly(alert);
    if (!actions.isEmpty())
        return actions;
    const auto named = [](const std::optional<std::string> &text, const QString &otherwise) {
        return text && !text->empty() ? displayText(*text, 64) : otherwise;
    };
    const QString address = named(alert.context.ipAddress, Advice::tr("the address"));
    const QString user = named(alert.context.userId, Advice::tr("the user"));
    actions = actionsAboutAccess(alert.type, address, user);
    return actions.isEmpty() ? actionsAboutUse(alert.type, address, user) : actions;
}

} // namespace bartizan
