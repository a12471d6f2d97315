// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmark/queueevents.h"

#include "core/query/filterparser.h"
#include "tests/benchmark/queuesteps.h"
#include "ui/models/filterchips.h"
#include "ui/views/eventsfilterline.h"
#include "ui/views/eventspage.h"
#include "ui/views/filteredit.h"
#include "ui/views/mainwindow.h"

#include <QApplication>
#include <QKeyEvent>
#include <QScrollBar>
#include <QTableView>

namespace bartizan::queuesteps {
namespace {

/// A quick typist needs so long for a key, in milliseconds.
constexpr qint64 kKey = 80;
/// A search of what no index knows is looked at for so long, and cancelled then.
constexpr qint64 kLook = 1500;

void key(QWidget *at, int code, const QString &text)
{
    QKeyEvent press(QEvent::KeyPress, code, Qt::NoModifier, text);
    QApplication::sendEvent(at, &press);
    QKeyEvent release(QEvent::KeyRelease, code, Qt::NoModifier, text);
    QApplication::sendEvent(at, &release);
}

/// Drives one page, and tells of each search when its first answer was there and when its page was full.
class EventsDrive {
public:
    EventsDrive(Watchdog &watchdog, EventsPage *page) : m_watchdog(watchdog), m_page(page)
    {
        QObject::connect(&page->model(), &QAbstractItemModel::modelReset, &m_listener, [this] { heard(); });
        QObject::connect(&page->model(), &QAbstractItemModel::rowsInserted, &m_listener, [this] { heard(); });
    }

    void filters(const std::vector<const char *> &texts)
    {
        for (const char *text : texts) {
            const QString filter = QString::fromLatin1(text);
            search(QStringLiteral("filter %1").arg(filter), [&] { set(filter); });
        }
    }
    /// Key after key, as a quick hand types; the time counts from the last one.
    void type(const QString &text)
    {
        QLineEdit *edit = m_page->filterLine()->edit();
        set({});
        until([this] { return isQuiet(); });
        edit->setFocus();
        int searches = 0;
        const auto counted = QObject::connect(m_page->filterLine(), &EventsFilterLine::changed, m_page, [&] { ++searches; });
        m_watchdog.reset();
        for (const QChar letter : text) {
            QElapsedTimer since;
            since.start();
            m_target = parseFilter(text, FilterSubject::Events).filter;
            m_first = m_firstRow = -1;
            m_since.start();
            key(edit, 0, letter);
            until([&] { return since.hasExpired(kKey); });
        }
        search(QStringLiteral("typed %1, since the last key").arg(text), [&] {}, false);
        std::printf("    %d searches began\n", searches);
        QObject::disconnect(counted);
    }
    /// Goes to the end, and on when more is there.
    void scrollBack(int pages)
    {
        QScrollBar *bar = m_page->table()->verticalScrollBar();
        step(m_watchdog, QStringLiteral("scroll back through %1 pages").arg(pages), [&] {
            for (int i = 0; i < pages; ++i) {
                const int before = m_page->model().rowCount();
                for (int part = 1; part <= 10; ++part) { // As a hand drags.
                    bar->setValue(bar->value() + (bar->maximum() - bar->value()) * part / 10);
                    QCoreApplication::processEvents();
                }
                until([&] { return m_page->model().rowCount() > before || !m_page->model().canFetchMore({}); });
            }
        }, [this] { return isQuiet(); });
        std::printf("    %d rows\n", m_page->model().rowCount());
    }
    void select(int rows)
    {
        step(m_watchdog, QStringLiteral("select %1 rows one by one").arg(rows), [&] {
            for (int row = 0; row < rows; ++row) {
                m_page->table()->selectRow(row);
                QCoreApplication::processEvents();
            }
        }, [] { return true; });
    }
    /// From the cell of a row to all rows like it.
    void pivot(int row, EventModel::Column column)
    {
        const auto term = m_page->model().termOf(m_page->model().index(row, column));
        if (!term)
            return;
        search(QStringLiteral("only this: %1").arg(filterText({{*term}})), [&] {
            m_target = narrowed(m_page->filterLine()->filter(), *term);
            m_page->filterLine()->setFilter(m_target);
        });
    }
    /// Nothing in the log has it, and no index knows that.
    void cancel()
    {
        begin(QStringLiteral("nothing-has-this"));
        step(m_watchdog, QStringLiteral("stop the search"), [&] { m_page->stopSearching(); }, [this] { return isQuiet(); });
        begin(QStringLiteral("nothing-has-that"));
        search(QStringLiteral("another filter ends it: user:user17"), [&] { set(QStringLiteral("user:user17")); });
        begin(QStringLiteral("ip:12.0.0.0/8"));
        search(QStringLiteral("no filter ends it"), [&] { set({}); });
    }
    /// To the end of the log.
    void searchAll()
    {
        search(QStringLiteral("filter nothing-has-it, to the end of the log"), [&] { set(QStringLiteral("nothing-has-it")); });
    }

private:
    bool isQuiet() const { return !m_page->isLoading() && !m_page->isSearching(); }
    void set(const QString &text)
    {
        m_target = parseFilter(text, FilterSubject::Events).filter;
        m_page->filterLine()->setFilter(m_target);
    }
    /// What comes is an answer to the filter that stands there: one to another is dropped.
    void heard()
    {
        if (m_page->filterLine()->filter() != m_target)
            return;
        if (m_first < 0)
            m_first = m_since.elapsed();
        if (m_firstRow < 0 && m_page->model().rowCount() > 0)
            m_firstRow = m_since.elapsed();
    }
    template<typename Action>
    void search(const QString &name, Action action, bool now = true)
    {
        m_first = now ? -1 : m_first;
        m_firstRow = now ? -1 : m_firstRow;
        if (now)
            m_since.start();
        step(m_watchdog, name, action, [this] { return m_first >= 0 && isQuiet(); });
        std::printf("    first answer after %lld ms, first row after %lld ms, %d rows after %lld ms\n", static_cast<long long>(m_first),
                    static_cast<long long>(m_firstRow), m_page->model().rowCount(), static_cast<long long>(m_since.elapsed()));
    }
    /// Begins a search, and looks at it for a while.
    void begin(const QString &text)
    {
        m_first = -1;
        m_since.start();
        step(m_watchdog, QStringLiteral("look at the search for %1").arg(text), [&] { set(text); }, [this] {
            return m_since.hasExpired(kLook) || isQuiet();
        });
        std::printf("    first answer after %lld ms; %s\n", static_cast<long long>(m_first),
                    m_page->isSearching() ? "it goes on" : "it is at its end");
    }

    QObject m_listener; ///< What the page tells ends with the drive.
    Watchdog &m_watchdog;
    EventsPage *m_page;
    Filter m_target;       ///< What is waited for.
    QElapsedTimer m_since; ///< The last key, or whatever asked.
    qint64 m_first = -1;
    qint64 m_firstRow = -1;
};

} // namespace

void driveEvents(Watchdog &watchdog, MainWindow &window)
{
    auto *page = static_cast<EventsPage *>(window.page(PageId::Events));
    window.context()->setRangeChoice({RangeChoice::Kind::Month, {}});
    EventsDrive drive(watchdog, page);
    step(watchdog, QStringLiteral("open the page"), [&] { window.showPage(PageId::Events); },
         [page] { return page->model().rowCount() > 0; });
    step(watchdog, QStringLiteral("    until all of it is there"), [] {}, [page] { return !page->isLoading(); });
    drive.scrollBack(20);
    drive.select(40);
    // What an index knows,
    drive.filters({"user:user17", "ip:10.7.1.7", "outcome:failure", "type:authentication", "severity:critical",
                   "user:user17 outcome:failure", "outcome:failure since:2d", "company:nobody", "user:nobody", ""});
    // what none does, but many rows have,
    drive.filters({"login", "ip:10.7.0.0/16", "ip:10.0.0.0/8", "-outcome:success", "user:user1*", "user12", "ip:10.7.0.0/16 outcome:failure",
                   "user:user17 port", ""});
    drive.type(QStringLiteral("user:user17"));
    drive.type(QStringLiteral("ip:10.7.0.0/16"));
    drive.type(QStringLiteral("user19999"));
    drive.filters({""});
    drive.pivot(3, EventModel::UserColumn);
    drive.filters({""});
    drive.pivot(3, EventModel::AddressColumn);
    drive.pivot(0, EventModel::OutcomeColumn);
    drive.filters({""});
    drive.cancel();
    // and what no row has.
    drive.searchAll();
    drive.filters({""});
}

} // namespace bartizan::queuesteps
