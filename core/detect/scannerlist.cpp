// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/scannerlist.h"

#include "scannernames.h"

#include <algorithm>
#include <deque>

namespace bartizan {
namespace {

constexpr unsigned char lower(char c) noexcept
{
    return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

std::string_view trimmed(std::string_view line)
{
    constexpr std::string_view kBlanks = " \t\r";
    const std::size_t first = line.find_first_not_of(kBlanks);
    return first == std::string_view::npos ? std::string_view()
                                           : line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

} // namespace

std::string_view scannerNames() noexcept
{
    return kScannerNames;
}

PhraseList::PhraseList(std::string_view lines)
{
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = trimmed(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (!line.empty() && line.front() != '#')
            m_phrases.emplace_back(line);
    }
    for (const std::string &phrase : m_phrases) {
        for (const char c : phrase) {
            if (m_column[lower(c)] == 0)
                m_column[lower(c)] = static_cast<std::uint8_t>(m_columns++);
        }
    }
    for (unsigned char c = 'A'; c <= 'Z'; ++c)
        m_column[c] = m_column[lower(static_cast<char>(c))];
    m_next.resize(m_columns);
    m_found.resize(1, kNone);
    for (std::uint32_t i = 0; i < m_phrases.size(); ++i)
        enter(i);
    complete();
}

void PhraseList::enter(std::uint32_t phrase)
{
    StateId state = 0;
    for (const char c : m_phrases[phrase]) {
        const std::size_t place = state * m_columns + m_column[lower(c)];
        if (m_next[place] == 0) {
            m_next[place] = static_cast<StateId>(m_found.size());
            m_next.resize(m_next.size() + m_columns);
            m_found.push_back(kNone);
        }
        state = m_next[place];
    }
    if (m_found[state] == kNone)
        m_found[state] = phrase;
}

/// From the tree of phrases to the automaton: where a phrase breaks off, the longest beginning of one goes on.
void PhraseList::complete()
{
    std::vector<StateId> fallback(m_found.size(), 0);
    std::deque<StateId> queue;
    for (std::size_t column = 0; column < m_columns; ++column) {
        if (m_next[column] != 0)
            queue.push_back(m_next[column]);
    }
    for (; !queue.empty(); queue.pop_front()) {
        const StateId state = queue.front();
        if (m_found[state] == kNone)
            m_found[state] = m_found[fallback[state]];
        for (std::size_t column = 0; column < m_columns; ++column) {
            StateId &next = m_next[state * m_columns + column];
            const StateId otherwise = m_next[fallback[state] * m_columns + column];
            if (next == 0) {
                next = otherwise;
            } else {
                fallback[next] = otherwise;
                queue.push_back(next);
            }
        }
    }
}

std::uint32_t PhraseList::search(std::string_view text) const noexcept
{
    StateId state = 0;
    for (const char c : text) {
        state = m_next[state * m_columns + m_column[static_cast<unsigned char>(c)]];
        if (m_found[state] != kNone)
            return m_found[state];
    }
    return kNone;
}

std::optional<std::string_view> PhraseList::find(std::string_view text) const
{
    const std::uint32_t phrase = search(text);
    return phrase == kNone ? std::nullopt : std::optional<std::string_view>(m_phrases[phrase]);
}

} // namespace bartizan
