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

} // namespace

void RowPlan::add(Rule &rule, SecurityEventType type, AuditOutcome outcome)
{
    rules.push_back(&rule);
    std::vector<KeyedState> own;
    rule.addState(type, outcome, own);
    for (const KeyedState &known : own) {
        const KeySpace space = keySpaceOf(known.kind);
        const bool account = known.kind == GroupKind::Account;
        byAddress = byAddress || space == KeySpace::Addresses;
        byUser = byUser || known.kind == GroupKind::User;
        byCompany = byCompany || space == KeySpace::Companies;
        bySession = bySession || space == KeySpace::Sessions;
        byAccount = byAccount || account;
        if (known.keys != nullptr)
            state.push_back({known.keys, space, account});
    }
}

void Lookahead::arrange(const RowPlans &plans)
{
    std::size_t most = 0;
    for (const auto &outcomes : plans) {
        for (const RowPlan &plan : outcomes)
            most = std::max(most, plan.state.size());
    }
    m_state.resize(most * kMost);
    m_fetched.resize(most * kMost);
}

void Lookahead::look(std::span<const EventView> rows, const RowPlans &plans, const RowReaders &readers)
{
    collect(rows, plans, readers.keys);
    guessTexts();
    fetchTexts();
    checkTexts();
    fetchState();
}

void Lookahead::collect(std::span<const EventView> rows, const RowPlans &plans, const RuleKeys &keys)
{
    Text *text = m_texts.data();
    State *state = m_state.data();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const EventView &row = rows[i];
        const RowPlan &plan = planFor(plans, row);
        EventKeys &known = m_keys[i];
        known = {};
        const auto note = [&](KnownKey &own, KeySpace space, std::string_view value) {
            if (value.empty() || value.size() > kLongestKeyText)
                return;
            const KeyTable &table = keys[space];
            own.hash = KeyTable::hashOf(value);
            table.prefetchPlace(own.hash);
            *text++ = {&table, value, own.hash, &own.key};
        };
        if (plan.byAddress)
            note(known[KeySpace::Addresses], KeySpace::Addresses, row.ipAddress);
        if (plan.byAccount)
            known.accountIsUser = isAsciiWithoutCapitals(row.userId);
        if (plan.byUser || known.accountIsUser)
            note(known[KeySpace::Names], KeySpace::Names, row.userId);
        if (plan.byAccount && !known.accountIsUser)
            note(known.account, KeySpace::Names, accountOf(row.userId, i));
        if (plan.byCompany)
            note(known[KeySpace::Companies], KeySpace::Companies, row.companyId);
        if (plan.bySession)
            note(known[KeySpace::Sessions], KeySpace::Sessions, row.sessionId);
        const KnownKey &account = known.accountIsUser ? known[KeySpace::Names] : known.account;
        for (const PlannedState &planned : plan.state) {
            const KnownKey &own = planned.byAccount ? account : known[planned.space];
            if (own.hash != 0)
                *state++ = {planned.keys, &own.key};
        }
    }
    m_textCount = static_cast<std::size_t>(text - m_texts.data());
    m_stateCount = static_cast<std::size_t>(state - m_state.data());
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

/// From the hashes to the numbers that they very likely mean.
void Lookahead::guessTexts()
{
    for (const Text &text : std::span(m_texts).first(m_textCount)) {
        *text.key = text.table->likely(text.hash);
        text.table->prefetchTextPlace(*text.key);
    }
}

void Lookahead::fetchTexts()
{
    for (const Text &text : std::span(m_texts).first(m_textCount))
        text.table->prefetchText(*text.key);
    for (const State &state : std::span(m_state).first(m_stateCount))
        state.keys->prefetchIndex(*state.key);
}

/// Whether the texts are those that were meant.
void Lookahead::checkTexts()
{
    for (const Text &text : std::span(m_texts).first(m_textCount)) {
        if (*text.key != kNoKey && !text.table->isTextOf(*text.key, text.text)) [[unlikely]]
            *text.key = text.table->find(text.text, text.hash);
    }
}

/// The state first, and then, by when it has arrived, what it refers to.
void Lookahead::fetchState()
{
    Fetched *fetched = m_fetched.data();
    for (const State &state : std::span(m_state).first(m_stateCount)) {
        const void *const node = state.keys->prefetchState(*state.key);
        *fetched = {state.keys, node};
        fetched += node != nullptr ? 1 : 0;
    }
    for (const Fetched *behind = m_fetched.data(); behind != fetched; ++behind)
        behind->keys->prefetchBehind(behind->node);
}

} // namespace bartizan
