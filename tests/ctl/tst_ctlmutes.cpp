// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "tests/ctl/ctlprocess.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace bartizan;
using test::Ctl;
using test::Outcome;

/// `bartizanctl mutes` as a person without a window uses it.
class CtlMutesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void setsListsAndLifts();
    void mutesFromAnAlert();
    void refusesWhatCannotBeUsed_data();
    void refusesWhatCannotBeUsed();

private:
    static SecurityAlert alertOf(int number, TimestampMs at);
    static void commit(const Ctl &ctl, std::vector<SecurityAlert> alerts);
};

SecurityAlert CtlMutesTest::alertOf(int number, TimestampMs at)
{
    SecurityAlert alert;
    alert.id = QStringLiteral("0f2c9c1e-7c53-5b0e-8a44-%1").arg(number, 12, 10, QLatin1Char('0')).toStdString();
    alert.timestamp = at;
    alert.title = "Brute Force Attack Detected";
    alert.description = "5 failed login attempts";
    alert.context.ipAddress = "203.0.113.9";
    alert.metadata = "{}";
    alert.rule = "brute-force";
    alert.group = "address:203.0.113.9";
    return alert;
}

void CtlMutesTest::commit(const Ctl &ctl, std::vector<SecurityAlert> alerts)
{
    auto store = openStore(ctl.database(), {.mode = StoreOptions::Mode::Create});
    QVERIFY(store);
    EngineCommit changes;
    changes.alerts = std::move(alerts);
    QVERIFY((*store)->commit(changes));
}

void CtlMutesTest::setsListsAndLifts()
{
    const Ctl ctl;
    const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
    commit(ctl, {alertOf(1, now - kHour), alertOf(2, now - kDay)});
    const QStringList set{QStringLiteral("mutes"), QStringLiteral("set"), QStringLiteral("--rule"), QStringLiteral("brute-force"),
                          QStringLiteral("--group"), QStringLiteral("address:203.0.113.9"), QStringLiteral("--network"),
                          QStringLiteral("203.0.113.0/24"), QStringLiteral("--for"), QStringLiteral("8h"),
                          QStringLiteral("--reason"), QStringLiteral("our scanner")};
    const Outcome tried = ctl.run(QStringList(set) << QStringLiteral("--dry-run"));
    QVERIFY2(tried.status == 0, tried.told().constData());
    QVERIFY2(tried.err.contains("it would have hidden 2, true positives among them: 0"), tried.told().constData());
    QCOMPARE(ctl.run({QStringLiteral("mutes"), QStringLiteral("--json")}).json().array().size(), 0);

    const Outcome done = ctl.run(set);
    QVERIFY2(done.status == 0, done.told().constData());
    const QString id = QString::fromUtf8(done.out).section(QLatin1Char(' '), 0, 0);
    commit(ctl, {alertOf(3, QDateTime::currentMSecsSinceEpoch())});
    const QJsonArray listed = ctl.run({QStringLiteral("mutes"), QStringLiteral("--json")}).json().array();
    QCOMPARE(listed.size(), 1);
    const QJsonObject mute = listed.first().toObject();
    QCOMPARE(mute.value(QStringLiteral("id")).toString(), id);
    QCOMPARE(mute.value(QStringLiteral("network")).toString(), QStringLiteral("203.0.113.0/24"));
    QCOMPARE(mute.value(QStringLiteral("reason")).toString(), QStringLiteral("our scanner"));
    QCOMPARE(mute.value(QStringLiteral("alerts")).toInt(), 1);
    QCOMPARE(mute.value(QStringLiteral("inForce")).toBool(), true);
    QVERIFY(ctl.run({QStringLiteral("mutes")}).out.contains("our scanner"));
    QCOMPARE(ctl.run({QStringLiteral("alerts"), QStringLiteral("--muted"), QStringLiteral("--json")}).json().array().size(), 1);
    QCOMPARE(ctl.run({QStringLiteral("alerts"), QStringLiteral("--active"), QStringLiteral("--json")}).json().array().size(), 1);

    const Outcome lifted = ctl.run({QStringLiteral("mutes"), QStringLiteral("lift"), id, QStringLiteral("--restore")});
    QVERIFY2(lifted.status == 0 && lifted.err.contains("came back"), lifted.told().constData());
    QCOMPARE(ctl.run({QStringLiteral("alerts"), QStringLiteral("--active"), QStringLiteral("--json")}).json().array().size(), 2);
    QCOMPARE(ctl.run({QStringLiteral("mutes"), QStringLiteral("--json")}).json().array().size(), 0);
    const QJsonArray all = ctl.run({QStringLiteral("mutes"), QStringLiteral("--all"), QStringLiteral("--json")}).json().array();
    QCOMPARE(all.size(), 1);
    QCOMPARE(all.first().toObject().value(QStringLiteral("restored")).toBool(), true);
    const Outcome again = ctl.run({QStringLiteral("mutes"), QStringLiteral("lift"), id});
    QVERIFY2(again.status == 0 && again.err.contains("had ended before"), again.told().constData());
}

void CtlMutesTest::mutesFromAnAlert()
{
    const Ctl ctl;
    commit(ctl, {alertOf(1, QDateTime::currentMSecsSinceEpoch() - kHour)});
    const Outcome done = ctl.run({QStringLiteral("mutes"), QStringLiteral("set"), QStringLiteral("--alert"),
                                  QString::fromStdString(alertOf(1, 0).id), QStringLiteral("--reason"), QStringLiteral("known")});
    QVERIFY2(done.status == 0, done.told().constData());
    const QJsonObject mute = ctl.run({QStringLiteral("mutes"), QStringLiteral("--json")}).json().array().first().toObject();
    QCOMPARE(mute.value(QStringLiteral("group")).toString(), QStringLiteral("address:203.0.113.9"));
    QCOMPARE(mute.value(QStringLiteral("alertId")).toString(), QString::fromStdString(alertOf(1, 0).id));
    const auto store = openStore(ctl.database());
    QVERIFY(store);
    const auto history = (*store)->history(alertOf(1, 0).id);
    QVERIFY(history);
    QCOMPARE(history->back().action, std::string("mute_set"));
    QCOMPARE(history->back().comment, std::string("known"));
    const auto mutes = (*store)->mutes();
    QVERIFY(mutes);
    QCOMPARE(mutes->front().expiresAt - mutes->front().createdAt, kDay);
}

void CtlMutesTest::refusesWhatCannotBeUsed_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("named");
    QTest::newRow("another word") << QStringLiteral("undo") << 2 << QByteArray("'lift'");
    QTest::newRow("lift what") << QStringLiteral("lift") << 2 << QByteArray("'lift'");
    QTest::newRow("lift one that is not there") << QStringLiteral("lift nonsense") << 1 << QByteArray("'nonsense'");
    QTest::newRow("set what") << QStringLiteral("set --reason x") << 2 << QByteArray("--rule");
    QTest::newRow("both") << QStringLiteral("set --reason x --alert a --rule brute-force") << 2 << QByteArray("--alert");
    QTest::newRow("span") << QStringLiteral("set --reason x --rule brute-force --for ever") << 2 << QByteArray("'ever'");
    QTest::newRow("too long") << QStringLiteral("set --reason x --rule brute-force --for 60w") << 1 << QByteArray("at most");
    QTest::newRow("rule") << QStringLiteral("set --reason x --rule none-such --for 1h") << 1 << QByteArray("none-such");
    QTest::newRow("reason") << QStringLiteral("set --rule brute-force --group address:203.0.113.9") << 1 << QByteArray("reason");
    QTest::newRow("network") << QStringLiteral("set --reason x --rule brute-force --group address:203.0.113.9 --network 10.0.0.0/8")
                             << 1 << QByteArray("203.0.113.9");
    QTest::newRow("alert") << QStringLiteral("set --reason x --alert nonsense") << 1 << QByteArray("'nonsense'");
}

void CtlMutesTest::refusesWhatCannotBeUsed()
{
    QFETCH(QString, arguments);
    QFETCH(QByteArray, named);
    const Ctl ctl;
    commit(ctl, {alertOf(1, QDateTime::currentMSecsSinceEpoch())});
    const Outcome outcome = ctl.run(QStringList{QStringLiteral("mutes")} + arguments.split(QLatin1Char(' ')));
    QTEST(outcome.status, "status");
    QVERIFY2(outcome.err.contains(named), outcome.told().constData());
    const auto store = openStore(ctl.database());
    QVERIFY(store);
    QVERIFY((*store)->mutes()->empty());
}

QTEST_GUILESS_MAIN(CtlMutesTest)
#include "tst_ctlmutes.moc"
