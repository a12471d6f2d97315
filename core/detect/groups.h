// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/blockpool.h"
#include "core/detect/expirywheel.h"
#include "core/detect/keytracker.h"
#include "core/detect/rulekeys.h"
#include "core/detect/statefile.h"

#include <memory>
#include <utility>
#include <vector>

namespace bartizan {

/// The state of a rule about each key: found by the key's number, kept in chunks, forgotten when the newest row of the
/// key lies more than the span back, or when the cap on keys takes it. `State` has empty(), newest(), release(pool),
/// shrink(pool), prefetch(), save(out) and load(in, pool), and is default-constructed for a new key. Not thread-safe.
template<typename State>
class Groups final : public TrackedKeys {
public:
    Groups(KeyTracker &tracker, TimestampMs span) : TrackedKeys(sizeof(State)), m_tracker(tracker), m_span(span)
    {
        m_tracker.add(*this);
        m_wheel.reset(span);
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
        m_wheel.reset(span);
    }
    BlockPool &pool() noexcept { return m_pool; }

    /// The state of `key`, new if there is none; `t` is the time of the row that is about to be entered. Valid until
    /// the next call on any state of the tracker.
    State &at(KeyId key, TimestampMs t)
    {
        if (const std::uint32_t known = nodeOf(key); known != 0) [[likely]]
            return state(known - 1);
        return create(key, t);
    }
    /// The state of `key`, or nullptr.
    const State *find(KeyId key) const noexcept
    {
        const std::uint32_t known = nodeOf(key);
        return known != 0 ? &state(known - 1) : nullptr;
    }
    State *find(KeyId key) noexcept { return const_cast<State *>(std::as_const(*this).find(key)); }

    std::size_t size() const noexcept override { return m_size; }
    bool dropFirst(TimestampMs now) override
    {
        Links links{*this};
        if (m_wheel.lagsBehind(now))
            rebuildWheel(now);
        if (m_size == 0)
            return false;
        const std::uint32_t number = m_wheel.oldestThatRests(links);
        const bool alive = state(number).newest() >= now - m_span;
        dropOldest(links, number);
        return alive;
    }
    /// Forgets the keys whose rows all lie more than the span before `now`; where marks are asked for, marks the
    /// others and gives back memory that they do not need any more.
    void expire(TimestampMs now, RuleMarks &marks, KeySpace space)
    {
        if (marks.areAsked(space))
            expire(now, marks[space]);
        else
            expireAtMost(now, m_size);
    }
    void expire(TimestampMs now, KeyMarks &marks)
    {
        expireAtMost(now, m_size);
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
        m_chunkAt.clear();
        m_places.clear();
        m_used = 0;
        m_free = kNone;
        m_size = 0;
        m_index = {};
        m_wheel.reset(m_span);
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
        return m_pool.bytes() + m_chunks.size() * kChunk * sizeof(State) + m_index.capacity() * sizeof(std::uint32_t)
            + m_places.capacity() * sizeof(Place) + m_wheel.bytes();
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
            append(key);
            enterInIndex(key, i);
            ++m_size;
            m_tracker.added();
            if (!state(i).load(in, m_pool))
                return false;
        }
        m_wheel.startAt(m_tracker.now() - m_span);
        Links links{*this};
        for (std::uint32_t i = 0; i < m_used; ++i)
            m_wheel.insertAgain(i, state(i).newest(), links);
        return true;
    }

private:
    static constexpr std::uint32_t kNone = ExpiryWheel::kNone;
    static constexpr KeyId kFree = 0xFFFF'FFFF; ///< The key of a node that is not in use.
    /// What is known of a node besides its state, close together: the wheel goes from link to link.
    struct Place {
        KeyId key;
        std::uint32_t link; ///< In the wheel, or among the free ones.
    };
    struct Links {
        Groups &groups;
        std::uint32_t &linkOf(std::uint32_t number) { return groups.m_places.data()[number].link; }
        TimestampMs newestOf(std::uint32_t number) { return groups.state(number).newest(); }
    };

    void prefetchBehind(const void *node) const noexcept override { static_cast<const State *>(node)->prefetch(); }
    State &state(std::uint32_t number) noexcept { return *static_cast<State *>(addressOf(number)); }
    const State &state(std::uint32_t number) const noexcept { return *static_cast<const State *>(addressOf(number)); }
    void addChunk()
    {
        m_chunks.push_back(std::make_unique<State[]>(kChunk));
        m_chunkAt.push_back(reinterpret_cast<std::byte *>(m_chunks.back().get()));
    }
    void append(KeyId key)
    {
        if ((m_used & (kChunk - 1)) == 0)
            addChunk();
        m_places.push_back({key, kNone});
        ++m_used;
    }
    void enterInIndex(KeyId key, std::uint32_t number)
    {
        if (key >= m_index.size())
            m_index.resize(std::max<std::size_t>(key + std::size_t{1}, m_index.size() * 5 / 4));
        m_index[key] = number + 1;
    }
    [[gnu::noinline]] State &create(KeyId key, TimestampMs t)
    {
        expireAtMost(m_tracker.now(), 2); // As many as come: memory stays with what is alive.
        m_tracker.added();
        std::uint32_t number = m_free;
        if (number == kNone) {
            number = m_used;
            append(key);
        } else {
            m_free = m_places[number].link;
            m_places[number].key = key;
        }
        enterInIndex(key, number);
        ++m_size;
        Links links{*this};
        m_wheel.insert(number, t, links);
        return state(number);
    }
    void dropOldest(Links &links, std::uint32_t number)
    {
        m_wheel.removeOldest(links);
        free(number);
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
    void expireAtMost(TimestampMs now, std::size_t most)
    {
        if (m_wheel.lagsBehind(now)) [[unlikely]]
            rebuildWheel(now);
        Links links{*this};
        for (; most > 0 && m_size > 0; --most) {
            const std::uint32_t number = m_wheel.oldest(links);
            if (state(number).newest() >= now - m_span)
                break;
            dropOldest(links, number);
        }
        if (const std::uint32_t next = m_wheel.next(links); next != kNone)
            prefetchNode(addressOf(next)); // For the next call.
    }

    /// After a leap of time, when walking there would take long: what is alive lies within the span of `now`.
    void rebuildWheel(TimestampMs now)
    {
        m_wheel.reset(m_span);
        m_wheel.startAt(now - m_span);
        Links links{*this};
        for (std::uint32_t i = 0; i < m_used; ++i) {
            if (m_places[i].key == kFree)
                continue;
            if (state(i).newest() < now - m_span)
                free(i);
            else
                m_wheel.insertAgain(i, state(i).newest(), links);
        }
    }

    KeyTracker &m_tracker;
    TimestampMs m_span;
    BlockPool m_pool;
    std::vector<std::unique_ptr<State[]>> m_chunks;
    std::vector<Place> m_places; ///< By node.
    std::uint32_t m_used = 0; ///< Nodes that were ever in use.
    std::uint32_t m_free = kNone;
    std::size_t m_size = 0;
    ExpiryWheel m_wheel;
};

} // namespace bartizan
