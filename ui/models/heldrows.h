// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/alertgroups.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace bartizan {

/// The rows of alerts that stay where somebody sees them, though what others have made of these alerts would put them
/// elsewhere, or nowhere: each with what it stands there as. It holds hundreds of thousands as well as one. Thread: GUI.
class HeldRows {
public:
    using Number = AlertRecords::Number;
    using Slot = AlertGroups::Slot;

    /// What a row is put in order by.
    struct Standing {
        AlertRecords::Record record;
        Slot slot = AlertGroups::kNowhere; ///< The group that it stands in; kNowhere: there are no groups.
    };

    bool isEmpty() const { return m_held.empty(); }
    /// What a record stands as; null: its row is not held. Valid until the next change.
    const Standing *find(Number number) const
    {
        return number < m_places.size() && m_places[number] != 0 ? &m_held[m_places[number] - 1].as : nullptr;
    }
    /// Holds the row of a record, which is one of so many; one that is held already goes on as it was.
    void hold(Number number, const Standing &as, std::size_t records);
    void release(Number number);
    void clear();
    /// Whether a row is held in a group.
    bool isAnyIn(Slot slot) const { return m_bySlot.contains(slot); }
    /// Whether one stands in another group than its alert belongs to.
    bool isAnyMisplaced(const AlertGroups &groups) const;

private:
    struct Held {
        Number number;
        Standing as;
    };
    void count(Slot slot, int sign);

    std::vector<Held> m_held;
    std::vector<std::uint32_t> m_places; ///< By record: behind its place in m_held; 0: nowhere.
    std::unordered_map<Slot, int> m_bySlot;
};

} // namespace bartizan
