// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rollupnames.h"

#include <absl/container/flat_hash_set.h>

#include <utility>

namespace bartizan {
namespace {

/// Of what a log that tries ever new users would fill the memory with.
constexpr std::size_t kMostBytes = 96U << 20U;

} // namespace

Result<KeyId> RollupNumbers::numberOf(RollupStorage &storage, RollupName kind, std::string_view text)
{
    RollupKnownNumbers &known = m_known[static_cast<std::size_t>(kind)];
    KeyId &number = known.of(text);
    if (number != kNoKey) [[likely]]
        return number;
    const auto entered = storage.enterNames(kind, {&text, 1});
    if (!entered)
        return entered.error();
    number = entered->front();
    if (known.bytes() > kMostBytes)
        known.clear();
    return entered->front();
}

Result<void> RollupNumbers::learn(RollupStorage &storage, RollupName kind, std::span<const std::string_view> texts)
{
    RollupKnownNumbers &known = m_known[static_cast<std::size_t>(kind)];
    if (known.bytes() > kMostBytes)
        known.clear();
    std::vector<std::string_view> asked;
    absl::flat_hash_set<std::string_view> seen;
    for (const std::string_view text : texts) {
        if (known.of(text) == kNoKey && seen.insert(text).second)
            asked.push_back(text);
    }
    if (asked.empty())
        return {};
    const auto entered = storage.enterNames(kind, asked);
    if (!entered)
        return entered.error();
    for (std::size_t i = 0; i < asked.size(); ++i)
        known.of(asked[i]) = (*entered)[i];
    return {};
}

void RollupNumbers::forget()
{
    for (RollupKnownNumbers &known : m_known)
        known.clear();
}

Result<KeyId> RollupReadNumbers::numberOf(RollupName kind, std::string_view text)
{
    KeyId &number = m_kinds[static_cast<std::size_t>(kind)].known.of(text);
    if (number != kNoKey) [[likely]]
        return number;
    auto found = m_storage.numberOf(kind, text);
    if (found && *found == kNoKey)
        found = add(kind, text);
    if (found)
        number = *found;
    return found;
}

Result<KeyId> RollupReadNumbers::add(RollupName kind, std::string_view text)
{
    Kind &names = m_kinds[static_cast<std::size_t>(kind)];
    if (names.firstAdded == kNoKey) {
        const auto limit = m_storage.nameLimit(kind);
        if (!limit)
            return limit;
        names.firstAdded = *limit;
    }
    names.added.emplace_back(text);
    return names.firstAdded + static_cast<KeyId>(names.added.size()) - 1;
}

bool RollupReadNumbers::isStored(RollupName kind, KeyId number) const
{
    const Kind &names = m_kinds[static_cast<std::size_t>(kind)];
    return names.firstAdded == kNoKey || number < names.firstAdded || number - names.firstAdded >= names.added.size();
}

Result<std::vector<std::string>> RollupReadNumbers::namesOf(RollupName kind, std::span<const KeyId> numbers)
{
    const Kind &names = m_kinds[static_cast<std::size_t>(kind)];
    std::vector<KeyId> asked;
    for (const KeyId number : numbers) {
        if (isStored(kind, number))
            asked.push_back(number);
    }
    auto stored = m_storage.namesOf(kind, asked);
    if (!stored)
        return stored;
    std::vector<std::string> texts;
    auto next = stored->begin();
    for (const KeyId number : numbers)
        texts.push_back(isStored(kind, number) ? std::move(*next++) : names.added[number - names.firstAdded]);
    return texts;
}

} // namespace bartizan
