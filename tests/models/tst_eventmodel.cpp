// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/eventmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace bartizan;

namespace {

std::vector<AuditEvent> eventsDown(std::int64_t newest, int count)
{
    std::vector<AuditEvent> made;
    for (int i = 0; i < count; ++i) {
        AuditEvent event;
        event.id = newest - i;
        event.timestamp = 1000 * (newest - i);
        event.action = "login";
        event.context.userId = "user" + std::to_string(event.id);
        made.push_back(event);
    }
    return made;
}

struct Fixture {
    EventModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

} // namespace

class TestEventModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksForOnePageAtATime();
    void asksAgainAfterAFailure();
    void newerRowsComeOnTop();
    void findsRowsByKey();
    void hostileTextIsShownAsText();
};

void TestEventModel::asksForOnePageAtATime()
{
    Fixture f;
    QSignalSpy asked(&f.model, &EventModel::moreRequested);
    f.model.load(eventsDown(1000, 500), true);
    f.model.fetchMore({});
    f.model.fetchMore({});
    QVERIFY(!f.model.canFetchMore({}));
    QCOMPARE(asked.size(), 1);
    QVERIFY(f.model.lastKey() == (EventKey{501000, 501}));
    f.model.append(eventsDown(500, 500), false);
    QCOMPARE(f.model.rowCount(), 1000);
    QVERIFY(!f.model.canFetchMore({}));
}

void TestEventModel::asksAgainAfterAFailure()
{
    Fixture f;
    f.model.load(eventsDown(1000, 10), true);
    f.model.fetchMore({});
    f.model.fetchFailed();
    QVERIFY(f.model.canFetchMore({}));
}

void TestEventModel::newerRowsComeOnTop()
{
    Fixture f;
    f.model.load(eventsDown(10, 5), false);
    const QPersistentModelIndex kept(f.model.index(0, EventModel::UserColumn));
    f.model.prepend(eventsDown(13, 3));
    QCOMPARE(kept.row(), 3);
    QCOMPARE(f.model.firstKey()->id, 13);
    QCOMPARE(f.model.index(0, EventModel::UserColumn).data().toString(), QStringLiteral("user13"));
}

void TestEventModel::findsRowsByKey()
{
    Fixture f;
    auto events = eventsDown(10, 5);
    events[2].timestamp = events[1].timestamp; // Same instant: the key decides.
    f.model.load(events, false);
    for (int row = 0; row < 5; ++row)
        QCOMPARE(f.model.rowOf({events[size_t(row)].timestamp, events[size_t(row)].id}), row);
    QCOMPARE(f.model.rowOf({1, 1}), -1);
}

void TestEventModel::hostileTextIsShownAsText()
{
    Fixture f;
    auto events = eventsDown(1, 1);
    events[0].action = "<script>\u202e\n";
    events[0].context.userId = std::string(10'000'000, 'u');
    f.model.load(events, false);
    const QModelIndex action = f.model.index(0, EventModel::ActionColumn);
    QVERIFY(!action.data().toString().contains(QChar(0x202e)) && !action.data().toString().contains(QLatin1Char('\n')));
    QVERIFY(!action.data(Qt::ToolTipRole).toString().contains(QLatin1String("<script>")));
    QVERIFY(f.model.index(0, EventModel::UserColumn).data().toString().size() <= 512);
    QVERIFY(action.data(EventModel::RawTextRole).toString().contains(QChar(0x202e)));
}

QTEST_GUILESS_MAIN(TestEventModel)
#include "tst_eventmodel.moc"
