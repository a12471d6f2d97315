// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rule.h"

#include <array>
#include <span>
#include <vector>

namespace bartizan {

/// State that a row is about.
struct PlannedState {
    const TrackedKeys *keys;
    KeySpace space; ///< Of its keys.
    bool byAccount; ///< Its name is the account's rather than the user's.
};

/// What a kind of row (type and outcome) concerns.
struct RowPlan {
    std::vector<Rule *> rules;
    std::vector<PlannedState> state; ///< What those rules look at.
    /// Which of the row's texts are keys to them.
    bool byAddress = false;
    bool byUser = false;
    bool byCompany = false;
    bool bySession = false;
    bool byAccount = false;

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

    /// To be called when the plans have changed.
    void arrange(const RowPlans &plans);
    /// For at most kMost rows.
    void look(std::span<const EventView> rows, const RowPlans &plans, const RowReaders &readers);
    /// What is known of the keys of a row of the last look(); good until a text is forgotten.
    EventKeys &keys(std::size_t row) noexcept { return m_keys[row]; }

private:
    /// A text to be looked up, and where its number goes.
    struct Text {
        const KeyTable *table;
        std::string_view text;
        KeyTable::Hash hash;
        KeyId *key;
    };
    /// State to be fetched: of the key that stands there by then, and then what stands behind that.
    struct State {
        const TrackedKeys *keys;
        const KeyId *key;
    };
    struct Fetched {
        const TrackedKeys *keys;
        const void *node;
    };
    static constexpr std::size_t kTextsOfRow = 5;

    void collect(std::span<const EventView> rows, const RowPlans &plans, const RuleKeys &keys);
    std::string_view accountOf(std::string_view user, std::size_t row);
    void guessTexts();
    void fetchTexts();
    void checkTexts();
    void fetchState();

    std::array<EventKeys, kMost> m_keys;
    std::array<Text, kMost * kTextsOfRow> m_texts;
    std::array<char, kMost * kLongestKeyText> m_lowered; ///< Accounts of users with capitals.
    std::vector<State> m_state;                ///< With room for as many as kMost rows can be about.
    std::vector<Fetched> m_fetched;
    std::size_t m_textCount = 0;
    std::size_t m_stateCount = 0;
};

} // namespace bartizan
