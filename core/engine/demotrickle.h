// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/storefactory.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace bartizan {

class Clock;
class DemoTraffic;

/// Goes on with a demo database's events while it is open, on a connection of its own, as an application beside the
/// console would. Thread: its own.
class DemoTrickle final : public QObject {
    Q_OBJECT
public:
    /// `clock` must outlive it.
    DemoTrickle(StoreFactory factory, std::shared_ptr<DemoTraffic> traffic, const Clock &clock);
    ~DemoTrickle() override;

    /// Begins. To be called on its thread.
    void start();

private:
    void appendDue();

    const StoreFactory m_factory;
    const std::shared_ptr<DemoTraffic> m_traffic;
    const Clock &m_clock;
    std::unique_ptr<Store> m_store;
    QTimer m_timer;
};

} // namespace bartizan
