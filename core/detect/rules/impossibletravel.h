// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/entryring.h"
#include "core/detect/windowrule.h"

namespace bartizan {

/// Where a user logged in.
struct Login {
    static constexpr unsigned kWordsLog2 = 2;
    std::uint32_t time;
    KeyId country; ///< kNoKey: unknown.
    double latitude; ///< NaN: unknown.
    double longitude;
    std::int64_t id;
};

/// The logins of a user: those that a late row may still come behind or between, and the newest one before them.
class Logins : public EntryRing<Login> {
public:
    /// More are not kept: the oldest go, which only late rows could miss.
    static constexpr std::uint32_t kMost = 4096;

    TimestampMs newest() const noexcept { return m_newest; }
    void add(TimestampMs t, Login login, TimestampMs span, BlockPool &pool);
    /// The last login up to `t`, and the one before it; nullptr when there is none.
    struct Pair {
        const Login *last = nullptr;
        const Login *previous = nullptr;
        TimestampMs between = 0;
    };
    Pair upTo(TimestampMs t) const;
    void mark(KeyMarks &countries) const;
    bool within(std::size_t countries) const;
    void save(StateWriter &out) const;
    bool load(StateReader &in, BlockPool &pool);

private:
    std::uint32_t ageOf(std::uint32_t index) const noexcept
    {
        return static_cast<std::uint32_t>(m_newest) - at(index).time;
    }
    TimestampMs m_newest = 0;
};

/// A user logs in from two places too far apart for the time between: with coordinates for both, by distance and speed;
/// without, from another country within a short time.
class ImpossibleTravelRule final : public Rule {
public:
    explicit ImpossibleTravelRule(KeyTracker &tracker) : Rule(RuleId::ImpossibleTravel), m_users(tracker, kLateSlack) {}

    bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept override
    {
        return type == SecurityEventType::Authentication && outcome == AuditOutcome::Success;
    }
    void addState(SecurityEventType, AuditOutcome, std::vector<KeyedState> &out) const override
    {
        out.push_back({GroupKind::User, &m_users});
    }
    void configure(const MonitoringConfig &config) override;
    TimestampMs window() const noexcept override { return std::max(m_window, m_countryWindow); }
    void see(RuleEvent &event, Hits *hits) override;
    Finding describe(RuleEvent &event, const Hit &hit) const override;
    void expire(TimestampMs now, RuleMarks &marks) override;
    void clear() override { m_users.clear(); }
    void save(StateWriter &out) const override { m_users.save(out); }
    bool load(StateReader &in, const RuleKeys &keys) override;
    std::size_t bytes() const noexcept override { return m_users.bytes(); }

private:
    /// Whether a pair is impossible; `kilometres` is NaN where it is judged by country.
    bool impossible(const Logins::Pair &pair, double &kilometres) const;

    Groups<Logins> m_users;
    TimestampMs m_window = 0;
    TimestampMs m_countryWindow = 0;
    double m_farKilometres = 0;
    double m_fastKilometresPerHour = 0;
};

/// Great-circle distance in kilometres between two points in degrees, by the haversine formula on a sphere of the
/// Earth's mean radius (6,371.0088 km, IUGG).
double kilometresBetween(double latitudeA, double longitudeA, double latitudeB, double longitudeB) noexcept;

} // namespace bartizan
