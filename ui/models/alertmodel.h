// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ports/alertstore.h"
#include "ui/models/alertarrangement.h"
#include "ui/models/alertgroups.h"
#include "ui/models/alertmatcher.h"
#include "ui/models/heldrows.h"

#include <QAbstractTableModel>
#include <QTimeZone>
#include <QTimer>

#include <functional>
#include <memory>
#include <span>
#include <unordered_set>

namespace bartizan {

/// The alert queue: sorted, filtered, and anchored, for a million alerts. New alerts either take their places at once
/// or wait until they are asked for; what changes is told row by row, so that selection and scrolling stay. Values in,
/// no SQL; acknowledging is not done here, the model only learns of it. No call takes long: many alerts are filtered, grouped
/// and sorted in slices, between which the event loop runs; until the last one the rows stand as they did. Grouped, each group has a row of its own, above the rows
/// of its alerts while it is open; where groups stand is decided when somebody sorts or filters, or when alerts come in,
/// not by what becomes of alerts that are there. What others make of an alert that has a row leaves the row where it is, with
/// what the alert has become, until the rows are put in order anew. Thread: GUI.
class AlertModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        SeverityColumn, TimeColumn, TypeColumn, TitleColumn, AddressColumn, CountryColumn, UserColumn, CountColumn,
        OwnerColumn, StatusColumn, ActionColumn, ColumnCount
    };
    enum Role {
        IdRole = Qt::UserRole, ///< QString
        SeverityRole,          ///< int, the rank
        AcknowledgedRole,      ///< bool
        StatusRole,            ///< int, an AlertStatus
        RawTextRole,           ///< QString: the cell as it is stored, for filters and copying
        DescriptionRole,       ///< QString, on one line
        HitsRole,              ///< qlonglong: the alert itself and the hits that it suppressed
        GroupRole,             ///< bool: the row is that of a group
        OpenRole,              ///< bool: the group is open
    };
    /// What becomes of alerts that are new.
    enum class Arrivals { Show, Wait };
    /// Says of an alert that is known, as it was and as it is now, whether somebody else has changed it: then its row stays
    /// where it is, and one that would come in waits. Asked once about each change.
    using IsOthers = std::function<bool(const AlertRecords::Record &was, const SecurityAlert &now)>;

    /// How many alerts there are, and how many a filter lets through.
    struct Counts {
        int shown = 0;
        int active = 0;  ///< Of those shown, as the next.
        int muted = 0;
        int all = 0;     ///< Shown or hidden by the filter; waiting ones aside.
        std::array<int, 4> bySeverity{}; ///< That pass everything but the choice of severities.
        int waiting = 0; ///< That the filter would show.
        int waitingCritical = 0;
        bool operator==(const Counts &) const = default;
    };

    /// What rows are sorted by.
    struct Sorting {
        int column = TimeColumn;
        Qt::SortOrder order = Qt::DescendingOrder;
        bool operator==(const Sorting &) const = default;
    };

    /// How many alerts some rows stand for.
    struct Extent {
        int alerts = 0;
        int active = 0; ///< That count in the score.
        int muted = 0;
    };

    explicit AlertModel(QObject *parent = nullptr);
    ~AlertModel() override;

    /// The range and company that arriving alerts must belong to. It does not touch what is there: load() follows.
    void setScope(const TimeRange &range, const std::optional<std::string> &companyId);
    /// Replaces everything; nothing waits afterwards. Views are reset. `olderFollow`: these are only the newest of
    /// all, the others come with adopt(); until then, changes of older alerts are left out.
    void load(std::span<const SecurityAlert> alerts, bool olderFollow = false);
    /// Takes over all alerts of the scope, newest first, texts ranked, read while this model went on with what load()
    /// gave: what arrived since stays as it is. `told`: changes told meanwhile, which the records may not know of.
    void adopt(std::unique_ptr<AlertRecords> records, std::vector<ToldChanges> told);
    /// Whether the reset that views hear of comes from adopt(): the rows are still there, older ones are added.
    bool isAdopting() const { return m_adopting; }
    /// Whether adopt() is just adding older alerts to the newest, rather than taking the place of all that were there.
    bool addsOlder() const { return m_addsOlder; }
    /// Whether alerts are just leaving the rows: what views tell of them now, nobody has done by hand.
    bool isRemoving() const { return m_removing; }
    /// Whether adopt() was called and has not come to its end: rows of older alerts are still to come.
    bool awaitsOlder() const;
    /// Takes over changes: known alerts are updated where they stand, new ones in scope arrive, removed ones go. Rows follow
    /// what has changed, but for that which `isOthers` says.
    void apply(std::span<const SecurityAlert> changed, std::span<const std::string> removed, Arrivals arrivals,
               const IsOthers &isOthers = {});
    /// Whether what is changing comes from others: then what somebody looks at must not move.
    bool isChangedByOthers() const { return m_changedByOthers; }
    /// Whether there are rows that stand where others' changes have found them: a new order would put them elsewhere.
    bool isHolding() const { return !m_held.isEmpty() || m_keptEmptied; }
    /// Puts the waiting alerts in their places, and all rows where they belong; with many alerts, these a moment later.
    void showWaiting();
    /// Lets rows that others' changes have left standing go where they belong; with many alerts, a moment later.
    void putInOrder();
    /// How many alerts stand there that do not pass the filter any more.
    int heldOut() const { return m_heldOut.alerts; }

    /// Shows what passes; with many alerts, a moment later.
    void setFilter(const Filter &filter);
    /// The filter that was set last.
    const Filter &filter() const { return m_wanted; }
    /// Whether the filter has times, as since:2h, that are other instants now than when it went through the alerts.
    bool isFilterOld() const;
    /// What the filter's times were counted from.
    TimestampMs filteredAt() const;
    /// Filters anew if the filter is old: alerts go that have become too old for it, and others come. With many, a moment
    /// later. A new sorting or grouping does as much.
    void followTime();
    /// Puts the alerts together by a value they share; all groups are closed then. With many, a moment later.
    void setGrouping(AlertGrouping by);
    /// The grouping that was set last.
    AlertGrouping grouping() const { return m_wantedGrouping; }
    /// How long a slice of many alerts takes, in milliseconds.
    void setSlice(int length) { m_slice = length; }
    /// Whether what is shown does not follow the filter, the grouping, the sorting and what is to be open yet.
    bool isFiltering() const { return m_filtering || m_arrangement; }
    /// Whether another filter is being applied, which the rows do not follow yet.
    bool hasOtherFilter() const { return m_filtering != nullptr; }
    /// Whether the rows do not stand as sortColumn() and sortOrder() say yet.
    bool isSorting() const { return m_sorting != m_shownSorting; }
    Counts counts() const { return m_counts; }
    /// All that it holds, shown or not; others after countsChanged(), perhaps.
    const AlertRecords &records() const { return *m_records; }
    /// What the times of filters are counted from.
    FilterMoment moment() const { return {m_now, m_zone}; }

    /// The zone times are shown in, and the present, which says what "today" is.
    void setDisplayZone(const QTimeZone &zone);
    void setNow(TimestampMs now);

    int rowOfId(const QString &id) const; ///< -1 when it is not shown.
    /// The id of an alert; of a group, of its newest alert.
    QString idAt(int row) const;
    bool isAcknowledged(int row) const; ///< Of a group: whether all are.
    bool isResolved(int row) const;     ///< Likewise.
    bool isMuted(int row) const;        ///< Of a group: whether one is.
    AlertSeverity severityAt(int row) const; ///< Of a group: the highest.
    TimestampMs timeAt(int row) const;  ///< Of a group: of its newest alert.

    bool isGroup(int row) const;
    bool isOpen(int row) const; ///< Of the row of a group.
    /// The row of the group that a row belongs to; -1: there are none.
    int groupRowOf(int row) const;
    void setOpen(int row, bool open);
    /// All groups, those that come included; with many alerts, a moment later.
    void setAllOpen(bool open);
    /// Opens the group of an alert, if the filter shows it; returns its row, or -1.
    int reveal(const QString &id);
    /// Names a row, alert or group, beyond a reset.
    QString keyAt(int row) const;
    int rowOfKey(const QString &key) const; ///< -1 when it is not there.
    /// Whether the reset that views hear of leaves the alerts as they are, or knows what has become of each: then rows can be
    /// named by marks, which cost less than keys, from before the reset to its end. Rows of groups have none.
    bool keepsRecords() const { return m_keepsRecords || m_carriedTo; }
    /// Very many rows, but not all, are selected: a new order comes as a reset, since views would need seconds to follow each.
    void setManySelected(bool many) { m_manySelected = many; }
    std::vector<std::uint32_t> marksAt(std::span<const int> rows) const;
    /// The rows of marks, as far as they are still there, ascending; the first runs of neighbours only, so many at most.
    std::vector<int> rowsOfMarks(std::span<const std::uint32_t> marks, qsizetype mostRuns) const;
    /// How many rows there are of marks.
    int countOfMarks(std::span<const std::uint32_t> marks) const;
    /// How many alerts rows stand for: each once, whether its own row is among them, its group's, or both.
    Extent extentOf(std::span<const int> rows) const;
    /// What a cell's value is as a term of a filter; nullopt where it is none.
    std::optional<FilterTerm> termOf(const QModelIndex &index) const;
    /// Values of a field that occur and begin with a text, at most `limit`.
    QStringList valuesOf(FilterField field, const QString &prefix, qsizetype limit) const;
    /// Ids of what some rows stand for, of groups all alerts that the filter shows; `onlyActive`: that nobody has
    /// acknowledged.
    IdList idsOf(std::span<const int> rows, bool onlyActive = false) const;
    /// Ids of all that the filter shows, newest first; `onlyActive`: likewise.
    IdList passingIds(bool onlyActive) const;
    /// Ids of all that the filter shows, as they are sorted, groups aside.
    std::vector<std::string> shownIds() const;
    /// Marks of all that is shown in the order of the rows: group after group, where there are groups.
    std::vector<std::uint32_t> marksInOrder() const;
    // What sort() was told last,
    int sortColumn() const { return m_sorting.column; }
    Qt::SortOrder sortOrder() const { return m_sorting.order; }
    /// and what the rows are sorted by now.
    Sorting shownSorting() const { return m_shownSorting; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    /// Sorts by a column, with many alerts a moment later; the action column sorts nothing. Equal rows stand newest first.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void countsChanged();
    /// The records are about to be others: marks mean nothing afterwards, and records() is another one.
    void recordsLeaving();
    /// These rows, ascending, are about to go, in more than a few places: they are moved together first.
    void rowsLeaving(const std::vector<int> &rows);
    /// isSorting() has changed, and not at once again.
    void sortingChanged();

private:
    using Number = AlertRecords::Number;
    struct Known;     ///< A change of a known alert.
    struct Touched;   ///< What apply() found out about known alerts.
    struct Filtering; ///< A filter or a grouping on its way through the records.

    // alertmodel.cpp: what becomes of alerts
    void account(Number number, int sign);
    void letIn(std::vector<Number> waiting);
    bool listReturning();
    void setState(Number number, AlertRecords::State state);
    void evaluate(Number number);
    void updateKnown(std::span<const Known> known, Touched &touched);
    void updateOne(const Known &known, Number number, int row, Touched &touched);
    void changeRows(Touched &touched);
    void takeOut(std::span<const std::string> removed, std::vector<Known> &known, Touched &touched);
    void bringIn(std::span<const Number> arrived, Arrivals arrivals, std::vector<Number> &come);
    bool inScope(const SecurityAlert &alert) const;
    // alertmodelfilter.cpp: filters on their way
    void bindFilter();
    void beginFiltering();
    bool goThrough(const QDeadlineTimer &until);
    void endFiltering(Filtering &filtering, AlertArrangement &arrangement);
    void exchange(Filtering &filtering);
    void replaceRows(AlertArrangement &arrangement);
    void replaceRowsSingly(AlertArrangement &arrangement, std::vector<int> go, std::vector<Number> come);
    // alertmodeladopting.cpp: records that were read meanwhile
    bool carryOver(const QDeadlineTimer &until);
    bool carryChanges(const QDeadlineTimer &until);
    void carryOne(const AlertChanges &changes, std::size_t at);
    bool carryStates(const QDeadlineTimer &until);
    Number carryRecord(Number number);
    void carryState(Filtering &filtering, AlertArrangement *arrangement, Number number) const;
    template<typename Change>
    void changeAdopted(Filtering &filtering, AlertArrangement *arrangement, Number number, Change change) const;
    void replaceRecords(Filtering &filtering, AlertArrangement &arrangement);
    // alertmodelarranging.cpp: a new order on its way
    AlertRecords::Key sortKey() const;
    AlertArrangement::Order orderWanted() const;
    void beginArranging();
    void arrangeAnew();
    void goOn();
    void goOnLater();
    void takeOver();
    void takeListed(AlertArrangement &arrangement);
    std::vector<Number> takeRows(AlertArrangement &arrangement);
    // alertmodelrows.cpp: rows and their order
    bool passes(Number number) const { return m_passes[number] == AlertMatcher::Everything; }
    bool hasRow(Number number) const;
    bool before(Number a, Number b) const;
    AlertGroups::Slot slotOfRow(Number row) const;
    bool listedBefore(Number a, Number b) const;
    int rowOf(Number number) const;
    Number numberOfMark(std::uint32_t mark) const;
    void sortListed();
    void list(std::span<const Number> numbers);
    void insertRows(std::vector<Number> numbers);
    void removeRowsAt(std::vector<int> rows);
    void tellChanged(std::vector<int> rows);
    void putBack(std::vector<Number> changed);
    void moveRows(std::vector<Number> order, bool forGood = true);
    // alertmodelholding.cpp: rows that others' changes leave where they are
    HeldRows::Standing standing(Number number) const;
    bool standsAs(Number number, const HeldRows::Standing &as) const;
    void countHeld(Number number, int sign);
    void release(std::span<const Number> numbers);
    void releaseClosed(std::span<const Number> numbers);
    std::vector<AlertGroups::Slot> emptied(const std::unordered_set<AlertGroups::Slot> &kept);
    std::vector<int> rowsToGo() const;
    HeldRows takeHeld(const Filtering &filtering);
    void carryHeld(const Filtering &filtering, const HeldRows &held, std::vector<Number> &rows);
    void replaceOrder(AlertArrangement &arrangement);
    // alertmodelgroups.cpp: the rows of groups
    bool isDescending() const { return m_shownSorting.order == Qt::DescendingOrder; }
    int groupRow(AlertGroups::Slot slot) const;
    std::vector<Number> membersOf(AlertGroups::Slot slot) const;
    void addRowsOf(std::span<const AlertGroups::Slot> slots, std::vector<int> &rows) const;
    void settle(std::vector<Number> come, bool rearrange, const std::unordered_set<AlertGroups::Slot> &later = {});
    std::vector<bool> groupsAmong(std::span<const int> rows) const;
    bool isCovered(Number number, const std::vector<bool> &chosen) const;
    std::vector<Number> numbersOf(std::span<const int> rows) const;
    std::vector<Number> shownNumbers() const;
    QString groupName(AlertGroups::Slot slot) const;
    QString groupFigures(AlertGroups::Slot slot) const;
    QString groupSummary(AlertGroups::Slot slot) const;
    QVariant groupData(AlertGroups::Slot slot, int column, int role) const;
    std::optional<FilterTerm> groupTerm(AlertGroups::Slot slot) const;
    // alertmodelcells.cpp: what is shown
    std::string_view textAt(Number number, int column) const;
    QString display(Number number, int column) const;
    QString toolTip(Number number, int column) const;
    QString accessibleText(Number number, int column) const;
    QString standingText(Number number) const;

    std::unique_ptr<AlertRecords> m_records;
    AlertMatcher m_matcher;
    Filter m_wanted;
    std::unique_ptr<Filtering> m_filtering; ///< Null: what is shown follows m_wanted.
    std::unique_ptr<AlertArrangement> m_arrangement; ///< Of what m_filtering has found, if there is one. Null: none.
    QTimer m_timer; ///< Of the two.
    int m_slice = 10;
    bool m_arrangedAgain = false;
    std::vector<std::uint8_t> m_passes;     ///< By number: AlertMatcher::Passes.
    std::vector<Number> m_listed;           ///< Every listed record, oldest first.
    std::vector<Number> m_rows;             ///< What is shown: records, and groups by AlertGroups::rowOf().
    AlertGroups m_groups;
    HeldRows m_held;
    Extent m_heldOut;           ///< Of the rows held: alerts that do not pass.
    bool m_keptEmptied = false; ///< Groups without alerts may have rows.
    bool m_changedByOthers = false;
    AlertGrouping m_wantedGrouping = AlertGrouping::Nothing;
    std::vector<Number> m_waiting;
    Counts m_counts; ///< Kept up as records change.
    std::optional<TimestampMs> m_loadedFrom; ///< Older alerts are still being read.
    bool m_addsOlder = false;
    TimeRange m_range;
    std::optional<std::string> m_company;
    QTimeZone m_zone{QTimeZone::utc()};
    TimestampMs m_now = 0;
    bool m_adopting = false;
    bool m_removing = false;
    bool m_keepsRecords = false;
    const std::vector<Number> *m_carriedTo = nullptr; ///< While other records take the place of these: by number, where.
    Sorting m_sorting;
    Sorting m_shownSorting;
    bool m_sortingTold = false;
    bool m_manySelected = false;
    std::optional<bool> m_allOpen; ///< What all groups are to be, once they are arranged,
    std::vector<std::pair<QString, bool>> m_openedMeanwhile; ///< but for those that were opened or closed since: their keys.
};

} // namespace bartizan
