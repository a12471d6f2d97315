// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/securityalert.h"

#include <QAbstractTableModel>
#include <QTimeZone>

#include <vector>

namespace bartizan {

/// The newest active alerts, for the Overview: values in, rows inserted and removed one range at a time, so that what
/// was selected stays selected. Thread: GUI.
class ActiveAlertModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Mark, Severity, Time, Title, Source, Country, ColumnCount };
    enum Role { IdRole = Qt::UserRole, SeverityRole };

    explicit ActiveAlertModel(QObject *parent = nullptr);

    /// What is shown from now on, newest first. `now` decides how times are written.
    void setAlerts(std::vector<SecurityAlert> alerts, TimestampMs now);
    void setZone(const QTimeZone &zone);

    const SecurityAlert &alert(int row) const { return m_alerts[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void removeMissing(const std::vector<SecurityAlert> &alerts);
    QString textOf(const SecurityAlert &alert, int column) const;

    std::vector<SecurityAlert> m_alerts;
    QTimeZone m_zone;
    TimestampMs m_now = 0;
};

/// Where an alert came from, for one cell: address, else user, else company.
std::string_view sourceOf(const SecurityAlert &alert);

} // namespace bartizan
