// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/idlist.h"
#include "core/domain/mute.h"
#include "core/domain/triage.h"

#include <QString>

#include <memory>
#include <optional>

namespace bartizan {

/// A step of triage, or a mute, that somebody wanted, with all that he has entered for it. Value.
struct WantedStep {
    TriageStep step = {};
    std::shared_ptr<const IdList> ids = {}; ///< What the step is about; shared, since it may be very much.
    std::size_t from = 0;                   ///< On those before this one it is done.
    bool again = false;                     ///< It was tried before, and may be done on some of these.
    std::optional<Mute> mute = {};          ///< Instead of a step.
    QString alert = {};                     ///< The title, where it is about one alert only.
    QString database = {};                  ///< Path or URL of the one that it is meant for.
    QString failure = {};                   ///< Why it was not done.

    std::size_t count() const { return ids ? ids->size() - from : 0; }
};

} // namespace bartizan
