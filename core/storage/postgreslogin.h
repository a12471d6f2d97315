// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/storage/connectionprofile.h"

#include <chrono>
#include <functional>
#include <memory>

struct pg_conn;

namespace bartizan {

/// A connection of libpq's, closed when destroyed.
using PostgresHandle = std::unique_ptr<pg_conn, void (*)(pg_conn *)>;

/// How long a log-in goes on.
struct LoginPatience {
    std::chrono::milliseconds perHost{5'000}; ///< How long a server may take to let us in; of several hosts, each.
    /// With no more left than this nobody tries anew after another one's attempt was met with silence.
    std::chrono::milliseconds worthATry{1'000};
    std::function<void()> waiting = {}; ///< Told each time it waits for another one's attempt. Thread: the caller's.
};

/// Connects to a server, within some seconds for each of its hosts (looking up their names aside, which no time-out holds
/// for); gives up at once when `wake`, a descriptor, becomes readable. Whatever is refused is refused in one attempt: why, is
/// in what the server says of it. A password that it has refused is not offered to it again for a minute, by anybody in this
/// program: after a password has changed, a console left open would otherwise have the account locked. Of several that
/// connect as the same user at once, one goes first: where it gets in the others follow together, where it is refused they
/// are told what it was told, and where nobody answers it the next one whose time is not up goes. Thread: any.
Result<PostgresHandle> logInToPostgres(const ConnectionProfile &profile, const QString &password, int wake,
                                       const LoginPatience &patience = {});

} // namespace bartizan
