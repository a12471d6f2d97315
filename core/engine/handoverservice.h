// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/handover.h"

#include <functional>

class QObject;

namespace bartizan {

class Session;

/// The part of the QueryService that tells what happened to alerts between two times. It reads on the connection of the
/// Overview, and answers as QueryService does: only the newest question of a kind, on the thread of `context`, and not at
/// all once `context` is gone. Thread: GUI.
class HandoverService {
public:
    template<typename T>
    using Answer = std::function<void(const Result<T> &)>;

    virtual ~HandoverService() = default;
    /// That of a session; null while nothing is open.
    static HandoverService *of(const Session &session);

    virtual void handover(const HandoverQuery &query, QObject *context, Answer<Handover> answer) = 0;
    /// Ends a handover() that waits or runs; it is not answered.
    virtual void cancelHandover() = 0;
    virtual void responseTimes(TimeRange range, const std::optional<std::string> &companyId, QObject *context,
                               Answer<ResponseTimes> answer) = 0;
};

} // namespace bartizan
