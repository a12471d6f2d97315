// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/demotrickle.h"

#include "core/ingest/demotraffic.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"

#include <algorithm>

namespace bartizan {

namespace {

constexpr TimestampMs kShortestWait = 50;
constexpr TimestampMs kLongestWait = 10 * kSecond;

} // namespace

DemoTrickle::DemoTrickle(StoreFactory factory, std::shared_ptr<DemoTraffic> traffic, const Clock &clock)
    : m_factory(std::move(factory)), m_traffic(std::move(traffic)), m_clock(clock), m_timer(this)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &DemoTrickle::appendDue);
}

DemoTrickle::~DemoTrickle() = default;

void DemoTrickle::start()
{
    appendDue();
}

void DemoTrickle::appendDue()
{
    if (!m_store) {
        if (auto opened = m_factory())
            m_store = std::move(*opened);
    }
    std::vector<NewAuditRow> rows;
    for (AuditEvent &event : m_traffic->next(m_clock.now()))
        rows.push_back({std::move(event), 0});
    // Made-up events that cannot be written are no loss; the next ones find a new connection.
    if (m_store && !rows.empty() && !m_store->append(rows, {}))
        m_store.reset();
    const TimestampMs wait = std::clamp(m_traffic->nextDue() - m_clock.now(), kShortestWait, kLongestWait);
    m_timer.start(static_cast<int>(wait));
}

} // namespace bartizan
