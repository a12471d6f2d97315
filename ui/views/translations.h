// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QCoreApplication;

namespace bartizan {

/// Installs the translations that are built in: English, for its plural forms, and over it the language of the user's
/// locale where there is one. Call it before the first window. Thread: GUI.
void installTranslations(QCoreApplication &application);

} // namespace bartizan
