// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plaineventreader.h"

#include <QtEndian>

#include <array>
#include <bit>
#include <cstring>

namespace bartizan {
namespace {

constexpr unsigned kTimestamp = 1;
constexpr unsigned kEventType = 2;
constexpr unsigned kOutcome = 4;
constexpr unsigned kAction = 8;
constexpr unsigned kAllRequired = kTimestamp | kEventType | kOutcome | kAction;

enum class Kind : std::uint8_t { Time, EventType, Outcome, Severity, Text, ErrorMessage, Metadata };

struct Field {
    std::string_view name;
    Kind kind = Kind::Text;
    std::string_view EventView::*member = nullptr;
};

constexpr std::array<Field, 15> kFields{{{"timestamp", Kind::Time},
                                         {"eventType", Kind::EventType},
                                         {"outcome", Kind::Outcome},
                                         {"severity", Kind::Severity},
                                         {"errorMessage", Kind::ErrorMessage},
                                         {"metadata", Kind::Metadata},
                                         {"action", Kind::Text, &EventView::action},
                                         {"userId", Kind::Text, &EventView::userId},
                                         {"companyId", Kind::Text, &EventView::companyId},
                                         {"platformUserId", Kind::Text, &EventView::platformUserId},
                                         {"ipAddress", Kind::Text, &EventView::ipAddress},
                                         {"userAgent", Kind::Text, &EventView::userAgent},
                                         {"country", Kind::Text, &EventView::country},
                                         {"sessionId", Kind::Text, &EventView::sessionId},
                                         {"requestId", Kind::Text, &EventView::requestId}}};

constexpr std::size_t kPlaces = 64;

/// Where a name stands in the table: no two fields share a place.
constexpr std::size_t placeOf(std::string_view name) noexcept
{
    constexpr std::size_t kFactor = 7;
    return (static_cast<unsigned char>(name[0]) + kFactor * name.size()) % kPlaces;
}

/// By place, which field may stand there, from 1; 0: none.
constexpr std::array<std::uint8_t, kPlaces> fieldsByPlace()
{
    std::array<std::uint8_t, kPlaces> table{};
    for (std::size_t i = 0; i < kFields.size(); ++i)
        table[placeOf(kFields[i].name)] = static_cast<std::uint8_t>(i + 1);
    return table;
}
constexpr std::array<std::uint8_t, kPlaces> kByPlace = fieldsByPlace();

constexpr bool placesDiffer()
{
    for (std::size_t i = 0; i < kFields.size(); ++i) {
        if (kByPlace[placeOf(kFields[i].name)] != i + 1)
            return false;
    }
    return true;
}
static_assert(placesDiffer());

/// The field of a name that is not empty; kFields.size() when there is none.
std::size_t fieldOf(std::string_view name) noexcept
{
    const std::size_t field = kByPlace[placeOf(name)];
    return field != 0 && kFields[field - 1].name == name ? field - 1 : kFields.size();
}

constexpr std::uint64_t repeated(unsigned char byte) noexcept
{
    return 0x0101'0101'0101'0101u * byte;
}
constexpr std::uint64_t kHighBits = repeated(0x80);

/// The high bit of each byte that is zero, and perhaps of others above the first of them.
std::uint64_t zeroBytes(std::uint64_t word) noexcept
{
    return (word - repeated(1)) & ~word & kHighBits;
}

/// Where the text behind an opening quote ends, which is at its closing quote; nullptr when something else than
/// printable ASCII or an escape comes first. Reads eight bytes at a time (after "Bit Twiddling Hacks", S. E. Anderson);
/// a zero behind the line ends it at the latest.
const char *endOfText(const char *at) noexcept
{
    for (;; at += sizeof(std::uint64_t)) {
        const auto word = qFromLittleEndian<quint64>(at);
        const std::uint64_t quotes = zeroBytes(word ^ repeated('"'));
        const std::uint64_t escapes = zeroBytes(word ^ repeated('\\'));
        const std::uint64_t controls = (word - repeated(0x20)) & ~word & kHighBits;
        const std::uint64_t ends = quotes | escapes | controls | (word & kHighBits);
        if (ends != 0) {
            at += std::countr_zero(ends) / 8;
            return *at == '"' ? at : nullptr;
        }
    }
}

const char *pastBlanks(const char *at) noexcept
{
    while (*at == ' ' || *at == '\t' || *at == '\r')
        ++at;
    return at;
}

/// Behind an integer that is written as JSON writes it and fits into 64 bits; nullptr when there is none.
const char *endOfInteger(const char *at) noexcept
{
    constexpr std::ptrdiff_t kMostDigits = 18;
    const bool negative = *at == '-';
    const char *const first = negative ? at + 1 : at;
    const char *end = first;
    while (*end >= '0' && *end <= '9')
        ++end;
    if (end == first || end - first > kMostDigits || (*first == '0' && (end - first > 1 || negative)))
        return nullptr;
    return end;
}

bool startsWith(const char *at, std::string_view word) noexcept
{
    return std::memcmp(at, word.data(), word.size()) == 0;
}

/// Behind a JSON value that is written without blanks, escapes, fractions and whatever is not ASCII: writing it anew
/// would give the same text. nullptr when there is none, or one in more than `depth` containers.
const char *endOfPlainValue(const char *at, int depth) noexcept
{
    if (*at == '"') {
        at = endOfText(at + 1);
        return at == nullptr ? nullptr : at + 1;
    }
    for (const std::string_view word : {std::string_view("true"), std::string_view("false"), std::string_view("null")}) {
        if (startsWith(at, word))
            return at + word.size();
    }
    const bool object = *at == '{';
    if (!object && *at != '[')
        return endOfInteger(at);
    const char close = object ? '}' : ']';
    if (at[1] == close)
        return at + 2;
    if (depth == 0)
        return nullptr;
    do {
        ++at;
        if (object) {
            at = *at == '"' ? endOfText(at + 1) : nullptr;
            if (at == nullptr || at[1] != ':')
                return nullptr;
            at += 2;
        }
        at = endOfPlainValue(at, depth - 1);
        if (at == nullptr)
            return nullptr;
    } while (*at == ',');
    return *at == close ? at + 1 : nullptr;
}

/// The number that `count` digits at `at` write; -1 when one is none.
int digits(const char *at, int count) noexcept
{
    int number = 0;
    for (int i = 0; i < count; ++i) {
        const int digit = at[i] - '0';
        if (digit < 0 || digit > 9)
            return -1;
        number = number * 10 + digit;
    }
    return number;
}

template<typename E>
bool readName(std::string_view text, E &value) noexcept
{
    const auto known = fromString<E>(text);
    value = known.value_or(value);
    return known.has_value();
}

} // namespace

bool PlainEventReader::readTime(std::string_view text, TimestampMs &time)
{
    constexpr std::string_view kShape = "2026-11-20T14:27:12.418Z";
    constexpr std::size_t kClock = std::tuple_size_v<decltype(m_date)>;
    if (text.size() != kShape.size())
        return false;
    if (std::memcmp(text.data(), m_date.data(), kClock) != 0) {
        const auto day = parseIso(text.substr(0, kClock - 1));
        if (!day || text[kClock - 1] != 'T')
            return false;
        m_dateStart = *day;
        text.copy(m_date.data(), kClock);
    }
    const char *const clock = text.data() + kClock;
    const int hour = digits(clock, 2);
    const int minute = digits(clock + 3, 2);
    const int second = digits(clock + 6, 2);
    const int millisecond = digits(clock + 9, 3);
    const bool shaped = clock[2] == ':' && clock[5] == ':' && clock[8] == '.' && clock[12] == 'Z';
    if (!shaped || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || millisecond < 0)
        return false;
    time = m_dateStart + hour * kHour + minute * kMinute + second * kSecond + millisecond;
    return true;
}

bool PlainEventReader::Joint::leadsOnFrom(const char *at) const noexcept
{
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < kJointWords; ++i) {
        std::uint64_t word = 0;
        std::memcpy(&word, at + i * sizeof word, sizeof word);
        difference |= (word ^ words[i]) & masks[i];
    }
    return difference == 0 && length != 0;
}

void PlainEventReader::Joint::learn(const char *from, const char *to, std::size_t toField) noexcept
{
    const auto size = static_cast<std::size_t>(to - from);
    if (size > sizeof words)
        return;
    words = {};
    masks = {};
    std::memcpy(words.data(), from, size);
    std::memset(masks.data(), 0xff, size);
    length = size;
    field = toField;
}

bool PlainEventReader::take(std::size_t field, std::string_view text, EventView &row)
{
    const Field &known = kFields[field];
    switch (known.kind) {
    case Kind::ErrorMessage: return true;
    case Kind::Text:
        m_required |= known.member == &EventView::action ? kAction : 0u;
        row.*known.member = text;
        return true;
    case Kind::Time: m_required |= kTimestamp; return readTime(text, row.timestamp);
    case Kind::EventType: m_required |= kEventType; return readName(text, row.eventType);
    case Kind::Outcome: m_required |= kOutcome; return readName(text, row.outcome);
    case Kind::Severity: return readName(text, row.severity);
    case Kind::Metadata: return false; // An object is needed.
    }
    return false;
}

/// The next text behind the one that ends at `at`, which is its quote, or the first one; on the way there fields that are
/// null are passed over, and metadata is taken.
PlainEventReader::Place PlainEventReader::find(const char *at, bool first, EventView &row)
{
    constexpr std::string_view kNull = "null";
    constexpr int kDepth = 32;
    bool fixed = true;
    at = pastBlanks(first ? at : at + 1);
    for (bool opening = first;; opening = false) {
        if (*at == '}' && !opening)
            return {Place::Kind::End, at + 1, 0, false};
        if (*at != (opening ? '{' : ','))
            return {};
        at = pastBlanks(at + 1);
        const char *const end = *at == '"' ? endOfText(at + 1) : nullptr;
        if (end == nullptr || end == at + 1)
            return {};
        const std::size_t field = fieldOf({at + 1, static_cast<std::size_t>(end - at - 1)});
        at = pastBlanks(end + 1);
        if (field == kFields.size() || *at != ':')
            return {};
        at = pastBlanks(at + 1);
        if (*at == '"')
            return {Place::Kind::Text, at + 1, field, fixed};
        const char *valueEnd = startsWith(at, kNull) ? at + kNull.size() : nullptr;
        if (kFields[field].kind == Kind::Metadata && *at == '{') {
            valueEnd = endOfPlainValue(at, kDepth);
            row.metadata = {at, static_cast<std::size_t>(valueEnd == nullptr ? 0 : valueEnd - at)};
            fixed = false;
        }
        if (valueEnd == nullptr)
            return {};
        at = pastBlanks(valueEnd);
    }
}

bool PlainEventReader::read(std::string_view line, EventView &row)
{
    static_assert(kFieldCount == kFields.size() && kZeros >= kJointWords * sizeof(std::uint64_t));
    m_required = 0;
    const char *at = line.data();
    for (std::size_t before = kFieldCount;;) {
        Joint &joint = m_joints[before];
        std::size_t field = joint.field;
        if (joint.leadsOnFrom(at)) [[likely]] {
            at += joint.length;
        } else {
            const Place place = find(at, before == kFieldCount, row);
            if (place.kind == Place::Kind::Unknown)
                return false;
            if (place.kind == Place::Kind::End)
                return pastBlanks(place.at) == line.data() + line.size() && m_required == kAllRequired;
            if (place.fixed)
                joint.learn(at, place.at, place.field);
            at = place.at;
            field = place.field;
        }
        const char *const end = endOfText(at);
        if (end == nullptr || !take(field, {at, static_cast<std::size_t>(end - at)}, row))
            return false;
        at = end;
        before = field;
    }
}

} // namespace bartizan
