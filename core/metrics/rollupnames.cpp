// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rollupnames.h"

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
    const auto entered = storage.enterName(kind, text);
    if (!entered)
        return entered;
    number = *entered;
    if (known.bytes() > kMostBytes)
        known.clear();
    return entered;
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

Result<std::string> RollupReadNumbers::nameOf(RollupName kind, KeyId number)
{
    const Kind &names = m_kinds[static_cast<std::size_t>(kind)];
    if (names.firstAdded != kNoKey && number >= names.firstAdded && number - names.firstAdded < names.added.size())
        return names.added[number - names.firstAdded];
    return m_storage.nameOf(kind, number);
}

} // namespace bartizan
