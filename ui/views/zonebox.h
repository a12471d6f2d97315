// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace bartizan {

/// A box to choose or type the IANA name of a time zone; completes what is typed anywhere in the name. Thread: GUI.
class ZoneBox : public QComboBox {
    Q_OBJECT
public:
    explicit ZoneBox(QWidget *parent = nullptr);

    /// The name as typed, without blanks around it.
    QString zone() const;
    void setZone(const QString &ianaName);
    /// Whether this machine knows the zone.
    bool isValid() const;

Q_SIGNALS:
    void zoneChanged(const QString &ianaName);
};

} // namespace bartizan
