// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/eventbuilder.h"

#include "core/domain/companysize.h"
#include "core/ingest/importtext.h"

#include <array>

namespace bartizan {
namespace {

constexpr std::array<std::string_view, 16> kNames{
    "id", "timestamp", "eventType", "action", "outcome", "severity", "userId", "companyId", "platformUserId",
    "ipAddress", "userAgent", "country", "sessionId", "requestId", "metadata", "errorMessage"};

/// Numbers between these are milliseconds of 1973 to 9999; smaller ones are seconds by mistake.
constexpr TimestampMs kFirstMilliseconds = 100'000'000'000;
constexpr TimestampMs kLastMilliseconds = 253'402'300'799'999;

QString quoted(std::string_view text)
{
    constexpr std::size_t shown = 64;
    const QString start = QString::fromUtf8(text.data(), static_cast<qsizetype>(std::min(text.size(), shown)));
    return text.size() > shown ? start + QChar(0x2026) : start;
}

QString nameOf(EventField field)
{
    const std::string_view name = kNames[static_cast<std::size_t>(field)];
    return QString::fromLatin1(name.data(), static_cast<qsizetype>(name.size()));
}

template<typename E>
QString readEnum(EventField field, std::string_view text, E &value)
{
    const auto found = fromString<E>(text);
    if (!found)
        return ImportText::tr("%1 \"%2\" is unknown").arg(nameOf(field), quoted(text));
    value = *found;
    return {};
}

QString missing(EventField field) { return ImportText::tr("%1 is missing").arg(nameOf(field)); }

} // namespace

std::optional<EventField> eventFieldOf(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name)
            return static_cast<EventField>(i);
    }
    return std::nullopt;
}

std::optional<EventField> eventFieldOfColumn(std::string_view name)
{
    const auto plain = [](std::string_view text) {
        std::string out;
        for (const char c : text) {
            if (c >= 'A' && c <= 'Z')
                out += static_cast<char>(c - 'A' + 'a');
            else if (c != '_' && c != ' ')
                out += c;
        }
        return out;
    };
    const std::string wanted = plain(name);
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (plain(kNames[i]) == wanted)
            return static_cast<EventField>(i);
    }
    return std::nullopt;
}

EventBuilder::EventBuilder(LocalTime zone, std::string companyId)
    : m_zone(std::move(zone)), m_companyId(std::move(companyId))
{
}

void EventBuilder::begin()
{
    m_event = {};
    m_metadata.clear();
    m_hasTimestamp = m_hasType = m_hasOutcome = false;
}

QString EventBuilder::readTimestamp(std::string_view text)
{
    const auto instant = parseIso(text);
    if (!instant)
        return ImportText::tr("%1 \"%2\" is no time of ISO 8601").arg(nameOf(EventField::Timestamp), quoted(text));
    const bool hasOffset = text.find_first_of("Zz+-", std::min<std::size_t>(text.size(), 11)) != std::string_view::npos;
    TimestampMs time = *instant;
    if (!hasOffset) {
        const TimestampMs fraction = ((time % kSecond) + kSecond) % kSecond;
        time = m_zone.toUtc((time - fraction) / kSecond, m_previous) + fraction;
    }
    m_event.timestamp = m_previous = time;
    m_hasTimestamp = true;
    return {};
}

QString EventBuilder::setTimestamp(std::int64_t milliseconds)
{
    if (milliseconds < kFirstMilliseconds || milliseconds > kLastMilliseconds)
        return ImportText::tr("%1 %2 is no number of milliseconds since 1970")
            .arg(nameOf(EventField::Timestamp)).arg(milliseconds);
    m_event.timestamp = m_previous = milliseconds;
    m_hasTimestamp = true;
    return {};
}

QString EventBuilder::setText(EventField field, std::string_view text)
{
    EventContext &context = m_event.context;
    switch (field) {
    case EventField::Id: return {}; // Keys are given by the store.
    case EventField::Timestamp: return readTimestamp(text);
    case EventField::EventType: m_hasType = true; return readEnum(field, text, m_event.eventType);
    case EventField::Outcome: m_hasOutcome = true; return readEnum(field, text, m_event.outcome);
    case EventField::Severity: return readEnum(field, text, m_event.severity);
    case EventField::Action: m_event.action = text; return {};
    case EventField::UserId: context.userId = text; return {};
    case EventField::CompanyId: context.companyId = text; return {};
    case EventField::PlatformUserId: context.platformUserId = text; return {};
    case EventField::IpAddress: context.ipAddress = text; return {};
    case EventField::UserAgent: context.userAgent = text; return {};
    case EventField::Country: context.country = text; return {};
    case EventField::SessionId: context.sessionId = text; return {};
    case EventField::RequestId: context.requestId = text; return {};
    case EventField::ErrorMessage: m_event.errorMessage = text; return {};
    case EventField::Metadata: return setMetadata(text);
    }
    return {};
}

QString EventBuilder::setMetadata(std::string_view json)
{
    if (!m_metadata.setObject(json))
        return ImportText::tr("%1 is no JSON object").arg(nameOf(EventField::Metadata));
    return {};
}

QString EventBuilder::addExtra(std::string_view name, std::string_view json)
{
    return m_metadata.addMember(name, json) ? QString() : ImportText::tr("\"%1\" is no JSON").arg(quoted(name));
}

QString EventBuilder::finish(std::string_view fileJson, std::int64_t line)
{
    if (!m_hasTimestamp)
        return missing(EventField::Timestamp);
    if (!m_hasType)
        return missing(EventField::EventType);
    if (m_event.action.empty())
        return missing(EventField::Action);
    if (!m_hasOutcome)
        return missing(EventField::Outcome);
    if (!m_event.context.companyId && !m_companyId.empty())
        m_event.context.companyId = m_companyId;
    if (m_event.context.companyId && m_event.context.companyId->size() > kMostCompanyBytes)
        return ImportText::tr("%1 is longer than %2 bytes").arg(nameOf(EventField::CompanyId)).arg(kMostCompanyBytes);
    m_event.metadata = m_metadata.withOrigin(fileJson, line);
    return {};
}

} // namespace bartizan
