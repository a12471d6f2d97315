// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/triagesubject.h"

#include "tests/models/alertfixtures.h"
#include "ui/models/alertrecords.h"

#include <QTest>

using namespace bartizan;
using namespace bartizan::fixtures;

/// What is said of the alerts that a step of triage is about.
class TestTriageSubject : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneIsDescribed();
    void severalAreCounted();
    void unknownOnesAreNoGuess();
    void veryManyAreOnlyCounted();

private:
    static void list(AlertRecords &records, const SecurityAlert &alert)
    {
        records[records.put(alert)].state = AlertRecords::State::Listed;
    }
};

void TestTriageSubject::oneIsDescribed()
{
    AlertRecords records;
    SecurityAlert named = alert(1, AlertSeverity::Critical);
    named.title = "Anomaly\nDetected";
    named.context.country = "NL";
    named.context.userId = "p.king";
    list(records, named);
    list(records, alert(2));
    const TriageSubject subject = triageSubject(records, std::vector{idOf(1)});
    QVERIFY(subject.isKnown());
    QVERIFY(subject.one.has_value());
    QVERIFY(subject.one->severity == AlertSeverity::Critical);
    QCOMPARE(subject.one->title, QStringLiteral("Anomaly\u240ADetected")); // A line break of the log makes no line here.
    QCOMPARE(subject.one->source, QStringLiteral("203.0.113.1, NL, p.king"));
    QCOMPARE(subject.one->timestamp, named.timestamp);
    QCOMPARE(triageSubject(records, std::vector{idOf(2)}).one->source, QStringLiteral("203.0.113.2"));
}

void TestTriageSubject::severalAreCounted()
{
    AlertRecords records;
    std::vector<std::string> ids;
    for (SecurityAlert &some : alerts(0, 6)) { // LOW, MEDIUM, HIGH, CRITICAL, LOW, MEDIUM
        if (some.id == idOf(3))
            some.status = AlertStatus::Resolved;
        list(records, some);
        ids.push_back(some.id);
    }
    const TriageSubject subject = triageSubject(records, ids);
    QCOMPARE(subject.alerts, 6);
    QVERIFY(subject.isKnown());
    QVERIFY(!subject.one);
    QCOMPARE(subject.bySeverity, (std::array<qint64, 4>{2, 2, 1, 1}));
    QCOMPARE(subject.resolved, 1);
}

/// An alert that is not read yet, or is gone, leaves the rest uncertain.
void TestTriageSubject::unknownOnesAreNoGuess()
{
    AlertRecords records;
    list(records, alert(1));
    records.put(alert(2)); // Free.
    const TriageSubject subject = triageSubject(records, std::vector{idOf(1), idOf(2), idOf(3)});
    QCOMPARE(subject.alerts, 3);
    QCOMPARE(subject.known, 1);
    QVERIFY(!subject.isKnown());
    QVERIFY(!triageSubject(records, std::vector{idOf(3)}).one);
}

void TestTriageSubject::veryManyAreOnlyCounted()
{
    AlertRecords records;
    list(records, alert(1));
    const std::vector<std::string> ids(kMostDescribed + 1, idOf(1));
    const TriageSubject subject = triageSubject(records, ids);
    QCOMPARE(subject.alerts, static_cast<qint64>(kMostDescribed) + 1);
    QVERIFY(!subject.isKnown());
    QVERIFY(triageSubject(records, IdList(std::span(ids).first(kMostDescribed))).isKnown());
}

QTEST_APPLESS_MAIN(TestTriageSubject)
#include "tst_triagesubject.moc"
