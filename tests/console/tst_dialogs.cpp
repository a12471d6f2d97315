// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterparser.h"
#include "tests/console/consoletest.h"
#include "ui/theme/format.h"
#include "ui/models/alertmodel.h"
#include "ui/views/alertstable.h"
#include "ui/views/customrangedialog.h"
#include "ui/views/eventspage.h"
#include "ui/views/exportdialog.h"
#include "ui/views/importdialog.h"
#include "ui/views/quarantinetable.h"
#include "ui/widgets/inlinemessage.h"

#include <QAbstractButton>
#include <QDateTimeEdit>
#include <QFile>
#include <QFileInfo>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace bartizan;

/// Import and export through their dialogs, against real files.
class TestDialogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void importsARealAttack();
    void listsLinesThatCannotBeRead();
    void saysThatAFileIsEmpty();
    void refusesAFileThatIsNotThere();
    void exportsCsvThatIsSafeInASpreadsheet();
    void exportsWhatTheAlertsPageShows();
    void exportsEventsThatPassTheFilter();
    void exportsTheColumnsOfTheEventsPage();
    void asksBeforeAFileIsReplaced();
    void writesThroughNoSymbolicLink();
    void refusesARangeThatRunsBackwards();

private:
    static InlineMessage *message(QDialog *dialog) { return dialog->findChild<InlineMessage *>(); }
    /// Writes a file with the choice named, and returns its text.
    static QByteArray exported(ConsoleTest &console, ExportDialog *dialog, const QString &choice, const QString &name);
    /// Alerts in the open database, and the dialog that would export them.
    static ExportDialog *exportReady(ConsoleTest &console);
};

void TestDialogs::importsARealAttack()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->showPage(PageId::Alerts);
    QSignalSpy finished(console.session.get(), &Session::importFinished);
    auto *dialog = static_cast<ImportDialog *>(
        console.window->openImport(QStringLiteral(BARTIZAN_TEST_DATA "/logs/auth-2980.log")));
    dialog->findChild<QSpinBox *>()->setValue(2017);
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Import")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
    const auto report = finished.first().at(1).value<ImportReport>();
    QVERIFY(report.totals.imported > 0);
    QCOMPARE(report.totals.lines, std::int64_t(2980));
    QTRY_VERIFY_WITH_TIMEOUT(message(dialog)->isVisible(), kPatienceMs);
    QVERIFY(message(dialog)->text().contains(QStringLiteral("2,980 lines read")));
    // Every line is accounted for.
    const std::int64_t others = 2980 - report.totals.imported - report.totals.duplicates - report.totals.quarantined;
    QVERIFY(others > 0);
    QVERIFY2(message(dialog)->text().contains(QStringLiteral("%1 lines about no log-in").arg(format::count(others))),
             qPrintable(message(dialog)->text()));

    // The log is of 2017: its events and alerts are one click away.
    QAbstractButton *show = buttonNamed(dialog, QStringLiteral("Show the events"));
    QVERIFY(show != nullptr);
    QTest::mouseClick(show, Qt::LeftButton);
    QVERIFY(console.window->currentPage() == PageId::Events);
    QVERIFY(console.window->context()->currentRange() == report.range);
    console.window->showPage(PageId::Alerts);
    QTRY_VERIFY_WITH_TIMEOUT(console.alerts()->model().rowCount() > 5, 30'000);
}

void TestDialogs::listsLinesThatCannotBeRead()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QFile log(console.file(QStringLiteral("mixed.ndjson")));
    QVERIFY(log.open(QIODevice::WriteOnly));
    log.write("{\"timestamp\":\"2026-01-02T03:04:05.000Z\",\"eventType\":\"AUTHENTICATION\",\"action\":\"login\","
              "\"outcome\":\"SUCCESS\",\"userId\":\"<b>anna</b>\"}\n"
              "{\"timestamp\":\"yesterday\",\"eventType\":\"AUTHENTICATION\",\"action\":\"x\",\"outcome\":\"SUCCESS\"}\n");
    log.close();
    auto *dialog = static_cast<ImportDialog *>(console.window->openImport(log.fileName()));
    dialog->start();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isRunning(), 20'000);
    const QAbstractItemModel *lines = dialog->findChild<QuarantineTable *>()->model();
    QCOMPARE(lines->rowCount(), 1);
    QCOMPARE(lines->index(0, QuarantineModel::Line).data().toString(), QStringLiteral("2"));
    QVERIFY(!lines->index(0, QuarantineModel::Reason).data().toString().isEmpty());
    QVERIFY(lines->index(0, QuarantineModel::Text).data().toString().contains(QStringLiteral("yesterday")));
    QVERIFY(message(dialog)->kind() == MessageKind::Warning);
    // Another name has nothing to do with what became of this file.
    QVERIFY(buttonNamed(dialog, QStringLiteral("Show the events")) != nullptr);
    dialog->setPath(QStringLiteral("/nowhere/auth.log"));
    QVERIFY(!message(dialog)->isVisible() && !dialog->findChild<QuarantineTable *>()->isVisible());
    QVERIFY(!buttonNamed(dialog, QStringLiteral("Show the events")));
    dialog->start();
    QVERIFY(!message(dialog)->isVisible());
}

void TestDialogs::saysThatAFileIsEmpty()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QFile log(console.file(QStringLiteral("empty.ndjson")));
    QVERIFY(log.open(QIODevice::WriteOnly));
    log.close();
    auto *dialog = static_cast<ImportDialog *>(console.window->openImport(log.fileName()));
    dialog->start();
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isRunning(), 20'000);
    QCOMPARE(message(dialog)->text(), QStringLiteral("This file is empty: there is nothing to import."));
    QVERIFY(message(dialog)->kind() == MessageKind::Warning);
}

void TestDialogs::refusesAFileThatIsNotThere()
{
    ConsoleTest console;
    QVERIFY(console.open());
    auto *dialog = static_cast<ImportDialog *>(console.window->openImport(QStringLiteral("/nowhere/auth.log")));
    dialog->start();
    QVERIFY(!dialog->isRunning());
    QVERIFY(dialog->findChild<FieldError *>()->text().contains(QStringLiteral("no such file")));
}

ExportDialog *TestDialogs::exportReady(ConsoleTest &console)
{
    if (!console.openWithAlerts({QStringLiteral("203.0.113.47"), QStringLiteral("203.0.113.48")}))
        return nullptr;
    return static_cast<ExportDialog *>(console.window->openExport());
}

void TestDialogs::exportsCsvThatIsSafeInASpreadsheet()
{
    ConsoleTest console;
    ExportDialog *dialog = exportReady(console);
    QVERIFY(dialog != nullptr);
    const QString csv = console.file(QStringLiteral("alerts.csv"));
    dialog->setPath(csv);
    buttonNamed(dialog, QStringLiteral("All"))->click();
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Export")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isRunning() && message(dialog)->isVisible(), 20'000);
    QVERIFY2(message(dialog)->kind() == MessageKind::Ok, qPrintable(message(dialog)->text()));
    QFile file(csv);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().split('\n');
    QCOMPARE(lines.size(), 4); // header, two alerts, the end of the last line
    QVERIFY(lines.at(0).startsWith("timestamp,severity,type,title,description,eventType,userId,companyId,ipAddress"));
    QVERIFY(lines.at(1).contains("BRUTE_FORCE_ATTACK"));
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());

    const QString json = console.file(QStringLiteral("alerts.json"));
    dialog->setPath(json);
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Export")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isRunning() && QFile::exists(json), 20'000);
    QFile second(json);
    QVERIFY(second.open(QIODevice::ReadOnly));
    const QJsonArray alerts = QJsonDocument::fromJson(second.readAll()).array();
    QCOMPARE(alerts.size(), 2);
}

QByteArray TestDialogs::exported(ConsoleTest &console, ExportDialog *dialog, const QString &choice, const QString &name)
{
    auto *button = static_cast<QRadioButton *>(buttonNamed(dialog, choice));
    if (!button || !button->isEnabled())
        return "no such choice";
    button->click();
    const QString path = console.file(name);
    dialog->setPath(path);
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Export")), Qt::LeftButton);
    const bool done = QTest::qWaitFor([&] { return !dialog->isRunning() && QFile::exists(path); }, 20'000);
    QFile file(path);
    return done && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("not written");
}

/// Columns and rows as they stand, or the format of the specification.
void TestDialogs::exportsWhatTheAlertsPageShows()
{
    ConsoleTest console;
    QVERIFY(console.openWithAlerts({QStringLiteral("203.0.113.47"), QStringLiteral("203.0.113.49"), QStringLiteral("203.0.113.48")}));
    AlertsTable *table = console.alerts()->table();
    QHeaderView *header = table->horizontalHeader();
    for (const int column : {AlertModel::TypeColumn, AlertModel::TitleColumn, AlertModel::CountryColumn, AlertModel::UserColumn,
                             AlertModel::OwnerColumn})
        table->setColumnHidden(column, true);
    for (const int column : {AlertModel::CountColumn, AlertModel::StatusColumn})
        table->setColumnHidden(column, false);
    header->moveSection(header->visualIndex(AlertModel::AddressColumn), 0);
    table->sortByColumn(AlertModel::AddressColumn, Qt::DescendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(console.alerts()->model().rowCount(), 3, kPatienceMs);
    auto *dialog = static_cast<ExportDialog *>(console.window->openExport());
    const QString shown = QStringLiteral("The 5 shown, in their order");
    QList<QByteArray> lines = exported(console, dialog, shown, QStringLiteral("shown.csv")).split('\n');
    QCOMPARE(lines.size(), 5);
    QCOMPARE(lines.at(0), QByteArray("ipAddress,severity,timestamp,count,status\r"));
    QVERIFY2(lines.at(1).startsWith("203.0.113.49,HIGH,20"), lines.at(1).constData());
    QVERIFY(lines.at(2).startsWith("203.0.113.48,HIGH,20"));
    QVERIFY(lines.at(3).startsWith("203.0.113.47,HIGH,20") && lines.at(3).endsWith("Z,1,NEW\r"));
    const QByteArray json = exported(console, dialog, shown, QStringLiteral("shown.json"));
    const QJsonArray alerts = QJsonDocument::fromJson(json).array();
    QCOMPARE(alerts.size(), 3);
    QCOMPARE(alerts.at(0).toObject().keys().size(), 5);
    QCOMPARE(alerts.at(0).toObject().value(QLatin1String("ipAddress")).toString(), QStringLiteral("203.0.113.49"));
    // All columns, and then all alerts, which come with all columns.
    const QByteArray reference = "timestamp,severity,type,title,description,eventType,userId,companyId,ipAddress,userAgent,acknowledged\r\n";
    const QByteArray whole = exported(console, dialog, QStringLiteral("All"), QStringLiteral("whole.csv"));
    QVERIFY(whole.startsWith(reference));
    QVERIFY(whole.indexOf("203.0.113.49") < whole.indexOf("203.0.113.48"));
    QVERIFY(exported(console, dialog, QStringLiteral("All in the range"), QStringLiteral("range.csv")).startsWith(reference));
    QVERIFY(!buttonNamed(dialog, shown)->isEnabled());
}

/// From the page's own button. A country that was looked up stands in a column of its own.
void TestDialogs::exportsTheColumnsOfTheEventsPage()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(console.append(QStringLiteral("8.8.8.8"), 2));
    console.window->showPage(PageId::Events);
    auto *page = static_cast<EventsPage *>(console.window->page(PageId::Events));
    QTRY_COMPARE_WITH_TIMEOUT(page->model().rowCount(), 2, kPatienceMs);
    QHeaderView *header = page->table()->horizontalHeader();
    for (int column = 0; column < EventModel::ColumnCount; ++column) {
        const bool shown = column == EventModel::TimeColumn || column == EventModel::ActionColumn
            || column == EventModel::CountryColumn || column == EventModel::SessionColumn;
        page->table()->setColumnHidden(column, !shown);
    }
    header->moveSection(header->visualIndex(EventModel::SessionColumn), 0);
    QTest::mouseClick(buttonNamed(page, QStringLiteral("Export…")), Qt::LeftButton);
    auto *dialog = console.window->findChild<ExportDialog *>();
    QVERIFY(dialog != nullptr);
    const QString shown = QStringLiteral("The 4 shown, in their order");
    QList<QByteArray> lines = exported(console, dialog, shown, QStringLiteral("shown.csv")).split('\n');
    QCOMPARE(lines.size(), 4);
    QCOMPARE(lines.at(0), QByteArray("sessionId,timestamp,action,country,countryLookedUp\r"));
    QVERIFY2(lines.at(1).endsWith(",,US\r"), lines.at(1).constData());
    lines = exported(console, dialog, shown, QStringLiteral("shown.ndjson")).trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    const QJsonObject row = QJsonDocument::fromJson(lines.at(0)).object();
    QCOMPARE(row.value(QLatin1String("countryLookedUp")).toString(), QStringLiteral("US"));
    QVERIFY(!row.contains(QLatin1String("country")) && !row.contains(QLatin1String("ipAddress")));
    const QByteArray all = exported(console, dialog, QStringLiteral("All, as they were logged"), QStringLiteral("all.csv"));
    QVERIFY(all.startsWith("timestamp,eventType,action,outcome,severity,userId,companyId,platformUserId,ipAddress,userAgent,country,"
                           "sessionId,requestId,metadata,errorMessage\r\n"));
}

void TestDialogs::exportsEventsThatPassTheFilter()
{
    ConsoleTest console;
    QVERIFY(exportReady(console) != nullptr);
    EventSearch search;
    search.query.range = console.window->context()->currentRange();
    search.filter = parseFilter(u"ip:203.0.113.47 login", FilterSubject::Events).filter;
    auto *dialog = static_cast<ExportDialog *>(console.window->openEventExport(search));
    const QString file = console.file(QStringLiteral("events.ndjson"));
    dialog->setPath(file);
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Export")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isRunning() && message(dialog)->isVisible(), 20'000);
    QVERIFY2(message(dialog)->kind() == MessageKind::Ok, qPrintable(message(dialog)->text()));
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = written.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 5);
    for (const QByteArray &line : lines)
        QCOMPARE(QJsonDocument::fromJson(line).object().value(QLatin1String("ipAddress")).toString(),
                 QStringLiteral("203.0.113.47"));
}

void TestDialogs::asksBeforeAFileIsReplaced()
{
    ConsoleTest console;
    ExportDialog *dialog = exportReady(console);
    QVERIFY(dialog != nullptr);
    QFile file(console.file(QStringLiteral("kept.csv")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("precious");
    file.close();
    dialog->setPath(file.fileName());
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Export")), Qt::LeftButton);
    QVERIFY(!dialog->isRunning());
    QVERIFY(message(dialog)->kind() == MessageKind::Warning);
    QCOMPARE(file.size(), qint64(8));
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Replace")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isRunning() && message(dialog)->kind() == MessageKind::Ok, 20'000);
    QVERIFY(QFileInfo(file.fileName()).size() > 8);
}

void TestDialogs::writesThroughNoSymbolicLink()
{
    ConsoleTest console;
    ExportDialog *dialog = exportReady(console);
    QVERIFY(dialog != nullptr);
    QFile target(console.file(QStringLiteral("target.csv")));
    QVERIFY(target.open(QIODevice::WriteOnly));
    target.close();
    const QString link = console.file(QStringLiteral("link.csv"));
    QVERIFY(QFile::link(target.fileName(), link));
    dialog->setPath(link);
    dialog->start();
    QVERIFY(!dialog->isRunning());
    QVERIFY(dialog->findChild<FieldError *>()->text().contains(QStringLiteral("symbolic link")));
    QCOMPARE(QFileInfo(target.fileName()).size(), qint64(0));
}

void TestDialogs::refusesARangeThatRunsBackwards()
{
    const TimeRange day{1'700'000'000'000, 1'700'086'400'000};
    CustomRangeDialog dialog(day, QTimeZone::utc());
    QVERIFY(dialog.isValid());
    QCOMPARE(dialog.range().start, TimestampMs(1'699'999'980'000)); // the minute's beginning
    const auto edits = dialog.findChildren<QDateTimeEdit *>();
    QCOMPARE(edits.size(), 2);
    edits.at(1)->setDateTime(edits.at(0)->dateTime().addDays(-1));
    QVERIFY(!dialog.isValid());
    QVERIFY(!buttonNamed(&dialog, QStringLiteral("Show range"))->isEnabled());
}

QTEST_MAIN(TestDialogs)
#include "tst_dialogs.moc"
