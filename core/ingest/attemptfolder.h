// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/eventview.h"
#include "core/ingest/sshdmessage.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace bartizan {

/// One attempt to log in, as a line of an sshd log tells it. Absent views have a null data().
struct SshdRecord {
    EventView event;              ///< Without metadata.
    std::string_view rawLine;     ///< The whole line.
    std::int64_t lineNumber = 0;
    std::string_view method;
    std::string_view host;        ///< That wrote the line.
    std::string_view pid;         ///< Of its sshd.
    std::string_view source;      ///< As written; the address is event.ipAddress, if it is one.
    int port = -1;
    bool invalidUser = false;
    SshdWording wording = SshdWording::None;
    std::uint32_t count = 1;      ///< How many attempts the line stands for.
};

/// Who is told of attempts, in the order of the log. Views live as long as the call.
class SshdSink {
public:
    virtual ~SshdSink() = default;
    /// One attempt; `repetition` counts from 0 up to record.count.
    virtual void attempt(const SshdRecord &record, std::uint32_t repetition) = 0;
};

/// Lets each attempt through once, however many lines tell it. Failed and Accepted lines are attempts. A line that
/// only describes one waits for two seconds of the log's time: it is dropped when a Failed line of the same sshd
/// process (without a process id: of the same host and source) tells the attempt within two seconds before or after
/// it; otherwise the first such line is the attempt, and other wordings beside it add nothing but what it lacks.
/// Lines of one wording are attempts of their own, and so are lines that name different addresses.
/// Memory is bounded by two seconds of log, at most kMaxWaiting lines. Thread: one at a time.
class AttemptFolder {
public:
    static constexpr TimestampMs kReach = 2 * kSecond;
    static constexpr std::size_t kMaxWaiting = 50'000;
    /// So many described attempts of one connection can still be told by a Failed line; sshd allows six by default.
    static constexpr std::size_t kMaxDescribed = 256;

    explicit AttemptFolder(SshdSink &sink) : m_sink(sink) {}

    /// Tells how far the log's time has come, by any line of it.
    void advance(TimestampMs now)
    {
        if (!m_waiting.empty())
            release(now);
    }
    /// Whether the folder remembers the line's connection: the end of another one (Left) tells it nothing. Looks at the
    /// host, the pid and the source.
    bool knows(const SshdRecord &record) { return m_connections.contains(connectionKey(record)); }
    /// Takes the next line that speaks of a log-in (any wording but None and Broken).
    void add(const SshdRecord &record);
    /// The log is over: what still waits goes out.
    void flush();

private:
    /// A line that describes an attempt, remembered for kReach.
    struct Described {
        std::uint64_t number = 0; ///< Of its Waiting entry.
        TimestampMs time = 0;
        std::uint64_t address = 0; ///< Hash of the canonical address; 0: none.
        std::uint32_t wordings = 0;
    };
    struct Connection {
        TimestampMs newest = 0;
        TimestampMs failed = 0;
        std::uint64_t failedAddress = 0;
        bool hasFailed = false;
        absl::InlinedVector<Described, 1> described;
    };
    struct Waiting {
        SshdRecord record;
        std::string text; ///< What the record's views point to.
        enum class State : std::uint8_t { Certain, Undecided, Told } state = State::Certain;

        void hold(const SshdRecord &from);
    };

    std::uint64_t connectionKey(const SshdRecord &record);
    void addFailed(const SshdRecord &record, Connection &connection);
    void addDescribing(const SshdRecord &record, Connection &connection);
    void complete(const SshdRecord &record, Connection &connection);
    void emitOrQueue(const SshdRecord &record);
    void enqueue(const SshdRecord &record, Waiting::State state);
    Waiting *waiting(std::uint64_t number);
    void release(TimestampMs now);
    void popFront();
    void emitAttempt(const SshdRecord &record);
    void forgetOld(TimestampMs now);

    SshdSink &m_sink;
    std::deque<Waiting> m_waiting;
    std::uint64_t m_firstNumber = 0; ///< Of m_waiting's front.
    absl::flat_hash_map<std::uint64_t, Connection> m_connections;
    static constexpr std::size_t kFewestBetweenSweeps = 256;
    std::size_t m_sweepAt = kFewestBetweenSweeps;
    std::string m_host;
    std::uint64_t m_hostHash = 0;
};

} // namespace bartizan
