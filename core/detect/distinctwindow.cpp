// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/distinctwindow.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>

namespace bartizan {

std::uint32_t DistinctWindow::firstFrom(TimestampMs from) const noexcept
{
    if (from > m_newest)
        return size();
    // What is kept lies within 2^31 ms of the newest.
    const auto age = static_cast<std::uint32_t>(std::min<TimestampMs>(m_newest - from, 0x7FFF'FFFF));
    return partitionPoint([this, age](const MemberEntry &entry) { return ageOf(entry.time) > age; });
}

/// The row at the edge leaves the window of the newest row; its member does when it was the last of that member.
void DistinctWindow::passEdge()
{
    const MemberEntry &leaving = at(m_many->edge);
    if (m_many->newest.at(leaving.member) == leaving.time)
        --m_many->within[roleOf(leaving.member)];
    ++m_many->edge;
}

void DistinctWindow::dropFront()
{
    if (m_many) {
        if (m_many->edge == 0)
            passEdge();
        const MemberEntry &oldest = at(0);
        if (m_many->newest.at(oldest.member) == oldest.time) {
            m_many->newest.erase(oldest.member);
            --m_many->known[roleOf(oldest.member)];
        }
        --m_many->edge;
    }
    popFront();
}

void DistinctWindow::makeTable(TimestampMs window)
{
    m_many = std::make_unique<Many>();
    for (std::uint32_t i = 0; i < size(); ++i)
        m_many->newest.enter(at(i).member, 0).value = at(i).time; // In order of time: the newest stays.
    m_many->edge = firstFrom(m_newest - window);
    m_many->newest.forEach([&](std::uint32_t member, std::uint32_t time) {
        ++m_many->known[roleOf(member)];
        if (ageOf(time) <= static_cast<std::uint32_t>(window))
            ++m_many->within[roleOf(member)];
    });
}

void DistinctWindow::enterNewest(TimestampMs t, std::uint32_t member, std::int64_t id, TimestampMs window,
                                 BlockPool &pool)
{
    const auto time = static_cast<std::uint32_t>(t);
    if (!m_many) {
        for (std::uint32_t i = size(); i > 0 && at(i - 1).time == time; --i) {
            if (at(i - 1).member == member)
                return; // A member's rows of one millisecond are as good as one.
        }
        push({time, member, id}, pool);
        if (size() > kFew)
            makeTable(window);
        return;
    }
    for (const auto oldest = static_cast<std::uint32_t>(window);
         m_many->edge < size() && ageOf(at(m_many->edge).time) > oldest;)
        passEdge();
    const auto [known, isNew] = m_many->newest.enter(member, time);
    if (!isNew && known == time)
        return;
    m_many->known[roleOf(member)] += isNew ? 1 : 0;
    if (isNew || ageOf(known) > static_cast<std::uint32_t>(window))
        ++m_many->within[roleOf(member)];
    known = time;
    if (size() >= kMostRows)
        dropFront();
    push({time, member, id}, pool);
}

void DistinctWindow::enterLate(TimestampMs t, std::uint32_t member, std::int64_t id, TimestampMs window,
                               BlockPool &pool)
{
    const auto time = static_cast<std::uint32_t>(t);
    std::uint32_t index = firstFrom(t);
    for (; index < size() && at(index).time == time; ++index) {
        if (at(index).member == member)
            return;
    }
    if (!m_many) {
        insert(index, {time, member, id}, pool);
        if (size() > kFew)
            makeTable(window);
        return;
    }
    if (size() >= kMostRows) {
        dropFront();
        index -= index > 0 ? 1 : 0;
    }
    insert(index, {time, member, id}, pool);
    const bool within = ageOf(time) <= static_cast<std::uint32_t>(window);
    // What lies outside the window stands in front of the edge.
    if (index < m_many->edge || (index == m_many->edge && !within))
        ++m_many->edge;
    const auto [known, isNew] = m_many->newest.enter(member, time);
    m_many->known[roleOf(member)] += isNew ? 1 : 0;
    const bool counted = !isNew && ageOf(known) <= static_cast<std::uint32_t>(window);
    if (within && !counted)
        ++m_many->within[roleOf(member)];
    if (ageOf(known) > ageOf(time))
        known = time;
}

DistinctWindow::Counts DistinctWindow::scan(std::uint32_t begin, std::uint32_t end) const
{
    Counts counts{};
    if (end - begin <= kFew) {
        for (std::uint32_t i = begin; i < end; ++i) {
            const std::uint32_t member = at(i).member;
            bool seen = false;
            for (std::uint32_t other = begin; other < i && !seen; ++other)
                seen = at(other).member == member;
            counts[roleOf(member)] += seen ? 0 : 1;
        }
        return counts;
    }
    absl::flat_hash_set<std::uint32_t> members;
    for (std::uint32_t i = begin; i < end; ++i) {
        if (members.insert(at(i).member).second)
            ++counts[roleOf(at(i).member)];
    }
    return counts;
}

DistinctWindow::Counts DistinctWindow::counts(TimestampMs t, TimestampMs window) const
{
    if (empty())
        return {};
    return isCounted(t, window) ? m_many->within : scan(firstFrom(t - window), firstFrom(t + 1));
}

bool DistinctWindow::firstPrevails(std::int64_t least, TimestampMs t, TimestampMs window) const
{
    const auto prevails = [least](const Counts &counts) { return counts[0] >= least && counts[0] > counts[1]; };
    if (empty() || !m_many || isCounted(t, window))
        return prevails(counts(t, window));
    const std::uint32_t begin = firstFrom(t - window);
    const std::uint32_t end = firstFrom(t + 1);
    // Whoever is not in the window of the newest row has a row between the two edges.
    const std::int64_t before = m_many->edge > begin ? m_many->edge - begin : 0;
    if (std::min(m_many->known[0], m_many->within[0] + before) < least)
        return false;
    const std::int64_t enough = std::max(least, std::min(m_many->known[1], m_many->within[1] + before) + 1);
    absl::flat_hash_set<std::uint32_t> members;
    Counts found{};
    for (std::uint32_t i = end; i > begin && found[0] < enough; --i) {
        const std::uint32_t member = at(i - 1).member;
        if (members.insert(member).second)
            ++found[roleOf(member)];
    }
    return prevails(found); // Whoever is not looked at is of the second role at most as often as `enough` says.
}

TimestampMs DistinctWindow::oldestFrom(TimestampMs from) const noexcept
{
    const std::uint32_t first = firstFrom(from);
    return first == size() ? m_newest + 1 : m_newest - static_cast<TimestampMs>(ageOf(at(first).time));
}

std::size_t DistinctWindow::newestRows(TimestampMs from, TimestampMs to, Role role,
                                       std::span<std::int64_t> rows) const noexcept
{
    const std::uint32_t begin = firstFrom(from);
    std::size_t found = 0;
    for (std::uint32_t i = firstFrom(to + 1); i > begin && found < rows.size(); --i) {
        if (roleOf(at(i - 1).member) == static_cast<std::size_t>(role))
            rows[found++] = at(i - 1).id;
    }
    std::reverse(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(found));
    return found;
}

void DistinctWindow::mark(KeyMarks &marks) const
{
    for (std::uint32_t i = 0; i < size(); ++i)
        marks.mark(at(i).member & ~kRoleBit);
}

bool DistinctWindow::within(std::size_t limit) const
{
    for (std::uint32_t i = 0; i < size(); ++i) {
        if ((at(i).member & ~kRoleBit) >= limit)
            return false;
    }
    return true;
}

bool DistinctWindow::isInOrder() const noexcept
{
    for (std::uint32_t i = 1; i < size(); ++i) {
        if (ageOf(at(i).time) > ageOf(at(i - 1).time))
            return false;
    }
    return true;
}

std::size_t DistinctWindow::bytesOfTable() const noexcept
{
    return m_many ? sizeof(Many) + m_many->newest.bytes() : 0;
}

} // namespace bartizan
