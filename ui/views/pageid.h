// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace bartizan {

/// The pages of the rail, in its order.
enum class PageId { Overview, Alerts, Events, Handover, Rules, Settings };

} // namespace bartizan
