// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>
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

    void add(std::shared_ptr<const AlertChanges> changes);
    /// Forgets what was not handed on yet.
    void clear();
    bool isEmpty() const { return m_changes.empty(); }

Q_SIGNALS:
    /// In the order in which they were added; what is gone comes behind what has changed.
    void due(std::span<const bartizan::SecurityAlert> changed, std::span<const std::string> removed);

private:
    void handOn();

    std::deque<std::shared_ptr<const AlertChanges>> m_changes;
    std::size_t m_done = 0; ///< Of the first of them: alerts that were handed on.
    QTimer m_timer;
};

} // namespace bartizan
