// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmark/generatedlogs.h"

#include "core/domain/timestamp.h"

#include <QFile>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace bartizan::generated {
namespace {

constexpr std::int64_t kWeek = 7 * kDay;
constexpr TimestampMs kBegin = 1795176000000 - kWeek; // The week before 2026-11-20T12:00:00Z.
constexpr std::size_t kAddresses = 100'000;
constexpr std::size_t kUsers = 50'000;
constexpr std::size_t kCountries = 60;

constexpr std::string_view kOthers[] = {"AUTHORIZATION", "RATE_LIMITING", "CSRF_PROTECTION", "DATA_PRIVACY", "API_SECURITY"};
constexpr std::string_view kActions[] = {"login", "user_login", "view_profile", "api_call", "csrf_check", "record_read",
                                         "session_refresh", "settings_view"};
constexpr std::string_view kAgents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
    "python-requests/2.31.0", "curl/8.4.0"};

/// Draws ranks by Zipf's law with exponent 1.
std::discrete_distribution<std::uint32_t> zipf(std::size_t ranks)
{
    std::vector<double> weights(ranks);
    for (std::size_t i = 0; i < ranks; ++i)
        weights[i] = 1.0 / static_cast<double>(i + 1);
    return {weights.begin(), weights.end()};
}

/// A file that is written in large pieces.
class Output {
public:
    explicit Output(const QString &path) : m_file(path)
    {
        check(m_file.open(QIODevice::WriteOnly | QIODevice::Truncate | QIODevice::Unbuffered));
    }
    ~Output() { write(); }
    Output(const Output &) = delete;
    Output &operator=(const Output &) = delete;

    std::string &line()
    {
        if (m_text.size() >= kPiece)
            write();
        return m_text;
    }

private:
    static constexpr std::size_t kPiece = 1u << 20;

    void write()
    {
        check(m_file.write(m_text.data(), static_cast<qint64>(m_text.size())) == static_cast<qint64>(m_text.size()));
        m_text.clear();
    }
    void check(bool done)
    {
        if (done)
            return;
        std::fprintf(stderr, "%s: %s\n", qPrintable(m_file.fileName()), qPrintable(m_file.errorString()));
        std::exit(1);
    }

    QFile m_file;
    std::string m_text;
};

/// The audit events, one after the other.
class Traffic {
public:
    explicit Traffic(bool metadata) : m_metadata(metadata)
    {
        for (std::size_t i = 0; i < kAddresses; ++i) {
            const std::uint64_t n = m_random();
            m_addresses.push_back(std::to_string(n & 255) + '.' + std::to_string(n >> 8 & 255) + '.'
                                  + std::to_string(i >> 8 & 255) + '.' + std::to_string(i & 255));
        }
    }

    void append(TimestampMs at, std::string &out)
    {
        const std::size_t who = m_user(m_random);
        // Nearly always from home.
        const std::size_t country = (m_random() % 1000 ? who : m_random()) % kCountries;
        const auto kind = static_cast<unsigned>(m_random() % 100);
        const bool inSession = m_random() % 2 == 0;
        std::string_view type = kind < 55 ? "AUTHENTICATION" : kOthers[m_random() % std::size(kOthers)];
        if (m_random() % 500 == 0)
            type = "PLATFORM_ADMIN";
        out += "{\"timestamp\":\"";
        appendIso(at, out);
        field("eventType", type, out);
        field("action", kActions[m_random() % std::size(kActions)], out);
        field("outcome", kind < 10 ? "FAILURE" : kind < 12 ? "RATE_LIMITED" : "SUCCESS", out);
        field("userId", "user" + std::to_string(who * 7919 % 1'000'003) + "@example.org", out);
        field("ipAddress", m_addresses[inSession ? who * 7919 % kAddresses : m_address(m_random)], out);
        field("userAgent", kAgents[who % std::size(kAgents)], out);
        const char letters[] = {static_cast<char>('A' + country / 26), static_cast<char>('A' + country % 26)};
        field("country", {letters, sizeof letters}, out);
        if (inSession)
            field("sessionId", 's' + std::to_string(who * 48'271 % 9'999'991), out);
        out += m_metadata ? "\",\"metadata\":{\"status\":200,\"path\":\"/invoices/" + std::to_string(who) + "\"}}\n" : "\"}\n";
    }

private:
    static void field(std::string_view name, std::string_view value, std::string &out)
    {
        out.append("\",\"").append(name).append("\":\"").append(value);
    }

    bool m_metadata;
    std::mt19937_64 m_random{7};
    std::discrete_distribution<std::uint32_t> m_address = zipf(kAddresses);
    std::discrete_distribution<std::uint32_t> m_user = zipf(kUsers);
    std::vector<std::string> m_addresses;
};

} // namespace

void writeAuditEvents(const QString &path, std::int64_t events, bool metadata)
{
    Output out(path);
    Traffic traffic(metadata);
    for (std::int64_t i = 0; i < events; ++i)
        traffic.append(kBegin + i * kWeek / events, out.line());
}

void writeAuthLog(const QString &path, std::int64_t lines, int addresses)
{
    Output out(path);
    std::mt19937 random(11);
    std::array<char, 256> stamp{};
    std::array<char, 512> text{};
    const std::int64_t connections = (lines + 2) / 3;
    for (std::int64_t i = 0; i < connections; ++i) {
        const auto second = static_cast<int>(i * (kWeek / kSecond) / connections);
        const auto n = static_cast<int>(random() % static_cast<unsigned>(addresses));
        const auto pid = static_cast<int>(1000 + i % 30'000);
        const auto port = static_cast<int>(1024 + i % 60'000);
        std::snprintf(stamp.data(), stamp.size(), "Mar %2d %02d:%02d:%02d web1 sshd[%d]:", 3 + second / 86'400,
                      second / 3600 % 24, second / 60 % 60, second % 60, pid);
        const std::string address = "10." + std::to_string(n >> 16) + '.' + std::to_string(n >> 8 & 255) + '.'
            + std::to_string(n & 255);
        const int size = std::snprintf(text.data(), text.size(),
                                       "%s Connection from %s port %d on 192.0.2.80 port 22\n"
                                       "%s %s password for %s from %s port %d ssh2\n"
                                       "%s Connection closed by %s port %d [preauth]\n",
                                       stamp.data(), address.c_str(), port, stamp.data(), i % 20 ? "Failed" : "Accepted",
                                       i % 3 ? "root" : "admin", address.c_str(), port, stamp.data(), address.c_str(), port);
        out.line().append(text.data(), static_cast<std::size_t>(size));
    }
}

} // namespace bartizan::generated
