// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/mute.h"

#include <QString>
#include <QTimeZone>

namespace bartizan {

struct MutePreview;

/// What dialogs and lists say of mutes. Thread: GUI.
namespace mutewords {
/// "Brute force": the rule's name, or its key where there is no such rule.
QString rule(const Mute &mute);
/// What it is about, on one line: "203.0.113.0/24", "anna, from 10.0.0.0/8", "whole log".
QString about(const Mute &mute);
/// "In force", "Expired", "Lifted by anna".
QString state(const Mute &mute, TimestampMs now);
/// Who muted an alert, why and for how long: "Muted by anna until 2026-11-28 14:20:07 UTC: our scanner".
QString standing(const Mute &mute, const QTimeZone &zone);
/// "Would have hidden 14 alerts in the last 30 days, 2 of them true positives."
QString foretold(const MutePreview &preview);
/// "3 of them stand in the queue now, and stay there."; empty where none does.
QString activeNow(const MutePreview &preview);
} // namespace mutewords

} // namespace bartizan
