// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliteconnection.h"
#include "tests/views/triagefixture.h"
#include "ui/views/alertmuting.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alerttriage.h"
#include "ui/views/mutedialog.h"
#include "ui/views/translations.h"
#include "ui/views/triagesteps.h"
#include "ui/views/undonesteps.h"
#include "ui/widgets/inlinemessage.h"

#include <QAction>
#include <QFile>
#include <QPushButton>

using namespace bartizan;
using namespace bartizan::fixtures;

/// Steps of triage that the database does not take: nothing of them is lost, and it is said which.
class TestUndoneSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void keepsACommentThatALockedFileRefuses();
    void keepsACommentWhoseFileWasMovedAway();
    void keepsStepsWhenTheDatabaseComesBack();
    void keepsWhatWasTypedWhileTheDatabaseClosed();
    void takesBackInItsOwnDatabase();
    void takesBackInACopyThereAlone();
    void keepsWhatALongStepLeft();
    void countsAlertsThatWereNamedTwiceOnce();
    void saysEachReasonOnce();
    void keepsAMuteWithItsReason();
    void saysThatAMuteStands();
    void keepsWhatWasOnItsWayWhenTheDatabaseClosed();
    void doesWhatWasDoneAllTheSameOnce();
    void takesBackWhatWasDoneAllTheSame();
    void saysThatAMuteWasNeverSet();

private:
    static UndoneSteps *undone(AlertsPage &page) { return page.findChild<UndoneSteps *>(); }
    static QAbstractButton *link(AlertsPage &page, const QString &text);
    static std::string refusal(int number);
    static std::vector<std::string> comments(ViewFixture &f, int number);
};

void TestUndoneSteps::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_undonesteps"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

QAbstractButton *TestUndoneSteps::link(AlertsPage &page, const QString &text)
{
    const auto buttons = undone(page)->findChildren<QAbstractButton *>();
    const auto found = std::find_if(buttons.begin(), buttons.end(), [&](const QAbstractButton *b) { return b->text() == text; });
    return found == buttons.end() ? nullptr : *found;
}

/// What lets the database refuse each step on an alert.
std::string TestUndoneSteps::refusal(int number)
{
    return "CREATE TRIGGER refuse BEFORE UPDATE ON alert WHEN OLD.id = '" + idOf(number)
        + "' BEGIN SELECT RAISE(ABORT, 'not now'); END";
}

std::vector<std::string> TestUndoneSteps::comments(ViewFixture &f, int number)
{
    std::vector<std::string> texts;
    const auto history = f.store().history(idOf(number));
    if (history) {
        for (const AlertHistoryEntry &entry : commentsIn(*history))
            texts.push_back(entry.comment);
    }
    return texts;
}

/// Another program holds the file for longer than a step waits. Meanwhile the analyst goes on.
void TestUndoneSteps::keepsACommentThatALockedFileRefuses()
{
    ViewFixture f;
    f.commit(f.alerts(0, 4));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute("BEGIN IMMEDIATE"));
    QTest::keyClick(page.table(), Qt::Key_C);
    answer(page, QStringLiteral("asked <b>the owner</b> of %1"));
    activate(page);
    for (const int key : {Qt::Key_J, Qt::Key_J, Qt::Key_A})
        QTest::keyClick(page.table(), static_cast<Qt::Key>(key));
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), 2 * kPatience);
    const QString told = undone(page)->text();
    QVERIFY2(told.startsWith(QStringLiteral("Not done: Comment on 1 alert (Brute Force Attack Detected): “asked <b>the owner</b> of %1”; "
                                            "Acknowledge 1 alert (Brute Force Attack Detected). ")), qPrintable(told));
    QVERIFY2(told.contains(QLatin1String("locked")), qPrintable(told));
    QCOMPARE(markupLabels(page), QStringList());
    QCOMPARE(namelessControls(page), QStringList());
    QVERIFY(other.execute("ROLLBACK"));
    QVERIFY(comments(f, 3).empty() && !stored(f, 1).acknowledged);
    QTest::mouseClick(link(page, QStringLiteral("Try again")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(stored(f, 1).acknowledged, kPatience);
    QCOMPARE(comments(f, 3), std::vector<std::string>{"asked <b>the owner</b> of %1"});
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    QCOMPARE(undone(page)->text(), QString());
    QVERIFY(page.triage()->undoAction()->isEnabled());
}

/// The file is moved away while something is typed, and comes back.
void TestUndoneSteps::keepsACommentWhoseFileWasMovedAway()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_C);
    const QString elsewhere = f.path() + QStringLiteral(".moved");
    QVERIFY(QFile::rename(f.path(), elsewhere));
    // Until that is noticed, what holds the file open writes into it wherever it is.
    QTRY_VERIFY_WITH_TIMEOUT(f.session().engineStatus().state == EngineState::Retrying, kPatience);
    answer(page, QStringLiteral("typed meanwhile"));
    QTRY_VERIFY_WITH_TIMEOUT(undone(page)->text().contains(QStringLiteral("“typed meanwhile”")), kPatience);
    QVERIFY(QFile::rename(elsewhere, f.path()));
    QTest::mouseClick(link(page, QStringLiteral("Try again")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 commented on"), kPatience);
    QCOMPARE(undone(page)->text(), QString());
    QCOMPARE(comments(f, 1), std::vector<std::string>{"typed meanwhile"});
}

/// That the database can be reached again does nothing for a step that it did not take.
void TestUndoneSteps::keepsStepsWhenTheDatabaseComesBack()
{
    ViewFixture f;
    f.commit(f.alerts(0, 3));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute("CREATE TRIGGER refuse BEFORE UPDATE ON alert BEGIN SELECT RAISE(ABORT, 'not now'); END"));
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_VERIFY_WITH_TIMEOUT(undone(page)->text().startsWith(QLatin1String("Not done: Acknowledge 1 alert (")), kPatience);
    QVERIFY(undone(page)->text().contains(QLatin1String("not now")));
    const QString elsewhere = f.path() + QStringLiteral(".moved");
    QVERIFY(QFile::rename(f.path(), elsewhere));
    QTRY_VERIFY_WITH_TIMEOUT(f.session().engineStatus().state == EngineState::Retrying, kPatience);
    QVERIFY(QFile::rename(elsewhere, f.path()));
    QTRY_VERIFY_WITH_TIMEOUT(f.session().engineStatus().state != EngineState::Retrying, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QVERIFY(!undone(page)->text().isEmpty());
    // Not done again: it is there still.
    QTest::mouseClick(link(page, QStringLiteral("Try again")), Qt::LeftButton);
    QCOMPARE(undone(page)->text(), QString());
    QTRY_VERIFY_WITH_TIMEOUT(!undone(page)->text().isEmpty(), kPatience);
    // More than a line holds.
    for (int row = 0; row < 3; ++row) {
        select(page, row);
        QTest::keyClick(page.table(), Qt::Key_O);
    }
    QTRY_VERIFY_WITH_TIMEOUT(undone(page)->text().contains(QLatin1String("; 1 more step. ")), kPatience);
    QTest::mouseClick(link(page, QStringLiteral("Dismiss")), Qt::LeftButton);
    QCOMPARE(undone(page)->text(), QString());
    QVERIFY(!undone(page)->isVisible());
    QVERIFY(!stored(f, 2).acknowledged && !stored(f, 2).owner);
}

/// A step goes to the database whose alerts it is about, or waits for it.
void TestUndoneSteps::keepsWhatWasTypedWhileTheDatabaseClosed()
{
    ViewFixture f;
    f.commit(f.alerts(0, 3));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_C);
    f.session().close();
    answer(page, QStringLiteral("first"));
    QCOMPARE(undone(page)->text(), QStringLiteral("Not done: Comment on 1 alert (Brute Force Attack Detected): “first”. The database is not open."));
    QVERIFY(f.open());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && page.model().rowCount() == 3, kPatience);
    select(page, 1);
    QTest::keyClick(page.table(), Qt::Key_E);
    QTemporaryDir folder;
    QSignalSpy opened(&f.session(), &Session::opened);
    f.session().open({.path = folder.filePath(QStringLiteral("another.db")), .runEngine = false, .create = true});
    QVERIFY(opened.wait(kPatience));
    answer(page, QStringLiteral("second"));
    QCOMPARE(undone(page)->text(), QString()); // The other database has nothing to do with it.
    QVERIFY(f.open());
    const QString both = undone(page)->text();
    QVERIFY2(both.contains(QStringLiteral("“first”; Escalate 1 alert (Brute Force Attack Detected): “second”")), qPrintable(both));
    QTest::mouseClick(link(page, QStringLiteral("Try again")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(stored(f, 1).status == AlertStatus::Escalated, kPatience);
    QCOMPARE(comments(f, 2), std::vector<std::string>{"first"});
    QCOMPARE(undone(page)->text(), QString());
}

/// What was done in a database can be taken back when it is open again, and in no other.
void TestUndoneSteps::takesBackInItsOwnDatabase()
{
    ViewFixture f;
    f.commit(f.alerts(0, 3));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.acknowledge({idOf(0), idOf(1), idOf(2)});
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("3 acknowledged"), kPatience);
    QSignalSpy undoableNoMore(page.triage(), &AlertTriage::undoableNoMore);
    QTemporaryDir folder;
    QSignalSpy opened(&f.session(), &Session::opened);
    f.session().close();
    QVERIFY(!page.triage()->undoAction()->isEnabled());
    QCOMPARE(undoableNoMore.size(), 1); // The report does not offer it.
    f.session().open({.path = folder.filePath(QStringLiteral("another.db")), .runEngine = false, .create = true});
    QVERIFY(opened.wait(kPatience));
    QVERIFY(!page.triage()->undoAction()->isEnabled());
    QVERIFY(f.open());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && page.model().rowCount() == 3, kPatience);
    QVERIFY(page.triage()->undoAction()->isEnabled());
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 0).acknowledged && !stored(f, 1).acknowledged && !stored(f, 2).acknowledged, kPatience);
}

/// The same step on the same alert stands in a copy of the database: what is done there leaves the first one as it is.
void TestUndoneSteps::takesBackInACopyThereAlone()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 3));
    AlertsPage &page = *shown;
    page.acknowledge({idOf(1)});
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    const QTemporaryDir folder;
    const QString copy = folder.filePath(QStringLiteral("copy.db"));
    SqliteConnection source;
    QVERIFY(source.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(source.execute(("VACUUM INTO '" + copy.toStdString() + "'").c_str()));
    QSignalSpy opened(&f.session(), &Session::opened);
    f.session().open({.path = copy, .runEngine = false});
    QVERIFY(opened.wait(kPatience));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && page.model().rowCount() == 3, kPatience);
    select(page, page.model().rowOfId(id(1)));
    QAction *back = commandOf(page, QStringLiteral("Take back the last step on this alert"));
    QVERIFY(back->isEnabled());
    back->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("Taken back: acknowledging 1 alert"), kPatience);
    QVERIFY(stored(f, 1).acknowledged);
    QVERIFY(f.open());
    QVERIFY(page.triage()->undoAction()->isEnabled());
    page.triage()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 1).acknowledged, kPatience);
}

/// A step ends in the middle: what is left of it is taken again, and no alert twice.
void TestUndoneSteps::keepsWhatALongStepLeft()
{
    constexpr int kMany = 2500;
    ViewFixture f;
    f.commit(f.alerts(0, kMany));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().all, kMany, kPatience);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute(refusal(0).c_str())); // The last of them.
    QSignalSpy worked(page.triage(), &AlertTriage::worked);
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_C);
    answer(page, QStringLiteral("all of them"));
    QTRY_VERIFY_WITH_TIMEOUT(!undone(page)->text().isEmpty(), kPatience);
    QVERIFY(!undone(page)->text().contains(QLatin1String("Comment on 2,500 alerts")));
    QCOMPARE(comments(f, kMany - 1).size(), 1U);
    QVERIFY(comments(f, 0).empty());
    QTRY_VERIFY_WITH_TIMEOUT(!page.selectionLine()->report().isEmpty(), kPatience);
    QCOMPARE(worked.size(), 0); // What it did is told, and that it failed stands.
    QVERIFY(other.execute("DROP TRIGGER refuse"));
    QTest::mouseClick(link(page, QStringLiteral("Try again")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!comments(f, 0).empty(), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), kPatience);
    QCOMPARE(undone(page)->text(), QString());
    QCOMPARE(worked.size(), 1);
    for (int number = 0; number < kMany; number += 50)
        QCOMPARE(comments(f, number).size(), 1U);
}

void TestUndoneSteps::countsAlertsThatWereNamedTwiceOnce()
{
    constexpr int kMany = 2200;
    ViewFixture f;
    f.commit(f.alerts(0, kMany));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute(refusal(kMany - 1).c_str()));
    IdList ids;
    for (int number = 0; number < kMany; ++number)
        ids.append({idOf(number), idOf(number / 2)});
    TriageStep step;
    step.kind = TriageKind::Comment;
    step.comment = "twice named";
    page.triage()->take(step, ids);
    QTRY_VERIFY_WITH_TIMEOUT(!undone(page)->text().isEmpty(), kPatience);
    QVERIFY(other.execute("DROP TRIGGER refuse"));
    QTest::mouseClick(link(page, QStringLiteral("Try again")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!comments(f, kMany - 1).empty(), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), kPatience);
    for (int number = 0; number < kMany; number += 50)
        QCOMPARE(comments(f, number).size(), 1U);
}

/// Each step has a reason of its own; what two of them share is said once.
void TestUndoneSteps::saysEachReasonOnce()
{
    ViewFixture f;
    f.commit(f.alerts(0, 4));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute(("CREATE TRIGGER refuse BEFORE UPDATE ON alert BEGIN SELECT CASE OLD.id WHEN '" + idOf(2)
                           + "' THEN RAISE(ABORT, 'never this one') ELSE RAISE(ABORT, 'not now') END; END").c_str()));
    TriageStep own;
    own.kind = TriageKind::Own;
    for (const int number : {3, 2, 1}) {
        page.triage()->take(own, {idOf(number)});
        QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), kPatience);
    }
    const QString told = undone(page)->text();
    QVERIFY2(told.contains(QLatin1String("never this one")), qPrintable(told));
    QCOMPARE(told.count(QLatin1String("not now")), 1);
    QVERIFY2(told.indexOf(QLatin1String("not now")) < told.indexOf(QLatin1String("never this one")), qPrintable(told));
}

void TestUndoneSteps::keepsAMuteWithItsReason()
{
    ViewFixture f;
    SecurityAlert raised = f.alert(0);
    raised.rule = "brute-force";
    raised.group = "address:203.0.113.0";
    f.commit({raised});
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute("CREATE TRIGGER refuse BEFORE INSERT ON mute BEGIN SELECT RAISE(ABORT, 'not now'); END"));
    QTest::keyClick(page.table(), Qt::Key_M);
    QTRY_VERIFY_WITH_TIMEOUT(page.findChild<MuteDialog *>() && !page.findChild<MuteDialog *>()->isLooking(), kPatience);
    auto *dialog = page.findChild<MuteDialog *>();
    QTest::keyClicks(dialog->reasonEdit(), QStringLiteral("our <i>scanner</i>"));
    QTRY_VERIFY_WITH_TIMEOUT(dialog->acceptButton()->isEnabled(), kPatience);
    QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!undone(page)->text().isEmpty(), kPatience);
    const QString told = undone(page)->text();
    QVERIFY2(told.startsWith(QLatin1String("Not done: Mute ")) && told.contains(QStringLiteral("about 203.0.113.0: “our <i>scanner</i>”. ")),
             qPrintable(told));
    QVERIFY(told.contains(QLatin1String("not now")));
    QVERIFY(other.execute("DROP TRIGGER refuse"));
    QTest::mouseClick(link(page, QStringLiteral("Try again")), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(page.selectionLine()->report().contains(QLatin1String("muted until")), kPatience);
    QCOMPARE(undone(page)->text(), QString());
    const auto mutes = f.store().mutes({});
    QVERIFY(mutes && mutes->size() == 1);
    QCOMPARE(mutes->front().reason, std::string("our <i>scanner</i>"));
    // It is taken back like any step.
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(f.store().mutes({})->front().liftedBy.has_value(), kPatience);
}

/// A mute is taken back while it is being set, and the database does not lift it.
void TestUndoneSteps::saysThatAMuteStands()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute("CREATE TRIGGER stay BEFORE UPDATE OF lifted_by ON mute BEGIN SELECT RAISE(ABORT, 'it stays'); END"));
    WantedStep wanted{.mute = Mute(), .database = f.context().triageSteps()->database()};
    wanted.mute->rule = "brute-force";
    wanted.mute->group = "address:198.51.100.9";
    wanted.mute->reason = "our scanner";
    wanted.mute->expiresAt = f.start() + kDay;
    page.findChild<AlertMuting *>()->take(wanted);
    page.triage()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy() && f.store().mutes({})->size() == 1, kPatience);
    QVERIFY(!f.store().mutes({})->front().liftedBy);
    const auto messages = page.findChildren<InlineMessage *>();
    QVERIFY(std::any_of(messages.begin(), messages.end(), [](const InlineMessage *message) {
        return message->isVisible() && message->text().contains(QLatin1String("it stays"));
    }));
    QVERIFY(page.triage()->undoAction()->isEnabled()); // It can be tried again.
    QVERIFY(other.execute("DROP TRIGGER stay"));
    page.triage()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(f.store().mutes({})->front().liftedBy.has_value(), kPatience);
}

/// Nobody will hear what became of it.
void TestUndoneSteps::keepsWhatWasOnItsWayWhenTheDatabaseClosed()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    TriageStep step;
    step.kind = TriageKind::Comment;
    step.comment = "on its way";
    page.triage()->take(step, {idOf(0), idOf(1)});
    QVERIFY(page.triage()->isBusy());
    f.session().close();
    QVERIFY(!page.triage()->isBusy());
    const QString told = undone(page)->text();
    QVERIFY2(told.startsWith(QStringLiteral("Not done: Comment on 2 alerts: “on its way”. The database was closed before")),
             qPrintable(told));
    QVERIFY(f.open());
    QTest::mouseClick(link(page, QStringLiteral("Try again")), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("2 commented on"), kPatience);
    for (const int number : {0, 1}) // Whether it had been done or not.
        QCOMPARE(comments(f, number), std::vector<std::string>{"on its way"});
}

/// A step was taken, on some of its alerts at least, and the answer got lost.
void TestUndoneSteps::doesWhatWasDoneAllTheSameOnce()
{
    ViewFixture f;
    f.commit(f.alerts(0, 4));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    WantedStep lost{.ids = std::make_shared<const IdList>(IdList{idOf(3), idOf(1), idOf(0), idOf(1)}), .again = true,
                    .database = f.context().triageSteps()->database()};
    lost.step.id = newStepId();
    lost.step.kind = TriageKind::Comment;
    lost.step.comment = "once";
    QVERIFY(f.store().triage(std::vector{idOf(1), idOf(3)}, lost.step, Session::currentUser(), f.start()));
    page.triage()->take(lost);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("3 commented on"), kPatience);
    for (const int number : {0, 1, 3})
        QCOMPARE(comments(f, number), std::vector<std::string>{"once"});
    // One step, which is taken back as a whole.
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(comments(f, 0).empty() && comments(f, 1).empty() && comments(f, 3).empty(), kPatience);
    QVERIFY(!page.triage()->undoAction()->isEnabled());
    WantedStep mute{.again = true, .mute = Mute(), .database = lost.database};
    mute.mute->id = newStepId();
    mute.mute->rule = "brute-force";
    mute.mute->group = "address:203.0.113.0";
    mute.mute->reason = "once";
    mute.mute->by = Session::currentUser();
    mute.mute->createdAt = f.start();
    mute.mute->expiresAt = f.start() + kDay;
    QVERIFY(f.store().setMute(*mute.mute));
    QSignalSpy muted(f.context().triageSteps(), &TriageSteps::muted);
    QVERIFY(f.context().triageSteps()->take(mute) != 0);
    QTRY_COMPARE_WITH_TIMEOUT(muted.count(), 1, kPatience);
    QCOMPARE(f.store().mutes({})->size(), 1U);
    QCOMPARE(undone(page)->text(), QString());
}

/// Ctrl+Z was pressed while a step ran whose answer got lost: pressed again, it takes back what the database has of it.
void TestUndoneSteps::takesBackWhatWasDoneAllTheSame()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    TriageSteps *steps = f.context().triageSteps();
    const QString elsewhere = f.path() + QStringLiteral(".moved");
    QVERIFY(QFile::rename(f.path(), elsewhere));
    QTRY_VERIFY_WITH_TIMEOUT(f.session().engineStatus().state == EngineState::Retrying, kPatience);
    WantedStep step{.ids = std::make_shared<const IdList>(IdList{idOf(1)}), .database = steps->database()};
    step.step.id = newStepId();
    WantedStep mute{.mute = Mute(), .database = steps->database()};
    mute.mute->id = newStepId();
    mute.mute->rule = "brute-force";
    mute.mute->group = "address:198.51.100.9";
    mute.mute->reason = "our scanner";
    mute.mute->by = Session::currentUser();
    mute.mute->createdAt = f.start();
    mute.mute->expiresAt = f.start() + kDay;
    QSignalSpy failed(steps, &TriageSteps::failed);
    for (const WantedStep &lost : {step, mute}) {
        QVERIFY(steps->take(lost) != 0);
        QCOMPARE(steps->undo(), quint64{0});
        QTRY_VERIFY_WITH_TIMEOUT(!steps->isBusy(), kPatience);
        QVERIFY(!failed.isEmpty());
        failed.clear();
        QCOMPARE(undone(page)->text(), QString()); // It is not wanted any more.
        QVERIFY(page.triage()->undoAction()->isEnabled());
    }
    QVERIFY(f.store().triage(std::vector{idOf(1)}, step.step, Session::currentUser(), f.start()));
    QVERIFY(f.store().setMute(*mute.mute));
    QVERIFY(QFile::rename(elsewhere, f.path()));
    QTRY_VERIFY_WITH_TIMEOUT(f.session().engineStatus().state != EngineState::Retrying, kPatience);
    page.triage()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(f.store().mutes({})->front().liftedBy.has_value(), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!steps->isBusy(), kPatience);
    QVERIFY(stored(f, 1).acknowledged);
    page.triage()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 1).acknowledged, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->undoAction()->isEnabled(), kPatience);
}

/// Ctrl+Z was pressed while a mute was on its way that the database never got.
void TestUndoneSteps::saysThatAMuteWasNeverSet()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 2));
    AlertsPage &page = *shown;
    TriageSteps *steps = f.context().triageSteps();
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute("CREATE TRIGGER refuse BEFORE INSERT ON mute BEGIN SELECT RAISE(ABORT, 'not now'); END"));
    WantedStep wanted{.mute = Mute(), .database = steps->database()};
    wanted.mute->rule = "brute-force";
    wanted.mute->group = "address:198.51.100.9";
    wanted.mute->reason = "our scanner";
    wanted.mute->expiresAt = f.start() + kDay;
    QVERIFY(steps->take(wanted) != 0);
    page.triage()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(!steps->isBusy(), kPatience);
    page.triage()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(!page.selectionLine()->report().isEmpty(), kPatience);
    QCOMPARE(page.selectionLine()->report(), QStringLiteral("Nothing to take back: the mute was never set"));
    QVERIFY(f.store().mutes({})->empty());
}

QTEST_MAIN(TestUndoneSteps)
#include "tst_undonesteps.moc"
