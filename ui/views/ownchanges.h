// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bartizan {

/// Tells the changes of alerts that steps of this page bring about from those of others: a step names its alerts when it is
/// taken, and each of them is awaited until it is told of once. What a step turns out not to have done is awaited no longer.
/// Alerts are kept as hashes: of two that share one, somebody else's change may count as one's own. Thread: GUI.
class OwnChanges {
public:
    /// Hashes of ids, ascending.
    using Alerts = std::shared_ptr<const std::vector<std::uint64_t>>;
    static Alerts alertsOf(std::span<const std::string> ids);

    void begin(quint64 token, Alerts alerts);
    /// A step has ended, having changed these alerts only.
    void end(quint64 token, const Alerts &done);
    /// Nothing came of a step.
    void drop(quint64 token) { m_steps.erase(token); }
    void clear() { m_steps.clear(); }
    /// Of steps that have ended nothing more will be told.
    void forgetEnded() { std::erase_if(m_steps, [](const auto &step) { return step.second.ended; }); }
    /// An alert has changed: whether that was awaited.
    bool take(const std::string &id);

private:
    struct Step {
        Alerts alerts;
        std::vector<bool> told = {}; ///< By place in alerts,
        std::size_t left = 0;        ///< and how many are not.
        bool ended = false;
    };
    std::map<quint64, Step> m_steps; ///< By token.
};

} // namespace bartizan
