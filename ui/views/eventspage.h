// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/models/eventmodel.h"
#include "ui/views/page.h"

#include <QTimer>

class QMenu;
class QTableView;

namespace bartizan {

class ConsoleContext;
class DetailsSplitter;
class EmptyState;
class EventsDetails;
class EventsFilterLine;
class InlineMessage;
class LinkButton;
class RangeNote;

/// The audit rows, newest first, filtered and read page by page as one scrolls. Newer rows come in on top while the
/// view stands there undisturbed, and wait behind a pill otherwise. A filter that no index answers goes through the log
/// until a page is full, tells how far it has come, and can be stopped. Keeps filter, columns and splitter in QSettings,
/// group "events", a second after they were changed. Thread: GUI.
class EventsPage : public Page {
    Q_OBJECT
public:
    explicit EventsPage(ConsoleContext *context, QWidget *parent = nullptr);
    ~EventsPage() override;

    void activate() override;
    QWidget *initialFocus() override;
    /// An address is looked for as an address, anything else as a user.
    void search(const QString &text) override;
    QString searchText() const override { return m_searched; }
    void goToFirstHit() override;
    void forgetFirstHit() override { m_firstWanted = false; }
    bool isLoading() const override { return m_request != Request::None || m_counting; }
    QAction *exportAction() const override { return m_export; }
    QList<QAction *> commands() const override { return {m_edit, m_showNewer, m_copy, m_columns, m_export}; }

    /// Shows the rows that a query asks for; its range, if it has one, stands in for that of the top bar.
    void showQuery(const EventQuery &query);

    const EventModel &model() const { return m_model; }
    QTableView *table() const { return m_table; }
    EventsDetails *details() const { return m_details; }
    EventsFilterLine *filterLine() const { return m_filter; }
    RangeNote *rangeNote() const { return m_rangeNote; }
    /// Whether it goes through the log for rows that pass the filter.
    bool isSearching() const { return m_searching; }
    void stopSearching();

private:
    enum class Request { None, First, More, Newer };

    void buildHeader();
    void buildBody();
    void connectParts();
    void connectSession();
    void buildActions();
    void openMenu(const QPoint &position);
    void addFilterActions(QMenu *menu, const QModelIndex &index);
    void fillColumnMenu(QMenu *menu);
    EventSearch wanted() const;
    std::vector<EventColumn> shownColumns() const;
    /// What a person looks at, so that it is still there once the same is read anew.
    struct Place {
        std::optional<EventKey> current; ///< The selected row.
        std::optional<EventKey> top;     ///< The first row that is seen; nullopt: the page stands at its beginning.
        std::size_t rows = 0;            ///< How many have to be read for both.
    };
    Place place() const;
    void returnTo(const Place &place);
    void reload();
    /// `kept`: where to go once the same is read anew; what is read for another reason has no place yet.
    void reloadWhenSeen(std::optional<Place> kept = std::nullopt);
    void readMore();
    void readNewer();
    void count();
    void takePage(const EventPage &page, bool first);
    void onNewer(const EventPage &page);
    void showNewer();
    bool standsAtTop() const;
    /// Ends a request; then what has waited for it is asked.
    void finished();
    void fail(const Error &error);
    void showCount();
    void showRangeNote();
    void saveState() const;
    void connectState();
    void showEmptyState();
    void updateSelection();
    void takeFirstHit();

    ConsoleContext *m_context;
    EventModel m_model;
    EventsFilterLine *m_filter = nullptr;
    RangeNote *m_rangeNote = nullptr;
    LinkButton *m_stop = nullptr;
    InlineMessage *m_message = nullptr;
    QTableView *m_table = nullptr;
    EmptyState *m_empty = nullptr;
    EventsDetails *m_details = nullptr;
    DetailsSplitter *m_splitter = nullptr;

    Request m_request = Request::None;
    quint64 m_generation = 0; ///< Of the filters: an answer to older ones is dropped.
    bool m_stale = true;
    std::optional<Place> m_kept; ///< For the next reload(), and until that has led there.
    bool m_newerWanted = false;
    bool m_moreWanted = false;
    bool m_searching = false;                  ///< More is read until enough is found.
    std::size_t m_found = 0;                   ///< Rows since somebody asked for more.
    std::optional<EventKey> m_reached;         ///< How far back the log was looked at.
    TimestampMs m_readAt = 0;                  ///< When the first page was read.
    bool m_counting = false;
    std::optional<std::int64_t> m_total;       ///< Of the rows down to the first of those that wait.
    std::vector<AuditEvent> m_waiting; ///< Newer rows that are not shown yet, newest first.
    EventModel::Countries m_waitingCountries; ///< Theirs, as looked up.
    bool m_gap = false;                ///< More are newer than were read at once.
    QTimer m_newerTimer;
    QAction *m_edit = nullptr;
    QAction *m_showNewer = nullptr;
    QAction *m_copy = nullptr;
    QAction *m_columns = nullptr; ///< With a menu of them.
    QAction *m_export = nullptr;
    QTimer m_stateTimer; ///< Until what was changed is kept.
    QString m_log;               ///< Path of the database that is open, or was last.
    QString m_searched;          ///< What the top bar's search has made the filter.
    bool m_inSearch = false;     ///< It is being made.
    bool m_firstWanted = false;  ///< The first hit is to be selected once it is read.
};

} // namespace bartizan
