// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/monitoringconfig.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <array>
#include <optional>

namespace bartizan {

/// The rules with their settings and hits, in the order of the catalogue. On and off can be edited: the model passes
/// the wish on and shows what its owner makes of it. Values in, no SQL. Thread: GUI.
class RuleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { OnColumn, NameColumn, SeverityColumn, FiresColumn, TechniqueColumn, HitsColumn, ColumnCount };
    enum Role {
        RuleRole = Qt::UserRole, ///< int, the RuleId
        SortRole,                ///< What the column is put in order of.
        SeverityRole,            ///< int, the rank; -1: by confidence
        OnRole,                  ///< bool
        EditedRole,              ///< bool: differs from what is saved.
        ExplanationRole,         ///< QString
    };
    /// Hits by RuleId.
    using Hits = std::array<std::int64_t, kRuleCount>;

    explicit RuleModel(QObject *parent = nullptr);

    /// What is in force, and what it would be after saving the edits. Only what differs is told.
    void setConfigs(const MonitoringConfig &saved, const MonitoringConfig &edited);
    /// Whether rules may be switched on and off.
    void setWritable(bool writable) { m_writable = writable; }
    /// Of the last 30 days; nullopt while they are not known.
    void setHits(const std::optional<Hits> &hits);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void switchRequested(bartizan::RuleId rule, bool on);

private:
    QString display(const RuleInfo &rule, int column) const;
    QVariant sortKey(const RuleInfo &rule, int column) const;
    QString toolTip(const RuleInfo &rule, int column) const;
    QString accessibleText(const RuleInfo &rule, int column) const;
    bool isEdited(RuleId rule) const;

    MonitoringConfig m_saved;
    MonitoringConfig m_edited;
    std::optional<Hits> m_hits;
    bool m_writable = true;
};

/// Which rules are shown: of one alert type, and those that speak of a text (name, key, explanation, technique).
/// Thread: GUI.
class RuleFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit RuleFilter(QObject *parent = nullptr);

    void setType(std::optional<AlertType> type);
    void setText(const QString &text);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    std::optional<AlertType> m_type;
    QString m_text;
};

} // namespace bartizan
