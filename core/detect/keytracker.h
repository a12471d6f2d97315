// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/keytable.h"
#include "core/domain/timestamp.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace bartizan {

/// State by key that a KeyTracker can take keys from.
class TrackedKeys {
public:
    virtual ~TrackedKeys() = default;
    /// How many keys there are.
    std::size_t size() const noexcept { return m_size; }
    /// Forgets the keys whose time is up at `now`.
    virtual void expire(TimestampMs now) = 0;
    /// Forgets the key that would expire first (to within some milliseconds), of at least one. False when its time was
    /// up at `now` anyway.
    virtual bool dropFirst(TimestampMs now) = 0;

    /// Asks for the memory behind keys that are about to be looked at, in steps, each over all of them, once what the one
    /// before asked for has had time to arrive: for what leads to their state; for the state itself, noting in `states` where
    /// that is; and for what it refers to. Of a key that has none, some other state will do.
    virtual void fetchIndex(std::span<const KeyId> keys) const noexcept = 0;
    virtual void fetchStates(std::span<const KeyId> keys, const void **states) const noexcept = 0;
    virtual void fetchBehind(std::span<const void *const> states) const noexcept = 0;
    /// Its number among those of the tracker.
    std::uint16_t number() const noexcept { return m_number; }

protected:
    std::size_t m_size = 0; ///< Keys.

private:
    friend class KeyTracker;

    std::uint16_t m_number = 0;
};

/// Bounds how many keys all rules together keep state about. At the cap the rule with most keys gives up the one that
/// would expire first: so a flood of keys costs the rule that it floods, and one whose window is long does not starve
/// one whose window is short. A key that an attack goes on with is the last of its rule to expire. Not thread-safe.
class KeyTracker {
public:
    /// No cap.
    static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

    void add(TrackedKeys &keys)
    {
        keys.m_number = static_cast<std::uint16_t>(m_all.size());
        m_all.push_back(&keys);
    }
    /// Everything that was added, by number.
    std::span<TrackedKeys *const> all() const noexcept { return m_all; }
    void setCap(std::size_t cap) { m_cap = cap; }
    /// The newest instant of the log.
    TimestampMs now() const noexcept { return m_now; }
    void setNow(TimestampMs t) noexcept { m_now = t; }
    std::size_t held() const noexcept { return m_held; }
    std::int64_t evicted() const noexcept { return m_evicted; }
    void setEvicted(std::int64_t evicted) noexcept { m_evicted = evicted; }

    /// After a key was added. Nothing goes for it at once: a rule that judges an event counts on what it has just seen.
    void added() noexcept
    {
        ++m_held;
        ++m_added;
    }
    /// Between two events: down to the cap.
    void trim()
    {
        if (m_held > m_cap) [[unlikely]]
            makeRoom();
    }
    /// After one went.
    void gone() noexcept { --m_held; }

private:
    void makeRoom();
    void expire();

    std::vector<TrackedKeys *> m_all;
    std::size_t m_cap = kUnlimited;
    std::size_t m_held = 0;
    std::size_t m_added = 0;      ///< Ever.
    std::size_t m_nextExpiry = 0; ///< At so many.
    std::int64_t m_evicted = 0;
    TimestampMs m_now = std::numeric_limits<TimestampMs>::min();
};

} // namespace bartizan
