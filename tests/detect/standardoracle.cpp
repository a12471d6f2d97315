// SPDX-License-Identifier: GPL-3.0-or-later
#include "standardoracle.h"

#include "core/domain/jsontext.h"
#include "core/domain/rulegroup.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace bartizan::test {
namespace {

using Type = SecurityEventType;
using Outcome = AuditOutcome;

bool is(const AuditEvent &r, Type type, Outcome outcome) { return r.eventType == type && r.outcome == outcome; }
bool isOwn(const AuditEvent &r) { return r.origin == RowOrigin::Monitor; }
bool isFailedLogin(const AuditEvent &r) { return is(r, Type::Authentication, Outcome::Failure); }
bool isLogin(const AuditEvent &r) { return is(r, Type::Authentication, Outcome::Success); }
bool isAdmin(const AuditEvent &r) { return r.eventType == Type::PlatformAdmin || r.eventType == Type::UserManagement; }
bool isDenial(const AuditEvent &r)
{
    return is(r, Type::Authorization, Outcome::Failure) || is(r, Type::Authorization, Outcome::Blocked);
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

bool actionHas(const AuditEvent &r, std::initializer_list<const char *> words)
{
    const std::string action = lower(r.action);
    return std::any_of(words.begin(), words.end(), [&](const char *w) { return action.find(w) != std::string::npos; });
}

bool isGrant(const AuditEvent &r)
{
    return is(r, Type::UserManagement, Outcome::Success)
        && actionHas(r, {"grant", "elevate", "promote", "role", "admin"});
}

std::string accountOf(const AuditEvent &r)
{
    if (r.context.userId && !r.context.userId->empty())
        return lower(*r.context.userId);
    const QJsonObject metadata = jsonObjectOf(r.metadata);
    const QString name = metadata.value(QLatin1String("username")).toString();
    return lower((name.isEmpty() ? metadata.value(QLatin1String("email")).toString() : name).toStdString());
}

std::string text(const std::optional<std::string> &value) { return value.value_or(std::string()); }

std::optional<std::pair<double, double>> placeOf(const AuditEvent &r)
{
    const QJsonObject metadata = jsonObjectOf(r.metadata);
    if (!metadata.contains(QLatin1String("latitude")) || !metadata.contains(QLatin1String("longitude")))
        return std::nullopt;
    return std::pair(metadata.value(QLatin1String("latitude")).toDouble(),
                     metadata.value(QLatin1String("longitude")).toDouble());
}

/// By the law of cosines: another formula than the detector's.
double kilometres(const std::pair<double, double> &a, const std::pair<double, double> &b)
{
    const double degree = std::acos(-1.0) / 180;
    const double cosine = std::sin(a.first * degree) * std::sin(b.first * degree)
        + std::cos(a.first * degree) * std::cos(b.first * degree) * std::cos((b.second - a.second) * degree);
    return 6371.0088 * std::acos(std::clamp(cosine, -1.0, 1.0));
}

TimestampMs minuteOf(TimestampMs t) { return t - t % kMinute; }
std::int64_t sizeOf(const std::vector<const AuditEvent *> &rows) { return static_cast<std::int64_t>(rows.size()); }
std::int64_t hourOf(TimestampMs t) { return t / kHour % 24; }

} // namespace

int StandardOracle::value(RuleId rule, std::string_view parameter) const
{
    return m_config.value(rule, *ruleParameter(rule, parameter));
}

template<typename Matches>
std::vector<const AuditEvent *> StandardOracle::rows(TimestampMs from, TimestampMs to, Matches matches) const
{
    std::vector<const Row *> found;
    for (const Row &r : m_rows) {
        if (r.timestamp >= from && r.timestamp <= to && matches(r))
            found.push_back(&r);
    }
    return found;
}

void StandardOracle::hitAt(const Row &row, TimestampMs at, RuleId rule, const std::string &group, AlertSeverity severity,
                           std::int64_t count)
{
    if (m_config.isOn(rule)) {
        const RuleInfo &info = ruleInfo(rule);
        m_fired.emplace(info.key);
        m_hits.push_back({at, std::string(info.key), info.type, group, severity, count, row.id, 0, 0});
    }
}

void StandardOracle::hit(RuleId rule, const std::string &group, AlertSeverity severity, std::int64_t count)
{
    hitAt(*m_row, m_row->timestamp, rule, group, severity, count);
}

void StandardOracle::hit(RuleId rule, const std::string &group, std::int64_t count)
{
    hit(rule, group, *ruleInfo(rule).severity, count);
}

/// A rule that counts the rows that match and judges the row at hand, which does.
template<typename Matches>
void StandardOracle::countRule(RuleId rule, const std::string &group, Matches matches)
{
    const TimestampMs now = m_row->timestamp;
    const std::int64_t count = sizeOf(rows(now - window(rule), now, matches));
    if (count >= threshold(rule))
        hit(rule, group, count);
    later(rule, group, matches, matches, sizeOf, false);
}

template<typename Matches, typename Judged, typename Weigh>
void StandardOracle::later(RuleId rule, const std::string &group, Matches matches, Judged judged, Weigh weigh, bool pair)
{
    if (!m_counts)
        return;
    std::vector<const Row *> newer = rows(m_row->timestamp + 1, m_row->timestamp + window(rule), judged);
    std::stable_sort(newer.begin(), newer.end(), [](const Row *a, const Row *b) { return a->timestamp < b->timestamp; });
    for (std::size_t i = 0; i < newer.size(); ++i) {
        const Row &r = *newer[i];
        if (!pair && i + 1 < newer.size() && newer[i + 1]->timestamp == r.timestamp)
            continue; // Rows that are counted and judged are one if they are of one millisecond.
        std::vector<const Row *> counted = rows(r.timestamp - window(rule), r.timestamp, [&](const Row &c) {
            return matches(c) && (!pair || c.timestamp < r.timestamp || c.id < r.id);
        });
        const std::int64_t with = weigh(counted);
        std::erase_if(counted, [&](const Row *c) { return c->id == m_row->id; });
        const std::int64_t enough = ruleParameter(rule, kThreshold) ? threshold(rule) : 1;
        if (with >= enough && weigh(counted) < enough)
            hitAt(pair ? r : *m_row, r.timestamp, rule, group, *ruleInfo(rule).severity, with);
    }
}

void StandardOracle::process(const AuditEvent &row)
{
    m_counts = row.timestamp < m_newest && m_newest - row.timestamp <= kLateSlack;
    m_newest = std::max(m_newest, row.timestamp);
    m_rows.push_back(row);
    const Row copy = row;
    m_row = &copy;
    m_hits.clear();
    reference();
    anomalies();
    logins();
    enumeration();
    addressesAndCompanies();
    privileges();
    data();
    travel();
    scanners();
    sessions();
    const auto order = [](const StandardHit &h) {
        return std::tuple(h.at, static_cast<int>(ruleNamed(h.rule)->id), groupParts(h.group).kind);
    };
    std::stable_sort(m_hits.begin(), m_hits.end(), [&](const auto &a, const auto &b) { return order(a) < order(b); });
    m_allHits.insert(m_allHits.end(), m_hits.begin(), m_hits.end());
    const TimestampMs span = m_config.alerting.suppressDuplicateMinutes * kMinute;
    for (const StandardHit &h : m_hits) {
        StandardHit *by = nullptr;
        for (StandardHit &alert : m_alerts) {
            if (alert.type == h.type && alert.group == h.group && alert.at > h.at - span && alert.at <= h.at + span
                && (by == nullptr || alert.at >= by->at))
                by = &alert;
        }
        if (by != nullptr) {
            ++by->repeats;
            by->lastRepeatAt = std::max(by->lastRepeatAt, h.at);
            continue;
        }
        m_alerts.push_back(h);
        AuditEvent own;
        own.timestamp = h.at;
        own.eventType = Type::SystemConfig;
        own.origin = RowOrigin::Monitor;
        own.context = row.context;
        m_rows.push_back(own);
    }
}

void StandardOracle::reference()
{
    const std::string address = text(m_row->context.ipAddress);
    const std::string user = text(m_row->context.userId);
    const auto sameAddress = [&](const Row &r) { return text(r.context.ipAddress) == address; };
    if (isFailedLogin(*m_row) && !address.empty())
        countRule(RuleId::BruteForce, "address:" + address, [&](const Row &r) { return isFailedLogin(r) && sameAddress(r); });
    if (isAdmin(*m_row) && !user.empty())
        countRule(RuleId::AdminActivity, "user:" + user,
                  [&](const Row &r) { return isAdmin(r) && text(r.context.userId) == user; });
    if (m_row->outcome == Outcome::RateLimited && !address.empty())
        countRule(RuleId::RateLimit, "address:" + address,
                  [&](const Row &r) { return r.outcome == Outcome::RateLimited && sameAddress(r); });
}

void StandardOracle::anomalies()
{
    const TimestampMs now = m_row->timestamp;
    const std::string user = text(m_row->context.userId);
    const std::string country = text(m_row->context.country);
    const auto history = rows(now - kHistorySpan, now - 1, [&](const Row &r) { return r.eventType == m_row->eventType; });
    if (!user.empty() && !country.empty()) {
        std::set<std::string> known;
        for (const Row *r : history) {
            if (text(r->context.userId) == user && !text(r->context.country).empty())
                known.insert(text(r->context.country));
        }
        if (m_config.isOn(RuleId::GeographicalAnomaly) && !known.empty() && !known.contains(country)) {
            hit(RuleId::GeographicalAnomaly, "user:" + user, AlertSeverity::High, 0);
            return;
        }
    }
    if (!rows(now + 1, now + kDay, [](const Row &) { return true; }).empty())
        return; // A late row is counted, but not judged.
    // The baseline's far edge is exact to a minute; recent events are those since the minute of an hour ago.
    std::int64_t usual = 0;
    std::set<TimestampMs> days;
    for (const Row &r : m_rows) {
        if (r.eventType != m_row->eventType || minuteOf(r.timestamp) + kMinute <= now - kHistorySpan || r.timestamp >= now)
            continue;
        usual += hourOf(r.timestamp) == hourOf(now) ? 1 : 0;
        days.insert(r.timestamp / kDay);
    }
    std::int64_t recent = 0;
    for (const Row &r : m_rows) {
        recent += r.eventType == m_row->eventType && !isOwn(r) && minuteOf(r.timestamp) + kMinute > now - kHour
                && r.timestamp <= now && hourOf(r.timestamp) == hourOf(now)
            ? 1
            : 0;
    }
    const int factor = value(RuleId::TemporalAnomaly, "factor");
    if (usual == 0 || recent * 7 <= factor * usual || recent < value(RuleId::TemporalAnomaly, "minimumEvents")
        || static_cast<int>(days.size()) < value(RuleId::TemporalAnomaly, "minimumDays"))
        return;
    const double average = static_cast<double>(usual) / 7;
    // 0.7 + 0.05 · (recent / average - factor), against 0.9 and 0.8.
    const double above = static_cast<double>(recent) / average - factor + 1e-6;
    const AlertSeverity severity = above >= 4 ? AlertSeverity::Critical : above >= 2 ? AlertSeverity::High : AlertSeverity::Medium;
    hit(RuleId::TemporalAnomaly, "eventType:" + std::string(toString(m_row->eventType)), severity, recent);
}

void StandardOracle::logins()
{
    const TimestampMs now = m_row->timestamp;
    const std::string account = accountOf(*m_row);
    const std::string address = text(m_row->context.ipAddress);
    const auto ofAccount = [&](const Row &r) { return !isOwn(r) && isFailedLogin(r) && accountOf(r) == account; };
    const auto fromAddress = [&](const Row &r) {
        return !isOwn(r) && isFailedLogin(r) && text(r.context.ipAddress) == address;
    };
    if (isFailedLogin(*m_row) && !account.empty()) {
        countRule(RuleId::MultipleFailedLogins, "account:" + account, ofAccount);
        later(RuleId::BruteForceSuccess, "account:" + account, ofAccount,
                  [&](const Row &r) { return isLogin(r) && accountOf(r) == account; }, sizeOf, true);
    }
    if (isFailedLogin(*m_row) && !address.empty()) {
        later(RuleId::BruteForceSuccess, "address:" + address, fromAddress,
                  [&](const Row &r) { return isLogin(r) && text(r.context.ipAddress) == address; }, sizeOf, true);
    }
    if (!isLogin(*m_row))
        return;
    const TimestampMs from = now - window(RuleId::BruteForceSuccess);
    const auto atLeast = threshold(RuleId::BruteForceSuccess);
    const std::int64_t byAddress = sizeOf(rows(from, now, fromAddress));
    if (!address.empty() && byAddress >= atLeast)
        hit(RuleId::BruteForceSuccess, "address:" + address, byAddress);
    const std::int64_t byAccount = sizeOf(rows(from, now, ofAccount));
    if (!account.empty() && byAccount >= atLeast)
        hit(RuleId::BruteForceSuccess, "account:" + account, byAccount);
}

void StandardOracle::enumeration()
{
    const auto tries = [](const Row &r) { return !isOwn(r) && (isFailedLogin(r) || r.eventType == Type::PasswordReset); };
    const std::string address = text(m_row->context.ipAddress);
    if (!tries(*m_row) || address.empty() || accountOf(*m_row).empty())
        return;
    const TimestampMs now = m_row->timestamp;
    std::set<std::string> tried;
    std::set<std::string> entered;
    for (const Row *r : rows(now - window(RuleId::AccountEnumeration), now, [&](const Row &r) {
             return !isOwn(r) && text(r.context.ipAddress) == address && !accountOf(r).empty();
         })) {
        if (tries(*r))
            tried.insert(accountOf(*r));
        else if (isLogin(*r))
            entered.insert(accountOf(*r));
    }
    if (static_cast<std::int64_t>(tried.size()) >= threshold(RuleId::AccountEnumeration) && tried.size() > entered.size())
        hit(RuleId::AccountEnumeration, "address:" + address, static_cast<std::int64_t>(tried.size()));
}

void StandardOracle::privileges()
{
    const TimestampMs now = m_row->timestamp;
    const std::string user = text(m_row->context.userId);
    if (user.empty())
        return;
    const auto sameUser = [&](const Row &r) { return !isOwn(r) && text(r.context.userId) == user; };
    const auto denied = [&](const Row &r) { return isDenial(r) && sameUser(r); };
    const auto granted = [&](const Row &r) { return isGrant(r) && sameUser(r); };
    if (isDenial(*m_row)) {
        countRule(RuleId::AccessDeniedBurst, "user:" + user, denied);
        later(RuleId::EscalationAfterDenial, "user:" + user, denied, granted, sizeOf, true);
    }
    if (!isGrant(*m_row))
        return;
    const auto denials = rows(now - window(RuleId::EscalationAfterDenial), now, denied);
    if (!denials.empty())
        hit(RuleId::EscalationAfterDenial, "user:" + user, static_cast<std::int64_t>(denials.size()));
    countRule(RuleId::MassGrant, "user:" + user, granted);
}

void StandardOracle::addressesAndCompanies()
{
    const std::string address = text(m_row->context.ipAddress);
    const std::string company = text(m_row->context.companyId);
    const auto sameAddress = [&](const Row &r) { return !isOwn(r) && text(r.context.ipAddress) == address; };
    const auto suspicious = [](const Row &r) {
        return r.outcome == Outcome::Blocked || r.outcome == Outcome::Suspicious
            || (r.outcome == Outcome::Failure && r.eventType != Type::Authentication);
    };
    const auto forged = [](const Row &r) {
        return is(r, Type::CsrfProtection, Outcome::Blocked) || is(r, Type::CsrfProtection, Outcome::Failure);
    };
    const auto csp = [](const Row &r) { return r.eventType == Type::SecurityHeaders && actionHas(r, {"csp"}); };
    if (suspicious(*m_row) && !address.empty())
        countRule(RuleId::SuspiciousIp, "address:" + address, [&](const Row &r) { return suspicious(r) && sameAddress(r); });
    if (forged(*m_row) && !address.empty())
        countRule(RuleId::CsrfAttack, "address:" + address, [&](const Row &r) { return forged(r) && sameAddress(r); });
    if (csp(*m_row)) {
        countRule(RuleId::CspSpike, "company:" + company,
                  [&](const Row &r) { return !isOwn(r) && csp(r) && text(r.context.companyId) == company; });
    }
}

void StandardOracle::data()
{
    const TimestampMs now = m_row->timestamp;
    const std::string address = text(m_row->context.ipAddress);
    const std::string user = text(m_row->context.userId);
    const auto refused = [](const Row &r) {
        return !isOwn(r) && (r.eventType == Type::DataPrivacy || r.eventType == Type::ApiSecurity)
            && (r.outcome == Outcome::Failure || r.outcome == Outcome::Blocked || r.outcome == Outcome::Suspicious);
    };
    if (refused(*m_row) && !address.empty())
        countRule(RuleId::DataBreachAttempt, "address:" + address,
                  [&](const Row &r) { return refused(r) && text(r.context.ipAddress) == address; });
    if (refused(*m_row) && !user.empty())
        countRule(RuleId::DataBreachAttempt, "user:" + user,
                  [&](const Row &r) { return refused(r) && text(r.context.userId) == user; });
    const auto access = [&](const Row &r) {
        return !isOwn(r) && r.outcome == Outcome::Success && text(r.context.userId) == user
            && (r.eventType == Type::DataPrivacy || actionHas(r, {"export", "download", "dump", "bulk"}));
    };
    if (user.empty() || !access(*m_row))
        return;
    const auto sumOf = [](const std::vector<const Row *> &found) {
        double sum = 0;
        for (const Row *r : found) {
            const double records = jsonObjectOf(r->metadata).value(QLatin1String("recordCount")).toDouble(0);
            sum += records > 0 ? records : 1;
        }
        return static_cast<std::int64_t>(sum + 1e-6);
    };
    const std::int64_t whole = sumOf(rows(now - window(RuleId::MassDataAccess), now, access));
    if (whole >= threshold(RuleId::MassDataAccess))
        hit(RuleId::MassDataAccess, "user:" + user, whole);
    later(RuleId::MassDataAccess, "user:" + user, access, access, sumOf, false);
}

void StandardOracle::travel()
{
    const std::string user = text(m_row->context.userId);
    if (user.empty() || !isLogin(*m_row))
        return;
    const TimestampMs now = m_row->timestamp;
    const Row *previous = nullptr; // The newest up to now, of one instant the last to arrive; this very row is the last.
    for (std::size_t i = 0; i + 1 < m_rows.size(); ++i) {
        const Row &r = m_rows[i];
        if (!isOwn(r) && isLogin(r) && text(r.context.userId) == user && r.timestamp <= now
            && (previous == nullptr || r.timestamp >= previous->timestamp))
            previous = &r;
    }
    if (previous == nullptr)
        return;
    const TimestampMs between = now - previous->timestamp;
    const auto a = placeOf(*previous);
    const auto b = placeOf(*m_row);
    if (a && b) {
        const double far = kilometres(*a, *b);
        const double hours = static_cast<double>(between) / static_cast<double>(kHour);
        if (between <= window(RuleId::ImpossibleTravel) && far >= value(RuleId::ImpossibleTravel, "kilometres")
            && far >= hours * value(RuleId::ImpossibleTravel, "kilometresPerHour"))
            hit(RuleId::ImpossibleTravel, "user:" + user, 2);
        return;
    }
    const std::string from = text(previous->context.country);
    const std::string to = text(m_row->context.country);
    if (!from.empty() && !to.empty() && from != to
        && between <= value(RuleId::ImpossibleTravel, "countryWindowSeconds") * kSecond)
        hit(RuleId::ImpossibleTravel, "user:" + user, 2);
}

void StandardOracle::scanners()
{
    const std::string address = text(m_row->context.ipAddress);
    // The streams know of no others.
    if (!address.empty() && lower(text(m_row->context.userAgent)).find("sqlmap") != std::string::npos)
        hit(RuleId::ScannerUserAgent, "address:" + address, 1);
}

void StandardOracle::sessions()
{
    const std::string session = text(m_row->context.sessionId);
    if (session.empty() || text(m_row->context.ipAddress).empty())
        return;
    const TimestampMs now = m_row->timestamp;
    const auto used = rows(now - window(RuleId::SessionHijacking), now, [&](const Row &r) {
        return !isOwn(r) && text(r.context.sessionId) == session && !text(r.context.ipAddress).empty();
    });
    std::set<std::string> addresses;
    bool countries = false;
    bool agents = false;
    const auto differ = [](const std::optional<std::string> &a, const std::optional<std::string> &b) {
        return !text(a).empty() && !text(b).empty() && a != b;
    };
    for (const Row *a : used) {
        addresses.insert(text(a->context.ipAddress));
        for (const Row *b : used) {
            if (a->context.ipAddress == b->context.ipAddress)
                continue;
            countries = countries || differ(a->context.country, b->context.country);
            agents = agents || text(a->context.userAgent) != text(b->context.userAgent);
        }
    }
    if (static_cast<std::int64_t>(addresses.size()) >= threshold(RuleId::SessionHijacking) && (countries || agents))
        hit(RuleId::SessionHijacking, "session:" + session, countries ? AlertSeverity::Critical : AlertSeverity::High,
            static_cast<std::int64_t>(addresses.size()));
}

CollectedHistory StandardOracle::history(TimestampMs asOf, TimestampMs span) const
{
    CollectedHistory h(asOf);
    std::map<std::pair<Type, TimestampMs>, std::int64_t> all;
    std::map<std::pair<Type, TimestampMs>, std::int64_t> processed;
    std::map<std::tuple<Type, std::string, std::string>, std::set<TimestampMs>> countries;
    std::vector<Row> ordered = m_rows;
    std::stable_sort(ordered.begin(), ordered.end(), [](const auto &a, const auto &b) { return a.timestamp < b.timestamp; });
    for (const Row &r : ordered) {
        const TimestampMs age = asOf - r.timestamp;
        if (age < 0 || age > kHistorySpan + kLateSlack)
            continue;
        if (age <= span + kLateSlack)
            h.windowRows.push_back(r);
        if (!isOwn(r) && age <= kHour + kMinute)
            ++processed[{r.eventType, minuteOf(r.timestamp)}];
        ++all[{r.eventType, minuteOf(r.timestamp)}];
        if (r.context.userId && r.context.country)
            countries[{r.eventType, *r.context.userId, *r.context.country}].insert(r.timestamp);
    }
    for (const auto &[key, n] : processed)
        h.processedLastHour.push_back({key.first, key.second, n});
    for (const auto &[key, n] : all)
        h.typeMinutes.push_back({key.first, key.second, n});
    for (const auto &[key, times] : countries) {
        CollectedHistory::Country known{std::get<0>(key), std::get<1>(key), std::get<2>(key), *times.begin(),
                                        *times.rbegin(), std::nullopt};
        if (times.size() > 1)
            known.lastBefore = *std::next(times.rbegin());
        h.countries.push_back(known);
    }
    for (std::size_t i = 0; i < m_alerts.size(); ++i) {
        const StandardHit &a = m_alerts[i];
        if (a.at <= asOf && asOf - a.at <= 1440 * kMinute + kLateSlack)
            h.alerts.push_back({a.type, std::nullopt, a.at, "alert " + std::to_string(i), a.group});
    }
    std::stable_sort(h.alerts.begin(), h.alerts.end(), [](const auto &a, const auto &b) { return a.timestamp < b.timestamp; });
    return h;
}

} // namespace bartizan::test
