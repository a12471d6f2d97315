// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securityalert.h"
#include "ui/models/stringpool.h"

#include <QString>
#include <QStringList>

#include <array>
#include <vector>

namespace bartizan {

/// What the alert queue shows. Plain values.
struct AlertFilter {
    std::array<bool, 4> severities{true, true, true, true}; ///< By AlertSeverity: which are shown.
    bool showAcknowledged = true;
    std::vector<AlertType> types;       ///< Only these; empty: all.
    QString text; ///< Every word of it must occur in some field; case does not matter.

    /// How many kinds of restriction are in force.
    int restrictions() const;
    bool operator==(const AlertFilter &) const = default;
};

/// The alerts behind the queue, compactly: texts are interned, a record is 80 bytes. Records are named by their number,
/// which stays until clear(); a removed one is kept as free until then. Thread: GUI.
class AlertRecords {
public:
    using Number = std::uint32_t;
    using Text = StringPool::Number;

    enum class State : std::uint8_t {
        Free,    ///< Not in the database (any more).
        Waiting, ///< Arrived, but not shown until asked for.
        Listed,  ///< Part of the table, if the filter lets it through.
    };

    struct Record {
        TimestampMs timestamp = 0;
        TimestampMs acknowledgedAt = 0;
        TimestampMs lastRepeatAt = 0; ///< 0: no hit was suppressed.
        std::int64_t repeats = 0;     ///< Hits that it suppressed.
        Text title = 0;
        Text description = 0;
        Text address = 0;
        Text country = 0;
        Text user = 0;
        Text company = 0;
        Text acknowledgedBy = 0;
        Text more = 0; ///< User agent, session, request and the head of the metadata: searched, not shown.
        AlertSeverity severity = AlertSeverity::Low;
        AlertType type = AlertType::AuthenticationAnomaly;
        bool acknowledged = false;
        State state = State::Free;
    };

    /// What the rows can be put in order of.
    enum class Key : std::uint8_t { Severity, Time, Type, Title, Address, Country, User, Count, Status };

    /// Takes over an alert, whose id must not be empty: into a new record or the one that has this id. Its state is
    /// left as it was.
    Number put(const SecurityAlert &alert);
    /// The record of an id; nullopt when the id has never been seen.
    std::optional<Number> find(std::string_view id) const;
    std::size_t size() const { return m_records.size(); }
    Record &operator[](Number number) { return m_records[number]; }
    const Record &operator[](Number number) const { return m_records[number]; }
    std::string_view id(Number number) const { return m_ids.view(number + 1); }
    std::string_view text(Text number) const { return m_texts.view(number); }
    std::size_t textCount() const { return m_texts.size(); }
    void clear();

    /// Whether `a` stands before `b`: by the key, then newest first, then by id, so that the order is total and the
    /// same whatever came first.
    bool before(Number a, Number b, Key key, bool descending) const;

private:
    int compare(const Record &a, const Record &b, Key key) const;

    StringPool m_ids; ///< Number n + 1 is the id of record n.
    StringPool m_texts;
    std::vector<Record> m_records;
};

/// Compares two texts as a person would order them: runs of digits by value, so that 9.0.0.1 stands before 10.0.0.1;
/// letters without regard to case, unless only the case differs. Negative, zero or positive.
int compareNaturally(std::string_view a, std::string_view b);

/// Tells which records pass a filter. It looks at each text once, however many records share it. Thread: GUI.
class AlertMatcher {
public:
    explicit AlertMatcher(const AlertRecords &records) : m_records(records) {}

    void setFilter(const AlertFilter &filter);
    const AlertFilter &filter() const { return m_filter; }
    /// Forgets what it knew of texts: for when the records were cleared.
    void forget();

    /// Whether a record passes everything but the choice of severities.
    bool passesBase(const AlertRecords::Record &record, std::string_view id) const;
    bool passes(const AlertRecords::Record &record, std::string_view id) const
    {
        return m_filter.severities[static_cast<std::size_t>(record.severity)] && passesBase(record, id);
    }

private:
    struct Word {
        QString text;
        std::vector<std::uint8_t> known; ///< By text number: 0 not looked at yet, 1 lacks the word, 2 has it.
        std::array<bool, 16> types{};    ///< By AlertType: its name or words have it.
        std::array<bool, 4> severities{};
        std::array<bool, 2> statuses{};  ///< Active, acknowledged.
    };
    bool textHas(Word &word, AlertRecords::Text text) const;
    bool wordPasses(Word &word, const AlertRecords::Record &record, std::string_view id) const;

    const AlertRecords &m_records;
    AlertFilter m_filter;
    mutable std::vector<Word> m_words; ///< With what was found out so far.
};

} // namespace bartizan
