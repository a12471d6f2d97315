// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/entryring.h"
#include "core/detect/windowrule.h"

namespace bartizan {

/// Rows of a session that follow each other with the same address, country and user agent.
struct SessionRun {
    static constexpr unsigned kWordsLog2 = 2;
    std::uint32_t first;
    std::uint32_t last;
    KeyId address;
    KeyId country;       ///< kNoKey: unknown.
    std::uint64_t agent; ///< Fingerprint of the user agent, or of there being none.
    std::int64_t id;     ///< The newest row.

    bool sameClient(const SessionRun &other) const noexcept
    {
        return address == other.address && country == other.country && agent == other.agent;
    }
};

/// From where a session is used. A run is never longer than the window: so its first and last row tell whether any of
/// its rows lies in a window, for late rows too.
class SessionRuns : public EntryRing<SessionRun> {
public:
    /// More are not kept: the oldest go early.
    static constexpr std::uint32_t kMost = 256;

    /// What the rows of a window say together.
    struct Uses {
        std::int64_t addresses = 0;   ///< Distinct ones.
        bool countriesDiffer = false; ///< Between two rows of different addresses.
        bool agentsDiffer = false;    ///< Likewise.
    };

    TimestampMs newest() const noexcept { return m_newest; }
    void add(TimestampMs t, SessionRun row, TimestampMs window, TimestampMs span, BlockPool &pool);
    /// Whether a row in [t - window, t] has another address.
    bool usedBesides(KeyId address, TimestampMs t, TimestampMs window) const noexcept
    {
        for (std::uint32_t i = 0; i < size(); ++i) {
            if (at(i).address != address && touches(at(i), t, window))
                return true;
        }
        return false;
    }
    /// Of the rows in [t - window, t].
    Uses uses(TimestampMs t, TimestampMs window) const;
    /// Newest row keys of the runs in that window.
    std::size_t newestRows(TimestampMs t, TimestampMs window, std::span<std::int64_t> rows) const;
    /// The addresses only where they are asked for.
    void mark(KeyMarks *addresses, KeyMarks &countries) const;
    bool within(std::size_t addresses, std::size_t countries) const;
    void save(StateWriter &out) const;
    bool load(StateReader &in, BlockPool &pool);

private:
    /// Whether a row of the run lies in [t - window, t].
    bool touches(const SessionRun &run, TimestampMs t, TimestampMs window) const noexcept
    {
        return timeOf(run.first) <= t && timeOf(run.last) >= t - window;
    }
    TimestampMs timeOf(std::uint32_t low) const noexcept
    {
        return m_newest - static_cast<TimestampMs>(static_cast<std::uint32_t>(m_newest) - low);
    }
    void dropBefore(TimestampMs from);

    TimestampMs m_newest = 0;
};

/// One session is used from several addresses that differ in country, or else in user agent: somebody else has its
/// token. A change of address alone, as of a phone on the way, is none.
class SessionHijackingRule final : public Rule {
public:
    explicit SessionHijackingRule(KeyTracker &tracker) : Rule(RuleId::SessionHijacking), m_sessions(tracker, kLateSlack)
    {
    }

    bool concerns(SecurityEventType, AuditOutcome) const noexcept override { return true; }
    void addState(SecurityEventType, AuditOutcome, std::vector<KeyedState> &out) const override
    {
        out.push_back({GroupKind::Session, &m_sessions});
        out.push_back({GroupKind::Address, nullptr});
    }
    void configure(const MonitoringConfig &config) override;
    TimestampMs window() const noexcept override { return m_window; }
    void see(RuleEvent &event, Hits *hits) override;
    Finding describe(RuleEvent &event, const Hit &hit) const override;
    void expire(TimestampMs now, RuleMarks &marks) override;
    void clear() override { m_sessions.clear(); }
    void save(StateWriter &out) const override { m_sessions.save(out); }
    bool load(StateReader &in, const RuleKeys &keys) override;
    std::size_t bytes() const noexcept override { return m_sessions.bytes(); }

private:
    Groups<SessionRuns> m_sessions;
    std::int64_t m_threshold = 2;
    TimestampMs m_window = 0;
};

} // namespace bartizan
