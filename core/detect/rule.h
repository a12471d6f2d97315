// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/keytracker.h"
#include "core/detect/ruleevent.h"
#include "core/detect/statefile.h"
#include "core/domain/jsonmembers.h"
#include "core/domain/monitoringconfig.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

class NearMissList;
class Rule;

/// State of a rule, and what kind of group its keys are.
struct KeyedState {
    GroupKind kind;
    const TrackedKeys *keys; ///< nullptr: it is only about the key.
};

/// A rule that an event fired, and for whom.
struct Hit {
    static constexpr std::int64_t kUncounted = -1;

    const Rule *rule = nullptr;
    GroupKind kind = GroupKind::None;
    KeyId key = kNoKey;
    /// kUncounted: enough; how many, Rule::complete() says.
    std::int64_t count = 0;
    AlertSeverity severity = AlertSeverity::Low;
    double figure = 0; ///< What else the rule measured: a confidence, a distance.
    /// Where a late row makes a newer one fire: how much later that one is, and its key. The alert stands there.
    TimestampMs lateBy = 0;
    std::int64_t newer = 0;
};
using Hits = std::vector<Hit>;

/// What a rule says about an event, before it becomes an alert.
struct Finding {
    AlertSeverity severity = AlertSeverity::Low;
    AlertType type = AlertType::AuthenticationAnomaly;
    std::string title;
    std::string description;
    JsonMembers metadata; ///< The rule's own.

    bool operator==(const Finding &) const = default;
};

/// How the metadata of the event joins that of the rule in an alert.
enum class Overlay : std::uint8_t {
    EventWins, ///< As the reference has it (spec/monitoring.md section 3).
    RuleWins,  ///< What the rule found cannot be overwritten by what an attacker wrote into the event.
    RuleOnly,
};

/// A detection that is judged the moment an event arrives. Finding is separate from wording, since most of what is
/// found is suppressed. Pure: no clock, no input but the rows. Not thread-safe.
class Rule {
public:
    explicit Rule(RuleId id) : m_info(ruleInfo(id)) {}
    virtual ~Rule() = default;
    Rule(const Rule &) = delete;
    Rule &operator=(const Rule &) = delete;

    const RuleInfo &info() const noexcept { return m_info; }
    /// Stable name; part of the ids of its alerts.
    virtual std::string_view nameInIds() const noexcept { return m_info.key; }
    virtual Overlay overlay() const noexcept { return Overlay::RuleWins; }
    /// Whether rows of this kind can matter to the rule at all; asked once for each kind, not for each row.
    virtual bool concerns(SecurityEventType type, AuditOutcome outcome) const noexcept = 0;
    /// Whether Bartizan's own rows are part of what it counts: those of the reference do so, the others know only what
    /// the application wrote.
    virtual bool countsOwnRows() const noexcept { return false; }
    /// Adds the state that it looks at for rows of this kind, so that the memory can be fetched ahead: what is left out
    /// costs time only.
    virtual void addState(SecurityEventType, AuditOutcome, std::vector<KeyedState> &) const {}
    /// Takes over thresholds and windows, from now on. State that another window needs is given up.
    virtual void configure(const MonitoringConfig &config) = 0;
    /// How far back the rows lie that it must be shown again after a restart; 0 when it needs none.
    virtual TimestampMs window() const noexcept = 0;

    /// Enters a row that concerns the rule and, when the row is to be judged, adds what it fires.
    virtual void see(RuleEvent &event, Hits *hits) = 0;
    /// The newer row that a hit of a late one is about, if the rule knows it; until another row is seen.
    virtual std::optional<EventView> newerRow(const RuleEvent &, const Hit &) const { return std::nullopt; }
    /// Fills in what see() has spared itself of a hit, since most are suppressed; before another row is seen.
    virtual void complete(RuleEvent &, Hit &) const {}
    /// The finding for a complete hit, before another row is seen.
    virtual Finding describe(RuleEvent &event, const Hit &hit) const = 0;

    /// Offers the groups on their way to the rule's threshold, as of `now`.
    virtual void offerNearMisses(TimestampMs, const RuleKeys &, NearMissList &) const {}
    /// Forgets what no window can reach any more at `now`, and marks the keys of the rest.
    virtual void expire(TimestampMs now, RuleMarks &marks) = 0;
    /// Forgets everything.
    virtual void clear() = 0;
    /// Its state; load() begins with an empty one, and tells whether what it read can be one.
    virtual void save(StateWriter &out) const = 0;
    virtual bool load(StateReader &in, const RuleKeys &keys) = 0;
    /// Bytes of state.
    virtual std::size_t bytes() const noexcept = 0;

private:
    const RuleInfo &m_info;
};

/// A value of the rule's in `config`, by its key, which the rule has.
int valueOf(const RuleInfo &rule, std::string_view parameter, const MonitoringConfig &config);

} // namespace bartizan
