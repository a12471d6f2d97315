// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/eventlinereader.h"

#include "core/engine/plaineventreader.h"
#include "core/engine/replayfields.h"

#include <array>

namespace bartizan {

using namespace replayfields;

namespace {

/// The optional texts of an event.
struct TextField {
    std::string_view name;
    std::string_view EventView::*member;
};
constexpr std::array<TextField, 9> kTextFields{{{"action", &EventView::action},
                                                {"userId", &EventView::userId},
                                                {"companyId", &EventView::companyId},
                                                {"platformUserId", &EventView::platformUserId},
                                                {"ipAddress", &EventView::ipAddress},
                                                {"userAgent", &EventView::userAgent},
                                                {"country", &EventView::country},
                                                {"sessionId", &EventView::sessionId},
                                                {"requestId", &EventView::requestId}}};

} // namespace

class EventLineReader::Private {
public:
    Result<LineKind> line(std::string_view text, EventView &row);

    PlainEventReader plain;

private:
    using Object = simdjson::dom::object;
    using Field = simdjson::dom::key_value_pair;

    Result<void> event(const Object &object, EventView &row);
    Result<void> eventField(const Field &field, EventView &row, unsigned &required);

    simdjson::dom::parser m_parser;
    std::string m_metadata;
};

EventLineReader::EventLineReader() : d(std::make_unique<Private>()) {}
EventLineReader::~EventLineReader() = default;

Result<LineKind> EventLineReader::read(std::string_view line, EventBatch &batch)
{
    static_assert(BatchTexts::kZeros >= simdjson::SIMDJSON_PADDING && BatchTexts::kZeros >= PlainEventReader::kZeros);
    const std::string_view text = batch.texts.keepLine(line);
    EventView &row = batch.rows.emplace_back();
    if (d->plain.read(text, row)) [[likely]]
        return LineKind::Event;
    row = {};
    auto kind = d->line(text, row);
    if (kind && *kind == LineKind::Event) {
        batch.texts.keepTexts(row);
        return kind;
    }
    batch.rows.pop_back();
    if (kind && *kind == LineKind::Control)
        batch.control = text;
    return kind;
}

Result<LineKind> EventLineReader::Private::line(std::string_view text, EventView &row)
{
    if (text.find_first_not_of(" \t\r") == std::string_view::npos)
        return LineKind::Blank;
    Element root;
    if (const auto error = m_parser.parse(text.data(), text.size(), false).get(root))
        return Error{tr("this is no JSON: %1").arg(QString::fromLatin1(simdjson::error_message(error)))};
    Object object;
    if (root.get_object().get(object) != simdjson::SUCCESS)
        return Error{tr("an object is needed")};
    Element op;
    if (object.at_key("op").get(op) == simdjson::SUCCESS) {
        const auto name = textOf("op", op);
        return name ? Result<LineKind>(LineKind::Control) : name.error();
    }
    const auto read = event(object, row);
    return read ? Result<LineKind>(LineKind::Event) : read.error();
}

Result<void> EventLineReader::Private::event(const Object &object, EventView &row)
{
    constexpr unsigned kAllRequired = 0b1111;
    unsigned required = 0;
    for (const Field field : object) {
        if (field.value.is_null())
            continue;
        if (auto read = eventField(field, row, required); !read)
            return read;
    }
    if (required != kAllRequired)
        return Error{tr("timestamp, eventType, action and outcome are needed")};
    return {};
}

Result<void> EventLineReader::Private::eventField(const Field &field, EventView &row, unsigned &required)
{
    Result<void> failure;
    const std::string_view name = field.key;
    if (name == "timestamp") {
        required |= 1u;
        take(timeOf(name, field.value), row.timestamp, failure);
        return failure;
    }
    if (name == "eventType") {
        required |= 2u;
        take(nameOf<SecurityEventType>(name, field.value), row.eventType, failure);
        return failure;
    }
    if (name == "outcome") {
        required |= 4u;
        take(nameOf<AuditOutcome>(name, field.value), row.outcome, failure);
        return failure;
    }
    if (name == "severity") {
        take(nameOf<AuditSeverity>(name, field.value), row.severity, failure);
        return failure;
    }
    for (const TextField &known : kTextFields) {
        if (known.name != name)
            continue;
        required |= known.member == &EventView::action ? 8u : 0u;
        take(textOf(name, field.value), row.*known.member, failure);
        return failure;
    }
    if (name == "metadata") {
        if (!field.value.is_object())
            return wrong(name, tr("an object is needed"));
        m_metadata = simdjson::minify(field.value);
        row.metadata = m_metadata;
        return {};
    }
    if (name == "errorMessage") {
        auto text = textOf(name, field.value);
        return text ? Result<void>() : text.error();
    }
    return Error{tr("“%1” is no field of an event").arg(qs(name))};
}

} // namespace bartizan
