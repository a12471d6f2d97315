// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/mute.h"
#include "core/domain/result.h"

#include <optional>
#include <string>
#include <vector>

namespace bartizan {

/// Which mutes. Empty members do not restrict.
struct MuteQuery {
    std::optional<std::string> id;
    std::optional<TimestampMs> inForceAt;
};

/// Ends a mute.
struct MuteLift {
    std::string id;
    bool restore = false; ///< Brings back into the queue what it hid, also when it has ended already.
};

/// What lifting a mute did.
struct MuteLifted {
    enum class Outcome {
        Lifted,
        Over,    ///< It had ended before, and stays as it was; `restore` was done all the same.
        Unknown, ///< There is none of this id.
    };
    Outcome outcome = Outcome::Unknown;
    Mute mute;                  ///< As it is now.
    std::int64_t restored = 0;  ///< So many alerts came back.

    bool operator==(const MuteLifted &) const = default;
};

/// The mutes of a database. AlertStore::commit() goes by them: a mute that any console has set holds from the next
/// commit on, whichever engine commits. Thread: the one that opened it.
class MuteStore {
public:
    virtual ~MuteStore() = default;

    /// Sets a mute, and answers with it as it is stored (on a server `by` is who logged in). Fails where checkMute() does,
    /// and where the user may not. It writes an audit row (`alert_mute_set`; metadata: muteId, rule, group, network,
    /// company and alertId where there are any, expiresAt) and, where it was set from an alert, a line of its history, and
    /// moves that alert to the end of the stream of changes.
    virtual Result<Mute> setMute(const Mute &mute) = 0;
    /// Ends a mute in the name of `by`. It writes an audit row (`alert_mute_lifted`; metadata: muteId, rule, group, and
    /// how many alerts were restored) unless nothing changed, and lines of history: of the alert that the mute was set
    /// from, and of each that comes back, which moves to the end of the stream of changes.
    virtual Result<MuteLifted> liftMute(const MuteLift &lift, const std::string &by, TimestampMs at) = 0;
    /// Mutes, the newest first.
    virtual Result<std::vector<Mute>> mutes(const MuteQuery &query = {}) = 0;
};

} // namespace bartizan
