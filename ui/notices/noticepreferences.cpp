// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notices/noticepreferences.h"

#include <QSettings>

namespace bartizan {
namespace {

QString timeFormat()
{
    return QStringLiteral("HH:mm");
}

QTime timeOf(const QVariant &kept, QTime otherwise)
{
    const QTime time = QTime::fromString(kept.toString(), timeFormat());
    return time.isValid() ? time : otherwise;
}

} // namespace

bool NoticeChoices::isQuietAt(QTime time) const
{
    if (!quietHours)
        return false;
    if (quietFrom < quietTo)
        return time >= quietFrom && time < quietTo;
    return time >= quietFrom || time < quietTo;
}

NoticePreferences::NoticePreferences(QObject *parent) : QObject(parent)
{
    QSettings kept;
    kept.beginGroup(QStringLiteral("notices"));
    NoticeChoices choices;
    choices.popups = kept.value(QStringLiteral("popups"), choices.popups).toBool();
    const std::string from = kept.value(QStringLiteral("from")).toString().toStdString();
    choices.from = fromString<AlertSeverity>(from).value_or(choices.from);
    choices.sound = kept.value(QStringLiteral("sound"), choices.sound).toBool();
    choices.quietHours = kept.value(QStringLiteral("quietHours"), choices.quietHours).toBool();
    choices.quietFrom = timeOf(kept.value(QStringLiteral("quietFrom")), choices.quietFrom);
    choices.quietTo = timeOf(kept.value(QStringLiteral("quietTo")), choices.quietTo);
    m_choices = choices;
}

void NoticePreferences::setChoices(const NoticeChoices &choices)
{
    if (choices == m_choices)
        return;
    m_choices = choices;
    QSettings kept;
    kept.beginGroup(QStringLiteral("notices"));
    kept.setValue(QStringLiteral("popups"), choices.popups);
    const std::string_view from = toString(choices.from);
    kept.setValue(QStringLiteral("from"), QString::fromUtf8(from.data(), static_cast<qsizetype>(from.size())));
    kept.setValue(QStringLiteral("sound"), choices.sound);
    kept.setValue(QStringLiteral("quietHours"), choices.quietHours);
    kept.setValue(QStringLiteral("quietFrom"), choices.quietFrom.toString(timeFormat()));
    kept.setValue(QStringLiteral("quietTo"), choices.quietTo.toString(timeFormat()));
    Q_EMIT changed();
}

} // namespace bartizan
