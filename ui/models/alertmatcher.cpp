// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertmatcher.h"

#include "ui/models/packedtext.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <numeric>

namespace bartizan {
namespace {

using F = FilterField;

// What is known of a text.
constexpr std::uint8_t kUnknown = 0;
constexpr std::uint8_t kNo = 1;
constexpr std::uint8_t kYes = 2;
constexpr std::uint8_t kByRecord = 3;

/// So many sets of borders are compared with one that may be new.
constexpr std::size_t kLastSets = 16;
/// So many texts are looked at in one go, which takes less than a millisecond.
constexpr std::size_t kFewTexts = 2048;

std::uint8_t knownOfStanding(packedtext::Standing standing)
{
    return standing == packedtext::Standing::Yes ? kYes : standing == packedtext::Standing::No ? kNo : kByRecord;
}

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
    Test made{test};
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
    made.statuses |= hasWord(test, format::mutedStatus()) ? 1U << (AlertRecords::kStatusPlaces - 1) : 0U;
    return made;
}

/// Whether a free word occurs in what a status is called; all that is resolved is called so, too.
void AlertMatcher::noteStatus(Test &test, AlertStatus status, std::optional<AlertDisposition> disposition)
{
    AlertRecords::Record record;
    record.status = status;
    record.disposition = disposition;
    const bool has = hasWord(test.test, format::status(status, disposition))
        || hasWord(test.test, format::status(status));
    test.statuses |= has ? 1U << record.statusPlace() : 0U;
}

void AlertMatcher::setFilter(const Filter &filter, const FilterMoment &moment)
{
    m_filter = filter;
    m_moment = moment;
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
        test.ids.clear();
        test.borders.clear();
        test.crossed.clear();
        test.sets.clear();
    }
}

/// Finds out about texts that stand behind each other in one piece. `endOf`: by their places among them.
template<typename EndOf>
void AlertMatcher::lookAtPiece(const FilterTest &asked, std::string_view piece, EndOf endOf, std::span<std::uint8_t> known)
{
    std::fill(known.begin(), known.end(), kNo);
    for (const TextNeedle &needle : asked.needles()) {
        std::size_t at = 0;
        for (std::size_t place = needle.find(piece, 0); place != std::string_view::npos;) {
            while (endOf(at) <= place)
                ++at;
            const bool inside = place + needle.size() <= endOf(at); // Else it begins in one text and ends in another.
            known[at] = inside ? kYes : known[at];
            place = needle.find(piece, inside ? endOf(at) : place + 1);
        }
    }
}

/// Finds out about a text, and where it is quicker, about those that stand behind it in one piece, too.
void AlertMatcher::lookAt(const Test &test, const StringPool &texts, Text text, std::vector<std::uint8_t> &known)
{
    const FilterTest &asked = test.test;
    if (!asked.isOfBytes()) {
        known[text] = asked.hasText(texts.view(text)) ? kYes : kNo;
        return;
    }
    const char *const begin = texts.view(text).data();
    const auto endOf = [&texts, begin, text](std::size_t one) {
        const std::string_view view = texts.view(text + static_cast<Text>(one));
        return static_cast<std::size_t>(view.data() + view.size() - begin);
    };
    Text last = text;
    while (last + 1 < known.size() && known[last + 1] == kUnknown && texts.standsBehind(last + 1, last))
        ++last;
    const std::size_t count = last + 1 - text;
    lookAtPiece(asked, {begin, endOf(count - 1)}, endOf, std::span(known).subspan(text, count));
}

/// The same of ids, whose texts are written out for it.
void AlertMatcher::lookAtIds(const Test &test, Number first, std::span<std::uint8_t> known) const
{
    const FilterTest &asked = test.test;
    std::string piece;
    std::vector<std::size_t> ends;
    ends.reserve(known.size());
    for (std::size_t i = 0; i < known.size(); ++i) {
        const AlertIds::Id id = m_records->id(first + static_cast<Number>(i));
        if (!asked.isOfBytes())
            known[i] = asked.hasText(id) ? kYes : kNo;
        piece.append(id.text());
        ends.push_back(piece.size());
    }
    if (asked.isOfBytes())
        lookAtPiece(asked, piece, [&ends](std::size_t one) { return ends[one]; }, known);
}

std::uint8_t AlertMatcher::knownOf(Test &test, Pool pool, Text text) const
{
    std::vector<std::uint8_t> &all = test.known[static_cast<std::size_t>(pool)].texts;
    if (all.size() <= text)
        all.resize(m_records->pool(pool).size(), kUnknown);
    if (all[text] == kUnknown && pool == Pool::Details)
        all[text] = lookAtDetails(test, text);
    else if (all[text] == kUnknown)
        lookAt(test, m_records->pool(pool), text, all);
    return all[text];
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
    for (Text text = 1; text < size; ++text)
        known.none = knownOf(test, pool, text) == kNo && known.none;
    return known.none;
}

/// Details that many records share differ by the address and the user only, which narrowByWords() has looked at by themselves.
/// Most often a word cannot reach into these, which is found out once; otherwise it depends on the values.
bool AlertMatcher::hasDetails(Test &test, Number number, Text text) const
{
    if (text == 0)
        return false;
    const std::uint8_t known = knownOf(test, Pool::Details, text);
    return known == kYes || (known == kByRecord && hasAcross(test, number, text));
}

/// Whether a word stands across the border of a value: it is found out once for each value, and where that does not tell, of
/// the whole text.
bool AlertMatcher::hasAcross(Test &test, Number number, Text text) const
{
    const Record &record = (*m_records)[number];
    bool perhaps = false;
    for (const std::uint32_t each : test.sets[test.crossed[text]]) {
        Border &border = test.borders[each];
        const bool isAddress = border.crossing.value == 0; // As AlertRecords::shared() has it.
        const Pool pool = isAddress ? Pool::Addresses : Pool::Users;
        const Text value = isAddress ? record.address : record.user;
        if (border.values.size() <= value)
            border.values.resize(m_records->pool(pool).size(), kUnknown);
        std::uint8_t &known = border.values[value];
        if (known == kUnknown)
            known = knownOfStanding(packedtext::standing(border.crossing, m_records->text(pool, value)));
        if (known == kYes)
            return true;
        perhaps = perhaps || known == kByRecord;
    }
    return perhaps && test.test.hasText(m_records->unpacked(number, text));
}

std::uint8_t AlertMatcher::lookAtDetails(Test &test, Text text) const
{
    const std::string_view packed = m_records->text(Pool::Details, text);
    if (packedtext::anyPiece(packed, [&test](std::string_view piece) { return test.test.hasText(piece); }))
        return kYes;
    std::vector<std::uint32_t> own;
    for (const std::string &word : test.words) {
        for (packedtext::Crossing &crossing : packedtext::crossings(packed, word)) {
            const auto same = std::find_if(test.borders.begin(), test.borders.end(),
                                           [&crossing](const Border &border) { return border.crossing == crossing; });
            own.push_back(static_cast<std::uint32_t>(same - test.borders.begin()));
            if (same == test.borders.end())
                test.borders.push_back({std::move(crossing), {}});
        }
    }
    if (own.empty())
        return kNo;
    // Details are much alike: most often it is one of the last sets.
    const auto last = test.sets.rbegin() + static_cast<std::ptrdiff_t>(std::min(test.sets.size(), kLastSets));
    const auto same = std::find(test.sets.rbegin(), last, own);
    if (test.crossed.size() <= text)
        test.crossed.resize(m_records->pool(Pool::Details).size());
    test.crossed[text] = static_cast<std::uint32_t>(same == last ? test.sets.size() : test.sets.rend() - same - 1);
    if (same == last)
        test.sets.push_back(std::move(own));
    return kByRecord;
}

/// What stands apart from the records is fetched only where it can matter.
void AlertMatcher::findInRests(Test &test, Number first, std::span<std::uint8_t> found) const
{
    const bool names = !nothingHas(test, Pool::Names);
    const bool details = !nothingHas(test, Pool::Details);
    if (!names && !details)
        return;
    // Of few names each was looked at, and may be asked for without another look.
    std::vector<std::uint8_t> &all = test.known[static_cast<std::size_t>(Pool::Names)].texts;
    all.resize(m_records->pool(Pool::Names).size(), kUnknown);
    const bool few = all.size() <= kFewTexts;
    const auto isNamed = [&](Number number) {
        static constexpr std::array kAll{Name::Company, Name::AcknowledgedBy, Name::ResolvedBy, Name::Rule,
                                         Name::Session, Name::Request, Name::Agent};
        if (!few)
            return std::any_of(kAll.begin(), kAll.end(), [&](Name of) { return hasText(test, Pool::Names, m_records->name(of, number)); });
        const std::uint8_t any = std::accumulate(kAll.begin(), kAll.end(), kUnknown, [&](std::uint8_t so, Name of) {
            return static_cast<std::uint8_t>(so | all[m_records->name(of, number)]);
        });
        return (any & kYes) != 0;
    };
    const auto has = [&](Number number) {
        return (names && isNamed(number))
            || (details && (hasDetails(test, number, m_records->detail(Detail::Description, number))
                            || hasDetails(test, number, m_records->detail(Detail::More, number))));
    };
    for (std::uint8_t &one : found) {
        one = one != 0 || has(first) ? 1 : 0;
        ++first;
    }
}

/// Most words are made of other letters than ids, each of which would have to be searched.
void AlertMatcher::findInIds(Test &test, Number first, std::span<std::uint8_t> found) const
{
    if (test.idBytes != m_records->ids().bytes()) {
        test.idBytes = m_records->ids().bytes();
        test.inIds = test.test.mayHaveText(test.idBytes);
    }
    if (!test.inIds)
        return;
    test.ids.resize(m_records->size(), kUnknown);
    const std::span<std::uint8_t> ids = std::span(test.ids).subspan(first, found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i] == 0 && ids[i] == kUnknown) // All at once is quickest.
            lookAtIds(test, first + static_cast<Number>(i), ids.subspan(i));
        found[i] = found[i] != 0 || ids[i] == kYes ? 1 : 0;
    }
}

/// Leaves those that do not hold, or do where they are not to, no more than a filter leaves them without its severities.
template<typename Holds>
void AlertMatcher::narrow(const Test &test, std::span<std::uint8_t> passes, Holds holds)
{
    const bool negated = test.test.negated();
    const std::uint8_t failed = test.test.field() == F::Severity ? AllButSeverity : Nothing;
    for (std::size_t i = 0; i < passes.size(); ++i) {
        if (passes[i] != Nothing && holds(i) == negated)
            passes[i] &= failed;
    }
}

/// One kind of text after the other: what is looked at stays at hand.
void AlertMatcher::narrowByWords(Test &test, Number first, std::span<std::uint8_t> passes) const
{
    test.found.resize(passes.size()); // Those that are out already need not be looked at.
    std::transform(passes.begin(), passes.end(), test.found.begin(), [](std::uint8_t one) { return one == Nothing ? 1 : 0; });
    const std::span<std::uint8_t> found = test.found;
    const auto find = [&](auto has) {
        for (std::size_t i = 0; i < found.size(); ++i)
            found[i] = found[i] != 0 || has((*m_records)[first + static_cast<Number>(i)]) ? 1 : 0;
    };
    const auto findIn = [&](Pool pool, Text Record::*field) {
        if (!nothingHas(test, pool))
            find([&, pool, field](const Record &record) { return hasText(test, pool, record.*field); });
    };
    if ((test.types | test.severities | test.statuses) != 0) {
        find([&test](const Record &record) {
            return (test.types >> static_cast<unsigned>(record.type) & 1U) != 0
                || (test.severities >> static_cast<unsigned>(record.severity) & 1U) != 0
                || (test.statuses >> record.statusPlace() & 1U) != 0;
        });
    }
    findIn(Pool::Titles, &Record::title);
    findIn(Pool::Addresses, &Record::address);
    findIn(Pool::Users, &Record::user);
    findIn(Pool::Countries, &Record::country);
    findIn(Pool::Owners, &Record::owner);
    findInRests(test, first, found);
    findInIds(test, first, found);
    narrow(test, passes, [found](std::size_t i) { return found[i] != 0; });
}

void AlertMatcher::narrowBy(Test &test, Number first, std::span<std::uint8_t> passes) const
{
    const auto of = [&](auto holds) {
        narrow(test, passes, [&, holds](std::size_t i) { return holds((*m_records)[first + static_cast<Number>(i)]); });
    };
    const auto text = [&](Pool pool, Text Record::*field) {
        of([&, pool, field](const Record &record) { return hasText(test, pool, record.*field); });
    };
    const auto name = [&](Name of) {
        narrow(test, passes, [&, of](std::size_t i) {
            return hasText(test, Pool::Names, m_records->name(of, first + static_cast<Number>(i)));
        });
    };
    const FilterTest &asked = test.test;
    switch (asked.field()) {
    case F::Severity: return of([&](const Record &record) { return asked.hasChoice(static_cast<unsigned>(record.severity)); });
    case F::Type: return of([&](const Record &record) { return asked.hasChoice(static_cast<unsigned>(record.type)); });
    case F::Status:
        return of([&](const Record &record) {
            return asked.hasAnyChoice(statusMask(record.status, record.acknowledged, record.isMuted()));
        });
    case F::Disposition:
        return of([&](const Record &record) {
            return record.disposition && asked.hasChoice(static_cast<unsigned>(*record.disposition));
        });
    case F::Count: return of([&](const Record &record) { return asked.hasNumber(record.repeats + 1); });
    case F::Since:
    case F::Until: return of([&](const Record &record) { return asked.hasNumber(record.timestamp); });
    case F::Title: return text(Pool::Titles, &Record::title);
    case F::Address: return text(Pool::Addresses, &Record::address);
    case F::Country: return text(Pool::Countries, &Record::country);
    case F::User: return text(Pool::Users, &Record::user);
    case F::Owner: return text(Pool::Owners, &Record::owner);
    case F::Mute: return text(Pool::Names, &Record::mute);
    case F::Company: return name(Name::Company);
    case F::Rule: return name(Name::Rule);
    case F::Session: return name(Name::Session);
    case F::Request: return name(Name::Request);
    case F::Agent: return name(Name::Agent);
    case F::Text: return narrowByWords(test, first, passes);
    default: return of([](const Record &) { return false; }); // Fields that alerts do not have are no part of a filter about them.
    }
}

void AlertMatcher::pass(Number first, std::span<std::uint8_t> passes) const
{
    std::fill(passes.begin(), passes.end(), Everything);
    for (std::size_t i = 0; i < passes.size() && !m_showsMuted; ++i)
        passes[i] = (*m_records)[first + static_cast<Number>(i)].isMuted() ? Nothing : Everything;
    for (Test &test : m_tests)
        narrowBy(test, first, passes);
}

std::uint8_t AlertMatcher::passes(Number number) const
{
    std::uint8_t one = Nothing;
    pass(number, {&one, 1});
    return one;
}

} // namespace bartizan
