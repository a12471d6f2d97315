// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ports/clock.h"
#include "core/storage/openstore.h"
#include "core/storage/sqliteconnection.h"
#include "tests/console/consoletest.h"
#include "ui/views/handoverpage.h"
#include "ui/views/handovermemory.h"
#include "ui/views/handoverpdf.h"
#include "ui/views/handoverperiod.h"
#include "ui/views/handovertable.h"
#include "ui/views/mainmenu.h"
#include "ui/views/overviewpage.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/segmentedcontrol.h"

#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTextDocument>
#include <QThreadPool>

#include <algorithm>

using namespace bartizan;

/// The shift handover in the real window, over a real database.
class TestHandoverPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void opensByKeyAndFromTheOverview();
    void tellsWhatHappened();
    void tellsOfMutes();
    void leadsToTheAlert();
    void leadsToWhatIsLeftOut();
    void copiesMarkdown();
    void savesMarkdownAndPdf();
    void printsAllOfIt();
    void drawsSeveritiesByThemselves();
    void showsAllColumns();
    void remembersOnlyWhatWasTheWhole();
    void tellsWhyItCannotSave();
    void stopsAndReadsAgain();
    void keepsWhatWasReadBefore();
    void canBeStoppedWhileReadAgain();
    void notesTheDatabaseThatWasWritten();
    void beginsWhereOneLeft();
    void leavesEachDatabaseByItself();
    void refusesATimeThatEndsBeforeItBegins();

private:
    static HandoverPage *opened(ConsoleTest &console);
    /// Two alerts of addresses, one of them acknowledged, and the page about them.
    static HandoverPage *ready(ConsoleTest &console);
    static bool loaded(HandoverPage *page)
    {
        return QTest::qWaitFor([page] { return !page->isLoading() && page->document(); }, kPatienceMs);
    }
    static const HandoverSection &section(HandoverPage *page, const char *title);
    static QTableView *sections(HandoverPage *page);
    static QString message(HandoverPage *page) { return page->findChild<InlineMessage *>()->text(); }
};

HandoverPage *TestHandoverPage::opened(ConsoleTest &console)
{
    console.window->showPage(PageId::Handover);
    return static_cast<HandoverPage *>(console.window->page(PageId::Handover));
}

HandoverPage *TestHandoverPage::ready(ConsoleTest &console)
{
    if (!console.open())
        return nullptr;
    console.window->showPage(PageId::Alerts);
    if (!console.append(QStringLiteral("203.0.113.47"), 5) || !console.append(QStringLiteral("203.0.113.48"), 5)
        || !console.waitForAlerts(2))
        return nullptr;
    QSignalSpy triaged(console.session.get(), &Session::triaged);
    TriageStep step;
    step.kind = TriageKind::Acknowledge;
    const auto ids = console.alerts()->model().shownIds();
    console.session->triage({ids.front()}, step);
    if (!triaged.wait(kPatienceMs))
        return nullptr;
    HandoverPage *page = opened(console);
    return loaded(page) ? page : nullptr;
}

const HandoverSection &TestHandoverPage::section(HandoverPage *page, const char *title)
{
    const auto &all = page->document()->sections;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [title](const HandoverSection &s) { return s.title == QLatin1String(title); });
    if (found == all.end())
        qFatal("there is no section %s", title);
    return *found;
}

QTableView *TestHandoverPage::sections(HandoverPage *page)
{
    const auto tables = page->findChildren<QTableView *>();
    for (QTableView *table : tables) {
        if (table->accessibleName() == QLatin1String("Sections"))
            return table;
    }
    return nullptr;
}

void TestHandoverPage::opensByKeyAndFromTheOverview()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    QTest::keyClick(console.window.get(), Qt::Key_H, Qt::ControlModifier);
    QVERIFY(console.window->currentPage() == PageId::Handover);
    auto *page = console.window->findChild<HandoverPage *>();
    QVERIFY(page && page->isVisible());
    QVERIFY(loaded(page));
    QVERIFY(sections(page)->hasFocus()); // From here the keyboard goes on.
    // It has a time of its own, and the range says so where the mouse is and to who listens.
    const auto *range = console.window->findChild<SegmentedControl *>();
    QVERIFY(!range->isEnabled() && !console.window->commands()->customRange->isEnabled());
    QVERIFY(range->segment(1)->toolTip().contains(range->accessibleDescription()));
    QVERIFY(range->accessibleDescription().contains(QLatin1String("a time of its own")));
    // With nothing in the database each section says so.
    QVERIFY(section(page, "Still open").lines.empty());
    const auto labels = page->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
        return label->isVisible() && label->text() == section(page, "Still open").empty;
    }));
    console.window->showPage(PageId::Overview);
    QVERIFY(range->isEnabled() && console.window->commands()->customRange->isEnabled());
    QVERIFY(range->segment(1)->toolTip().contains(QLatin1String("The last 24 hours")));
    QVERIFY(range->accessibleDescription().isEmpty());
    QAbstractButton *button = buttonNamed(console.window->page(PageId::Overview), QStringLiteral("Since I left"));
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(console.window->currentPage() == PageId::Handover);
}

void TestHandoverPage::tellsWhatHappened()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    QCOMPARE(section(page, "New alerts").total.value_or(-1), 2);
    QCOMPARE(section(page, "Still open").total.value_or(-1), 1);
    QCOMPARE(section(page, "Acknowledged").lines.size(), 1U);
    QCOMPARE(section(page, "Acknowledged").lines[0].cells[2], QString::fromStdString(Session::currentUser()));
    QTableView *list = sections(page);
    QVERIFY(list);
    QCOMPARE(list->model()->rowCount(), static_cast<int>(page->document()->sections.size()));
    auto *table = page->findChild<HandoverTable *>();
    QCOMPARE(table->accessibleName(), QStringLiteral("Still open"));
    // Down in the list of sections shows the next one.
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(table->accessibleName(), QStringLiteral("New alerts"));
    QCOMPARE(table->model()->rowCount(), 2);
    const QModelIndex cell = table->model()->index(0, 0);
    QCOMPARE(cell.data(Qt::AccessibleTextRole).toString(), QStringLiteral("Severity: %1").arg(cell.data().toString()));
    const auto isHintShown = [page] {
        const auto labels = page->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
            return label->isVisible() && label->text() == QLatin1String("Enter or a double click on a line opens its alert");
        });
    };
    QVERIFY(isHintShown());
    // What people did leads to no alert, and is counted.
    QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(table->accessibleName(), QStringLiteral("Who did what"));
    QVERIFY(!isHintShown());
    const auto alignment = [table](int column) {
        return table->model()->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole).toInt();
    };
    QVERIFY((alignment(0) & Qt::AlignRight) == 0 && (alignment(1) & Qt::AlignRight) != 0);
}

void TestHandoverPage::tellsOfMutes()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    QCOMPARE(section(page, "Mutes").total.value_or(-1), 0);
    QSignalSpy set(console.session.get(), &Session::muteSet);
    Mute mute;
    mute.rule = "brute-force";
    mute.group = "address:203.0.113.47";
    mute.reason = "our scanner";
    mute.alertId = section(page, "Still open").lines[0].alertId;
    mute.expiresAt = QDateTime::currentMSecsSinceEpoch() + kDay;
    console.session->setMute(mute);
    QVERIFY(set.wait(kPatienceMs));
    console.window->showPage(PageId::Overview);
    QVERIFY(loaded(opened(console))); // Shown again, it is read again.
    const HandoverSection mutes = section(page, "Mutes");
    QCOMPARE(mutes.lines.size(), 1U);
    QCOMPARE(mutes.lines[0].cells[1], QString::fromStdString(Session::currentUser()));
    QCOMPARE(mutes.lines[0].cells[3], QStringLiteral("Brute force: 203.0.113.47"));
    // It is listed, drawn, and leads to the alert that it was set from.
    QTableView *list = sections(page);
    const auto &all = page->document()->sections;
    const auto place = std::find_if(all.begin(), all.end(), [&](const HandoverSection &s) { return s.title == mutes.title; });
    list->setCurrentIndex(list->model()->index(static_cast<int>(place - all.begin()), 0));
    auto *table = page->findChild<HandoverTable *>();
    QCOMPARE(table->accessibleName(), QStringLiteral("Mutes"));
    QCOMPARE(table->model()->rowCount(), 1);
    QSignalSpy asked(console.window->context(), &ConsoleContext::alertsRequested);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.first().first().value<AlertDrillDown>().alertId, mute.alertId);
}

void TestHandoverPage::leadsToTheAlert()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    sections(page)->setCurrentIndex(sections(page)->model()->index(1, 0));
    const HandoverSection raised = section(page, "New alerts");
    QCOMPARE(raised.lines.size(), 2U);
    const std::string id = raised.lines[1].alertId;
    auto *table = page->findChild<HandoverTable *>();
    QSignalSpy asked(console.window->context(), &ConsoleContext::alertsRequested);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Down);
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.first().first().value<AlertDrillDown>().alertId, id);
    QVERIFY(console.window->currentPage() == PageId::Alerts);
    // Whoever comes back is where he was.
    QVERIFY(loaded(opened(console)));
    QCOMPARE(table->accessibleName(), raised.title);
    QCOMPARE(table->currentIndex().row(), 1);
    const QPoint title = table->visualRect(table->model()->index(0, 3)).center();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, title);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, title);
    QCOMPARE(asked.count(), 2);
}

/// What a section has no lines for is seen in the queue, in the time that was handed over.
void TestHandoverPage::leadsToWhatIsLeftOut()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    QTableView *list = sections(page);
    for (const int column : {0, 1})
        QVERIFY(!list->model()->headerData(column, Qt::Horizontal).toString().contains(QLatin1Char('1' + char(column))));
    // Many more than have a line.
    const auto store = openStore(console.path(), {.mode = StoreOptions::Mode::ReadWrite});
    QVERIFY(store.ok());
    EngineCommit commit;
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    for (int i = 0; i < 300; ++i) {
        SecurityAlert alert;
        alert.id = QStringLiteral("00000000-0000-5000-8000-%1").arg(i, 12, 10, QLatin1Char('0')).toStdString();
        alert.timestamp = now - kMinute;
        alert.title = "Many";
        alert.metadata = "{}";
        commit.alerts.push_back(alert);
    }
    QVERIFY((*store)->commit(commit).ok());
    console.window->showPage(PageId::Overview);
    opened(console);
    QVERIFY(loaded(page));
    const auto rest = [page]() -> LinkButton * {
        for (LinkButton *link : page->findChildren<LinkButton *>()) {
            if (link->isVisible() && link->text().startsWith(QLatin1String("and ")))
                return link;
        }
        return nullptr;
    };
    QSignalSpy wanted(console.window->context(), &ConsoleContext::alertsRequested);
    QVERIFY(rest());
    QCOMPARE(rest()->text(), section(page, "Still open").more);
    rest()->click();
    QCOMPARE(wanted.size(), 1);
    auto asked = wanted.last().first().value<AlertDrillDown>();
    QCOMPARE(asked.text, QStringLiteral("status:active,escalated,acknowledged"));
    QVERIFY(asked.range && asked.range->custom.end == page->period()->range().end);
    QVERIFY(console.window->currentPage() == PageId::Alerts);
    QTRY_VERIFY_WITH_TIMEOUT(console.alerts()->model().rowCount() >= 300, kPatienceMs); // Those are there, whatever it says.
    opened(console);
    QVERIFY(loaded(page));
    list->setCurrentIndex(list->model()->index(1, 0));
    QVERIFY(rest());
    rest()->click();
    asked = wanted.last().first().value<AlertDrillDown>();
    QVERIFY(asked.text.isEmpty() && asked.range->custom == page->period()->range());
}

void TestHandoverPage::copiesMarkdown()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    QTest::mouseClick(buttonNamed(page, QStringLiteral("Copy as Markdown")), Qt::LeftButton);
    const QString text = QGuiApplication::clipboard()->text();
    QVERIFY(text.startsWith(QStringLiteral("# Shift handover\n")));
    QVERIFY(text.contains(QStringLiteral("203.0.113.47")));
    QCOMPARE(text, handoverMarkdown(*page->document()));
    QCOMPARE(message(page), QStringLiteral("Copied as Markdown."));
    // The next one begins behind it.
    QCOMPARE(handovermemory::sinceLeft(console.path()).value_or(0), page->period()->range().end + 1);
    QVERIFY(!handovermemory::sinceLeft(QStringLiteral("/another.db")));
}

void TestHandoverPage::savesMarkdownAndPdf()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    const auto saved = [&](const QString &name) {
        QSignalSpy finished(page->findChild<DocumentWriter *>(), &DocumentWriter::written);
        page->saveTo(console.file(name));
        if (!finished.wait(kPatienceMs))
            return QByteArray();
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QFile file(console.file(name));
        return (QFile::permissions(file.fileName()) & others) == QFile::Permissions() && file.open(QIODevice::ReadOnly)
            ? file.readAll()
            : QByteArray();
    };
    QCOMPARE(QString::fromUtf8(saved(QStringLiteral("shift.md"))), handoverMarkdown(*page->document()));
    QVERIFY(message(page).contains(console.file(QStringLiteral("shift.md"))));
    QVERIFY(handovermemory::sinceLeft(console.path()));
    const QByteArray pdf = saved(QStringLiteral("shift.PDF"));
    QVERIFY(pdf.startsWith("%PDF-"));
    QVERIFY(pdf.trimmed().endsWith("%%EOF"));
    QVERIFY(pdf.contains("/Type /Page"));
}

/// What is printed holds every text of the document, and a long one takes more than one page.
void TestHandoverPage::printsAllOfIt()
{
    Handover handover;
    handover.range = {0, kHour};
    HandoverStep comment;
    comment.actor = "ann";
    comment.comment = "<b>as it is</b>";
    comment.alerts = 1;
    comment.example.title = "Brute force";
    handover.steps[static_cast<std::size_t>(HandoverAction::Commented)] = {300, 300, std::vector<HandoverStep>(200, comment)};
    const HandoverDocument document = handoverDocument(handover, QTimeZone::utc());
    const QString text = handoverPages(document, QGuiApplication::font())->toPlainText();
    QStringList expected{document.title, document.period};
    for (const HandoverSection &section : document.sections) {
        expected << section.title;
        if (section.lines.empty()) {
            expected << section.empty;
            continue;
        }
        expected << section.header << section.note << section.more;
        for (const HandoverLine &line : section.lines)
            expected << line.cells;
    }
    for (const QString &part : std::as_const(expected))
        QVERIFY2(text.contains(part), qPrintable(part));
    QCOMPARE(text.count(QStringLiteral("<b>as it is</b>")), 200);
    const auto pages = [](const HandoverDocument &of) {
        const QByteArray pdf = handoverPdf(of, QGuiApplication::font());
        return pdf.count("/Type /Page") - pdf.count("/Type /Pages");
    };
    QCOMPARE(pages(handoverDocument({}, QTimeZone::utc())), 1);
    QVERIFY(pages(document) >= 4);
}

void TestHandoverPage::drawsSeveritiesByThemselves()
{
    HandoverSection section;
    section.header = {QStringLiteral("Schwere"), QStringLiteral("Alarm")};
    section.lines = {{{QStringLiteral("Hoch"), QStringLiteral("x")}, {}, AlertSeverity::High},
                     {{QStringLiteral("CRITICAL"), QStringLiteral("a person of this name")}, {}}};
    HandoverModel model;
    model.setSection(section);
    QCOMPARE(model.index(0, 0).data(HandoverModel::SeverityRole).toInt(), static_cast<int>(AlertSeverity::High));
    QVERIFY(!model.index(0, 1).data(HandoverModel::SeverityRole).isValid());
    QVERIFY(!model.index(1, 0).data(HandoverModel::SeverityRole).isValid());
}

/// A long title gives way, so that the last column is seen without scrolling.
void TestHandoverPage::showsAllColumns()
{
    HandoverSection section;
    section.header = {QStringLiteral("Severity"), QStringLiteral("Alert"), QStringLiteral("Source"), QStringLiteral("Status")};
    section.lines = {{{QStringLiteral("HIGH"), QString(60, QLatin1Char('w')), QStringLiteral("2001:db8::7"),
                       QStringLiteral("Acknowledged")}, {}, AlertSeverity::High}};
    HandoverTable table;
    table.resize(900, 200);
    table.show();
    table.setSection(section);
    table.resize(640, 200);
    QVERIFY(table.columnViewportPosition(3) + table.columnWidth(3) <= table.viewport()->width());
    QVERIFY(table.columnWidth(3) >= table.fontMetrics().horizontalAdvance(QStringLiteral("Acknowledged")));
    QVERIFY(table.columnWidth(1) > table.columnWidth(2));
}

void TestHandoverPage::remembersOnlyWhatWasTheWhole()
{
    ConsoleTest console;
    const TimestampMs left = QDateTime::currentMSecsSinceEpoch() - 10 * kHour;
    handovermemory::noteLeft(console.path(), left);
    HandoverPage *page = ready(console);
    QVERIFY(page);
    auto *presets = page->period()->findChild<QComboBox *>();
    const auto copiedWith = [&](HandoverPeriod::Preset preset) {
        presets->setCurrentIndex(preset);
        Q_EMIT presets->activated(preset);
        if (!QTest::qWaitFor([&] { return page->isLoading(); }, kPatienceMs) || !loaded(page))
            return TimestampMs{-1};
        QTest::mouseClick(buttonNamed(page, QStringLiteral("Copy as Markdown")), Qt::LeftButton);
        return handovermemory::sinceLeft(console.path()).value_or(0);
    };
    // A part of the time, or one company, is not all that there is to hand over.
    QCOMPARE(copiedWith(HandoverPeriod::Hours8), left);
    const auto edits = page->findChildren<QDateTimeEdit *>();
    edits[0]->setDateTime(edits[0]->dateTime().addDays(-30));
    QVERIFY(page->period()->preset() == HandoverPeriod::Custom);
    QVERIFY(QTest::qWaitFor([&] { return page->isLoading(); }, kPatienceMs) && loaded(page));
    page->copyMarkdown();
    QCOMPARE(handovermemory::sinceLeft(console.path()).value_or(0), left);
    console.window->context()->setCompany("acme");
    QCOMPARE(copiedWith(HandoverPeriod::Hours24), left);
    console.window->context()->setCompany({});
    QCOMPARE(copiedWith(HandoverPeriod::Hours24), page->period()->range().end + 1);
}

void TestHandoverPage::tellsWhyItCannotSave()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    QSignalSpy failed(page->findChild<DocumentWriter *>(), &DocumentWriter::failed);
    page->saveTo(console.file(QStringLiteral("nowhere/shift.md")));
    QVERIFY(failed.wait(kPatienceMs));
    QVERIFY(page->findChild<InlineMessage *>()->kind() == MessageKind::Error);
    QVERIFY(message(page).startsWith(QStringLiteral("Not written.")));
    QVERIFY(!handovermemory::sinceLeft(console.path()));
    QVERIFY(QFile::link(console.path(), console.file(QStringLiteral("link.md"))));
    page->saveTo(console.file(QStringLiteral("link.md"))); // Never through a symbolic link.
    QVERIFY(failed.wait(kPatienceMs));
    QVERIFY(QFileInfo(console.file(QStringLiteral("link.md"))).isSymLink());
}

void TestHandoverPage::stopsAndReadsAgain()
{
    ConsoleTest console;
    QVERIFY(console.open());
    HandoverPage *page = opened(console);
    QVERIFY(page->isLoading());
    QVERIFY(!buttonNamed(page, QStringLiteral("Copy as Markdown"))->isEnabled());
    buttonNamed(page, QStringLiteral("Stop"))->click();
    QVERIFY(!page->isLoading());
    buttonNamed(page, QStringLiteral("Read it"))->click();
    QVERIFY(loaded(page));
    QVERIFY(buttonNamed(page, QStringLiteral("Copy as Markdown"))->isEnabled());
}

/// Of another time is better than nothing, as long as it says which.
void TestHandoverPage::keepsWhatWasReadBefore()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    const std::size_t lines = section(page, "New alerts").lines.size();
    sections(page)->setFocus();
    SqliteConnection direct;
    QVERIFY(direct.open(console.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(direct.execute("ALTER TABLE mute RENAME TO away"));
    console.window->context()->refresh();
    auto *message = page->findChild<InlineMessage *>();
    QTRY_VERIFY_WITH_TIMEOUT(!page->isLoading() && message->isVisible() && message->kind() == MessageKind::Error, kPatienceMs);
    QVERIFY2(message->text().contains(QLatin1String("mute")), qPrintable(message->text()));
    QVERIFY(page->document() && section(page, "New alerts").lines.size() == lines);
    QVERIFY(sections(page)->isVisible() && sections(page)->hasFocus());
    // It is read again as soon as the database can be reached, and not before.
    QVERIFY(direct.execute("ALTER TABLE away RENAME TO mute"));
    EngineStatus status = console.session->engineStatus();
    Q_EMIT console.session->engineStatusChanged(status);
    QVERIFY(!page->isLoading());
    status.state = EngineState::Retrying;
    Q_EMIT console.session->engineStatusChanged(status);
    QVERIFY(!page->isLoading());
    status.state = EngineState::Running;
    Q_EMIT console.session->engineStatusChanged(status);
    QVERIFY(page->isLoading());
    QTRY_VERIFY_WITH_TIMEOUT(!page->isLoading(), kPatienceMs);
    QVERIFY(!message->isVisible() && page->document());
}

/// No key that was meant for a line stops it, and whoever stops it has what was there before.
void TestHandoverPage::canBeStoppedWhileReadAgain()
{
    ConsoleTest console;
    HandoverPage *page = ready(console);
    QVERIFY(page);
    const std::size_t lines = section(page, "New alerts").lines.size();
    sections(page)->setFocus();
    // A mute that is over, of which nobody but a handover reads when it was set: that takes for ever.
    SqliteConnection direct;
    QVERIFY(direct.open(console.path(), SqliteConnection::Access::ReadWrite));
    for (const char *sql :
         {"INSERT INTO mute (id, rule, alert_group, network, reason, alert_id, created_by, created_at, expires_at, ends_at) "
          "VALUES ('m', 'brute-force', 'address:192.0.2.1', '', 'ours', '', 'ann', 1, 2, 2)",
          "ALTER TABLE mute RENAME TO away",
          "CREATE VIEW mute AS SELECT seq, id, rule, alert_group, network, company_id, reason, alert_id, created_by, "
          "(WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n) AS created_at, expires_at, "
          "lifted_by, lifted_at, ends_at, restored, alerts, hits, last_hit_at FROM away"})
        QVERIFY2(direct.execute(sql), sql);
    console.window->context()->refresh();
    const auto stopButton = [page] { return buttonNamed(page, QStringLiteral("Stop")); };
    QTRY_VERIFY_WITH_TIMEOUT(stopButton() && stopButton()->isVisible(), kPatienceMs);
    QVERIFY(!sections(page)->isVisible());
    for (const Qt::Key key : {Qt::Key_Space, Qt::Key_Return, Qt::Key_Enter}) {
        QVERIFY(QApplication::focusWidget() && page->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), key);
        QVERIFY(page->isLoading());
    }
    QTest::mouseClick(stopButton(), Qt::LeftButton);
    QVERIFY(!page->isLoading());
    QVERIFY(page->document() && section(page, "New alerts").lines.size() == lines);
    QVERIFY(sections(page)->isVisible() && sections(page)->hasFocus());
    QVERIFY2(message(page).startsWith(QLatin1String("It was stopped.")), qPrintable(message(page)));
    QVERIFY(buttonNamed(page, QStringLiteral("Copy as Markdown"))->isEnabled());
    // It can be read again, as it is by then.
    QVERIFY(direct.execute("DROP VIEW mute") && direct.execute("ALTER TABLE away RENAME TO mute"));
    console.window->context()->refresh();
    QVERIFY(page->isLoading() && loaded(page));
    QVERIFY(!page->findChild<InlineMessage *>()->isVisible());
}

/// What is written of one database while another one is opened was handed over of the first.
void TestHandoverPage::notesTheDatabaseThatWasWritten()
{
    ConsoleTest console;
    handovermemory::noteLeft(console.path(), SystemClock().now() - kHour);
    HandoverPage *page = ready(console);
    QVERIFY(page);
    const TimestampMs end = page->period()->range().end;
    QTemporaryDir folder;
    // Writing waits until the other database is open.
    QSemaphore mayWrite;
    auto *threads = QThreadPool::globalInstance();
    const int usual = threads->maxThreadCount();
    threads->setMaxThreadCount(1);
    threads->start([&mayWrite] { mayWrite.acquire(); });
    page->saveTo(folder.filePath(QStringLiteral("handover.pdf")));
    Session::OpenOptions another;
    another.path = folder.filePath(QStringLiteral("another.db"));
    another.create = true;
    QSignalSpy opened(console.session.get(), &Session::opened);
    console.session->open(another);
    const bool changed = opened.wait(kPatienceMs) && QTest::qWaitFor([&] { return page->isLoading(); }, kPatienceMs);
    mayWrite.release();
    threads->setMaxThreadCount(usual);
    QVERIFY(changed);
    QTRY_VERIFY_WITH_TIMEOUT(handovermemory::sinceLeft(console.path()).value_or(0) == end + 1, kPatienceMs);
    QVERIFY(handovermemory::sinceLeft(another.path).value_or(0) < end);
}

void TestHandoverPage::beginsWhereOneLeft()
{
    ConsoleTest console;
    QVERIFY(console.open());
    HandoverPage *page = opened(console);
    QVERIFY(page->period()->preset() == HandoverPeriod::Hours8); // Nothing is known of an earlier time.
    console.window->showPage(PageId::Overview);
    const TimestampMs left = QDateTime::currentMSecsSinceEpoch() - 3 * kHour;
    handovermemory::noteLeft(console.path(), left);
    QVERIFY(loaded(opened(console)));
    QVERIFY(page->period()->preset() == HandoverPeriod::SinceLeft);
    QCOMPARE(page->period()->range().start, left);
    // What was just taken along can be looked at again; later on the next one begins behind it.
    page->copyMarkdown();
    console.window->showPage(PageId::Overview);
    QVERIFY(loaded(opened(console)));
    QCOMPARE(page->period()->range().start, left);
    const TimestampMs taken = QDateTime::currentMSecsSinceEpoch() - 2 * kHour;
    handovermemory::noteHandedOver(console.path(), taken);
    console.window->showPage(PageId::Overview);
    QVERIFY(loaded(opened(console)));
    QCOMPARE(page->period()->range().start, taken + 1);
    // Closing the window is leaving.
    console.window->close();
    QVERIFY(handovermemory::sinceLeft(console.path()).value_or(0) > left);
}

/// Whoever looks at another database, or at the demo, leaves the one before, and leaves it once.
void TestHandoverPage::leavesEachDatabaseByItself()
{
    ConsoleTest console;
    QVERIFY(console.open());
    const TimestampMs begun = SystemClock().now();
    const QString first = console.session->database().path;
    const QString another = console.file(QStringLiteral("another.db"));
    {
        Session::OpenOptions made;
        made.path = another;
        made.create = true;
        Session other;
        QSignalSpy opened(&other, &Session::opened);
        other.open(made);
        QVERIFY(opened.wait(kPatienceMs));
    }
    console.window->openPath(first); // Anew: not left.
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen(), kPatienceMs);
    QVERIFY(!handovermemory::sinceLeft(first));
    QVERIFY(console.openFile(another));
    const auto left = handovermemory::sinceLeft(first);
    QVERIFY(left && *left >= begun);
    QVERIFY(!handovermemory::sinceLeft(another));
    console.window->context()->openDemo();
    QTRY_VERIFY_WITH_TIMEOUT(console.session->isOpen() && console.session->database().demo, 3 * kPatienceMs);
    const QString demo = console.session->database().path;
    const auto leftAnother = handovermemory::sinceLeft(another);
    QVERIFY(leftAnother && *leftAnother >= *left);
    console.window->close();
    QVERIFY(!handovermemory::sinceLeft(demo));
    QVERIFY(handovermemory::sinceLeft(first) == left && handovermemory::sinceLeft(another) == leftAnother);
}

void TestHandoverPage::refusesATimeThatEndsBeforeItBegins()
{
    ConsoleTest console;
    QVERIFY(console.open());
    HandoverPage *page = opened(console);
    QVERIFY(loaded(page));
    const auto edits = page->findChildren<QDateTimeEdit *>();
    QCOMPARE(edits.size(), 2);
    const QDateTime early(QDate(2026, 1, 2), QTime(3, 4, 5));
    edits[0]->setDateTime(early);
    QVERIFY(page->period()->preset() == HandoverPeriod::Custom);
    edits[1]->setDateTime(early);
    // Both ends belong to it: the whole second.
    QCOMPARE(page->period()->range().end - page->period()->range().start, kSecond - 1);
    QVERIFY(loaded(page));
    edits[1]->setDateTime(early.addSecs(-1));
    QVERIFY(!page->period()->isValid());
    QTRY_VERIFY_WITH_TIMEOUT(!page->document(), kPatienceMs);
    QVERIFY(!page->findChild<FieldError *>()->text().isEmpty());
    QVERIFY(!buttonNamed(page, QStringLiteral("Save as PDF…"))->isEnabled());
}

QTEST_MAIN(TestHandoverPage)
#include "tst_handoverpage.moc"
