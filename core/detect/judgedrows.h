// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rememberedrow.h"
#include "core/detect/rulekeys.h"
#include "core/detect/statefile.h"
#include "core/domain/timestamp.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>

namespace bartizan {

/// The rows by which a rule about ordered pairs judged its groups, so that what comes late before such a row can be held
/// against it: the newest ones, at most kMost of them with kMostText bytes of text. Which those are depends on the rows
/// that there were, not on the order in which they came. Not thread-safe.
template<std::size_t Kinds>
class JudgedRows {
public:
    static constexpr std::uint32_t kMost = 1024;
    static constexpr std::size_t kMostText = std::size_t{4} << 20;
    static constexpr std::uint16_t kNoText = 0xFFFF;

    /// Of each kind of group, in the rule's order.
    using Keys = std::array<KeyId, Kinds>;
    using Counts = std::array<std::uint32_t, Kinds>;
    struct Row {
        TimestampMs at = 0;
        std::int64_t id = 0;
        Keys keys{};     ///< Of its groups; kNoKey: it belongs to none.
        Counts beside{}; ///< How many rows of its own instant its groups had counted before it came.
        SecurityEventType type{};
        AuditOutcome outcome{};
        std::uint16_t place = kNoText; ///< Of its text.
    };

    void add(const EventView &row, const Keys &keys, const Counts &beside, bool withText)
    {
        if (m_rows == nullptr) [[unlikely]]
            allocate();
        if (m_size == kMost) {
            if (row.timestamp < at(0).at) [[unlikely]]
                return;
            dropOldest();
        }
        enter({row.timestamp, row.id, keys, beside, row.eventType, row.outcome, withText ? copyOf(row) : kNoText});
        while (m_textSize > kMostText && m_size > 1) [[unlikely]]
            dropOldest();
    }
    /// Calls `visit` with the rows in (after, until], the oldest first.
    template<typename Visit>
    void forEachIn(TimestampMs after, TimestampMs until, Visit &&visit) const
    {
        std::uint32_t index = m_size;
        while (index > 0 && at(index - 1).at > after)
            --index;
        for (; index < m_size && at(index).at <= until; ++index)
            visit(at(index));
    }
    /// The row, valid until the next add(); without its text only its key, time, type and outcome.
    struct Found {
        EventView row;
        bool hasText = false;
    };
    std::optional<Found> find(TimestampMs t, std::int64_t id) const
    {
        for (std::uint32_t i = m_size; i > 0; --i) {
            const Row &row = at(i - 1);
            if (row.at != t || row.id != id)
                continue;
            if (row.place != kNoText)
                return Found{m_texts[row.place].view(), true};
            Found found;
            found.row.id = row.id;
            found.row.timestamp = row.at;
            found.row.eventType = row.type;
            found.row.outcome = row.outcome;
            return found;
        }
        return std::nullopt;
    }
    /// Forgets the rows before `from`, and marks the keys of the others, those of each kind in the marks that are given for
    /// it; nullptr: they are not asked for.
    void expire(TimestampMs from, const std::array<KeyMarks *, Kinds> &marks)
    {
        while (m_size > 0 && at(0).at < from)
            dropOldest();
        for (std::uint32_t i = 0; i < m_size; ++i) {
            for (std::size_t kind = 0; kind < Kinds; ++kind) {
                if (marks[kind] != nullptr)
                    marks[kind]->mark(at(i).keys[kind]);
            }
        }
    }
    void clear() noexcept
    {
        m_rows.reset();
        m_texts.reset();
        m_free.reset();
        m_freeSize = m_first = m_size = 0;
        m_textSize = 0;
    }
    void save(StateWriter &out) const
    {
        out.put(m_size);
        for (std::uint32_t i = 0; i < m_size; ++i) {
            const Row &row = at(i);
            const bool withText = row.place != kNoText;
            out.put(row.keys);
            out.put(row.beside);
            out.put(withText);
            if (withText) {
                m_texts[row.place].save(out);
                continue;
            }
            out.put(row.at);
            out.put(row.id);
            out.put(row.type);
            out.put(row.outcome);
        }
    }
    /// Into an empty one, for keys below `limits`.
    bool load(StateReader &in, const std::array<std::size_t, Kinds> &limits)
    {
        const auto size = in.get<std::uint32_t>();
        if (size > kMost || !in.holds(size, sizeof(Keys) + sizeof(Counts)))
            return false;
        RememberedRow whole;
        for (std::uint32_t i = 0; i < size; ++i) {
            const Keys keys = in.get<Keys>();
            const Counts beside = in.get<Counts>();
            const bool withText = in.get<std::uint8_t>() != 0;
            EventView row;
            if (withText) {
                if (!whole.load(in))
                    return false;
                row = whole.view();
            } else {
                row.timestamp = in.get<TimestampMs>();
                row.id = in.get<std::int64_t>();
                row.eventType = in.get<SecurityEventType>();
                row.outcome = in.get<AuditOutcome>();
            }
            for (std::size_t kind = 0; kind < Kinds; ++kind) {
                if (keys[kind] >= limits[kind])
                    return false;
            }
            add(row, keys, beside, withText);
        }
        return true;
    }
    std::size_t bytes() const noexcept
    {
        if (m_rows == nullptr)
            return 0;
        return std::accumulate(m_texts.get(), m_texts.get() + kMost,
                               kMost * (sizeof(Row) + sizeof(RememberedRow) + sizeof(std::uint16_t)),
                               [](std::size_t sum, const RememberedRow &row) { return sum + row.capacity(); });
    }

private:
    Row &at(std::uint32_t index) const noexcept { return m_rows[(m_first + index) % kMost]; }

    [[gnu::noinline]] void allocate()
    {
        m_rows = std::make_unique<Row[]>(kMost);
        m_texts = std::make_unique<RememberedRow[]>(kMost);
        m_free = std::make_unique<std::uint16_t[]>(kMost);
        std::iota(m_free.get(), m_free.get() + kMost, std::uint16_t{0});
        m_freeSize = kMost;
    }
    [[gnu::noinline]] std::uint16_t copyOf(const EventView &row)
    {
        const std::uint16_t place = m_free[--m_freeSize];
        m_texts[place].set(row);
        m_textSize += m_texts[place].size();
        return place;
    }
    void enter(const Row &row)
    {
        std::uint32_t index = m_size++;
        for (; index > 0 && at(index - 1).at > row.at; --index)
            at(index) = at(index - 1);
        at(index) = row;
    }
    void dropOldest() noexcept
    {
        const std::uint16_t place = at(0).place;
        ++m_first;
        --m_size;
        if (place == kNoText)
            return;
        m_textSize -= m_texts[place].size();
        m_free[m_freeSize++] = place;
    }

    std::unique_ptr<Row[]> m_rows; ///< A ring, in order of time; there is none before the first row.
    std::unique_ptr<RememberedRow[]> m_texts;
    std::unique_ptr<std::uint16_t[]> m_free; ///< Places in m_texts.
    std::uint32_t m_freeSize = 0;
    std::uint32_t m_first = 0;
    std::uint32_t m_size = 0;
    std::size_t m_textSize = 0;
};

} // namespace bartizan
