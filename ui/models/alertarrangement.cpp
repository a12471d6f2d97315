// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertarrangement.h"

#include "ui/models/merging.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace bartizan {
namespace {

using Key = AlertRecords::Key;
using State = AlertRecords::State;

constexpr std::size_t kPart = KeyOrder<AlertRecords::Number>::kPart;

} // namespace

AlertArrangement::AlertArrangement(const Subject &subject, const Order &order, std::span<const Number> listed)
    : m_subject(subject)
    , m_order(order)
    , m_grouped(subject.groups.isOn())
    , m_members(listed.rbegin(), listed.rend())
{
}

AlertArrangement::AlertArrangement(const Subject &subject, const Order &order)
    : AlertArrangement(subject, order, {})
{
    m_collects = true;
}

bool AlertArrangement::goOn(const QDeadlineTimer &until)
{
    static constexpr std::array<bool (AlertArrangement::*)(const QDeadlineTimer &), kSteps> kAll{
        &AlertArrangement::collect, &AlertArrangement::mergeLate, &AlertArrangement::choose, &AlertArrangement::weigh,
        &AlertArrangement::orderHeads, &AlertArrangement::placeHeads, &AlertArrangement::orderMembers,
        &AlertArrangement::orderUpperHalf, &AlertArrangement::dealMembers};
    for (; m_step < kSteps; ++m_step) {
        if (!(this->*kAll[m_step])(until))
            return false;
        m_at = 0;
        m_begun = false;
    }
    return true;
}

void AlertArrangement::touch(Number number)
{
    if (number >= m_isTouched.size())
        m_isTouched.resize(std::max<std::size_t>(m_subject.records.size(), number + 1), false);
    if (!m_isTouched[number]) {
        m_isTouched[number] = true;
        m_touched.push_back(number);
    }
    if (!m_grouped)
        return;
    const Slot slot = m_subject.groups.slotOf(number);
    if (slot >= m_isTouchedSlot.size())
        m_isTouchedSlot.resize(std::max<std::size_t>(m_subject.groups.slots(), slot + 1), false);
    if (!m_isTouchedSlot[slot]) {
        m_isTouchedSlot[slot] = true;
        m_touchedSlots.push_back(slot);
    }
}

bool AlertArrangement::isOfOneTime(Number a, Number b) const
{
    return m_subject.records[a].timestamp == m_subject.records[b].timestamp;
}

/// Those of one time stand by their ids.
void AlertArrangement::orderMoment(std::size_t from)
{
    const auto before = [this](Number a, Number b) { return m_subject.records.before(a, b, Key::Time, true); };
    if (m_members.size() - from > 1)
        std::sort(m_members.begin() + static_cast<std::ptrdiff_t>(from), m_members.end(), before);
}

/// Lists all records. Most often they stand newest first, which makes it a matter of equal times; some may have come later.
bool AlertArrangement::collect(const QDeadlineTimer &until)
{
    if (!m_collects)
        return true;
    const AlertRecords &records = m_subject.records;
    m_members.reserve(records.size());
    while (m_at < records.size()) {
        for (const std::size_t end = std::min(m_at + kPart, records.size()); m_at < end; ++m_at) {
            const auto number = static_cast<Number>(m_at);
            const AlertRecords::Record &record = records[number];
            if (AlertRecords::isWaiting(record.state))
                m_waiting.push_back(number);
            if (record.state != State::Listed)
                continue;
            if (!m_members.empty() && record.timestamp > m_last) {
                m_late.push_back(number);
                continue;
            }
            if (m_members.empty() || record.timestamp != m_last) {
                orderMoment(m_moment);
                m_moment = m_members.size();
                m_last = record.timestamp;
            }
            m_members.push_back(number);
        }
        if (until.hasExpired())
            return false;
    }
    orderMoment(m_moment);
    return true;
}

bool AlertArrangement::mergeLate(const QDeadlineTimer &)
{
    if (!m_collects)
        return true;
    if (!m_late.empty()) {
        const auto before = [this](Number a, Number b) { return m_subject.records.before(a, b, Key::Time, true); };
        // What has changed since it was seen may stand anywhere.
        std::erase_if(m_members, [this](Number number) { return isTouched(number); });
        std::sort(m_late.begin(), m_late.end(), before);
        std::vector<Number> members;
        members.reserve(m_members.size() + m_late.size());
        std::merge(m_members.begin(), m_members.end(), m_late.begin(), m_late.end(), std::back_inserter(members), before);
        m_members = std::move(members);
        m_late = {};
    }
    m_listed.assign(m_members.rbegin(), m_members.rend());
    return true;
}

/// Of those newest first, what passes and has a row, and the newest of each group: the first that comes by, since what the
/// group says its newest is may have come meanwhile.
bool AlertArrangement::choose(const QDeadlineTimer &until)
{
    m_isHeaded.resize(m_grouped ? m_subject.groups.slots() : 0, false);
    while (m_at < m_members.size()) {
        for (const std::size_t end = std::min(m_at + kPart, m_members.size()); m_at < end; ++m_at) {
            const Number number = m_members[m_at];
            if (m_subject.passes[number] != AlertMatcher::Everything)
                continue;
            if (m_grouped) {
                const Slot slot = m_subject.groups.slotOf(number);
                if (!m_isHeaded[slot]) {
                    m_isHeaded[slot] = true;
                    m_heads.push_back({number, slot});
                }
                if (!isOpen(slot))
                    continue;
            }
            m_members[m_kept++] = number;
        }
        if (until.hasExpired())
            return false;
    }
    m_members.resize(m_kept);
    m_isHeaded = {};
    return true;
}

/// By group first: the figures are best gone through as they stand.
bool AlertArrangement::weigh(const QDeadlineTimer &until)
{
    if (!m_grouped || !AlertGroups::isFigure(m_order.key))
        return true;
    const std::size_t slots = m_subject.groups.slots();
    m_weights.reserve(slots);
    while (m_weights.size() < slots) {
        const std::size_t end = std::min(m_weights.size() + kPart, slots);
        while (m_weights.size() < end)
            m_weights.push_back(m_subject.groups.weight(static_cast<Slot>(m_weights.size()), m_order.key));
        if (until.hasExpired())
            return false;
    }
    return true;
}

bool AlertArrangement::orderHeads(const QDeadlineTimer &until)
{
    if (!m_grouped)
        return true;
    const bool byFigure = AlertGroups::isFigure(m_order.key);
    if (m_order.key == Key::Time) {
        return m_order.descending || reverseRuns(m_heads, m_at, until, [this](const Head &a, const Head &b) {
                   return isTouchedSlot(b.slot) || isOfOneTime(a.newest, b.newest);
               });
    }
    if (!std::exchange(m_begun, true)) {
        m_headOrder = {std::move(m_heads), byFigure ? m_order.descending != (m_order.key == Key::Status) : m_order.descending};
        m_keys = {m_subject.records, m_subject.groups.key()};
    }
    const bool done = m_headOrder.goOn(until, [&](std::span<const Head> heads, std::uint32_t *to) {
        std::vector<Number> newest;
        newest.reserve(heads.size());
        for (const Head &head : heads) {
            if (byFigure)
                *to++ = head.slot < m_weights.size() ? m_weights[head.slot] : 0;
            else
                newest.push_back(head.newest);
        }
        if (!byFigure)
            m_keys(newest, to);
    });
    if (done)
        m_heads = m_headOrder.take();
    return done;
}

bool AlertArrangement::placeHeads(const QDeadlineTimer &)
{
    if (!m_grouped)
        return true;
    m_headOrder = {};
    m_places.assign(m_subject.groups.slots(), AlertGroups::kNowhere);
    for (std::size_t place = 0; place < m_heads.size(); ++place)
        m_places[m_heads[place].slot] = static_cast<std::uint32_t>(place);
    return true;
}

/// Within groups by what these are grouped by, all are equal.
bool AlertArrangement::orderMembers(const QDeadlineTimer &until)
{
    if (m_grouped && m_subject.groups.key() == m_order.key)
        return true;
    if (m_order.key == Key::Time) {
        return m_order.descending || reverseRuns(m_members, m_at, until, [this](Number a, Number b) {
                   return isTouched(b) || isOfOneTime(a, b);
               });
    }
    if (!std::exchange(m_begun, true)) {
        m_memberOrder = {std::move(m_members), m_order.descending};
        m_keys = {m_subject.records, m_order.key};
    }
    if (!m_memberOrder.goOn(until, std::ref(m_keys)))
        return false;
    m_members = m_memberOrder.take();
    return true;
}

bool AlertArrangement::orderUpperHalf(const QDeadlineTimer &until)
{
    if (!m_begun && !m_keys.isHalf())
        return true;
    if (!std::exchange(m_begun, true)) {
        m_memberOrder = {std::move(m_members), m_order.descending};
        m_keys.takeUpperHalf();
    }
    if (!m_memberOrder.goOn(until, std::ref(m_keys)))
        return false;
    m_members = m_memberOrder.take();
    return true;
}

/// Of one that has changed its group meanwhile, it does not matter which.
std::uint32_t AlertArrangement::placeOf(Number number) const
{
    const Slot slot = m_subject.groups.slotOf(number);
    return slot < m_places.size() ? std::min(m_places[slot], static_cast<std::uint32_t>(m_heads.size())) : 0;
}

/// Below their groups, where they stay in their order.
bool AlertArrangement::dealMembers(const QDeadlineTimer &until)
{
    if (!std::exchange(m_begun, true)) {
        m_keys = {};
        m_memberOrder = {};
        if (!m_grouped)
            return true;
        m_memberOrder = {std::move(m_members), false};
        m_ends.assign(m_heads.size() + 1, 0);
    }
    const bool done = m_memberOrder.goOn(until, [this](std::span<const Number> numbers, std::uint32_t *to) {
        for (const Number number : numbers) {
            const std::uint32_t place = placeOf(number);
            ++m_ends[place];
            *to++ = place;
        }
    });
    if (!done)
        return false;
    m_members = m_memberOrder.take();
    m_memberOrder = {};
    for (std::size_t place = 1; place < m_ends.size(); ++place)
        m_ends[place] += m_ends[place - 1];
    return true;
}

std::vector<AlertArrangement::Number> AlertArrangement::takeListed()
{
    if (!m_touched.empty())
        std::erase_if(m_listed, [this](Number number) { return isTouched(number); });
    return std::move(m_listed);
}

std::vector<AlertArrangement::Number> AlertArrangement::takeWaiting()
{
    std::erase_if(m_waiting, [this](Number number) { return isTouched(number); });
    return std::move(m_waiting);
}

void AlertArrangement::placeGroups(AlertGroups &groups) const
{
    if (!m_grouped)
        return;
    std::vector<Slot> order;
    order.reserve(m_heads.size());
    for (const Head &head : m_heads) {
        if (!isTouchedSlot(head.slot))
            order.push_back(head.slot);
    }
    std::vector<Slot> others;
    for (const Slot slot : m_touchedSlots) {
        if (groups.figures(slot).alerts > 0)
            others.push_back(slot);
    }
    groups.setOrder(std::move(order));
    groups.place(std::move(others), m_order.key, m_order.descending);
}

void AlertArrangement::dropTouched()
{
    if (!m_grouped) {
        std::erase_if(m_members, [this](Number number) { return isTouched(number); });
        return;
    }
    std::size_t kept = 0;
    std::size_t at = 0;
    for (std::uint32_t &end : m_ends) {
        for (; at < end; ++at) {
            if (!isTouched(m_members[at]))
                m_members[kept++] = m_members[at];
        }
        end = static_cast<std::uint32_t>(kept);
    }
    m_members.resize(kept);
}

std::vector<AlertArrangement::Number> AlertArrangement::takeRows(const AlertGroups &groups, std::vector<Number> shown,
                                                                 const Less &before)
{
    if (!m_touched.empty())
        dropTouched();
    std::sort(shown.begin(), shown.end(), before);
    if (m_grouped)
        return amongGroups(groups, shown, before);
    if (shown.empty())
        return std::move(m_members);
    std::vector<Number> rows;
    rows.reserve(m_members.size() + shown.size());
    appendMerged<Number>(rows, m_members, shown, before);
    return rows;
}

std::vector<AlertArrangement::Number> AlertArrangement::amongGroups(const AlertGroups &groups, std::span<const Number> shown,
                                                                    const Less &before) const
{
    std::vector<Number> rows;
    rows.reserve(groups.order().size() + m_members.size() + shown.size());
    if (m_members.empty() && shown.empty()) {
        std::transform(groups.order().begin(), groups.order().end(), std::back_inserter(rows), AlertGroups::rowOf);
        return rows;
    }
    auto next = shown.begin();
    for (const Slot slot : groups.order()) {
        rows.push_back(AlertGroups::rowOf(slot));
        const std::uint32_t place = slot < m_places.size() ? m_places[slot] : AlertGroups::kNowhere;
        std::span<const Number> members;
        if (place != AlertGroups::kNowhere) {
            const std::uint32_t begin = place == 0 ? 0 : m_ends[place - 1];
            members = std::span<const Number>(m_members).subspan(begin, m_ends[place] - begin);
        }
        const auto first = next;
        while (next != shown.end() && groups.slotOf(*next) == slot)
            ++next;
        if (first == next)
            rows.insert(rows.end(), members.begin(), members.end());
        else
            appendMerged(rows, members, std::span<const Number>(first, next), before);
    }
    return rows;
}

} // namespace bartizan
