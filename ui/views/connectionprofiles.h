// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/databaseaddress.h"

#include <QString>

#include <vector>

namespace bartizan {

/// The connections to servers that a person has named, in the user's configuration. No password is among them.
/// Thread: GUI.
namespace connectionprofiles {
std::vector<ConnectionProfile> load();
void save(const std::vector<ConnectionProfile> &profiles);
/// What the keyring knows the password of a profile by: another user, server, address of it or database is another
/// password, and so is one for a server that need not prove its name.
QString secretKey(const ConnectionProfile &profile);
/// A name that none of the others has, made from `wanted`.
QString freeName(const QString &wanted, const std::vector<ConnectionProfile> &others);
} // namespace connectionprofiles

} // namespace bartizan
