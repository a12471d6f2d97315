// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/lookahead.h"

#include <algorithm>

namespace bartizan {
namespace {

std::string_view textOf(const EventView &row, KeySpace space) noexcept
{
    switch (space) {
    case KeySpace::Addresses: return row.ipAddress;
    case KeySpace::Users: return row.userId;
    case KeySpace::Companies: return row.companyId;
    default: return row.sessionId;
    }
}

} // namespace

void RowPlan::add(Rule &rule, SecurityEventType type, AuditOutcome outcome)
{
    rules.push_back(&rule);
    std::vector<KeyedState> own;
    rule.addState(type, outcome, own);
    for (const KeyedState &known : own) {
        // An account is known by its user.
        const bool account = known.kind == GroupKind::Account;
        const KeySpace space = account ? KeySpace::Users : keySpaceOf(known.kind);
        hasAccount = hasAccount || account;
        if (std::find(texts.begin(), texts.end(), space) == texts.end())
            texts.push_back(space);
        if (known.keys != nullptr)
            state.push_back(known);
    }
}

void Lookahead::look(std::span<const EventView> rows, const RowPlans &plans, const RowReaders &readers)
{
    collect(rows, plans, readers.keys);
    guessTexts(readers);
    for (const State &state : m_state)
        state.keys->prefetchIndex(*state.key);
    guessAccounts(readers);
    for (const State &state : m_state)
        state.keys->prefetchState(*state.key);
    checkTexts();
    for (const State &state : m_state)
        state.keys->prefetchEntries(*state.key);
}

void Lookahead::collect(std::span<const EventView> rows, const RowPlans &plans, const RuleKeys &keys)
{
    m_texts.clear();
    m_accounts.clear();
    m_state.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const RowPlan &plan = planFor(plans, rows[i]);
        EventKeys &known = m_keys[i];
        known = {};
        collectTexts(rows[i], plan, known, keys);
        if (plan.hasAccount && known.hashOf(KeySpace::Users) != 0)
            m_accounts.push_back(&known);
        for (const KeyedState &state : plan.state)
            m_state.push_back({state.keys, &known[keySpaceOf(state.kind)]});
    }
}

void Lookahead::collectTexts(const EventView &row, const RowPlan &plan, EventKeys &known, const RuleKeys &keys)
{
    for (const KeySpace space : plan.texts) {
        const std::string_view text = textOf(row, space);
        if (text.empty() || text.size() > kLongestKeyText)
            continue;
        const KeyTable &table = keys[space];
        const KeyTable::Hash hash = KeyTable::hashOf(text);
        known.hashOf(space) = hash;
        table.prefetchPlace(hash);
        m_texts.push_back({&table, text, hash, &known[space]});
    }
}

/// From the hashes to the numbers that they very likely mean.
void Lookahead::guessTexts(const RowReaders &readers)
{
    for (const Text &text : m_texts) {
        *text.key = text.table->likely(text.hash);
        text.table->prefetchTextPlace(*text.key);
    }
    for (EventKeys *known : m_accounts) {
        if (const KeyId user = (*known)[KeySpace::Users]; user < readers.accountOfUser.size())
            __builtin_prefetch(&readers.accountOfUser[user]);
    }
}

void Lookahead::guessAccounts(const RowReaders &readers)
{
    for (EventKeys *known : m_accounts) {
        if (const KeyId user = (*known)[KeySpace::Users]; user < readers.accountOfUser.size())
            (*known)[KeySpace::Accounts] = readers.accountOfUser[user];
    }
    for (const Text &text : m_texts)
        text.table->prefetchText(*text.key);
}

/// Whether the texts are those that were meant. Where one is not, its account, which is a guess too, is not known either.
void Lookahead::checkTexts()
{
    for (const Text &text : m_texts) {
        if (*text.key == kNoKey || text.table->isTextOf(*text.key, text.text)) [[likely]]
            continue;
        *text.key = text.table->find(text.text, text.hash);
        for (EventKeys *known : m_accounts) {
            if (text.key == &(*known)[KeySpace::Users])
                (*known)[KeySpace::Accounts] = kNoKey;
        }
    }
}

} // namespace bartizan
