// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/auditlog.h"
#include "core/query/filter.h"

#include <QAbstractTableModel>
#include <QStringList>
#include <QTimeZone>

#include <string_view>
#include <vector>

namespace bartizan {

/// Audit rows, newest first, page after page: a view that comes to the end asks for more, the model passes the wish on,
/// and its owner appends the next page. Values in, no SQL. Thread: GUI.
class EventModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        TimeColumn, TypeColumn, ActionColumn, OutcomeColumn, SeverityColumn, UserColumn, AddressColumn, CountryColumn,
        CompanyColumn, SessionColumn, RequestColumn, AgentColumn, ColumnCount
    };
    enum Role {
        RawTextRole = Qt::UserRole, ///< QString: the cell as it is stored.
    };

    explicit EventModel(QObject *parent = nullptr);

    /// Of each row its country as GeoIP tells it where the row names none, else an empty text; they live as long as the
    /// program. Those at the end may be missing.
    using Countries = std::vector<std::string_view>;

    /// Replaces everything by the first page. `more`: whether there is another one.
    void load(std::vector<AuditEvent> events, bool more, Countries lookedUp = {});
    /// Adds a page at the end.
    void append(std::vector<AuditEvent> events, bool more, Countries lookedUp = {});
    /// Adds rows that are newer than all there are.
    void prepend(std::vector<AuditEvent> events, Countries lookedUp = {});
    /// The page asked for did not come: a view may ask again.
    void fetchFailed();

    const AuditEvent &eventAt(int row) const { return m_events[static_cast<std::size_t>(row)]; }
    /// The country that was looked up for a row; empty where it names one itself, or none is known.
    std::string_view lookedUpAt(int row) const { return m_lookedUp[static_cast<std::size_t>(row)]; }
    /// Where the next page begins, and what is newer; nullopt when there are no rows.
    std::optional<EventKey> lastKey() const;
    std::optional<EventKey> firstKey() const;
    /// -1 when it is not among the rows.
    int rowOf(const EventKey &key) const;

    /// A term for what a cell holds; nullopt for a time, and where there is nothing.
    std::optional<FilterTerm> termOf(const QModelIndex &index) const;
    /// Values of a field in the rows that begin with `prefix`, in order of the alphabet.
    QStringList valuesOf(FilterField field, const QString &prefix, qsizetype limit) const;

    void setDisplayZone(const QTimeZone &zone);
    void setNow(TimestampMs now);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    /// The next page is wanted; answered by append() or fetchFailed().
    void moreRequested();

private:
    std::string_view textAt(int row, int column) const;
    bool isLookedUp(int row, int column) const { return column == CountryColumn && !lookedUpAt(row).empty(); }
    QString display(int row, int column) const;
    QString raw(int row, int column) const;
    QString toolTip(int row, int column) const;
    QString accessibleText(int row, int column) const;

    std::vector<AuditEvent> m_events;
    Countries m_lookedUp; ///< One a row.
    bool m_more = false;
    bool m_asked = false;
    QTimeZone m_zone{QTimeZone::utc()};
    TimestampMs m_now = 0;
};

} // namespace bartizan
