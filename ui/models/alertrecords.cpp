// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertrecords.h"

#include "ui/models/keyorder.h"
#include "ui/models/merging.h"
#include "ui/theme/format.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace bartizan {
namespace {

/// Not a megabyte that a log brought.
constexpr std::size_t kSearchedMetadata = 4096;

std::string_view viewOf(const std::optional<std::string> &text)
{
    return text ? std::string_view(*text) : std::string_view();
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// The run of digits at `at`, without leading zeros; `at` moves behind it.
std::string_view digitsAt(std::string_view text, std::size_t &at)
{
    while (at < text.size() && text[at] == '0')
        ++at;
    const std::size_t start = at;
    while (at < text.size() && isDigit(text[at]))
        ++at;
    return text.substr(start, at - start);
}

/// The place of a type among the words for all types, in order of the alphabet.
std::size_t placeOf(AlertType type)
{
    static const auto places = [] {
        std::vector<std::pair<QString, std::size_t>> words;
        for (std::size_t i = 0; i < enumCount<AlertType>(); ++i)
            words.emplace_back(format::alertType(static_cast<AlertType>(i)), i);
        std::sort(words.begin(), words.end());
        std::vector<std::size_t> result(words.size());
        for (std::size_t i = 0; i < words.size(); ++i)
            result[words[i].second] = i;
        return result;
    }();
    return places[static_cast<std::size_t>(type)];
}

/// Row keys of examples: nobody looks for them, and they would make the texts of all alerts different.
constexpr std::string_view kExamples = "\"exampleEvents\":[";

std::string searchedText(const SecurityAlert &alert)
{
    std::string text(viewOf(alert.context.platformUserId));
    if (!text.empty())
        text.push_back('\n');
    return text + searchedMetadata(alert.metadata);
}

} // namespace

std::string searchedMetadata(std::string_view metadata)
{
    metadata = metadata.substr(0, kSearchedMetadata);
    const std::size_t examples = metadata.find(kExamples);
    std::string text(metadata.substr(0, examples));
    if (examples != std::string_view::npos) {
        const std::size_t end = metadata.find(']', examples);
        text.append(end == std::string_view::npos ? std::string_view() : metadata.substr(end + 1));
    }
    return text;
}

int compareNaturally(std::string_view a, std::string_view b)
{
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const std::string_view left = digitsAt(a, i);
            const std::string_view right = digitsAt(b, j);
            if (left.size() != right.size())
                return left.size() < right.size() ? -1 : 1;
            if (const int byDigits = left.compare(right))
                return byDigits;
            continue;
        }
        const auto left = static_cast<unsigned char>(lower(a[i++]));
        const auto right = static_cast<unsigned char>(lower(b[j++]));
        if (left != right)
            return left < right ? -1 : 1;
    }
    if (i < a.size() || j < b.size())
        return i < a.size() ? 1 : -1;
    return a.compare(b);
}

unsigned AlertRecords::Record::statusPlace() const
{
    if (isMuted())
        return kStatusPlaces - 1;
    switch (status) {
    case AlertStatus::New: return 0;
    case AlertStatus::Escalated: return 1;
    case AlertStatus::Acknowledged: return 2;
    case AlertStatus::Resolved: break;
    }
    return disposition ? 4 + static_cast<unsigned>(*disposition) : 3;
}

AlertRecords::Number AlertRecords::put(const SecurityAlert &alert)
{
    const Number number = m_ids.intern(alert.id);
    if (number >= m_records.size())
        m_records.push_back({});
    Record &record = m_records[number];
    record.timestamp = alert.timestamp;
    record.repeats = alert.repeats;
    record.title = keep(Pool::Titles, alert.title);
    record.address = keep(Pool::Addresses, viewOf(alert.context.ipAddress));
    record.country = keep(Pool::Countries, viewOf(alert.context.country));
    record.user = keep(Pool::Users, viewOf(alert.context.userId));
    record.owner = keep(Pool::Owners, viewOf(alert.owner));
    record.mute = keep(Pool::Names, viewOf(alert.mute));
    record.severity = alert.severity;
    record.type = alert.type;
    record.status = alert.status;
    record.disposition = alert.disposition;
    record.acknowledged = alert.acknowledged;
    putRest(number, alert);
    return number;
}

void AlertRecords::putRest(Number number, const SecurityAlert &alert)
{
    set(Moment::Acknowledged, number, alert.acknowledgedAt.value_or(0));
    set(Moment::Resolved, number, alert.resolvedAt.value_or(0));
    set(Moment::LastRepeat, number, alert.lastRepeatAt.value_or(0));
    const auto setName = [&](Name of, std::string_view name) { set(of, number, keep(Pool::Names, name)); };
    setName(Name::Company, viewOf(alert.context.companyId));
    setName(Name::AcknowledgedBy, viewOf(alert.acknowledgedBy));
    setName(Name::ResolvedBy, viewOf(alert.resolvedBy));
    setName(Name::Rule, alert.rule);
    setName(Name::Session, viewOf(alert.context.sessionId));
    setName(Name::Request, viewOf(alert.context.requestId));
    setName(Name::Agent, viewOf(alert.context.userAgent));
    set(Detail::Description, number, keepDetails(alert.description, alert));
    set(Detail::More, number, keepDetails(searchedText(alert), alert));
}

AlertRecords::Text AlertRecords::keepDetails(std::string_view text, const SecurityAlert &alert)
{
    return keep(Pool::Details, packedtext::pack(text, std::array{viewOf(alert.context.ipAddress), viewOf(alert.context.userId)}));
}

std::string AlertRecords::unpacked(Number number, Text details) const
{
    return packedtext::unpack(text(Pool::Details, details), shared(number));
}

std::array<std::string_view, packedtext::kMostValues> AlertRecords::shared(Number number) const
{
    const Record &record = m_records[number];
    return {text(Pool::Addresses, record.address), text(Pool::Users, record.user)};
}

AlertRecords::Record AlertRecords::withTextsOf(const AlertRecords &others, Record record)
{
    const auto kept = [&](Pool pool, Text text) { return keep(pool, others.text(pool, text)); };
    record.title = kept(Pool::Titles, record.title);
    record.address = kept(Pool::Addresses, record.address);
    record.country = kept(Pool::Countries, record.country);
    record.user = kept(Pool::Users, record.user);
    record.owner = kept(Pool::Owners, record.owner);
    record.mute = kept(Pool::Names, record.mute);
    return record;
}

AlertRecords::Number AlertRecords::take(const AlertRecords &others, Number number)
{
    const Number taken = m_ids.intern(others.id(number));
    const auto kept = [&](Pool pool, Text text) { return keep(pool, others.text(pool, text)); };
    m_records.push_back(withTextsOf(others, others[number]));
    for (std::size_t i = 0; i < kNames; ++i)
        m_names[i].set(taken, kept(Pool::Names, others.m_names[i][number]));
    for (std::size_t i = 0; i < kMoments; ++i)
        m_moments[i].set(taken, others.m_moments[i][number]);
    for (std::size_t i = 0; i < kDetails; ++i)
        m_details[i].set(taken, kept(Pool::Details, others.m_details[i][number]));
    return taken;
}

std::optional<AlertRecords::Number> AlertRecords::find(std::string_view id) const
{
    return id.empty() ? std::nullopt : m_ids.find(id);
}

std::uint64_t AlertRecords::keyOf(const Record &record, Key key) const
{
    switch (key) {
    case Key::Severity: return static_cast<std::uint64_t>(record.severity);
    case Key::Time: return static_cast<std::uint64_t>(record.timestamp) ^ (std::uint64_t{1} << 63); // Negative ones first.
    case Key::Type: return placeOf(record.type);
    case Key::Title: return rank(Pool::Titles, record.title);
    case Key::Address: return rank(Pool::Addresses, record.address);
    case Key::Country: return rank(Pool::Countries, record.country);
    case Key::User: return rank(Pool::Users, record.user);
    case Key::Count: return static_cast<std::uint64_t>(record.repeats);
    case Key::Owner: return rank(Pool::Owners, record.owner);
    case Key::Status: return record.statusPlace();
    }
    return 0;
}

bool AlertRecords::before(Number a, Number b, Key key, bool descending) const
{
    return before(a, m_records[a], b, m_records[b], key, descending);
}

bool AlertRecords::before(Number a, const Record &left, Number b, const Record &right, Key key, bool descending) const
{
    const std::uint64_t leftKey = keyOf(left, key);
    const std::uint64_t rightKey = keyOf(right, key);
    if (leftKey != rightKey)
        return descending ? leftKey > rightKey : leftKey < rightKey;
    if (left.timestamp != right.timestamp)
        return left.timestamp > right.timestamp;
    return m_ids.before(a, b);
}

bool AlertRecords::isSamePlace(const Record &left, const Record &right, Key key) const
{
    if (left.timestamp != right.timestamp)
        return false;
    switch (key) { // Texts that are new have no rank yet.
    case Key::Title: return left.title == right.title;
    case Key::Address: return left.address == right.address;
    case Key::Country: return left.country == right.country;
    case Key::User: return left.user == right.user;
    case Key::Owner: return left.owner == right.owner;
    default: return keyOf(left, key) == keyOf(right, key);
    }
}

AlertRecords::Keys::Keys(const AlertRecords &records, Key key)
    : m_records(&records)
    , m_key(key)
{
    static constexpr std::array<std::pair<Key, Pool>, kSortedPools> kTexts{
        {{Key::Title, Pool::Titles}, {Key::Address, Pool::Addresses}, {Key::Country, Pool::Countries}, {Key::User, Pool::Users},
         {Key::Owner, Pool::Owners}}};
    const auto text = std::find_if(kTexts.begin(), kTexts.end(), [key](const auto &pair) { return pair.first == key; });
    if (text != kTexts.end())
        m_ranks = records.m_ranks[static_cast<std::size_t>(text->second)];
}

void AlertRecords::Keys::takeUpperHalf()
{
    m_upper = true;
    m_isHalf = false;
}

void AlertRecords::Keys::operator()(std::span<const Number> numbers, std::uint32_t *to)
{
    const auto each = [&](auto find) {
        for (const Number number : numbers)
            *to++ = find((*m_records)[number]);
    };
    const auto ranked = [&](Text Record::*field) {
        each([ranks = std::span<const std::uint32_t>(m_ranks), field](const Record &record) {
            return record.*field < ranks.size() ? ranks[record.*field] : 0;
        });
    };
    switch (m_key) {
    case Key::Title: return ranked(&Record::title);
    case Key::Address: return ranked(&Record::address);
    case Key::Country: return ranked(&Record::country);
    case Key::User: return ranked(&Record::user);
    case Key::Owner: return ranked(&Record::owner);
    case Key::Type: return each([](const Record &record) { return static_cast<std::uint32_t>(placeOf(record.type)); });
    case Key::Severity: return each([](const Record &record) { return static_cast<std::uint32_t>(record.severity); });
    case Key::Status: return each([](const Record &record) { return record.statusPlace(); });
    case Key::Time:
    case Key::Count: break;
    }
    std::uint64_t all = 0;
    each([&all, shift = m_upper ? 32 : 0](const Record &record) {
        all |= static_cast<std::uint64_t>(record.repeats);
        return static_cast<std::uint32_t>(static_cast<std::uint64_t>(record.repeats) >> shift);
    });
    m_isHalf = m_isHalf || (!m_upper && all >> 32 != 0);
}

/// Equal keys keep the order in which they came: newest first, as wanted.
std::vector<AlertRecords::Number> AlertRecords::sorted(std::vector<Number> newestFirst, Key key, bool descending) const
{
    const QDeadlineTimer forever(QDeadlineTimer::Forever);
    if (key == Key::Time) {
        std::size_t at = 0;
        if (!descending)
            reverseRuns(newestFirst, at, forever, [this](Number a, Number b) { return m_records[a].timestamp == m_records[b].timestamp; });
        return newestFirst;
    }
    Keys keys(*this, key);
    KeyOrder<Number> order(std::move(newestFirst), descending);
    order.goOn(forever, std::ref(keys));
    if (!keys.isHalf())
        return order.take();
    keys.takeUpperHalf();
    KeyOrder<Number> upper(order.take(), descending);
    upper.goOn(forever, std::ref(keys));
    return upper.take();
}

void AlertRecords::rankTexts()
{
    for (std::size_t i = 0; i < kSortedPools; ++i) {
        std::vector<Text> &byRank = m_byRank[i];
        const StringPool &texts = m_pools[i];
        const std::size_t known = byRank.size();
        if (known == texts.size())
            continue;
        const auto less = [&texts](Text a, Text b) { return compareNaturally(texts.view(a), texts.view(b)) < 0; };
        for (std::size_t text = known; text < texts.size(); ++text)
            byRank.push_back(static_cast<Text>(text));
        const auto middle = byRank.begin() + static_cast<std::ptrdiff_t>(known);
        std::sort(middle, byRank.end(), less);
        std::inplace_merge(byRank.begin(), middle, byRank.end(), less);
        m_ranks[i].resize(byRank.size());
        for (std::size_t place = 0; place < byRank.size(); ++place)
            m_ranks[i][byRank[place]] = static_cast<std::uint32_t>(place);
    }
}

} // namespace bartizan
