// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/acknowledgement.h"

namespace bartizan {

Result<AcknowledgeReport> acknowledgeAsStep(AlertStore &store, std::span<const std::string> ids, const std::string &by,
                                            TimestampMs at, const std::string &comment)
{
    TriageStep step;
    step.id = newStepId();
    step.comment = comment;
    auto taken = store.triage(ids, step, by, at);
    if (!taken)
        return taken.error();
    AcknowledgeReport report;
    report.acknowledged = std::move(taken->done);
    for (TriageConflict &conflict : taken->conflicts)
        report.already.push_back({std::move(conflict.alertId), std::move(conflict.by), conflict.at});
    report.unknown = std::move(taken->unknown);
    return report;
}

} // namespace bartizan
