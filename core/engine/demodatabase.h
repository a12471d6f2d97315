// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/result.h"

#include <QString>

#include <memory>

namespace bartizan {

/// A folder that goes, with all that is in it, when the last holder lets go of it. Thread: any, one at a time.
class VanishingFolder {
public:
    /// Takes over `path` and the locked descriptor that marks it as in use.
    VanishingFolder(const QString &path, int mark);
    ~VanishingFolder();
    VanishingFolder(const VanishingFolder &) = delete;
    VanishingFolder &operator=(const VanishingFolder &) = delete;

    const QString &path() const { return m_path; }

private:
    QString m_path;
    int m_mark;
};

/// Makes a fresh folder for one demo database under the user's cache, for the user's eyes only, and removes those that
/// consoles left behind which were killed. Thread: any.
Result<std::shared_ptr<VanishingFolder>> makeDemoFolder();

/// Where the database stands in that folder.
QString demoDatabasePath(const VanishingFolder &folder);

} // namespace bartizan
