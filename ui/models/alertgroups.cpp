// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertgroups.h"

#include "ui/models/merging.h"

#include <algorithm>

namespace bartizan {
namespace {

using Key = AlertRecords::Key;
using Pool = AlertRecords::Pool;

constexpr AlertRecords::Number kNone = 0xFFFF'FFFF;

std::string_view viewOf(const std::optional<std::string> &text)
{
    return text ? std::string_view(*text) : std::string_view();
}

Pool poolOf(AlertGrouping by)
{
    return by == AlertGrouping::User ? Pool::Users : by == AlertGrouping::Country ? Pool::Countries : Pool::Addresses;
}

AlertRecords::Text textOf(AlertGrouping by, const AlertRecords::Record &record)
{
    return by == AlertGrouping::User ? record.user : by == AlertGrouping::Country ? record.country : record.address;
}

} // namespace

template<> std::span<const std::string_view> enumNames<AlertGrouping>() noexcept
{
    static constexpr std::array<std::string_view, 5> kNames{"nothing", "type", "address", "user", "country"};
    return kNames;
}

AlertSeverity AlertGroups::Figures::highest() const
{
    std::size_t rank = bySeverity.size() - 1;
    while (rank > 0 && bySeverity[rank] == 0)
        --rank;
    return static_cast<AlertSeverity>(rank);
}

void AlertGroups::begin(AlertGrouping by, const AlertRecords &records)
{
    *this = {};
    m_by = by;
    m_records = &records;
    if (!isOn())
        return;
    m_slots.reserve(records.size());
    grow(by == AlertGrouping::Type ? enumCount<AlertType>() : records.pool(poolOf(by)).size());
}

Key AlertGroups::key() const
{
    switch (m_by) {
    case AlertGrouping::Type: return Key::Type;
    case AlertGrouping::User: return Key::User;
    case AlertGrouping::Country: return Key::Country;
    default: return Key::Address;
    }
}

void AlertGroups::grow(std::size_t slots)
{
    const std::size_t known = m_figures.size();
    if (slots <= known)
        return;
    m_figures.resize(slots);
    m_newest.resize(slots, kNone);
    m_places.resize(slots, kNowhere);
    m_open.resize(slots, m_openByDefault);
    m_isChanged.resize(slots, false);
    for (std::size_t slot = known; slot < slots && !m_otherwise.empty(); ++slot)
        m_open[slot] = m_openByDefault != m_otherwise.contains(valueOf(static_cast<Slot>(slot)));
}

void AlertGroups::assign(Number number)
{
    if (!isOn())
        return;
    const AlertRecords::Record &record = (*m_records)[number];
    const Slot slot = m_by == AlertGrouping::Type ? static_cast<Slot>(record.type) : textOf(m_by, record);
    if (m_slots.size() <= number)
        m_slots.resize(number + 1, 0);
    m_slots[number] = slot;
    if (slot >= m_figures.size())
        grow(std::max<std::size_t>(slot + 1, m_records->pool(poolOf(m_by)).size()));
}

void AlertGroups::assign(Number begin, Number end)
{
    if (!isOn())
        return;
    if (m_slots.size() < end)
        m_slots.resize(end, 0);
    const auto each = [&](auto slotOf) {
        for (Number number = begin; number < end; ++number)
            m_slots[number] = slotOf((*m_records)[number]);
    };
    if (m_by == AlertGrouping::Type)
        return each([](const AlertRecords::Record &record) { return static_cast<Slot>(record.type); });
    grow(m_records->pool(poolOf(m_by)).size());
    if (m_by == AlertGrouping::User)
        each([](const AlertRecords::Record &record) { return record.user; });
    else if (m_by == AlertGrouping::Country)
        each([](const AlertRecords::Record &record) { return record.country; });
    else
        each([](const AlertRecords::Record &record) { return record.address; });
}

bool AlertGroups::isSame(Number number, const SecurityAlert &alert) const
{
    if (!isOn())
        return true;
    const AlertRecords::Record &record = (*m_records)[number];
    switch (m_by) {
    case AlertGrouping::Type: return record.type == alert.type;
    case AlertGrouping::User: return valueOf(record.user) == viewOf(alert.context.userId);
    case AlertGrouping::Country: return valueOf(record.country) == viewOf(alert.context.country);
    default: return valueOf(record.address) == viewOf(alert.context.ipAddress);
    }
}

std::string_view AlertGroups::valueOf(Slot slot) const
{
    return m_by == AlertGrouping::Type ? toString(static_cast<AlertType>(slot)) : m_records->text(poolOf(m_by), slot);
}

std::optional<AlertGroups::Slot> AlertGroups::slotOfValue(std::string_view value) const
{
    std::optional<Slot> slot;
    if (m_by == AlertGrouping::Type) {
        if (const auto type = fromString<AlertType>(value))
            slot = static_cast<Slot>(*type);
    } else if (isOn()) {
        slot = m_records->pool(poolOf(m_by)).find(value);
    }
    return slot && *slot < m_figures.size() ? slot : std::nullopt;
}

void AlertGroups::count(Number number, int sign)
{
    const AlertRecords::Record &record = (*m_records)[number];
    const Slot slot = m_slots[number];
    Figures &figures = m_figures[slot];
    figures.alerts += sign;
    figures.active += record.isActive() ? sign : 0;
    figures.muted += record.isMuted() ? sign : 0;
    figures.unresolved += record.status == AlertStatus::Resolved ? 0 : sign;
    figures.bySeverity[static_cast<std::size_t>(record.severity)] += sign;
    Number &newest = m_newest[slot];
    if (sign < 0 && newest == number) {
        newest = kNone;
        m_stale.push_back({slot, number, record.timestamp});
    } else if (sign > 0 && figures.alerts == 1) {
        newest = number;
    } else if (sign > 0 && newest != kNone) {
        const TimestampMs known = (*m_records)[newest].timestamp; // Most are older.
        if (record.timestamp >= known && m_records->before(number, newest, Key::Time, true))
            newest = number;
    } else if (sign > 0 && !m_stale.empty() && m_stale.back().slot == slot && m_stale.back().number == number
               && m_stale.back().at == record.timestamp) {
        newest = number; // It has changed otherwise, and is as new as it was.
        m_stale.pop_back();
    }
    if (m_noting && !m_isChanged[slot]) {
        m_isChanged[slot] = true;
        m_changed.push_back(slot);
    }
}

/// Groups that have alerts, but do not know which is the newest, each once.
std::vector<AlertGroups::Slot> AlertGroups::takeStale()
{
    std::vector<Slot> wanted;
    for (const Stale &stale : std::exchange(m_stale, {})) {
        if (m_newest[stale.slot] != kNone)
            continue;
        if (m_figures[stale.slot].alerts > 0)
            wanted.push_back(stale.slot);
        else if (m_places[stale.slot] != kNowhere)
            m_newest[stale.slot] = stale.number;
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    return wanted;
}

void AlertGroups::refresh(std::span<const Number> listed, std::span<const std::uint8_t> passes)
{
    std::size_t left = takeStale().size();
    for (auto number = listed.rbegin(); number != listed.rend() && left > 0; ++number) {
        Number &newest = m_newest[m_slots[*number]];
        if (newest != kNone || passes[*number] != AlertMatcher::Everything)
            continue;
        newest = *number;
        --left;
    }
}

void AlertGroups::refresh(std::span<const std::uint8_t> passes)
{
    std::vector<bool> wanted;
    for (const Slot slot : takeStale()) {
        wanted.resize(m_newest.size(), false);
        wanted[slot] = true;
    }
    if (wanted.empty())
        return;
    for (Number number = 0; number < passes.size(); ++number) {
        if (!wanted[m_slots[number]] || passes[number] != AlertMatcher::Everything
            || (*m_records)[number].state != AlertRecords::State::Listed)
            continue;
        Number &newest = m_newest[m_slots[number]];
        newest = newest == kNone || m_records->before(number, newest, Key::Time, true) ? number : newest;
    }
}

void AlertGroups::noteAll()
{
    m_changed.clear();
    for (std::size_t slot = 0; slot < m_figures.size(); ++slot) {
        m_isChanged[slot] = m_figures[slot].alerts > 0 || m_places[slot] != kNowhere;
        if (m_isChanged[slot])
            m_changed.push_back(static_cast<Slot>(slot));
    }
}

std::vector<AlertGroups::Slot> AlertGroups::takeChanges()
{
    m_noting = false;
    for (const Slot slot : m_changed)
        m_isChanged[slot] = false;
    return std::exchange(m_changed, {});
}

bool AlertGroups::isFigure(Key sortKey)
{
    return sortKey == Key::Severity || sortKey == Key::Count || sortKey == Key::Status;
}

std::uint32_t AlertGroups::weight(Slot slot, Key sortKey) const
{
    const Figures &figures = m_figures[slot];
    if (sortKey == Key::Severity)
        return static_cast<std::uint32_t>(figures.highest());
    return static_cast<std::uint32_t>(sortKey == Key::Count ? figures.alerts : figures.active);
}

bool AlertGroups::stands(Slot a, Slot b, Key sortKey, bool descending) const
{
    if (isFigure(sortKey)) {
        const std::uint32_t left = weight(a, sortKey);
        const std::uint32_t right = weight(b, sortKey);
        return left != right ? (left > right) == (descending != (sortKey == Key::Status))
                             : m_records->before(m_newest[a], m_newest[b], Key::Time, true);
    }
    return m_records->before(m_newest[a], m_newest[b], sortKey == Key::Time ? sortKey : key(), descending);
}

void AlertGroups::setOrder(std::vector<Slot> order)
{
    m_order = std::move(order);
    std::fill(m_places.begin(), m_places.end(), kNowhere);
    number(0);
}

/// Tells the groups in m_order their places, from one of these on.
void AlertGroups::number(std::size_t from)
{
    for (std::size_t i = from; i < m_order.size(); ++i)
        m_places[m_order[i]] = static_cast<std::uint32_t>(i);
}

void AlertGroups::place(std::vector<Slot> slots, Key sortKey, bool descending)
{
    if (slots.empty())
        return;
    const auto less = [&](Slot a, Slot b) { return stands(a, b, sortKey, descending); };
    std::sort(slots.begin(), slots.end(), less);
    std::vector<Slot> order;
    order.reserve(m_order.size() + slots.size());
    appendMerged<Slot>(order, m_order, slots, less);
    m_order = std::move(order);
    number(0);
}

void AlertGroups::drop(std::span<const Slot> slots)
{
    if (slots.empty())
        return;
    for (const Slot slot : slots)
        m_places[slot] = kNowhere;
    std::erase_if(m_order, [this](Slot slot) { return m_places[slot] == kNowhere; });
    number(0);
}

bool AlertGroups::isArranged(std::span<const Slot> slots, Key sortKey, bool descending) const
{
    return std::all_of(slots.begin(), slots.end(), [&](Slot slot) {
        const std::size_t at = placeOf(slot);
        return at == kNowhere
            || ((at == 0 || !stands(slot, m_order[at - 1], sortKey, descending))
                && (at + 1 >= m_order.size() || !stands(m_order[at + 1], slot, sortKey, descending)));
    });
}

void AlertGroups::takeOrderFrom(AlertGroups &other)
{
    setOrder(std::move(other.m_order));
}

void AlertGroups::setOpen(Slot slot, bool open)
{
    m_open[slot] = open;
    if (open == m_openByDefault)
        m_otherwise.erase(std::string(valueOf(slot)));
    else
        m_otherwise.emplace(valueOf(slot));
}

void AlertGroups::setAllOpen(bool open)
{
    m_openByDefault = open;
    m_otherwise.clear();
    m_open.assign(m_open.size(), open);
}

void AlertGroups::takeOpenFrom(const AlertGroups &other)
{
    if (other.m_by != m_by)
        return;
    m_openByDefault = other.m_openByDefault;
    m_otherwise = other.m_otherwise;
    m_open.assign(m_open.size(), m_openByDefault);
    for (const std::string &value : m_otherwise) {
        if (const auto slot = slotOfValue(value))
            m_open[*slot] = !m_openByDefault;
    }
}

} // namespace bartizan
