// SPDX-License-Identifier: GPL-3.0-or-later
// What the events page asks of the session; what it looks like stands in eventspage.cpp.
#include "ui/views/eventspage.h"

#include "core/domain/eventsize.h"
#include "core/domain/ipaddress.h"
#include "ui/views/consolecontext.h"
#include "ui/views/eventsdetails.h"
#include "ui/widgets/inlinemessage.h"

#include <QComboBox>
#include <QDateTime>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QTableView>

#include <algorithm>

namespace bartizan {
namespace {

constexpr std::size_t kPage = 500;
/// The most newer rows that are read at once; behind more of them the page is read anew.
constexpr std::size_t kNewer = 500;
constexpr int kNewerDelay = 300;

} // namespace

void EventsPage::connectSession()
{
    Session *session = m_context->session();
    connect(session, &Session::opened, this, &EventsPage::reloadWhenSeen);
    connect(session, &Session::closed, this, [this] {
        ++m_generation;
        m_request = Request::None;
        m_moreWanted = false;
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
        m_range.reset();
        reloadWhenSeen();
    });
    connect(m_context, &ConsoleContext::companyChanged, this, &EventsPage::reloadWhenSeen);
    connect(m_context, &ConsoleContext::refreshRequested, this, &EventsPage::reloadWhenSeen);
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
    const QString wanted = text.trimmed();
    const bool address = IpAddress::parse(wanted.toStdString()).has_value();
    m_address->setText(address ? wanted : QString());
    m_user->setText(address ? QString() : wanted);
}

EventQuery EventsPage::query() const
{
    EventQuery query;
    query.range = m_range ? *m_range : m_context->currentRange();
    query.companyId = m_context->company();
    if (m_type->currentIndex() > 0)
        query.eventType = static_cast<SecurityEventType>(m_type->currentIndex() - 1);
    if (m_outcome->currentIndex() > 0)
        query.outcome = static_cast<AuditOutcome>(m_outcome->currentIndex() - 1);
    if (!m_user->text().isEmpty())
        query.userId = m_user->text().toStdString();
    // As it is written, for the log may keep an address in another spelling than the canonical one.
    const std::string address = m_address->text().trimmed().toStdString();
    if (!address.empty())
        query.ipAddress = address;
    query.severity = m_severity;
    query.countries = m_countries;
    query.limit = kPage;
    return query;
}

bool EventsPage::isFiltered() const
{
    return m_range || m_severity || !m_countries.empty() || m_type->currentIndex() > 0 || m_outcome->currentIndex() > 0 || !m_user->text().isEmpty()
        || !m_address->text().isEmpty();
}

void EventsPage::clearFilters()
{
    showQuery({});
}

void EventsPage::showQuery(const EventQuery &wanted)
{
    const QSignalBlocker type(m_type);
    const QSignalBlocker outcome(m_outcome);
    const QSignalBlocker user(m_user);
    const QSignalBlocker address(m_address);
    m_type->setCurrentIndex(wanted.eventType ? static_cast<int>(*wanted.eventType) + 1 : 0);
    m_outcome->setCurrentIndex(wanted.outcome ? static_cast<int>(*wanted.outcome) + 1 : 0);
    m_user->setText(QString::fromStdString(wanted.userId.value_or(std::string())));
    m_address->setText(QString::fromStdString(wanted.ipAddress.value_or(std::string())));
    m_severity = wanted.severity;
    m_countries = wanted.countries;
    m_range = wanted.range == TimeRange() ? std::nullopt : std::optional(wanted.range);
    reloadWhenSeen();
}

void EventsPage::reloadWhenSeen()
{
    m_stale = true;
    if (isVisible())
        reload();
}

void EventsPage::reload()
{
    m_filterTimer.stop();
    QueryService *queries = m_context->session()->queries();
    if (!queries)
        return;
    m_request = Request::First;
    m_newerWanted = false;
    m_moreWanted = false;
    m_waiting.clear();
    m_gap = false;
    showCount();
    queries->events(query(), this, [this, generation = ++m_generation](const Result<EventPage> &page) {
        if (generation != m_generation)
            return;
        if (!page) {
            fail(page.error());
            return;
        }
        m_stale = false;
        m_message->hide();
        m_total = page->total;
        m_model.setNow(QDateTime::currentMSecsSinceEpoch());
        m_model.load(page->events, endedEarly(page->events, kPage));
        m_details->showEvent(nullptr);
        finished();
    });
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
    EventQuery next = query();
    next.after = m_model.lastKey();
    queries->events(next, this, [this, generation = m_generation](const Result<EventPage> &page) {
        if (generation != m_generation)
            return;
        if (!page) {
            m_model.fetchFailed();
            fail(page.error());
            return;
        }
        m_model.append(page->events, endedEarly(page->events, kPage));
        finished();
    });
}

void EventsPage::readNewer()
{
    QueryService *queries = m_context->session()->queries();
    if (!queries || !isVisible())
        return;
    if (m_stale || m_model.rowCount() == 0) { // It may have failed before.
        if (m_request == Request::None)
            reload();
        return;
    }
    if (m_request != Request::None) {
        m_newerWanted = true;
        return;
    }
    m_request = Request::Newer;
    EventQuery newest = query();
    newest.limit = kNewer;
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
        m_total = page->total;
        onNewer(page->events);
        finished();
    });
}

void EventsPage::onNewer(std::vector<AuditEvent> events)
{
    const EventKey first = *m_model.firstKey();
    const auto known = std::find_if(events.begin(), events.end(), [&first](const AuditEvent &event) {
        return event.timestamp < first.timestamp || (event.timestamp == first.timestamp && event.id <= first.id);
    });
    m_gap = known == events.end() && endedEarly(events, kNewer);
    events.erase(known, events.end());
    m_waiting = std::move(events);
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
        m_model.prepend(std::exchange(m_waiting, {}));
    }
    m_table->scrollToTop();
    showCount();
}

void EventsPage::finished()
{
    m_request = Request::None;
    showCount();
    showEmptyState();
    if (std::exchange(m_moreWanted, false))
        readMore();
    if (std::exchange(m_newerWanted, false) && !m_context->isPaused())
        m_newerTimer.start();
}

void EventsPage::fail(const Error &error)
{
    m_message->setMessage(MessageKind::Error, error.message, tr("Try again"));
    finished();
}

void EventsPage::updateSelection()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    m_details->showEvent(rows.isEmpty() ? nullptr : &m_model.eventAt(rows.first().row()));
}

} // namespace bartizan
