// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "ui/models/eventmodel.h"
#include "ui/views/page.h"

#include <QTimer>

class QComboBox;
class QLineEdit;
class QMenu;
class QTableView;

namespace bartizan {

class Chip;
class ConsoleContext;
class DetailsSplitter;
class EmptyState;
class EventsDetails;
class InlineMessage;
class LinkButton;
class Pill;

/// The audit rows, newest first, filtered and read page by page as one scrolls. Newer rows come in on top while the
/// view stands there undisturbed, and wait behind a pill otherwise. Keeps columns and splitter in QSettings, group
/// "events". Thread: GUI.
class EventsPage : public Page {
    Q_OBJECT
public:
    explicit EventsPage(ConsoleContext *context, QWidget *parent = nullptr);
    ~EventsPage() override;

    void activate() override;
    QWidget *initialFocus() override;
    /// An address is looked for as an address, anything else as a user.
    void search(const QString &text) override;
    bool isLoading() const override { return m_request != Request::None; }

    /// Shows the rows that a query asks for; its range, if it has one, stands in for that of the top bar.
    void showQuery(const EventQuery &query);

    const EventModel &model() const { return m_model; }
    QTableView *table() const { return m_table; }
    EventsDetails *details() const { return m_details; }

private:
    enum class Request { None, First, More, Newer };

    void buildBody();
    QWidget *buildFilters(QWidget *parent);
    void connectParts();
    void connectSession();
    void buildActions();
    void openMenu(const QPoint &position);
    void addFilterActions(QMenu *menu, const AuditEvent &event);
    EventQuery query() const;
    bool isFiltered() const;
    void clearFilters();
    void reload();
    void reloadWhenSeen();
    void readMore();
    void readNewer();
    void onNewer(std::vector<AuditEvent> events);
    void showNewer();
    bool standsAtTop() const;
    /// Ends a request; then what has waited for it is asked.
    void finished();
    void fail(const Error &error);
    void showCount();
    void showEmptyState();
    void showChips();
    void updateSelection();

    ConsoleContext *m_context;
    EventModel m_model;
    QComboBox *m_type = nullptr;
    QComboBox *m_outcome = nullptr;
    QLineEdit *m_user = nullptr;
    QLineEdit *m_address = nullptr;
    Chip *m_rangeChip = nullptr;
    Chip *m_severityChip = nullptr;
    Chip *m_countryChip = nullptr;
    QWidget *m_chips = nullptr; ///< The line of the chips, there while there are any.
    LinkButton *m_clear = nullptr;
    Pill *m_pill = nullptr;
    InlineMessage *m_message = nullptr;
    QTableView *m_table = nullptr;
    EmptyState *m_empty = nullptr;
    EventsDetails *m_details = nullptr;
    DetailsSplitter *m_splitter = nullptr;

    Request m_request = Request::None;
    quint64 m_generation = 0; ///< Of the filters: an answer to older ones is dropped.
    bool m_stale = true;
    bool m_newerWanted = false;
    bool m_moreWanted = false;
    std::optional<TimeRange> m_range; ///< Instead of the top bar's.
    std::optional<AuditSeverity> m_severity;
    std::vector<std::string> m_countries;
    std::optional<std::int64_t> m_total;
    std::vector<AuditEvent> m_waiting; ///< Newer rows that are not shown yet, newest first.
    bool m_gap = false;                ///< More are newer than were read at once.
    QTimer m_newerTimer;
    QTimer m_filterTimer;
};

} // namespace bartizan
