// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/databaseopener.h"

#include "core/engine/demodatabase.h"
#include "core/engine/engineprocessor.h"
#include "core/ingest/demotraffic.h"
#include "core/ports/clock.h"
#include "core/ports/store.h"
#include "core/storage/databasepath.h"
#include "core/storage/openstore.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace bartizan {

namespace {

constexpr std::size_t kDemoBatch = 20'000;

} // namespace

void DatabaseOpener::run()
{
    auto database = open();
    if (m_cancel)
        return;
    if (database)
        Q_EMIT opened(*database);
    else
        Q_EMIT failed(m_options.demo ? QString() : m_options.path, database.error());
}

Result<OpenedDatabase> DatabaseOpener::open()
{
    if (m_options.demo)
        return makeDemo();
    if (!m_options.path.isEmpty()) {
        const auto address = DatabaseAddress{m_options.path, m_options.password}.canonical();
        if (!address)
            return address.error();
        auto found = look(*address, m_options.create);
        if (found)
            found->info.embedded = found->info.path == defaultDatabasePath();
        return found;
    }
    const QString path = defaultDatabasePath();
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder)) {
        return Error{QCoreApplication::translate("Engine", "The folder %1 for the embedded database cannot be made.")
                         .arg(folder)};
    }
    QFile::setPermissions(folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    auto made = look({path, {}}, true);
    if (made) {
        made->info.embedded = true;
        made->info.name = QCoreApplication::translate("Engine", "embedded");
    }
    return made;
}

Result<OpenedDatabase> DatabaseOpener::makeDemo()
{
    auto folder = makeDemoFolder();
    if (!folder)
        return folder.error();
    const QString path = demoDatabasePath(**folder);
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    options.demo = true;
    auto store = openStore(path, options);
    if (!store)
        return store.error();
    const TimestampMs now = m_clock.now();
    const auto traffic = std::make_shared<DemoTraffic>(now);
    if (const auto filled = fillDemo(**store, *traffic, now); !filled)
        return filled.error();
    store->reset(); // The session's own connections take over.

    auto database = look({path, {}}, false);
    if (database) {
        database->info.name = QCoreApplication::translate("Engine", "demo");
        database->folder = std::move(*folder);
        database->traffic = traffic;
    }
    return database;
}

Result<void> DatabaseOpener::fillDemo(Store &store, DemoTraffic &traffic, TimestampMs now)
{
    Result<void> appended;
    std::size_t done = 0;
    const auto take = [&](std::vector<AuditEvent> &&batch, std::size_t total) {
        std::vector<NewAuditRow> rows;
        rows.reserve(batch.size());
        for (AuditEvent &event : batch)
            rows.push_back({std::move(event), 0});
        done += rows.size();
        if (const auto report = store.append(rows, {}); !report) {
            appended = report.error();
            return false;
        }
        const auto percent = static_cast<int>(100 * done / std::max<std::size_t>(1, total));
        Q_EMIT progress(QCoreApplication::translate("Engine", "Filling the demo database: %1 %").arg(percent));
        return !m_cancel.load();
    };
    if (const auto made = traffic.history(take); !made)
        return made;
    if (!appended || m_cancel)
        return appended;
    const auto emails = traffic.emails();
    if (const auto known = store.setUserEmails(emails); !known)
        return known;
    return judgeDemo(store, now);
}

Result<void> DatabaseOpener::judgeDemo(Store &store, TimestampMs now)
{
    Q_EMIT progress(QCoreApplication::translate("Engine", "Looking for attacks in the demo database"));
    EngineProcessor processor(store, m_clock);
    if (const auto begun = processor.begin(); !begun)
        return begun;
    for (bool more = true; more && !m_cancel;) {
        const auto step = processor.step(kDemoBatch);
        if (!step)
            return step.error();
        more = step->more;
    }
    const auto alerts = store.alerts({});
    if (!alerts)
        return alerts.error();
    for (const SecurityAlert &alert : *alerts) {
        const std::vector<std::string> ids{alert.id};
        std::vector<DemoStep> steps = DemoTraffic::triage(alert, now);
        for (DemoStep &done : steps) {
            done.step.id = newStepId();
            if (const auto taken = store.triage(ids, done.step, done.by, done.at); !taken)
                return taken.error();
        }
    }
    return {};
}

Result<OpenedDatabase> DatabaseOpener::look(const DatabaseAddress &address, bool create)
{
    StoreOptions options;
    options.mode = create ? StoreOptions::Mode::Create : StoreOptions::Mode::ReadWrite;
    auto opened = address.open(options);
    if (!opened)
        return opened.error();
    Store &store = **opened;

    OpenedDatabase database;
    database.info.path = address.path;
    database.info.name = address.name();
    database.info.demo = store.isDemo();
    database.info.readOnlyReason = store.readOnlyReason();
    database.info.refusals = store.refusals();
    const auto settings = store.loadSettings();
    if (!settings)
        return settings.error();
    database.settings = *settings;
    const auto changes = store.changesSince(-1);
    if (!changes)
        return changes.error();
    database.position = changes->position;
    database.newest = changes->newest;
    return database;
}

} // namespace bartizan
