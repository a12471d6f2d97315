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
        if (known.keys != nullptr)
            by.state.push_back(known.keys);
    }
}

void Lookahead::arrange(const RowPlans &plans)
{
    std::size_t most = 0;
    for (const auto &outcomes : plans) {
        for (const RowPlan &plan : outcomes) {
            std::size_t state = 0;
            for (const RowPlan::ByText &by : plan.texts)
                state += by.state.size();
            most = std::max(most, state);
        }
    }
    for (Handful &handful : m_handfuls)
        handful.fetched.resize(most * kHandful);
}

void Lookahead::start(std::span<const EventView> rows, const RowPlans &plans, const RuleKeys &keys)
{
    m_rows = rows;
    m_plans = &plans;
    m_keys = &keys;
    m_row = m_steps = 0;
    for (std::size_t i = 0; i + 1 < kSteps; ++i)
        step();
}

/// One step of each handful on its way, those in front first.
void Lookahead::step()
{
    const std::size_t handfuls = (m_rows.size() + kHandful - 1) / kHandful;
    using Step = void (*)(Handful &);
    constexpr std::array<Step, kSteps - 1> kLater{guessTexts, fetchTexts, fetchState, fetchBehind};
    for (std::size_t taken = kSteps; taken-- > 1;) {
        if (const std::size_t number = m_steps - taken; number < handfuls) // Beyond any, where it is less than none.
            kLater[taken - 1](m_handfuls[number % kInFlight]);
    }
    if (m_steps < handfuls) {
        const std::size_t first = m_steps * kHandful;
        collect(m_rows.subspan(first, std::min(kHandful, m_rows.size() - first)), m_handfuls[m_steps % kInFlight]);
    }
    ++m_steps;
}

inline void Lookahead::Handful::note(const KeyTable &table, std::string_view text, KnownKey &known,
                                     const StateList &state, const StateList &more)
{
    if (text.size() - 1 >= kLongestKeyText) // None, or too long.
        return;
    known.hash = KeyTable::hashOf(text);
    table.prefetchPlace(known.hash);
    texts.data()[textCount++] = {&table, text, &known, {&state, &more}};
}

void Lookahead::collect(std::span<const EventView> rows, Handful &handful) const
{
    handful.textCount = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        collect(rows[i], i, handful);
}

void Lookahead::collect(const EventView &row, std::size_t number, Handful &handful) const
{
    static const StateList kNoState;
    const RuleKeys &keys = *m_keys;
    const RowPlan &plan = planFor(*m_plans, row);
    EventKeys &known = handful.keys[number];
    known = {};
    const auto note = [&](RowText text, KeySpace space, std::string_view value) {
        if (const RowPlan::ByText &by = plan.of(text); by.isKey)
            handful.note(keys[space], value, known[space], by.state, kNoState);
    };
    note(RowText::Address, KeySpace::Addresses, row.ipAddress);
    note(RowText::Session, KeySpace::Sessions, row.sessionId);
    note(RowText::Company, KeySpace::Companies, row.companyId);
    const KeyTable &names = keys[KeySpace::Names];
    const RowPlan::ByText &account = plan.of(RowText::Account);
    known.accountIsUser = account.isKey && isAsciiWithoutCapitals(row.userId);
    if (known.accountIsUser) {
        handful.note(names, row.userId, known[KeySpace::Names], plan.of(RowText::User).state, account.state);
        return;
    }
    note(RowText::User, KeySpace::Names, row.userId);
    if (account.isKey)
        handful.note(names, accountOf(row.userId, number, handful), known.account, account.state, kNoState);
}

/// The account of a user with capitals, as long as they are those of ASCII; else empty.
std::string_view Lookahead::accountOf(std::string_view user, std::size_t row, Handful &handful)
{
    const auto isAscii = [](char c) { return absl::ascii_isascii(static_cast<unsigned char>(c)); };
    if (user.size() > kLongestKeyText || !std::all_of(user.begin(), user.end(), isAscii))
        return {};
    char *const lowered = handful.lowered.data() + row * kLongestKeyText;
    std::transform(user.begin(), user.end(), lowered,
                   [](char c) { return absl::ascii_tolower(static_cast<unsigned char>(c)); });
    return {lowered, user.size()};
}

/// From the hashes to the numbers that they very likely mean.
void Lookahead::guessTexts(Handful &handful)
{
    for (const Text &text : handful.allTexts()) {
        const KeyId key = text.table->likely(text.known->hash);
        text.table->prefetchTextPlace(key);
        text.known->key = key;
    }
}

void Lookahead::fetchTexts(Handful &handful)
{
    for (const Text &text : handful.allTexts()) {
        const KeyId key = text.known->key;
        text.table->prefetchText(key);
        for (const StateList *list : text.state) {
            for (const TrackedKeys *keys : *list)
                keys->prefetchIndex(key);
        }
    }
}

/// Once the texts are those that were meant.
void Lookahead::fetchState(Handful &handful)
{
    Fetched *fetched = handful.fetched.data();
    for (const Text &text : handful.allTexts()) {
        KnownKey &known = *text.known;
        if (known.key != kNoKey && !text.table->isTextOf(known.key, text.text)) [[unlikely]]
            known.key = text.table->find(text.text, known.hash);
        for (const StateList *list : text.state) {
            for (const TrackedKeys *keys : *list) {
                const void *const node = keys->prefetchState(known.key);
                *fetched = {keys, node};
                fetched += node != nullptr ? 1 : 0;
            }
        }
    }
    handful.fetchedCount = static_cast<std::size_t>(fetched - handful.fetched.data());
}

/// What the state refers to.
void Lookahead::fetchBehind(Handful &handful)
{
    for (const Fetched &fetched : std::span(handful.fetched).first(handful.fetchedCount))
        fetched.keys->prefetchBehind(fetched.node);
}

} // namespace bartizan
