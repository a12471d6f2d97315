// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/sessionhijacking.h"

#include <absl/container/inlined_vector.h>

namespace bartizan {
namespace {

/// Whether two of `runs` differ in address and in what `of` reads, 0 meaning that it is unknown.
template<typename Runs, typename Of>
bool differ(const Runs &runs, Of of)
{
    // Against the first that knows it, each of the others differs in both, in one, or in none. Two that differ from the
    // first in one each, and not in the same, differ from each other in both.
    const SessionRun *base = nullptr;
    bool otherAddress = false;
    bool otherValue = false;
    for (const SessionRun *run : runs) {
        if (of(*run) == 0)
            continue;
        if (base == nullptr) {
            base = run;
            continue;
        }
        const bool address = run->address != base->address;
        const bool value = of(*run) != of(*base);
        if (address && value)
            return true;
        otherAddress = otherAddress || address;
        otherValue = otherValue || value;
    }
    return otherAddress && otherValue;
}

} // namespace

void SessionRuns::dropBefore(TimestampMs from)
{
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < size(); ++i) {
        if (timeOf(at(i).last) >= from)
            at(kept++) = at(i);
    }
    while (size() > kept)
        popBack();
}

void SessionRuns::add(TimestampMs t, SessionRun row, TimestampMs window, TimestampMs span, BlockPool &pool)
{
    if (empty() || t > m_newest) {
        if (!empty() && t - m_newest > span)
            forgetAll();
        m_newest = t;
    } else if (m_newest - t > span) {
        return;
    }
    for (std::uint32_t i = size(); i > 0; --i) {
        SessionRun &run = at(i - 1);
        if (!run.sameClient(row))
            continue;
        const TimestampMs first = std::min(timeOf(run.first), t);
        const TimestampMs last = std::max(timeOf(run.last), t);
        if (last - first > window)
            continue;
        if (last == t)
            run.id = row.id;
        run.first = static_cast<std::uint32_t>(first);
        run.last = static_cast<std::uint32_t>(last);
        return;
    }
    dropBefore(m_newest - span);
    if (size() >= kMost)
        popFront();
    row.first = row.last = static_cast<std::uint32_t>(t);
    push(row, pool);
}

SessionRuns::Uses SessionRuns::uses(TimestampMs t, TimestampMs window) const
{
    absl::InlinedVector<const SessionRun *, 16> runs;
    for (std::uint32_t i = 0; i < size(); ++i) {
        if (touches(at(i), t, window))
            runs.push_back(&at(i));
    }
    Uses result;
    if (runs.empty())
        return result;
    const bool one = std::all_of(runs.begin(), runs.end(),
                                 [&](const SessionRun *run) { return run->address == runs.front()->address; });
    if (one) {
        result.addresses = 1;
        return result;
    }
    result.countriesDiffer = differ(runs, [](const SessionRun &run) { return std::uint64_t{run.country}; });
    result.agentsDiffer = differ(runs, [](const SessionRun &run) { return run.agent; });
    std::sort(runs.begin(), runs.end(), [](const SessionRun *a, const SessionRun *b) { return a->address < b->address; });
    const auto end = std::unique(runs.begin(), runs.end(),
                                 [](const SessionRun *a, const SessionRun *b) { return a->address == b->address; });
    result.addresses = end - runs.begin();
    return result;
}

std::size_t SessionRuns::newestRows(TimestampMs t, TimestampMs window, std::span<std::int64_t> rows) const
{
    absl::InlinedVector<std::pair<TimestampMs, std::int64_t>, 16> ids;
    for (std::uint32_t i = 0; i < size(); ++i) {
        if (touches(at(i), t, window))
            ids.emplace_back(timeOf(at(i).last), at(i).id);
    }
    std::sort(ids.begin(), ids.end());
    const std::size_t found = std::min(ids.size(), rows.size());
    std::transform(ids.end() - static_cast<std::ptrdiff_t>(found), ids.end(), rows.begin(),
                   [](const auto &entry) { return entry.second; });
    return found;
}

void SessionRuns::mark(KeyMarks *addresses, KeyMarks &countries) const
{
    for (std::uint32_t i = 0; i < size(); ++i) {
        if (addresses != nullptr)
            addresses->mark(at(i).address);
        countries.mark(at(i).country);
    }
}

bool SessionRuns::within(std::size_t addresses, std::size_t countries) const
{
    for (std::uint32_t i = 0; i < size(); ++i) {
        if (at(i).address >= addresses || at(i).country >= countries)
            return false;
    }
    return true;
}

void SessionRuns::save(StateWriter &out) const
{
    out.put(m_newest);
    saveEntries(out);
}

bool SessionRuns::load(StateReader &in, BlockPool &pool)
{
    m_newest = in.get<TimestampMs>();
    return loadEntries(in, pool);
}

void SessionHijackingRule::configure(const MonitoringConfig &config)
{
    m_threshold = valueOf(info(), kThreshold, config);
    m_window = valueOf(info(), kWindowSeconds, config) * kSecond;
    m_sessions.setSpan(m_window + kLateSlack);
}

void SessionHijackingRule::see(RuleEvent &event, Hits *hits)
{
    const EventView &row = event.row();
    if (row.sessionId.empty() || !event.hasAddress())
        return;
    const KeyId session = event.key(GroupKind::Session);
    const SessionRun run{0, 0, event.address(), event.country(), event.agent().fingerprint, row.id};
    SessionRuns &runs = m_sessions.at(session, event.at());
    runs.add(event.at(), run, m_window, m_sessions.span(), m_sessions.pool());
    // One address alone is nothing, and nearly all there is.
    if (hits == nullptr || runs.size() < 2 || !runs.usedBesides(run.address, event.at(), m_window))
        return;
    const SessionRuns::Uses uses = runs.uses(event.at(), m_window);
    if (uses.addresses < m_threshold || !(uses.countriesDiffer || uses.agentsDiffer))
        return;
    hits->push_back({this, GroupKind::Session, session, uses.addresses,
                     uses.countriesDiffer ? AlertSeverity::Critical : AlertSeverity::High});
}

Finding SessionHijackingRule::describe(RuleEvent &event, const Hit &hit) const
{
    std::array<std::int64_t, kMostExamples> rows{};
    const std::size_t found = m_sessions.find(hit.key)->newestRows(event.at(), m_window, rows);
    const bool countries = hit.severity == AlertSeverity::Critical;
    return foundBy(hit,
                   joined({"Session ", event.text(hit.kind), " used from ", std::to_string(hit.count),
                           countries ? " IPs of different countries in " : " IPs with different user agents in ",
                           spanText(m_window)}),
                   m_window, std::span(rows).first(found));
}

void SessionHijackingRule::expire(TimestampMs now, RuleMarks &marks)
{
    m_sessions.expire(now, marks, KeySpace::Sessions);
    KeyMarks *const addresses = marks.areAsked(KeySpace::Addresses) ? &marks[KeySpace::Addresses] : nullptr;
    if (addresses == nullptr && !marks.areAsked(KeySpace::Countries))
        return;
    m_sessions.forEach([&](KeyId, const SessionRuns &runs) { runs.mark(addresses, marks[KeySpace::Countries]); });
}

bool SessionHijackingRule::load(StateReader &in, const RuleKeys &keys)
{
    bool good = m_sessions.load(in, keys[KeySpace::Sessions].limit());
    m_sessions.forEach([&](KeyId, const SessionRuns &runs) {
        good = good && runs.within(keys[KeySpace::Addresses].limit(), keys[KeySpace::Countries].limit());
    });
    return good;
}

} // namespace bartizan
