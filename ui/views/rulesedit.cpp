// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/rulesedit.h"

#include <algorithm>

namespace bartizan {
namespace {

QString qs(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::size_t at(RuleId rule)
{
    return static_cast<std::size_t>(rule);
}

/// The value as it is kept, whether or not the preset lets it count.
int kept(const MonitoringConfig &config, RuleId rule, std::size_t parameter)
{
    return ruleInfo(rule).parameters()[parameter].threshold.empty() ? config.rules[at(rule)].values[parameter]
                                                                    : config.value(rule, parameter);
}

std::size_t parameterCount(RuleId rule)
{
    return ruleInfo(rule).parameters().size();
}

bool sameRule(const MonitoringConfig &a, const MonitoringConfig &b, RuleId rule)
{
    for (std::size_t i = 0; i < parameterCount(rule); ++i) {
        if (kept(a, rule, i) != kept(b, rule, i))
            return false;
    }
    return a.rules[at(rule)].enabled == b.rules[at(rule)].enabled;
}

void copyRule(const MonitoringConfig &from, MonitoringConfig &to, RuleId rule)
{
    for (std::size_t i = 0; i < parameterCount(rule); ++i)
        to.setValue(rule, i, kept(from, rule, i));
    to.rules[at(rule)].enabled = from.rules[at(rule)].enabled;
}

} // namespace

bool RulesEdit::rebase(const MonitoringConfig &stored)
{
    MonitoringConfig draft = stored;
    bool conflict = false;
    for (const RuleInfo &rule : ruleCatalog()) {
        if (sameRule(m_stored, m_draft, rule.id))
            continue;
        conflict = conflict || (!sameRule(m_stored, stored, rule.id) && !sameRule(m_draft, stored, rule.id));
        copyRule(m_draft, draft, rule.id);
    }
    m_stored = stored;
    m_draft = draft;
    Q_EMIT changed();
    return conflict;
}

MonitoringConfig RulesEdit::with(RuleId rule) const
{
    MonitoringConfig config = m_stored;
    copyRule(m_draft, config, rule);
    return config;
}

void RulesEdit::setEnabled(RuleId rule, bool on)
{
    if (m_draft.rules[at(rule)].enabled == on)
        return;
    m_draft.rules[at(rule)].enabled = on;
    Q_EMIT changed();
}

void RulesEdit::setValue(RuleId rule, std::size_t parameter, int value)
{
    if (kept(m_draft, rule, parameter) == value)
        return;
    m_draft.setValue(rule, parameter, value);
    Q_EMIT changed();
}

void RulesEdit::useStandard(RuleId rule)
{
    const auto parameters = ruleInfo(rule).parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i)
        m_draft.setValue(rule, i, parameters[i].standard);
    Q_EMIT changed();
}

void RulesEdit::discard(RuleId rule)
{
    copyRule(m_stored, m_draft, rule);
    Q_EMIT changed();
}

void RulesEdit::discardAll()
{
    m_draft = m_stored;
    Q_EMIT changed();
}

bool RulesEdit::isEdited(RuleId rule) const
{
    return !sameRule(m_stored, m_draft, rule);
}

int RulesEdit::editedCount() const
{
    const auto all = ruleCatalog();
    return static_cast<int>(std::count_if(all.begin(), all.end(), [this](const RuleInfo &rule) { return isEdited(rule.id); }));
}

bool RulesEdit::isStandard(RuleId rule) const
{
    const auto parameters = ruleInfo(rule).parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (kept(m_draft, rule, i) != parameters[i].standard)
            return false;
    }
    return true;
}

std::optional<std::size_t> RulesEdit::firstInvalid(RuleId rule) const
{
    const auto parameters = ruleInfo(rule).parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const int value = kept(m_draft, rule, i);
        if (value < parameters[i].minimum || value > parameters[i].maximum)
            return i;
    }
    return std::nullopt;
}

QJsonObject RulesEdit::update(RuleId rule) const
{
    QJsonObject own;
    QJsonObject thresholds;
    const auto parameters = ruleInfo(rule).parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const int value = kept(m_draft, rule, i);
        if (value == kept(m_stored, rule, i))
            continue;
        if (parameters[i].threshold.empty())
            own.insert(qs(parameters[i].key), value);
        else
            thresholds.insert(qs(parameters[i].threshold), value);
    }
    if (m_draft.rules[at(rule)].enabled != m_stored.rules[at(rule)].enabled)
        own.insert(QStringLiteral("enabled"), m_draft.rules[at(rule)].enabled);
    QJsonObject result;
    if (!thresholds.isEmpty())
        result.insert(QStringLiteral("thresholds"), thresholds);
    if (!own.isEmpty())
        result.insert(QStringLiteral("rules"), QJsonObject{{qs(ruleInfo(rule).key), own}});
    return result;
}

} // namespace bartizan
