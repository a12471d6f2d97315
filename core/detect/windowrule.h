// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/evidence.h"
#include "core/detect/groups.h"
#include "core/detect/judgedrows.h"
#include "core/detect/nearmisslist.h"
#include "core/detect/rowdetails.h"
#include "core/detect/slidingwindow.h"
#include "core/detect/wording.h"
#include "core/domain/detectorhistory.h"

#include <array>

namespace bartizan {

/// What a row is to a rule that counts in windows. Where one kind of row is counted and another is judged by it, the
/// rule is about an ordered pair.
enum class Part : unsigned { None = 0, Counted = 1, Judged = 2, Both = 3 };

/// Rows of a group within a window, counted (CountRule) or added up (SumRule); fires when there are enough of them. A late
/// row also fires for each newer row that has enough with it, and had not without: as if all had come in order (rows of
/// one millisecond are one). `Is` is the rule that derives from it and says which rows and in which words, for groups of
/// the `Kinds`:
///
///     Part part(RuleEvent &) const;    what a row that concerns the rule is to it,
///     Total weight(RuleEvent &) const; what a counted row weighs, if not one,
///
/// both known when this is compiled, since they are asked for every row; kPair says that it is about an ordered pair. A
/// weight is in parts, of which `Parts` make one; a part that is left over does not count.
template<typename Is, typename Window, std::int64_t Parts, GroupKind... Kinds>
class WindowRule : public Rule {
public:
    using Total = typename Window::Total;
    static constexpr bool kPair = false;

    WindowRule(RuleId id, KeyTracker &tracker) : Rule(id), m_groups{{Group(Kinds, tracker)...}} {}

    void addState(SecurityEventType, AuditOutcome, std::vector<KeyedState> &out) const override
    {
        for (auto &group : m_groups)
            out.push_back({group.kind, &group.windows});
    }
    void configure(const MonitoringConfig &config) override
    {
        m_threshold = ruleParameter(info().id, kThreshold) ? valueOf(info(), kThreshold, config) : 1;
        m_window = valueOf(info(), kWindowSeconds, config) * kSecond;
        for (auto &group : m_groups)
            group.windows.setSpan(m_window + kLateSlack);
    }
    TimestampMs window() const noexcept final { return m_window; }

    void see(RuleEvent &event, Hits *hits) override
    {
        const auto what = static_cast<unsigned>(static_cast<const Is &>(*this).part(event));
        const bool counted = what & static_cast<unsigned>(Part::Counted);
        const bool judged = what & static_cast<unsigned>(Part::Judged);
        if (!judged && !event.countsForNewer()) [[likely]]
            hits = nullptr;
        if (!counted && !(judged && (Is::kPair || hits != nullptr)))
            return;
        std::size_t group = 0;
        Seen seen;
        (seeGroup<Kinds>(group++, seen, event, counted, judged, hits), ...);
        if constexpr (Is::kPair) {
            if (judged)
                m_judged.add(event.row(), seen.keys, seen.beside, event.isKept() || m_threshold == 1);
        }
    }

    std::optional<EventView> newerRow(const RuleEvent &event, const Hit &hit) const override
    {
        const auto found = m_judged.find(event.at() + hit.lateBy, hit.newer);
        if (!found || found->hasText)
            return found ? std::optional(found->row) : std::nullopt;
        // Of what it had no more is known than what it has in common with the late one.
        EventView row = found->row;
        const EventView &late = event.row();
        if (hit.kind == GroupKind::Address)
            row.ipAddress = late.ipAddress;
        else if (!late.userId.empty())
            row.userId = late.userId;
        else
            row.metadata = late.metadata;
        return row;
    }

    void complete(RuleEvent &event, Hit &hit) const override
    {
        if (hit.count != Hit::kUncounted)
            return;
        for (auto &group : m_groups) {
            const Window *window = group.kind == hit.kind ? group.windows.find(hit.key) : nullptr;
            if (window != nullptr)
                hit.count = window->count(event.at() - m_window, event.at()) / Parts;
        }
    }
    Finding describe(RuleEvent &event, const Hit &hit) const override
    {
        std::array<std::int64_t, kMostExamples> rows{};
        const std::size_t found = examples(event, hit, rows);
        return foundBy(hit, sentence(event, hit), m_window, std::span(rows).first(found));
    }

    void offerNearMisses(TimestampMs now, const RuleKeys &keys, NearMissList &out) const override
    {
        for (auto &group : m_groups) {
            group.windows.forEach([&](KeyId key, const Window &window) {
                const std::int64_t count = window.count(now - m_window, now) / Parts;
                if (!out.wants(count, m_threshold, window.newest(), Is::kPair))
                    return;
                const std::string_view text
                    = hasKeySpace(group.kind) ? keys[keySpaceOf(group.kind)].text(key) : std::string_view();
                out.add({info().id, group.kind, std::string(text), count, m_threshold, window.newest(),
                         window.oldestFrom(now - m_window) + m_window, Is::kPair},
                        key);
            });
        }
    }
    void expire(TimestampMs now, RuleMarks &marks) override
    {
        for (auto &group : m_groups)
            group.windows.expire(now, marks, keySpaceOf(group.kind));
        if constexpr (Is::kPair)
            m_judged.expire(now - kLateSlack, {(marks.areAsked(keySpaceOf(Kinds)) ? &marks[keySpaceOf(Kinds)] : nullptr)...});
    }
    void clear() override
    {
        for (auto &group : m_groups)
            group.windows.clear();
        m_judged.clear();
    }
    void save(StateWriter &out) const override
    {
        for (auto &group : m_groups)
            group.windows.save(out);
        if constexpr (Is::kPair)
            m_judged.save(out);
    }
    bool load(StateReader &in, const RuleKeys &keys) override
    {
        for (auto &group : m_groups) {
            if (!group.windows.load(in, keys[keySpaceOf(group.kind)].limit()))
                return false;
        }
        if constexpr (Is::kPair)
            return m_judged.load(in, {keys[keySpaceOf(Kinds)].limit()...});
        return true;
    }
    std::size_t bytes() const noexcept override
    {
        std::size_t sum = m_judged.bytes();
        for (auto &group : m_groups)
            sum += group.windows.bytes();
        return sum;
    }

    Total weight(RuleEvent &) const { return Parts; }

protected:
    /// The alert's description.
    virtual std::string sentence(RuleEvent &event, const Hit &hit) const = 0;

    std::string spanWords() const { return spanText(m_window); }
    /// The newest rows that were counted, the last of them the one that is judged.
    std::size_t examples(const RuleEvent &event, const Hit &hit, std::span<std::int64_t> rows) const
    {
        for (auto &group : m_groups) {
            const Window *window = group.kind == hit.kind ? group.windows.find(hit.key) : nullptr;
            if (window == nullptr)
                continue;
            const TimestampMs at = event.at() + hit.lateBy;
            std::size_t found = window->newestRows(at - m_window, at, rows);
            if (hit.lateBy > 0 || (found > 0 && rows[found - 1] == event.row().id))
                return found;
            if (found == rows.size())
                std::copy(rows.begin() + 1, rows.end(), rows.begin());
            else
                ++found;
            rows[found - 1] = event.row().id;
            return found;
        }
        return 0;
    }

private:
    struct Group {
        Group(GroupKind k, KeyTracker &tracker) : kind(k), windows(tracker, kLateSlack) {}
        GroupKind kind;
        Groups<Window> windows;
    };
    using Judged = JudgedRows<sizeof...(Kinds)>;
    /// What is remembered of a row that is judged.
    struct Seen {
        typename Judged::Keys keys{};
        typename Judged::Counts beside{};
    };

    bool enough(std::int64_t weight) const noexcept { return weight / Parts >= m_threshold; }
    /// What see() does about the row's group of one kind.
    template<GroupKind kind>
    void seeGroup(std::size_t group, Seen &seen, RuleEvent &event, bool counted, bool judged, Hits *hits)
    {
        Groups<Window> &windows = m_groups[group].windows;
        KeyId &key = seen.keys[group];
        if (!event.find(kind, key))
            return;
        const TimestampMs t = event.at();
        const Window *window = nullptr;
        if (counted) {
            Window &own = windows.at(key, t);
            own.add(t, windows.span(), windows.pool(), static_cast<const Is &>(*this).weight(event), event.row().id);
            window = &own;
        } else {
            window = windows.find(key);
            if (Is::kPair && window != nullptr && window->newest() >= t) [[unlikely]]
                seen.beside[group] = static_cast<std::uint32_t>(window->count(t, t));
        }
        if (hits == nullptr || window == nullptr || !enough(window->total()))
            return;
        if (judged) {
            const bool surely = window->surelyHolds(m_threshold * Parts, m_threshold, t - m_window, t);
            const std::int64_t count = surely ? Hit::kUncounted : window->count(t - m_window, t) / Parts;
            if (surely || count >= m_threshold)
                hits->push_back({this, kind, key, count, *info().severity});
        }
        if (counted && event.countsForNewer()) [[unlikely]]
            seeNewer<kind>(group, *window, event, key, *hits);
    }
    /// The newer rows that fire with a late one.
    template<GroupKind kind>
    [[gnu::noinline]] void seeNewer(std::size_t group, const Window &window, RuleEvent &event, KeyId key, Hits &hits)
    {
        const TimestampMs t = event.at();
        const auto late = static_cast<std::int64_t>(static_cast<const Is &>(*this).weight(event));
        const auto look = [&](TimestampMs at, std::int64_t weight, std::int64_t row) {
            if (enough(weight) && !enough(weight - late))
                hits.push_back({this, kind, key, weight / Parts, *info().severity, 0, at - t, row});
        };
        if constexpr (Is::kPair) {
            m_judged.forEachIn(t, t + m_window, [&](const typename Judged::Row &row) {
                if (row.keys[group] == key)
                    look(row.at, window.count(row.at - m_window, row.at - 1) + row.beside[group], row.id);
            });
        } else {
            window.forEachSpan(t, t + m_window, m_window, look);
        }
    }

    std::array<Group, sizeof...(Kinds)> m_groups; ///< They cannot be moved.
    Judged m_judged; ///< Where it is about an ordered pair.
    std::int64_t m_threshold = 1;
    TimestampMs m_window = 0;
};

template<typename Is, GroupKind... Kinds>
using CountRule = WindowRule<Is, CountWindow, 1, Kinds...>;
template<typename Is, GroupKind... Kinds>
using SumRule = WindowRule<Is, SumWindow, kRecordParts, Kinds...>;

} // namespace bartizan
