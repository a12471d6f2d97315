// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securityalert.h"
#include "ui/models/alertids.h"
#include "ui/models/blockvector.h"
#include "ui/models/packedtext.h"
#include "ui/models/sparsevector.h"
#include "ui/models/stringpool.h"

#include <array>
#include <span>
#include <vector>

namespace bartizan {

/// How much of an alert's metadata the text search of the queue sees: all that the rules write, but the keys of examples.
std::string searchedMetadata(std::string_view metadata);

/// The alerts behind the queue, compactly: texts are interned; of a record, the 48 bytes that sorting, filtering and grouping
/// go through stand apart from the rest, of which each value has a column of its own, and takes no room where no alert nearby
/// has one. Records are named by their number, which stays; a removed one is kept as free.
/// Made on any thread, then used on one.
class AlertRecords {
public:
    using Number = std::uint32_t;
    using Text = StringPool::Number;

    enum class State : std::uint8_t {
        Free,    ///< Not in the database (any more).
        Waiting, ///< Arrived, but not shown until asked for.
        Returning, ///< As Waiting; it was there before, and is shown with the next new order or filter.
        Listed,  ///< Part of the table, if the filter lets it through.
    };
    static constexpr bool isWaiting(State state) { return state == State::Waiting || state == State::Returning; }
    /// The pools that texts stand in: those that rows are put in order of have one each.
    enum class Pool : std::uint8_t { Titles, Addresses, Countries, Users, Owners, Names, Details };
    static constexpr std::size_t kPools = 7;
    static constexpr std::size_t kSortedPools = 5;

    /// What rows are put in order of, counted and grouped by.
    struct Record {
        TimestampMs timestamp = 0;
        std::int64_t repeats = 0; ///< Hits that it suppressed.
        Text title = 0;
        Text address = 0;
        Text country = 0;
        Text user = 0;
        Text owner = 0;
        Text mute = 0; ///< Of the names: the id of the mute that it carries.
        AlertSeverity severity = AlertSeverity::Low;
        AlertType type = AlertType::AuthenticationAnomaly;
        AlertStatus status = AlertStatus::New;
        std::optional<AlertDisposition> disposition;
        bool acknowledged = false;
        State state = State::Free;

        /// SecurityAlert::isMuted() and isActive().
        bool isMuted() const { return mute != 0 && status == AlertStatus::New; }
        bool isActive() const { return !acknowledged && !isMuted(); }
        /// The place of its status among all that there are: active, escalated, acknowledged, then by disposition, muted.
        unsigned statusPlace() const;
    };
    static constexpr unsigned kStatusPlaces = 9;

    /// What else is known of a record: names that it has,
    enum class Name : std::uint8_t { Company, AcknowledgedBy, ResolvedBy, Rule, Session, Request, Agent };
    static constexpr std::size_t kNames = 7;
    /// times; 0: none,
    enum class Moment : std::uint8_t { Acknowledged, Resolved, LastRepeat };
    static constexpr std::size_t kMoments = 3;
    /// and details, to be read by unpacked(); what is searched, but not shown, is among them.
    enum class Detail : std::uint8_t { Description, More };
    static constexpr std::size_t kDetails = 2;

    /// What the rows can be put in order of.
    enum class Key : std::uint8_t { Severity, Time, Type, Title, Address, Country, User, Count, Owner, Status };

    /// Finds what records are put in order of, as numbers: smaller ones stand first, when ascending. How texts stand to each
    /// other is as it was when this was made, whichever are added later; records of such texts stand anywhere. Not for
    /// times.
    class Keys {
    public:
        Keys() = default;
        Keys(const AlertRecords &records, Key key);
        void operator()(std::span<const Number> numbers, std::uint32_t *to);
        /// Whether one was found too large for its lower half to be all of it.
        bool isHalf() const { return m_isHalf; }
        /// From now on finds upper halves, which those that are in order of the lower ones are to be put in order of.
        void takeUpperHalf();

    private:
        const AlertRecords *m_records = nullptr;
        Key m_key = Key::Severity;
        std::vector<std::uint32_t> m_ranks; ///< By text, for keys that are texts.
        bool m_isHalf = false;
        bool m_upper = false;
    };

    /// Takes over an alert, whose id must not be empty: into a new record or the one that has this id. Its state is
    /// left as it was.
    Number put(const SecurityAlert &alert);
    /// Takes over a record of others, which has no record here, state and all.
    Number take(const AlertRecords &others, Number number);
    /// What a record of others says, by the texts that stand here.
    Record withTextsOf(const AlertRecords &others, Record record);
    /// The record of an id; nullopt when the id has never been seen.
    std::optional<Number> find(std::string_view id) const;
    std::size_t size() const { return m_records.size(); }
    Record &operator[](Number number) { return m_records[number]; }
    const Record &operator[](Number number) const { return m_records[number]; }
    Text name(Name of, Number number) const { return m_names[static_cast<std::size_t>(of)][number]; }
    TimestampMs moment(Moment of, Number number) const { return m_moments[static_cast<std::size_t>(of)][number]; }
    Text detail(Detail of, Number number) const { return m_details[static_cast<std::size_t>(of)][number]; }
    AlertIds::Id id(Number number) const { return m_ids[number]; }
    /// By the numbers of records.
    const AlertIds &ids() const { return m_ids; }
    /// A text of the details with what it shares with its record: its address and its user. See packedtext.
    std::string unpacked(Number number, Text details) const;
    std::string description(Number number) const { return unpacked(number, detail(Detail::Description, number)); }
    std::array<std::string_view, packedtext::kMostValues> shared(Number number) const;
    const StringPool &pool(Pool pool) const { return m_pools[static_cast<std::size_t>(pool)]; }
    std::string_view text(Pool from, Text number) const { return pool(from).view(number); }

    /// Whether `a` stands before `b`: by the key, then newest first, then by id, so that the order is total and the
    /// same whatever came first. For text keys, rankTexts() must have been called since texts were added.
    bool before(Number a, Number b, Key key, bool descending) const;
    /// The same of records that are taken to be otherwise than they are: as what somebody sees says.
    bool before(Number a, const Record &left, Number b, const Record &right, Key key, bool descending) const;
    /// Whether nothing that before() looks at tells one from the other.
    bool isSamePlace(const Record &left, const Record &right, Key key) const;
    /// Puts numbers that stand newest first in the order that before() describes. Takes time in proportion.
    std::vector<Number> sorted(std::vector<Number> newestFirst, Key key, bool descending) const;
    /// Finds out the order of texts that are new since. Cheap for a few; for many, call it on another thread.
    void rankTexts();

private:
    Text keep(Pool pool, std::string_view text) { return m_pools[static_cast<std::size_t>(pool)].intern(text); }
    /// What a record is ordered by: smaller stands first, when ascending.
    std::uint64_t keyOf(const Record &record, Key key) const;
    std::uint32_t rank(Pool pool, Text text) const { return m_ranks[static_cast<std::size_t>(pool)][text]; }

    Text keepDetails(std::string_view text, const SecurityAlert &alert);
    void putRest(Number number, const SecurityAlert &alert);
    void set(Name of, Number number, Text text) { m_names[static_cast<std::size_t>(of)].set(number, text); }
    void set(Moment of, Number number, TimestampMs at) { m_moments[static_cast<std::size_t>(of)].set(number, at); }
    void set(Detail of, Number number, Text text) { m_details[static_cast<std::size_t>(of)].set(number, text); }

    AlertIds m_ids; ///< By number, as the records and the columns.
    std::array<StringPool, kPools> m_pools;
    std::array<std::vector<Text>, kSortedPools> m_byRank; ///< Texts of a pool in their order.
    std::array<std::vector<std::uint32_t>, kSortedPools> m_ranks; ///< By text: its place there.
    BlockVector<Record> m_records;
    std::array<SparseVector<Text>, kNames> m_names;
    std::array<SparseVector<TimestampMs>, kMoments> m_moments;
    std::array<SparseVector<Text>, kDetails> m_details;
};

/// Compares two texts as a person would order them: runs of digits by value, so that 9.0.0.1 stands before 10.0.0.1;
/// letters without regard to case, unless only the case differs. Negative, zero or positive.
int compareNaturally(std::string_view a, std::string_view b);

} // namespace bartizan
