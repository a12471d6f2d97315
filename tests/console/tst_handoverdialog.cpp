// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/consoletest.h"
#include "ui/views/handoverdialog.h"
#include "ui/views/handovermemory.h"
#include "ui/views/handoverpdf.h"
#include "ui/views/handoverperiod.h"
#include "ui/views/handovertable.h"
#include "ui/views/overviewpage.h"
#include "ui/widgets/inlinemessage.h"

#include <QAbstractButton>
#include <QClipboard>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QTextDocument>

#include <algorithm>

using namespace bartizan;

/// The shift handover in the real window, over a real database.
class TestHandoverDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void opensByKeyAndFromTheOverview();
    void tellsWhatHappened();
    void tellsOfMutes();
    void leadsToTheAlert();
    void copiesMarkdown();
    void savesMarkdownAndPdf();
    void printsAllOfIt();
    void drawsSeveritiesByThemselves();
    void showsAllColumns();
    void remembersOnlyWhatWasTheWhole();
    void tellsWhyItCannotSave();
    void stopsAndReadsAgain();
    void beginsWhereOneLeft();
    void refusesATimeThatEndsBeforeItBegins();

private:
    static HandoverDialog *opened(ConsoleTest &console);
    /// Two alerts of addresses, one of them acknowledged, and the dialog about them.
    static HandoverDialog *ready(ConsoleTest &console);
    static bool loaded(HandoverDialog *dialog)
    {
        return QTest::qWaitFor([dialog] { return !dialog->isLoading() && dialog->document(); }, kPatienceMs);
    }
    static const HandoverSection &section(HandoverDialog *dialog, const char *title);
    static QTableView *sections(HandoverDialog *dialog);
    static QString message(HandoverDialog *dialog) { return dialog->findChild<InlineMessage *>()->text(); }
};

HandoverDialog *TestHandoverDialog::opened(ConsoleTest &console)
{
    return static_cast<HandoverDialog *>(console.window->openHandover());
}

HandoverDialog *TestHandoverDialog::ready(ConsoleTest &console)
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
    const auto ids = console.alerts()->shownAlertIds();
    console.session->triage({ids.front()}, step);
    if (!triaged.wait(kPatienceMs))
        return nullptr;
    HandoverDialog *dialog = opened(console);
    return loaded(dialog) ? dialog : nullptr;
}

const HandoverSection &TestHandoverDialog::section(HandoverDialog *dialog, const char *title)
{
    const auto &all = dialog->document()->sections;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [title](const HandoverSection &s) { return s.title == QLatin1String(title); });
    if (found == all.end())
        qFatal("there is no section %s", title);
    return *found;
}

QTableView *TestHandoverDialog::sections(HandoverDialog *dialog)
{
    const auto tables = dialog->findChildren<QTableView *>();
    for (QTableView *table : tables) {
        if (table->accessibleName() == QLatin1String("Sections"))
            return table;
    }
    return nullptr;
}

void TestHandoverDialog::opensByKeyAndFromTheOverview()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(QTest::qWaitForWindowActive(console.window.get()));
    QTest::keyClick(console.window.get(), Qt::Key_H, Qt::ControlModifier);
    auto *dialog = console.window->findChild<HandoverDialog *>();
    QVERIFY(dialog && dialog->isVisible());
    QVERIFY(loaded(dialog));
    // With nothing in the database each section says so.
    QVERIFY(section(dialog, "Still open").lines.empty());
    const auto labels = dialog->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
        return label->isVisible() && label->text() == section(dialog, "Still open").empty;
    }));
    dialog->close();
    QTRY_VERIFY(!console.window->findChild<HandoverDialog *>());
    console.window->showPage(PageId::Overview);
    QAbstractButton *button = buttonNamed(console.window->page(PageId::Overview), QStringLiteral("Since I left…"));
    QVERIFY(button);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(console.window->findChild<HandoverDialog *>());
}

void TestHandoverDialog::tellsWhatHappened()
{
    ConsoleTest console;
    HandoverDialog *dialog = ready(console);
    QVERIFY(dialog);
    QCOMPARE(section(dialog, "New alerts").total, 2);
    QCOMPARE(section(dialog, "Still open").total, 1);
    QCOMPARE(section(dialog, "Acknowledged").lines.size(), 1U);
    QCOMPARE(section(dialog, "Acknowledged").lines[0].cells[1], QString::fromStdString(Session::currentUser()));
    QTableView *list = sections(dialog);
    QVERIFY(list);
    QCOMPARE(list->model()->rowCount(), static_cast<int>(dialog->document()->sections.size()));
    auto *table = dialog->findChild<HandoverTable *>();
    QCOMPARE(table->accessibleName(), QStringLiteral("Still open"));
    // Down in the list of sections shows the next one.
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Down);
    QCOMPARE(table->accessibleName(), QStringLiteral("New alerts"));
    QCOMPARE(table->model()->rowCount(), 2);
    const QModelIndex cell = table->model()->index(0, 0);
    QCOMPARE(cell.data(Qt::AccessibleTextRole).toString(), QStringLiteral("Severity: %1").arg(cell.data().toString()));
}

void TestHandoverDialog::tellsOfMutes()
{
    ConsoleTest console;
    HandoverDialog *dialog = ready(console);
    QVERIFY(dialog);
    QCOMPARE(section(dialog, "Mutes").total, 0);
    QSignalSpy set(console.session.get(), &Session::muteSet);
    Mute mute;
    mute.rule = "brute-force";
    mute.group = "address:203.0.113.47";
    mute.reason = "our scanner";
    mute.alertId = section(dialog, "Still open").lines[0].alertId;
    mute.expiresAt = QDateTime::currentMSecsSinceEpoch() + kDay;
    console.session->setMute(mute);
    QVERIFY(set.wait(kPatienceMs));
    dialog->close();
    QTRY_VERIFY(!console.window->findChild<HandoverDialog *>());
    dialog = opened(console);
    QVERIFY(loaded(dialog));
    const HandoverSection mutes = section(dialog, "Mutes");
    QCOMPARE(mutes.lines.size(), 1U);
    QCOMPARE(mutes.lines[0].cells[1], QString::fromStdString(Session::currentUser()));
    QCOMPARE(mutes.lines[0].cells[3], QStringLiteral("Brute force: 203.0.113.47"));
    // It is listed, drawn, and leads to the alert that it was set from.
    QTableView *list = sections(dialog);
    const auto &all = dialog->document()->sections;
    const auto place = std::find_if(all.begin(), all.end(), [&](const HandoverSection &s) { return s.title == mutes.title; });
    list->setCurrentIndex(list->model()->index(static_cast<int>(place - all.begin()), 0));
    auto *table = dialog->findChild<HandoverTable *>();
    QCOMPARE(table->accessibleName(), QStringLiteral("Mutes"));
    QCOMPARE(table->model()->rowCount(), 1);
    QSignalSpy asked(console.window->context(), &ConsoleContext::alertsRequested);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.first().first().value<AlertDrillDown>().alertId, mute.alertId);
}

void TestHandoverDialog::leadsToTheAlert()
{
    ConsoleTest console;
    HandoverDialog *dialog = ready(console);
    QVERIFY(dialog);
    console.window->showPage(PageId::Overview);
    const std::string id = section(dialog, "Still open").lines[0].alertId;
    auto *table = dialog->findChild<HandoverTable *>();
    QSignalSpy asked(console.window->context(), &ConsoleContext::alertsRequested);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(asked.count(), 1);
    QCOMPARE(asked.first().first().value<AlertDrillDown>().alertId, id);
    QVERIFY(console.window->currentPage() == PageId::Alerts);
    const QPoint title = table->visualRect(table->model()->index(0, 3)).center();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, title);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, title);
    QCOMPARE(asked.count(), 2);
}

void TestHandoverDialog::copiesMarkdown()
{
    ConsoleTest console;
    HandoverDialog *dialog = ready(console);
    QVERIFY(dialog);
    QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Copy as Markdown")), Qt::LeftButton);
    const QString text = QGuiApplication::clipboard()->text();
    QVERIFY(text.startsWith(QStringLiteral("# Shift handover\n")));
    QVERIFY(text.contains(QStringLiteral("203.0.113.47")));
    QCOMPARE(text, handoverMarkdown(*dialog->document()));
    QCOMPARE(message(dialog), QStringLiteral("Copied as Markdown."));
    // The next one begins behind it.
    QCOMPARE(handovermemory::sinceLeft(console.path()).value_or(0), dialog->period()->range().end + 1);
    QVERIFY(!handovermemory::sinceLeft(QStringLiteral("/another.db")));
}

void TestHandoverDialog::savesMarkdownAndPdf()
{
    ConsoleTest console;
    HandoverDialog *dialog = ready(console);
    QVERIFY(dialog);
    const auto saved = [&](const QString &name) {
        QSignalSpy finished(dialog->findChild<DocumentWriter *>(), &DocumentWriter::written);
        dialog->saveTo(console.file(name));
        if (!finished.wait(kPatienceMs))
            return QByteArray();
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        QFile file(console.file(name));
        return (QFile::permissions(file.fileName()) & others) == QFile::Permissions() && file.open(QIODevice::ReadOnly)
            ? file.readAll()
            : QByteArray();
    };
    QCOMPARE(QString::fromUtf8(saved(QStringLiteral("shift.md"))), handoverMarkdown(*dialog->document()));
    QVERIFY(message(dialog).contains(console.file(QStringLiteral("shift.md"))));
    QVERIFY(handovermemory::sinceLeft(console.path()));
    const QByteArray pdf = saved(QStringLiteral("shift.PDF"));
    QVERIFY(pdf.startsWith("%PDF-"));
    QVERIFY(pdf.trimmed().endsWith("%%EOF"));
    QVERIFY(pdf.contains("/Type /Page"));
}

/// What is printed holds every text of the document, and a long one takes more than one page.
void TestHandoverDialog::printsAllOfIt()
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

void TestHandoverDialog::drawsSeveritiesByThemselves()
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
void TestHandoverDialog::showsAllColumns()
{
    HandoverSection section;
    section.header = {QStringLiteral("Severity"), QStringLiteral("Alert"), QStringLiteral("Source"), QStringLiteral("Status")};
    section.lines = {{{QStringLiteral("HIGH"), QString(60, QLatin1Char('w')), QStringLiteral("2001:db8::7"),
                       QStringLiteral("Acknowledged")}, {}, AlertSeverity::High}};
    HandoverTable table;
    table.resize(640, 200);
    table.show();
    table.setSection(section);
    QVERIFY(table.columnViewportPosition(3) + table.columnWidth(3) <= table.viewport()->width());
    QVERIFY(table.columnWidth(3) >= table.fontMetrics().horizontalAdvance(QStringLiteral("Acknowledged")));
    QVERIFY(table.columnWidth(1) > table.columnWidth(2));
}

void TestHandoverDialog::remembersOnlyWhatWasTheWhole()
{
    ConsoleTest console;
    const TimestampMs left = QDateTime::currentMSecsSinceEpoch() - 10 * kHour;
    handovermemory::noteLeft(left);
    HandoverDialog *dialog = ready(console);
    QVERIFY(dialog);
    auto *presets = dialog->period()->findChild<QComboBox *>();
    const auto copiedWith = [&](HandoverPeriod::Preset preset) {
        presets->setCurrentIndex(preset);
        Q_EMIT presets->activated(preset);
        if (!QTest::qWaitFor([&] { return dialog->isLoading(); }, kPatienceMs) || !loaded(dialog))
            return TimestampMs{-1};
        QTest::mouseClick(buttonNamed(dialog, QStringLiteral("Copy as Markdown")), Qt::LeftButton);
        return handovermemory::sinceLeft(console.path()).value_or(0);
    };
    // A part of the time, or one company, is not all that there is to hand over.
    QCOMPARE(copiedWith(HandoverPeriod::Hours8), left);
    const auto edits = dialog->findChildren<QDateTimeEdit *>();
    edits[0]->setDateTime(edits[0]->dateTime().addDays(-30));
    QVERIFY(dialog->period()->preset() == HandoverPeriod::Custom);
    QVERIFY(QTest::qWaitFor([&] { return dialog->isLoading(); }, kPatienceMs) && loaded(dialog));
    dialog->copyMarkdown();
    QCOMPARE(handovermemory::sinceLeft(console.path()).value_or(0), left);
    console.window->context()->setCompany("acme");
    QCOMPARE(copiedWith(HandoverPeriod::Hours24), left);
    console.window->context()->setCompany({});
    QCOMPARE(copiedWith(HandoverPeriod::Hours24), dialog->period()->range().end + 1);
}

void TestHandoverDialog::tellsWhyItCannotSave()
{
    ConsoleTest console;
    HandoverDialog *dialog = ready(console);
    QVERIFY(dialog);
    QSignalSpy failed(dialog->findChild<DocumentWriter *>(), &DocumentWriter::failed);
    dialog->saveTo(console.file(QStringLiteral("nowhere/shift.md")));
    QVERIFY(failed.wait(kPatienceMs));
    QVERIFY(dialog->findChild<InlineMessage *>()->kind() == MessageKind::Error);
    QVERIFY(message(dialog).startsWith(QStringLiteral("Not written.")));
    QVERIFY(!handovermemory::sinceLeft(console.path()));
    QVERIFY(QFile::link(console.path(), console.file(QStringLiteral("link.md"))));
    dialog->saveTo(console.file(QStringLiteral("link.md"))); // Never through a symbolic link.
    QVERIFY(failed.wait(kPatienceMs));
    QVERIFY(QFileInfo(console.file(QStringLiteral("link.md"))).isSymLink());
}

void TestHandoverDialog::stopsAndReadsAgain()
{
    ConsoleTest console;
    QVERIFY(console.open());
    HandoverDialog *dialog = opened(console);
    QVERIFY(dialog->isLoading());
    QVERIFY(!buttonNamed(dialog, QStringLiteral("Copy as Markdown"))->isEnabled());
    buttonNamed(dialog, QStringLiteral("Stop"))->click();
    QVERIFY(!dialog->isLoading());
    buttonNamed(dialog, QStringLiteral("Read it"))->click();
    QVERIFY(loaded(dialog));
    QVERIFY(buttonNamed(dialog, QStringLiteral("Copy as Markdown"))->isEnabled());
}

void TestHandoverDialog::beginsWhereOneLeft()
{
    ConsoleTest console;
    QVERIFY(console.open());
    HandoverDialog *dialog = opened(console);
    QVERIFY(dialog->period()->preset() == HandoverPeriod::Hours8); // Nothing is known of an earlier time.
    dialog->close();
    QTRY_VERIFY(!console.window->findChild<HandoverDialog *>());
    const TimestampMs left = QDateTime::currentMSecsSinceEpoch() - 3 * kHour;
    handovermemory::noteLeft(left);
    dialog = opened(console);
    QVERIFY(dialog->period()->preset() == HandoverPeriod::SinceLeft);
    QCOMPARE(dialog->period()->range().start, left);
    // Closing the window is leaving.
    console.window->close();
    QVERIFY(handovermemory::sinceLeft(console.path()).value_or(0) > left);
}

void TestHandoverDialog::refusesATimeThatEndsBeforeItBegins()
{
    ConsoleTest console;
    QVERIFY(console.open());
    HandoverDialog *dialog = opened(console);
    QVERIFY(loaded(dialog));
    const auto edits = dialog->findChildren<QDateTimeEdit *>();
    QCOMPARE(edits.size(), 2);
    const QDateTime early(QDate(2026, 1, 2), QTime(3, 4, 5));
    edits[0]->setDateTime(early);
    QVERIFY(dialog->period()->preset() == HandoverPeriod::Custom);
    edits[1]->setDateTime(early);
    // Both ends belong to it: the whole second.
    QCOMPARE(dialog->period()->range().end - dialog->period()->range().start, kSecond - 1);
    QVERIFY(loaded(dialog));
    edits[1]->setDateTime(early.addSecs(-1));
    QVERIFY(!dialog->period()->isValid());
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->document(), kPatienceMs);
    QVERIFY(!dialog->findChild<FieldError *>()->text().isEmpty());
    QVERIFY(!buttonNamed(dialog, QStringLiteral("Save as PDF…"))->isEnabled());
}

QTEST_MAIN(TestHandoverDialog)
#include "tst_handoverdialog.moc"
