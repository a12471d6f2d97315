// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replaycontrol.h"

#include "core/domain/jsontext.h"
#include "core/engine/eventbatch.h"
#include "core/engine/replay.h"
#include "core/engine/replayfields.h"

#include <optional>

namespace bartizan {

using namespace replayfields;

class ReplayControl::Private {
public:
    explicit Private(Replay &replay) : m_replay(replay) {}

    Result<void> line(std::string_view text);

private:
    using Object = simdjson::dom::object;
    using Field = simdjson::dom::key_value_pair;

    Result<void> config(const Object &object);
    Result<void> users(const Object &object);
    Result<void> user(Element entry);
    Result<void> acknowledge(const Object &object);
    Result<void> query(const Object &object);
    Result<void> queryField(const Field &field, ReplayQuery &query);

    Replay &m_replay;
    simdjson::dom::parser m_parser;
};

ReplayControl::ReplayControl(Replay &replay) : d(std::make_unique<Private>(replay)) {}
ReplayControl::~ReplayControl() = default;

Result<void> ReplayControl::line(std::string_view text)
{
    static_assert(BatchTexts::kZeros >= simdjson::SIMDJSON_PADDING);
    return d->line(text);
}

Result<void> ReplayControl::Private::line(std::string_view text)
{
    Object object;
    std::string_view op;
    if (m_parser.parse(text.data(), text.size(), false).get_object().get(object) != simdjson::SUCCESS
        || object.at_key("op").get_string().get(op) != simdjson::SUCCESS)
        return Error{tr("this is no control line")};
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

Result<void> ReplayControl::Private::config(const Object &object)
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

Result<void> ReplayControl::Private::users(const Object &object)
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

Result<void> ReplayControl::Private::user(Element entry)
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

Result<void> ReplayControl::Private::acknowledge(const Object &object)
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

Result<void> ReplayControl::Private::query(const Object &object)
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

Result<void> ReplayControl::Private::queryField(const Field &field, ReplayQuery &query)
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

} // namespace bartizan
