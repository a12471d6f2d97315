// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/storage/connectionprofile.h"
#include "core/storage/openingstop.h"

#include <QString>

#include <chrono>
#include <memory>
#include <optional>

namespace bartizan {

class PostgresConnection;

/// Who may run the engine of a database on a PostgreSQL server, and who does. Asked over one connection, which is kept as
/// long as it is needed: whoever only looks on does not stand at the server's door again and again, but where the server was
/// made read-only, which ends for connections to come. Thread: one.
class EngineElectorate {
public:
    /// Whether the user may stand for election; where nothing can be written nobody may, and why is told.
    struct Candidacy {
        bool may = false;
        QString readOnlyReason;
    };

    /// `stop` may be null.
    EngineElectorate(const ConnectionProfile &profile, const QString &password, std::shared_ptr<OpeningStop> stop = {});
    ~EngineElectorate();
    EngineElectorate(const EngineElectorate &) = delete;
    EngineElectorate &operator=(const EngineElectorate &) = delete;

    /// Closes the connection where the user may.
    Result<Candidacy> candidacy();
    /// Who leads, for people; nullopt when nobody does.
    Result<std::optional<QString>> leader();

private:
    Result<void> connect();

    const ConnectionProfile m_profile;
    const QString m_password;
    const std::shared_ptr<OpeningStop> m_stop;
    std::unique_ptr<PostgresConnection> m_connection; ///< Null: not open.
    std::chrono::steady_clock::time_point m_connectedAt;
};

} // namespace bartizan
