// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "tests/ctl/ctlprocess.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace bartizan;
using test::Ctl;
using test::Outcome;

namespace {

constexpr TimestampMs kStart = 1'763'640'000'000; // 2025-11-20T12:00:00Z

/// Two alerts at noon, the first acknowledged by anna a minute later; then a mute from the second.
void fill(const Ctl &ctl)
{
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    auto store = openStore(ctl.database(), options);
    QVERIFY2(store, qPrintable(store ? QString() : store.error().message));
    EngineCommit commit;
    for (int i = 1; i <= 2; ++i) {
        SecurityAlert alert;
        alert.id = "0f2c9c1e-7c53-5b0e-8a44-00000000000" + std::to_string(i);
        alert.timestamp = kStart;
        alert.severity = AlertSeverity::High;
        alert.title = i == 1 ? "First" : "Second | <b>\x1b[2J";
        alert.metadata = "{}";
        commit.alerts.push_back(alert);
    }
    QVERIFY((*store)->commit(commit));
    TriageStep step;
    step.id = "s";
    QVERIFY((*store)->triage(std::vector{commit.alerts[0].id}, step, "anna", kStart + kMinute));
    Mute mute;
    mute.id = "m";
    mute.rule = "brute-force";
    mute.group = "address:203.0.113.9";
    mute.reason = "our scanner | <b>";
    mute.alertId = commit.alerts[1].id;
    mute.by = "ben";
    mute.createdAt = kStart + 2 * kMinute;
    mute.expiresAt = kStart + kHour;
    QVERIFY((*store)->setMute(mute));
}

} // namespace

/// `bartizanctl handover`, the real program.
class CtlHandoverTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { fill(m_ctl); }
    void writesMarkdown();
    void writesJson();
    void keepsToTheTime();
    void refusesWhatCannotBe();

private:
    Outcome run(const QStringList &more) const { return m_ctl.run(QStringList{QStringLiteral("handover")} + more); }
    Ctl m_ctl;
};

void CtlHandoverTest::writesMarkdown()
{
    const Outcome outcome = run({QStringLiteral("--from"), QStringLiteral("2025-11-20T12:00:00Z"), QStringLiteral("--to"),
                                 QStringLiteral("2025-11-20T20:00:00Z")});
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    QVERIFY(outcome.err.isEmpty());
    QVERIFY(outcome.out.startsWith("# Shift handover\n\n2025-11-20 12:00:00 UTC to 2025-11-20 20:00:00 UTC"));
    QVERIFY2(outcome.out.contains("| HIGH | 2025-11-20 12:00:00 | 8 h | Second \\| \\<b>"), outcome.out.constData());
    QVERIFY(outcome.out.contains("| anna | First |"));
    QVERIFY(outcome.out.contains("| HIGH | 1 min | 1 |"));
    QVERIFY2(outcome.out.contains("| ben | expired | Brute force"), outcome.out.constData());
    QVERIFY(!outcome.out.contains('\x1b'));
}

void CtlHandoverTest::writesJson()
{
    const Outcome outcome = run({QStringLiteral("--json"), QStringLiteral("--from"), QStringLiteral("2025-11-20")});
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    const QJsonObject handover = outcome.json().object();
    QCOMPARE(handover.value(QStringLiteral("raised")).toObject().value(QStringLiteral("total")).toInt(), 2);
    QCOMPARE(handover.value(QStringLiteral("open")).toObject().value(QStringLiteral("total")).toInt(), 1);
    QCOMPARE(handover.value(QStringLiteral("acknowledged")).toObject().value(QStringLiteral("alerts")).toInt(), 1);
    const QJsonObject mutes = handover.value(QStringLiteral("mutes")).toObject();
    QCOMPARE(mutes.value(QStringLiteral("total")).toInt(), 1);
    const QJsonObject mute = mutes.value(QStringLiteral("newest")).toArray().first().toObject();
    QCOMPARE(mute.value(QStringLiteral("reason")).toString(), QStringLiteral("our scanner | <b>"));
    QCOMPARE(mute.value(QStringLiteral("expiresAt")).toString(), QStringLiteral("2025-11-20T13:00:00.000Z"));
    QVERIFY(!mute.value(QStringLiteral("inForce")).toBool());
    // A start alone means up to now.
    QVERIFY(handover.value(QStringLiteral("to")).toString() < QStringLiteral("2200"));
}

void CtlHandoverTest::keepsToTheTime()
{
    const Outcome before = run({QStringLiteral("--json"), QStringLiteral("--from"), QStringLiteral("2025-11-20T12:00:00Z"),
                                QStringLiteral("--to"), QStringLiteral("2025-11-20T12:00:59.999Z")});
    QCOMPARE(before.json().object().value(QStringLiteral("open")).toObject().value(QStringLiteral("total")).toInt(), 2);
    QCOMPARE(before.json().object().value(QStringLiteral("mutes")).toObject().value(QStringLiteral("total")).toInt(), 0);
    const Outcome one = run({QStringLiteral("--limit"), QStringLiteral("1"), QStringLiteral("--from"),
                             QStringLiteral("2025-11-20T12:00:00Z"), QStringLiteral("--to"), QStringLiteral("2025-11-20T12:00:00Z")});
    QVERIFY2(one.out.contains("and 1 more"), one.told().constData());
    const Outcome nobody = run({QStringLiteral("--company"), QStringLiteral("acme"), QStringLiteral("--from"), QStringLiteral("2025-11-20")});
    QVERIFY2(nobody.out.contains("No alert was raised in this time"), nobody.told().constData());
}

void CtlHandoverTest::refusesWhatCannotBe()
{
    QCOMPARE(run({QStringLiteral("--limit"), QStringLiteral("0")}).status, 2);
    QCOMPARE(run({QStringLiteral("--from"), QStringLiteral("2025-11-21"), QStringLiteral("--to"), QStringLiteral("2025-11-20")}).status, 2);
    QCOMPARE(run({QStringLiteral("--from"), QStringLiteral("yesterday")}).status, 2);
}

QTEST_GUILESS_MAIN(CtlHandoverTest)
#include "tst_ctlhandover.moc"
