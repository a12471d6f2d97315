// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertlookup.h"
#include "core/ports/alertstore.h"
#include "core/ports/auditlog.h"
#include "core/ports/auditsource.h"
#include "core/ports/configstore.h"
#include "core/ports/handover.h"
#include "core/ports/metricssource.h"
#include "core/ports/mutes.h"

#include <QString>

#include <memory>

namespace bartizan {

/// Why the user of a connection may not do something, for people; empty: he may.
struct StoreRefusals {
    QString triage;   ///< Acknowledging alerts, and every other step of triage.
    QString settings; ///< Changing the settings.
    QString append;   ///< Importing logs.
    QString muteAll = {}; ///< Muting the alerts of every company at once; who may triage may mute those of one.

    bool operator==(const StoreRefusals &) const = default;
};

/// One connection to one database, whatever its kind. It belongs to the thread that opened it.
class Store : public AuditSource,
              public AuditLog,
              public AlertStore,
              public AlertLookup,
              public MuteStore,
              public MetricsSource,
              public HandoverSource,
              public ConfigStore {
public:
    using AlertStore::history;
    using AuditSource::history;

    /// While what it returns lives, all reads see one state of the database. Meant to be short, and not for writing.
    virtual Result<std::shared_ptr<void>> snapshot() = 0;
    /// Ends the query that runs on the store's thread, which then fails with an error. Thread: any.
    virtual void interrupt() = 0;
    /// Housekeeping for idle moments: lets go of disk space that earlier work needed (SQLite: copies a large write-ahead
    /// log back and cuts it off). Only the engine calls it. A failure harms nothing.
    virtual Result<void> tidy() = 0;
    /// Whether the data are demonstration data.
    virtual bool isDemo() const = 0;
    /// Whether nothing can be written, and why; empty when it can.
    virtual QString readOnlyReason() const = 0;
    /// Looks again whether anything can be written and what the user may do, which readOnlyReason() and refusals() tell from
    /// then on. Answers whether a connection that is made anew might find that more can be done than this one may.
    virtual Result<bool> lookAtAccess() { return false; }
    /// What the user may not do; of what can only be read, all but reading.
    virtual StoreRefusals refusals() const { return {readOnlyReason(), readOnlyReason(), readOnlyReason(), readOnlyReason()}; }
    /// What keeps the log from being followed as it should be, while it goes on all the same; empty: nothing.
    virtual QString warning() const { return {}; }
    /// Notes that `person` has an alert open in a window (an empty id: none any more), to be repeated every few seconds
    /// while it is so, and answers who else has it open. A database that one person uses knows of nobody.
    virtual Result<std::vector<std::string>> lookAt(const std::string &alertId, const std::string &person,
                                                    const std::string &window);
};

inline Result<std::vector<std::string>> Store::lookAt(const std::string &, const std::string &, const std::string &)
{
    return std::vector<std::string>();
}

} // namespace bartizan
