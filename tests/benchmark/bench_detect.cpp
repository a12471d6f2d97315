// SPDX-License-Identifier: GPL-3.0-or-later

// The detector's speed in memory, on one core, and how it stands to a single window counter. Run by hand:
//   cmake --preset release && ninja -C build/release bench_detect && build/release/bin/bench_detect
// The stream: one tenth failed logins, events over seven days from 100,000 addresses (Zipf), 10,000 users and 60 countries, handed over as texts.

#include "core/detect/detector.h"
#include "core/detect/keyedwindows.h"

#include <benchmark/benchmark.h>

#include <malloc.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace bartizan;

namespace {

constexpr std::size_t kAddresses = 100'000;
constexpr std::size_t kUsers = 10'000;
constexpr std::size_t kCountries = 60;
constexpr std::size_t kDrawn = 2'000'000;
constexpr std::size_t kMost = 10'000'000;
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
        m_texts.reserve(kDrawn * 48);
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
            event.address = append(addresses[address(random)]);
            event.user = append("user" + std::to_string(who * 7919 % 1'000'003) + "@example.org");
            append({static_cast<char>('A' + country / 26), static_cast<char>('A' + country % 26)});
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
        return row;
    }

private:
    struct Event {
        std::uint32_t text;
        std::uint8_t address; ///< Length.
        std::uint8_t user;    ///< Length.
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

double heapBytes()
{
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

/// One window of five minutes per address: intern, enter, count.
void singleWindow(benchmark::State &state)
{
    const TimestampMs step = 7 * kDay / static_cast<TimestampMs>(kMost);
    stream();
    for (auto _ : state) {
        KeyTable keys;
        KeyedWindows windows(5 * kMinute + kLateSlack);
        std::int64_t over = 0;
        for (std::size_t i = 0; i < kMost; ++i) {
            const EventView row = stream().at(i, step, kBegin);
            const KeyId key = keys.intern(row.ipAddress);
            windows.add(key, row.timestamp);
            over += windows.count(key, row.timestamp - 5 * kMinute, row.timestamp) >= 5 ? 1 : 0;
        }
        benchmark::DoNotOptimize(over);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMost));
}

/// Everything: three rules, both anomalies, the volume of events, suppression and alerts.
void wholeDetector(benchmark::State &state)
{
    const TimestampMs step = 7 * kDay / static_cast<TimestampMs>(kMost);
    stream();
    for (auto _ : state) {
        const double before = heapBytes();
        auto detector = std::make_unique<Detector>(MonitoringConfig());
        detector->start(kBegin);
        DetectorOutput out;
        std::size_t alerts = 0;
        for (std::size_t i = 0; i < kMost; ++i) {
            detector->process(stream().at(i, step, kBegin), out);
            if (!out.alerts.empty()) {
                alerts += out.alerts.size();
                out.clear();
            }
        }
        state.counters["alerts"] = static_cast<double>(alerts);
        state.counters["state_MB"] = (heapBytes() - before) / 1e6;
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
        Detector detector{MonitoringConfig()};
        detector.start(kBegin);
        DetectorOutput out;
        for (std::size_t i = 0; i < history; ++i)
            detector.process(stream().at(i, step, kBegin), out);
        out.clear();
        const TimestampMs begin = kBegin + static_cast<TimestampMs>(history) * step;
        state.ResumeTiming();
        for (std::size_t i = 0; i < kMeasured; ++i) {
            detector.process(stream().at(i, kStep, begin), out);
            if (!out.alerts.empty())
                out.clear();
        }
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kMeasured));
}

} // namespace

BENCHMARK(singleWindow)->Unit(benchmark::kMillisecond);
BENCHMARK(wholeDetector)->Unit(benchmark::kMillisecond);
BENCHMARK(afterHistory)->Arg(1'000'000)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->Iterations(2);
BENCHMARK_MAIN();
