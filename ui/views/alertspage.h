// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/models/alertchangequeue.h"
#include "ui/models/alertmodel.h"
#include "ui/models/triagesubject.h"
#include "ui/views/consolecontext.h"
#include "ui/views/page.h"
#include "ui/views/wayback.h"

#include <QTimer>

#include <functional>
#include <memory>

class QAction;
class QActionGroup;
class QComboBox;
class QHBoxLayout;
class QMenu;
class QSettings;

namespace bartizan {

class AlertMuting;
class AlertTriage;
class AlertsDetails;
class AlertsFilterBar;
class AlertsSelectionLine;
class AlertsTable;
class DetailsSplitter;
class EmptyState;
class InlineMessage;
class RangeNote;
class SavedViews;
class ViewCounter;
class ViewsBar;

/// The analyst's page: the anchored alert queue with its filters, and the details of the selected alert beside it.
/// Acknowledging goes through the session; the table changes when the session tells that the database has.
/// Keeps columns, sorting, filters and splitter in QSettings, group "alerts", a second after they were changed, and saved
/// views at once. Thread: GUI.
class AlertsPage : public Page {
    Q_OBJECT
public:
    explicit AlertsPage(ConsoleContext *context, QWidget *parent = nullptr);
    ~AlertsPage() override;

    void activate() override;
    QWidget *initialFocus() override;
    void search(const QString &text) override;
    QString searchText() const override;
    void goToFirstHit() override;
    void forgetFirstHit() override { m_firstWanted = false; }
    bool isLoading() const override;

    /// Sets filter, range and company to what somebody wants to see, and offers the way back; an alert that is asked for is
    /// selected once it is there.
    void drillDown(const AlertDrillDown &wanted);
    /// The most alerts that are held at once, the newest ones; another number counts from the next read on.
    void setMostAlerts(std::size_t most) { m_most = most; }
    QString currentAddress() const override;
    /// Acknowledges alerts, active or not; the answer comes as a report in the selection line.
    void acknowledge(const std::vector<std::string> &ids);

    const AlertModel &model() const { return m_model; }
    AlertsTable *table() const { return m_table; }
    AlertsDetails *details() const { return m_details; }
    AlertsSelectionLine *selectionLine() const { return m_selectionLine; }
    ViewsBar *viewsBar() const { return m_viewsBar; }
    SavedViews *views() const { return m_views; }
    AlertsFilterBar *filterBar() const { return m_filterBar; }
    WayBack *wayBack() const { return m_wayBack; }
    EmptyState *emptyState() const { return m_empty; }
    AlertTriage *triage() const { return m_triage; }
    /// "Mute alerts like this…" (M), about the alert in the details.
    QAction *muteAction() const;
    /// "Acknowledge" (A), on the selection.
    QAction *acknowledgeAction() const { return m_acknowledge; }
    /// What a minute brings: times of filters, as since:2h, are counted from `now`, in the side bar at once. Rows come and go
    /// by that alone only while nobody looks at one, as new alerts do, or when they are filtered, sorted or grouped anew.
    void passTime(TimestampMs now);
    RangeNote *rangeNote() const { return m_rangeNote; }
    /// What the alerts are grouped by, "Nothing" first (G).
    QComboBox *groupBox() const { return m_groupBox; }
    void setGrouping(AlertGrouping by);
    /// "Show new alerts" (N).
    QAction *showWaitingAction() const { return m_showWaiting; }
    QList<QAction *> commands() const override;

private:
    /// What the alerts of the table are those of.
    struct Scope {
        RangeChoice range;
        std::optional<std::string> company;
        bool operator==(const Scope &) const = default;
    };
    /// A read of all alerts in parts. The records are made on the reader's thread, and touched nowhere else before the
    /// end.
    struct Reading {
        AlertQuery query;
        std::int64_t total = 0; ///< As far as they are to be held.
        std::size_t count = 0;
        std::shared_ptr<std::unique_ptr<AlertRecords>> records;
        std::vector<ToldChanges> told; ///< Meanwhile.
        Scope of = {};     ///< What they are those of.
        bool anew = false; ///< The table has alerts of the same scope: they stay until these are there.
    };

    /// Tells whether another row was selected since, in a moment whatever the number of rows.
    struct Selected {
        std::size_t rows = 0;
        QString first;
        QString last;
        QString current;
        bool operator==(const Selected &) const = default;
    };

    // alertspage.cpp: what it looks like
    void buildHeader();
    void buildBody();
    void showCounts();
    void showEmptyState();
    void showNothingRaised();
    void takeFirstHit();
    void connectParts();
    void restoreState();
    void saveState() const;
    void connectState();
    // alertspageviews.cpp: saved views
    void addViewsBar(QHBoxLayout *room);
    void addViewTools();
    void showView(int row);
    void markView();
    void saveView();
    void countViews();
    void storeViews() const;
    void saveViews(QSettings &settings) const;
    void restoreViews(QSettings &settings);
    // alertspagegroups.cpp: grouping
    void addGroupTools();
    void markGrouping();
    void addGroupActions(QMenu *menu, int row);
    // alertspagedata.cpp: what the session says, and what it is asked
    void connectSession();
    void reload();
    void reloadWhenSeen();
    void readFailed(const Error &error);
    void onReachable(bool reachable);
    Scope wantedScope() const;
    bool readsAside() const;
    void refresh();
    void onRead(const AlertPage &page);
    void onLoaded(const AlertPage &page, const Scope &of);
    void onReadAnew();
    void selectWanted();
    void prepareReading(const AlertQuery &query, std::int64_t total, bool anew);
    void readPart();
    void readingFailed(const Error &error);
    void onChanges(const ToldChanges &changes);
    void take(const ToldChanges &changes);
    void applyChanges(std::span<const SecurityAlert> changed, std::span<const std::string> removed);
    void showWaiting();
    void showArrivalsIfUndisturbed();
    void lookElsewhere();
    void readScore();
    void updateSelection();
    /// Shows an alert in the details, and tells no longer what was about the one before.
    void showDetailsOf(const QString &id);
    /// Tells what acknowledging would make of the score: so many alerts, of which some are active.
    void showForecast(int active, int alerts);
    // alertspagesteps.cpp: steps on what is selected
    void beginOnSelection(TriageKind kind);
    void beginStep(TriageKind kind, IdList ids, bool asked = false);
    void beginOnOne(const QString &id, TriageKind kind);
    void moveOn(TriageKind kind);
    Selected selectedNow() const;
    bool isOwn(const AlertRecords::Record &was, const SecurityAlert &now) const;
    IdList selectedFor(TriageKind kind) const;
    void tellAcknowledged();
    void followProgress(qint64 done, qint64 total);
    void selectBroughtBack();
    void cancelStep();
    void followHeldStep();
    void giveUpHeldStep(const QString &why);
    bool awaitsOlder() const;
    bool awaitsHits() const;
    void showTriageReport(const QString &text, bool undoable, const std::vector<std::string> &unchanged);
    void showUnchanged();
    void selectUnchanged();
    TriageSubject subjectOf(const IdList &ids) const;
    QString heldText() const;
    // alertspagedrilldown.cpp: how other pages lead here
    WayBack::Place place() const;
    void goTo(const WayBack::Place &place);
    void connectWayBack();
    void takeWanted();
    void showUnlisted(const QString &id);
    // alertspageactions.cpp: what can be done with a row
    void buildActions();
    void buildTriage();
    void buildMuting();
    void buildTakingBack();
    void showReport(const QString &text, bool undoable, const QString &shortText = {});
    void showFailure(const Error &error);
    void endFailure();
    void showHeld();
    static QString unreadable();
    QList<QAction *> rowCommands() const;
    void buildSortMenu();
    void buildMoves();
    void fillSortMenu(QMenu *menu);
    void buildViewMenu();
    void openMenu(const QPoint &position);
    void addCellActions(QMenu *menu, const QModelIndex &index);
    void addSourceActions(QMenu *menu, int row);
    void copyCell();
    /// Copies the alert in the details; when it is still being read, once it is there.
    void copyAlert(void (AlertsDetails::*copy)() const);
    /// Does it once the details show the alert that is selected.
    void whenShown(std::function<void()> act);
    void showEventsOf(const std::optional<std::string> &address, const std::optional<std::string> &user, TimestampMs at);

    ConsoleContext *m_context;
    AlertModel m_model;
    AlertsFilterBar *m_filterBar = nullptr;
    RangeNote *m_rangeNote = nullptr;
    AlertsSelectionLine *m_selectionLine = nullptr;
    AlertsTable *m_table = nullptr;
    AlertsDetails *m_details = nullptr;
    EmptyState *m_empty = nullptr;
    InlineMessage *m_message = nullptr;
    QWidget *m_messageRoom = nullptr;
    WayBack *m_wayBack = nullptr;
    DetailsSplitter *m_splitter = nullptr;
    AlertTriage *m_triage = nullptr;
    AlertMuting *m_muting = nullptr;
    SavedViews *m_views = nullptr;
    ViewCounter *m_viewCounter = nullptr;
    ViewsBar *m_viewsBar = nullptr;
    QWidget *m_viewsLine = nullptr;
    QComboBox *m_viewBox = nullptr;
    QAction *m_showViews = nullptr;
    QAction *m_editFilter = nullptr;
    QAction *m_selectAll = nullptr;
    QAction *m_mark = nullptr;           ///< Marks the current row,
    QList<QAction *> m_moves;            ///< and with it those that go to another.
    QAction *m_sortBy = nullptr;         ///< "Sort by", with a menu of the columns.
    QAction *m_showView = nullptr;       ///< "Show the view", with a menu of them.
    QAction *m_saveView = nullptr;
    QComboBox *m_groupBox = nullptr;
    QAction *m_groupBy = nullptr;        ///< "Group by" (G), with a menu of the next three.
    QActionGroup *m_groupings = nullptr; ///< An action for each grouping.
    QAction *m_openAll = nullptr;
    QAction *m_closeAll = nullptr;
    int m_view = 0; ///< The one that was opened last; it is marked as long as its filter stands.
    QAction *m_acknowledge = nullptr;
    QAction *m_endWait = nullptr; ///< Esc, while a step waits, or a long one runs.
    bool m_progresses = false;    ///< A long step runs.
    QAction *m_goBack = nullptr;  ///< Alt+Left, to where a drill-down began.
    QAction *m_takeBack = nullptr;
    QAction *m_showUnchanged = nullptr;
    QAction *m_showWaiting = nullptr;
    QAction *m_copyCell = nullptr;
    QAction *m_copyJson = nullptr;
    QAction *m_copyMarkdown = nullptr;

    bool m_stale = true;
    bool m_failed = false;                    ///< The last read: what is shown is not up to date.
    QString m_readError;                      ///< Why it has.
    bool m_stepFailed = false;                ///< A step, which the message above the queue tells.
    bool m_reachable = true;                  ///< The database, as far as the session knows.
    bool m_searching = false;                 ///< The filter is changed by the top bar's search.
    bool m_firstWanted = false;               ///< The first hit is to be selected once the filter is through.
    bool m_loading = false;
    qint64 m_loadedAt = 0;
    std::int64_t m_position = 0;
    AlertChangeQueue m_changes;
    std::vector<ToldChanges> m_whileLoading; ///< Changes told before the answer to load() came.
    std::unique_ptr<Reading> m_reading; ///< Of the alerts behind the newest ones, or of all anew; null: all are there.
    std::optional<Scope> m_loadedScope; ///< nullopt: nothing was loaded from this database.
    std::size_t m_most = 1'500'000;
    std::optional<std::int64_t> m_cutShort; ///< How many there were to be of a first read that was broken off by another.
    std::int64_t m_notHeld = 0;         ///< Alerts of the range that are older than all that are held.
    std::optional<TriageKind> m_held;   ///< A step on all that is shown; it waits until that is there.
    std::optional<Selected> m_stepAbout; ///< What was selected when the last step was asked for; nullopt: it is about another.
    std::vector<std::string> m_unchanged; ///< What the last step that was reported left as it was;
    bool m_unchangedWanted = false;     ///< it is to be selected once all is shown.
    QString m_broughtBack;                    ///< Taken back: to be selected, as long as m_leftAt is current.
    QString m_leftAt;
    Filter m_unchangedFilter;                 ///< That stood when it was asked for what a step left.
    QString m_wantedId;                       ///< To be selected when it is there.
    QString m_unlistedId;                     ///< Shown though it is outside the range or the filter: it was asked for.
    std::function<void()> m_whenShown;
    std::optional<TimeRange> m_elsewhere;     ///< Where alerts are, when there are none in the range.
    std::int64_t m_elsewhereCount = 0;
    std::optional<MetricsInputs> m_score;     ///< What the score is made of now.
    bool m_scoreAsked = false;                ///< Since it is wanted: an answer is on its way, or was none.
    QTimer m_sortingTimer; ///< While it runs, nothing is said of a new order that is on its way.
    QTimer m_scoreTimer;
    QTimer m_minuteTimer;
    QTimer m_stateTimer; ///< Until what was changed is kept.
    QTimer m_reportTimer;
};

} // namespace bartizan
