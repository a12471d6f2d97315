// SPDX-License-Identifier: GPL-3.0-or-later
// What the events page asks of the session; what it looks like stands in eventspage.cpp.
#include "ui/views/eventspage.h"

#include "ui/views/consolecontext.h"
#include "ui/views/eventsdetails.h"
#include "ui/views/eventsfilterline.h"
#include "ui/widgets/inlinemessage.h"

#include <QDateTime>
#include <QItemSelectionModel>
#include <QScrollBar>
#include <QTableView>

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::size_t kPage = 500;
/// The most newer rows that are read at once; behind more of them the page is read anew.
constexpr std::size_t kNewer = 500;
constexpr int kNewerDelay = 300;
/// The most rows that are read at once to come back to a place.
constexpr std::size_t kDeepestPlace = 5000;
/// Rows may be written this long after their time, and still come in as newer ones.
constexpr TimestampMs kLateRows = kMinute;

} // namespace

void EventsPage::connectSession()
{
    Session *session = m_context->session();
    connect(session, &Session::opened, this, [this](const DatabaseInfo &database) {
        // What was sought in one log means nothing in another.
        if (const QString before = std::exchange(m_log, database.path); !before.isEmpty() && before != m_log)
            m_filter->clear();
        reloadWhenSeen();
    });
    connect(session, &Session::closed, this, [this] {
        ++m_generation;
        m_request = Request::None;
        m_moreWanted = false;
        m_searching = false;
        m_counting = false;
        m_stale = true;
        m_total.reset();
        m_waiting.clear();
        m_model.load({}, false);
        m_details->showEvent(nullptr);
        showCount();
    });
    m_newerTimer.setSingleShot(true);
    m_newerTimer.setInterval(kNewerDelay);
    connect(&m_newerTimer, &QTimer::timeout, this, &EventsPage::readNewer);
    connect(session, &Session::auditLogAdvanced, this, [this] {
        if (isVisible() && !m_context->isPaused() && !m_newerTimer.isActive())
            m_newerTimer.start();
    });
    connect(m_context, &ConsoleContext::rangeChanged, this, [this] {
        m_filter->dropRange();
        showRangeNote();
        reloadWhenSeen();
    });
    connect(m_context, &ConsoleContext::companyChanged, this, [this] { reloadWhenSeen(); });
    connect(m_context, &ConsoleContext::refreshRequested, this, [this] {
        reloadWhenSeen(m_stale ? m_kept : std::optional(place()));
    });
    connect(m_context, &ConsoleContext::eventsRequested, this, &EventsPage::showQuery);
    connect(m_context, &ConsoleContext::pausedChanged, this, [this](bool paused) {
        if (paused)
            m_newerTimer.stop();
        else if (isVisible())
            readNewer();
    });
}

void EventsPage::activate()
{
    m_model.setNow(QDateTime::currentMSecsSinceEpoch());
    if (m_stale)
        reload();
    else if (!m_context->isPaused())
        readNewer();
}

void EventsPage::search(const QString &text)
{
    m_inSearch = true;
    m_searched = text;
    m_filter->search(text);
    m_inSearch = false;
}

void EventsPage::goToFirstHit()
{
    m_firstWanted = true;
    takeFirstHit();
}

/// The hits are read page by page. What is selected already stays so.
void EventsPage::takeFirstHit()
{
    if (!m_firstWanted || m_stale || (m_model.rowCount() == 0 && (m_request != Request::None || m_searching)))
        return;
    m_firstWanted = false;
    if (m_model.rowCount() == 0)
        return;
    if (!m_table->selectionModel()->hasSelection())
        m_table->selectRow(0);
    m_table->setFocus(Qt::OtherFocusReason);
}

EventSearch EventsPage::wanted() const
{
    EventSearch search;
    search.query = m_filter->base();
    if (search.query.range == TimeRange())
        search.query.range = m_context->currentRange();
    search.query.companyId = m_context->company();
    search.query.limit = kPage;
    search.filter = m_filter->filter();
    search.zone = m_context->displayZone();
    return search;
}

void EventsPage::showQuery(const EventQuery &wanted)
{
    EventQuery query = wanted;
    if (query.companyId == m_context->company())
        query.companyId.reset(); // The top bar says it.
    m_filter->setQuery(query);
}

void EventsPage::reloadWhenSeen(std::optional<Place> kept)
{
    m_stale = true;
    m_kept = std::move(kept);
    if (isVisible())
        reload();
}

EventsPage::Place EventsPage::place() const
{
    Place found;
    const auto note = [this, &found](int row) {
        const AuditEvent &event = m_model.eventAt(row);
        found.rows = std::max(found.rows, static_cast<std::size_t>(row) + m_waiting.size() + kPage);
        return EventKey{event.timestamp, event.id};
    };
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    if (!selected.isEmpty())
        found.current = note(selected.first().row());
    if (const int top = m_table->rowAt(0); top > 0)
        found.top = note(top);
    return found;
}

/// What has gone meanwhile, or lies deeper than is read at once, is not selected any more.
void EventsPage::returnTo(const Place &place)
{
    const QModelIndex top = place.top ? m_model.index(m_model.rowOf(*place.top), 0) : QModelIndex();
    const int row = place.current ? m_model.rowOf(*place.current) : -1;
    if (row >= 0)
        m_table->selectRow(row); // It scrolls; the place is what stays.
    if (top.isValid())
        m_table->scrollTo(top, QAbstractItemView::PositionAtTop);
    else if (!place.top)
        m_table->scrollToTop();
    updateSelection();
}

void EventsPage::reload()
{
    const std::optional<Place> kept = m_kept;
    QueryService *queries = m_context->session()->queries();
    if (!queries)
        return;
    m_request = Request::First;
    m_newerWanted = false;
    m_moreWanted = false;
    m_searching = false;
    m_found = 0;
    m_reached.reset();
    m_total.reset();
    if (std::exchange(m_counting, false))
        queries->cancelEventCount();
    m_waiting.clear();
    m_gap = false;
    m_readAt = QDateTime::currentMSecsSinceEpoch();
    showCount();
    EventSearch first = wanted();
    if (kept)
        first.query.limit = std::clamp(kept->rows, kPage, kDeepestPlace);
    queries->events(first, this, [this, kept, generation = ++m_generation](const Result<EventPage> &page) {
        if (generation != m_generation)
            return;
        if (!page) {
            fail(page.error());
            return;
        }
        m_stale = false;
        m_kept.reset();
        m_message->hide();
        m_total = page->total;
        m_model.setNow(QDateTime::currentMSecsSinceEpoch());
        if (!kept)
            m_details->showEvent(nullptr);
        takePage(*page, true);
        if (kept)
            returnTo(*kept);
        if (page->countable && !m_total && m_model.firstKey())
            count();
    });
}

/// The rows are there before anybody knows how many there are: counting millions takes a while.
void EventsPage::count()
{
    const EventKey newest = *m_model.firstKey();
    EventSearch all = wanted();
    all.query.range.end = std::min(all.query.range.end, newest.timestamp);
    m_counting = true;
    m_context->session()->queries()->eventCount(
        all, this, [this, newest, generation = m_generation](const Result<std::optional<std::int64_t>> &counted) {
            if (generation != m_generation)
                return;
            m_counting = false;
            if (counted && *counted) // Those that came in on top meanwhile are newer.
                m_total = **counted + std::max(0, m_model.rowOf(newest));
            showCount();
        });
}

/// Adds a page. One that ended before it was full is followed by the next, until as many rows are found as make one.
void EventsPage::takePage(const EventPage &page, bool first)
{
    if (page.reached)
        m_reached = page.reached;
    m_found += page.events.size();
    if (first)
        m_model.load(page.events, page.more, page.lookedUp);
    else
        m_model.append(page.events, page.more, page.lookedUp);
    m_searching = page.more && m_found < kPage;
    if (m_searching)
        m_moreWanted = true;
    else
        m_found = 0;
    finished();
}

void EventsPage::stopSearching()
{
    if (!m_searching)
        return;
    if (std::exchange(m_counting, false))
        m_context->session()->queries()->cancelEventCount();
    ++m_generation; // What comes yet is dropped; reading on begins where it stands now.
    m_searching = false;
    m_moreWanted = false;
    m_found = 0;
    m_model.fetchFailed();
    finished();
}

void EventsPage::readMore()
{
    QueryService *queries = m_context->session()->queries();
    if (!queries) {
        m_model.fetchFailed();
        return;
    }
    if (m_request != Request::None) {
        m_moreWanted = true; // A view that stands at its end does not ask twice.
        return;
    }
    m_request = Request::More;
    EventSearch next = wanted();
    next.query.after = m_reached;
    queries->events(next, this, [this, generation = m_generation](const Result<EventPage> &page) {
        if (generation != m_generation)
            return;
        if (!page) {
            m_searching = false;
            m_model.fetchFailed();
            fail(page.error());
            return;
        }
        takePage(*page, false);
    });
}

void EventsPage::readNewer()
{
    QueryService *queries = m_context->session()->queries();
    if (!queries || !isVisible())
        return;
    // It may have failed before; and where the store finds rows by itself, looking for the first costs little.
    if (m_stale || (m_model.rowCount() == 0 && m_total)) {
        if (m_request == Request::None)
            reload();
        return;
    }
    if (m_request != Request::None) {
        m_newerWanted = true;
        return;
    }
    m_request = Request::Newer;
    EventSearch newest = wanted();
    newest.query.limit = kNewer;
    // No further back than what is shown; where nothing passed the filter, than when the log was looked at.
    const auto first = m_model.firstKey();
    newest.query.range.start = std::max(newest.query.range.start, first ? first->timestamp : m_readAt - kLateRows);
    queries->events(newest, this, [this, generation = m_generation](const Result<EventPage> &page) {
        if (generation != m_generation)
            return;
        if (m_context->isPaused()) {
            finished(); // A paused page stays as it is; going live asks again.
            return;
        }
        if (!page) {
            fail(page.error());
            return;
        }
        onNewer(*page);
        finished();
    });
}

void EventsPage::onNewer(const EventPage &page)
{
    std::vector<AuditEvent> events = page.events;
    const auto first = m_model.firstKey();
    const auto known = std::find_if(events.begin(), events.end(), [&first](const AuditEvent &event) {
        return first && (event.timestamp < first->timestamp || (event.timestamp == first->timestamp && event.id <= first->id));
    });
    m_gap = known == events.end() && page.more;
    events.erase(known, events.end());
    m_waiting = std::move(events);
    m_waitingCountries = page.lookedUp;
    m_waitingCountries.resize(m_waiting.size());
    m_model.setNow(QDateTime::currentMSecsSinceEpoch());
    if (standsAtTop() && !m_waiting.empty() && !m_gap)
        showNewer();
}

bool EventsPage::standsAtTop() const
{
    return m_table->verticalScrollBar()->value() == 0 && !m_table->selectionModel()->hasSelection();
}

void EventsPage::showNewer()
{
    if (m_gap) {
        reload();
    } else if (!m_waiting.empty()) {
        if (m_total)
            *m_total += static_cast<std::int64_t>(m_waiting.size());
        m_model.prepend(std::exchange(m_waiting, {}), std::exchange(m_waitingCountries, {}));
    }
    m_table->scrollToTop();
    showCount();
}

void EventsPage::finished()
{
    m_request = Request::None;
    showCount();
    showEmptyState();
    takeFirstHit();
    if (std::exchange(m_moreWanted, false))
        readMore();
    if (std::exchange(m_newerWanted, false) && !m_context->isPaused())
        m_newerTimer.start();
}

void EventsPage::fail(const Error &error)
{
    m_firstWanted = false;
    m_message->setMessage(MessageKind::Error, error.message, tr("Try again"));
    finished();
}

void EventsPage::updateSelection()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (rows.isEmpty())
        m_details->showEvent(nullptr);
    else
        m_details->showEvent(&m_model.eventAt(rows.first().row()), m_model.lookedUpAt(rows.first().row()));
}

} // namespace bartizan
