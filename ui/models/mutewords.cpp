// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/mutewords.h"

#include "core/domain/rulecatalog.h"
#include "core/domain/rulegroup.h"
#include "core/engine/mutepreview.h"
#include "ui/models/displaytext.h"
#include "ui/models/rulewords.h"
#include "ui/theme/format.h"

#include <QCoreApplication>

#include <algorithm>
#include <climits>

namespace bartizan::mutewords {
namespace {

/// The context of what is said here, for translators.
class Mutes {
    Q_DECLARE_TR_FUNCTIONS(bartizan::Mutes)
};

/// Plural forms are chosen by an int.
int plural(std::int64_t count)
{
    return static_cast<int>(std::min<std::int64_t>(count, INT_MAX));
}

} // namespace

QString rule(const Mute &mute)
{
    const RuleInfo *info = ruleNamed(mute.rule);
    return info ? info->name() : displayText(mute.rule);
}

QString about(const Mute &mute)
{
    const GroupParts group = groupParts(mute.group);
    const QString network = QString::fromStdString(mute.network);
    if (group.kind == GroupKind::Address)
        return network.isEmpty() ? displayText(group.value) : network;
    const QString whom = rulewords::group(group.kind, group.value);
    return network.isEmpty() ? whom : Mutes::tr("%1, from %2").arg(whom, network);
}

QString state(const Mute &mute, TimestampMs now)
{
    if (mute.liftedBy)
        return Mutes::tr("Lifted by %1").arg(displayText(*mute.liftedBy));
    return mute.isInForce(now) ? Mutes::tr("In force") : Mutes::tr("Expired");
}

QString standing(const Mute &mute, const QTimeZone &zone)
{
    return Mutes::tr("Muted by %1 until %2: %3")
        .arg(displayText(mute.by), format::clockTime(mute.endsAt(), zone), displayText(mute.reason, kParagraphLimit, textformat::Breaks::Kept));
}

QString foretold(const MutePreview &preview)
{
    if (preview.alerts == 0)
        return Mutes::tr("Would have hidden nothing in the last 30 days.");
    const QString alerts = Mutes::tr("Would have hidden %Ln alert(s) in the last 30 days", nullptr, plural(preview.alerts));
    return preview.truePositives == 0
        ? Mutes::tr("%1, none known as a true positive.").arg(alerts)
        : Mutes::tr("%1, %2.").arg(alerts, Mutes::tr("%Ln of them true positive(s)", nullptr, plural(preview.truePositives)));
}

QString activeNow(const MutePreview &preview)
{
    if (preview.alerts == 1 && preview.active == 1)
        return Mutes::tr("It stands in the queue now, and stays there.");
    return preview.active == 0
        ? QString()
        : Mutes::tr("%Ln of them stand(s) in the queue now, and stay(s) there.", nullptr, plural(preview.active));
}

} // namespace bartizan::mutewords
