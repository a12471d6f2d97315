// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/windowrule.h"

namespace bartizan {

/// One user performed very many administrative actions within an hour (spec/monitoring.md section 3). In the reference
/// preset a platform event that names no user is judged by the actions of all users together; otherwise the rule needs
/// a user.
class AdminActivityRule final : public CountRule<AdminActivityRule, GroupKind::User> {
public:
    explicit AdminActivityRule(KeyTracker &tracker) : WindowRule(RuleId::AdminActivity, tracker) {}
    ~AdminActivityRule() override { m_all.release(m_pool); }

    std::string_view nameInIds() const noexcept override { return "admin_activity"; }
    Overlay overlay() const noexcept override { return Overlay::EventWins; }
    bool countsOwnRows() const noexcept override { return true; }
    bool concerns(SecurityEventType type, AuditOutcome) const noexcept override
    {
        return type == SecurityEventType::PlatformAdmin || type == SecurityEventType::UserManagement;
    }
    void configure(const MonitoringConfig &config) override
    {
        WindowRule::configure(config);
        m_threshold = valueOf(info(), kThreshold, config);
        m_countsAll = config.preset == Preset::Reference;
        if (!m_countsAll)
            m_all.release(m_pool);
    }
    void see(RuleEvent &event, Hits *hits) override
    {
        WindowRule::see(event, hits);
        if (!m_countsAll)
            return;
        const TimestampMs t = event.at();
        m_all.add(t, window() + kLateSlack, m_pool);
        if (hits == nullptr || event.hasUser() || event.row().eventType != SecurityEventType::PlatformAdmin)
            return;
        const std::int64_t count = m_all.count(t - window(), t);
        if (count >= m_threshold)
            hits->push_back({this, GroupKind::None, kNoKey, count, AlertSeverity::Medium});
    }
    Finding describe(RuleEvent &event, const Hit &hit) const override
    {
        Finding finding{hit.severity, info().type, "Unusual Admin Activity", sentence(event, hit), {}};
        finding.metadata.add("adminActions", hit.count);
        return finding;
    }
    void expire(TimestampMs now, RuleMarks &marks) override
    {
        WindowRule::expire(now, marks);
        if (!m_all.empty() && now - m_all.newest() > window() + kLateSlack)
            m_all.release(m_pool);
    }
    void clear() override
    {
        WindowRule::clear();
        m_all.release(m_pool);
    }
    void save(StateWriter &out) const override
    {
        WindowRule::save(out);
        m_all.save(out);
    }
    bool load(StateReader &in, const RuleKeys &keys) override
    {
        return WindowRule::load(in, keys) && m_all.load(in, m_pool);
    }

    Part part(RuleEvent &) const { return Part::Both; }
    std::string sentence(RuleEvent &event, const Hit &hit) const override
    {
        const std::string_view user = event.hasUser() ? event.text(GroupKind::User) : std::string_view("undefined");
        return joined({"User ", user, " performed ", std::to_string(hit.count), " admin actions in ", spanWords()});
    }

private:
    BlockPool m_pool;
    SlidingWindow m_all; ///< Of every user, and of none.
    std::int64_t m_threshold = 1;
    bool m_countsAll = false;
};

} // namespace bartizan
