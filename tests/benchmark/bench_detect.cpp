// SPDX-License-Identifier: GPL-3.0-or-later

// The detector's speed in memory, on one core, and how it stands to a single window counter. Run by hand:
//   cmake --preset release && ninja -C build/release bench_detect && build/release/bin/bench_detect
// The stream: one tenth failed logins, events over seven days from 100,000 addresses, 50,000 users (both Zipf) and 60
// countries, each event with an action and a user agent, and every other one of a session at the user's own address;
// handed over as texts.

#include "core/detect/detector.h"
#include "core/detect/groups.h"
#include "core/detect/slidingwindow.h"

#include <benchmark/benchmark.h>

#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <random>
#include <span>
#include <vector>

using namespace bartizan;

namespace {

constexpr std::size_t kAddresses = 100'000;
constexpr std::size_t kUsers = 50'000;
constexpr std::size_t kCountries = 60;
constexpr std::size_t kDrawn = 2'000'000;
constexpr std::size_t kMost = 10'000'000;
constexpr std::size_t kBatch = 32; ///< Divides all numbers of events.
constexpr std::size_t kMeasured = 2'000'000;
constexpr TimestampMs kBegin = TimestampMs{1'741'597'140} * kSecond;

/// Draws ranks by Zipf's law with exponent 1: a table of cumulated weights.
class Zipf {
public:
    explicit Zipf(std::size_t ranks) : m_upTo(ranks)
    {
        double sum = 0;
        for (std::size_t i = 0; i < ranks; ++i)
            m_upTo[i] = sum += 1.0 / static_cast<double>(i + 1);
    }
    template<typename Random>
    std::uint32_t operator()(Random &random)
    {
        const double x = std::uniform_real_distribution<double>(0, m_upTo.back())(random);
        return static_cast<std::uint32_t>(std::upper_bound(m_upTo.begin(), m_upTo.end(), x) - m_upTo.begin());
    }

private:
    std::vector<double> m_upTo;
};

constexpr SecurityEventType kOthers[] = {SecurityEventType::Authorization, SecurityEventType::RateLimiting,
                                         SecurityEventType::CsrfProtection, SecurityEventType::DataPrivacy,
                                         SecurityEventType::ApiSecurity};

constexpr std::string_view kActions[] = {"login", "user_login", "view_profile", "api_call", "csrf_check", "record_read",
                                         "session_refresh", "settings_view"};
constexpr std::string_view kAgents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 13; SM-S908B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile",
    "python-requests/2.31.0", "curl/8.4.0"};

/// The rows of a stream, their texts one behind the other as a reader would hand them over, so that drawing them costs
/// the benchmark little. They come round again after kDrawn; times follow from the number of the event.
class Stream {
public:
    Stream() : m_events(kDrawn)
    {
        std::mt19937_64 random(7);
        Zipf address(kAddresses);
        Zipf user(kUsers);
        std::vector<std::string> addresses;
        for (std::size_t i = 0; i < kAddresses; ++i) {
            const std::uint64_t n = random();
            addresses.push_back(std::to_string(n & 255) + '.' + std::to_string(n >> 8 & 255) + '.'
                                + std::to_string(i >> 8 & 255) + '.' + std::to_string(i & 255));
        }
        m_texts.reserve(kDrawn * 64);
        for (Event &event : m_events) {
            const std::uint32_t who = user(random);
            // Nearly always from home.
            const std::size_t country = (random() % 1000 ? who : random()) % kCountries;
            const auto kind = static_cast<unsigned>(random() % 100);
            event.type = kind < 55 ? SecurityEventType::Authentication : kOthers[random() % std::size(kOthers)];
            if (random() % 500 == 0)
                event.type = SecurityEventType::PlatformAdmin;
            event.outcome = kind < 10 ? AuditOutcome::Failure : kind < 12 ? AuditOutcome::RateLimited : AuditOutcome::Success;
            event.text = static_cast<std::uint32_t>(m_texts.size());
            const bool inSession = random() % 2 == 0;
            event.address = append(addresses[inSession ? who * 7919 % kAddresses : address(random)]);
            event.user = append("user" + std::to_string(who * 7919 % 1'000'003) + "@example.org");
            append({static_cast<char>('A' + country / 26), static_cast<char>('A' + country % 26)});
            event.action = static_cast<std::uint8_t>(random() % std::size(kActions));
            event.agent = static_cast<std::uint8_t>(who % std::size(kAgents));
            event.session = inSession ? append("s" + std::to_string(who * 48'271ull % 9'999'991)) : std::uint8_t{0};
        }
    }

    EventView at(std::size_t i, TimestampMs step, TimestampMs begin) const
    {
        const Event &event = m_events[i % kDrawn];
        const char *text = m_texts.data() + event.text;
        EventView row;
        row.id = static_cast<std::int64_t>(i);
        row.timestamp = begin + static_cast<TimestampMs>(i) * step;
        row.eventType = event.type;
        row.outcome = event.outcome;
        row.ipAddress = {text, event.address};
        row.userId = {text + event.address, event.user};
        row.country = {text + event.address + event.user, 2};
        row.action = kActions[event.action];
        row.userAgent = kAgents[event.agent];
        if (event.session != 0)
            row.sessionId = {text + event.address + event.user + 2, event.session};
        return row;
    }

private:
    struct Event {
        std::uint32_t text;
        std::uint8_t address; ///< Length.
        std::uint8_t user;    ///< Length.
        std::uint8_t session; ///< Length; 0: none.
        std::uint8_t action;
        std::uint8_t agent;
        SecurityEventType type;
        AuditOutcome outcome;
    };
    std::uint8_t append(const std::string &text)
    {
        m_texts += text;
        return static_cast<std::uint8_t>(text.size());
    }

    std::vector<Event> m_events;
    std::string m_texts;
};

const Stream &stream()
{
    static const Stream instance;
    return instance;
}

/// Rows of the stream by the batch, as a reader hands them over.
class Batch {
public:
    std::span<const EventView> of(std::size_t first, TimestampMs step, TimestampMs begin)
    {
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            m_rows[i] = stream().at(first + i, step, begin);
        return m_rows;
    }

private:
    std::array<EventView, kBatch> m_rows;
};

double heapBytes()
{
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

MonitoringConfig configOf(Preset preset)
{
    MonitoringConfig config;
    config.preset = preset;
    return config;
}

/// One window of five minutes per address: intern, enter, count.
void singleWindow(benchmark::State &state)
{
    const TimestampMs step = 7 * kDay / static_cast<TimestampMs>(kMost);
    stream();
    for (auto _ : state) {
        KeyTable keys;
        KeyTracker tracker;
        Groups<SlidingWindow> windows(tracker, 5 * kMinute + kLateSlack);
        std::int64_t over = 0;
        for (std::size_t i = 0; i < kMost; ++i) {
            const EventView row = stream().at(i, step, kBegin);
            const KeyId key = keys.intern(row.ipAddress);
            tracker.setNow(row.timestamp);
            SlidingWindow &window = windows.at(key, row.timestamp);
            window.add(row.timestamp, windows.span(), windows.pool());
            over += window.count(row.timestamp - 5 * kMinute, row.timestamp) >= 5 ? 1 : 0;
        }
        benchmark::DoNotOptimize(over);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMost));
}

/// Everything: all rules of the preset (0: reference, 1: standard), suppression and alerts.
void wholeDetector(benchmark::State &state)
{
    const TimestampMs step = 7 * kDay / static_cast<TimestampMs>(kMost);
    stream();
    for (auto _ : state) {
        const double before = heapBytes();
        auto detector = std::make_unique<Detector>(configOf(state.range(0) == 0 ? Preset::Reference : Preset::Standard));
        detector->start(kBegin);
        DetectorOutput out;
        std::size_t alerts = 0;
        std::int64_t repeats = 0;
        Batch batch;
        for (std::size_t i = 0; i < kMost; i += kBatch) {
            detector->process(batch.of(i, step, kBegin), out);
            if (!out.alerts.empty() || out.repeats.size() > 1000) {
                alerts += out.alerts.size();
                for (const AlertRepeat &repeat : out.repeats)
                    repeats += repeat.count;
                out.clear();
            }
        }
        state.counters["alerts"] = static_cast<double>(alerts);
        state.counters["repeats"] = static_cast<double>(repeats);
        state.counters["state_MB"] = (heapBytes() - before) / 1e6;
        state.counters["keys"] = static_cast<double>(detector->load().keysHeld);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMost));
}

/// Two million events after seven days with that many events: the history must not slow them down.
void afterHistory(benchmark::State &state)
{
    const auto history = static_cast<std::size_t>(state.range(0));
    const TimestampMs step = 7 * kDay / static_cast<TimestampMs>(history);
    constexpr TimestampMs kStep = 7 * kDay / static_cast<TimestampMs>(kMost);
    for (auto _ : state) {
        state.PauseTiming();
        Detector detector{configOf(Preset::Standard)};
        detector.start(kBegin);
        DetectorOutput out;
        Batch batch;
        for (std::size_t i = 0; i < history; i += kBatch) {
            detector.process(batch.of(i, step, kBegin), out);
            out.clear();
        }
        const TimestampMs begin = kBegin + static_cast<TimestampMs>(history) * step;
        state.ResumeTiming();
        for (std::size_t i = 0; i < kMeasured; i += kBatch) {
            detector.process(batch.of(i, kStep, begin), out);
            if (!out.alerts.empty())
                out.clear();
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMeasured));
}

EventView failedLogin(std::size_t i, TimestampMs t, std::string_view address, std::string_view user)
{
    EventView row;
    row.id = static_cast<std::int64_t>(i) + 1;
    row.timestamp = t;
    row.outcome = AuditOutcome::Failure;
    row.ipAddress = address;
    row.userId = user;
    return row;
}

/// One address tries 100,000 accounts within the window, over and over.
void manyAccounts(benchmark::State &state)
{
    std::vector<std::string> users;
    for (int i = 0; i < 100'000; ++i)
        users.push_back("user" + std::to_string(i * 7919 % 1'000'003) + "@example.org");
    for (auto _ : state) {
        Detector detector{configOf(Preset::Standard)};
        DetectorOutput out;
        std::array<EventView, kBatch> rows;
        for (std::size_t i = 0; i < kMeasured; i += kBatch) {
            for (std::size_t n = i; n < i + kBatch; ++n)
                rows[n - i] = failedLogin(n, kBegin + static_cast<TimestampMs>(n / 200), "203.0.113.9", users[n % users.size()]);
            detector.process(rows, out);
            if (!out.alerts.empty())
                out.clear();
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMeasured));
}

/// The same with every third row half a second late, as where several hosts write: such rows must not cost more for all
/// that came before them.
void manyAccountsLate(benchmark::State &state)
{
    const auto count = static_cast<std::size_t>(state.range(0));
    std::vector<std::string> users;
    for (std::size_t i = 0; i < 100'000; ++i)
        users.push_back("user" + std::to_string(i * 7919 % 1'000'003) + "@example.org");
    for (auto _ : state) {
        Detector detector{configOf(Preset::Standard)};
        DetectorOutput out;
        std::array<EventView, kBatch> rows;
        for (std::size_t i = 0; i < count; i += kBatch) {
            for (std::size_t n = i; n < i + kBatch; ++n) {
                const TimestampMs t = kBegin + static_cast<TimestampMs>(n / 20) - (n % 3 == 0 ? 500 : 0);
                rows[n - i] = failedLogin(n, t, "203.0.113.9", users[n % users.size()]);
            }
            detector.process(rows, out);
            if (!out.alerts.empty())
                out.clear();
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(count));
}

double residentMegabytes()
{
    std::ifstream status("/proc/self/statm");
    double total = 0;
    double resident = 0;
    status >> total >> resident;
    return resident * 4096 / 1e6;
}

/// Ten million addresses once each (and, where the argument says so, as many accounts), while one address goes on
/// guessing. Run it alone for the memory: --benchmark_filter=spray
void spray(benchmark::State &state)
{
    for (auto _ : state) {
        const double heapBefore = heapBytes();
        auto detector = std::make_unique<Detector>(configOf(Preset::Standard));
        detector->start(kBegin);
        DetectorOutput out;
        std::size_t found = 0;
        double most = 0;
        char address[24];
        char user[24];
        for (std::size_t i = 0; i < kMost; ++i) {
            const TimestampMs t = kBegin + static_cast<TimestampMs>(i / 10);
            const int length = std::snprintf(address, sizeof address, "10.%zu.%zu.%zu", i >> 16 & 255, i >> 8 & 255, i & 255);
            const int named = state.range(0) != 0 ? std::snprintf(user, sizeof user, "user%zu@example.org", i) : 0;
            EventView row = failedLogin(i, t, {address, static_cast<std::size_t>(length)},
                                        {user, static_cast<std::size_t>(named)});
            row.country = "DE";
            detector->process(row, out);
            if (i % 5000 == 0)
                detector->process(failedLogin(i, t, "203.0.113.9", "root"), out);
            if (i % 100'000 == 0)
                most = std::max(most, residentMegabytes());
            for (const SecurityAlert &alert : out.alerts)
                found += alert.rule == "brute-force" && alert.context.ipAddress == "203.0.113.9" ? 1 : 0;
            out.clear();
        }
        const DetectorLoad load = detector->load();
        state.counters["found"] = static_cast<double>(found);
        state.counters["evicted"] = static_cast<double>(load.keysEvicted);
        state.counters["bytes_per_key"] = (heapBytes() - heapBefore) / static_cast<double>(load.keysHeld);
        state.counters["RSS_MB"] = std::max(most, residentMegabytes());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMost));
}

/// The state of a week of ten million events, written and read back.
void saveAndLoad(benchmark::State &state)
{
    const TimestampMs step = 7 * kDay / static_cast<TimestampMs>(kMost);
    Detector detector{configOf(Preset::Standard)};
    detector.start(kBegin);
    DetectorOutput out;
    Batch batch;
    for (std::size_t i = 0; i < kMost; i += kBatch) {
        detector.process(batch.of(i, step, kBegin), out);
        out.clear();
    }
    std::string saved;
    for (auto _ : state) {
        saved.clear();
        detector.save(saved);
        Detector loaded{configOf(Preset::Standard)};
        if (!loaded.load(saved).ok())
            state.SkipWithError("the saved state was refused");
    }
    state.counters["saved_MB"] = static_cast<double>(saved.size()) / 1e6;
}

} // namespace

BENCHMARK(singleWindow)->Unit(benchmark::kMillisecond);
BENCHMARK(wholeDetector)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(afterHistory)->Arg(100'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK(manyAccounts)->Unit(benchmark::kMillisecond);
BENCHMARK(manyAccountsLate)->Arg(32'000)->Arg(320'000)->Unit(benchmark::kMillisecond);
BENCHMARK(spray)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(saveAndLoad)->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
