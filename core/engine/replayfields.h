// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"
#include "core/domain/result.h"
#include "core/domain/timestamp.h"

#include <QCoreApplication>

#include <simdjson.h>

#include <string_view>

/// What reading the lines of replay has in common: values of fields, or an error that names the field.
namespace bartizan::replayfields {

using Element = simdjson::dom::element;

inline QString tr(const char *text)
{
    return QCoreApplication::translate("bartizan::ReplayInput", text);
}

inline QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

inline Error wrong(std::string_view field, const QString &needed)
{
    return Error{tr("%1: %2").arg(qs(field), needed)};
}

inline Result<std::string_view> textOf(std::string_view field, Element value)
{
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS)
        return wrong(field, tr("a text is needed"));
    return text;
}

inline Result<TimestampMs> timeOf(std::string_view field, Element value)
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

} // namespace bartizan::replayfields
