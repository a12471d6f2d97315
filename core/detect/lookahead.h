// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/detect/rule.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace bartizan {

/// The texts of a row that rules keep state about.
enum class RowText : std::uint8_t { Address, User, Account, Company, Session };
inline constexpr std::size_t kRowTexts = 5;

/// What a kind of row (type and outcome) concerns.
struct RowPlan {
    /// The state that rules look at, by its numbers at the tracker.
    using StateList = std::vector<std::uint16_t>;
    /// What is known by a text.
    struct ByText {
        bool isKey = false; ///< Whether the text is a key to any rule.
        StateList state;    ///< What those rules look at.
    };
    std::vector<Rule *> rules;
    std::array<ByText, kRowTexts> texts;
    StateList ofUserAndAccount; ///< For a user whose name is the account.

    const ByText &of(RowText text) const noexcept { return texts.data()[static_cast<std::size_t>(text)]; }
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

    /// For the state of a tracker; to be called once all of it is there.
    explicit Lookahead(const KeyTracker &tracker);
    /// For at most kMost rows.
    void look(std::span<const EventView> rows, const RowPlans &plans, RowReaders &readers);
    /// Notes the keys that numbered texts have become; to be called after the rows were processed.
    void remember();
    /// What is known of the keys of a row of the last look(); good until a text is forgotten.
    EventKeys &keys(std::size_t row) noexcept { return m_keys[row]; }

private:
    /// A text to be looked up, where its number goes, and the state that it is the key to.
    struct Text {
        const KeyTable *table;
        std::string_view text;
        KnownKey *known;
        const RowPlan::StateList *state;
    };
    /// One that whoever hands over rows has numbered.
    struct NumberedText {
        Text text;
        KeyNumbers *numbers;
        std::uint32_t number;
    };
    /// Keys of which state will be looked at: at most one for a row.
    struct Wanted {
        const TrackedKeys *state;
        std::uint32_t count = 0;
        std::array<KeyId, kMost> keys;
        std::array<const void *, kMost> found; ///< Where it is.
    };

    void collect(std::span<const EventView> rows, const RowPlans &plans, RowReaders &readers);
    std::string_view accountOf(std::string_view user, std::size_t row);
    void want(const RowPlan::StateList &state, KeyId key) noexcept;
    void lookUpNumbers();
    void guessTexts();
    void fetchTexts();
    void checkTexts();
    void fetchIndex() const;
    void fetchStates();
    std::span<const Text> texts() const noexcept { return {m_texts.data(), m_textCount}; }

    std::array<EventKeys, kMost> m_keys;
    std::array<Text, kMost * kRowTexts> m_texts;
    std::array<char, kMost * kLongestKeyText> m_lowered; ///< Accounts of users with capitals.
    std::vector<Wanted> m_wanted; ///< By number.
    std::size_t m_textCount = 0;
    std::array<NumberedText, kMost * 2> m_numbered; ///< Of a row its user and its address.
    std::size_t m_numberedCount = 0;                ///< Those without a key yet, once the numbers are looked up.
};

} // namespace bartizan
