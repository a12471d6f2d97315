// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filtermatcher.h"
#include "ui/models/alertrecords.h"

#include <array>
#include <bitset>
#include <span>
#include <vector>

namespace bartizan {

/// Tells which records pass a filter. It looks at each text once, however many records share it, and is quickest with many
/// records at a time. Thread: GUI.
class AlertMatcher {
public:
    /// What a record passes, as bits.
    enum Passes : std::uint8_t {
        Nothing = 0,
        AllButSeverity = 1, ///< Everything but what the filter says of severities: for their counts.
        Everything = 3
    };

    explicit AlertMatcher(const AlertRecords &records) : m_records(&records) {}

    /// `moment`: what its times are counted from.
    void setFilter(const Filter &filter, const FilterMoment &moment);
    const Filter &filter() const { return m_filter; }
    const FilterMoment &moment() const { return m_moment; }
    /// Goes on with other records, and forgets what it knew of the texts.
    void setRecords(const AlertRecords &records);

    std::uint8_t passes(AlertRecords::Number number) const;
    /// What each of some records passes, from the first one on.
    void pass(AlertRecords::Number first, std::span<std::uint8_t> passes) const;

private:
    using Number = AlertRecords::Number;
    using Pool = AlertRecords::Pool;
    using Record = AlertRecords::Record;
    using Name = AlertRecords::Name;
    using Detail = AlertRecords::Detail;
    using Text = AlertRecords::Text;

    /// What was found out of the texts of a pool.
    struct Known {
        std::vector<std::uint8_t> texts; ///< Each: 0 not looked at, 1 no, 2 yes, 3 as the record has it.
        std::size_t lookedAt = 0; ///< How many there were when it was found out
        bool none = false;        ///< whether it is certain that none has it.
    };
    /// How a free word could stand across the border of a value that a record puts into its details.
    struct Border {
        packedtext::Crossing crossing;
        std::vector<std::uint8_t> values; ///< By text of the value: 0 not looked at, or what is known of it.
    };
    /// A term, with what was found out so far.
    struct Test {
        FilterTest test;
        std::array<Known, AlertRecords::kPools> known{};
        std::uint32_t types = 0;      ///< Free words: the types whose names have them, by their bits.
        std::uint32_t severities = 0; ///< Likewise.
        std::uint32_t statuses = 0;   ///< Likewise, by AlertRecords::Record::statusPlace().
        std::bitset<256> idBytes{};   ///< Free words: those of ids, when
        bool inIds = false;           ///< this was found out: whether ids need be looked at.
        std::vector<std::uint8_t> ids{}; ///< By record: as Known::texts.
        std::vector<std::string> words{}; ///< Free words, as they are asked for.
        std::vector<Border> borders{};    ///< Each once.
        /// By details: which of these sets of borders a word could stand across there, and the sets.
        std::vector<std::uint32_t> crossed{};
        std::vector<std::vector<std::uint32_t>> sets{};
        std::vector<std::uint8_t> found{}; ///< Of the records that are being looked at.
    };
    static Test makeTest(const FilterTest &test, const FilterTerm &term);
    static void noteStatus(Test &test, AlertStatus status, std::optional<AlertDisposition> disposition);
    static void lookAt(const Test &test, const StringPool &texts, Text text, std::vector<std::uint8_t> &known);
    template<typename EndOf>
    static void lookAtPiece(const FilterTest &asked, std::string_view piece, EndOf endOf, std::span<std::uint8_t> known);
    void lookAtIds(const Test &test, Number first, std::span<std::uint8_t> known) const;
    std::uint8_t knownOf(Test &test, Pool pool, Text text) const;
    bool nothingHas(Test &test, Pool pool) const;
    bool hasText(Test &test, Pool pool, Text text) const;
    std::uint8_t lookAtDetails(Test &test, Text text) const;
    bool hasDetails(Test &test, Number number, Text text) const;
    bool hasAcross(Test &test, Number number, Text text) const;
    template<typename Holds>
    static void narrow(const Test &test, std::span<std::uint8_t> passes, Holds holds);
    void narrowBy(Test &test, Number first, std::span<std::uint8_t> passes) const;
    void narrowByWords(Test &test, Number first, std::span<std::uint8_t> passes) const;
    void findInRests(Test &test, Number first, std::span<std::uint8_t> found) const;
    void findInIds(Test &test, Number first, std::span<std::uint8_t> found) const;

    const AlertRecords *m_records;
    Filter m_filter;
    FilterMoment m_moment;
    bool m_showsMuted = false; ///< What is muted passes only a filter that asks for it.
    mutable std::vector<Test> m_tests;
};

} // namespace bartizan
