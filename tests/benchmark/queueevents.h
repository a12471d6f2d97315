// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bartizan {

class MainWindow;

namespace queuesteps {

class Watchdog;

/// What somebody does on the Events page.
void driveEvents(Watchdog &watchdog, MainWindow &window);

} // namespace queuesteps

} // namespace bartizan
