// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/idlist.h"
#include "core/domain/securityalert.h"

#include <QString>

#include <array>
#include <optional>

namespace bartizan {

class AlertRecords;

/// Which alerts a question of triage is about, as far as the queue knows them. Value.
struct TriageSubject {
    /// What tells an alert from others.
    struct One {
        AlertSeverity severity = AlertSeverity::Low;
        QString title;
        QString source; ///< "203.0.113.7, NL, p.king": what there is of it.
        TimestampMs timestamp = 0;
    };

    qint64 alerts = 0;
    qint64 known = 0; ///< Of these, what is counted below; fewer than all where they are too many, or not read yet.
    std::array<qint64, 4> bySeverity{};
    qint64 resolved = 0;
    std::optional<One> one; ///< The only one.
    QString outOf; ///< Of all that is shown, where there are older alerts than the queue holds: "the newest 10 of 20".

    bool isKnown() const { return known == alerts; }
};

/// More alerts than this are not gone through one by one, only counted: looking one up takes about 100 ns.
inline constexpr std::size_t kMostDescribed = 20'000;

/// Describes the alerts of `ids` by what `records` has of them. Asks no database. Thread: GUI.
TriageSubject triageSubject(const AlertRecords &records, const IdList &ids);

} // namespace bartizan
