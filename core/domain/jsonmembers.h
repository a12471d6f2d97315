// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonValue>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bartizan {

/// A JSON object that is only written: its members as they come, its text as QJsonDocument writes it (compact, sorted by
/// key), at a small part of its cost. Keys are literals of plain ASCII that live on; each is added once.
class JsonMembers {
public:
    bool operator==(const JsonMembers &) const = default;

    void add(std::string_view key, std::int64_t number);
    void add(std::string_view key, std::span<const std::int64_t> numbers);
    /// Texts of printable ASCII.
    void add(std::string_view key, std::string_view text);
    void add(std::string_view key, std::span<const std::string_view> texts);
    /// Anything.
    void addValue(std::string_view key, const QJsonValue &value);
    /// The same for any text.
    void addText(std::string_view key, std::string_view text);
    /// A finite number.
    void addNumber(std::string_view key, double number);
    void addTrue(std::string_view key);
    void addObject(std::string_view key, const JsonMembers &object);
    std::string text() const;

private:
    static constexpr std::size_t kUsual = 8;

    std::string &newMember(std::string_view key)
    {
        if (m_members.empty())
            m_members.reserve(kUsual);
        return m_members.emplace_back(key, std::string()).second;
    }

    std::vector<std::pair<std::string_view, std::string>> m_members; ///< The values as JSON.
};

} // namespace bartizan
