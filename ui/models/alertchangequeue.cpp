// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertchangequeue.h"

#include <algorithm>
#include <utility>

namespace bartizan {

AlertChangeQueue::AlertChangeQueue(QObject *parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &AlertChangeQueue::handOn);
}

void AlertChangeQueue::add(ToldChanges changes)
{
    m_changes.push_back(std::move(changes));
    if (m_changes.size() == 1)
        handOn();
}

void AlertChangeQueue::clear()
{
    m_changes.clear();
    m_done = 0;
    m_timer.stop();
}

void AlertChangeQueue::setHeld(bool held)
{
    m_held = held;
    if (!held && !m_changes.empty())
        m_timer.start();
}

void AlertChangeQueue::handOn()
{
    if (m_changes.empty() || m_held)
        return;
    const ToldChanges first = m_changes.front(); // Whoever hears of it may clear the queue.
    const std::size_t all = first->changed.size() + first->removed.size();
    const std::size_t begin = m_done;
    const std::size_t end = std::min(begin + kAtOnce, all);
    const auto part = [begin, end](const auto &list, std::size_t before) {
        const std::size_t from = std::clamp(begin, before, before + list.size()) - before;
        const std::size_t to = std::clamp(end, before, before + list.size()) - before;
        return std::span(list).subspan(from, to - from);
    };
    m_done = end;
    if (end == all) {
        m_changes.pop_front();
        m_done = 0;
    }
    if (!m_changes.empty())
        m_timer.start();
    Q_EMIT due(part(first->changed, 0), part(first->removed, first->changed.size()));
}

} // namespace bartizan
