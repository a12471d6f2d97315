// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/fetch.h"
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

    /// What to ask for of keys that are about to be looked at: what leads to their state, the state itself, and what that
    /// refers to; one step after the other, each once what the one before asked for has had time to arrive.
    enum class Fetch : std::uint8_t { Index, State, Behind };
    virtual void fetch(Fetch step, std::span<const KeyId> keys) const noexcept = 0;
    /// Its number among those of the tracker.
    std::uint16_t number() const noexcept { return m_number; }

protected:
    explicit TrackedKeys(std::size_t nodeBytes) noexcept : m_nodeBytes(nodeBytes) {}

    /// Nodes stand in chunks, each with the state of one key.
    static constexpr std::size_t kChunkLog2 = 8;
    static constexpr std::size_t kChunk = std::size_t{1} << kChunkLog2;

    /// Number + 1 of the node of a key; 0: there is none.
    std::uint32_t nodeOf(KeyId key) const noexcept { return key < m_index.size() ? m_index.data()[key] : 0; }
    void *addressOf(std::uint32_t number) const noexcept
    {
        return m_chunkAt.data()[number >> kChunkLog2] + (number & (kChunk - 1)) * m_nodeBytes;
    }
    /// Of a key that has none, the address of another; there must be one.
    const void *likelyAddressOf(KeyId key) const noexcept
    {
        const std::uint32_t number = nodeOf(key);
        return addressOf(number - (number != 0 ? 1 : 0));
    }
    /// The first and the last byte: they may lie in two lines of the cache.
    void prefetchNode(const void *node) const noexcept
    {
        fetchByLoad(node);
        __builtin_prefetch(static_cast<const std::byte *>(node) + m_nodeBytes - 1);
    }

    std::vector<std::uint32_t> m_index; ///< Node + 1 by key; 0: none.
    std::vector<std::byte *> m_chunkAt; ///< Where each chunk begins.
    std::size_t m_size = 0;             ///< Keys.

private:
    friend class KeyTracker;

    std::size_t m_nodeBytes;
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
