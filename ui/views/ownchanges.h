// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/idlist.h"

#include <QtGlobal>

#include <map>
#include <optional>
#include <string>

namespace bartizan {

/// Tells the changes of alerts that steps of this console bring about from those of others: of a step it is known which
/// alerts it is about before it changes any, and each of them is awaited until it is told of once. What a step turns out not
/// to have done is awaited no longer, nor anything once the stream of changes is past it. Alerts are known by hashes: of two that share one, somebody else's change may count as
/// one's own. Thread: GUI.
class OwnChanges {
public:
    /// A step has begun that is about these.
    void begin(quint64 token, IdHashes alerts);
    /// It has ended, having changed these alerts only; the stream of changes has all of that up to a `position`, where that
    /// is known.
    void end(quint64 token, const IdHashes &done, std::optional<std::int64_t> position);
    /// Nothing came of a step.
    void drop(quint64 token) { m_steps.erase(token); }
    void clear() { m_steps.clear(); }
    /// Of steps that have ended nothing more will be told.
    void forgetEnded() { std::erase_if(m_steps, [](const auto &step) { return step.second.ended; }); }
    /// The stream of changes has been told up to a position: what has not been told by now was told as one with another.
    void forgetTold(std::int64_t position)
    {
        std::erase_if(m_steps, [position](const auto &step) { return step.second.position && *step.second.position <= position; });
    }
    /// An alert has changed: whether that was awaited.
    bool take(const std::string &id);

private:
    struct Step {
        IdHashes alerts;
        std::vector<bool> told = {}; ///< By place in alerts,
        std::size_t left = 0;        ///< and how many are not.
        bool ended = false;
        std::optional<std::int64_t> position = {}; ///< Behind its last change.
    };
    std::map<quint64, Step> m_steps; ///< By token.
};

} // namespace bartizan
