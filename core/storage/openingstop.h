// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <vector>

namespace bartizan {

class PostgresConnection;

/// Ends what connections wait for on their way to being used: a server that does not answer, a schema that somebody has
/// locked, an election. Who uses one interrupts it himself. Thread: any.
class OpeningStop {
public:
    /// While it lives, stop() interrupts a connection, whose server then has a second left to answer. Thread: the connection's.
    class Watch {
    public:
        Watch(std::shared_ptr<OpeningStop> stop, PostgresConnection &connection);
        ~Watch();
        Watch(const Watch &) = delete;
        Watch &operator=(const Watch &) = delete;

    private:
        const std::shared_ptr<OpeningStop> m_stop;
        PostgresConnection &m_connection;
    };

    /// Returns at once. To be called again and again until nothing is left: what comes between two statements hits neither.
    void stop();

private:
    std::mutex m_mutex;
    std::vector<PostgresConnection *> m_watched; ///< Guarded by m_mutex.
};

} // namespace bartizan
