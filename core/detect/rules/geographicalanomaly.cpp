// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/geographicalanomaly.h"

#include "core/detect/wording.h"

#include <algorithm>
#include <utility>

namespace bartizan {
namespace {

constexpr double kConfidence = 0.8;

} // namespace

Presence &VisitedCountries::in(KeyId country)
{
    if (m_several == nullptr) {
        m_several = std::make_unique<Several>();
        m_several->latest = std::exchange(m_only, kNoKey);
        m_several->here = m_anywhere;
    }
    Several &several = *m_several;
    if (several.latest != country) {
        if (several.latest != kNoKey)
            several.others[several.latest] = several.here;
        several.latest = country;
        const auto known = several.others.find(country);
        several.here = known == several.others.end() ? Presence() : known->second;
        if (known != several.others.end())
            several.others.erase(known);
    }
    return several.here;
}

bool VisitedCountries::add(KeyId country, TimestampMs t)
{
    if (m_only == country) [[likely]] {
        m_anywhere.add(t);
        return false;
    }
    if (empty()) {
        m_only = country;
        m_anywhere.add(t);
        return false;
    }
    Presence &here = in(country);
    const bool departs = m_anywhere.before(t) && !here.before(t);
    here.add(t);
    m_anywhere.add(t);
    return departs;
}

void VisitedCountries::merge(KeyId country, const Presence &part)
{
    if (empty())
        m_only = country;
    else if (m_only != country)
        in(country).merge(part);
    m_anywhere.merge(part);
}

void VisitedCountries::settle() noexcept
{
    m_anywhere.settle();
    if (m_several == nullptr)
        return;
    if (m_several->latest != kNoKey)
        m_several->here.settle();
    for (auto &entry : m_several->others)
        entry.second.settle();
}

void VisitedCountries::forget(TimestampMs from, KeyMarks &marks)
{
    marks.mark(m_only);
    if (m_several == nullptr)
        return;
    absl::erase_if(m_several->others, [&](const auto &entry) {
        if (entry.second.last < from)
            return true;
        marks.mark(entry.first);
        return false;
    });
    if (m_several->here.last < from)
        m_several->latest = kNoKey;
    marks.mark(m_several->latest);
}

void VisitedCountries::save(StateWriter &out) const
{
    out.put(m_anywhere);
    out.put(m_only);
    const bool latest = m_several && m_several->latest != kNoKey;
    out.put(static_cast<std::uint32_t>((m_several ? m_several->others.size() : 0) + (latest ? 1 : 0)));
    if (latest) {
        out.put(m_several->latest);
        out.put(m_several->here);
    }
    if (m_several) {
        for (const auto &[country, presence] : m_several->others) {
            out.put(country);
            out.put(presence);
        }
    }
}

bool VisitedCountries::load(StateReader &in, BlockPool &)
{
    m_anywhere = in.get<Presence>();
    m_only = in.get<KeyId>();
    const auto several = in.get<std::uint32_t>();
    if (several == 0)
        return true;
    if (!in.holds(several, sizeof(KeyId) + sizeof(Presence)))
        return false;
    m_several = std::make_unique<Several>();
    for (std::uint32_t i = 0; i < several; ++i) {
        const auto country = in.get<KeyId>();
        m_several->others.emplace(country, in.get<Presence>());
    }
    return true;
}

bool VisitedCountries::within(std::size_t limit) const
{
    return m_only < limit
        && (m_several == nullptr
            || std::all_of(m_several->others.begin(), m_several->others.end(),
                           [&](const auto &entry) { return entry.first < limit; }));
}

GeographicalAnomaly::GeographicalAnomaly(KeyTracker &tracker) : Rule(RuleId::GeographicalAnomaly)
{
    for (std::size_t type = 0; type < enumCount<SecurityEventType>(); ++type)
        m_users.push_back(std::make_unique<Groups<VisitedCountries>>(tracker, kHistorySpan + kLateSlack));
}

void GeographicalAnomaly::see(RuleEvent &event, Hits *hits)
{
    if (!event.hasUser() || !event.hasCountry())
        return;
    const KeyId country = event.country();
    auto &users = *m_users[static_cast<std::size_t>(event.row().eventType)];
    const bool departs = users.at(event.user(), event.at()).add(country, event.at());
    if (!departs || hits == nullptr)
        return;
    event.setFromUnusualCountry();
    hits->push_back({this, GroupKind::User, event.user(), 0, severityOf(kConfidence), kConfidence});
}

Finding GeographicalAnomaly::describe(RuleEvent &event, const Hit &) const
{
    return findingOf({kConfidence, kGeographicalAnomaly, joined({"User accessing from unusual country: ", event.row().country}),
                      {"Verify user identity", "Check for compromised credentials",
                       "Consider additional authentication"}});
}

void GeographicalAnomaly::restore(const DetectorHistory::KnownCountry &known, RuleKeys &keys)
{
    if (known.userId.empty() || known.country.empty())
        return;
    const KeyId user = keys.intern(KeySpace::Names, known.userId);
    const KeyId country = keys.intern(KeySpace::Countries, known.country);
    m_users[static_cast<std::size_t>(known.eventType)]->at(user, known.last).merge(country, Presence::partOf(known));
}

void GeographicalAnomaly::settle()
{
    for (const auto &users : m_users)
        users->forEach([](KeyId, VisitedCountries &visited) { visited.settle(); });
}

void GeographicalAnomaly::expire(TimestampMs now, RuleMarks &marks)
{
    for (const auto &users : m_users) {
        users->expire(now, marks, KeySpace::Names);
        if (!marks.areAsked(KeySpace::Countries))
            continue;
        users->forEach([&](KeyId, VisitedCountries &visited) {
            visited.forget(now - users->span(), marks[KeySpace::Countries]);
        });
    }
}

void GeographicalAnomaly::clear()
{
    for (const auto &users : m_users)
        users->clear();
}

void GeographicalAnomaly::save(StateWriter &out) const
{
    for (const auto &users : m_users)
        users->save(out);
}

bool GeographicalAnomaly::load(StateReader &in, const RuleKeys &keys)
{
    bool good = true;
    for (const auto &users : m_users) {
        good = good && users->load(in, keys[KeySpace::Names].limit());
        users->forEach([&](KeyId, const VisitedCountries &visited) {
            good = good && visited.within(keys[KeySpace::Countries].limit());
        });
    }
    return good;
}

std::size_t GeographicalAnomaly::bytes() const noexcept
{
    std::size_t sum = 0;
    for (const auto &users : m_users)
        sum += users->bytes();
    return sum;
}

} // namespace bartizan
