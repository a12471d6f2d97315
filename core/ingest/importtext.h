// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

namespace bartizan {

/// The translation context of everything that importing says.
struct ImportText {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

} // namespace bartizan
