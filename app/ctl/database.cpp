// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/database.h"

#include "app/ctl/argumentparser.h"
#include "app/ctl/commands.h"
#include "app/ctl/password.h"
#include "app/ctl/terminal.h"
#include "core/ports/clock.h"
#include "core/storage/databasepath.h"

#include <QDir>
#include <QFileInfo>

#include <array>
#include <pwd.h>
#include <unistd.h>

namespace bartizan::ctl {
namespace {

/// Makes the folder of the embedded database, for its owner alone.
bool makeFolder(const QString &path)
{
    const QString folder = QFileInfo(path).path();
    return QDir().mkpath(QFileInfo(folder).path())
        && (QFileInfo(folder).isDir()
            || QDir().mkdir(folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner));
}

} // namespace

QString databasePath(const ArgumentParser &arguments)
{
    const QString database = arguments.database();
    if (!ConnectionProfile::isUrl(database))
        return database.isEmpty() ? defaultDatabasePath() : database;
    const auto profile = ConnectionProfile::fromUrl(database);
    if (!profile) {
        // The text is not repeated: it may hold a password.
        arguments.unusable(profile.error().message);
        return {};
    }
    askPassword(*profile);
    return database;
}

Database openDatabase(const Invocation &invocation, const ArgumentParser &arguments, StoreOptions::Mode mode)
{
    Database database;
    database.path = databasePath(arguments);
    if (database.path.isEmpty()) {
        database.status = kUnusable;
        return database;
    }
    const bool embedded = arguments.database().isEmpty();
    if (embedded && mode == StoreOptions::Mode::Create && !makeFolder(database.path)) {
        database.status = failed(
            invocation, Error{Text::tr("Cannot make the folder “%1”").arg(QFileInfo(database.path).path())});
        return database;
    }
    StoreOptions options;
    options.mode = mode;
    auto store = openStore(database.path, options);
    if (store)
        database.store = std::move(*store);
    else
        database.status = failed(invocation, store.error());
    if (!store && mode != StoreOptions::Mode::Create)
        tellHowToMake(invocation, arguments, database.path);
    return database;
}

void tellHowToMake(const Invocation &invocation, const ArgumentParser &arguments, const QString &path)
{
    if (ConnectionProfile::isUrl(path) || QFileInfo::exists(path))
        return;
    if (arguments.database().isEmpty())
        invocation.terminal.note(Text::tr("'bartizanctl init' makes the embedded database; --db names another one."));
    else
        invocation.terminal.note(Text::tr("'bartizanctl --db FILE init' makes a database; 'import' makes one as well."));
}

int failed(const Invocation &invocation, const Error &error)
{
    invocation.terminal.error(error.message);
    return kFailed;
}

std::string currentUser()
{
    std::array<char, 16384> buffer{};
    passwd entry{};
    passwd *found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
        return found->pw_name;
    return "uid " + std::to_string(::getuid());
}

TimestampMs now()
{
    return SystemClock().now();
}

TimeRange lastDay()
{
    const TimestampMs end = now();
    return {end - kDay, end};
}

} // namespace bartizan::ctl
