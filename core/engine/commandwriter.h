// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/storefactory.h"
#include "core/ports/alertstore.h"
#include "core/ports/configstore.h"

#include <QJsonObject>
#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace bartizan {

class Clock;

/// Carries out what the analyst orders, one command after the other, on a connection of its own. Thread: its own.
class CommandWriter final : public QObject {
    Q_OBJECT
public:
    /// `user` is who acts; `clock` must outlive the writer.
    CommandWriter(StoreFactory factory, std::string user, const Clock &clock);
    ~CommandWriter() override;

    /// Lets the next command open a new connection.
    void reopen();
    void acknowledge(quint64 token, const std::vector<std::string> &ids, const std::string &comment);
    void updateSettings(quint64 token, const QJsonObject &update, const std::string &timeZone,
                        const std::string &geoDatabase);

Q_SIGNALS:
    void acknowledged(quint64 token, const bartizan::AcknowledgeReport &report);
    void settingsUpdated(quint64 token, const bartizan::MonitoringSettings &settings);
    void failed(quint64 token, const bartizan::Error &error);

private:
    Store *store(quint64 token);

    const StoreFactory m_factory;
    const std::string m_user;
    const Clock &m_clock;
    std::unique_ptr<Store> m_store;
};

/// The name the operating system knows the current user by. Thread: any.
std::string currentUserName();

} // namespace bartizan
