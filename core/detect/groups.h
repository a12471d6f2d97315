// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/blockpool.h"
#include "core/detect/fetch.h"
#include "core/detect/keytracker.h"
#include "core/detect/rulekeys.h"
#include "core/detect/statefile.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace bartizan {

/// The state of a rule about each key: found by the key's number, kept in chunks, forgotten some time after the newest row
/// of the key lies more than the span back, or when the cap on keys takes it. `State` has empty(), newest(),
/// release(pool), shrink(pool), prefetch(), save(out) and load(in, pool), and is default-constructed for a new key. Not
/// thread-safe.
///
/// What has expired is looked for when a new key finds no free node, through all nodes at once: a time of each stands close
/// to those of the others, so that this takes a nanosecond for most nodes, and it is done as rarely as at least a quarter of
/// them is free afterwards, or there will be a third more.
template<typename State>
class Groups final : public TrackedKeys {
public:
    Groups(KeyTracker &tracker, TimestampMs span) : m_tracker(tracker), m_span(span)
    {
        m_tracker.add(*this);
    }
    Groups(const Groups &) = delete;
    Groups &operator=(const Groups &) = delete;
    ~Groups() override { clear(); }

    TimestampMs span() const noexcept { return m_span; }
    /// Keeps what it has, if the span is the same, and else forgets everything: what a longer one needs is gone anyway.
    void setSpan(TimestampMs span)
    {
        if (span == m_span)
            return;
        clear();
        m_span = span;
    }
    BlockPool &pool() noexcept { return m_pool; }

    /// The state of `key`, new if there is none; `t` is the time of the row that is about to be entered. Valid until
    /// the next call on any state of the tracker.
    State &at(KeyId key, TimestampMs t)
    {
        const std::uint32_t known = nodeOf(key);
        return known != 0 ? state(known - 1) : create(key, t);
    }
    /// The state of `key`, or nullptr.
    const State *find(KeyId key) const noexcept
    {
        const std::uint32_t known = nodeOf(key);
        return known != 0 ? &state(known - 1) : nullptr;
    }
    State *find(KeyId key) noexcept { return const_cast<State *>(std::as_const(*this).find(key)); }

    void fetchIndex(std::span<const KeyId> keys) const noexcept override
    {
        for (const KeyId key : keys)
            __builtin_prefetch(m_index.get() + std::min<std::size_t>(key, m_indexSize));
    }
    void fetchStates(std::span<const KeyId> keys, const void **states) const noexcept override
    {
        if (m_used == 0) {
            static const State kEmpty{};
            std::fill_n(states, keys.size(), &kEmpty);
            return;
        }
        for (const KeyId key : keys) {
            const std::uint32_t number = nodeOf(key);
            const State &found = state(number - (number != 0 ? 1 : 0));
            fetchState(found);
            *states++ = &found;
        }
    }
    void fetchBehind(std::span<const void *const> states) const noexcept override
    {
        for (const void *const found : states)
            static_cast<const State *>(found)->prefetch();
    }
    void expire(TimestampMs now) override
    {
        for (std::uint32_t i = m_used; i-- > 0;) { // So that the free ones come in order.
            if (m_places[i].key != kFree && hasExpired(i, now))
                free(i);
        }
        m_sweepAt = std::max<std::size_t>(kChunk, m_size + m_size / 3);
    }
    bool dropFirst(TimestampMs now) override
    {
        for (;;) {
            if (m_firsts.empty())
                findFirsts(now);
            const First first = m_firsts.back();
            m_firsts.pop_back();
            if (!m_firsts.empty())
                fetchState(state(m_firsts.back().number)); // For the next time.
            if (m_places[first.number].key == kFree || lookAtSeen(first.number) != first.seen)
                continue; // It goes on.
            const bool alive = state(first.number).newest() >= now - m_span;
            free(first.number);
            return alive;
        }
    }
    /// Where marks are asked for, forgets the keys whose rows all lie more than the span before `now`, marks the others
    /// and gives back memory that they do not need any more.
    void expire(TimestampMs now, RuleMarks &marks, KeySpace space)
    {
        if (marks.areAsked(space))
            expire(now, marks[space]);
    }
    void expire(TimestampMs now, KeyMarks &marks)
    {
        expire(now);
        forEach([&](KeyId key, State &state) {
            state.shrink(m_pool);
            marks.mark(key);
        });
    }
    /// Forgets everything.
    void clear()
    {
        forEach([&](KeyId key, State &state) {
            state.release(m_pool);
            m_index[key] = 0;
            m_tracker.gone();
        });
        m_chunks.clear();
        m_places = {};
        m_firsts = {};
        m_used = 0;
        m_free = kNone;
        m_size = 0;
        m_sweepAt = kChunk;
        m_index.reset();
        m_indexSize = 0;
    }
    template<typename F>
    void forEach(F &&visit)
    {
        for (std::uint32_t i = 0; i < m_used; ++i) {
            if (m_places[i].key != kFree)
                visit(m_places[i].key, state(i));
        }
    }
    template<typename F>
    void forEach(F &&visit) const
    {
        const_cast<Groups *>(this)->forEach([&](KeyId key, const State &state) { visit(key, state); });
    }
    /// Bytes of state, that of the states themselves included as far as it lies in the pool.
    std::size_t bytes() const noexcept
    {
        return m_pool.bytes() + m_chunks.size() * kChunk * sizeof(State) + m_indexSize * sizeof(std::uint32_t)
            + m_places.capacity() * sizeof(Place) + m_firsts.capacity() * sizeof(First);
    }

    void save(StateWriter &out) const
    {
        out.put(m_span);
        out.put(static_cast<std::uint32_t>(m_size));
        forEach([&](KeyId key, const State &state) {
            out.put(key);
            state.save(out);
        });
    }
    /// Into an empty one, for keys below `limit`. False when what it reads cannot be; whoever owns it clears it then.
    bool load(StateReader &in, std::size_t limit)
    {
        if (in.get<TimestampMs>() != m_span)
            return false;
        const auto size = in.get<std::uint32_t>();
        if (!in.holds(size, sizeof(KeyId)))
            return false;
        for (std::uint32_t i = 0; i < size; ++i) {
            const auto key = in.get<KeyId>();
            if (key >= limit || find(key) != nullptr)
                return false;
            enter(append(), key);
            if (!state(i).load(in, m_pool))
                return false;
            m_places[i].seen = grainOf(state(i).newest());
        }
        m_sweepAt = std::max<std::size_t>(kChunk, m_size + m_size / 3);
        return true;
    }

private:
    /// Nodes stand in chunks, each with the state of one key.
    static constexpr unsigned kChunkLog2 = 8;
    static constexpr std::size_t kChunk = std::size_t{1} << kChunkLog2;
    static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
    static constexpr KeyId kFree = 0xFFFF'FFFF; ///< The key of a node that is not in use.
    /// Times of keys are in grains of 16 ms: 32 bits of them tell them apart over more than a year, and who is not seen
    /// for longer without a look at it stays a while more.
    static constexpr unsigned kGrainLog2 = 4;
    /// What is known of a node besides its state.
    struct Place {
        KeyId key;
        /// In grains, an instant up to which the key was seen: that of its newest row when it was looked at, so that a row
        /// need not come here. Of a free node the next free one.
        std::uint32_t seen;
    };
    /// A key that was among the first to expire, if it was not seen again since.
    struct First {
        std::uint32_t seen;
        std::uint32_t number;
    };

    static std::uint32_t grainOf(TimestampMs t) noexcept { return static_cast<std::uint32_t>(t >> kGrainLog2); }
    static bool isLater(std::uint32_t a, std::uint32_t b) noexcept { return static_cast<std::int32_t>(a - b) > 0; }

    /// The first and the last byte: they may lie in two lines of the cache.
    static void fetchState(const State &state) noexcept
    {
        fetchByLoad(&state);
        __builtin_prefetch(reinterpret_cast<const std::byte *>(&state + 1) - 1);
    }
    /// Number + 1 of the node of a key; 0: there is none.
    std::uint32_t nodeOf(KeyId key) const noexcept { return key < m_indexSize ? m_index[key] : 0; }
    State &state(std::uint32_t number) noexcept
    {
        return m_chunks.data()[number >> kChunkLog2].get()[number & (kChunk - 1)];
    }
    const State &state(std::uint32_t number) const noexcept { return const_cast<Groups *>(this)->state(number); }
    /// When the newest row of a node's key was, in grains.
    std::uint32_t lookAtSeen(std::uint32_t number) noexcept
    {
        return m_places[number].seen = grainOf(state(number).newest());
    }
    /// The state itself is looked at only when the key was not seen since, as far as is known.
    bool hasExpired(std::uint32_t number, TimestampMs now) noexcept
    {
        if (isLater(m_places[number].seen, grainOf(now - m_span)))
            return false;
        lookAtSeen(number);
        return state(number).newest() < now - m_span;
    }
    std::uint32_t append()
    {
        if ((m_used & (kChunk - 1)) == 0)
            m_chunks.push_back(std::make_unique<State[]>(kChunk));
        m_places.push_back({});
        return m_used++;
    }
    void growIndex(std::size_t least)
    {
        const std::size_t size = std::max(least, m_indexSize * 5 / 4);
        auto grown = std::make_unique<std::uint32_t[]>(size);
        std::copy_n(m_index.get(), m_indexSize, grown.get());
        m_index = std::move(grown);
        m_indexSize = size;
    }
    void enter(std::uint32_t number, KeyId key)
    {
        if (key >= m_indexSize)
            growIndex(key + std::size_t{1});
        m_index[key] = number + 1;
        m_places[number].key = key;
        ++m_size;
        m_tracker.added();
    }
    [[gnu::noinline]] State &create(KeyId key, TimestampMs t)
    {
        if (m_free == kNone && m_used >= m_sweepAt)
            expire(m_tracker.now());
        std::uint32_t number = m_free;
        if (number == kNone) {
            number = append();
        } else {
            m_free = m_places[number].seen;
            if (m_free != kNone)
                fetchState(state(m_free)); // For the next key.
        }
        enter(number, key);
        m_places[number].seen = grainOf(t);
        return state(number);
    }
    void free(std::uint32_t number)
    {
        state(number).release(m_pool);
        m_index[m_places[number].key] = 0;
        m_places[number] = {kFree, m_free};
        m_free = number;
        --m_size;
        m_tracker.gone();
    }
    /// The quarter that would expire first, the very first of them at the end.
    void findFirsts(TimestampMs now)
    {
        m_firsts.reserve(m_size);
        for (std::uint32_t i = 0; i < m_used; ++i) {
            if (m_places[i].key != kFree)
                m_firsts.push_back({lookAtSeen(i), i});
        }
        const auto orderOf = [from = grainOf(now)](const First &first) {
            return std::uint64_t{from - first.seen} << 32 | (kNone - first.number);
        };
        const auto goesLater = [&](const First &a, const First &b) { return orderOf(a) < orderOf(b); };
        const auto first = m_firsts.end() - static_cast<std::ptrdiff_t>((m_size + 3) / 4);
        std::nth_element(m_firsts.begin(), first, m_firsts.end(), goesLater);
        m_firsts.erase(m_firsts.begin(), first);
        m_firsts.shrink_to_fit();
        std::sort(m_firsts.begin(), m_firsts.end(), goesLater);
    }

    std::unique_ptr<std::uint32_t[]> m_index; ///< Node + 1 by key; 0: none.
    std::size_t m_indexSize = 0;
    std::vector<std::unique_ptr<State[]>> m_chunks;
    KeyTracker &m_tracker;
    TimestampMs m_span;
    BlockPool m_pool;
    std::vector<Place> m_places;  ///< By node.
    std::vector<First> m_firsts;  ///< Not looked for anew before all are gone.
    std::uint32_t m_used = 0;     ///< Nodes that were ever in use.
    std::uint32_t m_free = kNone;
    std::size_t m_sweepAt = kChunk; ///< With so many nodes it looks for what has expired before it adds more.
};

} // namespace bartizan
