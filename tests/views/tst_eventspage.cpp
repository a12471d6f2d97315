// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filterparser.h"
#include "tests/views/viewfixture.h"
#include "ui/views/eventsdetails.h"
#include "ui/views/eventsfilterline.h"
#include "ui/views/eventspage.h"
#include "ui/views/filteredit.h"
#include "ui/views/metadataview.h"
#include "ui/views/rangenote.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/chip.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/inlinemessage.h"
#include "ui/widgets/pill.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>

#include <set>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

/// What a context menu offers, by its text.
QAction *menuAction(EventsPage &page, const QModelIndex &index, const QString &text)
{
    page.table()->setCurrentIndex(index);
    Q_EMIT page.table()->customContextMenuRequested(page.table()->visualRect(index).center());
    const auto menus = page.findChildren<QMenu *>();
    for (const QMenu *menu : menus) {
        const auto actions = menu->actions();
        for (QAction *action : actions) {
            if (action->text() == text)
                return action;
        }
    }
    return nullptr;
}

QPoint cellOf(const EventsPage &page, int row)
{
    return page.table()->visualRect(page.model().index(row, EventModel::TimeColumn)).center();
}

std::vector<AuditEvent> events(const ViewFixture &f, int first, int count)
{
    std::vector<AuditEvent> made;
    for (int i = first; i < first + count; ++i)
        made.push_back(f.event(i));
    return made;
}

} // namespace

class TestEventsPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void readsPageByPage();
    void filtersByWhatIsTyped();
    void findsWhatNoIndexKnows();
    void everyKeyMayBeginASearch();
    void countsWhatAnIndexKnows();
    void showsCountriesThatWereLookedUp();
    void slashGoesToTheFilter();
    void enterGoesToTheFirstHit_data();
    void enterGoesToTheFirstHit();
    void typingOnKeepsTheLine();
    void narrowsToAValue();
    void keepsFilterAndColumns();
    void keepsWhatIsChangedSoon();
    void saysWhereTheRangeCutsTheFilter();
    void showsTheRowsOfAQuery();
    void filtersByTheAddressAsTheLogSpellsIt();
    void aSearchKeepsTheFilter();
    void aSearchKeepsTheChips();
    void newerRowsComeInOrWait();
    void readingAnewKeepsThePlace();
    void keysWorkFromTheDetails();
    void readsOnWhileNewerRowsAreRead();
    void lateAnswerLeavesThePausedPage();
    void tellsWhyItIsEmpty();
    void everythingHasAName();
};

void TestEventsPage::initTestCase()
{
    QCoreApplication::setOrganizationName(QStringLiteral("bartizan-test"));
    QCoreApplication::setApplicationName(QStringLiteral("tst_eventspage"));
    applyTheme(*qApp, ThemeChoice::Light);
}

void TestEventsPage::readsPageByPage()
{
    ViewFixture f;
    f.append(events(f, 0, 1200));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    QCOMPARE(page.model().rowCount(), 500);
    QCOMPARE(page.model().eventAt(0).timestamp, f.event(1199).timestamp);
    page.table()->scrollToBottom();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1000, kPatience);
    page.table()->scrollToBottom();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1200, kPatience);
    page.table()->scrollToBottom();
    QVERIFY(!page.model().canFetchMore({}));
    for (int row = 1; row < page.model().rowCount(); ++row)
        QVERIFY(page.model().eventAt(row).timestamp < page.model().eventAt(row - 1).timestamp);
}

void TestEventsPage::filtersByWhatIsTyped()
{
    ViewFixture f;
    auto some = events(f, 0, 60);
    some[7].eventType = SecurityEventType::PlatformAdmin;
    some[7].outcome = AuditOutcome::Success;
    f.append(some);
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    FilterEdit *edit = page.filterLine()->edit();
    QTest::keyClicks(edit, QStringLiteral("user:user7"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 3, kPatience);
    // What is wrong changes nothing, and says why.
    QTest::keyClicks(edit, QStringLiteral(" outcome:nonsense"));
    QTRY_VERIFY_WITH_TIMEOUT(page.findChild<FieldError *>()->isVisible(), kPatience);
    QVERIFY(page.findChild<FieldError *>()->text().contains(QLatin1String("nonsense")));
    QCOMPARE(page.model().rowCount(), 3);
    QTest::keyClick(edit, Qt::Key_Escape);
    QCOMPARE(edit->text(), QStringLiteral("user:user7"));
    page.search(QStringLiteral("203.0.113.1"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
    QCOMPARE(edit->text(), QStringLiteral("user:user7 ip:203.0.113.1"));
    page.search({});
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 3, kPatience);
    edit->clear();
    QTest::keyClicks(edit, QStringLiteral("type:platform_admin outcome:success\r"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
    QVERIFY(page.model().eventAt(0).eventType == SecurityEventType::PlatformAdmin);
    QCOMPARE(edit->history().last(), QStringLiteral("type:platform-admin outcome:success"));
}

void TestEventsPage::findsWhatNoIndexKnows()
{
    ViewFixture f;
    auto many = events(f, 0, 6000);
    many[3].action = "needle in the oldest rows";
    many[5990].context.userAgent = "needle/1.0";
    many[2000].context.ipAddress = "198.51.100.77";
    f.append(many);
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    page.filterLine()->setFilter(parseFilter(u"needle", FilterSubject::Events).filter);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 2, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isSearching() && !page.isLoading(), kPatience);
    QCOMPARE(QString::fromStdString(page.model().eventAt(1).action), QStringLiteral("needle in the oldest rows"));
    QVERIFY(!page.model().canFetchMore({}));
    page.filterLine()->setFilter(parseFilter(u"ip:198.51.100.0/24", FilterSubject::Events).filter);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
    // Newer rows pass the filter, or do not come in.
    AuditEvent other = f.event(6001);
    AuditEvent wanted = f.event(6002);
    wanted.context.ipAddress = "198.51.100.9";
    f.append({other, wanted});
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 2, kPatience);
    QVERIFY(page.model().eventAt(0).timestamp == wanted.timestamp);
    // More than a page passes: it is read on where it ended.
    page.filterLine()->setFilter(parseFilter(u"-ip:203.0.113.1", FilterSubject::Events).filter);
    QTRY_VERIFY_WITH_TIMEOUT(page.model().rowCount() >= 500 && !page.isLoading(), kPatience);
    std::set<std::int64_t> ids;
    while (page.model().canFetchMore({})) {
        const int before = page.model().rowCount();
        page.table()->scrollToBottom();
        QTRY_VERIFY_WITH_TIMEOUT((page.model().rowCount() > before || !page.model().canFetchMore({})) && !page.isLoading(),
                                 kPatience);
    }
    for (int row = 0; row < page.model().rowCount(); ++row) {
        QVERIFY(page.model().eventAt(row).context.ipAddress != "203.0.113.1");
        ids.insert(page.model().eventAt(row).id);
    }
    QCOMPARE(ids.size(), static_cast<std::size_t>(page.model().rowCount()));
    const auto rest = std::count_if(many.begin(), many.end(), [](const AuditEvent &event) {
        return event.context.ipAddress != "203.0.113.1";
    });
    QCOMPARE(page.model().rowCount(), static_cast<int>(rest + (other.context.ipAddress != "203.0.113.1" ? 2 : 1)));
}

/// The one that runs ends when another begins; its rows never come in.
void TestEventsPage::everyKeyMayBeginASearch()
{
    ViewFixture f;
    auto many = events(f, 0, 7000); // Until shortly before now.
    many[5].action = "needle";
    f.append(many);
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    QSignalSpy began(page.filterLine(), &EventsFilterLine::changed);
    FilterEdit *edit = page.filterLine()->edit();
    const QString text = QStringLiteral("needlework");
    for (int i = 0; i < text.size(); ++i) { // As soon as one search has begun, the next key comes.
        QTest::keyClick(edit, text.at(i).toLatin1());
        QTRY_COMPARE_WITH_TIMEOUT(began.count(), i + 1, kPatience);
    }
    QTRY_VERIFY_WITH_TIMEOUT(!page.isSearching() && !page.isLoading(), kPatience);
    QCOMPARE(page.model().rowCount(), 0);
    for (int i = 0; i < 4; ++i)
        QTest::keyClick(edit, Qt::Key_Backspace);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
    page.filterLine()->setFilter(parseFilter(u"nothing-has-it", FilterSubject::Events).filter);
    QVERIFY(page.isLoading());
    page.filterLine()->setFilter(parseFilter(u"user:user7", FilterSubject::Events).filter);
    QSignalSpy answers(&page.model(), &QAbstractItemModel::modelReset);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 350, kPatience);
    QCOMPARE(answers.count(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isSearching() && !page.isLoading(), kPatience);
    QCOMPARE(page.model().rowCount(), 350);
}

/// The rows come first; what no index counts is not counted.
void TestEventsPage::countsWhatAnIndexKnows()
{
    ViewFixture f;
    f.append(events(f, 0, 1200));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    const auto says = [&page](const QString &text) {
        const auto labels = page.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *one) { return one->text() == text; });
    };
    QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("500 of 1,200")), kPatience);
    f.append(events(f, 1200, 3));
    QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("503 of 1,203")), kPatience);
    page.filterLine()->setFilter(parseFilter(u"user:user7", FilterSubject::Events).filter);
    QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("60 of 60")), kPatience);
    page.filterLine()->setFilter(parseFilter(u"outcome:success", FilterSubject::Events).filter);
    QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("0 found")), kPatience);
}

/// In another way than those that were logged, in words as well.
void TestEventsPage::showsCountriesThatWereLookedUp()
{
    ViewFixture f;
    AuditEvent unnamed = f.event(2);
    unnamed.context.ipAddress = "8.8.8.8";
    AuditEvent named = f.event(1);
    named.context.ipAddress = "8.8.8.8";
    named.context.country = "US";
    f.append({f.event(0), named, unnamed});
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    QCOMPARE(page.model().rowCount(), 3);
    const auto cell = [&page](int row, int role) { return page.model().index(row, EventModel::CountryColumn).data(role).toString(); };
    QCOMPARE(cell(0, Qt::DisplayRole), QStringLiteral("(US)"));
    QCOMPARE(cell(0, Qt::AccessibleTextRole), QStringLiteral("US, looked up"));
    QVERIFY(cell(0, Qt::ToolTipRole).contains(QStringLiteral("United States, looked up from the address")));
    QCOMPARE(cell(0, EventModel::RawTextRole), QStringLiteral("US"));
    QCOMPARE(cell(1, Qt::DisplayRole), QStringLiteral("US"));
    QCOMPARE(cell(1, Qt::AccessibleTextRole), QStringLiteral("US"));
    QCOMPARE(cell(2, Qt::DisplayRole), QString());
    // Pivoting goes by what is looked up as well.
    const auto term = page.model().termOf(page.model().index(0, EventModel::CountryColumn));
    QVERIFY(term);
    page.filterLine()->setFilter({{*term}});
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 2, kPatience);
    page.table()->selectRow(0);
    const auto says = [&page](const QString &text) {
        const auto labels = page.details()->findChildren<ElidedLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const ElidedLabel *one) { return one->text().contains(text); });
    };
    QVERIFY(says(QStringLiteral("United States (looked up)")));
    page.table()->selectRow(1);
    QTRY_VERIFY_WITH_TIMEOUT(says(QStringLiteral("United States")) && !says(QStringLiteral("looked up")), kPatience);
}

void TestEventsPage::slashGoesToTheFilter()
{
    ViewFixture f;
    f.append(events(f, 0, 60));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    page.table()->setFocus();
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterLine()->edit();
    QVERIFY(edit->hasFocus());
}

void TestEventsPage::enterGoesToTheFirstHit_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("answered");
    QTest::addColumn<int>("hits");
    QTest::newRow("the answer is there") << "user:user7" << true << 3;
    QTest::newRow("the answer is under way") << "user:user7" << false << 3;
    QTest::newRow("nothing passes") << "user:nobody" << false << 0;
}

void TestEventsPage::enterGoesToTheFirstHit()
{
    QFETCH(QString, filter);
    QFETCH(bool, answered);
    QFETCH(int, hits);
    ViewFixture f;
    f.append(events(f, 0, 60));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterLine()->edit();
    if (answered) {
        QTest::keyClicks(edit, filter);
        QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), hits, kPatience);
        QTest::keyClick(edit, Qt::Key_Return);
        QApplication::setActiveWindow(&page); // As a window manager does when a popup has closed.
    } else {
        edit->setText(filter);
        QTest::keyClick(edit, Qt::Key_Return);
        QVERIFY(page.isLoading());
        QVERIFY(!page.table()->selectionModel()->hasSelection());
    }
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.model().rowCount(), hits);
    QVERIFY(QApplication::activePopupWidget() == nullptr);
    QCOMPARE(page.table()->selectionModel()->hasSelection(), hits > 0);
    if (hits == 0)
        return;
    QVERIFY(page.table()->hasFocus());
    QCOMPARE(page.table()->selectionModel()->selectedRows().front().row(), 0);
    QCOMPARE(page.table()->currentIndex().row(), 0);
}

void TestEventsPage::typingOnKeepsTheLine()
{
    ViewFixture f;
    f.append(events(f, 0, 60));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    QTest::keyClick(page.table(), Qt::Key_Slash);
    FilterEdit *edit = page.filterLine()->edit();
    edit->setText(QStringLiteral("ip:203.0.113.1"));
    QTest::keyClick(edit, Qt::Key_Return);
    QVERIFY(page.isLoading());
    QTest::keyClick(edit, Qt::Key_Space);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 20, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.focusWidget(), edit);
    QVERIFY(!page.table()->selectionModel()->hasSelection());
}

void TestEventsPage::narrowsToAValue()
{
    ViewFixture f;
    f.append(events(f, 0, 60));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    const QModelIndex address = page.model().index(0, EventModel::AddressColumn);
    const QString value = address.data(EventModel::RawTextRole).toString();
    QAction *only = menuAction(page, address, QStringLiteral("Only address ") + value);
    QVERIFY(only);
    only->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 20, kPatience);
    QCOMPARE(page.filterLine()->edit()->text(), QStringLiteral("ip:") + value);
    const QModelIndex user = page.model().index(0, EventModel::UserColumn);
    QAction *without = menuAction(page, user, QStringLiteral("Not user ") + user.data(EventModel::RawTextRole).toString());
    QVERIFY(without);
    without->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(page.model().rowCount() < 20 && !page.isLoading(), kPatience);
    QVERIFY(page.filterLine()->edit()->text().contains(QLatin1String("-user:")));
    const QModelIndex time = page.model().index(1, EventModel::TimeColumn);
    QAction *until = menuAction(page, time, QStringLiteral("Only until ") + time.data(EventModel::RawTextRole).toString());
    QVERIFY(until);
    until->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QVERIFY(page.filterLine()->edit()->text().contains(QLatin1String("until:2026-")));
}

void TestEventsPage::keepsFilterAndColumns()
{
    ViewFixture f;
    f.append(events(f, 0, 60));
    QVERIFY(f.open());
    {
        EventsPage page(&f.context());
        showPage(page);
        page.filterLine()->setFilter(parseFilter(u"user:user7", FilterSubject::Events).filter);
        QToolButton *columns = nullptr;
        const auto buttons = page.findChildren<QToolButton *>();
        for (QToolButton *button : buttons)
            columns = button->accessibleName() == QLatin1String("Columns") ? button : columns;
        QVERIFY(columns);
        Q_EMIT columns->menu()->aboutToShow();
        const auto actions = columns->menu()->actions();
        for (QAction *action : actions) {
            if (action->text() == QLatin1String("Country") || action->text() == QLatin1String("Session"))
                action->trigger();
        }
        QVERIFY(page.table()->isColumnHidden(EventModel::CountryColumn));
        QVERIFY(!page.table()->isColumnHidden(EventModel::SessionColumn)); // Which nobody sees who does not ask for it.
        QVERIFY(page.table()->isColumnHidden(EventModel::AgentColumn));
    }
    EventsPage page(&f.context());
    showPage(page);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 3, kPatience);
    QCOMPARE(page.filterLine()->edit()->text(), QStringLiteral("user:user7"));
    QVERIFY(page.table()->isColumnHidden(EventModel::CountryColumn));
    QVERIFY(!page.table()->isColumnHidden(EventModel::SessionColumn));
}

/// Without being closed properly.
void TestEventsPage::keepsWhatIsChangedSoon()
{
    ViewFixture f;
    f.append(events(f, 0, 6));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    page.filterLine()->setFilter(parseFilter(u"user:user7", FilterSubject::Events).filter);
    QTRY_VERIFY_WITH_TIMEOUT(settingsOnDisk().contains("user:user7"), kPatience);
    const QByteArray before = settingsOnDisk();
    page.table()->horizontalHeader()->resizeSection(EventModel::UserColumn, 141);
    QTRY_VERIFY_WITH_TIMEOUT(settingsOnDisk() != before, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
}

/// As the queue does.
void TestEventsPage::saysWhereTheRangeCutsTheFilter()
{
    ViewFixture f;
    f.append(events(f, 0, 6));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    const auto filter = [](QStringView text) { return parseFilter(text, FilterSubject::Events).filter; };
    page.filterLine()->setFilter(filter(u"since:2h"));
    QVERIFY(!page.rangeNote()->isVisible());
    page.filterLine()->setFilter(filter(u"since:7d"));
    QVERIFY(page.rangeNote()->isVisible());
    EventQuery query;
    query.range = {f.start(), f.start() + kHour};
    f.context().showEvents(query);
    page.filterLine()->setFilter(filter(u"since:7d"));
    QVERIFY(!page.rangeNote()->isVisible()); // The chip of the time says it.
    f.context().setRangeChoice({RangeChoice::Kind::Hour, {}});
    QVERIFY(page.rangeNote()->isVisible());
    QTest::mouseClick(page.rangeNote()->link(), Qt::LeftButton);
    QVERIFY(f.context().rangeChoice().kind == RangeChoice::Kind::Week);
    QVERIFY(!page.rangeNote()->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
}

void TestEventsPage::showsTheRowsOfAQuery()
{
    ViewFixture f;
    f.append(events(f, 0, 60));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    EventQuery query;
    query.range = {f.event(10).timestamp, f.event(30).timestamp};
    query.ipAddress = "203.0.113.1";
    query.severity = AuditSeverity::Info;
    f.context().showEvents(query);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 7, kPatience);
    QList<Chip *> chips = page.findChildren<Chip *>();
    chips.removeIf([](const Chip *candidate) { return !candidate->isVisible(); });
    QCOMPARE(chips.size(), 1); // The time; the rest is text.
    QCOMPARE(page.filterLine()->edit()->text(), QStringLiteral("severity:info ip:203.0.113.1"));
    QCOMPARE(page.width(), 1368); // Chips have a line of their own.
    page.resize(960, 700);
    QCOMPARE(page.width(), 960);
    QTRY_VERIFY_WITH_TIMEOUT(page.table()->isColumnHidden(EventModel::CompanyColumn), kPatience);
    QVERIFY(page.table()->columnWidth(EventModel::ActionColumn) >= 120);
    page.resize(1368, 828);
    QTRY_VERIFY_WITH_TIMEOUT(!page.table()->isColumnHidden(EventModel::CompanyColumn), kPatience);
    Chip *chip = chips.first();
    chip->setFocus();
    QTest::keyClick(chip, Qt::Key_Backspace); // The time of the top bar again.
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 20, kPatience);
    QVERIFY(!chip->isVisible());
}

void TestEventsPage::filtersByTheAddressAsTheLogSpellsIt()
{
    ViewFixture f;
    auto some = events(f, 0, 9);
    for (std::size_t i = 0; i < 4; ++i)
        some[i].context.ipAddress = "::ffff:10.0.0.1";
    some[4].context.ipAddress = "10.0.0.1";
    f.append(some);
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    EventQuery query;
    query.ipAddress = "::ffff:10.0.0.1";
    f.context().showEvents(query);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 4, kPatience);
    page.search(QStringLiteral("10.0.0.1"));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1, kPatience);
    page.search(QStringLiteral(" ::ffff:10.0.0.1 "));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 4, kPatience);
}

/// A search narrows what stands, and taken back it leaves that as it was.
void TestEventsPage::aSearchKeepsTheFilter()
{
    ViewFixture f;
    auto some = events(f, 0, 60);
    for (std::size_t i = 0; i < some.size(); i += 2)
        some[i].outcome = AuditOutcome::Success;
    f.append(some);
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    const FilterEdit *edit = page.filterLine()->edit();
    const auto reads = [edit](const char *text) { return edit->text() == QLatin1String(text); };
    QTest::keyClicks(page.filterLine()->edit(), QStringLiteral("outcome:failure "));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 30, kPatience);
    page.search(QStringLiteral("user7"));
    QVERIFY2(reads("outcome:failure user:user7"), qPrintable(edit->text()));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 3, kPatience);
    page.search(QStringLiteral("203.0.113.1"));
    QVERIFY2(reads("outcome:failure ip:203.0.113.1"), qPrintable(edit->text()));
    page.search({});
    QVERIFY2(reads("outcome:failure"), qPrintable(edit->text()));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 30, kPatience);
    // In place of another user or address, which come back.
    page.filterLine()->setFilter(parseFilter(u"user:user7 ip:203.0.113.1", FilterSubject::Events).filter);
    page.search(QStringLiteral("user9"));
    QVERIFY2(reads("ip:203.0.113.1 user:user9"), qPrintable(edit->text()));
    page.search(QStringLiteral("::ffff:203.0.113.1"));
    QVERIFY2(reads("user:user7"), qPrintable(edit->text()));
    QCOMPARE(page.filterLine()->base().ipAddress, std::optional<std::string>("::ffff:203.0.113.1"));
    page.search({});
    QVERIFY2(reads("user:user7 ip:203.0.113.1"), qPrintable(edit->text()));
    QVERIFY(!page.filterLine()->base().ipAddress);
    // What is sought is a term like others, once somebody has gone on with the filter.
    page.search(QStringLiteral("user9"));
    page.filterLine()->setFilter(parseFilter(u"user:user9 outcome:failure", FilterSubject::Events).filter);
    QCOMPARE(page.searchText(), QString());
    page.search(QStringLiteral("203.0.113.0"));
    page.search({});
    QVERIFY2(reads("user:user9 outcome:failure"), qPrintable(edit->text()));
}

/// Nor does it drop what another page has led to.
void TestEventsPage::aSearchKeepsTheChips()
{
    ViewFixture f;
    f.append(events(f, 0, 9));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    EventQuery query;
    query.account = "root";
    query.applicationOnly = true;
    query.ipAddress = "::ffff:10.0.0.1";
    query.countries = {"NL"};
    f.context().showEvents(query);
    const auto led = [&page, &query](bool address) {
        const EventQuery &base = page.filterLine()->base();
        return base.account == query.account && base.applicationOnly && base.countries == query.countries
            && base.ipAddress == (address ? query.ipAddress : std::nullopt);
    };
    QVERIFY(led(true));
    page.search(QStringLiteral("anna"));
    QVERIFY(led(true));
    QCOMPARE(page.filterLine()->edit()->text(), QStringLiteral("user:anna"));
    page.search(QStringLiteral("10.0.0.2")); // One address at a time.
    QVERIFY(led(false));
    page.search({});
    QVERIFY(led(true));
    QVERIFY(page.filterLine()->filter().isEmpty());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
}

void TestEventsPage::newerRowsComeInOrWait()
{
    ViewFixture f;
    f.append(events(f, 0, 100));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    f.append(events(f, 100, 3));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 103, kPatience);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 5));
    const EventKey selected{page.model().eventAt(5).timestamp, page.model().eventAt(5).id};
    f.append(events(f, 103, 4));
    Pill *pill = page.findChild<Pill *>();
    QTRY_VERIFY_WITH_TIMEOUT(pill->isVisible(), kPatience);
    QCOMPARE(page.model().rowCount(), 103);
    QTest::mouseClick(pill, Qt::LeftButton);
    QCOMPARE(page.model().rowCount(), 107);
    QCOMPARE(page.table()->selectionModel()->selectedRows().first().row(), page.model().rowOf(selected));
    QVERIFY(!pill->isVisible());
}

/// F5 leaves the eye where it was, also on a row that stands behind the first page.
void TestEventsPage::readingAnewKeepsThePlace()
{
    ViewFixture f;
    f.append(events(f, 0, 1200));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    page.table()->scrollToBottom();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 1000, kPatience);
    constexpr int kRow = 720;
    page.table()->selectRow(kRow);
    page.table()->scrollTo(page.model().index(kRow - 3, 0), QAbstractItemView::PositionAtTop);
    const auto keyOf = [&page](int row) { return EventKey{page.model().eventAt(row).timestamp, page.model().eventAt(row).id}; };
    const auto seen = [&page] { return page.table()->rowAt(0); };
    const EventKey selected = keyOf(kRow);
    const EventKey top = keyOf(seen());
    QVERIFY(seen() > 700);
    QVERIFY(page.details()->findChild<MetadataView *>()->isVisible());
    f.append(events(f, 1200, 3));
    f.context().refresh();
    QVERIFY(page.isLoading());
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.model().eventAt(0).timestamp, f.event(1202).timestamp);
    const QModelIndexList rows = page.table()->selectionModel()->selectedRows();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows.first().row(), kRow + 3);
    QVERIFY(keyOf(kRow + 3) == selected && keyOf(seen()) == top);
    QVERIFY(page.details()->findChild<MetadataView *>()->isVisible());
    // What is read anew because the filter is another one begins at its beginning.
    page.filterLine()->setFilter(Filter{{filterTerm(FilterField::User, QStringLiteral("user1"))}});
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading() && page.model().rowCount() < 500, kPatience);
    QVERIFY(!page.table()->selectionModel()->hasSelection());
    QVERIFY(!page.details()->findChild<MetadataView *>()->isVisible());
}

void TestEventsPage::keysWorkFromTheDetails()
{
    ViewFixture f;
    f.append(events(f, 0, 300));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 5));
    f.append(events(f, 300, 4));
    Pill *pill = page.findChild<Pill *>();
    QTRY_VERIFY_WITH_TIMEOUT(pill->isVisible(), kPatience);
    // The menu key is about the current row, though it is scrolled out of sight.
    page.table()->scrollToBottom();
    Q_EMIT page.table()->customContextMenuRequested(page.table()->visualRect(page.table()->currentIndex()).center());
    auto *menu = page.findChild<QMenu *>(QString(), Qt::FindDirectChildrenOnly);
    QVERIFY(menu && menu->isVisible());
    menu->hide();
    QTreeView *tree = page.details()->findChild<MetadataView *>()->tree();
    tree->setFocus();
    QTRY_COMPARE_WITH_TIMEOUT(QApplication::focusWidget(), static_cast<QWidget *>(tree), kPatience);
    QTest::keyClick(tree, Qt::Key_N);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 304, kPatience);
}

void TestEventsPage::readsOnWhileNewerRowsAreRead()
{
    ViewFixture f;
    f.append(events(f, 0, 700));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    page.activate();
    QVERIFY(page.isLoading());
    page.table()->scrollToBottom(); // Asks for more once, while the newer rows are awaited.
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 700, kPatience);
}

void TestEventsPage::lateAnswerLeavesThePausedPage()
{
    ViewFixture f;
    f.append(events(f, 0, 100));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    f.append(events(f, 100, 3));
    page.activate();
    QVERIFY(page.isLoading());
    f.context().setPaused(true);
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QCOMPARE(page.model().rowCount(), 100);
    f.context().setPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 103, kPatience);
}

void TestEventsPage::tellsWhyItIsEmpty()
{
    ViewFixture f;
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    auto *empty = page.findChild<EmptyState *>();
    QVERIFY(empty->isVisible());
    QVERIFY(empty->reason().contains(QLatin1String("nothing has been read")));
    const auto cut = [empty] {
        QStringList texts;
        for (const QLabel *label : empty->findChildren<QLabel *>()) {
            if (label->visibleRegion().boundingRect() != label->rect())
                texts.append(label->text());
        }
        return texts;
    };
    QVERIFY(empty->findChildren<QLabel *>().size() > 3); // What may be read is said below the buttons.
    QTRY_COMPARE(cut(), QStringList());
    f.context().setRangeChoice({RangeChoice::Kind::Custom, TimeRange()}); // Said again, while it is seen.
    QTRY_VERIFY_WITH_TIMEOUT(!page.isLoading(), kPatience);
    QTRY_COMPARE(cut(), QStringList());
    f.append(events(f, 0, 3));
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 3, kPatience);
    QVERIFY(!empty->isVisible());
    page.search(QStringLiteral("nobody"));
    QTRY_VERIFY_WITH_TIMEOUT(empty->isVisible(), kPatience);
    empty->firstButton()->click();
    QTRY_COMPARE_WITH_TIMEOUT(page.model().rowCount(), 3, kPatience);
}

void TestEventsPage::everythingHasAName()
{
    ViewFixture f;
    f.append(events(f, 0, 3));
    QVERIFY(f.open());
    EventsPage page(&f.context());
    showPage(page);
    QTest::mouseClick(page.table()->viewport(), Qt::LeftButton, {}, cellOf(page, 0));
    const QStringList nameless = namelessControls(page);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char(' '))));
}

QTEST_MAIN(TestEventsPage)
#include "tst_eventspage.moc"
