// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/demoscenes.h"

#include <algorithm>
#include <iterator>

namespace bartizan {
namespace {

struct Everyday {
    SecurityEventType type;
    AuditOutcome outcome;
    AuditSeverity severity;
    std::string_view action;
    int weight;
    bool adminOnly;
};

using Type = SecurityEventType;
using Out = AuditOutcome;
using Sev = AuditSeverity;

// Shares of a thousand. Failures and refusals are too far apart to alarm anybody.
constexpr Everyday kEveryday[] = {
    {Type::Authentication, Out::Success, Sev::Info, "login", 215, false},
    {Type::Authentication, Out::Success, Sev::Info, "logout", 95, false},
    {Type::Authentication, Out::Success, Sev::Info, "token_refreshed", 150, false},
    {Type::Authentication, Out::Failure, Sev::Low, "login", 24, false},
    {Type::Authorization, Out::Success, Sev::Info, "record_opened", 150, false},
    {Type::Authorization, Out::Failure, Sev::Low, "access_denied", 21, false},
    {Type::Authorization, Out::Blocked, Sev::Medium, "cross_tenant_access_denied", 4, false},
    {Type::ApiSecurity, Out::Success, Sev::Info, "api_key_used", 130, false},
    {Type::ApiSecurity, Out::Suspicious, Sev::Medium, "malformed_request", 6, false},
    {Type::DataPrivacy, Out::Success, Sev::Info, "report_exported", 62, false},
    {Type::DataPrivacy, Out::Success, Sev::Low, "personal_data_viewed", 45, false},
    {Type::CompanyManagement, Out::Success, Sev::Info, "company_settings_changed", 14, true},
    {Type::UserManagement, Out::Success, Sev::Info, "user_updated", 18, true},
    {Type::UserManagement, Out::Success, Sev::Low, "user_invited", 10, true},
    {Type::PlatformAdmin, Out::Success, Sev::Low, "quota_changed", 6, true},
    {Type::SystemConfig, Out::Success, Sev::Info, "feature_switched", 8, true},
    {Type::PasswordReset, Out::Success, Sev::Info, "password_reset", 13, false},
    {Type::PasswordReset, Out::Failure, Sev::Low, "password_reset", 4, false},
    {Type::RateLimiting, Out::RateLimited, Sev::Low, "search", 7, false},
    {Type::CsrfProtection, Out::Blocked, Sev::Medium, "csrf_token_mismatch", 4, false},
    {Type::SecurityHeaders, Out::Suspicious, Sev::Low, "csp_violation", 9, false},
};

constexpr std::string_view kGuessed[] = {"admin", "root", "support", "backup", "billing", "test"};
constexpr std::string_view kStrangeCountries[] = {"RU", "CN", "VN", "RO", "UA", "IR", "ID", "BG"};

int totalWeight(bool admin)
{
    int sum = 0;
    for (const Everyday &kind : kEveryday)
        sum += kind.adminOnly && !admin ? 0 : kind.weight;
    return sum;
}

std::string hex(std::uint64_t bits)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string out(12, '0');
    for (char &c : out) {
        c = digits[bits & 15];
        bits >>= 4;
    }
    return out;
}

} // namespace

AuditEvent DemoStage::eventOf(const DemoPerson &person, TimestampMs at) const
{
    AuditEvent event;
    event.timestamp = at;
    event.context.userId = person.userId;
    event.context.companyId = person.companyId;
    event.context.ipAddress = person.address;
    event.context.userAgent = person.userAgent;
    event.context.country = person.country;
    return event;
}

const DemoPerson &DemoStage::somebody(bool admin)
{
    for (;;) {
        const DemoPerson &person = m_people[m_random.below(m_people.size())];
        if (!admin || person.admin)
            return person;
    }
}

/// A new one each time, until all have been used.
std::string DemoStage::strangeAddress()
{
    constexpr std::string_view networks[] = {"203.0.113.", "198.51.100.", "192.0.2."};
    const std::size_t number = m_strangers++ % 159;
    if (number % 8 == 7)
        return "2001:db8:bad:" + std::to_string(number) + "::7";
    return std::string(networks[number % 3]) + std::to_string(201 + number / 3);
}

void DemoStage::everyday(const DemoPerson &person, TimestampMs at, std::vector<AuditEvent> &out)
{
    auto left = static_cast<int>(m_random.below(static_cast<std::size_t>(totalWeight(person.admin))));
    for (const Everyday &kind : kEveryday) {
        if (kind.adminOnly && !person.admin)
            continue;
        left -= kind.weight;
        if (left >= 0)
            continue;
        AuditEvent event = eventOf(person, at);
        event.eventType = kind.type;
        event.outcome = kind.outcome;
        event.severity = kind.severity;
        event.action = kind.action;
        if (m_random.chance(0.04))
            event.context.country.reset();
        if (kind.outcome == Out::Success)
            event.context.sessionId = "s-" + hex(m_random.bits());
        else if (kind.type == Type::Authentication)
            event.errorMessage = "Wrong password";
        if (kind.type == Type::ApiSecurity)
            event.context.requestId = "req-" + hex(m_random.bits());
        out.push_back(std::move(event));
        return;
    }
}

void DemoStage::play(DemoScene scene, TimestampMs at, std::vector<AuditEvent> &out)
{
    switch (scene) {
    case DemoScene::BruteForce: return bruteForce(at, out);
    case DemoScene::RateLimit: return rateLimit(at, out);
    case DemoScene::NewCountry: return newCountry(at, out);
    case DemoScene::AdminSpree: return adminSpree(at, out);
    case DemoScene::Flood: return flood(at, out);
    case DemoScene::TakenAccount: return takenAccount(at, out);
    case DemoScene::Denials: return denials(4, somebody(false), at, out);
    case DemoScene::SelfPromotion: return selfPromotion(at, out);
    case DemoScene::RoleGiveaway: return roleGiveaway(at, out);
    case DemoScene::MassExport: return massExport(at, out);
    case DemoScene::ForgedRequests: return forgedRequests(at, out);
    case DemoScene::InjectedScript: return injectedScript(at, out);
    case DemoScene::StolenSession: return stolenSession(at, out);
    }
}

void DemoStage::bruteForce(TimestampMs at, std::vector<AuditEvent> &out)
{
    DemoPerson victim = somebody(false);
    victim.address = strangeAddress();
    victim.country = kStrangeCountries[m_random.below(std::size(kStrangeCountries))];
    victim.userAgent = "python-requests/2.32.3";
    const std::size_t attempts = 6 + m_random.below(4);
    for (std::size_t i = 0; i < attempts; ++i) {
        AuditEvent event = eventOf(victim, at);
        event.outcome = Out::Failure;
        event.severity = i < 4 ? Sev::Low : Sev::Medium;
        event.action = "login";
        event.errorMessage = "Wrong password";
        // Names that nobody here has: the country of an account's log-ins stays a matter of real accounts.
        if (i % 3 != 0)
            event.context.userId = kGuessed[m_random.below(std::size(kGuessed))];
        else
            event.context.country.reset();
        event.metadata = R"({"attempt":)" + std::to_string(i + 1) + "}";
        out.push_back(std::move(event));
        at += m_random.between(kSecond, 5 * kSecond);
    }
}

void DemoStage::rateLimit(TimestampMs at, std::vector<AuditEvent> &out)
{
    DemoPerson person = somebody(false);
    person.address = strangeAddress();
    person.userAgent = "curl/8.11.0";
    const std::size_t requests = 11 + m_random.below(5);
    for (std::size_t i = 0; i < requests; ++i) {
        AuditEvent event = eventOf(person, at);
        event.eventType = Type::RateLimiting;
        event.outcome = Out::RateLimited;
        event.severity = Sev::Medium;
        event.action = "invoices.list";
        event.context.requestId = "req-" + hex(m_random.bits());
        event.metadata = R"({"limit":"60/min","path":"/api/v2/invoices"})";
        out.push_back(std::move(event));
        at += m_random.between(400, 3 * kSecond);
    }
}

void DemoStage::newCountry(TimestampMs at, std::vector<AuditEvent> &out)
{
    // Each time somebody else: to the rule a country is new once a week.
    DemoPerson person = m_people[(7 + m_travellers * 17) % m_people.size()];
    person.country = demoElsewhere(m_random, person.country);
    person.address = strangeAddress();
    ++m_travellers;
    AuditEvent event = eventOf(person, at);
    event.action = "login";
    event.severity = Sev::Low;
    event.context.sessionId = "s-" + hex(m_random.bits());
    event.metadata = R"({"mfa":false,"newDevice":true})";
    out.push_back(std::move(event));
}

void DemoStage::adminSpree(TimestampMs at, std::vector<AuditEvent> &out)
{
    const DemoPerson &person = somebody(true);
    constexpr std::string_view actions[] = {"role_changed", "user_deactivated", "user_updated", "mfa_reset"};
    for (int i = 0; i < 27; ++i) {
        AuditEvent event = eventOf(person, at);
        event.eventType = i % 9 == 8 ? Type::PlatformAdmin : Type::UserManagement;
        event.severity = Sev::Low;
        event.action = actions[m_random.below(std::size(actions))];
        event.metadata = R"({"target":")" + m_people[m_random.below(m_people.size())].userId + R"("})";
        out.push_back(std::move(event));
        at += m_random.between(500, 2 * kSecond);
    }
}

void DemoStage::flood(TimestampMs at, std::vector<AuditEvent> &out)
{
    const std::string address = strangeAddress();
    const std::string country(kStrangeCountries[m_random.below(std::size(kStrangeCountries))]);
    for (int i = 0; i < 78; ++i) {
        AuditEvent event;
        event.timestamp = at;
        event.eventType = Type::ApiSecurity;
        event.outcome = i % 5 == 0 ? Out::Suspicious : Out::Blocked;
        event.severity = i % 5 == 0 ? Sev::Medium : Sev::Low;
        event.action = i % 5 == 0 ? "path_traversal_attempt" : "unknown_endpoint";
        event.context.ipAddress = address;
        event.context.country = country;
        event.context.userAgent = "Mozilla/5.0 zgrab/0.x";
        event.context.requestId = "req-" + hex(m_random.bits());
        out.push_back(std::move(event));
        at += m_random.between(60, 420);
    }
}

void DemoStage::takenAccount(TimestampMs at, std::vector<AuditEvent> &out)
{
    DemoPerson victim = somebody(false);
    victim.address = strangeAddress();
    victim.userAgent = "python-requests/2.32.3";
    for (int i = 0; i < 13; ++i) {
        AuditEvent event = eventOf(victim, at);
        const bool right = i == 12;
        event.outcome = right ? Out::Success : Out::Failure;
        event.severity = right ? Sev::Info : Sev::Low;
        event.action = "login";
        if (right)
            event.context.sessionId = "s-" + hex(m_random.bits());
        else
            event.errorMessage = "Wrong password";
        out.push_back(std::move(event));
        at += m_random.between(kSecond, 4 * kSecond);
    }
}

void DemoStage::denials(int count, const DemoPerson &person, TimestampMs &at, std::vector<AuditEvent> &out)
{
    for (int i = 0; i < count; ++i) {
        AuditEvent event = eventOf(person, at);
        event.eventType = Type::Authorization;
        event.outcome = Out::Failure;
        event.severity = Sev::Low;
        event.action = "access_denied";
        event.metadata = R"({"resource":"/admin/payroll"})";
        out.push_back(std::move(event));
        at += m_random.between(2 * kSecond, 10 * kSecond);
    }
}

void DemoStage::selfPromotion(TimestampMs at, std::vector<AuditEvent> &out)
{
    const DemoPerson &person = somebody(false);
    denials(1, person, at, out);
    AuditEvent event = eventOf(person, at);
    event.eventType = Type::UserManagement;
    event.severity = Sev::Medium;
    event.action = "role_granted";
    event.metadata = R"({"target":")" + person.userId + R"(","role":"billing-admin"})";
    out.push_back(std::move(event));
}

void DemoStage::roleGiveaway(TimestampMs at, std::vector<AuditEvent> &out)
{
    const DemoPerson &person = somebody(true);
    for (int i = 0; i < 12; ++i) {
        AuditEvent event = eventOf(person, at);
        event.eventType = Type::UserManagement;
        event.severity = Sev::Low;
        event.action = "role_granted";
        event.metadata = R"({"target":")" + m_people[m_random.below(m_people.size())].userId + R"(","role":"editor"})";
        out.push_back(std::move(event));
        at += m_random.between(kSecond, 4 * kSecond);
    }
}

void DemoStage::massExport(TimestampMs at, std::vector<AuditEvent> &out)
{
    const DemoPerson &person = somebody(false);
    for (int i = 0; i < 3; ++i) {
        AuditEvent event = eventOf(person, at);
        event.eventType = Type::DataPrivacy;
        event.severity = Sev::Low;
        event.action = "customers_exported";
        event.metadata = R"({"recordCount":)" + std::to_string(40 + m_random.below(200)) + R"(,"format":"csv"})";
        out.push_back(std::move(event));
        at += m_random.between(5 * kSecond, 15 * kSecond);
    }
}

void DemoStage::forgedRequests(TimestampMs at, std::vector<AuditEvent> &out)
{
    const DemoPerson &person = somebody(false);
    for (int i = 0; i < 5; ++i) {
        AuditEvent event = eventOf(person, at);
        event.eventType = Type::CsrfProtection;
        event.outcome = Out::Blocked;
        event.severity = Sev::Medium;
        event.action = "csrf_token_mismatch";
        event.metadata = R"({"origin":"https://prizes.example","path":"/account/email"})";
        out.push_back(std::move(event));
        at += m_random.between(500, 5 * kSecond);
    }
}

void DemoStage::injectedScript(TimestampMs at, std::vector<AuditEvent> &out)
{
    const std::string company = somebody(false).companyId;
    for (int i = 0; i < 40; ++i) {
        const DemoPerson &person = m_people[m_random.below(m_people.size())];
        AuditEvent event = eventOf(person, at);
        event.eventType = Type::SecurityHeaders;
        event.outcome = Out::Blocked;
        event.severity = Sev::Low;
        event.action = "csp_violation";
        event.context.companyId = company;
        event.metadata = R"({"directive":"script-src","blocked":"https://cdn.example/x.js"})";
        out.push_back(std::move(event));
        at += m_random.between(300, 1200);
    }
}

void DemoStage::stolenSession(TimestampMs at, std::vector<AuditEvent> &out)
{
    DemoPerson person = somebody(false);
    const std::string session = "s-" + hex(m_random.bits());
    for (int i = 0; i < 6; ++i) {
        if (i == 3) {
            person.address = strangeAddress();
            person.country = demoElsewhere(m_random, person.country);
            person.userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        }
        AuditEvent event = eventOf(person, at);
        event.eventType = Type::ApiSecurity;
        event.action = "api_key_used";
        event.context.sessionId = session;
        out.push_back(std::move(event));
        at += m_random.between(2 * kSecond, 9 * kSecond);
    }
}

void DemoStage::privilegeGranted(TimestampMs at, std::vector<AuditEvent> &out)
{
    AuditEvent event = eventOf(somebody(true), at);
    event.eventType = Type::PlatformAdmin;
    event.severity = Sev::Critical;
    event.action = "platform_owner_granted";
    event.metadata = R"({"target":")" + somebody(false).userId + R"("})";
    out.push_back(std::move(event));
}

} // namespace bartizan
