// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/openstore.h"

#include <QFile>

/// Databases in files, as they are opened and as they lie there.
namespace bartizan {

using Mode = StoreOptions::Mode;

inline Result<std::unique_ptr<Store>> openIn(const QString &path, Mode mode)
{
    StoreOptions options;
    options.mode = mode;
    return openStore(path, options);
}

inline QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace bartizan
