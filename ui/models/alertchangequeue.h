// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <span>

namespace bartizan {

/// Hands changes of alerts on in parts, a part in each turn of the event loop: a step on 100,000 alerts may be told of at
/// once, and no turn may take long. What is few, with nothing before it, goes through at once. Thread: GUI.
class AlertChangeQueue : public QObject {
    Q_OBJECT
public:
    /// So many alerts are in a part at most.
    static constexpr std::size_t kAtOnce = 500;

    explicit AlertChangeQueue(QObject *parent = nullptr);

    void add(ToldChanges changes);
    /// Forgets what was not handed on yet.
    void clear();
    /// Hands nothing on for a while, or goes on with it.
    void setHeld(bool held);
    bool isEmpty() const { return m_changes.empty(); }

Q_SIGNALS:
    /// In the order in which they were added; what is gone comes behind what has changed.
    void due(std::span<const bartizan::SecurityAlert> changed, std::span<const std::string> removed);

private:
    void handOn();

    std::deque<ToldChanges> m_changes;
    std::size_t m_done = 0; ///< Of the first of them: alerts that were handed on.
    QTimer m_timer;
    bool m_held = false;
};

} // namespace bartizan
