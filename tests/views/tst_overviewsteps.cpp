// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/sqliteconnection.h"
#include "tests/views/alertspagefixture.h"
#include "ui/views/alertmuting.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alerttriage.h"
#include "ui/views/overviewalerts.h"
#include "ui/views/overviewpage.h"
#include "ui/views/translations.h"
#include "ui/views/triagesteps.h"
#include "ui/views/undonesteps.h"

#include <QPushButton>
#include <QTableView>

using namespace bartizan;
using namespace bartizan::fixtures;

/// Acknowledging on the Overview is a step as on the Alerts page, and taken back on either.
class TestOverviewSteps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void theLinkTakesItBack();
    void theKeyTakesItBack();
    void theAlertsPageTakesItBackFirst();
    void theLinkIsAboutItsOwnStep();
    void theLinkOfAMuteIsAboutTheMute();
    void nothingIsDoneUnlessItIsMarked();
    void whatIsNotDoneIsKept();

private:
    static bool acknowledged(ViewFixture &f, int number) { return (*f.store().alert(idOf(number)))->acknowledged; }
};

void TestOverviewSteps::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_overviewsteps"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

namespace {

/// The Overview over three alerts, of which it acknowledges.
struct Desk {
    ViewFixture f;
    std::unique_ptr<OverviewPage> page;
    ActiveAlertsPane *pane = nullptr;

    Desk()
    {
        f.commit(f.alerts(0, 3));
        if (!f.open())
            qFatal("the database cannot be opened");
        page = std::make_unique<OverviewPage>(&f.context());
        pane = page->findChild<ActiveAlertsPane *>();
    }
    void show()
    {
        showPage(*page);
        QTRY_COMPARE_WITH_TIMEOUT(pane->table()->model()->rowCount(), 3, kPatience);
    }
    void acknowledgeFirst()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!page->isLoading() && pane->table()->model()->rowCount() > 0, kPatience);
        pane->table()->selectRow(0);
        QTest::mouseClick(pane->button(), Qt::LeftButton);
    }
    QAbstractButton *link() const
    {
        const auto buttons = pane->findChildren<QAbstractButton *>();
        const auto found = std::find_if(buttons.begin(), buttons.end(), [](const QAbstractButton *button) {
            return button->accessibleName() == QLatin1String("Undo the last step");
        });
        return found == buttons.end() ? nullptr : *found;
    }
    bool says(const QString &text) const
    {
        const auto labels = pane->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) { return label->text() == text; });
    }
};

} // namespace

void TestOverviewSteps::theLinkTakesItBack()
{
    Desk desk;
    desk.show();
    QVERIFY(desk.link() && !desk.link()->isVisible());
    desk.acknowledgeFirst();
    QTRY_VERIFY_WITH_TIMEOUT(desk.link()->isVisible(), kPatience);
    QVERIFY(desk.says(QStringLiteral("1 acknowledged")));
    QVERIFY(acknowledged(desk.f, 2));
    QTest::mouseClick(desk.link(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(desk.says(QStringLiteral("Taken back: acknowledging 1 alert")), kPatience);
    QVERIFY(!desk.link()->isVisible());
    QVERIFY(!acknowledged(desk.f, 2));
    QTRY_COMPARE_WITH_TIMEOUT(desk.pane->table()->model()->rowCount(), 3, kPatience);
    QVERIFY(namelessControls(*desk.page).isEmpty());
}

void TestOverviewSteps::theKeyTakesItBack()
{
    Desk desk;
    desk.show();
    desk.acknowledgeFirst();
    QTRY_VERIFY_WITH_TIMEOUT(desk.link()->isVisible(), kPatience);
    QApplication::setActiveWindow(desk.page.get());
    desk.pane->table()->setFocus();
    QTest::keyClick(desk.pane->table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!acknowledged(desk.f, 2), kPatience);
    // The menu and the palette have it as well.
    QCOMPARE(desk.page->commands().size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(!desk.page->commands().front()->isEnabled(), kPatience);
}

/// The last step is the one on the Overview, and not an older one of the page itself.
void TestOverviewSteps::theAlertsPageTakesItBackFirst()
{
    Desk desk;
    AlertsPage alerts(&desk.f.context());
    showPage(alerts);
    alerts.table()->selectId(id(1));
    TriageStep own;
    own.kind = TriageKind::Own;
    alerts.triage()->take(own, {idOf(1)});
    QTRY_COMPARE_WITH_TIMEOUT(alerts.selectionLine()->report(), QStringLiteral("1 now yours"), kPatience);
    desk.show();
    desk.acknowledgeFirst();
    QTRY_VERIFY_WITH_TIMEOUT(desk.link()->isVisible(), kPatience);
    QApplication::setActiveWindow(&alerts);
    alerts.table()->setFocus();
    QTest::keyClick(alerts.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!acknowledged(desk.f, 2), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(alerts.selectionLine()->report(), QStringLiteral("Taken back: acknowledging 1 alert"), kPatience);
    QVERIFY((*desk.f.store().alert(idOf(1)))->owner.has_value());
    QVERIFY(!desk.link()->isVisible()); // It has been taken back.
    QTest::keyClick(alerts.table(), Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY_WITH_TIMEOUT(!(*desk.f.store().alert(idOf(1)))->owner, kPatience);
}

/// Once there is a later step, the link would take back that one.
void TestOverviewSteps::theLinkIsAboutItsOwnStep()
{
    Desk desk;
    desk.show();
    desk.acknowledgeFirst();
    QTRY_VERIFY_WITH_TIMEOUT(desk.link()->isVisible(), kPatience);
    TriageStep own;
    own.kind = TriageKind::Own;
    desk.f.context().triageSteps()->take(own, {idOf(1)});
    QTRY_VERIFY_WITH_TIMEOUT(!desk.link()->isVisible(), kPatience);
    QVERIFY(acknowledged(desk.f, 2));
}

/// A mute that is told of on the Alerts page, and then a step on the Overview: the link would take back that one.
void TestOverviewSteps::theLinkOfAMuteIsAboutTheMute()
{
    Desk desk;
    AlertsPage alerts(&desk.f.context());
    showPage(alerts);
    const auto offersUndo = [&alerts] {
        const auto buttons = alerts.selectionLine()->findChildren<QAbstractButton *>();
        return std::any_of(buttons.begin(), buttons.end(), [](const QAbstractButton *button) {
            return button->isVisible() && button->accessibleName() == QLatin1String("Undo the last step");
        });
    };
    Mute mute;
    mute.rule = "brute-force";
    mute.group = "address:198.51.100.9";
    mute.reason = "our scanner";
    mute.expiresAt = desk.f.start() + kDay;
    alerts.findChild<AlertMuting *>()->take({.mute = mute, .database = desk.f.context().triageSteps()->database()});
    QTRY_VERIFY_WITH_TIMEOUT(alerts.selectionLine()->report().contains(QLatin1String("muted until")), kPatience);
    QVERIFY(offersUndo());
    desk.show();
    desk.acknowledgeFirst();
    QTRY_VERIFY_WITH_TIMEOUT(desk.link()->isVisible(), kPatience);
    QVERIFY(alerts.selectionLine()->report().contains(QLatin1String("muted until")));
    QVERIFY(!offersUndo());
}

/// The keyboard stands on a row that nobody has chosen.
void TestOverviewSteps::nothingIsDoneUnlessItIsMarked()
{
    Desk desk;
    desk.show();
    QApplication::setActiveWindow(desk.page.get());
    desk.pane->table()->setFocus(Qt::TabFocusReason);
    QVERIFY(desk.pane->table()->currentIndex().isValid());
    QVERIFY(!desk.pane->button()->isEnabled() && desk.says(QStringLiteral("Mark alerts first")));
    QTest::keyClick(desk.pane->table(), Qt::Key_A);
    QVERIFY(!desk.f.context().triageSteps()->isBusy());
    QTest::keyClick(desk.pane->table(), Qt::Key_Space);
    QVERIFY(desk.pane->button()->isEnabled() && desk.says(QStringLiteral("or press A")));
    QTest::keyClick(desk.pane->table(), Qt::Key_A);
    QTRY_VERIFY_WITH_TIMEOUT(desk.says(QStringLiteral("1 acknowledged")), kPatience);
    QVERIFY(acknowledged(desk.f, 2));
}

/// It is told on either page, and taken again from either.
void TestOverviewSteps::whatIsNotDoneIsKept()
{
    Desk desk;
    AlertsPage alerts(&desk.f.context());
    showPage(alerts);
    desk.show();
    SqliteConnection other;
    QVERIFY(other.open(desk.f.path(), SqliteConnection::Access::ReadWrite));
    QVERIFY(other.execute("CREATE TRIGGER refuse BEFORE UPDATE ON alert BEGIN SELECT RAISE(ABORT, 'not now'); END"));
    desk.acknowledgeFirst();
    auto *here = desk.page->findChild<UndoneSteps *>();
    auto *there = alerts.findChild<UndoneSteps *>();
    QTRY_VERIFY_WITH_TIMEOUT(!here->text().isEmpty(), kPatience);
    QVERIFY2(here->text().startsWith(QLatin1String("Not done: Acknowledge 1 alert (Brute Force Attack Detected). ")),
             qPrintable(here->text()));
    QCOMPARE(there->text(), here->text());
    QVERIFY(other.execute("DROP TRIGGER refuse"));
    const auto buttons = here->findChildren<QAbstractButton *>();
    const auto again = std::find_if(buttons.begin(), buttons.end(), [](const QAbstractButton *button) {
        return button->text() == QLatin1String("Try again");
    });
    QVERIFY(again != buttons.end());
    QTest::mouseClick(*again, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(desk.says(QStringLiteral("1 acknowledged")), kPatience);
    QVERIFY(acknowledged(desk.f, 2));
    QVERIFY(here->text().isEmpty() && there->text().isEmpty());
    QVERIFY(desk.link()->isVisible());
}

QTEST_MAIN(TestOverviewSteps)
#include "tst_overviewsteps.moc"
