// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/alertid.h"

#include <QUuid>

#include <string>

namespace bartizan {
namespace {

// Bartizan's own name space, drawn once at random. Changing it would make known alerts new ones.
constexpr QUuid kNamespace(0x6f1c4a7e, 0x2d83, 0x4b59, 0x9e, 0x07, 0x51, 0xc2, 0xd4, 0x8a, 0x3b, 0x96);

/// The length before the group keeps a hostile group from imitating another rule's name.
std::string derived(std::string_view kind, std::string_view rule, std::string_view group, std::int64_t number)
{
    QByteArray name;
    constexpr std::size_t kNumbersAndMarks = 48;
    name.reserve(static_cast<qsizetype>(kind.size() + rule.size() + group.size() + kNumbersAndMarks));
    const auto append = [&](std::string_view text) { name.append(text.data(), static_cast<qsizetype>(text.size())); };
    append(kind);
    name += '/';
    append(rule);
    name += '/';
    append(std::to_string(group.size()));
    name += ':';
    append(group);
    name += '/';
    append(std::to_string(number));
    return QUuid::createUuidV5(kNamespace, name).toByteArray(QUuid::WithoutBraces).toStdString();
}

} // namespace

std::string eventAlertId(std::string_view rule, std::string_view group, std::int64_t eventId)
{
    return derived("event", rule, group, eventId);
}

std::string tickAlertId(std::string_view rule, std::string_view group, TimestampMs tick)
{
    return derived("tick", rule, group, tick);
}

std::string tickRequestId(std::string_view rule, TimestampMs tick)
{
    return derived("request", rule, {}, tick);
}

} // namespace bartizan
