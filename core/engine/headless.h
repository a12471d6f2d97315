// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"
#include "core/engine/session.h"

#include <QString>

#include <functional>

namespace bartizan {

class Clock;

/// What an engine without a window did.
struct HeadlessReport {
    std::int64_t processed = 0; ///< Application rows.
    std::int64_t alerts = 0;    ///< Raised while it ran; only with `once`.
    bool stopped = false;       ///< Ended by SIGTERM or SIGINT.
    QString failure;            ///< Without `once`: with what the last try had failed when it was ended. Empty: it worked.
};

/// How to run it.
struct HeadlessOptions {
    QString path;      ///< An existing database.
    bool once = false; ///< Works through what is there, lets the timers run on for 60 s of the stream's clock, and ends.
    /// Told of every change of state and, a few times a second, of progress. May be empty.
    std::function<void(const EngineStatus &)> status;
};

/// Runs the monitoring engine on the calling thread until SIGTERM or SIGINT arrives, or, with `once`, until all is
/// processed; the signals end it after the transaction that runs, or within a second or two where that takes longer, or where it
/// waits for a server to let it in. Without `once` it waits its turn while another
/// process has the engine, and survives failures as the console's engine does, from the first opening of a database on a server
/// on, but for what can never work, such as a schema that is newer; with `once` both are failures. Needs a
/// QCoreApplication whose event loop does not run: this is the program's main loop. `clock` tells the present.
Result<HeadlessReport> runEngine(const HeadlessOptions &options, const Clock &clock);

} // namespace bartizan
