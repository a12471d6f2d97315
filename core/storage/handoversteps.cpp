// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/handoversteps.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace bartizan {

void StepCollector::shorten(std::vector<StepSummary> &steps) const
{
    std::sort(steps.begin(), steps.end(), [](const StepSummary &a, const StepSummary &b) {
        return std::tie(a.at, a.firstEntry) > std::tie(b.at, b.firstEntry);
    });
    steps.resize(std::min(steps.size(), m_limit));
}

void StepCollector::add(StepSummary summary)
{
    const auto action = handoverActionOf(summary.action);
    if (!action)
        return;
    const auto index = static_cast<std::size_t>(*action);
    ++m_counts[index].steps;
    m_counts[index].alerts += summary.alerts;
    m_people[summary.actor].alerts[index] += summary.alerts;
    std::vector<StepSummary> &kept = m_kept[index];
    kept.push_back(std::move(summary));
    if (kept.size() > 2 * m_limit + 16)
        shorten(kept);
}

void StepCollector::takeBack(const std::string &action, const std::string &actor, std::int64_t alerts)
{
    const auto of = handoverActionOf(action);
    const auto person = m_people.find(actor);
    if (!of || person == m_people.end())
        return;
    const auto index = static_cast<std::size_t>(*of);
    m_counts[index].alerts -= alerts;
    person->second.alerts[index] -= alerts;
}

void StepCollector::finish(Handover &handover)
{
    for (std::size_t i = 0; i < kHandoverActions; ++i) {
        shorten(m_kept[i]);
        handover.steps[i] = m_counts[i];
    }
    for (auto &[name, person] : m_people) {
        person.name = name;
        handover.people.push_back(std::move(person));
    }
    const auto sum = [](const HandoverPerson &person) {
        return std::accumulate(person.alerts.begin(), person.alerts.end(), std::int64_t{0});
    };
    std::sort(handover.people.begin(), handover.people.end(), [&sum](const HandoverPerson &a, const HandoverPerson &b) {
        return sum(a) != sum(b) ? sum(a) > sum(b) : a.name < b.name;
    });
    handover.peopleTotal = static_cast<std::int64_t>(handover.people.size());
    handover.people.resize(std::min(handover.people.size(), m_limit));
}

void mergeGravest(std::vector<SecurityAlert> &into, std::vector<SecurityAlert> &&more, std::size_t limit)
{
    into.insert(into.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    // Those of one severity and time stay in the order that they were read in.
    std::stable_sort(into.begin(), into.end(), [](const SecurityAlert &a, const SecurityAlert &b) {
        return std::tie(a.severity, a.timestamp) > std::tie(b.severity, b.timestamp);
    });
    into.resize(std::min(into.size(), limit));
}

} // namespace bartizan
