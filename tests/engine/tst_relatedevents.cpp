// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/rulegroup.h"
#include "core/engine/engineprocessor.h"
#include "core/engine/storequeries.h"
#include "tests/engine/enginetesting.h"

#include <numeric>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr TimestampMs kAt = kBase + 12 * kHour;

std::vector<TimestampMs> timesOf(const std::vector<AuditEvent> &events)
{
    std::vector<TimestampMs> times;
    for (const AuditEvent &event : events)
        times.push_back(event.timestamp - kAt);
    return times;
}

} // namespace

/// The events around an alert are those of the group that its rule counts for: the evidence is among them.
class TestRelatedEvents : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void areOfTheGroup_data();
    void areOfTheGroup();
    void ofTheWholeLogAreAllRows();
    void failuresFromManyAddressesAreThere();
    void aLongNameIsFoundByItsShortForm();
    void manyAreCounted();
};

void TestRelatedEvents::areOfTheGroup_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<std::vector<TimestampMs>>("related"); // Of the eight rows, newest first.
    using Times = std::vector<TimestampMs>;
    QTest::newRow("address") << "address:192.0.2.1" << Times{3, 0};
    QTest::newRow("account") << "account:anna" << Times{4, 2, 0};
    QTest::newRow("user") << "user:Anna" << Times{2, 0};
    QTest::newRow("session") << "session:s-1" << Times{5, 1, 0};
    // Of a company, what the rule looks at: events of the alert's type.
    QTest::newRow("company") << "company:acme" << Times{6, 1};
    QTest::newRow("no company") << "company:" << Times{7};
    QTest::newRow("event type") << "eventType:SECURITY_HEADERS" << Times{7, 6, 1};
    QTest::newRow("the whole log: its address") << "" << Times{3, 0};
    QTest::newRow("no such kind: its address") << "planet:Mars" << Times{3, 0};
}

void TestRelatedEvents::areOfTheGroup()
{
    QFETCH(QString, group);
    const TestDatabase database;
    const auto store = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 8; ++i)
        rows.push_back(auditEvent(kAt + i, SecurityEventType::Authentication, AuditOutcome::Failure, "192.0.2.7", "other"));
    rows[0].context.ipAddress = rows[3].context.ipAddress = "192.0.2.1";
    rows[0].context.userId = rows[2].context.userId = "Anna";
    rows[4].context.userId.reset();
    rows[4].metadata = R"({"username":"anna"})";
    for (const std::size_t i : {0U, 1U, 5U})
        rows[i].context.sessionId = "s-1";
    for (const std::size_t i : {0U, 1U, 6U})
        rows[i].context.companyId = "acme";
    for (const std::size_t i : {1U, 6U, 7U})
        rows[i].eventType = SecurityEventType::SecurityHeaders;
    std::vector<AuditEvent> all = rows;
    for (AuditEvent far : rows) { // The same two hours before.
        far.timestamp -= 2 * kHour;
        all.push_back(far);
    }
    append(*store, all);
    SecurityAlert alert;
    alert.id = "00000000-0000-5000-8000-000000000001";
    alert.timestamp = kAt + 8;
    alert.group = group.toStdString();
    alert.eventType = SecurityEventType::SecurityHeaders;
    alert.context = rows[0].context;
    alert.metadata = "{}";
    EngineCommit commit;
    AuditEvent own = rows[0]; // Bartizan's own row about it names the same, and is no evidence.
    own.timestamp = alert.timestamp;
    own.origin = RowOrigin::Monitor;
    own.eventType = SecurityEventType::SecurityHeaders;
    commit.monitorRows = {own};
    commit.alerts = {alert};
    QVERIFY(store->commit(commit).ok());

    const auto details = storequeries::alertDetails(*store, alert.id);
    QVERIFY2(details.ok(), details.ok() ? "" : qPrintable(details.error().message));
    QTEST(timesOf(details->related), "related");
    QCOMPARE(details->relatedTotal, static_cast<std::int64_t>(details->related.size()));
    QCOMPARE(std::accumulate(details->timeline.begin(), details->timeline.end(), std::int64_t{0}), details->relatedTotal);
}

/// An alert that names nobody: its rule counted all that the application wrote.
void TestRelatedEvents::ofTheWholeLogAreAllRows()
{
    const TestDatabase database;
    const auto store = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 3; ++i)
        rows.push_back(failedLogin(kAt + i, "192.0.2." + std::to_string(i), "anna"));
    rows.push_back(failedLogin(kAt - kHour - 1, "192.0.2.9", "anna"));
    rows.push_back(failedLogin(kAt, "192.0.2.9", "anna"));
    rows.back().origin = RowOrigin::Monitor;
    append(*store, rows);
    SecurityAlert alert;
    alert.id = "00000000-0000-5000-8000-000000000001";
    alert.timestamp = kAt;
    alert.rule = "event-volume";
    alert.metadata = "{}";
    EngineCommit commit;
    commit.alerts = {alert};
    QVERIFY(store->commit(commit).ok());
    const auto details = storequeries::alertDetails(*store, alert.id);
    QVERIFY(details.ok());
    QCOMPARE(timesOf(details->related), (std::vector<TimestampMs>{2, 1, 0}));
    QCOMPARE(details->relatedTotal, 3);
    QVERIFY(details->relatedQuery && details->relatedQuery->applicationOnly);
}

/// Thirty failures of one account from thirty addresses, as the rule finds them.
void TestRelatedEvents::failuresFromManyAddressesAreThere()
{
    const TestDatabase database;
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 30; ++i) {
        rows.push_back(failedLogin(kAt + i * kSecond, "192.0.2." + std::to_string(i), i % 2 == 0 ? "Root" : ""));
        if (i % 2 == 1)
            rows.back().metadata = R"({"username":"root"})";
    }
    const auto store = database.open(StoreOptions::Role::Engine);
    append(*store, rows);
    const ManualClock clock(kAt + kHour);
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin().ok());
    for (bool more = true; more;) {
        const auto step = processor.step(1000);
        QVERIFY(step.ok());
        more = step->more;
    }
    const auto alerts = sortedAlerts(*store);
    const auto isIt = [](const SecurityAlert &alert) { return alert.rule == "multiple-failed-logins"; };
    const auto found = std::find_if(alerts.begin(), alerts.end(), isIt);
    QVERIFY(found != alerts.end());
    QCOMPARE(found->group, std::string("account:root"));
    const auto details = storequeries::alertDetails(*store, found->id);
    QVERIFY(details.ok());
    QCOMPARE(details->relatedTotal, 30);
    QCOMPARE(timesOf(details->related).front(), 29 * kSecond);
}

void TestRelatedEvents::aLongNameIsFoundByItsShortForm()
{
    const TestDatabase database;
    const auto store = database.open();
    const std::string name(300, 'x');
    append(*store, {failedLogin(kAt, "192.0.2.1", name), failedLogin(kAt + 1, "192.0.2.2", name), failedLogin(kAt + 2, "192.0.2.1")});
    for (const GroupKind kind : {GroupKind::User, GroupKind::Account}) {
        SecurityAlert alert;
        alert.id = "00000000-0000-5000-8000-00000000000" + std::to_string(static_cast<int>(kind));
        alert.timestamp = kAt + 1;
        alert.group = groupText(kind, name);
        alert.context.userId = name;
        alert.metadata = "{}";
        EngineCommit commit;
        commit.alerts = {alert};
        QVERIFY(store->commit(commit).ok());
        const auto details = storequeries::alertDetails(*store, alert.id);
        QVERIFY(details.ok());
        QCOMPARE(details->relatedTotal, 2);
    }
}

/// More than are shown: the database counts them, without what Bartizan wrote.
void TestRelatedEvents::manyAreCounted()
{
    const TestDatabase database;
    const auto store = database.open();
    std::vector<AuditEvent> rows;
    for (int i = 0; i < 700; ++i) {
        rows.push_back(failedLogin(kAt + i, "192.0.2." + std::to_string(i % 200), "anna"));
        if (i % 7 == 0)
            rows.back().origin = RowOrigin::Monitor;
    }
    append(*store, rows);
    SecurityAlert alert;
    alert.id = "00000000-0000-5000-8000-000000000001";
    alert.timestamp = kAt;
    alert.group = "user:anna";
    alert.metadata = "{}";
    EngineCommit commit;
    commit.alerts = {alert};
    QVERIFY(store->commit(commit).ok());
    const auto details = storequeries::alertDetails(*store, alert.id);
    QVERIFY(details.ok());
    QCOMPARE(details->related.size(), 200U);
    QCOMPARE(details->relatedTotal, 600);
}

QTEST_GUILESS_MAIN(TestRelatedEvents)
#include "tst_relatedevents.moc"
