// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filter.h"
#include "core/storage/openstore.h"
#include "core/storage/sqliteconnection.h"
#include "tests/console/consoletest.h"
#include "ui/theme/format.h"
#include "ui/views/alertsdetails.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/alertsselectionline.h"
#include "ui/views/alertstable.h"
#include "ui/views/alerttriage.h"
#include "ui/views/consolecontext.h"
#include "ui/views/mutedialog.h"
#include "ui/views/mutesdialog.h"
#include "ui/widgets/inlinemessage.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QTest>

using namespace bartizan;

/// Muting in the real window, with the engine raising alerts behind it.
class TestMutes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void mutesWhatIsLikeAnAlert();
    void takesAMuteBack();
    void warnsOfTruePositives();
    void explainsWhatIsWrong();
    void listsShowsAndLifts();
    void quotesTheNameOfAMute();
    void knowsEachByName();

private:
    static bool raiseOne(ConsoleTest &console);
    static void activate(ConsoleTest &console);
    static MuteDialog *openDialog(ConsoleTest &console, int row = 0);
    static bool muteTheNetwork(ConsoleTest &console);
    static bool muteAnother(ConsoleTest &console);
    static MutesDialog *openList(ConsoleTest &console);
    static std::optional<SecurityAlert> alertFrom(ConsoleTest &console, const char *address);
};

std::optional<SecurityAlert> TestMutes::alertFrom(ConsoleTest &console, const char *address)
{
    const auto store = openStore(console.path());
    AlertQuery query;
    query.ipAddress = address;
    const auto alerts = store ? (*store)->alerts(query) : Result<std::vector<SecurityAlert>>(store.error());
    return alerts && !alerts->empty() ? std::optional(alerts->front()) : std::nullopt;
}

/// Opens the console on its queue with one alert, of 203.0.113.1.
bool TestMutes::raiseOne(ConsoleTest &console)
{
    return console.openWithAlerts({QStringLiteral("203.0.113.1")});
}

/// As a window manager does when a dialog goes.
void TestMutes::activate(ConsoleTest &console)
{
    console.window->activateWindow();
    (void)QTest::qWaitForWindowActive(console.window.get());
}

/// Selects a row and presses M.
MuteDialog *TestMutes::openDialog(ConsoleTest &console, int row)
{
    AlertsTable *table = console.alerts()->table();
    activate(console);
    table->setFocus();
    table->selectRow(row);
    if (!QTest::qWaitFor([&] { return !console.alerts()->isLoading(); }, kPatienceMs))
        return nullptr;
    QTest::keyClick(table, Qt::Key_M);
    MuteDialog *dialog = nullptr;
    (void)QTest::qWaitFor([&] {
        dialog = console.window->findChild<MuteDialog *>();
        return dialog && !dialog->isLooking();
    }, kPatienceMs);
    return dialog;
}

/// Mutes 203.0.113.0/24 from the first alert.
bool TestMutes::muteTheNetwork(ConsoleTest &console)
{
    MuteDialog *dialog = openDialog(console);
    if (!dialog)
        return false;
    dialog->networkBox()->setChecked(true);
    QTest::keyClicks(dialog->reasonEdit(), QStringLiteral("our scanner"));
    if (!QTest::qWaitFor([&] { return dialog->acceptButton()->isEnabled(); }, kPatienceMs))
        return false;
    QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
    return QTest::qWaitFor([&] { return console.alerts()->selectionLine()->report().contains(QLatin1String("muted until")); },
                           kPatienceMs);
}

/// Mutes its network from the one alert there is, and has another raised in there.
bool TestMutes::muteAnother(ConsoleTest &console)
{
    return raiseOne(console) && muteTheNetwork(console) && console.append(QStringLiteral("203.0.113.2"), 5)
        && QTest::qWaitFor([&] { return alertFrom(console, "203.0.113.2").has_value(); }, kPatienceMs);
}

/// Opens the list of mutes by its key, and waits until it tells of the one that has hidden an alert.
MutesDialog *TestMutes::openList(ConsoleTest &console)
{
    activate(console);
    QTest::keyClick(console.window.get(), Qt::Key_M, Qt::ControlModifier);
    auto *list = console.window->findChild<MutesDialog *>();
    const auto isThere = [list] { return list->model().rowCount() == 1 && list->model().muteAt(0).alerts == 1; };
    return list && QTest::qWaitFor(isThere, kPatienceMs) ? list : nullptr;
}

void TestMutes::mutesWhatIsLikeAnAlert()
{
    ConsoleTest console;
    QVERIFY(raiseOne(console));
    QVERIFY(!console.alerts()->muteAction()->isEnabled()); // Nothing is selected.

    MuteDialog *dialog = openDialog(console);
    QVERIFY(dialog);
    QCOMPARE(dialog->forecast()->text(),
             QStringLiteral("Would have hidden 1 alert in the last 30 days, none known as a true positive. "
                            "It stands in the queue now, and stays there."));
    const auto labels = dialog->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) { // Enter alone is a line of the reason.
        return label->isVisible() && label->text().startsWith(QLatin1String("Ctrl+Enter mutes"));
    }));
    const auto reason = std::find_if(labels.begin(), labels.end(), [dialog](const QLabel *label) {
        return label->buddy() == dialog->reasonEdit();
    });
    QVERIFY(reason != labels.end());
    QCOMPARE((*reason)->mapTo(dialog, QPoint()).y(), dialog->reasonEdit()->mapTo(dialog, QPoint()).y()); // Its first line.
    QCOMPARE(dialog->examples()->horizontalHeaderItem(MuteDialog::ExampleTime)->text(),
             format::timeHeader(console.window->context()->displayZone(), QDateTime::currentMSecsSinceEpoch()));
    QCOMPARE(dialog->spanBox()->currentIndex(), static_cast<int>(MuteDialog::Day));
    QCOMPARE(dialog->networkEdit()->text(), QStringLiteral("203.0.113.0/24"));
    QVERIFY(!dialog->networkBox()->isChecked());
    QVERIFY(!dialog->acceptButton()->isEnabled()); // Why?
    QTest::keyClick(dialog, Qt::Key_Escape);
    QTRY_VERIFY(!console.window->findChild<MuteDialog *>());
    QVERIFY(muteTheNetwork(console));

    // A neighbour is muted; somebody else, and what was there before, is not.
    QVERIFY(console.append(QStringLiteral("203.0.113.2"), 5));
    QVERIFY(console.append(QStringLiteral("198.51.100.7"), 5));
    QTRY_VERIFY_WITH_TIMEOUT(alertFrom(console, "198.51.100.7"), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(alertFrom(console, "203.0.113.2"), kPatienceMs);
    QVERIFY(alertFrom(console, "203.0.113.2")->isMuted());
    QVERIFY(alertFrom(console, "198.51.100.7")->isActive());
    QVERIFY(alertFrom(console, "203.0.113.1")->isActive());
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(2), kPatienceMs);
    console.alerts()->showWaitingAction()->trigger(); // A row is selected, so that new ones wait.
    console.alerts()->search(QStringLiteral("is:active"));
    QVERIFY(console.waitForAlerts(2));
    console.alerts()->search(QStringLiteral("is:muted"));
    QVERIFY(console.waitForAlerts(1));
    const AlertModel &model = console.alerts()->model();
    QCOMPARE(model.index(0, AlertModel::AddressColumn).data().toString(), QStringLiteral("203.0.113.2"));
    QCOMPARE(model.index(0, AlertModel::StatusColumn).data().toString(), QStringLiteral("Muted"));
    QCOMPARE(model.counts().active, 0);
}

void TestMutes::takesAMuteBack()
{
    ConsoleTest console;
    QVERIFY(muteAnother(console));
    QVERIFY(alertFrom(console, "203.0.113.2")->isMuted());
    QCOMPARE(console.session->engineStatus().activeAlerts, std::int64_t(1));
    const std::string muted = alertFrom(console, "203.0.113.2")->id;
    QTRY_VERIFY_WITH_TIMEOUT(console.alerts()->model().records().find(muted).has_value(), kPatienceMs); // It has been told.
    console.alerts()->triage()->undoAction()->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(console.alerts()->selectionLine()->report(), QStringLiteral("Mute taken back, 1 alert back in the queue"),
                              kPatienceMs);
    QVERIFY(alertFrom(console, "203.0.113.2")->isActive());
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(2), kPatienceMs);
    QVERIFY(!console.alerts()->triage()->undoAction()->isEnabled());
    // One's own step shows at once, though a row is selected.
    QVERIFY(console.alerts()->table()->selectionModel()->hasSelection());
    QTRY_COMPARE_WITH_TIMEOUT(console.alerts()->model().rowCount(), 2, kPatienceMs);
}

void TestMutes::warnsOfTruePositives()
{
    ConsoleTest console;
    QVERIFY(console.openWithAlerts({QStringLiteral("203.0.113.1"), QStringLiteral("203.0.113.2")}));
    TriageStep attack;
    attack.kind = TriageKind::Resolve;
    attack.disposition = AlertDisposition::TruePositive;
    console.alerts()->triage()->take(attack, {alertFrom(console, "203.0.113.1")->id});
    QTRY_VERIFY_WITH_TIMEOUT(!console.alerts()->triage()->isBusy(), kPatienceMs);

    MuteDialog *dialog = openDialog(console);
    QVERIFY(dialog);
    dialog->networkBox()->setChecked(true);
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->isLooking(), kPatienceMs);
    QCOMPARE(dialog->forecast()->text(), QStringLiteral("Would have hidden 2 alerts in the last 30 days, 1 of them a true positive. "
                                                        "1 of them stands in the queue now, and stays there."));
    QVERIFY(dialog->forecast()->kind() == MessageKind::Warning);
    // It stands first, though it is the older one.
    QCOMPARE(dialog->examples()->rowCount(), 2);
    QCOMPARE(dialog->examples()->item(0, MuteDialog::ExampleStatus)->text(), QStringLiteral("True positive"));
    QCOMPARE(dialog->examples()->item(0, MuteDialog::ExampleSource)->text(), QStringLiteral("203.0.113.1"));
    QCOMPARE(dialog->examples()->item(1, MuteDialog::ExampleStatus)->text(), QStringLiteral("Active"));
}

void TestMutes::explainsWhatIsWrong()
{
    ConsoleTest console;
    QVERIFY(raiseOne(console));
    MuteDialog *dialog = openDialog(console);
    QVERIFY(dialog);
    QTest::keyClicks(dialog->reasonEdit(), QStringLiteral("why"));
    QVERIFY(dialog->acceptButton()->isEnabled());
    const auto complaints = [dialog] {
        QStringList texts;
        for (const FieldError *error : dialog->findChildren<FieldError *>()) {
            if (!error->text().isEmpty())
                texts.append(error->text());
        }
        return texts.join(QLatin1Char('\n'));
    };
    dialog->networkBox()->setChecked(true);
    dialog->networkEdit()->setText(QStringLiteral("203.0.113.0/40"));
    QVERIFY(!dialog->acceptButton()->isEnabled());
    QCOMPARE(complaints(), QStringLiteral("“203.0.113.0/40” is no network; write 203.0.113.0/24 or 2001:db8::/32"));
    dialog->networkEdit()->setText(QStringLiteral("198.51.100.0/24"));
    QCOMPARE(complaints(), QStringLiteral("198.51.100.0/24 does not hold 203.0.113.1, which the alert is about"));
    dialog->networkEdit()->clear();
    QVERIFY(!complaints().isEmpty());
    dialog->networkEdit()->setText(QStringLiteral("203.0.112.0/20"));
    QVERIFY(complaints().isEmpty());
    QVERIFY(!dialog->acceptButton()->isEnabled()); // What that would have hidden is not shown yet.
    QTRY_VERIFY_WITH_TIMEOUT(dialog->acceptButton()->isEnabled(), kPatienceMs);
    QCOMPARE(dialog->mute().network, std::string("203.0.112.0/20"));

    // There is always an end, and it lies ahead.
    dialog->spanBox()->setCurrentIndex(MuteDialog::Custom);
    QVERIFY(dialog->untilEdit()->isVisible());
    QVERIFY(dialog->acceptButton()->isEnabled());
    dialog->untilEdit()->setDateTime(QDateTime::currentDateTime().addDays(-2));
    QCOMPARE(complaints(), QStringLiteral("That is past: a mute must end later than now."));
    QVERIFY(!dialog->acceptButton()->isEnabled());
    dialog->untilEdit()->setDateTime(QDateTime::currentDateTime().addYears(2));
    QCOMPARE(complaints(), QStringLiteral("A mute lasts a year at most: choose an earlier end."));
    dialog->spanBox()->setCurrentIndex(MuteDialog::Week);
    QVERIFY(dialog->acceptButton()->isEnabled());
    const Mute mute = dialog->mute();
    QCOMPARE(mute.expiresAt - mute.createdAt, 7 * kDay);
    dialog->reasonEdit()->clear();
    QVERIFY(!dialog->acceptButton()->isEnabled());
}

void TestMutes::listsShowsAndLifts()
{
    ConsoleTest console;
    QVERIFY(muteAnother(console));

    MutesDialog *list = openList(console);
    QVERIFY(list);
    const auto cell = [&](int column) { return list->model().index(0, column).data().toString(); };
    QCOMPARE(cell(MuteModel::StateColumn), QStringLiteral("In force"));
    QCOMPARE(cell(MuteModel::AboutColumn), QStringLiteral("203.0.113.0/24"));
    QCOMPARE(cell(MuteModel::ReasonColumn), QStringLiteral("our scanner"));
    QCOMPARE(cell(MuteModel::ByColumn), QString::fromStdString(Session::currentUser()));
    QCOMPARE(cell(MuteModel::AlertsColumn), QStringLiteral("1"));

    QTest::keyClick(list->table(), Qt::Key_Return);
    QTRY_VERIFY(!console.window->findChild<MutesDialog *>());
    QVERIFY(console.waitForAlerts(1));
    QCOMPARE(console.alerts()->model().index(0, AlertModel::AddressColumn).data().toString(), QStringLiteral("203.0.113.2"));

    list = static_cast<MutesDialog *>(console.window->openMutes());
    QTRY_COMPARE_WITH_TIMEOUT(list->model().rowCount(), 1, kPatienceMs);
    list->restoreBox()->setChecked(true);
    QTRY_VERIFY_WITH_TIMEOUT(list->liftButton()->isEnabled(), kPatienceMs);
    QTest::mouseClick(list->liftButton(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(list->model().muteAt(0).liftedAt, kPatienceMs);
    QVERIFY(cell(MuteModel::StateColumn).startsWith(QLatin1String("Lifted by ")));
    QTRY_COMPARE_WITH_TIMEOUT(console.session->engineStatus().activeAlerts, std::int64_t(2), kPatienceMs);
    // It stays on record, and can be left out.
    list->endedBox()->setChecked(false);
    QCOMPARE(list->model().rowCount(), 0);
    QVERIFY(!list->liftButton()->isEnabled());
}

/// Whoever writes into the database past Bartizan says nothing in the filter of somebody else.
void TestMutes::quotesTheNameOfAMute()
{
    ConsoleTest console;
    QVERIFY(raiseOne(console));
    QVERIFY(muteTheNetwork(console));
    SqliteConnection direct;
    QVERIFY(direct.open(console.path(), SqliteConnection::Access::ReadWrite).ok());
    QVERIFY(direct.execute("UPDATE mute SET id = 'x status:resolved \"y', alerts = 1").ok());

    MutesDialog *list = openList(console);
    QVERIFY(list);
    QTest::keyClick(list->table(), Qt::Key_Return);
    QTRY_VERIFY(!console.window->findChild<MutesDialog *>());
    QVERIFY((console.alerts()->filterBar()->filter().terms
             == std::vector<FilterTerm>{filterTerm(FilterField::Mute, QStringLiteral("x status:resolved \"y"))}));
}

void TestMutes::knowsEachByName()
{
    ConsoleTest console;
    QVERIFY(raiseOne(console));
    MuteDialog *dialog = openDialog(console);
    QVERIFY(dialog);
    for (QWidget *control : std::initializer_list<QWidget *>{dialog->reasonEdit(), dialog->spanBox(), dialog->untilEdit(),
                                                             dialog->networkBox(), dialog->networkEdit(), dialog->companyBox(),
                                                             dialog->examples(), dialog->acceptButton()}) {
        QVERIFY2(!control->accessibleName().isEmpty(), control->metaObject()->className());
    }
    auto *list = static_cast<MutesDialog *>(console.window->openMutes());
    for (QWidget *control : std::initializer_list<QWidget *>{list->table(), list->restoreBox(), list->endedBox(), list->liftButton()})
        QVERIFY2(!control->accessibleName().isEmpty(), control->metaObject()->className());
}

QTEST_MAIN(TestMutes)
#include "tst_mutes.moc"
