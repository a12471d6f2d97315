// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/auditevent.h"
#include "core/domain/result.h"
#include "core/domain/securityalert.h"
#include "core/domain/triage.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bartizan {

/// Who in the demonstration has looked at an alert, and when.
struct DemoAcknowledgement {
    std::string by;
    TimestampMs at = 0;
    bool operator==(const DemoAcknowledgement &) const = default;
};

/// A step that somebody in the demonstration took; without an id.
struct DemoStep {
    TriageStep step;
    std::string by;
    TimestampMs at = 0;
};

/// Made-up traffic of a web application for the demonstration: six companies, some ninety people in twenty-odd
/// countries, their working days and weekends, and incidents that make the reference rules raise alerts of every type
/// they know; beside it the attacks of a real sshd log, shifted to the days before the present. The same `now` and
/// seed give the same events. Addresses are those reserved for documentation (RFC 5737, RFC 3849), domains those of
/// RFC 2606; only the real log has addresses of the world. Thread: one at a time.
class DemoTraffic {
public:
    static constexpr std::uint64_t kSeed = 20261120;
    static constexpr TimestampMs kSpan = 7 * kDay;
    /// Alerts younger than this are still waiting for somebody.
    static constexpr TimestampMs kUnseen = 150 * kMinute;

    explicit DemoTraffic(TimestampMs now, std::uint64_t seed = kSeed);
    ~DemoTraffic();
    DemoTraffic(const DemoTraffic &) = delete;
    DemoTraffic &operator=(const DemoTraffic &) = delete;

    /// Takes a batch of events, in order of time; answers whether to go on. `total` is how many there will be in all.
    using Take = std::function<bool(std::vector<AuditEvent> &&batch, std::size_t total)>;
    /// The kSpan before `now`, oldest first. Fails only when the real log, which is built in, cannot be read.
    Result<void> history(const Take &take);

    /// The live trickle: the events that have become due since the last call, or since the `now` it was made with, in
    /// order of time. An event every few seconds, an incident every minute or two, the first after about twenty
    /// seconds. After a pause of more than a minute it goes on from the present.
    std::vector<AuditEvent> next(TimestampMs now);
    /// When next() has something again.
    TimestampMs nextDue() const;

    /// E-mail addresses of the people, by user id.
    std::vector<std::pair<std::string, std::string>> emails() const;

    /// Who had acknowledged `alert` before the demonstration began at `now`; nullopt for those that nobody has.
    static std::optional<DemoAcknowledgement> acknowledgement(const SecurityAlert &alert, TimestampMs now);
    /// What had been done with it by then, step by step: the acknowledgement among it, and what came before and after.
    static std::vector<DemoStep> triage(const SecurityAlert &alert, TimestampMs now);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace bartizan
