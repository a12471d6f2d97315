// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectiontest.h"

namespace bartizan {

/// Which audit log a database on a server follows, and whether nothing in it can be overlooked. Where that is Bartizan's own, with
/// nothing of an application's in it, or would be once the schema is made, a table that looks like an application's log is told, with
/// how it is followed. Asks over connections of its own, and is not reached where there are none, or nothing to tell. Takes up to some seconds. Thread: any.
ConnectionCheck checkAuditLog(const ConnectionProfile &profile, const QString &password);

} // namespace bartizan
