// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/zonebox.h"

#include <QCompleter>
#include <QLineEdit>
#include <QTimeZone>

namespace bartizan {

ZoneBox::ZoneBox(QWidget *parent) : QComboBox(parent)
{
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    addItem(QStringLiteral("UTC"));
    const QList<QByteArray> ids = QTimeZone::availableTimeZoneIds();
    for (const QByteArray &id : ids) {
        if (id != "UTC")
            addItem(QString::fromLatin1(id));
    }
    completer()->setFilterMode(Qt::MatchContains);
    completer()->setCompletionMode(QCompleter::PopupCompletion);
    completer()->setCaseSensitivity(Qt::CaseInsensitive);
    setMinimumContentsLength(24);
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(this, &QComboBox::currentTextChanged, this, [this] { Q_EMIT zoneChanged(zone()); });
}

QString ZoneBox::zone() const
{
    return currentText().trimmed();
}

void ZoneBox::setZone(const QString &ianaName)
{
    if (zone() == ianaName)
        return;
    const int index = findText(ianaName, Qt::MatchExactly | Qt::MatchCaseSensitive);
    if (index >= 0)
        setCurrentIndex(index);
    setEditText(ianaName);
}

bool ZoneBox::isValid() const
{
    return QTimeZone::isTimeZoneIdAvailable(zone().toLatin1());
}

} // namespace bartizan
