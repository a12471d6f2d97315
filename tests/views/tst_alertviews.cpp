// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/views/alertspagefixture.h"
#include "ui/models/savedviews.h"
#include "ui/models/viewcounter.h"
#include "ui/views/alertsfilterbar.h"
#include "ui/views/saveviewdialog.h"
#include "ui/views/translations.h"
#include "ui/views/viewsbar.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QHeaderView>
#include <QListView>
#include <QPushButton>
#include <QToolButton>

using namespace bartizan;
using namespace bartizan::fixtures;

/// Views of the queue: those that are there from the start and those that are saved, with their counts.
class TestAlertViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void modelKeepsViews();
    void unreadableViewsAreLeftOut();
    void countsWhateverIsShown();
    void countsFollowEveryChange();
    void countsFollowTheClock();
    void savesFilterAndColumns();
    void keepsWhatIsChangedAtOnce();
    void namesOfBuiltInViewsAreTaken();
    void removesOnlySavedViews();
    void headerNamesTheView();
    void controlsAreNamedAndPlain();

private:
    static int rowOf(const AlertsPage &page, const QString &name);
    static qlonglong countOf(const AlertsPage &page, const QString &name);
    static void save(AlertsPage &page, const QString &name);
};

void TestAlertViews::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_alertviews"));
    installTranslations(*qApp);
    applyTheme(*qApp, ThemeChoice::Light);
}

int TestAlertViews::rowOf(const AlertsPage &page, const QString &name)
{
    const auto &views = page.views()->views();
    const auto at = std::find_if(views.begin(), views.end(), [&](const SavedView &view) { return view.name == name; });
    return at == views.end() ? -1 : static_cast<int>(at - views.begin());
}

qlonglong TestAlertViews::countOf(const AlertsPage &page, const QString &name)
{
    return page.views()->index(rowOf(page, name)).data(SavedViews::CountRole).toLongLong();
}

void TestAlertViews::save(AlertsPage &page, const QString &name)
{
    Q_EMIT page.viewsBar()->saveRequested();
    const auto dialogs = page.findChildren<SaveViewDialog *>();
    QVERIFY(!dialogs.isEmpty());
    SaveViewDialog *dialog = dialogs.last();
    QTest::keyClicks(dialog->nameEdit(), name);
    QTest::mouseClick(dialog->acceptButton(), Qt::LeftButton);
}

void TestAlertViews::modelKeepsViews()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("views.ini")), QSettings::IniFormat);
    SavedViews views(QStringLiteral("anna"));
    const QAbstractItemModelTester tester(&views, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const int builtIn = views.rowCount();
    const Filter filter{{filterTerm(FilterField::User, QStringLiteral("a \"b\""))}};
    QCOMPARE(views.save(QStringLiteral("  My   view "), filter, QByteArray("x\0y", 3)), builtIn);
    QCOMPARE(views.save(QStringLiteral("my view"), {}, {}), builtIn); // Replaced, whatever its case.
    QCOMPARE(views.save(QStringLiteral("My view"), filter, QByteArray("x\0y", 3)), builtIn);
    views.store(settings);
    SavedViews others(QStringLiteral("anna"));
    others.restore(settings);
    QCOMPARE(others.rowCount(), builtIn + 1);
    const SavedView &read = others.views().back();
    QVERIFY(read.name == QLatin1String("My view") && read.filter == filter && read.columns == QByteArray("x\0y", 3));
    QCOMPARE(others.viewOf(filter), std::optional(builtIn));
    QCOMPARE(others.index(builtIn).data(Qt::AccessibleTextRole).toString(), QStringLiteral("My view"));
    std::vector<int> counts(static_cast<std::size_t>(others.rowCount()), 2);
    others.setCounts(counts);
    QCOMPARE(others.index(builtIn).data(Qt::AccessibleTextRole).toString(), QStringLiteral("My view, 2 alerts"));
    others.setCounts({1}); // Of other views: late.
    QCOMPARE(others.index(builtIn).data(SavedViews::CountRole).toInt(), 2);
    others.remove(0);
    others.remove(99);
    QCOMPARE(others.rowCount(), builtIn + 1);
    others.remove(builtIn);
    QCOMPARE(others.rowCount(), builtIn);
}

void TestAlertViews::unreadableViewsAreLeftOut()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath(QStringLiteral("views.ini")), QSettings::IniFormat);
    settings.beginWriteArray(QStringLiteral("views"));
    const std::array<std::pair<QString, QString>, 4> stored{{{QStringLiteral("good"), QStringLiteral("severity:high")},
                                                             {QStringLiteral("bad"), QStringLiteral("severity:hgih")},
                                                             {QStringLiteral("All alerts"), QStringLiteral("severity:low")},
                                                             {QString(), QStringLiteral("severity:low")}}};
    for (int i = 0; i < 4; ++i) {
        settings.setArrayIndex(i);
        settings.setValue(QStringLiteral("name"), stored[static_cast<std::size_t>(i)].first);
        settings.setValue(QStringLiteral("filter"), stored[static_cast<std::size_t>(i)].second);
    }
    settings.endArray();
    SavedViews views(QStringLiteral("anna"));
    const int builtIn = views.rowCount();
    views.restore(settings);
    QCOMPARE(views.rowCount(), builtIn + 1);
    QCOMPARE(views.views().back().name, QStringLiteral("good"));
}

void TestAlertViews::countsWhateverIsShown()
{
    AlertModel model;
    auto some = alerts(0, 30'000);
    some[7].status = AlertStatus::Escalated;
    some[8].owner = "anna";
    model.load(some);
    ViewCounter counter(&model);
    std::vector<int> counts;
    connect(&counter, &ViewCounter::counted, this, [&](const std::vector<int> &told) { counts = told; });
    SavedViews views(QStringLiteral("anna"));
    std::vector<Filter> filters;
    for (const SavedView &view : views.views())
        filters.push_back(view.filter);
    counter.setFilters(filters);
    QTRY_COMPARE_WITH_TIMEOUT(counts, (std::vector<int>{30'000, 30'000, 1, 29'999, 1}), kPatience);
    model.setFilter(Filter{{filterTerm(FilterField::Severity, QStringLiteral("low"))}});
    QTRY_VERIFY_WITH_TIMEOUT(!model.isFiltering(), kPatience);
    counts.clear();
    model.apply(std::vector{alert(30'001)}, {}, AlertModel::Arrivals::Wait); // One that waits is not in any view yet.
    QTRY_COMPARE_WITH_TIMEOUT(counts, (std::vector<int>{30'000, 30'000, 1, 29'999, 1}), kPatience);
}

/// Also when everything is replaced while it is being counted.
void TestAlertViews::countsFollowEveryChange()
{
    AlertModel model;
    model.load(alerts(0, 60'000));
    ViewCounter counter(&model);
    std::vector<int> counts;
    connect(&counter, &ViewCounter::counted, this, [&](const std::vector<int> &told) { counts = told; });
    counter.setFilters({Filter()});
    model.load(alerts(0, 100));
    QTRY_COMPARE_WITH_TIMEOUT(counts, std::vector<int>{100}, kPatience);
    model.apply({}, std::vector{idOf(3)}, AlertModel::Arrivals::Wait);
    QTRY_COMPARE_WITH_TIMEOUT(counts, std::vector<int>{99}, kPatience);
}

/// A view of the last hour loses alerts by time alone.
void TestAlertViews::countsFollowTheClock()
{
    AlertModel model;
    model.setNow(kNoon + kMinute);
    model.load(alerts(0, 60));
    ViewCounter counter(&model);
    std::vector<int> counts;
    connect(&counter, &ViewCounter::counted, this, [&](const std::vector<int> &told) { counts = told; });
    const Filter lastHour{{filterTerm(FilterField::Since, QStringLiteral("1h"))}};
    counter.setFilters({Filter(), lastHour});
    QTRY_COMPARE_WITH_TIMEOUT(counts, (std::vector<int>{60, 60}), kPatience);
    model.setNow(kNoon + kHour + 20 * kSecond);
    counter.followTime();
    QTRY_COMPARE_WITH_TIMEOUT(counts, (std::vector<int>{60, 40}), kPatience);
}

void TestAlertViews::savesFilterAndColumns()
{
    ViewFixture f;
    f.commit(f.alerts(0, 40));
    QVERIFY(f.open());
    {
        AlertsPage page(&f.context());
        showPage(page);
        page.viewsBar()->show(); // Hidden, it has no current view.
        QTRY_COMPARE_WITH_TIMEOUT(countOf(page, QStringLiteral("All alerts")), 40, kPatience);
        page.filterBar()->setText(QStringLiteral("severity:critical"));
        QHeaderView *header = page.table()->horizontalHeader();
        header->resizeSection(AlertModel::UserColumn, 133);
        header->moveSection(header->visualIndex(AlertModel::OwnerColumn), 1);
        page.table()->sortByColumn(AlertModel::SeverityColumn, Qt::AscendingOrder);
        save(page, QStringLiteral("Worst"));
        QTRY_COMPARE_WITH_TIMEOUT(countOf(page, QStringLiteral("Worst")), 10, kPatience);
        QCOMPARE(page.viewsBar()->list()->currentIndex().row(), rowOf(page, QStringLiteral("Worst")));
        header->moveSection(1, 5);
        header->resizeSection(AlertModel::UserColumn, 60);
        page.table()->sortByColumn(AlertModel::TimeColumn, Qt::DescendingOrder);
        page.filterBar()->setFilter({});
    }
    AlertsPage page(&f.context()); // As after a restart.
    showPage(page);
    QHeaderView *header = page.table()->horizontalHeader();
    QCOMPARE(header->sectionSize(AlertModel::UserColumn), 60); // The page's own columns stay between runs.
    QCOMPARE(page.model().sortColumn(), int(AlertModel::TimeColumn));
    page.viewsBar()->list()->setCurrentIndex(page.views()->index(rowOf(page, QStringLiteral("Worst"))));
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("severity:critical"));
    QCOMPARE(header->sectionSize(AlertModel::UserColumn), 133);
    QCOMPARE(header->visualIndex(AlertModel::OwnerColumn), 1);
    QCOMPARE(page.model().sortColumn(), int(AlertModel::SeverityColumn));
    QCOMPARE(page.model().sortOrder(), Qt::AscendingOrder);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().counts().shown, 10, kPatience);
}

/// A console that is killed loses no view of the day, and no more than a second of the rest.
void TestAlertViews::keepsWhatIsChangedAtOnce()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4));
    AlertsPage &page = *shown;
    page.filterBar()->setFilter(Filter{{filterTerm(FilterField::User, QStringLiteral("k.before"))}});
    save(page, QStringLiteral("Nightshift"));
    QVERIFY(settingsOnDisk().contains("Nightshift"));
    QTRY_VERIFY_WITH_TIMEOUT(settingsOnDisk().contains("\nfilter=user:k.before"), kPatience);
    page.viewsBar()->list()->setCurrentIndex(page.views()->index(rowOf(page, QStringLiteral("Nightshift"))));
    page.views()->remove(rowOf(page, QStringLiteral("Nightshift")));
    QVERIFY(!settingsOnDisk().contains("Nightshift"));
    page.filterBar()->setFilter(Filter{{filterTerm(FilterField::User, QStringLiteral("k.after"))}});
    QTRY_VERIFY_WITH_TIMEOUT(settingsOnDisk().contains("user:k.after"), kPatience);
    const QByteArray before = settingsOnDisk();
    page.table()->horizontalHeader()->resizeSection(AlertModel::UserColumn, 141);
    QTRY_VERIFY_WITH_TIMEOUT(settingsOnDisk() != before, kPatience);
    page.setGrouping(AlertGrouping::Country);
    QTRY_VERIFY_WITH_TIMEOUT(settingsOnDisk().contains("\ngroup=country"), kPatience);
    QApplication::setActiveWindow(&page); // As a window manager does when a dialog has gone.
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_V);
    QTRY_VERIFY_WITH_TIMEOUT(settingsOnDisk().contains("viewsShown=true"), kPatience);
}

void TestAlertViews::namesOfBuiltInViewsAreTaken()
{
    const SavedViews views(QStringLiteral("anna"));
    SaveViewDialog dialog(&views);
    QVERIFY(!dialog.acceptButton()->isEnabled());
    dialog.nameEdit()->setText(QStringLiteral("active"));
    QVERIFY(!dialog.acceptButton()->isEnabled());
    dialog.nameEdit()->setText(QStringLiteral("active ones"));
    QVERIFY(dialog.acceptButton()->isEnabled());
}

void TestAlertViews::removesOnlySavedViews()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4));
    AlertsPage &page = *shown;
    page.viewsBar()->show();
    page.filterBar()->setText(QStringLiteral("severity:low"));
    save(page, QStringLiteral("Low ones"));
    QToolButton *remove = nullptr;
    const auto buttons = page.viewsBar()->findChildren<QToolButton *>();
    for (QToolButton *button : buttons)
        remove = button->accessibleName() == QLatin1String("Remove this view") ? button : remove;
    QVERIFY(remove && remove->isEnabled());
    page.viewsBar()->list()->setCurrentIndex(page.views()->index(0));
    QVERIFY(!remove->isEnabled());
    QCOMPARE(page.model().filter(), Filter());
    page.viewsBar()->list()->setCurrentIndex(page.views()->index(rowOf(page, QStringLiteral("Low ones"))));
    remove->click();
    QCOMPARE(rowOf(page, QStringLiteral("Low ones")), -1);
    QCOMPARE(filterText(page.model().filter()), QStringLiteral("severity:low")); // What is shown stays.
}

void TestAlertViews::headerNamesTheView()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4));
    AlertsPage &page = *shown;
    auto *box = page.findChild<QComboBox *>();
    QVERIFY(box);
    QCOMPARE(box->currentText(), QStringLiteral("All alerts"));
    page.filterBar()->setText(QStringLiteral("severity:low"));
    QCOMPARE(box->currentIndex(), -1);
    page.filterBar()->setText(QString());
    page.filterBar()->setFilter(page.views()->views()[1].filter);
    QCOMPARE(box->currentText(), QStringLiteral("Active"));
    Q_EMIT box->activated(0);
    QCOMPARE(page.model().filter(), Filter());
    QCOMPARE(box->currentText(), QStringLiteral("All alerts"));
}

void TestAlertViews::controlsAreNamedAndPlain()
{
    ViewFixture f;
    const auto shown = showAlerts(f, f.alerts(0, 4));
    AlertsPage &page = *shown;
    QVERIFY(!page.viewsBar()->isVisible());
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_V);
    QVERIFY(page.viewsBar()->isVisible());
    QCOMPARE(namelessControls(page), QStringList());
    QCOMPARE(markupLabels(page), QStringList());
    Q_EMIT page.viewsBar()->saveRequested();
    auto *dialog = page.findChild<SaveViewDialog *>();
    QVERIFY(dialog);
    QCOMPARE(namelessControls(*dialog), QStringList());
    QCOMPARE(markupLabels(*dialog), QStringList());
}

QTEST_MAIN(TestAlertViews)
#include "tst_alertviews.moc"
