// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/lookahead.h"

#include <algorithm>

namespace bartizan {

void RowPlan::add(Rule &rule, SecurityEventType type, AuditOutcome outcome)
{
    rules.push_back(&rule);
    std::vector<KeyedState> own;
    rule.addState(type, outcome, own);
    for (const KeyedState &known : own) {
        const KeySpace space = keySpaceOf(known.kind);
        const KeySpace text = space == KeySpace::Accounts ? KeySpace::Users : space;
        byAddress = byAddress || text == KeySpace::Addresses;
        byUser = byUser || text == KeySpace::Users;
        byCompany = byCompany || text == KeySpace::Companies;
        bySession = bySession || text == KeySpace::Sessions;
        byAccount = byAccount || space == KeySpace::Accounts;
        if (known.keys != nullptr)
            state.push_back({known.keys, space, text});
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
    guessTexts(readers);
    guessAccounts(readers);
    checkTexts();
    fetchState();
}

void Lookahead::collect(std::span<const EventView> rows, const RowPlans &plans, const RuleKeys &keys)
{
    Text *text = m_texts.data();
    EventKeys **account = m_accounts.data();
    State *state = m_state.data();
    EventKeys *known = m_keys.data();
    for (const EventView &row : rows) {
        const RowPlan &plan = planFor(plans, row);
        *known = {};
        const auto note = [&](KeySpace space, std::string_view value) {
            if (value.empty() || value.size() > kLongestKeyText)
                return;
            const KeyTable &table = keys[space];
            const KeyTable::Hash hash = KeyTable::hashOf(value);
            known->hashOf(space) = hash;
            table.prefetchPlace(hash);
            *text++ = {&table, value, hash, &(*known)[space]};
        };
        if (plan.byAddress)
            note(KeySpace::Addresses, row.ipAddress);
        if (plan.byUser)
            note(KeySpace::Users, row.userId);
        if (plan.byCompany)
            note(KeySpace::Companies, row.companyId);
        if (plan.bySession)
            note(KeySpace::Sessions, row.sessionId);
        if (plan.byAccount && known->hashOf(KeySpace::Users) != 0)
            *account++ = known;
        for (const PlannedState &planned : plan.state) {
            if (known->hashOf(planned.text) != 0)
                *state++ = {planned.keys, &(*known)[planned.space]};
        }
        ++known;
    }
    m_textCount = static_cast<std::size_t>(text - m_texts.data());
    m_accountCount = static_cast<std::size_t>(account - m_accounts.data());
    m_stateCount = static_cast<std::size_t>(state - m_state.data());
}

/// From the hashes to the numbers that they very likely mean.
void Lookahead::guessTexts(const RowReaders &readers)
{
    for (const Text &text : std::span(m_texts).first(m_textCount)) {
        *text.key = text.table->likely(text.hash);
        text.table->prefetchTextPlace(*text.key);
    }
    const KeyId *const accounts = readers.accountOfUser.data();
    for (EventKeys *known : std::span(m_accounts).first(m_accountCount)) {
        if (const KeyId user = (*known)[KeySpace::Users]; user < readers.accountOfUser.size())
            __builtin_prefetch(accounts + user);
    }
}

void Lookahead::guessAccounts(const RowReaders &readers)
{
    const KeyId *const accounts = readers.accountOfUser.data();
    for (const Text &text : std::span(m_texts).first(m_textCount))
        text.table->prefetchText(*text.key);
    for (EventKeys *known : std::span(m_accounts).first(m_accountCount)) {
        if (const KeyId user = (*known)[KeySpace::Users]; user < readers.accountOfUser.size())
            (*known)[KeySpace::Accounts] = accounts[user];
    }
    for (const State &state : std::span(m_state).first(m_stateCount))
        state.keys->prefetchIndex(*state.key);
}

/// Whether the texts are those that were meant. Where one is not, its account, which is a guess too, is not known either.
void Lookahead::checkTexts()
{
    for (const Text &text : std::span(m_texts).first(m_textCount)) {
        if (*text.key == kNoKey || text.table->isTextOf(*text.key, text.text)) [[likely]]
            continue;
        *text.key = text.table->find(text.text, text.hash);
        for (EventKeys *known : std::span(m_accounts).first(m_accountCount)) {
            if (text.key == &(*known)[KeySpace::Users])
                (*known)[KeySpace::Accounts] = kNoKey;
        }
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
