// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"
#include "core/domain/keytable.h"
#include "core/metrics/rolluprow.h"
#include "core/metrics/rollupstorage.h"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan {

/// Numbers of one kind of texts that were asked for.
class RollupKnownNumbers {
public:
    /// The number of a text, to be filled in where it is kNoKey. Valid until the next call.
    KeyId &of(std::string_view text)
    {
        const KeyId key = m_texts.intern(text); // An empty text has kNoKey.
        if (key >= m_numbers.size())
            m_numbers.resize(key + 1, kNoKey);
        return m_numbers[key];
    }
    void clear()
    {
        m_texts.clear();
        m_numbers.clear();
    }
    std::size_t bytes() const noexcept { return m_texts.bytes() + m_numbers.size() * sizeof(KeyId); }

private:
    KeyTable m_texts;
    std::vector<KeyId> m_numbers;
};

/// The numbers of texts for whoever writes: known ones from memory, all others by the storage. It outlives transactions;
/// after one that failed its numbers may be of no use, and forget() is due. Thread: the store's.
class RollupNumbers {
public:
    Result<KeyId> numberOf(RollupStorage &storage, RollupName kind, std::string_view text);
    /// Asks for the numbers of many texts at once, so that numberOf() knows them.
    Result<void> learn(RollupStorage &storage, RollupName kind, std::span<const std::string_view> texts);
    void forget();

private:
    std::array<RollupKnownNumbers, 3> m_known;
};

/// The numbers of texts for whoever only reads: a text that the storage does not know gets a number for the time being.
class RollupReadNumbers {
public:
    explicit RollupReadNumbers(RollupStorage &storage) : m_storage(storage) {}

    Result<KeyId> numberOf(RollupName kind, std::string_view text);
    Result<std::vector<std::string>> namesOf(RollupName kind, std::span<const KeyId> numbers);
    /// Whether a number is the storage's, and not one that was given out here.
    bool isStored(RollupName kind, KeyId number) const;

private:
    struct Kind {
        RollupKnownNumbers known;
        std::vector<std::string> added;
        KeyId firstAdded = kNoKey; ///< kNoKey: none was added.
    };
    Result<KeyId> add(RollupName kind, std::string_view text);

    RollupStorage &m_storage;
    std::array<Kind, 3> m_kinds;
};

/// Makes `row` of an audit row; `numberOf(kind, text)` tells the numbers. A text that is there, even an empty one, has
/// a number.
template<typename NumberOf>
Result<void> fillRow(RollupRow &row, const EventView &event, const NumberOf &numberOf)
{
    row = RollupRow{};
    row.timestamp = event.timestamp;
    row.type = event.eventType;
    row.outcome = event.outcome;
    row.severity = event.severity;
    const auto fill = [&numberOf](KeyId &number, RollupName kind, std::string_view text) -> Result<void> {
        if (!text.data())
            return {};
        auto found = numberOf(kind, text);
        if (!found)
            return found.error();
        number = *found;
        return {};
    };
    if (auto done = fill(row.company, RollupName::Company, event.companyId); !done)
        return done;
    if (auto done = fill(row.user, RollupName::User, event.userId); !done)
        return done;
    if (!event.country.data())
        row.setAddress(event.ipAddress);
    return fill(row.country, RollupName::Country, event.country);
}

} // namespace bartizan
