// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/ndjsonreader.h"

#include "core/ingest/importtext.h"
#include "core/ingest/linereader.h"
#include "core/domain/utf8.h"

#include <simdjson.h>

namespace bartizan {
namespace {

namespace od = simdjson::ondemand;

static_assert(LineReader::kPadding >= simdjson::SIMDJSON_PADDING);

QString fieldFault(std::string_view name)
{
    return ImportText::tr("%1 cannot be read").arg(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
}

/// What a pass over a line came to.
struct Outcome {
    QString reason;          ///< Empty: an event.
    bool badText = false;    ///< Bytes that are no UTF-8, or half of a surrogate pair: worth repairing.
};

} // namespace

class NdjsonReader::Private {
public:
    explicit Private(EventBuilder &b) : builder(b) {}

    Outcome pass(std::string_view line);
    Outcome field(std::string_view name, od::value value);

    EventBuilder &builder;
    od::parser parser;
    std::string repaired;
};

NdjsonReader::NdjsonReader(EventBuilder &builder) : d(std::make_unique<Private>(builder)) {}
NdjsonReader::~NdjsonReader() = default;

Outcome NdjsonReader::Private::field(std::string_view name, od::value value)
{
    od::json_type type{};
    if (value.type().get(type) != simdjson::SUCCESS)
        return {fieldFault(name), false};
    std::string_view text;
    const auto field = eventFieldOf(name);
    if (!field || *field == EventField::Metadata) {
        if (type == od::json_type::null && value.raw_json_token().starts_with("null"))
            return {};
        if (field && type != od::json_type::object)
            return {builder.setMetadata("null"), false};
        if (simdjson::to_json_string(value).get(text) != simdjson::SUCCESS)
            return {fieldFault(name), false};
        return {field ? builder.setMetadata(text) : builder.addExtra(name, text), false};
    }
    switch (type) {
    case od::json_type::null:
        return {value.raw_json_token().starts_with("null") ? QString() : fieldFault(name), false};
    case od::json_type::string: {
        const auto error = value.get_string().get(text);
        if (error != simdjson::SUCCESS)
            return {fieldFault(name), error == simdjson::STRING_ERROR};
        return {builder.setText(*field, text), false};
    }
    case od::json_type::number: {
        // Keys are often numbers where they come from; they are text here.
        std::int64_t whole = 0;
        if (*field == EventField::Timestamp)
            return {value.get_int64().get(whole) == simdjson::SUCCESS ? builder.setTimestamp(whole) : fieldFault(name),
                    false};
        double number = 0;
        text = value.raw_json_token();
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
            text.remove_suffix(1);
        if (value.get_double().get(number) != simdjson::SUCCESS)
            return {fieldFault(name), false};
        return {builder.setText(*field, text), false};
    }
    default:
        return {ImportText::tr("%1 is no text").arg(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()))),
                false};
    }
}

Outcome NdjsonReader::Private::pass(std::string_view line)
{
    const auto noJson = [](bool badText) { return Outcome{ImportText::tr("is no JSON object"), badText}; };
    builder.begin();
    od::document document;
    od::object object;
    const auto error = parser.iterate(line.data(), line.size(), line.size() + LineReader::kPadding).get(document);
    if (error != simdjson::SUCCESS)
        return noJson(error == simdjson::UTF8_ERROR);
    if (document.get_object().get(object) != simdjson::SUCCESS)
        return noJson(false);
    for (auto member : object) {
        std::string_view name;
        od::value value;
        const auto keyError = member.unescaped_key().get(name);
        if (keyError != simdjson::SUCCESS || member.value().get(value) != simdjson::SUCCESS)
            return noJson(keyError == simdjson::STRING_ERROR);
        Outcome outcome = field(name, value);
        if (!outcome.reason.isEmpty())
            return outcome;
    }
    if (document.current_location().error() == simdjson::SUCCESS)
        return noJson(false); // Something follows the object.
    return {};
}

QString NdjsonReader::read(std::string_view line, std::string_view fileJson, std::int64_t number)
{
    Outcome outcome = d->pass(line);
    if (outcome.badText) {
        repairUtf8(line, d->repaired);
        repairSurrogates(d->repaired);
        d->repaired.reserve(d->repaired.size() + LineReader::kPadding);
        outcome = d->pass(d->repaired);
    }
    return outcome.reason.isEmpty() ? d->builder.finish(fileJson, number) : outcome.reason;
}

} // namespace bartizan
