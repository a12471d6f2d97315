// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectiontest.h"

namespace bartizan {

/// Which audit log a database on a server follows, and whether nothing in it can be overlooked. Asks over a connection of
/// its own, and is not reached where that or Bartizan's schema is missing. Takes up to some seconds. Thread: any.
ConnectionCheck checkAuditLog(const ConnectionProfile &profile, const QString &password);

} // namespace bartizan
