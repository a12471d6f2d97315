// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/opentransactions.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace bartizan {
namespace {

/// The looks that are kept are this far apart, and the farther the longer they go back.
constexpr TimestampMs kApart = kSecond;
constexpr TimestampMs kMostLooks = 64;

std::int64_t numberOf(std::string_view text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

void OpenTransactions::goOn(const Look &known)
{
    m_looks.assign(1, known);
}

void OpenTransactions::see(const std::string &snapshot, TimestampMs at)
{
    const std::string_view text = snapshot; // "oldest:next:those in between that run"
    const std::size_t colon = text.find(':');
    m_oldest = numberOf(text.substr(0, colon));
    m_last = {at, colon == std::string_view::npos ? m_oldest : numberOf(text.substr(colon + 1))};
    if (!m_started)
        m_started = at;
    const bool none = m_oldest == m_last.next;
    if (m_looks.empty() || none
        || at - m_looks.back().at >= std::max(kApart, (at - m_looks.front().at) / kMostLooks))
        m_looks.push_back(m_last);
    while (m_looks.size() > 1 && m_looks[1].next <= m_oldest)
        m_looks.pop_front();
}

std::optional<OpenTransactions::Look> OpenTransactions::before() const
{
    if (m_looks.empty() || m_looks.front().next > m_oldest)
        return std::nullopt;
    return m_looks.front();
}

TimestampMs OpenTransactions::seenRunningFor() const
{
    if (!m_started || m_oldest == m_last.next)
        return 0;
    return m_last.at - std::max(*m_started, firstLook());
}

} // namespace bartizan
