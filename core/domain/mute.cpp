// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/mute.h"

#include "core/domain/rulecatalog.h"
#include "core/domain/rulegroup.h"

#include <QCoreApplication>
#include <QString>

namespace bartizan {
namespace {

constexpr std::size_t kUsualIpv4 = 24;
constexpr std::size_t kUsualIpv6 = 64;

/// The context of what is said here, for translators.
class Words {
    Q_DECLARE_TR_FUNCTIONS(bartizan::Mute)
};

constexpr std::string_view kBlanks = " \t\r\n";

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool isMuteId(std::string_view id)
{
    return !id.empty() && id.size() <= kMuteIdBytes
        && id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos;
}

/// The address that a group is; nullopt: it is something else, or a text that is no address.
std::optional<IpAddress> addressOf(std::string_view group)
{
    const GroupParts parts = groupParts(group);
    return parts.kind == GroupKind::Address ? IpAddress::parse(parts.value) : std::nullopt;
}

} // namespace

MuteMatcher::MuteMatcher(const Mute &mute)
    : m_rule(mute.rule)
    , m_group(mute.group)
    , m_company(mute.company)
    , m_network(mute.network.empty() ? std::nullopt : IpNetwork::parse(mute.network))
    , m_damaged(!mute.network.empty() && !m_network)
    , m_byAddress(groupParts(mute.group).kind == GroupKind::Address)
    , m_start(mute.createdAt)
    , m_end(mute.endsAt())
{
}

bool MuteMatcher::matches(const SecurityAlert &alert) const
{
    if (m_damaged || alert.rule != m_rule || (m_company && alert.context.companyId.value_or(std::string()) != *m_company))
        return false;
    if (!m_network)
        return alert.group == m_group;
    if (m_byAddress) {
        const auto address = addressOf(alert.group);
        return address && m_network->contains(*address);
    }
    const auto address = alert.context.ipAddress ? IpAddress::parse(*alert.context.ipAddress) : std::nullopt;
    return alert.group == m_group && address && m_network->contains(*address);
}

bool MuteMatcher::covers(TimestampMs at, TimestampMs storedAt) const noexcept
{
    if (at >= m_end)
        return false;
    return at >= m_start || (storedAt >= m_start && storedAt < m_end);
}

Result<void> checkMute(const Mute &mute)
{
    if (!isMuteId(mute.id))
        return Error{Words::tr("A mute needs an id of small letters, digits and hyphens")};
    if (mute.rule.empty()) {
        return Error{Words::tr("An older version raised this alert and did not note the rule, so that nothing tells which "
                               "alerts are like it")};
    }
    if (ruleNamed(mute.rule) == nullptr)
        return Error{Words::tr("There is no rule “%1”").arg(QString::fromStdString(mute.rule).left(64))};
    const GroupParts group = groupParts(mute.group);
    if (!mute.group.empty() && (group.kind == GroupKind::None || group.value.size() > kLongestKeyText)) {
        return Error{Words::tr("“%1” is no group; write it as alerts have it, like address:203.0.113.9 or user:anna")
                         .arg(QString::fromStdString(mute.group).left(64))};
    }
    if (const auto network = checkedNetwork(mute.group, mute.network); !network)
        return network.error();
    if (isBlank(mute.reason))
        return Error{Words::tr("A mute needs a reason, for whoever wonders what became of these alerts")};
    if (mute.reason.size() > kReasonBytes) {
        return Error{Words::tr("The reason is too long: %1 bytes, %2 at most").arg(mute.reason.size()).arg(kReasonBytes)};
    }
    if (mute.expiresAt <= mute.createdAt)
        return Error{Words::tr("A mute must end later than it begins")};
    if (mute.expiresAt - mute.createdAt > kLongestMute) {
        return Error{Words::tr("A mute lasts %n day(s) at most", nullptr, static_cast<int>(kLongestMute / kDay))};
    }
    return {};
}

Result<std::string> checkedNetwork(std::string_view group, std::string_view text)
{
    const std::string_view written = trimmed(text);
    if (written.empty())
        return std::string();
    const auto network = IpNetwork::parse(written);
    if (!network) {
        return Error{Words::tr("“%1” is no network; write 203.0.113.0/24 or 2001:db8::/32")
                         .arg(QString::fromUtf8(written.data(), static_cast<qsizetype>(written.size())).left(64))};
    }
    const GroupKind kind = groupParts(group).kind;
    if (kind == GroupKind::None || kind == GroupKind::EventType)
        return Error{Words::tr("This rule counts events of all addresses together: a network makes no difference")};
    if (kind != GroupKind::Address)
        return network->text();
    const auto address = addressOf(group);
    if (!address)
        return Error{Words::tr("What the alert names as its address is none, so that no network holds it")};
    if (!network->contains(*address)) {
        return Error{Words::tr("%1 does not hold %2, which the alert is about")
                         .arg(QString::fromStdString(network->text()), QString::fromStdString(address->text()))};
    }
    return network->text();
}

std::string usualNetwork(std::string_view group)
{
    const auto address = addressOf(group);
    return address ? IpNetwork::around(*address, address->isV6() ? kUsualIpv6 : kUsualIpv4).text() : std::string();
}

} // namespace bartizan
