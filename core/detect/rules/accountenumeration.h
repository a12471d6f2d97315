// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/distinctwindow.h"
#include "core/detect/windowrule.h"

namespace bartizan {

/// One address tries many accounts, and more of them than it gets into: failed logins and password resets, by distinct
/// accounts. A proxy behind which many people work gets into most of the accounts it tries.
class AccountEnumerationRule final : public Rule {
public:
    explicit AccountEnumerationRule(KeyTracker &tracker) : Rule(RuleId::AccountEnumeration), m_addresses(tracker, kLateSlack)
    {
    }
    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::PasswordReset
            || (type == SecurityEventType::Authentication
                && (outcome == AuditOutcome::Failure || outcome == AuditOutcome::Success));
    }
    void addState(SecurityEventType, AuditOutcome, std::vector<KeyedState> &out) const override
    {
        out.push_back({GroupKind::Address, &m_addresses});
        out.push_back({GroupKind::Account, nullptr});
    }
    void configure(const MonitoringConfig &config) override
    {
        m_threshold = valueOf(info(), kThreshold, config);
        m_window = valueOf(info(), kWindowSeconds, config) * kSecond;
        m_addresses.setSpan(m_window + kLateSlack);
    }
    TimestampMs window() const noexcept override { return m_window; }
    void see(RuleEvent &event, Hits *hits) override;
    void complete(RuleEvent &event, Hit &hit) const override;
    Finding describe(RuleEvent &event, const Hit &hit) const override;
    void offerNearMisses(TimestampMs now, const RuleKeys &keys, NearMissList &out) const override;
    void expire(TimestampMs now, RuleMarks &marks) override;
    void clear() override { m_addresses.clear(); }
    void save(StateWriter &out) const override { m_addresses.save(out); }
    bool load(StateReader &in, const RuleKeys &keys) override;
    std::size_t bytes() const noexcept override;

private:
    static constexpr auto kTried = DistinctWindow::Role::First;
    static constexpr auto kEntered = DistinctWindow::Role::Second;

    Groups<DistinctWindow> m_addresses;
    std::int64_t m_threshold = 5;
    TimestampMs m_window = 0;
};

inline void AccountEnumerationRule::see(RuleEvent &event, Hits *hits)
{
    if (!event.hasAddress() || !event.hasAccount())
        return;
    const EventView &row = event.row();
    const bool entered = row.eventType == SecurityEventType::Authentication && row.outcome == AuditOutcome::Success;
    const KeyId account = event.account();
    const TimestampMs t = event.at();
    DistinctWindow &accounts = m_addresses.at(event.address(), t);
    accounts.add(t, account, entered ? kEntered : kTried, row.id, m_window, m_addresses.span(), m_addresses.pool());
    if (hits == nullptr || entered || accounts.size() < static_cast<std::uint64_t>(m_threshold))
        return;
    if (t < accounts.newest()) [[unlikely]] {
        if (accounts.firstPrevails(m_threshold, t, m_window))
            hits->push_back({this, GroupKind::Address, event.address(), Hit::kUncounted, *info().severity});
        return;
    }
    const auto [tried, succeeded] = accounts.counts(t, m_window);
    if (tried >= m_threshold && tried > succeeded)
        hits->push_back({this, GroupKind::Address, event.address(), tried, *info().severity});
}

inline void AccountEnumerationRule::complete(RuleEvent &event, Hit &hit) const
{
    if (hit.count == Hit::kUncounted)
        hit.count = m_addresses.find(hit.key)->counts(event.at(), m_window)[0];
}

inline Finding AccountEnumerationRule::describe(RuleEvent &event, const Hit &hit) const
{
    std::array<std::int64_t, kMostExamples> rows{};
    const DistinctWindow *accounts = m_addresses.find(hit.key);
    const std::size_t found = accounts->newestRows(event.at() - m_window, event.at(), kTried, rows);
    return foundBy(hit,
                   joined({counted(hit.count, "account"), " tried from IP ", event.text(hit.kind), " in ",
                           spanText(m_window)}),
                   m_window, std::span(rows).first(found));
}

inline void AccountEnumerationRule::offerNearMisses(TimestampMs now, const RuleKeys &keys, NearMissList &out) const
{
    m_addresses.forEach([&](KeyId key, const DistinctWindow &accounts) {
        if (accounts.size() < 2 || accounts.newest() < now - m_window)
            return;
        const std::int64_t tried = accounts.counts(now, m_window)[0];
        if (out.wants(tried, m_threshold, accounts.newest())) {
            out.add({info().id, GroupKind::Address, std::string(keys[KeySpace::Addresses].text(key)), tried, m_threshold,
                     accounts.newest(), accounts.oldestFrom(now - m_window) + m_window},
                    key);
        }
    });
}

inline void AccountEnumerationRule::expire(TimestampMs now, RuleMarks &marks)
{
    m_addresses.expire(now, marks, KeySpace::Addresses);
    if (!marks.areAsked(KeySpace::Names))
        return;
    m_addresses.forEach([&](KeyId, const DistinctWindow &accounts) { accounts.mark(marks[KeySpace::Names]); });
}

inline bool AccountEnumerationRule::load(StateReader &in, const RuleKeys &keys)
{
    bool good = m_addresses.load(in, keys[KeySpace::Addresses].limit());
    m_addresses.forEach([&](KeyId, const DistinctWindow &accounts) {
        good = good && accounts.within(keys[KeySpace::Names].limit());
    });
    return good;
}

inline std::size_t AccountEnumerationRule::bytes() const noexcept
{
    return m_addresses.bytes();
}

} // namespace bartizan
