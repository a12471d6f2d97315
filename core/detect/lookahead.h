// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rule.h"

#include <array>
#include <span>
#include <vector>

namespace bartizan {

/// The texts of a row that rules keep state about.
enum class RowText : std::uint8_t { Address, User, Account, Company, Session };
inline constexpr std::size_t kRowTexts = 5;

/// What a kind of row (type and outcome) concerns.
struct RowPlan {
    /// What is known by a text.
    struct ByText {
        bool isKey = false;                     ///< Whether the text is a key to any rule.
        std::vector<const TrackedKeys *> state; ///< The state that those rules look at.
    };
    std::vector<Rule *> rules;
    std::array<ByText, kRowTexts> texts;

    const ByText &of(RowText text) const noexcept { return texts.data()[static_cast<std::size_t>(text)]; }
    void clear() { *this = {}; }
    void add(Rule &rule, SecurityEventType type, AuditOutcome outcome);
};
using RowPlans = std::array<std::array<RowPlan, 5>, 12>;

inline const RowPlan &planFor(const RowPlans &plans, const EventView &row) noexcept
{
    return plans[static_cast<std::size_t>(row.eventType)][static_cast<std::size_t>(row.outcome)];
}

/// Looks up the keys of rows ahead of their turn and fetches the state behind them. A row touches a score of places all
/// over the memory, one found through another; asked for a few rows before, each has arrived when it is needed. It
/// changes nothing: texts that are no keys yet stay so until a rule asks, and what it fetches may as well change before.
///
/// Rows go through it by the handful, and a handful through one step each time that one is due to be processed: while
/// one row's rules are at work, the memory for those behind it is on its way.
class Lookahead {
public:
    /// To be called when the plans have changed.
    void arrange(const RowPlans &plans);
    /// Begins with these rows. They, the plans and the tables stay, and no text is forgotten, until the last of them was
    /// asked for; texts may be added.
    void start(std::span<const EventView> rows, const RowPlans &plans, const RuleKeys &keys);
    /// What is known of the keys of the next row; good until the one after it is asked for.
    EventKeys &next()
    {
        const std::size_t row = m_row++;
        if (row % kHandful == 0)
            step();
        return m_handfuls[row / kHandful % kInFlight].keys[row % kHandful];
    }

private:
    static constexpr std::size_t kHandful = 4;
    static constexpr std::size_t kSteps = 5;
    static constexpr std::size_t kInFlight = 8; ///< A power of two, more than there are steps.
    using StateList = std::vector<const TrackedKeys *>;
    /// A text to be looked up, where its number goes, and the state that it is the key to.
    struct Text {
        const KeyTable *table;
        std::string_view text;
        KnownKey *known;
        std::array<const StateList *, 2> state;
    };
    struct Fetched {
        const TrackedKeys *keys;
        const void *node;
    };
    struct Handful {
        std::array<EventKeys, kHandful> keys;
        std::array<Text, kHandful * kRowTexts> texts;
        std::array<char, kHandful * kLongestKeyText> lowered; ///< Accounts of users with capitals.
        std::vector<Fetched> fetched; ///< With room for as much as so many rows can be about.
        std::size_t textCount = 0;
        std::size_t fetchedCount = 0;

        std::span<const Text> allTexts() const noexcept { return {texts.data(), textCount}; }
        void note(const KeyTable &table, std::string_view text, KnownKey &known, const StateList &state,
                  const StateList &more);
    };

    void step();
    void collect(std::span<const EventView> rows, Handful &handful) const;
    void collect(const EventView &row, std::size_t number, Handful &handful) const;
    static std::string_view accountOf(std::string_view user, std::size_t row, Handful &handful);
    static void guessTexts(Handful &handful);
    static void fetchTexts(Handful &handful);
    static void fetchState(Handful &handful);
    static void fetchBehind(Handful &handful);

    std::array<Handful, kInFlight> m_handfuls;
    std::span<const EventView> m_rows;
    const RowPlans *m_plans = nullptr;
    const RuleKeys *m_keys = nullptr;
    std::size_t m_row = 0;    ///< The next that is asked for.
    std::size_t m_steps = 0;  ///< That the first handful has gone, or would have.
};

} // namespace bartizan
