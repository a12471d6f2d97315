// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bartizan {

class ConsoleContext;
class EmptyState;

/// Adds the ways to something to look at, where nothing has been read yet: to import, to open a database, the demo; and what
/// each of them takes. Thread: GUI.
void addStartOffer(EmptyState &state, ConsoleContext &context);

} // namespace bartizan
