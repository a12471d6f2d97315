// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ingest/attemptfolder.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>

namespace bartizan {
namespace {

std::uint64_t hashOf(std::string_view text) noexcept { return std::hash<std::string_view>{}(text); }

std::uint64_t addressHash(const SshdRecord &record) noexcept
{
    return record.event.ipAddress.empty() ? 0 : hashOf(record.event.ipAddress) | 1;
}

/// Process ids have a few digits: their bytes are as good as a hash.
std::uint64_t pidHash(std::string_view pid) noexcept
{
    const std::size_t size = pid.size();
    if (size < 4 || size > 7)
        return hashOf(pid);
    std::uint32_t head = 0;
    std::uint32_t tail = 0;
    std::memcpy(&head, pid.data(), sizeof head);
    std::memcpy(&tail, pid.data() + size - sizeof tail, sizeof tail);
    // Together with the size they are all of its bytes.
    return (std::uint64_t{tail} << 32 | head) ^ size * 0x9E3779B97F4A7C15u;
}

bool near(TimestampMs a, TimestampMs b) noexcept { return std::llabs(a - b) <= AttemptFolder::kReach; }

/// One process serves one connection: only two different addresses speak of different ones.
bool mayBeOne(std::uint64_t a, std::uint64_t b) noexcept { return a == 0 || b == 0 || a == b; }

std::uint32_t bitOf(SshdWording wording) noexcept { return 1u << static_cast<unsigned>(wording); }

/// Moves a view's text into `store`, which has room.
void keep(std::string_view &view, std::string &store)
{
    if (view.data() == nullptr)
        return;
    const std::size_t at = store.size();
    store.append(view);
    view = {store.data() + at, view.size()};
}

} // namespace

std::uint64_t AttemptFolder::connectionKey(const SshdRecord &record)
{
    if (record.host != m_host) {
        m_host = record.host;
        m_hostHash = hashOf(m_host);
    }
    const std::uint64_t who = record.pid.empty() ? ~hashOf(record.source) : pidHash(record.pid);
    return m_hostHash ^ (who * 0x9E3779B97F4A7C15u);
}

void AttemptFolder::add(const SshdRecord &record)
{
    const TimestampMs now = record.event.timestamp;
    advance(now);
    if (record.wording == SshdWording::Accepted) {
        emitOrQueue(record);
        return;
    }
    const std::uint64_t key = connectionKey(record);
    if (record.wording == SshdWording::Left) {
        const auto found = m_connections.find(key);
        if (found != m_connections.end())
            complete(record, found->second);
        return;
    }
    if (m_connections.size() >= m_sweepAt)
        forgetOld(now);
    Connection &connection = m_connections[key];
    connection.newest = now;
    if (record.wording == SshdWording::Failed)
        addFailed(record, connection);
    else
        addDescribing(record, connection);
}

void AttemptFolder::addFailed(const SshdRecord &record, Connection &connection)
{
    const std::uint64_t address = addressHash(record);
    const TimestampMs now = record.event.timestamp;
    for (const Described &described : connection.described) {
        Waiting *entry = waiting(described.number);
        if (entry && near(described.time, now) && mayBeOne(described.address, address))
            entry->state = Waiting::State::Told;
    }
    connection.described.clear();
    connection.hasFailed = true;
    connection.failed = now;
    connection.failedAddress = address;
    release(now);
    emitOrQueue(record);
}

void AttemptFolder::addDescribing(const SshdRecord &record, Connection &connection)
{
    const std::uint64_t address = addressHash(record);
    const TimestampMs now = record.event.timestamp;
    if (connection.hasFailed && near(connection.failed, now) && mayBeOne(connection.failedAddress, address))
        return;
    auto &described = connection.described;
    described.erase(std::remove_if(described.begin(), described.end(),
                                   [now](const Described &d) { return !near(d.time, now); }),
                    described.end());
    const std::uint32_t bit = bitOf(record.wording);
    for (Described &other : described) {
        if ((other.wordings & bit) || !mayBeOne(other.address, address))
            continue;
        other.wordings |= bit;
        complete(record, connection);
        return;
    }
    if (described.size() >= kMaxDescribed)
        described.erase(described.begin()); // Each line looks through them.
    const std::uint64_t number = m_firstNumber + m_waiting.size();
    enqueue(record, Waiting::State::Undecided);
    described.push_back({number, now, address, bit});
}

/// A later line of the connection names the source that an earlier one left out ("account is locked"); the attempt is
/// then told by that line.
void AttemptFolder::complete(const SshdRecord &record, Connection &connection)
{
    if (record.source.empty())
        return;
    for (Described &described : connection.described) {
        Waiting *entry = waiting(described.number);
        if (!entry || entry->state != Waiting::State::Undecided || !entry->record.source.empty()
            || !near(described.time, record.event.timestamp))
            continue;
        SshdRecord whole = record;
        whole.wording = entry->record.wording;
        whole.count = entry->record.count;
        whole.invalidUser = entry->record.invalidUser || record.invalidUser;
        whole.event.timestamp = entry->record.event.timestamp;
        const std::string user(entry->record.event.userId);
        if (entry->record.event.userId.data() != nullptr)
            whole.event.userId = user;
        entry->hold(whole);
        described.address = addressHash(record);
    }
}

void AttemptFolder::Waiting::hold(const SshdRecord &from)
{
    record = from;
    std::string_view *const views[] = {&record.rawLine, &record.method, &record.host, &record.pid, &record.source,
                                       &record.event.userId, &record.event.ipAddress, &record.event.companyId};
    std::size_t size = 0;
    for (const std::string_view *view : views)
        size += view->size();
    // Long enough to live on the heap, where moving the string leaves the text in its place.
    std::string held;
    held.reserve(std::max<std::size_t>(size, 64));
    for (std::string_view *view : views)
        keep(*view, held);
    text = std::move(held);
}

void AttemptFolder::emitOrQueue(const SshdRecord &record)
{
    if (m_waiting.empty())
        emitAttempt(record);
    else
        enqueue(record, Waiting::State::Certain);
}

void AttemptFolder::enqueue(const SshdRecord &record, Waiting::State state)
{
    if (m_waiting.size() >= kMaxWaiting)
        popFront();
    Waiting &entry = m_waiting.emplace_back();
    entry.hold(record);
    entry.state = state;
}

AttemptFolder::Waiting *AttemptFolder::waiting(std::uint64_t number)
{
    const bool there = number >= m_firstNumber && number - m_firstNumber < m_waiting.size();
    return there ? &m_waiting[number - m_firstNumber] : nullptr;
}

/// Lets out what is decided, from the front: what lies more than kReach from the log's time, in either direction, has
/// been told by no Failed line.
void AttemptFolder::release(TimestampMs now)
{
    while (!m_waiting.empty()) {
        const Waiting &front = m_waiting.front();
        if (front.state == Waiting::State::Undecided && near(front.record.event.timestamp, now))
            return;
        popFront();
    }
}

void AttemptFolder::popFront()
{
    const Waiting &front = m_waiting.front();
    if (front.state != Waiting::State::Told)
        emitAttempt(front.record);
    m_waiting.pop_front();
    ++m_firstNumber;
}

void AttemptFolder::emitAttempt(const SshdRecord &record)
{
    for (std::uint32_t repetition = 0; repetition < record.count; ++repetition)
        m_sink.attempt(record, repetition);
}

void AttemptFolder::flush()
{
    while (!m_waiting.empty())
        popFront();
    m_connections.clear();
}

/// Connections that have been quiet for longer than kReach can tell nothing any more.
void AttemptFolder::forgetOld(TimestampMs now)
{
    absl::erase_if(m_connections, [now](const auto &entry) { return !near(entry.second.newest, now); });
    m_sweepAt = std::clamp<std::size_t>(m_connections.size() * 2, kFewestBetweenSweeps, kMaxWaiting);
    if (m_connections.size() >= kMaxWaiting)
        m_connections.clear();
}

} // namespace bartizan
