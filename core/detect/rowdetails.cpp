// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rowdetails.h"

#include "core/domain/utf8.h"

#include <QString>

#include <absl/strings/numbers.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace bartizan {
namespace {

constexpr std::string_view kFields[]{"username", "email", "recordCount", "latitude", "longitude"};

/// Whether parsing could find anything. A backslash may hide a name.
bool mayHoldDetails(std::string_view metadata)
{
    return metadata.find('\\') != std::string_view::npos
        || std::any_of(std::begin(kFields), std::end(kFields),
                       [&](std::string_view field) { return metadata.find(field) != std::string_view::npos; });
}

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool holds(std::string_view text, std::string_view word)
{
    return std::search(text.begin(), text.end(), word.begin(), word.end(),
                       [](char a, char b) { return lower(a) == b; }) != text.end();
}

template<std::size_t N>
bool holdsAny(std::string_view text, const std::array<std::string_view, N> &words)
{
    return std::any_of(words.begin(), words.end(), [text](std::string_view word) { return holds(text, word); });
}

/// A record count in parts of a record.
std::int64_t partsOfRecords(double count)
{
    if (!(count > 0))
        return kRecordParts;
    return std::llround(std::min(count, static_cast<double>(kMostRecords)) * static_cast<double>(kRecordParts));
}

/// A number that simdjson refuses, in a form that it takes and that says as much: what lies beyond the range of double as
/// a number near its end, an integer of many digits as a floating-point number.
void appendReadable(std::string &out, std::string_view number)
{
    double value = 0;
    if (absl::SimpleAtod(absl::string_view(number.data(), number.size()), &value) && std::isinf(value)) {
        out += value < 0 ? "-1e308" : "1e308";
        return;
    }
    constexpr std::size_t kSurelyFits = 18;
    out += number;
    if (number.size() > kSurelyFits && number.find_first_of(".eE") == std::string_view::npos)
        out += "e0";
}

/// Where what begins with the bracket at `at` ends; the end of the text when nothing closes it.
std::size_t endOfNested(std::string_view json, std::size_t at)
{
    std::size_t depth = 0;
    bool quoted = false;
    for (; at < json.size(); ++at) {
        const char c = json[at];
        if (quoted) {
            if (c == '\\')
                ++at;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if ((c == ']' || c == '}') && --depth == 0) {
            return at + 1;
        }
    }
    return json.size();
}

/// The JSON text with parts of it, outside of texts, in another form. `rewrite` is asked at each place: it appends what is to stand
/// there and tells where the part ends, or tells the place itself.
template<typename Rewrite>
std::string rewritten(std::string_view json, Rewrite rewrite)
{
    std::string out;
    out.reserve(json.size() + json.size() / 8);
    bool quoted = false;
    for (std::size_t i = 0; i < json.size();) {
        if (!quoted) {
            if (const std::size_t end = rewrite(out, i); end != i) {
                i = end;
                continue;
            }
        }
        const char c = json[i++];
        out += c;
        if (c == '"')
            quoted = !quoted;
        else if (quoted && c == '\\' && i < json.size())
            out += json[i++];
    }
    return out;
}

/// The JSON object with null for whatever is nested in it: no detail is.
std::string withoutNested(std::string_view json)
{
    const std::size_t begin = json.find('{');
    return rewritten(json, [&](std::string &out, std::size_t i) {
        if (i <= begin || (json[i] != '[' && json[i] != '{'))
            return i;
        out += "null";
        return endOfNested(json, i);
    });
}

/// The JSON text with every number in such a form.
std::string withReadableNumbers(std::string_view json)
{
    return rewritten(json, [&](std::string &out, std::size_t i) {
        if (json[i] != '-' && (json[i] < '0' || json[i] > '9'))
            return i;
        const std::size_t end = std::min(json.find_first_not_of("0123456789+-.eE", i), json.size());
        appendReadable(out, json.substr(i, end - i));
        return end;
    });
}

} // namespace

struct DetailsReader::Parser {
    /// The object in `text`. What the parser refuses is mended, each kind of it once: JSON allows it, logs hold it, and one
    /// such value would hide the account from every rule.
    simdjson::error_code read(std::string_view text, simdjson::dom::object &object)
    {
        simdjson::error_code error = json.parse(text.data(), text.size()).get(object);
        std::string mended;
        for (unsigned done = 0; error != simdjson::SUCCESS;) {
            const unsigned kind = kindOf(error);
            if (kind == 0 || (done & kind) != 0)
                return error;
            mended = mend(kind, done == 0 ? text : std::string_view(mended));
            done |= kind;
            error = json.parse(mended).get(object);
        }
        return error;
    }

    simdjson::dom::parser json;

private:
    enum Kind : unsigned { None = 0, Number = 1, Surrogate = 2, Bytes = 4, Depth = 8 };
    static unsigned kindOf(simdjson::error_code error)
    {
        switch (error) {
        case simdjson::NUMBER_ERROR: return Number;
        case simdjson::STRING_ERROR: return Surrogate;
        case simdjson::UTF8_ERROR: return Bytes;
        case simdjson::DEPTH_ERROR: return Depth;
        default: return None;
        }
    }
    static std::string mend(unsigned kind, std::string_view text)
    {
        std::string mended;
        switch (kind) {
        case Number: return withReadableNumbers(text);
        case Depth: return withoutNested(text);
        case Bytes: repairUtf8(text, mended); return mended;
        default: break;
        }
        mended = text;
        repairSurrogates(mended);
        return mended;
    }
};

DetailsReader::DetailsReader() : m_parser(std::make_unique<Parser>()) {}

DetailsReader::~DetailsReader() = default;

const RowDetails &DetailsReader::read(std::string_view metadata)
{
    m_details = {};
    if (metadata.size() < 2 || !mayHoldDetails(metadata))
        return m_details;
    simdjson::dom::object object;
    if (m_parser->read(metadata, object) != simdjson::SUCCESS)
        return m_details;
    for (const auto &[key, value] : object) {
        std::string_view text;
        double number = 0;
        if (key == "username" && value.get(text) == simdjson::SUCCESS)
            m_details.username = text;
        else if (key == "email" && value.get(text) == simdjson::SUCCESS)
            m_details.email = text;
        else if (key == "recordCount" && value.get(number) == simdjson::SUCCESS)
            m_details.recordParts = partsOfRecords(number);
        else if (key == "latitude" && value.get(number) == simdjson::SUCCESS)
            m_details.latitude = number;
        else if (key == "longitude" && value.get(number) == simdjson::SUCCESS)
            m_details.longitude = number;
    }
    return m_details;
}

std::string_view DetailsReader::lowered(std::string_view text)
{
    bool same = true;
    bool ascii = true;
    for (const char c : text) {
        same = same && lower(c) == c;
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    }
    if (same && ascii)
        return text;
    if (ascii) {
        m_lowered.resize(text.size());
        std::transform(text.begin(), text.end(), m_lowered.begin(), lower);
    } else {
        m_lowered = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toLower().toStdString();
    }
    return m_lowered;
}

ActionWords actionWordsOf(std::string_view action)
{
    constexpr std::array<std::string_view, 5> kGrant{"grant", "elevate", "promote", "role", "admin"};
    constexpr std::array<std::string_view, 4> kBulk{"export", "download", "dump", "bulk"};
    return {holdsAny(action, kGrant), holdsAny(action, kBulk), holds(action, "csp")};
}

ActionReader::ActionReader() : m_known(std::make_unique<Known[]>(kPlaces)) {}

ActionWords ActionReader::readNew(std::string_view action, const TextEnds &ends, std::size_t place)
{
    const ActionWords words = actionWordsOf(action);
    if (ends.size <= kLongestKept)
        m_known[place] = {ends, words, ends.size <= TextEnds::kWhole ? std::string() : std::string(action)};
    return words;
}

} // namespace bartizan
