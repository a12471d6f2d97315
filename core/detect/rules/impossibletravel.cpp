// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rules/impossibletravel.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace bartizan {
namespace {

bool isPlace(double latitude, double longitude) noexcept
{
    return std::abs(latitude) <= 90 && std::abs(longitude) <= 180; // Neither holds for NaN.
}

} // namespace

double kilometresBetween(double latitudeA, double longitudeA, double latitudeB, double longitudeB) noexcept
{
    constexpr double kRadius = 6371.0088;
    constexpr double kDegree = std::numbers::pi / 180;
    const double north = std::sin((latitudeB - latitudeA) * kDegree / 2);
    const double east = std::sin((longitudeB - longitudeA) * kDegree / 2);
    const double a = north * north + std::cos(latitudeA * kDegree) * std::cos(latitudeB * kDegree) * east * east;
    return 2 * kRadius * std::asin(std::min(1.0, std::sqrt(a)));
}

void Logins::add(TimestampMs t, Login login, TimestampMs span, BlockPool &pool)
{
    login.time = static_cast<std::uint32_t>(t);
    if (empty() || t >= m_newest) {
        if (!empty() && t - m_newest > span)
            forgetAll();
        m_newest = t;
        // Of what no late row can lie before, only the newest is ever asked for.
        while (size() >= 2 && (ageOf(1) >= static_cast<std::uint32_t>(kLateSlack) || size() >= kMost))
            popFront();
        push(login, pool);
        return;
    }
    if (m_newest - t > span)
        return;
    const std::uint32_t index = partitionPoint([&](const Login &known) {
        return static_cast<std::uint32_t>(m_newest) - known.time >= static_cast<std::uint32_t>(m_newest - t);
    });
    insert(index, login, pool);
    if (size() > kMost)
        popFront();
}

Logins::Pair Logins::upTo(TimestampMs t) const
{
    if (empty())
        return {};
    if (t >= m_newest) {
        const std::uint32_t last = size() - 1;
        return last == 0 ? Pair{&at(0), nullptr, 0} : Pair{&at(last), &at(last - 1), ageOf(last - 1)};
    }
    const auto age = static_cast<std::uint32_t>(m_newest - t);
    const std::uint32_t end = partitionPoint(
        [&](const Login &known) { return static_cast<std::uint32_t>(m_newest) - known.time >= age; });
    if (end == 0)
        return {};
    if (end == 1)
        return {&at(0), nullptr, 0};
    return {&at(end - 1), &at(end - 2), static_cast<TimestampMs>(ageOf(end - 2)) - static_cast<TimestampMs>(ageOf(end - 1))};
}

void Logins::mark(KeyMarks &countries) const
{
    for (std::uint32_t i = 0; i < size(); ++i)
        countries.mark(at(i).country);
}

bool Logins::within(std::size_t countries) const
{
    for (std::uint32_t i = 0; i < size(); ++i) {
        if (at(i).country >= countries)
            return false;
    }
    return true;
}

void Logins::save(StateWriter &out) const
{
    out.put(m_newest);
    saveEntries(out);
}

bool Logins::load(StateReader &in, BlockPool &pool)
{
    m_newest = in.get<TimestampMs>();
    return loadEntries(in, pool);
}

void ImpossibleTravelRule::configure(const MonitoringConfig &config)
{
    m_farKilometres = valueOf(info(), "kilometres", config);
    m_fastKilometresPerHour = valueOf(info(), "kilometresPerHour", config);
    m_window = valueOf(info(), kWindowSeconds, config) * kSecond;
    m_countryWindow = valueOf(info(), "countryWindowSeconds", config) * kSecond;
    m_users.setSpan(window() + kLateSlack);
}

void ImpossibleTravelRule::see(RuleEvent &event, Hits *hits)
{
    if (!event.hasUser())
        return;
    const RowDetails &details = event.details();
    const EventView &row = event.row();
    Login login{0, event.country(), details.latitude, details.longitude, row.id};
    if (!isPlace(login.latitude, login.longitude)) {
        login.latitude = row.latitude;
        login.longitude = row.longitude;
    }
    Logins &logins = m_users.at(event.user(), event.at());
    logins.add(event.at(), login, m_users.span(), m_users.pool());
    double kilometres = 0;
    if (hits != nullptr && impossible(logins.upTo(event.at()), kilometres))
        hits->push_back({this, GroupKind::User, event.user(), 2, *info().severity, kilometres});
}

bool ImpossibleTravelRule::impossible(const Logins::Pair &pair, double &kilometres) const
{
    if (pair.previous == nullptr)
        return false;
    const Login &a = *pair.previous;
    const Login &b = *pair.last;
    if (isPlace(a.latitude, a.longitude) && isPlace(b.latitude, b.longitude)) {
        kilometres = kilometresBetween(a.latitude, a.longitude, b.latitude, b.longitude);
        const double hours = static_cast<double>(pair.between) / static_cast<double>(kHour);
        return pair.between <= m_window && kilometres >= m_farKilometres && kilometres >= m_fastKilometresPerHour * hours;
    }
    kilometres = std::numeric_limits<double>::quiet_NaN();
    return pair.between <= m_countryWindow && a.country != kNoKey && b.country != kNoKey && a.country != b.country;
}

Finding ImpossibleTravelRule::describe(RuleEvent &event, const Hit &hit) const
{
    const Logins::Pair pair = m_users.find(hit.key)->upTo(event.at());
    const std::array<std::int64_t, 2> rows{pair.previous->id, pair.last->id};
    const bool byCountry = std::isnan(hit.figure);
    const std::string apart = byCountry ? std::string("another country")
                                        : counted(std::llround(hit.figure), "kilometre") + " away";
    const TimestampMs window = byCountry ? m_countryWindow : m_window;
    Finding finding = foundBy(hit,
                              joined({"2 logins of user ", event.text(hit.kind), ", the second from ", apart, ", in ",
                                      spanText(window)}),
                              window, rows);
    if (!byCountry)
        finding.metadata.add("kilometres", std::int64_t{std::llround(hit.figure)});
    finding.metadata.add("secondsBetween", pair.between / kSecond);
    return finding;
}

void ImpossibleTravelRule::expire(TimestampMs now, RuleMarks &marks)
{
    m_users.expire(now, marks, KeySpace::Names);
    if (!marks.areAsked(KeySpace::Countries))
        return;
    m_users.forEach([&](KeyId, const Logins &logins) { logins.mark(marks[KeySpace::Countries]); });
}

bool ImpossibleTravelRule::load(StateReader &in, const RuleKeys &keys)
{
    bool good = m_users.load(in, keys[KeySpace::Names].limit());
    m_users.forEach([&](KeyId, const Logins &logins) {
        good = good && logins.within(keys[KeySpace::Countries].limit());
    });
    return good;
}

} // namespace bartizan
