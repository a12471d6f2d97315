// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/heldrows.h"

#include <algorithm>
#include <utility>

namespace bartizan {

void HeldRows::hold(Number number, const Standing &as, std::size_t records)
{
    if (find(number))
        return;
    if (m_places.size() <= number)
        m_places.resize(records, 0);
    m_held.push_back({number, as});
    m_places[number] = static_cast<std::uint32_t>(m_held.size());
    count(as.slot, 1);
}

void HeldRows::release(Number number)
{
    const Standing *as = find(number);
    if (!as)
        return;
    count(as->slot, -1);
    const std::uint32_t place = std::exchange(m_places[number], 0);
    if (place < m_held.size()) { // The last one takes its place.
        m_held[place - 1] = m_held.back();
        m_places[m_held[place - 1].number] = place;
    }
    m_held.pop_back();
}

void HeldRows::clear()
{
    *this = {};
}

void HeldRows::count(Slot slot, int sign)
{
    const auto at = m_bySlot.try_emplace(slot, 0).first;
    at->second += sign;
    if (at->second == 0)
        m_bySlot.erase(at);
}

bool HeldRows::isAnyMisplaced(const AlertGroups &groups) const
{
    return groups.isOn()
        && std::any_of(m_held.begin(), m_held.end(), [&groups](const Held &held) { return held.as.slot != groups.slotOf(held.number); });
}

} // namespace bartizan
