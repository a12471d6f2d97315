// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/pageid.h"

#include <QString>

class QWidget;

namespace bartizan {

class ConsoleContext;
struct DatabaseInfo;

/// What the window keeps between runs in the user's configuration: geometry, page, range, zone, the last database.
/// Pages keep their own columns and splitters. Thread: GUI.
namespace windowstate {
/// Zone, and the range that ends now which was chosen last.
void restoreContext(ConsoleContext &context);
/// The range between two instants in which a database was seen last; where there is none, one that ends now: what was
/// chosen for a log of last year hides no attack in another.
void restoreRange(ConsoleContext &context, const DatabaseInfo &database);
/// Remembers the range, of the open database where it is one between two instants; nothing of a demo.
void saveRange(const ConsoleContext &context);
/// Geometry, or 1440×900 (less on a smaller screen) the first time.
void restoreGeometry(QWidget &window);
/// The page shown last; the Overview if none.
PageId lastPage();
void save(const QWidget &window, PageId page, const ConsoleContext &context);
/// Remembers when a database is left, for the next handover of it; nothing of a demo, or where none is open.
void noteLeft(const DatabaseInfo &database);
/// Path of the database opened last; empty: the embedded one.
QString lastDatabase();
/// Remembers a database, unless it is a demo.
void setLastDatabase(const DatabaseInfo &database);
} // namespace windowstate

} // namespace bartizan
