// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/connectionprofile.h"
#include "core/storage/openingstop.h"

#include <QString>

#include <memory>

namespace bartizan {

/// Whether a database on a server that could not be opened may be opened later, with nobody changing the database or this
/// program: the server is out of reach, lets nobody in, or is busy. Not so where it answers, and its schema is missing,
/// another program's, newer, or older without this user's being allowed to bring it up to date. `stop` ends the asking, and may
/// be null. Thread: any.
bool mayOpenLater(const ConnectionProfile &profile, const QString &password, const std::shared_ptr<OpeningStop> &stop);

} // namespace bartizan
