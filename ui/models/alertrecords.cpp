// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertrecords.h"

#include "ui/theme/format.h"

#include <algorithm>

namespace bartizan {
namespace {

/// How much of an alert's metadata the text search sees: all that the rules write, not a megabyte that a log brought.
constexpr std::size_t kSearchedMetadata = 4096;

std::string_view viewOf(const std::optional<std::string> &text)
{
    return text ? std::string_view(*text) : std::string_view();
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template<typename T>
int order(const T &a, const T &b)
{
    return a < b ? -1 : (b < a ? 1 : 0);
}

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

QString storedName(AlertType type)
{
    const std::string_view name = toString(type);
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

std::string searchedText(const SecurityAlert &alert)
{
    std::string text;
    for (const auto *field : {&alert.context.userAgent, &alert.context.sessionId, &alert.context.requestId,
                              &alert.context.platformUserId}) {
        if (*field)
            text.append(**field).push_back('\n');
    }
    text.append(alert.rule).push_back('\n');
    text.append(alert.metadata, 0, kSearchedMetadata);
    return text;
}

} // namespace

int AlertFilter::restrictions() const
{
    const bool someSeverities = std::find(severities.begin(), severities.end(), false) != severities.end();
    return int(someSeverities) + int(!showAcknowledged) + int(!types.empty()) + int(!text.trimmed().isEmpty());
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

AlertRecords::Number AlertRecords::put(const SecurityAlert &alert)
{
    const StringPool::Number idNumber = m_ids.intern(alert.id);
    if (idNumber > m_records.size())
        m_records.emplace_back();
    const Number number = idNumber - 1;
    Record &record = m_records[number];
    record.timestamp = alert.timestamp;
    record.acknowledgedAt = alert.acknowledgedAt.value_or(0);
    record.lastRepeatAt = alert.lastRepeatAt.value_or(0);
    record.repeats = alert.repeats;
    record.title = m_texts.intern(alert.title);
    record.description = m_texts.intern(alert.description);
    record.address = m_texts.intern(viewOf(alert.context.ipAddress));
    record.country = m_texts.intern(viewOf(alert.context.country));
    record.user = m_texts.intern(viewOf(alert.context.userId));
    record.company = m_texts.intern(viewOf(alert.context.companyId));
    record.acknowledgedBy = m_texts.intern(viewOf(alert.acknowledgedBy));
    record.more = m_texts.intern(searchedText(alert));
    record.severity = alert.severity;
    record.type = alert.type;
    record.acknowledged = alert.acknowledged;
    return number;
}

std::optional<AlertRecords::Number> AlertRecords::find(std::string_view id) const
{
    const auto number = m_ids.find(id);
    if (!number || *number == 0)
        return std::nullopt;
    return *number - 1;
}

void AlertRecords::clear()
{
    m_ids.clear();
    m_texts.clear();
    m_records.clear();
}

int AlertRecords::compare(const Record &a, const Record &b, Key key) const
{
    const auto byText = [this](Text x, Text y) { return x == y ? 0 : compareNaturally(text(x), text(y)); };
    switch (key) {
    case Key::Severity: return order(a.severity, b.severity);
    case Key::Time: return order(a.timestamp, b.timestamp);
    case Key::Type: return order(placeOf(a.type), placeOf(b.type));
    case Key::Title: return byText(a.title, b.title);
    case Key::Address: return byText(a.address, b.address);
    case Key::Country: return byText(a.country, b.country);
    case Key::User: return byText(a.user, b.user);
    case Key::Count: return order(a.repeats, b.repeats);
    case Key::Status: return order(a.acknowledged, b.acknowledged);
    }
    return 0;
}

bool AlertRecords::before(Number a, Number b, Key key, bool descending) const
{
    const Record &left = m_records[a];
    const Record &right = m_records[b];
    if (const int byKey = compare(left, right, key))
        return descending ? byKey > 0 : byKey < 0;
    if (left.timestamp != right.timestamp)
        return left.timestamp > right.timestamp;
    return id(a) < id(b);
}

void AlertMatcher::setFilter(const AlertFilter &filter)
{
    const bool otherText = filter.text != m_filter.text;
    m_filter = filter;
    if (!otherText)
        return;
    m_words.clear();
    const QStringList words = filter.text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &text : words) {
        Word word;
        word.text = text;
        const auto has = [&text](const QString &field) { return field.contains(text, Qt::CaseInsensitive); };
        for (std::size_t i = 0; i < enumCount<AlertType>(); ++i) {
            const auto type = static_cast<AlertType>(i);
            word.types[i] = has(format::alertType(type)) || has(storedName(type));
        }
        for (std::size_t i = 0; i < word.severities.size(); ++i)
            word.severities[i] = has(format::severity(static_cast<AlertSeverity>(i)));
        word.statuses = {has(format::status(false)), has(format::status(true))};
        m_words.push_back(std::move(word));
    }
}

void AlertMatcher::forget()
{
    for (Word &word : m_words)
        word.known.clear();
}

bool AlertMatcher::textHas(Word &word, AlertRecords::Text text) const
{
    if (text == 0)
        return false;
    if (word.known.size() <= text)
        word.known.resize(m_records.textCount(), 0);
    std::uint8_t &known = word.known[text];
    if (known == 0) {
        const std::string_view bytes = m_records.text(text);
        const QString shown = QString::fromUtf8(bytes.data(), static_cast<qsizetype>(bytes.size()));
        known = shown.contains(word.text, Qt::CaseInsensitive) ? 2 : 1;
    }
    return known == 2;
}

bool AlertMatcher::wordPasses(Word &word, const AlertRecords::Record &record, std::string_view id) const
{
    if (word.types[static_cast<std::size_t>(record.type)] || word.severities[static_cast<std::size_t>(record.severity)]
        || word.statuses[record.acknowledged ? 1 : 0])
        return true;
    for (const auto text : {record.title, record.description, record.address, record.country, record.user,
                            record.company, record.acknowledgedBy, record.more}) {
        if (textHas(word, text))
            return true;
    }
    return QLatin1String(id.data(), static_cast<qsizetype>(id.size())).contains(word.text, Qt::CaseInsensitive);
}

bool AlertMatcher::passesBase(const AlertRecords::Record &record, std::string_view id) const
{
    if (record.acknowledged && !m_filter.showAcknowledged)
        return false;
    const std::vector<AlertType> &types = m_filter.types;
    if (!types.empty() && std::find(types.begin(), types.end(), record.type) == types.end())
        return false;
    return std::all_of(m_words.begin(), m_words.end(), [&](Word &word) { return wordPasses(word, record, id); });
}

} // namespace bartizan
