// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filtermatcher.h"

#include "core/query/filterfields.h"

#include <algorithm>
#include <array>
#include <limits>

namespace bartizan {
namespace {

using F = FilterField;

std::string_view viewOf(const std::optional<std::string> &text)
{
    return text ? std::string_view(*text) : std::string_view();
}

TextNeedle::Kind needleKind(FilterField field, FilterSubject subject, bool pattern)
{
    if (fieldInfo(field).kind == FilterValueKind::Part)
        return TextNeedle::Kind::Part;
    if (pattern)
        return TextNeedle::Kind::Pattern;
    return isIndexedText(field, subject) ? TextNeedle::Kind::Exact : TextNeedle::Kind::Whole;
}

/// The values of an ordered choice that stand on the wanted side of one.
std::uint32_t sideOf(FilterOperator op, std::uint32_t value)
{
    switch (op) {
    case FilterOperator::Is: return value;
    case FilterOperator::AtLeast: return ~(value - 1);
    case FilterOperator::Above: return ~(value - 1) & ~value;
    case FilterOperator::AtMost: return (value - 1) | value;
    case FilterOperator::Below: return value - 1;
    }
    return 0;
}

/// "BRUTE_FORCE_ATTACK" holds the free word "brute force" too.
bool nameHas(const FilterTest &test, std::string_view name)
{
    std::string spoken(name);
    std::replace(spoken.begin(), spoken.end(), '_', ' ');
    return test.hasText(name) || test.hasText(spoken);
}

bool contextHas(const FilterTest &test, const EventContext &context)
{
    for (const auto *text : {&context.userId, &context.companyId, &context.platformUserId, &context.ipAddress,
                             &context.userAgent, &context.country, &context.sessionId, &context.requestId}) {
        if (test.hasText(viewOf(*text)))
            return true;
    }
    return false;
}

/// A field that alerts and events share.
bool contextPasses(const FilterTest &test, const EventContext &context)
{
    switch (test.field()) {
    case F::Address: return test.hasText(viewOf(context.ipAddress));
    case F::User: return test.hasText(viewOf(context.userId));
    case F::Country: return test.hasText(viewOf(context.country));
    case F::Company: return test.hasText(viewOf(context.companyId));
    case F::Session: return test.hasText(viewOf(context.sessionId));
    case F::Request: return test.hasText(viewOf(context.requestId));
    case F::Agent: return test.hasText(viewOf(context.userAgent));
    default: return false;
    }
}

bool holds(const FilterTest &test, const SecurityAlert &alert)
{
    switch (test.field()) {
    case F::Severity: return test.hasChoice(static_cast<unsigned>(alert.severity));
    case F::Type: return test.hasChoice(static_cast<unsigned>(alert.type));
    case F::Status: return test.hasAnyChoice(statusMask(alert.status, alert.acknowledged, alert.isMuted()));
    case F::Disposition: return alert.disposition && test.hasChoice(static_cast<unsigned>(*alert.disposition));
    case F::Title: return test.hasText(alert.title);
    case F::Owner: return test.hasText(viewOf(alert.owner));
    case F::Rule: return test.hasText(alert.rule);
    case F::Mute: return test.hasText(viewOf(alert.mute));
    case F::Count: return test.hasNumber(alert.repeats + 1);
    case F::Since:
    case F::Until: return test.hasNumber(alert.timestamp);
    case F::Text: break;
    default: return contextPasses(test, alert.context);
    }
    for (const std::string_view text : {std::string_view(alert.title), std::string_view(alert.description),
                                        std::string_view(alert.rule), std::string_view(alert.metadata),
                                        viewOf(alert.acknowledgedBy), viewOf(alert.resolvedBy), viewOf(alert.owner),
                                        std::string_view(alert.id)}) {
        if (test.hasText(text))
            return true;
    }
    return contextHas(test, alert.context) || nameHas(test, toString(alert.type))
        || nameHas(test, toString(alert.severity));
}

bool holds(const FilterTest &test, const AuditEvent &event, std::string_view country)
{
    const bool lookedUp = !event.context.country && !country.empty();
    switch (test.field()) {
    case F::Severity: return test.hasChoice(static_cast<unsigned>(event.severity));
    case F::Type: return test.hasChoice(static_cast<unsigned>(event.eventType));
    case F::Outcome: return test.hasChoice(static_cast<unsigned>(event.outcome));
    case F::Action: return test.hasText(event.action);
    case F::Since:
    case F::Until: return test.hasNumber(event.timestamp);
    case F::Country: return test.hasText(lookedUp ? country : viewOf(event.context.country));
    case F::Text: break;
    default: return contextPasses(test, event.context);
    }
    return test.hasText(event.action) || test.hasText(event.metadata) || test.hasText(viewOf(event.errorMessage))
        || contextHas(test, event.context) || (lookedUp && test.hasText(country))
        || nameHas(test, toString(event.eventType)) || nameHas(test, toString(event.outcome)) || nameHas(test, toString(event.severity));
}

} // namespace

FilterTest::FilterTest(const FilterTerm &term, FilterSubject subject, const FilterMoment &moment)
    : m_field(term.field)
    , m_negated(term.negated)
    , m_least(std::numeric_limits<std::int64_t>::min())
    , m_most(std::numeric_limits<std::int64_t>::max())
{
    const FilterValueKind kind = fieldInfo(term.field).kind;
    for (const FilterWord &word : term.words) {
        if (kind == FilterValueKind::Choice) {
            m_choices |= sideOf(term.op, choiceMask(term.field, subject, word.text));
        } else if (kind == FilterValueKind::Time) {
            (term.field == F::Since ? m_least : m_most) = instantOf(term.field, word.text, moment);
        } else if (kind == FilterValueKind::Address) {
            m_networks.push_back(*IpNetwork::parse(word.text.toStdString()));
        } else if (kind != FilterValueKind::Number) {
            m_needles.emplace_back(word.text, needleKind(term.field, subject, word.pattern));
        } else if (const std::int64_t number = numberOf(word.text); term.op == FilterOperator::Is) {
            m_numbers.push_back(number);
        } else if (term.op == FilterOperator::AtLeast || term.op == FilterOperator::Above) {
            m_least = number + (term.op == FilterOperator::Above ? 1 : 0);
        } else {
            m_most = number - (term.op == FilterOperator::Below ? 1 : 0);
        }
    }
}

bool FilterTest::hasNumber(std::int64_t number) const
{
    if (number < m_least || number > m_most)
        return false;
    return m_numbers.empty() || std::find(m_numbers.begin(), m_numbers.end(), number) != m_numbers.end();
}

bool FilterTest::hasText(std::string_view text) const
{
    if (text.empty())
        return false;
    if (!m_networks.empty()) {
        const auto address = IpAddress::parse(text);
        return address && std::any_of(m_networks.begin(), m_networks.end(),
                                      [&](const IpNetwork &network) { return network.contains(*address); });
    }
    return std::any_of(m_needles.begin(), m_needles.end(),
                       [text](const TextNeedle &needle) { return needle.matches(text); });
}

bool FilterTest::isOfBytes() const
{
    return m_networks.empty() && !m_needles.empty()
        && std::all_of(m_needles.begin(), m_needles.end(), [](const TextNeedle &needle) { return needle.isOfBytes(); });
}

bool FilterTest::mayHaveText(const std::bitset<256> &bytes) const
{
    return !m_networks.empty()
        || std::any_of(m_needles.begin(), m_needles.end(), [&bytes](const TextNeedle &needle) { return needle.mayMatch(bytes); });
}

bool showsMuted(const Filter &filter)
{
    const std::uint32_t muted = statusMask(AlertStatus::New, false, true);
    return std::any_of(filter.terms.begin(), filter.terms.end(), [muted](const FilterTerm &term) {
        if (term.negated || (term.field != F::Status && term.field != F::Mute))
            return false;
        return term.field == F::Mute || std::any_of(term.words.begin(), term.words.end(), [&](const FilterWord &word) {
            return (choiceMask(F::Status, FilterSubject::Alerts, word.text) & muted) != 0;
        });
    });
}

FilterMatcher::FilterMatcher(const Filter &filter, FilterSubject subject, const FilterMoment &moment)
    : m_showsMuted(showsMuted(filter))
{
    for (const FilterTerm &term : filter.terms)
        m_tests.emplace_back(term, subject, moment);
}

bool FilterMatcher::matches(const SecurityAlert &alert) const
{
    if (alert.isMuted() && !m_showsMuted)
        return false;
    return std::all_of(m_tests.begin(), m_tests.end(),
                       [&](const FilterTest &test) { return holds(test, alert) != test.negated(); });
}

bool FilterMatcher::matches(const AuditEvent &event, std::string_view country) const
{
    return std::all_of(m_tests.begin(), m_tests.end(),
                       [&](const FilterTest &test) { return holds(test, event, country) != test.negated(); });
}

} // namespace bartizan
