// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rule.h"

#include <array>
#include <span>
#include <vector>

namespace bartizan {

/// What a kind of row (type and outcome) concerns.
struct RowPlan {
    std::vector<Rule *> rules;
    std::vector<KeyedState> state; ///< What those rules look at.
    std::vector<KeySpace> texts;   ///< The spaces of the row's texts that are keys to them.
    bool hasAccount = false;       ///< Whether the user's account is a key as well.

    void clear() { *this = {}; }
    void add(Rule &rule, SecurityEventType type, AuditOutcome outcome);
};
using RowPlans = std::array<std::array<RowPlan, 5>, 12>;

inline const RowPlan &planFor(const RowPlans &plans, const EventView &row) noexcept
{
    return plans[static_cast<std::size_t>(row.eventType)][static_cast<std::size_t>(row.outcome)];
}

/// Looks up the keys of the next few rows and fetches the state behind them. A row touches a score of places all over
/// the memory; fetched for many rows at once, they cost little more than one after the other costs for one. It changes
/// nothing: texts that are no keys yet stay so until a rule asks, and what it fetches may as well change before.
/// In steps, each over all rows, so that what one step asks for has arrived when the next one needs it.
class Lookahead {
public:
    /// So many rows that what they touch still lies in a near cache when their turn comes.
    static constexpr std::size_t kMost = 32;

    /// For at most kMost rows.
    void look(std::span<const EventView> rows, const RowPlans &plans, const RowReaders &readers);
    /// What is known of the keys of a row of the last look(); good until a text is forgotten.
    const EventKeys &keys(std::size_t row) const noexcept { return m_keys[row]; }

private:
    /// A text to be looked up, and where its number goes.
    struct Text {
        const KeyTable *table;
        std::string_view text;
        KeyTable::Hash hash;
        KeyId *key;
    };
    /// State to be fetched, of the key that stands there by then.
    struct State {
        const TrackedKeys *keys;
        const KeyId *key;
    };

    void collect(std::span<const EventView> rows, const RowPlans &plans, const RuleKeys &keys);
    void collectTexts(const EventView &row, const RowPlan &plan, EventKeys &known, const RuleKeys &keys);
    void guessTexts(const RowReaders &readers);
    void guessAccounts(const RowReaders &readers);
    void checkTexts();

    std::array<EventKeys, kMost> m_keys;
    std::vector<Text> m_texts;
    std::vector<EventKeys *> m_accounts; ///< Of rows whose account may be known by their user.
    std::vector<State> m_state;
};

} // namespace bartizan
