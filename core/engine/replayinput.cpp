// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replayinput.h"

#include "core/domain/jsontext.h"
#include "core/ingest/linereader.h"

#include <QCoreApplication>

#include <simdjson.h>

#include <array>

namespace bartizan {
namespace {

using Element = simdjson::dom::element;

QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::ReplayInput", text);
}

QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

Error wrong(std::string_view field, const QString &needed)
{
    return Error{tr("%1: %2").arg(qs(field), needed)};
}

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

Result<std::string_view> textOf(std::string_view field, Element value)
{
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS)
        return wrong(field, tr("a text is needed"));
    return text;
}

Result<TimestampMs> timeOf(std::string_view field, Element value)
{
    auto text = textOf(field, value);
    if (!text)
        return text.error();
    const auto time = parseIso(*text);
    if (!time)
        return wrong(field, tr("“%1” is no ISO 8601 time").arg(qs(*text)));
    return *time;
}

template<typename E>
Result<E> nameOf(std::string_view field, Element value)
{
    auto text = textOf(field, value);
    if (!text)
        return text.error();
    const auto known = fromString<E>(*text);
    if (!known)
        return wrong(field, tr("“%1” is not known").arg(qs(*text)));
    return *known;
}

/// Takes the value of a result into `out`, and its error into `failure`.
template<typename T, typename Out>
bool take(Result<T> result, Out &out, Result<void> &failure)
{
    if (result)
        out = std::move(*result);
    else
        failure = result.error();
    return failure.ok();
}

} // namespace

class ReplayInput::Private {
public:
    explicit Private(Replay &replay) : m_replay(replay) {}

    Result<void> line(std::string_view text);

private:
    using Object = simdjson::dom::object;
    using Field = simdjson::dom::key_value_pair;

    Result<void> event(const Object &object);
    Result<void> eventField(const Field &field, EventView &row, unsigned &required);
    Result<void> control(std::string_view op, const Object &object);
    Result<void> config(const Object &object);
    Result<void> users(const Object &object);
    Result<void> user(Element entry);
    Result<void> acknowledge(const Object &object);
    Result<void> query(const Object &object);
    Result<void> queryField(const Field &field, ReplayQuery &query);

    Replay &m_replay;
    simdjson::dom::parser m_parser;
    std::string m_metadata;
};

ReplayInput::ReplayInput(Replay &replay) : d(std::make_unique<Private>(replay)) {}
ReplayInput::~ReplayInput() = default;

Result<void> ReplayInput::line(std::string_view text)
{
    return d->line(text);
}

Result<void> ReplayInput::Private::line(std::string_view text)
{
    if (text.find_first_not_of(" \t\r") == std::string_view::npos)
        return {};
    static_assert(LineReader::kPadding >= simdjson::SIMDJSON_PADDING);
    Element root;
    if (const auto error = m_parser.parse(text.data(), text.size(), false).get(root)) {
        return Error{tr("this is no JSON: %1").arg(QString::fromLatin1(simdjson::error_message(error)))};
    }
    Object object;
    if (root.get_object().get(object) != simdjson::SUCCESS)
        return Error{tr("an object is needed")};
    Element op;
    if (object.at_key("op").get(op) != simdjson::SUCCESS)
        return event(object);
    auto name = textOf("op", op);
    return name ? control(*name, object) : name.error();
}

Result<void> ReplayInput::Private::event(const Object &object)
{
    constexpr unsigned kAllRequired = 0b1111;
    EventView row;
    unsigned required = 0;
    for (const Field field : object) {
        if (field.value.is_null())
            continue;
        if (auto read = eventField(field, row, required); !read)
            return read;
    }
    if (required != kAllRequired)
        return Error{tr("timestamp, eventType, action and outcome are needed")};
    return m_replay.event(row);
}

Result<void> ReplayInput::Private::eventField(const Field &field, EventView &row, unsigned &required)
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

Result<void> ReplayInput::Private::control(std::string_view op, const Object &object)
{
    if (op == "config")
        return config(object);
    if (op == "users")
        return users(object);
    if (op == "acknowledge")
        return acknowledge(object);
    if (op == "query")
        return query(object);
    if (op == "trace") {
        m_replay.ignored();
        return {};
    }
    return Error{tr("“%1” is no known op; known are config, users, acknowledge, query, trace").arg(qs(op))};
}

Result<void> ReplayInput::Private::config(const Object &object)
{
    std::optional<TimestampMs> at;
    std::optional<QJsonObject> update;
    Result<void> failure;
    for (const Field field : object) {
        if (field.key == "op" || (field.key == "at" && field.value.is_null()))
            continue;
        if (field.key == "at") {
            if (!take(timeOf("at", field.value), at, failure))
                return failure;
        } else if (field.key == "config" && field.value.is_object()) {
            update = jsonObjectOf(simdjson::minify(field.value));
        } else if (field.key == "config") {
            return wrong("config", tr("an object is needed"));
        } else {
            return Error{tr("“%1” is no field of the op config").arg(qs(field.key))};
        }
    }
    if (!update)
        return Error{tr("config is needed")};
    return m_replay.configure(*update, at);
}

Result<void> ReplayInput::Private::users(const Object &object)
{
    simdjson::dom::array list;
    if (object.at_key("users").get_array().get(list) != simdjson::SUCCESS)
        return wrong("users", tr("a list is needed"));
    for (const Field field : object) {
        if (field.key != "op" && field.key != "users")
            return Error{tr("“%1” is no field of the op users").arg(qs(field.key))};
    }
    for (const Element entry : list) {
        if (auto read = user(entry); !read)
            return read;
    }
    m_replay.ignored();
    return {};
}

Result<void> ReplayInput::Private::user(Element entry)
{
    Object object;
    if (entry.get_object().get(object) != simdjson::SUCCESS)
        return wrong("users", tr("an object is needed"));
    std::string_view id;
    std::string_view email;
    Result<void> failure;
    for (const Field field : object) {
        if (field.key == "id") {
            if (!take(textOf("id", field.value), id, failure))
                return failure;
        } else if (field.key == "email") {
            if (!field.value.is_null() && !take(textOf("email", field.value), email, failure))
                return failure;
        } else {
            return Error{tr("“%1” is no field of a user").arg(qs(field.key))};
        }
    }
    if (id.data() == nullptr)
        return Error{tr("a user needs an id")};
    m_replay.setEmail(std::string(id), std::string(email));
    return {};
}

Result<void> ReplayInput::Private::acknowledge(const Object &object)
{
    std::optional<TimestampMs> at;
    std::optional<std::int64_t> index;
    std::optional<std::string_view> by;
    Result<void> failure;
    for (const Field field : object) {
        if (field.key == "op")
            continue;
        if (field.key == "at") {
            if (!take(timeOf("at", field.value), at, failure))
                return failure;
        } else if (field.key == "by") {
            if (!take(textOf("by", field.value), by, failure))
                return failure;
        } else if (field.key == "alertIndex") {
            std::int64_t number = 0;
            if (field.value.get_int64().get(number) != simdjson::SUCCESS)
                return wrong("alertIndex", tr("a whole number is needed"));
            index = number;
        } else {
            return Error{tr("“%1” is no field of the op acknowledge").arg(qs(field.key))};
        }
    }
    if (!at || !index || !by)
        return Error{tr("at, alertIndex and by are needed")};
    return m_replay.acknowledge(*at, *index, std::string(*by));
}

Result<void> ReplayInput::Private::query(const Object &object)
{
    ReplayQuery query;
    for (const Field field : object) {
        if (field.key == "op" || field.value.is_null())
            continue;
        if (auto read = queryField(field, query); !read)
            return read;
    }
    return m_replay.query(query);
}

Result<void> ReplayInput::Private::queryField(const Field &field, ReplayQuery &query)
{
    Result<void> failure;
    const std::string_view name = field.key;
    if (name == "at")
        take(timeOf(name, field.value), query.at, failure);
    else if (name == "from")
        take(timeOf(name, field.value), query.from, failure);
    else if (name == "to")
        take(timeOf(name, field.value), query.to, failure);
    else if (name == "company")
        take(textOf(name, field.value), query.company, failure);
    else if (name == "ip")
        take(textOf(name, field.value), query.ip, failure);
    else if (name == "csv" || name == "json") {
        if (field.value.get_bool().get(name == "csv" ? query.csv : query.json) != simdjson::SUCCESS)
            return wrong(name, tr("true or false is needed"));
    } else if (name == "active") {
        query.active = true;
        if (auto text = textOf(name, field.value); !text || *text != "*")
            take(nameOf<AlertSeverity>(name, field.value), query.severity, failure);
    } else {
        return Error{tr("“%1” is no field of the op query").arg(qs(name))};
    }
    return failure;
}

Result<std::string> replayNdjson(const QString &path, const ReplayOptions &options)
{
    auto reader = LineReader::open(path);
    if (!reader)
        return reader.error();
    Replay replay(options);
    ReplayInput input(replay);
    LineReader::Line line;
    while (reader->next(line)) {
        const Result<void> read = line.tooLong ? Result<void>(Error{tr("the line is too long")}) : input.line(line.text);
        if (!read)
            return Error{tr("%1, line %2: %3").arg(path).arg(line.number).arg(read.error().message)};
    }
    if (!reader->error().message.isEmpty())
        return reader->error();
    replay.finish();
    return replay.document();
}

} // namespace bartizan
