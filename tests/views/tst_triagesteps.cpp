// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliteconnection.h"
#include "tests/views/triagefixture.h"
#include "ui/theme/format.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alerttriage.h"
#include "ui/views/translations.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/inlinemessage.h"

#include <QAction>
#include <QCheckBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>

using namespace bartizan;
using namespace bartizan::fixtures;

/// The steps of triage by key and by mouse: what they ask, what they leave in the database, and taking them back.
class TestTriageSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void saysWhichAlerts();
    void resolvesByKeys();
    void changesADispositionOnlyWhenAsked();
    void escalatesWithAComment();
    void takesOver();
    void takesOverFromSomebody();
    void commentsAreShownAndTakenBack();
    void undoesStepAfterStep();
    void undoCanBeTriedAgain();
    void aFailureStandsUntilAStepHasWorked();
    void undoSparesWhatAnotherHasChanged();
    void tellsWhoHadAcknowledged();
    void aReportOutlastsMovingOn();
    void takesBackAStepOfBefore();
    void whatWasTakenBackIsDoneWith();
    void goesToWhatWasTakenBack();
    void keepsWhatWasTypedAndGivenUp();
    void saysBeforeItAsksThatNothingIsEscalated();
    void saysHowLongACommentMayBe();
    void theMenuHasEverything();
    void movesAndMarksByCommand();
    void controlsAreNamedAndPlain();

private:
    static QString detailsText(AlertsPage &page);
    static bool saysWhy(AlertsPage &page);
};

void TestTriageSteps::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_triagesteps"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

/// All labels and links of the details that can be seen.
QString TestTriageSteps::detailsText(AlertsPage &page)
{
    QStringList lines;
    const auto labels = page.details()->findChildren<QLabel *>();
    for (const QLabel *label : labels) {
        if (label->isVisible())
            lines.append(QString(label->text()).remove(QChar(0x200B)));
    }
    const auto elided = page.details()->findChildren<ElidedLabel *>();
    for (const ElidedLabel *label : elided) {
        if (label->isVisible())
            lines.append(label->text());
    }
    return lines.join(QLatin1Char('\n'));
}

/// Whether the message above the queue tells what the database refused with.
bool TestTriageSteps::saysWhy(AlertsPage &page)
{
    const auto messages = page.findChildren<InlineMessage *>();
    return std::any_of(messages.begin(), messages.end(), [](const InlineMessage *message) {
        return message->isVisible() && message->text().contains(QLatin1String("not now"));
    });
}

/// The question stands over the queue: it names the alert itself, or says what the many are.
void TestTriageSteps::saysWhichAlerts()
{
    ViewFixture f;
    std::vector<SecurityAlert> some = f.alerts(0, 4);
    some[2].title = "<b>Brute</b> force";
    some[2].context.country = "NL";
    some[2].context.userId = "p.king";
    f.commit(some);
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    const auto seen = [](const TriageDialog *dialog) {
        QStringList texts;
        const auto labels = dialog->findChildren<QLabel *>();
        for (const QLabel *label : labels)
            texts.append(QString(label->text()).remove(QChar(0x200B)));
        return texts;
    };
    for (const int key : {Qt::Key_R, Qt::Key_E, Qt::Key_C}) {
        select(page, 1); // Newest first: alert 2.
        QTest::keyClick(page.table(), static_cast<Qt::Key>(key));
        TriageDialog *dialog = dialogOf(page);
        QVERIFY(dialog);
        const auto badges = dialog->findChildren<SeverityBadge *>();
        QCOMPARE(badges.size(), 1);
        QVERIFY(badges.front()->severity() == AlertSeverity::High);
        QVERIFY(seen(dialog).contains(QStringLiteral("<b>Brute</b> force")));
        const QString origin = QStringLiteral("203.0.113.2, NL, p.king at ")
            + format::clockTime(some[2].timestamp, f.context().displayZone());
        QVERIFY2(seen(dialog).contains(origin), qPrintable(seen(dialog).join(QLatin1Char('\n'))));
        QVERIFY(dialog->accessibleDescription().contains(origin));
        QVERIFY(!dialog->overruleBox()); // It is not resolved.
        dialog->reject();
        QTRY_VERIFY_WITH_TIMEOUT(!dialogOf(page), kPatience);
    }
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_R);
    QVERIFY(dialogOf(page));
    QVERIFY(seen(dialogOf(page)).contains(QStringLiteral("4 alerts: 1 CRITICAL, 1 HIGH, 1 MEDIUM, 1 LOW")));
    QVERIFY(!dialogOf(page)->overruleBox());
}

void TestTriageSteps::resolvesByKeys()
{
    ViewFixture f;
    f.commit(f.alerts(0, 3));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 1);
    QTest::keyClick(page.table(), Qt::Key_R);
    TriageDialog *dialog = dialogOf(page);
    QVERIFY(dialog);
    QCOMPARE(dialog->windowTitle(), QStringLiteral("Resolve 1 alert"));
    QVERIFY(!dialog->acceptButton()->isEnabled()); // Nothing is chosen beforehand.
    QTest::keyClick(dialog->dispositionButton(AlertDisposition::TruePositive), Qt::Key_3);
    QVERIFY(dialog->dispositionButton(AlertDisposition::FalsePositive)->isChecked());
    QTest::keyClicks(dialog->commentEdit(), QStringLiteral("scan 2 of ours"));
    QVERIFY(dialog->dispositionButton(AlertDisposition::FalsePositive)->isChecked()); // A digit in the note is text.
    QTest::keyClick(dialog->commentEdit(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 resolved as false positive"), kPatience);
    const SecurityAlert alert = stored(f, 1);
    QVERIFY(alert.status == AlertStatus::Resolved && alert.disposition == AlertDisposition::FalsePositive);
    QCOMPARE(alert.resolvedBy.value(), Session::currentUser());
    QVERIFY(alert.acknowledged);
    QCOMPARE(f.store().history(idOf(1))->back().comment, std::string("scan 2 of ours"));
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(0)}); // It moved on.
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isAcknowledged(1), kPatience);
}

void TestTriageSteps::changesADispositionOnlyWhenAsked()
{
    ViewFixture f;
    f.commit(f.alerts(0, 1));
    TriageStep step;
    step.id = "theirs";
    step.kind = TriageKind::Resolve;
    step.disposition = AlertDisposition::Benign;
    QVERIFY(f.store().triage(std::vector{idOf(0)}, step, "l.meyer", f.start() + kHour));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    bool offered = false;
    const auto resolve = [&](bool overrule) {
        select(page, 0);
        QTest::keyClick(page.table(), Qt::Key_R);
        TriageDialog *dialog = dialogOf(page);
        if (!dialog)
            return;
        offered = dialog->overruleBox();
        QTest::keyClick(dialog->dispositionButton(AlertDisposition::TruePositive), Qt::Key_1);
        if (overrule)
            QTest::keyClick(dialog->overruleBox(), Qt::Key_Space);
        QTest::mouseClick(dialog->acceptButton(), Qt::LeftButton);
    };
    resolve(false);
    QTRY_VERIFY2_WITH_TIMEOUT(page.selectionLine()->report().startsWith(QLatin1String("1 had been resolved by l.meyer at ")),
                              qPrintable(page.selectionLine()->report()), kPatience);
    QVERIFY(offered);
    QVERIFY(stored(f, 0).disposition == AlertDisposition::Benign);
    resolve(true);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 resolved as true positive"), kPatience);
    QCOMPARE(stored(f, 0).resolvedBy.value(), Session::currentUser());
}

void TestTriageSteps::escalatesWithAComment()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_E);
    TriageDialog *dialog = dialogOf(page);
    QVERIFY(dialog);
    QVERIFY(!dialog->acceptButton()->isEnabled());
    QTest::keyClicks(dialog->commentEdit(), QStringLiteral("  "));
    QVERIFY(!dialog->acceptButton()->isEnabled());
    QTest::keyClicks(dialog->commentEdit(), QStringLiteral("<b>please</b> look"));
    QTest::mouseClick(dialog->acceptButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 escalated"), kPatience);
    QVERIFY(stored(f, 1).status == AlertStatus::Escalated);
    QVERIFY(!stored(f, 1).acknowledged); // It stays active.
    QTRY_VERIFY_WITH_TIMEOUT(detailsText(page).contains(QLatin1String("Escalated")), kPatience);
    // Escape leaves everything as it is.
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_E);
    dialog = dialogOf(page);
    QVERIFY(dialog);
    QTest::keyClicks(dialog->commentEdit(), QStringLiteral("again"));
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(!page.triage()->isBusy());
    QCOMPARE(f.store().history(idOf(1))->size(), 2U);
}

void TestTriageSteps::takesOver()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_O);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 now yours"), kPatience);
    QCOMPARE(stored(f, 1).owner.value(), Session::currentUser());
    QTRY_VERIFY_WITH_TIMEOUT(detailsText(page).contains(QString::fromStdString(Session::currentUser()) + QLatin1String(" (you)")),
                             kPatience);
}

void TestTriageSteps::takesOverFromSomebody()
{
    ViewFixture f;
    f.commit(f.alerts(0, 1));
    TriageStep own;
    own.id = "theirs";
    own.kind = TriageKind::Own;
    QVERIFY(f.store().triage(std::vector{idOf(0)}, own, "l.meyer", f.start() + kHour));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_O); // The key takes nothing from anybody.
    QTRY_VERIFY2_WITH_TIMEOUT(page.selectionLine()->report().startsWith(QLatin1String("1 is owned by l.meyer since ")),
                              qPrintable(page.selectionLine()->report()), kPatience);
    QCOMPARE(stored(f, 0).owner.value(), std::string("l.meyer"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    LinkButton *take = nullptr;
    const auto links = page.details()->findChildren<LinkButton *>();
    for (LinkButton *link : links)
        take = link->text() == QLatin1String("Take it") ? link : take;
    QVERIFY(take);
    QTest::mouseClick(take, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 now yours"), kPatience);
    QCOMPARE(stored(f, 0).owner.value(), Session::currentUser());
}

void TestTriageSteps::commentsAreShownAndTakenBack()
{
    ViewFixture f;
    f.commit(f.alerts(0, 1));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    const auto toggle = [&page](const QString &text) -> QPushButton * {
        const auto buttons = page.details()->findChildren<QPushButton *>();
        for (QPushButton *button : buttons) {
            if (button->text() == text)
                return button;
        }
        return nullptr;
    };
    QVERIFY(toggle(QStringLiteral("Comments, 0")));
    QTest::keyClick(page.table(), Qt::Key_C);
    TriageDialog *dialog = dialogOf(page);
    QVERIFY(dialog);
    QTest::keyClicks(dialog->commentEdit(), QStringLiteral("<i>same</i> host as yesterday"));
    QTest::keyClick(dialog->commentEdit(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(toggle(QStringLiteral("Comments, 1")), kPatience);
    QTest::mouseClick(toggle(QStringLiteral("Comments, 1")), Qt::LeftButton);
    QVERIFY(detailsText(page).contains(QLatin1String("<i>same</i> host as yesterday")));
    QTRY_VERIFY_WITH_TIMEOUT(page.triage()->undoAction()->isEnabled(), kPatience);
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(toggle(QStringLiteral("Comments, 0")), kPatience);
    QVERIFY(!detailsText(page).contains(QLatin1String("host as yesterday")));
    QTest::mouseClick(toggle(QStringLiteral("History, 3")), Qt::LeftButton);
    QVERIFY(detailsText(page).contains(QLatin1String("(taken back)")));
}

void TestTriageSteps::undoesStepAfterStep()
{
    ViewFixture f;
    f.commit(f.alerts(0, 3));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    QVERIFY(!page.triage()->undoAction()->isEnabled());
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_O);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 now yours"), kPatience);
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    QVERIFY(stored(f, 2).acknowledged && stored(f, 2).owner);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier); // Without waiting: about the step before.
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 2).owner, kPatience);
    QVERIFY(!stored(f, 2).acknowledged);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("Taken back: taking over 1 alert"), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.model().isAcknowledged(0), kPatience);
    QVERIFY(!page.triage()->undoAction()->isEnabled());
    QCOMPARE(f.store().history(idOf(2))->size(), 5U); // Raised, two steps, and both taken back.
}

/// A step is taken back while the database refuses: it is there to be taken back still, before the one before it.
void TestTriageSteps::undoCanBeTriedAgain()
{
    ViewFixture f;
    f.commit(f.alerts(0, 3));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_O);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 now yours"), kPatience);
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute("CREATE TRIGGER refuse BEFORE UPDATE ON alert BEGIN SELECT RAISE(ABORT, 'not now'); END"));
    QSignalSpy failed(page.triage(), &AlertTriage::failed);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatience);
    QVERIFY(saysWhy(page));
    QVERIFY(stored(f, 2).acknowledged && stored(f, 2).owner);
    QVERIFY(other.execute("DROP TRIGGER refuse"));
    QVERIFY(page.triage()->undoAction()->isEnabled());
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 2).acknowledged, kPatience);
    QVERIFY(stored(f, 2).owner);
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), kPatience);
    QVERIFY(!saysWhy(page)); // It has worked since.
    QVERIFY(page.triage()->undoAction()->isEnabled());
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 2).owner, kPatience);
}

/// One that had nothing to do tells nothing of what keeps the database from another.
void TestTriageSteps::aFailureStandsUntilAStepHasWorked()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 3));
    AlertsPage &page = *shown;
    page.acknowledge({idOf(2)});
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    SqliteConnection other;
    QVERIFY(other.open(f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute("CREATE TRIGGER refuse BEFORE UPDATE ON alert BEGIN SELECT RAISE(ABORT, 'not now'); END"));
    page.triage()->undo();
    QTRY_VERIFY_WITH_TIMEOUT(saysWhy(page), kPatience);
    page.acknowledge({idOf(2)});
    QTRY_VERIFY2_WITH_TIMEOUT(page.selectionLine()->report().startsWith(QLatin1String("1 had been by ")),
                              qPrintable(page.selectionLine()->report()), kPatience);
    QVERIFY(saysWhy(page));
    QVERIFY(other.execute("DROP TRIGGER refuse"));
    page.acknowledge({idOf(1)});
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    QVERIFY(!saysWhy(page));
}

void TestTriageSteps::undoSparesWhatAnotherHasChanged()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("2 acknowledged"), kPatience);
    TriageStep own;
    own.id = "theirs";
    own.kind = TriageKind::Own;
    QVERIFY(f.store().triage(std::vector{idOf(0)}, own, "l.meyer", f.start() + kHour));
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY2_WITH_TIMEOUT(
        page.selectionLine()->report().startsWith(QLatin1String("Taken back: acknowledging 1 alert, 1 stays: l.meyer changed it at ")),
        qPrintable(page.selectionLine()->report()), kPatience);
    QVERIFY(stored(f, 0).acknowledged && !stored(f, 1).acknowledged);
}

/// Somebody was quicker, and the queue knows it already.
void TestTriageSteps::tellsWhoHadAcknowledged()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4));
    AlertsPage &page = *shown;
    page.acknowledge({idOf(0)});
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("1 acknowledged"), kPatience);
    select(page, 1);
    QVERIFY(f.store().acknowledge(std::vector{idOf(2)}, "l.<b>meyer", f.start() + kHour, {}).ok());
    QTRY_VERIFY_WITH_TIMEOUT(page.model().isAcknowledged(1), kPatience);
    QTest::keyClick(page.table(), Qt::Key_A);
    const QString report = page.selectionLine()->report();
    QVERIFY2(report.startsWith(QLatin1String("Nothing was done: it had been acknowledged by l.<b>meyer at ")), qPrintable(report));
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(1)}); // And on.
    QCOMPARE(f.store().history(idOf(2))->size(), 2U);
    QCOMPARE(markupLabels(page), QStringList());
}

/// The next row is gone to, and though that is a group of several, nobody has selected them instead of reading.
void TestTriageSteps::aReportOutlastsMovingOn()
{
    ViewFixture f;
    std::vector<SecurityAlert> some = f.alerts(0, 4);
    some[2].type = some[3].type = AlertType::RateLimitBreach;
    const auto shown = showAlerts(f, some);
    AlertsPage &page = *shown;
    page.setGrouping(AlertGrouping::Type);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 2, kPatience);
    select(page, 0); // Which opens it.
    const std::vector<std::string> first = page.table()->selectedIds();
    QCOMPARE(first.size(), 2U);
    QVERIFY(f.store().acknowledge(first, "l.meyer", f.start() + kHour, {}).ok());
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().active, 2, kPatience);
    QTest::keyClick(page.table(), Qt::Key_A);
    QCOMPARE(page.table()->selectedRowNumbers(), std::vector<int>{3});
    QVERIFY(page.model().isGroup(3) && page.table()->selectedIds().size() == 2);
    QCOMPARE(page.selectionLine()->report(), QStringLiteral("Nothing was done: all that is selected had been acknowledged"));
    select(page, 0); // By hand.
    QCOMPARE(page.selectionLine()->report(), QString());
}

/// The console that took it was closed since.
void TestTriageSteps::takesBackAStepOfBefore()
{
    ViewFixture f;
    f.commit(f.alerts(0, 3));
    TriageStep step;
    step.id = newStepId();
    QVERIFY(f.store().triage(std::vector{idOf(1), idOf(2)}, step, Session::currentUser(), f.start()));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, page.model().rowOfId(id(1)));
    QAction *back = commandOf(page, QStringLiteral("Take back the last step on this alert"));
    QVERIFY(back->isEnabled());
    back->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("Taken back: acknowledging 1 alert"), kPatience);
    QVERIFY(!stored(f, 1).acknowledged && stored(f, 2).acknowledged);
    QVERIFY(!page.triage()->undoAction()->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && !page.details()->lastStep(), kPatience);
    back->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("Nothing was done: no step was taken on this alert"), kPatience);
}

/// A step of this console's on one alert, taken back from there, is not what Ctrl+Z is about any more.
void TestTriageSteps::whatWasTakenBackIsDoneWith()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4));
    AlertsPage &page = *shown;
    QAction *back = commandOf(page, QStringLiteral("Take back the last step on this alert"));
    const auto own = [&page](const std::vector<std::string> &ids, const QString &report) {
        TriageStep step;
        step.kind = TriageKind::Own;
        page.triage()->take(step, ids);
        QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), report, kPatience);
    };
    own({idOf(0), idOf(1)}, QStringLiteral("2 now yours"));
    select(page, page.model().rowOfId(id(3)));
    own({idOf(3)}, QStringLiteral("1 now yours"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && page.details()->lastStep(), kPatience);
    back->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page.selectionLine()->report(), QStringLiteral("Taken back: taking over 1 alert"), kPatience);
    // The step before was about two: taken back on one, it is there for the other.
    select(page, page.model().rowOfId(id(1)));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && page.details()->lastStep(), kPatience);
    back->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 1).owner, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), kPatience);
    QVERIFY(stored(f, 0).owner && page.triage()->undoAction()->isEnabled());
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 0).owner, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy(), kPatience);
    QVERIFY(!page.triage()->undoAction()->isEnabled());
}

/// It comes back into the rows of the filter, and is what one goes on with.
void TestTriageSteps::goesToWhatWasTakenBack()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 6));
    AlertsPage &page = *shown;
    page.search(QStringLiteral("status:active"));
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    select(page, 2);
    QTest::keyClick(page.table(), Qt::Key_A);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 5, kPatience);
    QCOMPARE(page.table()->selectedIds(), std::vector<std::string>{idOf(2)});
    QTest::keyClick(page.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(page.table()->selectedIds(), std::vector<std::string>{idOf(3)}, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(page.details()->alertId(), id(3), kPatience);
}

void TestTriageSteps::keepsWhatWasTypedAndGivenUp()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 3));
    AlertsPage &page = *shown;
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_C);
    QTest::keyClicks(dialogOf(page)->commentEdit(), QStringLiteral("a long thought"));
    QTest::keyClick(dialogOf(page), Qt::Key_Escape);
    QVERIFY(!dialogOf(page));
    select(page, 1);
    QTest::keyClick(page.table(), Qt::Key_C);
    QCOMPARE(dialogOf(page)->commentEdit()->toPlainText(), QString()); // It was about another alert.
    QTest::keyClick(dialogOf(page), Qt::Key_Escape);
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_C);
    QCOMPARE(dialogOf(page)->commentEdit()->toPlainText(), QStringLiteral("a long thought"));
    QTest::keyClick(dialogOf(page)->commentEdit(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(commentsIn(*f.store().history(idOf(2))).size(), 1U, kPatience);
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_C);
    QCOMPARE(dialogOf(page)->commentEdit()->toPlainText(), QString());
    QTest::keyClick(dialogOf(page), Qt::Key_Escape);
    // About several likewise.
    activate(page);
    page.table()->selectAll();
    QTest::keyClick(page.table(), Qt::Key_C);
    QTest::keyClicks(dialogOf(page)->commentEdit(), QStringLiteral("of all"));
    QTest::keyClick(dialogOf(page), Qt::Key_Escape);
    activate(page);
    QTest::keyClick(page.table(), Qt::Key_C);
    QCOMPARE(dialogOf(page)->commentEdit()->toPlainText(), QStringLiteral("of all"));
}

void TestTriageSteps::saysBeforeItAsksThatNothingIsEscalated()
{
    ViewFixture f;
    TriageStep resolved;
    resolved.kind = TriageKind::Resolve;
    resolved.id = newStepId();
    f.commit(f.alerts(0, 2));
    QVERIFY(f.store().triage(std::vector{idOf(1)}, resolved, "l.meyer", f.start()));
    const auto shown = showAlerts(f, {});
    AlertsPage &page = *shown;
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_E);
    QVERIFY(!dialogOf(page));
    QVERIFY(page.selectionLine()->report().startsWith(QLatin1String("Nothing was done: what is resolved is not escalated.")));
    page.table()->selectAll();
    QTest::keyClick(page.table(), Qt::Key_E);
    QVERIFY(dialogOf(page)); // The other one is.
}

/// What is counted is what is said.
void TestTriageSteps::saysHowLongACommentMayBe()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 1));
    AlertsPage &page = *shown;
    select(page, 0);
    QTest::keyClick(page.table(), Qt::Key_C);
    TriageDialog *dialog = dialogOf(page);
    QVERIFY(dialog);
    const auto error = [dialog] { return dialog->findChild<FieldError *>()->text(); };
    dialog->commentEdit()->setPlainText(QString(static_cast<int>(kCommentBytes) / 2, QChar(0xE9))); // Two bytes each.
    QCOMPARE(error(), QString());
    QVERIFY(dialog->acceptButton()->isEnabled());
    dialog->commentEdit()->setPlainText(dialog->commentEdit()->toPlainText() + QLatin1Char('x'));
    QCOMPARE(error(), QStringLiteral("That is too long: 16,385 bytes of 16,384 at most."));
    QVERIFY(!dialog->acceptButton()->isEnabled());
    dialog->reject();
}

void TestTriageSteps::theMenuHasEverything()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QStringList keys;
    const auto commands = page.commands();
    for (const QAction *command : commands) {
        if (command->isEnabled() && !command->shortcut().isEmpty())
            keys.append(command->shortcut().toString());
        QVERIFY(!command->text().isEmpty());
    }
    QCOMPARE(keys, (QStringList{QStringLiteral("A"), QStringLiteral("R"), QStringLiteral("C"), QStringLiteral("E"),
                                QStringLiteral("O"), QStringLiteral("M"), QStringLiteral("X"), QStringLiteral("J"),
                                QStringLiteral("K"), QStringLiteral("/"), QStringLiteral("G"),
                                QStringLiteral("V"), QStringLiteral("Ctrl+Shift+C"), QStringLiteral("Ctrl+Shift+M")})); // Nothing to undo yet, and none waits.
    page.triage()->action(TriageKind::Own)->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!page.triage()->isBusy() && page.triage()->undoAction()->isEnabled(), kPatience);
    page.triage()->undoAction()->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!stored(f, 1).owner && f.store().history(idOf(1))->size() == 3, kPatience);
}

/// From the menu and the palette as by key, also while the keyboard is elsewhere.
void TestTriageSteps::movesAndMarksByCommand()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 5));
    AlertsPage &page = *shown;
    const auto run = [&page](const char *text) {
        const auto commands = page.commands();
        const auto found = std::find_if(commands.begin(), commands.end(),
                                        [text](const QAction *action) { return action->text() == QLatin1String(text); });
        if (found == commands.end())
            return false;
        (*found)->trigger();
        return true;
    };
    select(page, 0);
    page.groupBox()->setFocus();
    QVERIFY(run("Mark or unmark this alert"));
    QVERIFY(page.table()->hasFocus());
    QVERIFY(run("Next alert") && run("Next alert") && run("Next alert") && run("Previous alert"));
    QCOMPARE(page.table()->currentIndex().row(), 2);
    QVERIFY(run("Mark or unmark this alert"));
    QCOMPARE(page.table()->selectedIds(), (std::vector<std::string>{idOf(4), idOf(2)}));
    QTest::keyClick(page.table(), Qt::Key_J); // Once, though it is the key of a command.
    QCOMPARE(page.table()->currentIndex().row(), 3);
}

void TestTriageSteps::controlsAreNamedAndPlain()
{
    ViewFixture f;
    f.commit(f.alerts(0, 2));
    QVERIFY(f.open());
    AlertsPage page(&f.context());
    showPage(page);
    select(page, 0);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(namelessControls(page), QStringList());
    QCOMPARE(markupLabels(page), QStringList());
    for (const int key : {Qt::Key_R, Qt::Key_E, Qt::Key_C}) {
        activate(page);
        QTest::keyClick(page.table(), static_cast<Qt::Key>(key));
        TriageDialog *dialog = dialogOf(page);
        QVERIFY(dialog);
        QCOMPARE(namelessControls(*dialog), QStringList());
        QCOMPARE(markupLabels(*dialog), QStringList());
        QVERIFY(!dialog->commentEdit()->accessibleName().isEmpty());
        dialog->reject();
        QTRY_VERIFY_WITH_TIMEOUT(!dialogOf(page), kPatience);
    }
}

QTEST_MAIN(TestTriageSteps)
#include "tst_triagesteps.moc"
