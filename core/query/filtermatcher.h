// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securityalert.h"
#include "core/query/filter.h"
#include "core/query/filterwords.h"
#include "core/query/textneedle.h"

#include <span>

namespace bartizan {

/// One term of a filter, made ready to look at many rows. Which of the questions is the right one says the field; the
/// answers disregard negation. Thread: any, once made.
class FilterTest {
public:
    FilterTest(const FilterTerm &term, FilterSubject subject, const FilterMoment &moment);

    FilterField field() const { return m_field; }
    bool negated() const { return m_negated; }
    /// Of a choice: by the number of the value.
    bool hasChoice(unsigned value) const { return (m_choices >> value & 1U) != 0; }
    /// Of a field that has several values at once, such as statusMask(): one bit each.
    bool hasAnyChoice(std::uint32_t values) const { return (m_choices & values) != 0; }
    /// Of a count, and of a time.
    bool hasNumber(std::int64_t number) const;
    /// Of a text or an address; one of free words, whether this text has one. An empty text is an absent one.
    bool hasText(std::string_view text) const;
    /// Whether hasText() asks for bytes that stand together, any of these: then many texts can be searched as one.
    bool isOfBytes() const;
    std::span<const TextNeedle> needles() const { return m_needles; }
    /// Whether a text that is made of these bytes could be one that hasText() is true of; false is certain.
    bool mayHaveText(const std::bitset<256> &bytes) const;

private:
    FilterField m_field;
    bool m_negated;
    std::uint32_t m_choices = 0;
    std::int64_t m_least;
    std::int64_t m_most;
    std::vector<std::int64_t> m_numbers; ///< Any of these; empty: anything from least to most.
    std::vector<TextNeedle> m_needles;
    std::vector<IpNetwork> m_networks;
};

/// Whether a filter about alerts asks for muted ones: by the word for them, or by a mute. Any other leaves them out.
bool showsMuted(const Filter &filter);

/// Tells which alerts or which events pass a filter. Thread: any, once made.
class FilterMatcher {
public:
    FilterMatcher(const Filter &filter, FilterSubject subject, const FilterMoment &moment);

    bool matches(const SecurityAlert &alert) const;
    /// `country`: what was looked up for an event that names none.
    bool matches(const AuditEvent &event, std::string_view country = {}) const;
    std::span<const FilterTest> tests() const { return m_tests; }

private:
    std::vector<FilterTest> m_tests;
    bool m_showsMuted;
};

} // namespace bartizan
