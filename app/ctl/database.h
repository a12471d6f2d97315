// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/store.h"
#include "core/storage/openstore.h"

#include <QString>

#include <memory>
#include <string>

namespace bartizan::ctl {

class ArgumentParser;
struct Invocation;

/// The database of a call, opened; or, without a store, the status to end with (the reason has been told).
struct Database {
    std::unique_ptr<Store> store;
    QString path;
    int status = 0;
};

/// The database a call speaks of, a file or the URL of a server: --db, BARTIZAN_DB or the embedded database. Where a
/// server wants a password that is to be found nowhere, a person at the terminal is asked for it. Empty, after a
/// message, for a URL that cannot be used.
QString databasePath(const ArgumentParser &arguments);

/// Opens that database. With Mode::Create the embedded database's folder is made as well.
Database openDatabase(const Invocation &invocation, const ArgumentParser &arguments, StoreOptions::Mode mode);

/// Where there is no database at `path`, a file, says how to make one.
void tellHowToMake(const Invocation &invocation, const ArgumentParser &arguments, const QString &path);

/// Tells a failure, and answers kFailed.
int failed(const Invocation &invocation, const Error &error);

/// The login name of the person who runs the program.
std::string currentUser();

/// The present.
TimestampMs now();
/// The 24 hours up to now, the default of --from and --to.
TimeRange lastDay();

} // namespace bartizan::ctl
