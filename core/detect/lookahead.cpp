// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/lookahead.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <cstring>

namespace bartizan {
namespace {

constexpr std::uint64_t everyByte(std::uint64_t byte) noexcept
{
    return byte * 0x0101'0101'0101'0101;
}

/// Whether one of eight bytes is a capital of ASCII, or not of ASCII at all. The sums carry the highest bit of a byte of
/// ASCII when it is at least 'A', or beyond 'Z', and never into the next byte.
constexpr bool hasCapitalOrOther(std::uint64_t bytes) noexcept
{
    constexpr std::uint64_t kHighest = everyByte(0x80);
    const std::uint64_t ascii = bytes & ~kHighest;
    const std::uint64_t capitals = (ascii + everyByte(0x80 - 'A')) & ~(ascii + everyByte(0x80 - 'Z' - 1));
    return ((bytes | capitals) & kHighest) != 0;
}

/// Whether a name is its own account; an empty one names none.
bool isAsciiWithoutCapitals(std::string_view name) noexcept
{
    constexpr std::size_t kStep = sizeof(std::uint64_t);
    if (name.empty())
        return false;
    std::uint64_t bytes = 0;
    if (name.size() < kStep) {
        std::memcpy(&bytes, name.data(), name.size());
        return !hasCapitalOrOther(bytes);
    }
    std::memcpy(&bytes, name.data() + name.size() - kStep, kStep);
    bool found = hasCapitalOrOther(bytes);
    for (std::size_t at = 0; at + kStep < name.size() && !found; at += kStep) {
        std::memcpy(&bytes, name.data() + at, kStep);
        found = hasCapitalOrOther(bytes);
    }
    return !found;
}

RowText rowTextOf(GroupKind kind) noexcept
{
    switch (kind) {
    case GroupKind::User: return RowText::User;
    case GroupKind::Account: return RowText::Account;
    case GroupKind::Company: return RowText::Company;
    case GroupKind::Session: return RowText::Session;
    default: return RowText::Address;
    }
}

} // namespace

void RowPlan::add(Rule &rule, SecurityEventType type, AuditOutcome outcome)
{
    rules.push_back(&rule);
    std::vector<KeyedState> own;
    rule.addState(type, outcome, own);
    for (const KeyedState &known : own) {
        ByText &by = texts[static_cast<std::size_t>(rowTextOf(known.kind))];
        by.isKey = true;
        if (known.keys == nullptr)
            continue;
        by.state.push_back(known.keys->number());
        if (known.kind == GroupKind::User || known.kind == GroupKind::Account)
            ofUserAndAccount.push_back(known.keys->number());
    }
}

Lookahead::Lookahead(const KeyTracker &tracker)
{
    for (const TrackedKeys *state : tracker.all())
        m_wanted.push_back({state, 0, {}, {}});
}

void Lookahead::look(std::span<const EventView> rows, const RowPlans &plans, RowReaders &readers)
{
    collect(rows, plans, readers);
    lookUpNumbers();
    guessTexts();
    fetchTexts();
    fetchIndex();
    checkTexts();
    fetchStates();
}

void Lookahead::collect(std::span<const EventView> rows, const RowPlans &plans, RowReaders &readers)
{
    Text *next = m_texts.data();
    NumberedText *nextNumbered = m_numbered.data();
    const auto note = [&](KeySpace space, std::string_view text, KnownKey &known, const RowPlan::StateList &state) {
        if (text.size() - 1 >= kLongestKeyText) // None, or too long.
            return;
        const KeyTable &table = readers.keys[space];
        known.hash = KeyTable::hashOf(text);
        table.prefetchPlace(known.hash);
        *next++ = {&table, text, &known, &state};
    };
    const auto noteNumbered = [&](KeySpace space, std::string_view text, KnownKey &known, const RowPlan::StateList &state,
                                  KeyNumbers &numbers, std::uint32_t number) {
        if (text.size() - 1 >= kLongestKeyText)
            return;
        numbers.reserve(number);
        numbers.prefetch(number);
        *nextNumbered++ = {{&readers.keys[space], text, &known, &state}, &numbers, number};
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const EventView &row = rows[i];
        const RowPlan &plan = planFor(plans, row);
        EventKeys &known = m_keys.data()[i];
        known = {};
        if (const RowPlan::ByText &by = plan.of(RowText::Address); by.isKey && row.addressNumber != 0)
            noteNumbered(KeySpace::Addresses, row.ipAddress, known[KeySpace::Addresses], by.state, readers.addresses,
                         row.addressNumber);
        else if (by.isKey)
            note(KeySpace::Addresses, row.ipAddress, known[KeySpace::Addresses], by.state);
        if (const RowPlan::ByText &by = plan.of(RowText::Session); by.isKey)
            note(KeySpace::Sessions, row.sessionId, known[KeySpace::Sessions], by.state);
        if (const RowPlan::ByText &by = plan.of(RowText::Company); by.isKey)
            note(KeySpace::Companies, row.companyId, known[KeySpace::Companies], by.state);
        const RowPlan::ByText &user = plan.of(RowText::User);
        const RowPlan::ByText &account = plan.of(RowText::Account);
        known.accountIsUser = account.isKey && isAsciiWithoutCapitals(row.userId);
        const RowPlan::StateList &ofUser = known.accountIsUser ? plan.ofUserAndAccount : user.state;
        if ((user.isKey || known.accountIsUser) && row.userNumber != 0)
            noteNumbered(KeySpace::Names, row.userId, known[KeySpace::Names], ofUser, readers.users, row.userNumber);
        else if (user.isKey || known.accountIsUser)
            note(KeySpace::Names, row.userId, known[KeySpace::Names], ofUser);
        if (account.isKey && !known.accountIsUser)
            note(KeySpace::Names, accountOf(row.userId, i), known.account, account.state);
    }
    m_textCount = static_cast<std::size_t>(next - m_texts.data());
    m_numberedCount = static_cast<std::size_t>(nextNumbered - m_numbered.data());
}

/// The account of a user with capitals, as long as they are those of ASCII; else empty.
std::string_view Lookahead::accountOf(std::string_view user, std::size_t row)
{
    const auto isAscii = [](char c) { return absl::ascii_isascii(static_cast<unsigned char>(c)); };
    if (user.size() > kLongestKeyText || !std::all_of(user.begin(), user.end(), isAscii))
        return {};
    char *const lowered = m_lowered.data() + row * kLongestKeyText;
    std::transform(user.begin(), user.end(), lowered,
                   [](char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); });
    return {lowered, user.size()};
}

void Lookahead::want(const RowPlan::StateList &state, KeyId key) noexcept
{
    for (const std::uint16_t number : state) {
        Wanted &wanted = m_wanted.data()[number];
        wanted.keys.data()[wanted.count++] = key;
    }
}

/// From the numbers to the keys that they have. A text without one yet is looked up as others are.
void Lookahead::lookUpNumbers()
{
    for (Wanted &wanted : m_wanted)
        wanted.count = 0;
    std::size_t unknown = 0;
    for (const NumberedText &numbered : std::span(m_numbered).first(m_numberedCount)) {
        const Text &text = numbered.text;
        const KeyId key = (*numbered.numbers)[numbered.number];
        if (key != kNoKey) [[likely]] {
            text.known->key = key;
            want(*text.state, key);
            continue;
        }
        text.known->hash = KeyTable::hashOf(text.text);
        text.table->prefetchPlace(text.known->hash);
        m_texts[m_textCount++] = text;
        m_numbered[unknown++] = numbered;
    }
    m_numberedCount = unknown;
}

void Lookahead::remember()
{
    for (const NumberedText &numbered : std::span(m_numbered).first(m_numberedCount)) {
        if (numbered.text.known->key != kNoKey)
            (*numbered.numbers)[numbered.number] = numbered.text.known->key;
    }
}

/// From the hashes to the keys that they very likely mean.
void Lookahead::guessTexts()
{
    for (const Text &text : texts()) {
        const KeyId key = text.table->likely(text.known->hash);
        text.table->prefetchTextPlace(key);
        text.known->key = key;
    }
}

/// And notes the state that is behind them.
void Lookahead::fetchTexts()
{
    for (const Text &text : texts()) {
        const KeyId key = text.known->key;
        text.table->prefetchText(key);
        want(*text.state, key);
    }
}

/// Whether the texts are those that were meant.
void Lookahead::checkTexts()
{
    for (const Text &text : texts()) {
        KnownKey &known = *text.known;
        if (known.key != kNoKey && !text.table->isTextOf(known.key, text.text)) [[unlikely]]
            known.key = text.table->find(text.text, known.hash);
    }
}

void Lookahead::fetchIndex() const
{
    for (const Wanted &wanted : m_wanted) {
        if (wanted.count > 0)
            wanted.state->fetchIndex(std::span(wanted.keys).first(wanted.count));
    }
}

/// The states first, and then, by when they have arrived, what they refer to.
void Lookahead::fetchStates()
{
    for (Wanted &wanted : m_wanted) {
        if (wanted.count > 0)
            wanted.state->fetchStates(std::span(wanted.keys).first(wanted.count), wanted.found.data());
    }
    for (const Wanted &wanted : m_wanted) {
        if (wanted.count > 0)
            wanted.state->fetchBehind(std::span(wanted.found).first(wanted.count));
    }
}

} // namespace bartizan
