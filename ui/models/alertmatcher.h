// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/query/filtermatcher.h"
#include "ui/models/alertrecords.h"

#include <array>
#include <bitset>
#include <unordered_map>
#include <vector>

namespace bartizan {

/// Tells which records pass a filter. It looks at each text once, however many records share it. Thread: GUI.
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
    /// Goes on with other records, and forgets what it knew of the texts.
    void setRecords(const AlertRecords &records);

    std::uint8_t passes(AlertRecords::Number number) const;

private:
    using Pool = AlertRecords::Pool;
    using Text = AlertRecords::Text;

    /// What was found out of the texts of a pool.
    struct Known {
        std::vector<std::uint8_t> texts; ///< Each: 0 not looked at, 1 no, 2 yes, 3 as the record has it.
        std::size_t lookedAt = 0; ///< How many there were when it was found out
        bool none = false;        ///< whether it is certain that none has it.
    };
    /// A term, with what was found out so far.
    struct Test {
        FilterTest test;
        std::array<Known, AlertRecords::kPools> known;
        std::uint32_t types = 0;      ///< Free words: the types whose names have them, by their bits.
        std::uint32_t severities = 0; ///< Likewise.
        std::uint32_t statuses = 0;   ///< Likewise, by AlertRecords::Record::statusPlace().
        std::bitset<256> idBytes;     ///< Free words: those of ids, when
        bool inIds = false;           ///< this was found out: whether ids need be looked at.
        std::vector<std::string> words; ///< Free words, as they are asked for.
        /// What it takes of a record's values that they could stand across their borders; by details.
        std::unordered_map<Text, std::vector<packedtext::Crossing>> crossings;
    };
    static Test makeTest(const FilterTest &test, const FilterTerm &term);
    static void noteStatus(Test &test, AlertStatus status, std::optional<AlertDisposition> disposition);
    std::uint8_t knownOf(Test &test, Pool pool, Text text) const;
    bool nothingHas(Test &test, Pool pool) const;
    bool hasText(Test &test, Pool pool, Text text) const;
    bool hasDetails(Test &test, AlertRecords::Number number, Text text) const;
    std::uint8_t lookAtDetails(Test &test, Text text) const;
    bool hasWord(Test &test, AlertRecords::Number number) const;
    bool hasWordInId(Test &test, AlertRecords::Number number) const;
    bool holds(Test &test, AlertRecords::Number number) const;

    const AlertRecords *m_records;
    Filter m_filter;
    bool m_showsMuted = false; ///< What is muted passes only a filter that asks for it.
    mutable std::vector<Test> m_tests;
};

} // namespace bartizan
