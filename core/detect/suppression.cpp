// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/suppression.h"

#include "core/domain/detectorhistory.h"

#include <algorithm>

namespace bartizan {
namespace {

/// The longest suppression a configuration allows.
constexpr TimestampMs kLongest = 1440 * kMinute;

} // namespace

Suppression::Raised *Suppression::find(AlertType type, SuppressionGroup group, TimestampMs t, int minutes)
{
    const auto it = m_raised.find(slotOf(type, group));
    if (it == m_raised.end())
        return nullptr;
    const auto found = std::find_if(it->second.rbegin(), it->second.rend(),
                                    [&](const Raised &raised) { return covers(raised, t, minutes); });
    return found == it->second.rend() ? nullptr : &*found;
}

bool Suppression::holds(AlertType type, SuppressionGroup group, TimestampMs t, int minutes) const
{
    const auto it = m_raised.find(slotOf(type, group));
    return it != m_raised.end()
        && std::any_of(it->second.begin(), it->second.end(), [&](const Raised &raised) { return covers(raised, t, minutes); });
}

void Suppression::raised(AlertType type, SuppressionGroup group, TimestampMs t, std::string id)
{
    const Slot slot = slotOf(type, group);
    Alerts &alerts = m_raised[slot];
    alerts.insert(std::upper_bound(alerts.begin(), alerts.end(), t,
                                   [](TimestampMs at, const Raised &raised) { return at < raised.at; }),
                  {t, std::move(id), 0});
    // A late row lies at most kLateSlack back: before that instant only the newest alert can still suppress.
    const auto recent = std::lower_bound(alerts.begin(), alerts.end(), alerts.back().at - kLateSlack,
                                         [](const Raised &raised, TimestampMs at) { return raised.at < at; });
    if (recent - alerts.begin() > 1)
        alerts.erase(alerts.begin(), recent - 1);
    if (m_cap == 0)
        return;
    m_order.push_back({slot, t});
    while (m_raised.size() > m_cap && !m_order.empty())
        dropFirst();
}

void Suppression::dropFirst()
{
    const Entered first = m_order.front();
    m_order.pop_front();
    const auto it = m_raised.find(first.slot);
    // One that alerted again since stands further back as well.
    if (it == m_raised.end() || it->second.back().at > first.at)
        return;
    m_raised.erase(it);
    ++m_evicted;
}

void Suppression::expire(TimestampMs now, RuleMarks &marks)
{
    const TimestampMs from = now - kLongest - kLateSlack;
    absl::erase_if(m_raised, [&](const auto &entry) {
        if (entry.second.back().at < from)
            return true;
        const SuppressionGroup group = groupOf(entry.first);
        if (hasKeySpace(group.kind) && marks.areAsked(keySpaceOf(group.kind)))
            marks[keySpaceOf(group.kind)].mark(group.key);
        return false;
    });
    while (!m_order.empty() && (m_order.front().at < from || !m_raised.contains(m_order.front().slot)))
        m_order.pop_front();
}

void Suppression::clear()
{
    m_raised.clear();
    m_order.clear();
}

std::size_t Suppression::bytes() const noexcept
{
    // An id is a UUID: 36 characters, and what the heap adds.
    return m_raised.capacity() * (sizeof(std::pair<Slot, Alerts>) + 1) + m_raised.size() * 48
        + m_order.size() * sizeof(Entered);
}

void Suppression::save(StateWriter &out) const
{
    out.put(static_cast<std::uint64_t>(m_raised.size()));
    for (const auto &[slot, alerts] : m_raised) {
        out.put(slot);
        out.put(static_cast<std::uint32_t>(alerts.size()));
        for (const Raised &raised : alerts) {
            out.put(raised.at);
            out.text(raised.id);
        }
    }
    out.put(static_cast<std::uint64_t>(m_order.size()));
    for (const Entered &entered : m_order)
        out.put(entered);
}

bool Suppression::load(StateReader &in, const RuleKeys &keys)
{
    const auto groups = in.get<std::uint64_t>();
    if (!in.holds(groups, sizeof(Slot) + sizeof(std::uint32_t)))
        return false;
    for (std::uint64_t i = 0; i < groups; ++i) {
        const Slot slot = in.get<Slot>();
        const auto count = in.get<std::uint32_t>();
        const SuppressionGroup group = groupOf(slot);
        if (count == 0 || !in.holds(count, sizeof(TimestampMs))
            || (hasKeySpace(group.kind) && group.key >= keys[keySpaceOf(group.kind)].limit()))
            return false;
        Alerts &alerts = m_raised[slot];
        for (std::uint32_t n = 0; n < count; ++n) {
            const TimestampMs at = in.get<TimestampMs>();
            alerts.push_back({at, std::string(in.text()), 0});
        }
    }
    const auto order = in.get<std::uint64_t>();
    if (!in.holds(order, sizeof(Entered)))
        return false;
    for (std::uint64_t i = 0; i < order; ++i)
        m_order.push_back(in.get<Entered>());
    return true;
}

} // namespace bartizan
