// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/keytable.h"

namespace bartizan {

KeyTable::KeyTable() : m_texts(1), m_ids(0, Hash{&m_texts}, Equal{&m_texts}) {}

KeyId KeyTable::intern(std::string_view text)
{
    if (text.empty())
        return kNoKey;
    if (m_texts[m_latest] == text)
        return m_latest;
    const auto found = m_ids.find(text);
    if (found != m_ids.end()) [[likely]]
        return m_latest = *found;
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
    return m_latest = key;
}

KeyId KeyTable::find(std::string_view text) const
{
    const auto found = m_ids.find(text);
    return found == m_ids.end() ? kNoKey : *found;
}

void KeyTable::keepOnly(const KeyMarks &marks)
{
    m_latest = kNoKey;
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
    m_latest = kNoKey;
    m_ids.clear();
    m_texts.resize(1);
    m_free.clear();
}

} // namespace bartizan
