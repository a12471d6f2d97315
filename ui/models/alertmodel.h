// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/alertrecords.h"

#include <QAbstractTableModel>
#include <QTimeZone>

#include <span>

namespace bartizan {

/// The alert queue: sorted, filtered, and anchored. New alerts either take their places at once or wait until they are
/// asked for; what changes is told row by row, so that selection and scrolling stay. Values in, no SQL; acknowledging
/// is not done here, the model only learns of it. Thread: GUI.
class AlertModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        SeverityColumn, TimeColumn, TypeColumn, TitleColumn, AddressColumn, CountryColumn, UserColumn, CountColumn,
        StatusColumn, ActionColumn, ColumnCount
    };
    enum Role {
        IdRole = Qt::UserRole, ///< QString
        SeverityRole,          ///< int, the rank
        AcknowledgedRole,      ///< bool
        RawTextRole,           ///< QString: the cell as it is stored, for filters and copying
        DescriptionRole,       ///< QString, on one line
        HitsRole,              ///< qlonglong: the alert itself and the hits that it suppressed
    };
    /// What becomes of alerts that are new.
    enum class Arrivals { Show, Wait };

    /// How many alerts there are, and how many a filter lets through.
    struct Counts {
        int shown = 0;
        int active = 0;  ///< Of those shown.
        int all = 0;     ///< Shown or hidden by the filter; waiting ones aside.
        std::array<int, 4> bySeverity{}; ///< That pass everything but the choice of severities.
        int waiting = 0; ///< That the filter would show.
        int waitingCritical = 0;
        bool operator==(const Counts &) const = default;
    };

    explicit AlertModel(QObject *parent = nullptr);

    /// The range and company that arriving alerts must belong to. It does not touch what is there: load() follows.
    void setScope(const TimeRange &range, const std::optional<std::string> &companyId);
    /// Replaces everything; nothing waits afterwards. Views are reset.
    void load(std::span<const SecurityAlert> alerts);
    /// Takes over changes: known alerts are updated where they stand, new ones in scope arrive, removed ones go.
    void apply(std::span<const SecurityAlert> changed, std::span<const std::string> removed, Arrivals arrivals);
    /// Puts the waiting alerts in their places.
    void showWaiting();

    void setFilter(const AlertFilter &filter);
    const AlertFilter &filter() const { return m_matcher.filter(); }
    Counts counts() const;

    /// The zone times are shown in, and the present, which says what "today" is.
    void setDisplayZone(const QTimeZone &zone);
    void setNow(TimestampMs now);

    int rowOfId(const QString &id) const; ///< -1 when it is not shown.
    QString idAt(int row) const;
    bool isAcknowledged(int row) const;
    AlertSeverity severityAt(int row) const;
    TimestampMs timeAt(int row) const;
    /// Ids of all rows, in their order.
    std::vector<std::string> shownIds() const;
    int sortColumn() const { return m_sortColumn; }
    Qt::SortOrder sortOrder() const { return m_sortOrder; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    /// Sorts by a column; the action column sorts nothing. Equal rows stand newest first.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void countsChanged();

private:
    using Number = AlertRecords::Number;
    struct Touched; ///< What apply() found out about known alerts.

    bool passes(Number number) const;
    bool before(Number a, Number b) const;
    int rowOf(Number number) const;
    void account(Number number, int sign);
    void recount();
    void setState(Number number, AlertRecords::State state);
    void updateKnown(std::span<const SecurityAlert> known, Touched &touched);
    void insertRows(std::vector<Number> numbers);
    void removeRowsAt(std::vector<int> rows);
    void tellChanged(std::vector<int> rows);
    void resort();
    bool inScope(const SecurityAlert &alert) const;
    std::string_view textAt(Number number, int column) const;
    QString display(Number number, int column) const;
    QString toolTip(Number number, int column) const;
    QString accessibleText(Number number, int column) const;

    AlertRecords m_records;
    AlertMatcher m_matcher{m_records};
    std::vector<Number> m_rows;
    std::vector<Number> m_waiting;
    Counts m_counts; ///< Kept up as records change.
    TimeRange m_range;
    std::optional<std::string> m_company;
    QTimeZone m_zone{QTimeZone::utc()};
    TimestampMs m_now = 0;
    int m_sortColumn = TimeColumn;
    Qt::SortOrder m_sortOrder = Qt::DescendingOrder;
};

} // namespace bartizan
