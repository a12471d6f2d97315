// SPDX-License-Identifier: GPL-3.0-or-later
// Drives the real window over many alerts and a large audit log, with a watchdog on the event loop: opening the page,
// sorting by every column, filtering, scrolling, grouping, and triage of 100,000 alerts at once, taken back, and cancelled;
// then the same step taken by somebody else, in one transaction of another process. Tells the worst time that the loop was
// blocked, how long a filter took to show its result, what became of the bulk steps, and the memory that the process held.
//
//     bench_queue [ALERTS [EVENTS [DATABASE [PART ...]]]]     1000000 alerts and 1000000 events in a temporary file by default
//
// A database that is named is filled when it is not there yet, and used as it is when it is; it is left with its alerts
// as they were, but for the history that the bulk steps have written. PART is "rows": only sorting, filtering, scrolling and
// selecting; "groups": only grouping; "export": only the dialog that would write all; "bulk": only the steps of triage;
// "others": only those of somebody else; "loading": those, while the alerts are still being read; "events": only the Events
// page, opened, filtered, scrolled back, and a search cancelled, with the time from the last key to the first result;
// "engine", also before another part: with an engine in this process that has seen all events, as in the console by default;
// "fill": the database is filled and nothing else.
#include "core/query/filterparser.h"
#include "tests/benchmark/queuedatabase.h"
#include "tests/benchmark/queueevents.h"
#include "tests/benchmark/queuesteps.h"
#include "ui/models/alertmodel.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertspage.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertstable.h"
#include "ui/views/alerttriage.h"
#include "ui/views/appearance.h"
#include "ui/views/heaptuning.h"
#include "ui/views/mainwindow.h"
#include "ui/views/triagedialog.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QProcess>
#include <QScrollBar>
#include <QSettings>
#include <QTemporaryDir>
#include <QUuid>

#include <cstdio>

using namespace bartizan;
using namespace bartizan::queuesteps;

namespace {

void scroll(Watchdog &watchdog, AlertsTable *table, const QString &name)
{
    step(watchdog, name, [&] {
        QScrollBar *bar = table->verticalScrollBar();
        for (int i = 0; i <= 200; ++i) {
            bar->setValue(static_cast<int>(static_cast<qint64>(bar->maximum()) * i / 200));
            QCoreApplication::processEvents();
        }
    }, [] { return true; });
}

/// Every grouping, opened and closed, sorted, filtered and scrolled.
void driveGroups(Watchdog &watchdog, AlertsPage *page)
{
    AlertsTable *table = page->table();
    auto *model = static_cast<AlertModel *>(table->model());
    const auto quiet = [page] { return !page->isLoading(); };
    const auto filter = [page](const char *text) {
        page->filterBar()->setFilter(parseFilter(QString::fromLatin1(text), FilterSubject::Alerts).filter);
    };
    for (const auto by : {AlertGrouping::Type, AlertGrouping::Country, AlertGrouping::User, AlertGrouping::Address}) {
        const QString name = QString::fromUtf8(toString(by).data());
        step(watchdog, QStringLiteral("group by %1").arg(name), [&] { page->setGrouping(by); }, quiet);
        std::printf("    %d groups\n", model->rowCount());
        step(watchdog, QStringLiteral("%1: open the first group").arg(name), [&] { model->setOpen(0, true); }, quiet);
        for (const auto column : {AlertModel::SeverityColumn, AlertModel::AddressColumn, AlertModel::CountColumn, AlertModel::TimeColumn})
            step(watchdog, QStringLiteral("%1: sort by column %2").arg(name).arg(int(column)),
                 [&] { table->sortByColumn(column, Qt::DescendingOrder); }, quiet);
        step(watchdog, QStringLiteral("%1: filter severity>=high").arg(name), [&] { filter("severity>=high"); }, quiet);
        step(watchdog, QStringLiteral("%1: no filter").arg(name), [&] { filter(""); }, quiet);
        step(watchdog, QStringLiteral("%1: open all groups").arg(name), [&] { model->setAllOpen(true); }, quiet);
        step(watchdog, QStringLiteral("%1: sort all by severity").arg(name),
             [&] { table->sortByColumn(AlertModel::SeverityColumn, Qt::DescendingOrder); }, quiet);
        step(watchdog, QStringLiteral("%1: sort all by time").arg(name),
             [&] { table->sortByColumn(AlertModel::TimeColumn, Qt::DescendingOrder); }, quiet);
        scroll(watchdog, table, QStringLiteral("%1: scroll through in 200 steps").arg(name));
        step(watchdog, QStringLiteral("%1: close all groups").arg(name), [&] { model->setAllOpen(false); }, quiet);
        table->scrollToTop();
    }
    step(watchdog, QStringLiteral("group by nothing"), [&] { page->setGrouping(AlertGrouping::Nothing); }, quiet);
}

/// What is asked before a step on all that there is, and given up, twice: the second time with what was typed the first.
void driveQuestion(Watchdog &watchdog, AlertsPage *page)
{
    const auto quiet = [page] { return !page->isLoading(); };
    step(watchdog, QStringLiteral("select all, to comment on"), [page] { page->table()->selectAll(); }, quiet);
    for (const char *name : {"ask for a comment on all", "ask again"}) {
        step(watchdog, QLatin1String(name), [page] { page->triage()->action(TriageKind::Comment)->trigger(); }, quiet);
        const auto dialog = page->findChild<TriageDialog *>();
        step(watchdog, QStringLiteral("    and give it up"), [dialog] {
            dialog->commentEdit()->setPlainText(QStringLiteral("on its way"));
            dialog->reject();
        }, quiet);
        QCoreApplication::sendPostedEvents(dialog, QEvent::DeferredDelete);
    }
    step(watchdog, QStringLiteral("select none"), [page] { page->table()->clearSelection(); }, quiet);
}

/// 100,000 active alerts: acknowledged, taken back, and acknowledged again but cancelled on the way.
void driveBulk(Watchdog &watchdog, AlertsPage *page)
{
    driveQuestion(watchdog, page);
    page->filterBar()->setFilter(parseFilter(QStringLiteral("status:new"), FilterSubject::Alerts).filter);
    until([page] { return !page->isLoading(); });
    std::vector<std::string> ids = page->model().shownIds();
    ids.resize(std::min(queuedatabase::kBulk, ids.size()));
    page->filterBar()->setFilter({});
    until([page] { return !page->isLoading(); });
    const auto done = [page] { return !page->triage()->isBusy() && !page->isLoading(); };
    const auto told = [page](int before) {
        std::printf("    \"%s\"; %d active before, %d after\n", qPrintable(page->selectionLine()->report()), before,
                    page->model().counts().active);
    };
    const auto run = [&](const QString &name, auto &&action, std::optional<int> expected) {
        const int before = page->model().counts().active;
        step(watchdog, name, action, done);
        step(watchdog, QStringLiteral("    until every row says so"), [] {},
             [&] { return !expected || page->model().counts().active == before + *expected; });
        told(before);
    };
    const int count = static_cast<int>(ids.size());
    const int active = page->model().counts().active;
    run(QStringLiteral("acknowledge %1 alerts").arg(count), [&] { page->triage()->take({}, ids); }, -count);
    run(QStringLiteral("take it back"), [&] { page->triage()->undoAction()->trigger(); }, count);
    bool cancelled = false;
    const auto cancel = QObject::connect(page->triage(), &AlertTriage::progressed, page, [&](qint64 now, qint64 total) {
        if (now > total / 3 && now < total && !std::exchange(cancelled, true))
            page->triage()->cancel();
    });
    run(QStringLiteral("acknowledge them, cancelled after a third"), [&] { page->triage()->take({}, ids); }, std::nullopt);
    QObject::disconnect(cancel);
    run(QStringLiteral("take that back"), [&] { page->triage()->undoAction()->trigger(); }, std::nullopt);
    until([page, active] { return page->model().counts().active == active; }); // What follows counts on it.
}

void tellMemory()
{
    std::printf("memory %.0f MiB, %.0f of it files, at most so far %.0f MiB\n", memory("VmRSS:"), memory("RssFile:"),
                std::max(mostMemory, memory("VmHWM:")));
}

void openPage(Watchdog &watchdog, MainWindow &window, AlertsPage *page, int alerts)
{
    window.context()->setRangeChoice({RangeChoice::Kind::Month, {}});
    step(watchdog, QStringLiteral("open the page: first alerts"), [&] { window.showPage(PageId::Alerts); },
         [page] { return page->model().rowCount() > 0; });
    step(watchdog, QStringLiteral("open the page: all alerts"), [] {},
         [&] { return page->model().rowCount() == alerts && !page->isLoading(); });
    tellMemory();
}

void driveRows(Watchdog &watchdog, AlertsPage *page)
{
    AlertsTable *table = page->table();
    const auto quiet = [page] { return !page->isLoading(); };
    for (int column = 0; column < AlertModel::ActionColumn; ++column) {
        const QString name = page->model().headerData(column, Qt::Horizontal, Qt::AccessibleTextRole).toString();
        for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
            step(watchdog, QStringLiteral("sort by %1, %2").arg(name, order == Qt::AscendingOrder ? QStringLiteral("up") : QStringLiteral("down")),
                 [&] { table->sortByColumn(column, order); }, quiet);
        }
    }
    table->sortByColumn(AlertModel::TimeColumn, Qt::DescendingOrder);
    for (const char *filter : {"severity>=high", "ip:11.0.0.0/8", "user:user1*", "-country:CN status:new", "type:brute since:5d",
                               "analyst3", "nothing-has-this", "\"40 failed logins\"", "\"from 11.2\"", "\"from 1\"", "12", "user12",
                               "\"fr\u00f6m 11\"", ""}) {
        const QString text = QString::fromUtf8(filter);
        step(watchdog, QStringLiteral("filter %1").arg(text), [&] { page->filterBar()->setFilter(parseFilter(text, FilterSubject::Alerts).filter); },
             quiet);
        std::printf("    %d rows\n", page->model().rowCount());
    }
    scroll(watchdog, table, QStringLiteral("scroll through in 200 steps"));
    step(watchdog, QStringLiteral("select all"), [&] { table->selectAll(); }, quiet);
    // What is selected follows the filter: all in one piece, then rows far apart.
    for (const char *filter : {"severity>=high", ""}) {
        const QString text = QLatin1String(filter);
        step(watchdog, QStringLiteral("filter %1, all selected").arg(text), [&] { page->filterBar()->setFilter(parseFilter(text, FilterSubject::Alerts).filter); },
             quiet);
    }
    step(watchdog, QStringLiteral("sort by severity, rows far apart selected"),
         [&] { table->sortByColumn(AlertModel::SeverityColumn, Qt::DescendingOrder); }, quiet);
    // Very many of them, but not all.
    step(watchdog, QStringLiteral("select from the tenth row to the last"), [&] {
        table->selectRow(9);
        QKeyEvent end(QEvent::KeyPress, Qt::Key_End, Qt::ShiftModifier);
        QApplication::sendEvent(table, &end);
    }, quiet);
    for (const int column : {int(AlertModel::StatusColumn), int(AlertModel::TimeColumn)}) {
        step(watchdog, QStringLiteral("sort by column %1, these selected").arg(column),
             [&] { table->sortByColumn(column, Qt::DescendingOrder); }, quiet);
    }
    step(watchdog, QStringLiteral("clear the selection"), [&] { table->clearSelection(); }, quiet);
    table->scrollToTop();
}

/// The dialog that would write all that is shown, as it is shown; sorted and grouped as well.
void driveExport(Watchdog &watchdog, MainWindow &window)
{
    auto *page = static_cast<AlertsPage *>(window.page(PageId::Alerts));
    const auto open = [&](const QString &name) {
        until([page] { return !page->isLoading(); });
        QDialog *dialog = nullptr;
        step(watchdog, name, [&] { dialog = window.openExport(); }, [&] { return dialog->isVisible(); });
        delete dialog;
    };
    open(QStringLiteral("open the export"));
    page->table()->sortByColumn(AlertModel::TitleColumn, Qt::AscendingOrder);
    open(QStringLiteral("open the export, sorted by title"));
    page->setGrouping(AlertGrouping::Address);
    open(QStringLiteral("open the export, grouped by address"));
    page->setGrouping(AlertGrouping::Nothing);
    page->table()->sortByColumn(AlertModel::TimeColumn, Qt::DescendingOrder);
    until([page] { return !page->isLoading(); });
}

/// 100,000 active alerts, acknowledged by somebody else at once, and taken back, while the window is looked at.
void driveOthers(Watchdog &watchdog, AlertsPage *page, const QString &path)
{
    const QString step = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const int before = page->model().counts().active;
    const int left = before - static_cast<int>(std::min(queuedatabase::kBulk, static_cast<std::size_t>(before)));
    const auto run = [&](const QString &name, const QString &what, int active) {
        QProcess other;
        queuesteps::step(watchdog, name, [&] { other.start(QCoreApplication::applicationFilePath(), {what, step, path}); },
               [&] { return page->model().counts().active == active && !page->isLoading(); });
        other.waitForFinished();
    };
    page->table()->sortByColumn(AlertModel::StatusColumn, Qt::AscendingOrder); // The rows that change move.
    until([page] { return !page->isLoading(); });
    run(QStringLiteral("others acknowledge %1, sorted by status").arg(before - left), QStringLiteral("acknowledge"), left);
    run(QStringLiteral("others take it back, sorted by status"), QStringLiteral("undo"), before);
    page->table()->sortByColumn(AlertModel::TimeColumn, Qt::DescendingOrder);
    until([page] { return !page->isLoading(); });
}

/// 100,000 active alerts, acknowledged by somebody else while they are being read, and taken back.
void driveLoading(Watchdog &watchdog, MainWindow &window, AlertsPage *page, int alerts, const QString &path)
{
    const QString step = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const EngineStatus &figures = window.context()->session()->engineStatus();
    until([&figures] { return figures.activeAlerts > 0; });
    const auto before = static_cast<int>(figures.activeAlerts);
    const int left = before - static_cast<int>(std::min(queuedatabase::kBulk, static_cast<std::size_t>(before)));
    const auto isLoaded = [&](int active) {
        return page->model().rowCount() == alerts && page->model().counts().active == active && !page->isLoading();
    };
    window.context()->setRangeChoice({RangeChoice::Kind::Month, {}});
    QProcess other;
    queuesteps::step(watchdog, QStringLiteral("others acknowledge %1 while alerts are read").arg(before - left), [&] {
        window.showPage(PageId::Alerts);
        other.start(QCoreApplication::applicationFilePath(), {QStringLiteral("acknowledge"), step, path});
    }, [&] { return isLoaded(left); });
    other.waitForFinished();
    queuesteps::step(watchdog, QStringLiteral("others take it back while alerts are read"), [&] {
        window.context()->refresh();
        other.start(QCoreApplication::applicationFilePath(), {QStringLiteral("undo"), step, path});
    }, [&] { return isLoaded(before); });
    other.waitForFinished();
}

/// `parts`: what is wanted; everything but "loading" and "events" by default.
void drive(MainWindow &window, int alerts, const QStringList &parts, const QString &path)
{
    Watchdog watchdog;
    if (parts.contains(QStringLiteral("events"))) {
        driveEvents(watchdog, window);
        std::printf("loop blocked %lld ms at most in all (%.0f worked)\n", static_cast<long long>(worstOfAll), mostWorkedOfAll);
        tellMemory();
        return;
    }
    auto *page = static_cast<AlertsPage *>(window.page(PageId::Alerts));
    const auto isWanted = [&parts](const char *what) { return parts.isEmpty() || parts.contains(QLatin1String(what)); };
    if (parts.contains(QStringLiteral("loading")))
        driveLoading(watchdog, window, page, alerts, path);
    else
        openPage(watchdog, window, page, alerts);
    if (isWanted("rows"))
        driveRows(watchdog, page);
    if (isWanted("export"))
        driveExport(watchdog, window);
    if (isWanted("groups"))
        driveGroups(watchdog, page);
    tellMemory();
    if (isWanted("bulk"))
        driveBulk(watchdog, page);
    tellMemory();
    if (isWanted("others"))
        driveOthers(watchdog, page, path);
    std::printf("loop blocked %lld ms at most in all (%.0f worked)\n", static_cast<long long>(worstOfAll), mostWorkedOfAll);
    tellMemory();
}

} // namespace

int main(int argc, char **argv)
{
    tuneHeap(); // As the console does.
    if (qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-bench"));
    QCoreApplication::setApplicationName(QStringLiteral("bench_queue"));
    QApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (const QString what = arguments.value(1); what == QLatin1String("acknowledge") || what == QLatin1String("undo"))
        return queuedatabase::act(arguments.value(3), arguments.value(2), what == QLatin1String("undo")) ? 0 : 1;
    const int alerts = arguments.value(1, QStringLiteral("1000000")).toInt();
    const int events = arguments.value(2, QStringLiteral("1000000")).toInt();
    QTemporaryDir folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    const QString path = arguments.value(3, folder.filePath(QStringLiteral("queue.db")));
    QStringList parts = arguments.mid(4);
    if (parts.contains(QStringLiteral("fill")))
        return queuedatabase::fill(path, alerts, events) ? 0 : 1;
    // By a process of its own, whose memory is none of the console's.
    const QStringList filling{QString::number(alerts), QString::number(events), path, QStringLiteral("fill")};
    if (!QFileInfo::exists(path) && QProcess::execute(QCoreApplication::applicationFilePath(), filling) != 0) {
        std::fprintf(stderr, "cannot fill %s\n", qPrintable(path));
        return 1;
    }
    const bool engine = parts.removeAll(QStringLiteral("engine")) > 0;
    if (engine && !queuedatabase::passEvents(path)) {
        std::fprintf(stderr, "cannot set the engine's position\n");
        return 1;
    }
    Session session;
    Appearance appearance;
    MainWindow window(&session, &appearance);
    window.resize(1440, 900);
    window.show();
    session.open({.path = path, .demo = false, .runEngine = engine, .create = false});
    if (until([&] { return session.isOpen() && (!engine || session.engineStatus().state == EngineState::Running); }) < 0)
        return 1;
    std::printf("%d alerts, %d events; memory of the window alone %.0f MiB\n", alerts, events, memory("VmRSS:"));
    drive(window, alerts, parts, path);
    session.close();
    return 0;
}
