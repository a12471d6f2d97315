// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/alertgrouping.h"
#include "ui/models/alertmatcher.h"

#include <array>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// The groups that alerts fall into by a value they share: figures of each, kept up as alerts come and go, the order in
/// which the groups stand, and which are open. It counts what it is told to count and holds columns only, so that a
/// million alerts in as many groups are as well with it as ten. Thread: GUI.
class AlertGroups {
public:
    using Number = AlertRecords::Number;
    /// Names a group: by its text in the pool, or by the type.
    using Slot = std::uint32_t;
    static constexpr std::uint32_t kNowhere = 0xFFFF'FFFF;

    // Among rows that are named by their records' numbers, the row of a group is named thus.
    static constexpr Number rowOf(Slot slot) { return slot | kRowBit; }
    static constexpr bool isRow(Number row) { return (row & kRowBit) != 0; }
    static constexpr Slot slotOfRow(Number row) { return row & ~kRowBit; }

    /// Of the alerts of a group that are shown, or would be if it were open.
    struct Figures {
        int alerts = 0;
        int active = 0;     ///< That nobody has acknowledged, nor a mute hides.
        int muted = 0;
        int unresolved = 0;
        std::array<int, 4> bySeverity{};
        AlertSeverity highest() const;
    };

    /// Starts anew with nothing counted, all groups closed and nowhere.
    void begin(AlertGrouping by, const AlertRecords &records);
    bool isOn() const { return m_by != AlertGrouping::Nothing; }
    AlertGrouping by() const { return m_by; }
    /// The key that rows have in common within a group.
    AlertRecords::Key key() const;

    /// Takes note of a record's value; it must not be counted meanwhile.
    void assign(Number number);
    /// The same of records from one to before another one.
    void assign(Number begin, Number end);
    Slot slotOf(Number number) const { return m_slots[number]; }
    /// Whether an alert has the value that the record of its id has.
    bool isSame(Number number, const SecurityAlert &alert) const;
    /// The value as it is stored; empty: none.
    std::string_view valueOf(Slot slot) const;
    /// The group of a value, if it can have alerts.
    std::optional<Slot> slotOfValue(std::string_view value) const;
    std::size_t slots() const { return m_figures.size(); }

    /// Adds a record to its group, or takes it out (sign -1) as it was when it was added.
    void count(Number number, int sign);
    const Figures &figures(Slot slot) const { return m_figures[slot]; }
    /// The newest alert of a group that has any; of one that has just lost it, kNowhere until refresh(). A group that has lost
    /// its last one, and stands among the others still, goes on with that.
    Number newest(Slot slot) const { return m_newest[slot]; }
    /// Finds the newest of the groups that have lost theirs. `listed`: oldest first. `passes`: by record, what it passes;
    /// those are counted that pass everything.
    void refresh(std::span<const Number> listed, std::span<const std::uint8_t> passes);
    /// The same of records that stand in no order yet.
    void refresh(std::span<const std::uint8_t> passes);
    /// From now on, groups whose figures change are noted.
    void noteChanges() { m_noting = true; }
    /// Notes all groups that have alerts or a place.
    void noteAll();
    /// The groups noted, each once.
    const std::vector<Slot> &changes() const { return m_changed; }
    /// The same; ends the noting.
    std::vector<Slot> takeChanges();

    /// Whether a group stands before another one: by a key, that is by the highest severity, the newest alert, the number of
    /// alerts or of active ones, or else by the value. Equal ones stand newest first. Both have alerts; needs refresh().
    bool stands(Slot a, Slot b, AlertRecords::Key sortKey, bool descending) const;
    /// Whether a key puts groups in order of what their alerts are like, by weight(), rather than of the value they share.
    static bool isFigure(AlertRecords::Key sortKey);
    /// What such a key puts groups in order of. Descending the greater stand first, but for the status: there it is the number
    /// of active alerts, which stand first ascending.
    std::uint32_t weight(Slot slot, AlertRecords::Key sortKey) const;
    /// Puts the groups in an order, all that have alerts.
    void setOrder(std::vector<Slot> order);
    /// Gives groups places among the others without moving these.
    void place(std::vector<Slot> slots, AlertRecords::Key sortKey, bool descending);
    /// Takes away the places of groups.
    void drop(std::span<const Slot> slots);
    /// Whether these groups stand where a new order would put them, as long as all others do.
    bool isArranged(std::span<const Slot> slots, AlertRecords::Key sortKey, bool descending) const;
    /// The groups as they stand.
    const std::vector<Slot> &order() const { return m_order; }
    /// The place of a group in order(); kNowhere: it is not there.
    std::uint32_t placeOf(Slot slot) const { return slot < m_places.size() ? m_places[slot] : kNowhere; }
    /// Takes over the order of groups of the same records by the same value.
    void takeOrderFrom(AlertGroups &other);

    bool isOpen(Slot slot) const { return m_open[slot]; }
    /// Whether one may be open, at least.
    bool anyOpen() const { return m_openByDefault || !m_otherwise.empty(); }
    void setOpen(Slot slot, bool open);
    /// All there are, and all that come.
    void setAllOpen(bool open);
    /// Opens what is open in another one, by its value.
    void takeOpenFrom(const AlertGroups &other);

private:
    static constexpr Number kRowBit = 0x8000'0000;
    struct Stale {
        Slot slot;
        Number number;
        TimestampMs at;
    };
    std::vector<Slot> takeStale();
    void number(std::size_t from);
    void grow(std::size_t slots);

    const AlertRecords *m_records = nullptr;
    AlertGrouping m_by = AlertGrouping::Nothing;
    std::vector<Slot> m_slots;       ///< By record.
    std::vector<Figures> m_figures;  ///< By slot, as the next three.
    std::vector<Number> m_newest;
    std::vector<std::uint32_t> m_places;
    std::vector<bool> m_open;
    std::vector<Slot> m_order;
    std::vector<Stale> m_stale; ///< Groups that lost their newest alert, and which that was.
    std::vector<Slot> m_changed;
    std::vector<bool> m_isChanged; ///< By slot.
    bool m_noting = false;
    bool m_openByDefault = false;
    std::set<std::string, std::less<>> m_otherwise; ///< Values of the groups that are not as m_openByDefault says.
};

} // namespace bartizan
