// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/alertgroups.h"
#include "ui/models/keyorder.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace bartizan {

/// Finds the rows of the alerts that pass, in their order, those of groups among them: in parts, between which the event loop
/// runs and alerts go on changing. What is touched meanwhile is left out, and put in its place at the end, where it takes a
/// few comparisons. So the order is the one that there would be if all had been put in order then. Thread: GUI.
class AlertArrangement {
public:
    using Number = AlertRecords::Number;
    using Slot = AlertGroups::Slot;

    /// What is put in order; it must stay where it is as long as there are parts to be done.
    struct Subject {
        const AlertRecords &records;
        const std::vector<std::uint8_t> &passes; ///< By record: AlertMatcher::Passes.
        const AlertGroups &groups;               ///< With alerts counted, and refreshed.
    };
    struct Order {
        AlertRecords::Key key = AlertRecords::Key::Time;
        bool descending = true;
        std::optional<bool> allOpen = {}; ///< All groups open or closed, whatever they are.
    };
    using Less = std::function<bool(Number, Number)>;

    /// Of the records that are listed, oldest first.
    AlertArrangement(const Subject &subject, const Order &order, std::span<const Number> listed);
    /// Of all records that are listed: it finds out itself which they are.
    AlertArrangement(const Subject &subject, const Order &order);

    const Order &order() const { return m_order; }
    /// Goes on until the time is over or nothing is left to be done but what follows below; returns whether it is so.
    bool goOn(const QDeadlineTimer &until);
    bool isDone() const { return m_step == kSteps; }
    /// A record changes, or has changed: of one that changes its group, to be called before and after.
    void touch(Number number);
    /// The records touched, each once.
    const std::vector<Number> &touched() const { return m_touched; }
    bool isTouched(Number number) const { return number < m_isTouched.size() && m_isTouched[number]; }

    /// The records that are listed, oldest first, where it has found them out itself; without those touched.
    std::vector<Number> takeListed();
    /// Likewise those that wait.
    std::vector<Number> takeWaiting();
    /// Puts groups in their order: those that it knows, as they are now, refreshed.
    void placeGroups(AlertGroups &groups) const;
    /// The rows, once the groups have their places. `shown`: of the records touched, those that are to have rows.
    std::vector<Number> takeRows(const AlertGroups &groups, std::vector<Number> shown, const Less &before);

private:
    struct Head {
        Number newest;
        Slot slot;
    };
    static constexpr std::size_t kSteps = 9;
    bool collect(const QDeadlineTimer &until);
    bool mergeLate(const QDeadlineTimer &until);
    bool choose(const QDeadlineTimer &until);
    bool weigh(const QDeadlineTimer &until);
    bool orderHeads(const QDeadlineTimer &until);
    bool placeHeads(const QDeadlineTimer &until);
    bool orderMembers(const QDeadlineTimer &until);
    bool orderUpperHalf(const QDeadlineTimer &until);
    bool dealMembers(const QDeadlineTimer &until);
    bool isOpen(Slot slot) const { return m_order.allOpen.value_or(m_subject.groups.isOpen(slot)); }
    bool isTouchedSlot(Slot slot) const { return slot < m_isTouchedSlot.size() && m_isTouchedSlot[slot]; }
    bool isOfOneTime(Number a, Number b) const;
    std::uint32_t placeOf(Number number) const;
    void orderMoment(std::size_t from);
    void dropTouched();
    std::vector<Number> amongGroups(const AlertGroups &groups, std::span<const Number> shown, const Less &before) const;

    Subject m_subject;
    Order m_order;
    bool m_grouped;
    bool m_collects = false;
    std::size_t m_step = 0; ///< Of goOn(),
    std::size_t m_at = 0;   ///< and how far it is in it.
    bool m_begun = false;   ///< Of the two that sort: whether they have begun to.
    TimestampMs m_last = 0;   ///< The time of the last record listed,
    std::size_t m_moment = 0; ///< and where those of that time begin.
    std::size_t m_kept = 0;
    std::vector<Number> m_listed;
    std::vector<Number> m_waiting; ///< Found among the others.
    std::vector<Number> m_late;    ///< Likewise: what is newer than records before it.
    std::vector<Number> m_members; ///< Newest first, then as they are sorted, then by groups.
    std::vector<Head> m_heads;     ///< Likewise: each group's newest alert.
    std::vector<bool> m_isHeaded;         ///< By group: whether it is among the heads.
    std::vector<std::uint32_t> m_weights; ///< By group.
    std::vector<std::uint32_t> m_places;  ///< By group: where it stands among the heads.
    std::vector<std::uint32_t> m_ends;    ///< By place: where the members of the group end.
    AlertRecords::Keys m_keys;
    KeyOrder<Head> m_headOrder;
    KeyOrder<Number> m_memberOrder;
    std::vector<Number> m_touched;
    std::vector<bool> m_isTouched;     ///< By record.
    std::vector<Slot> m_touchedSlots;
    std::vector<bool> m_isTouchedSlot; ///< By group.
};

} // namespace bartizan
