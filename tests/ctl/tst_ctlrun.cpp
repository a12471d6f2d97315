// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "tests/ctl/ctlprocess.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <csignal>

using namespace bartizan;
using test::Ctl;
using test::Outcome;
using test::words;

namespace {

/// What alerts say, but for their keys, in an order of its own.
QStringList told(const QJsonArray &alerts)
{
    QStringList result;
    for (const QJsonValue &value : alerts) {
        const QJsonObject alert = value.toObject();
        QStringList parts;
        for (const char *part : {"timestamp", "type", "severity", "title", "description"})
            parts.append(alert.value(QLatin1String(part)).toString());
        const QJsonObject context = alert.value(QLatin1String("context")).toObject();
        for (const char *part : {"userId", "ipAddress", "country"})
            parts.append(context.value(QLatin1String(part)).toString());
        result.append(parts.join(QLatin1String(" | ")));
    }
    result.sort();
    return result;
}

QByteArray contents(const QString &name)
{
    QFile file(QStringLiteral(BARTIZAN_TEST_DATA "/") + name);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(file.fileName()));
    return file.readAll();
}

/// What of an alert is law here: neither its id, nor where its event was imported from, nor a made-up request.
QJsonObject comparable(QJsonObject alert)
{
    for (const char *key : {"id", "retained"})
        alert.remove(QLatin1String(key));
    QJsonObject metadata = alert.value(QStringLiteral("metadata")).toObject();
    metadata.remove(QStringLiteral("file"));
    metadata.remove(QStringLiteral("line"));
    alert.insert(QStringLiteral("metadata"), metadata);
    QJsonObject context = alert.value(QStringLiteral("context")).toObject();
    if (context.contains(QStringLiteral("requestId")))
        context.insert(QStringLiteral("requestId"), QStringLiteral("some"));
    alert.insert(QStringLiteral("context"), context);
    return alert;
}

QJsonArray alertsOf(const Ctl &ctl)
{
    return ctl.run(words("alerts --from 2000-01-01 --json")).json().array();
}

} // namespace

/// The whole way of an event, by the real program: a log in, alerts out.
class CtlRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void raisesTheAlertsOfTheVectors_data();
    void raisesTheAlertsOfTheVectors();
    void raisesNothingTwice();
    void findsTheAttackersOfARealLog();
    void replayRaisesTheSame_data();
    void replayRaisesTheSame();
    void refusesASecondEngine();
    void endsOnASignal();
};

void CtlRunTest::raisesTheAlertsOfTheVectors_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"brute-force", "rate-limit", "admin-activity", "geo-anomaly", "event-volume"})
        QTest::newRow(name) << QString::fromUtf8(name);
}

void CtlRunTest::raisesTheAlertsOfTheVectors()
{
    QFETCH(QString, name);
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    // The vectors are the reference's, to which "us" and "US" are two countries.
    QCOMPARE(ctl.run(words("config load -"), R"({"preset":"reference"})").status, 0);
    // Control lines become commands between imports: that is how settings change on a server.
    QByteArray part;
    const auto processPart = [&] {
        if (!part.isEmpty()) {
            const Outcome imported = ctl.run(words("import --format ndjson -"), part);
            QVERIFY2(imported.status == 0, imported.told().constData());
            const Outcome run = ctl.run(words("run --once"));
            QVERIFY2(run.status == 0, run.told().constData());
        }
        part.clear();
    };
    const QList<QByteArray> lines = contents(QStringLiteral("vectors/%1.ndjson").arg(name)).trimmed().split('\n');
    for (const QByteArray &line : lines) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        const QString op = object.value(QStringLiteral("op")).toString();
        if (op.isEmpty()) {
            part += line + '\n';
        } else if (op == QLatin1String("config")) {
            processPart();
            const QJsonDocument update(object.value(QStringLiteral("config")).toObject());
            const Outcome loaded = ctl.run(words("config load -"), update.toJson());
            QVERIFY2(loaded.status == 0, loaded.told().constData());
        }
    }
    processPart();
    const QJsonArray expected = QJsonDocument::fromJson(contents(QStringLiteral("vectors/%1.expected.json").arg(name)))
                                    .object().value(QStringLiteral("alerts")).toArray();
    const QJsonArray alerts = alertsOf(ctl);
    QVERIFY(!expected.isEmpty());
    for (qsizetype i = 0; i < std::min(alerts.size(), expected.size()); ++i)
        QCOMPARE(comparable(alerts.at(i).toObject()), comparable(expected.at(i).toObject()));
    QCOMPARE(alerts.size(), expected.size());
}

void CtlRunTest::raisesNothingTwice()
{
    const Ctl ctl;
    const QByteArray events = contents(QStringLiteral("vectors/event-volume.ndjson"));
    QCOMPARE(ctl.run(words("import -"), events).status, 0);
    // The standard preset finds no volume in history that is imported.
    QCOMPARE(ctl.run(words("config set preset reference")).status, 0);
    QCOMPARE(ctl.run(words("run --once")).status, 0);
    const QJsonArray alerts = alertsOf(ctl);
    QVERIFY(!alerts.isEmpty());
    // Nor are the rows about alerts of the clock left to be looked at.
    QVERIFY(ctl.run(words("status --json")).out.contains("\"backlog\": 0"));
    QCOMPARE(ctl.run(words("import -"), events).status, 0);
    const Outcome again = ctl.run(words("run --once"));
    QVERIFY2(again.status == 0 && again.out.contains("Rows processed: 0"), again.told().constData());
    QCOMPARE(alertsOf(ctl), alerts);
}

void CtlRunTest::findsTheAttackersOfARealLog()
{
    const Ctl ctl;
    const QStringList import = words("import --year 2017 --timezone UTC")
        + QStringList{QStringLiteral(BARTIZAN_TEST_DATA "/logs/auth-2980.log")};
    QCOMPARE(ctl.run(import).status & ~3, 0);
    const Outcome run = ctl.run(words("run --once"));
    QVERIFY2(run.status == 0, run.told().constData());
    QSet<QString> addresses;
    const QJsonArray alerts =
        ctl.run(words("alerts --from 2017-01-01 --type BRUTE_FORCE_ATTACK --json")).json().array();
    for (const QJsonValue &alert : alerts) {
        const QJsonObject context = alert.toObject().value(QStringLiteral("context")).toObject();
        addresses.insert(context.value(QStringLiteral("ipAddress")).toString());
    }
    const QSet<QString> expected{QStringLiteral("181.25.206.27"), QStringLiteral("24.151.103.17"),
                                 QStringLiteral("218.60.136.106"), QStringLiteral("106.57.58.19"),
                                 QStringLiteral("181.23.168.176"), QStringLiteral("91.197.232.109")};
    QCOMPARE(addresses, expected);
}

void CtlRunTest::replayRaisesTheSame_data()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<bool>("places");
    QTest::newRow("as they are") << QByteArray("{}") << true;
    QTest::newRow("another zone") << QByteArray(R"({"timeZone":"Asia/Tokyo"})") << true;
    QTest::newRow("no look-up") << QByteArray(R"({"geoDatabase":"off"})") << false;
    QTest::newRow("reference") << QByteArray(R"({"preset":"reference"})") << false;
}

/// A log that is replayed brings the alerts that an engine raises over it, those of the countries of its addresses too.
void CtlRunTest::replayRaisesTheSame()
{
    QFETCH(QByteArray, settings);
    QFETCH(bool, places);
    const QString log = QStringLiteral(BARTIZAN_TEST_DATA "/logs/auth-2980.log");
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    QCOMPARE(ctl.run(words("config load -"), settings).status, 0);
    QCOMPARE(ctl.run(words("import --year 2017") + QStringList{log}).status, 0);
    QCOMPARE(ctl.run(words("run --once")).status, 0);
    const QJsonArray raised = ctl.run(words("alerts --json --limit 1000 --from 2017-01-01")).json().array();
    const QString config = ctl.put(QStringLiteral("config.json"), ctl.run(words("config --json")).out);
    const Outcome replay = ctl.runBare(words("replay --format sshd --year 2017 --config") + QStringList{config}
                                       + words(settings.contains("reference") ? "--preset reference" : "") + QStringList{log});
    QVERIFY2(replay.status == 0, replay.told().constData());
    QCOMPARE(told(replay.json().object().value(QStringLiteral("alerts")).toArray()), told(raised));
    const QStringList all = told(raised);
    const bool found = std::any_of(all.begin(), all.end(), [](const QString &alert) {
        return alert.contains(QStringLiteral("GEOLOCATION_ANOMALY"));
    });
    QCOMPARE(found, places);
    // Unasked, nothing is looked up: a stream says all that its alerts follow from.
    const Outcome plain = ctl.runBare(words("replay --format sshd --year 2017") + QStringList{log});
    for (const QString &alert : told(plain.json().object().value(QStringLiteral("alerts")).toArray()))
        QVERIFY2(!alert.contains(QStringLiteral("GEOLOCATION_ANOMALY")), qPrintable(alert));
}

void CtlRunTest::refusesASecondEngine()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    const auto lock = EngineLock::take(ctl.database(), QStringLiteral("the console"), 0);
    QVERIFY(lock && lock->held());
    const Outcome outcome = ctl.run(words("run --once"));
    QVERIFY2(outcome.status == 1 && outcome.err.contains("the console"), outcome.told().constData());
}

void CtlRunTest::endsOnASignal()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("import -"), contents(QStringLiteral("vectors/event-volume.ndjson"))).status, 0);
    QCOMPARE(ctl.run(words("config set preset reference")).status, 0);
    QProcess engine;
    engine.start(Ctl::program(), {QStringLiteral("--db"), ctl.database(), QStringLiteral("run")});
    // The third alert of this log belongs to a tick behind its last event: time goes on by itself only near the present.
    QTRY_COMPARE_WITH_TIMEOUT(alertsOf(ctl).size(), 2, 20'000);
    QCOMPARE(::kill(static_cast<pid_t>(engine.processId()), SIGTERM), 0);
    QVERIFY(engine.waitForFinished(20'000));
    QCOMPARE(engine.exitStatus(), QProcess::NormalExit);
    QCOMPARE(engine.exitCode(), 0);
    QVERIFY(engine.readAllStandardOutput().contains("Rows processed: 254"));
}

QTEST_GUILESS_MAIN(CtlRunTest)
#include "tst_ctlrun.moc"
