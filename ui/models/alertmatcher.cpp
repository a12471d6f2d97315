// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertmatcher.h"

#include "ui/models/packedtext.h"
#include "ui/theme/format.h"

#include <algorithm>

namespace bartizan {
namespace {

using F = FilterField;

// What is known of a text.
constexpr std::uint8_t kUnknown = 0;
constexpr std::uint8_t kNo = 1;
constexpr std::uint8_t kYes = 2;
constexpr std::uint8_t kByRecord = 3;

/// So many texts are looked at in one go, which takes less than a millisecond.
constexpr std::size_t kFewTexts = 2048;

bool hasWord(const FilterTest &test, const QString &shown)
{
    return test.hasText(shown.toStdString());
}

template<typename E>
bool hasName(const FilterTest &test, E value, const QString &shown)
{
    return test.hasText(toString(value)) || hasWord(test, shown);
}

} // namespace

AlertMatcher::Test AlertMatcher::makeTest(const FilterTest &test, const FilterTerm &term)
{
    Test made{test, {}, 0, 0, 0, {}, false, {}, {}};
    if (test.field() != F::Text)
        return made;
    for (const FilterWord &word : term.words)
        made.words.push_back(word.text.toStdString());
    for (unsigned i = 0; i < enumCount<AlertType>(); ++i) {
        const auto type = static_cast<AlertType>(i);
        made.types |= hasName(test, type, format::alertType(type)) ? 1U << i : 0U;
    }
    for (unsigned i = 0; i < enumCount<AlertSeverity>(); ++i) {
        const auto severity = static_cast<AlertSeverity>(i);
        made.severities |= hasName(test, severity, format::severity(severity)) ? 1U << i : 0U;
    }
    for (unsigned i = 0; i < enumCount<AlertStatus>(); ++i)
        noteStatus(made, static_cast<AlertStatus>(i), {});
    for (unsigned i = 0; i < enumCount<AlertDisposition>(); ++i)
        noteStatus(made, AlertStatus::Resolved, static_cast<AlertDisposition>(i));
    made.statuses |= bartizan::hasWord(test, format::mutedStatus()) ? 1U << (AlertRecords::kStatusPlaces - 1) : 0U;
    return made;
}

/// Whether a free word occurs in what a status is called; all that is resolved is called so, too.
void AlertMatcher::noteStatus(Test &test, AlertStatus status, std::optional<AlertDisposition> disposition)
{
    AlertRecords::Record record;
    record.status = status;
    record.disposition = disposition;
    const bool has = bartizan::hasWord(test.test, format::status(status, disposition))
        || bartizan::hasWord(test.test, format::status(status));
    test.statuses |= has ? 1U << record.statusPlace() : 0U;
}

void AlertMatcher::setFilter(const Filter &filter, const FilterMoment &moment)
{
    m_filter = filter;
    m_showsMuted = showsMuted(filter);
    m_tests.clear();
    const FilterMatcher matcher(filter, FilterSubject::Alerts, moment);
    for (std::size_t i = 0; i < filter.terms.size(); ++i) // A test each.
        m_tests.push_back(makeTest(matcher.tests()[i], filter.terms[i]));
}

void AlertMatcher::setRecords(const AlertRecords &records)
{
    m_records = &records;
    for (Test &test : m_tests) {
        test.known = {};
        test.crossings.clear();
    }
}

std::uint8_t AlertMatcher::knownOf(Test &test, Pool pool, Text text) const
{
    std::vector<std::uint8_t> &all = test.known[static_cast<std::size_t>(pool)].texts;
    if (all.size() <= text)
        all.resize(m_records->pool(pool).size(), kUnknown);
    std::uint8_t &known = all[text];
    if (known == kUnknown) {
        known = pool == Pool::Details                                 ? lookAtDetails(test, text)
            : test.test.hasText(m_records->text(pool, text)) ? kYes : kNo;
    }
    return known;
}

bool AlertMatcher::hasText(Test &test, Pool pool, Text text) const
{
    return text != 0 && knownOf(test, pool, text) == kYes;
}

/// Whether records need not be asked for their texts of a pool, since none has the word: for want of its letters, or, where
/// there are few texts, as each was looked at.
bool AlertMatcher::nothingHas(Test &test, Pool pool) const
{
    Known &known = test.known[static_cast<std::size_t>(pool)];
    const std::size_t size = m_records->pool(pool).size();
    if (known.lookedAt == size)
        return known.none;
    known.lookedAt = size;
    // Details are not whole there: their bytes do not tell.
    known.none = pool != Pool::Details && !test.test.mayHaveText(m_records->pool(pool).bytes());
    if (known.none || size > kFewTexts)
        return known.none;
    known.none = true;
    for (Text text = 1; text < size && known.none; ++text)
        known.none = knownOf(test, pool, text) == kNo;
    return known.none;
}

/// Details that many records share differ by the address and the user only, which hasWord() has looked at by themselves.
/// Most often a word cannot reach into these, which is found out once; otherwise those records have to be looked at whose
/// values let it.
bool AlertMatcher::hasDetails(Test &test, AlertRecords::Number number, Text text) const
{
    if (text == 0)
        return false;
    const std::uint8_t known = knownOf(test, Pool::Details, text);
    if (known != kByRecord)
        return known == kYes;
    const auto values = m_records->shared(number);
    const std::vector<packedtext::Crossing> &crossings = test.crossings[text];
    return std::any_of(crossings.begin(), crossings.end(),
                       [&values](const packedtext::Crossing &each) { return isPossible(each, values[each.value]); })
        && test.test.hasText(m_records->unpacked(number, text));
}

std::uint8_t AlertMatcher::lookAtDetails(Test &test, Text text) const
{
    const std::string_view packed = m_records->text(Pool::Details, text);
    if (packedtext::anyPiece(packed, [&test](std::string_view piece) { return test.test.hasText(piece); }))
        return kYes;
    std::vector<packedtext::Crossing> crossings;
    for (const std::string &word : test.words) {
        const auto own = packedtext::crossings(packed, word);
        crossings.insert(crossings.end(), own.begin(), own.end());
    }
    if (crossings.empty())
        return kNo;
    test.crossings.emplace(text, std::move(crossings));
    return kByRecord;
}

bool AlertMatcher::hasWord(Test &test, AlertRecords::Number number) const
{
    const AlertRecords::Record &record = (*m_records)[number];
    if ((test.types >> static_cast<unsigned>(record.type) & 1U) != 0
        || (test.severities >> static_cast<unsigned>(record.severity) & 1U) != 0
        || (test.statuses >> record.statusPlace() & 1U) != 0)
        return true;
    const auto has = [&](Pool pool, Text text) { return !nothingHas(test, pool) && hasText(test, pool, text); };
    if (has(Pool::Titles, record.title) || has(Pool::Addresses, record.address) || has(Pool::Users, record.user)
        || has(Pool::Countries, record.country) || has(Pool::Owners, record.owner))
        return true;
    // What stands apart is fetched only where it can matter.
    if (!nothingHas(test, Pool::Names)) {
        const AlertRecords::Rest &rest = m_records->rest(number);
        for (const Text name : {rest.company, rest.acknowledgedBy, rest.resolvedBy, rest.rule, rest.session, rest.request, rest.agent}) {
            if (hasText(test, Pool::Names, name))
                return true;
        }
    }
    if (!nothingHas(test, Pool::Details)) {
        const AlertRecords::Rest &rest = m_records->rest(number);
        if (hasDetails(test, number, rest.description) || hasDetails(test, number, rest.more))
            return true;
    }
    return hasWordInId(test, number);
}

/// Most words are made of other letters than ids, each of which would have to be searched.
bool AlertMatcher::hasWordInId(Test &test, AlertRecords::Number number) const
{
    if (test.idBytes != m_records->ids().bytes()) {
        test.idBytes = m_records->ids().bytes();
        test.inIds = test.test.mayHaveText(test.idBytes);
    }
    return test.inIds && test.test.hasText(m_records->id(number));
}

bool AlertMatcher::holds(Test &test, AlertRecords::Number number) const
{
    const AlertRecords::Record &record = (*m_records)[number];
    switch (test.test.field()) {
    case F::Severity: return test.test.hasChoice(static_cast<unsigned>(record.severity));
    case F::Type: return test.test.hasChoice(static_cast<unsigned>(record.type));
    case F::Status: return test.test.hasAnyChoice(statusMask(record.status, record.acknowledged, record.isMuted()));
    case F::Disposition:
        return record.disposition && test.test.hasChoice(static_cast<unsigned>(*record.disposition));
    case F::Count: return test.test.hasNumber(record.repeats + 1);
    case F::Since:
    case F::Until: return test.test.hasNumber(record.timestamp);
    case F::Title: return hasText(test, Pool::Titles, record.title);
    case F::Address: return hasText(test, Pool::Addresses, record.address);
    case F::Country: return hasText(test, Pool::Countries, record.country);
    case F::User: return hasText(test, Pool::Users, record.user);
    case F::Company: return hasText(test, Pool::Names, m_records->rest(number).company);
    case F::Owner: return hasText(test, Pool::Owners, record.owner);
    case F::Rule: return hasText(test, Pool::Names, m_records->rest(number).rule);
    case F::Mute: return hasText(test, Pool::Names, record.mute);
    case F::Session: return hasText(test, Pool::Names, m_records->rest(number).session);
    case F::Request: return hasText(test, Pool::Names, m_records->rest(number).request);
    case F::Agent: return hasText(test, Pool::Names, m_records->rest(number).agent);
    case F::Text: return hasWord(test, number);
    default: return false; // Fields that alerts do not have are no part of a filter about them.
    }
}

std::uint8_t AlertMatcher::passes(AlertRecords::Number number) const
{
    if (!m_showsMuted && (*m_records)[number].isMuted())
        return Nothing;
    bool severity = true;
    for (Test &test : m_tests) {
        const bool passed = holds(test, number) != test.test.negated();
        if (passed)
            continue;
        if (test.test.field() != F::Severity)
            return Nothing;
        severity = false;
    }
    return severity ? Everything : AllButSeverity;
}

} // namespace bartizan
