// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/keytable.h"

#include <cstring>

namespace bartizan {
namespace {

/// A place for `text`, which is not empty, by its length and its first and last bytes.
std::size_t placeOf(std::string_view text, std::size_t places) noexcept
{
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    if (text.size() >= sizeof head) {
        std::memcpy(&head, text.data(), sizeof head);
        std::memcpy(&tail, text.data() + text.size() - sizeof tail, sizeof tail);
        if (text.size() > 2 * sizeof head) {
            // What stands in the middle tells mail addresses of one domain apart.
            std::uint64_t middle = 0;
            std::memcpy(&middle, text.data() + text.size() / 2 - sizeof middle / 2, sizeof middle);
            head ^= middle * 0x9E3779B97F4A7C15U;
        }
    } else {
        std::memcpy(&head, text.data(), text.size());
    }
    const std::uint64_t mixed = (head ^ (tail + text.size()) * 0xBF58476D1CE4E5B9U) * 0x94D049BB133111EBU;
    return static_cast<std::size_t>(mixed >> 40) % places;
}

} // namespace

KeyTable::KeyTable() : m_texts(1), m_ids(0, Hash{&m_texts}, Equal{&m_texts}) {}

KeyId KeyTable::intern(std::string_view text)
{
    if (text.empty())
        return kNoKey;
    KeyId &recent = m_recent[placeOf(text, m_recent.size())];
    if (m_texts[recent] == text)
        return recent;
    const auto found = m_ids.find(text);
    if (found != m_ids.end()) [[likely]]
        return recent = *found;
    KeyId key = 0;
    if (m_free.empty()) {
        key = static_cast<KeyId>(m_texts.size());
        m_texts.emplace_back(text);
    } else {
        key = m_free.back();
        m_free.pop_back();
        m_texts[key] = text;
    }
    m_ids.insert(key);
    return recent = key;
}

KeyId KeyTable::find(std::string_view text) const
{
    const auto found = m_ids.find(text);
    return found == m_ids.end() ? kNoKey : *found;
}

void KeyTable::keepOnly(const KeyMarks &marks)
{
    m_recent.fill(kNoKey);
    for (auto it = m_ids.begin(); it != m_ids.end();) {
        const KeyId key = *it;
        if (marks.marked(key)) {
            ++it;
            continue;
        }
        m_ids.erase(it++);
        m_texts[key] = std::string(); // Gives a long text's memory back, which clear() would not.
        m_free.push_back(key);
    }
}

void KeyTable::clear()
{
    m_recent.fill(kNoKey);
    m_ids.clear();
    m_texts.resize(1);
    m_free.clear();
}

} // namespace bartizan
