// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/alertexport.h"
#include "core/storage/openstore.h"
#include "tests/ctl/ctlprocess.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace bartizan;
using test::Ctl;
using test::Outcome;
using test::words;

namespace {

constexpr TimestampMs kStart = 1'763'640'000'000; // 2025-11-20T12:00:00Z

/// "0f2c9c1e-7c53-5b0e-8a44-000000000007"
std::string idOf(int number)
{
    const std::string digits = std::to_string(number);
    return "0f2c9c1e-7c53-5b0e-8a44-" + std::string(12 - digits.size(), '0') + digits;
}

SecurityAlert alertOf(int number, AlertSeverity severity, AlertType type, const std::string &user)
{
    SecurityAlert alert;
    alert.id = idOf(number);
    alert.timestamp = kStart + number * kMinute;
    alert.severity = severity;
    alert.type = type;
    alert.title = "Title " + std::to_string(number);
    alert.description = "Description " + std::to_string(number);
    alert.context.userId = user;
    alert.context.ipAddress = "192.0.2." + std::to_string(number);
    alert.metadata = R"({"n":)" + std::to_string(number) + "}";
    return alert;
}

const std::string kHostile = "=cmd|' /C calc'!A0 <b>x</b> \x1b[2J\xe2\x80\xae \"q\", line\nbreak";

std::vector<SecurityAlert> someAlerts()
{
    return {alertOf(1, AlertSeverity::High, AlertType::BruteForceAttack, "anna"),
            alertOf(2, AlertSeverity::Medium, AlertType::RateLimitBreach, kHostile),
            alertOf(3, AlertSeverity::Medium, AlertType::UnusualAdminActivity, "carl"),
            alertOf(4, AlertSeverity::High, AlertType::BruteForceAttack, "dora")};
}

NewAuditRow rowOf(TimestampMs at, SecurityEventType type, AuditOutcome outcome, const std::string &user)
{
    NewAuditRow row;
    row.event.timestamp = at;
    row.event.eventType = type;
    row.event.outcome = outcome;
    row.event.action = "login";
    row.event.context.userId = user;
    row.event.context.ipAddress = "203.0.113.9";
    row.event.context.country = "DE";
    return row;
}

/// A database with the alerts of someAlerts() and 11 failed logins of 203.0.113.9 by six accounts.
void fill(const Ctl &ctl)
{
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    auto store = openStore(ctl.database(), options);
    QVERIFY2(store, qPrintable(store ? QString() : store.error().message));
    EngineCommit commit;
    commit.alerts = someAlerts();
    QVERIFY((*store)->commit(commit));
    std::vector<NewAuditRow> rows;
    for (int i = 0; i < 11; ++i) {
        rows.push_back(rowOf(kStart + i * kSecond, SecurityEventType::Authentication, AuditOutcome::Failure,
                             "user-" + std::to_string(i % 6)));
    }
    QVERIFY((*store)->append(rows, {}));
}

std::vector<std::string> idsOf(const Outcome &outcome)
{
    std::vector<std::string> ids;
    const QJsonArray alerts = outcome.json().array();
    for (const QJsonValue &alert : alerts)
        ids.push_back(alert.toObject().value(QStringLiteral("id")).toString().toStdString());
    return ids;
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::string me()
{
    return ::getpwuid(::getuid())->pw_name;
}

} // namespace

/// The commands that read and change what is stored, on a database whose contents are known.
class CtlDatabaseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initMakesADatabaseAndKeepsIt();
    void initLeavesOtherFilesAlone();
    void saysHowToMakeADatabase();
    void listsAlerts_data();
    void listsAlerts();
    void listsAlertsForPeople();
    void rangesDefaultToTheLastDay();
    void acknowledges();
    void refusesUnknownAlerts();
    void showsMetrics();
    void showsAddresses();
    void exportsToStandardOutput_data();
    void exportsToStandardOutput();
    void exportsToAFile();
    void exportsARange();
};

void CtlDatabaseTest::initMakesADatabaseAndKeepsIt()
{
    const Ctl ctl;
    const Outcome made = ctl.run(words("init"));
    QVERIFY2(made.status == 0, made.told().constData());
    QVERIFY(made.out.contains(ctl.database().toUtf8()));
    fill(ctl);
    QCOMPARE(ctl.run(words("init")).status, 0);
    QCOMPARE(idsOf(ctl.run(words("alerts --from 2025-01-01 --json"))).size(), 4U);
}

void CtlDatabaseTest::initLeavesOtherFilesAlone()
{
    const Ctl ctl;
    const QByteArray text = QByteArray("my diary, no database\n").repeated(1000);
    ctl.put(QStringLiteral("test.db"), text);
    for (const char *command : {"init", "alerts", "config set thresholds.adminActionsPerHour 5"}) {
        const Outcome outcome = ctl.run(words(command));
        QVERIFY2(outcome.status == 1, outcome.told().constData());
        QVERIFY(outcome.err.contains(ctl.database().toUtf8()));
        QCOMPARE(contents(ctl.database()), text);
    }
}

void CtlDatabaseTest::saysHowToMakeADatabase()
{
    const Ctl ctl;
    for (const char *command : {"run", "run --once", "alerts", "status", "config"}) {
        const Outcome outcome = ctl.run(words(command));
        QVERIFY2(outcome.status == 1 && outcome.err.contains("does not exist"), outcome.told().constData());
        QVERIFY2(outcome.err.contains("'bartizanctl --db FILE init' makes a database"), outcome.told().constData());
        QVERIFY(!QFile::exists(ctl.database()));
    }
    const Outcome embedded = ctl.runBare(words("run"));
    QVERIFY2(embedded.err.contains("'bartizanctl init' makes the embedded database"), embedded.told().constData());
}

void CtlDatabaseTest::listsAlerts_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<QList<int>>("numbers");
    QTest::newRow("from on") << "--from 2025-11-20" << QList<int>{1, 2, 3, 4};
    QTest::newRow("both edges belong") << "--from 2025-11-20T12:02:00Z --to 2025-11-20T12:03:00.000Z" << QList<int>{2, 3};
    QTest::newRow("one millisecond less") << "--from 2025-11-20T12:02:00.001Z --to 2025-11-20T12:02:59.999Z" << QList<int>();
    QTest::newRow("offset") << "--from 2025-11-20T13:04+01:00" << QList<int>{4};
    QTest::newRow("to alone: the day before it") << "--to 2025-11-21T12:02:30Z" << QList<int>{3, 4};
    QTest::newRow("severity") << "--from 2025-11-20 --severity high" << QList<int>{1, 4};
    QTest::newRow("type") << "--from 2025-11-20 --type RATE_LIMIT_BREACH" << QList<int>{2};
    QTest::newRow("limit") << "--from 2025-11-20 --limit 2" << QList<int>{1, 2};
    QTest::newRow("active") << "--from 2025-11-20 --active" << QList<int>{1, 2, 3, 4};
    QTest::newRow("all") << "--from 2025-11-20 --all --severity MEDIUM --limit 1" << QList<int>{2};
}

void CtlDatabaseTest::listsAlerts()
{
    QFETCH(QString, options);
    QFETCH(QList<int>, numbers);
    const Ctl ctl;
    fill(ctl);
    const Outcome outcome = ctl.run(QStringList{QStringLiteral("alerts"), QStringLiteral("--json")}
                                    + options.split(QLatin1Char(' ')));
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    // Where no beginning is named, older ones are told of.
    QCOMPARE(outcome.err.isEmpty(), options.contains(QLatin1String("--from")));
    std::vector<SecurityAlert> expected;
    const auto all = someAlerts();
    for (const int number : numbers)
        expected.push_back(all.at(static_cast<std::size_t>(number - 1)));
    QCOMPARE(outcome.out.toStdString(), alertsToJson(expected));
}

void CtlDatabaseTest::listsAlertsForPeople()
{
    const Ctl ctl;
    fill(ctl);
    const Outcome outcome = ctl.run(words("alerts --from 2025-11-20"));
    QCOMPARE(outcome.status, 0);
    const QList<QByteArray> lines = outcome.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 5);
    QVERIFY(lines.at(0).startsWith("ID "));
    QVERIFY(lines.at(1).contains("HIGH") && lines.at(1).contains("BRUTE_FORCE_ATTACK") && lines.at(1).contains("anna"));
    QVERIFY(lines.at(1).contains("2025-11-20T12:01:00.000Z") && lines.at(1).contains("active"));
    QVERIFY2(lines.at(2).contains("\\x1b[2J\\u{202e}") && lines.at(2).contains("line\\nbreak"), lines.at(2).constData());
    for (const char c : outcome.out)
        QVERIFY(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
}

void CtlDatabaseTest::rangesDefaultToTheLastDay()
{
    const Ctl ctl;
    {
        StoreOptions options;
        options.mode = StoreOptions::Mode::Create;
        const auto store = openStore(ctl.database(), options);
        QVERIFY(store);
        const TimestampMs now = QDateTime::currentMSecsSinceEpoch();
        EngineCommit commit;
        commit.alerts = {alertOf(1, AlertSeverity::High, AlertType::BruteForceAttack, "old"),
                         alertOf(2, AlertSeverity::High, AlertType::BruteForceAttack, "new")};
        commit.alerts[0].timestamp = now - kDay - kHour;
        commit.alerts[1].timestamp = now - kDay + kHour;
        QVERIFY((*store)->commit(commit));
        const std::vector<NewAuditRow> rows{
            rowOf(now - kDay - kHour, SecurityEventType::Authentication, AuditOutcome::Failure, "old"),
            rowOf(now - kDay + kHour, SecurityEventType::Authentication, AuditOutcome::Failure, "new")};
        QVERIFY((*store)->append(rows, {}));
    }
    const Outcome listed = ctl.run(words("alerts --json"));
    QCOMPARE(idsOf(listed), std::vector<std::string>{idOf(2)});
    QVERIFY2(listed.err.startsWith("older alerts, not listed: 1 (--from"), listed.told().constData());
    QVERIFY(!ctl.run(words("alerts --json --from 2020-01-01")).err.contains("older"));
    QVERIFY(!ctl.run(words("alerts --json --severity LOW")).err.contains("older"));
    QCOMPARE(ctl.run(words("events --json")).json().array().size(), 1);
    const QJsonObject metrics = ctl.run(words("metrics --json")).json().object();
    QCOMPARE(metrics.value(QStringLiteral("totalEvents")).toInt(), 1);
    QCOMPARE(metrics.value(QStringLiteral("activeAlerts")).toInt(), 2);
    QCOMPARE(ctl.run(words("export --format json")).json().array().size(), 2);
}

void CtlDatabaseTest::acknowledges()
{
    const Ctl ctl;
    fill(ctl);
    const QString first = QString::fromStdString(idOf(1));
    const Outcome done = ctl.run({QStringLiteral("ack"), first, QString::fromStdString(idOf(3)).toUpper(),
                                  QStringLiteral("--comment"), QStringLiteral("known <scanner>")});
    QVERIFY2(done.status == 0, done.told().constData());
    QCOMPARE(idsOf(ctl.run(words("alerts --from 2025-11-20 --active --json"))),
             (std::vector<std::string>{idOf(2), idOf(4)}));
    const QJsonObject alert =
        ctl.run(words("alerts --from 2025-11-20 --json")).json().array().at(0).toObject();
    QCOMPARE(alert.value(QStringLiteral("acknowledged")).toBool(), true);
    QCOMPARE(alert.value(QStringLiteral("acknowledgedBy")).toString().toStdString(), me());
    QVERIFY(alert.value(QStringLiteral("acknowledgedAt")).isString());

    const Outcome again = ctl.run({QStringLiteral("ack"), first});
    QVERIFY2(again.status == 0, again.told().constData());
    QVERIFY2(again.err.contains(me().c_str()) && again.err.contains(first.toUtf8()), again.told().constData());
    const QJsonObject after = ctl.run(words("alerts --from 2025-11-20 --json")).json().array().at(0).toObject();
    QCOMPARE(after, alert);

    const auto store = openStore(ctl.database());
    QVERIFY(store);
    const auto history = (*store)->history(idOf(3));
    QVERIFY(history);
    QCOMPARE(history->back().action, std::string("acknowledged"));
    QCOMPARE(history->back().comment, std::string("known <scanner>"));
    const Outcome rows = ctl.run(words("events --type SYSTEM_CONFIG --json"));
    QCOMPARE(rows.json().array().size(), 2);
    QCOMPARE(rows.json().array().at(0).toObject().value(QStringLiteral("action")).toString(),
             QStringLiteral("alert_acknowledged"));
}

void CtlDatabaseTest::refusesUnknownAlerts()
{
    const Ctl ctl;
    fill(ctl);
    const Outcome outcome = ctl.run({QStringLiteral("ack"), QStringLiteral("nonsense"), QString::fromStdString(idOf(2))});
    QVERIFY2(outcome.status == 1, outcome.told().constData());
    QVERIFY(outcome.err.contains("'nonsense'"));
    QCOMPARE(idsOf(ctl.run(words("alerts --from 2025-11-20 --active --json"))).size(), 3U);
}

void CtlDatabaseTest::showsMetrics()
{
    const Ctl ctl;
    fill(ctl);
    const QJsonObject metrics =
        ctl.run(words("metrics --from 2025-11-20T12:00:00Z --to 2025-11-20T12:00:09Z --json")).json().object();
    QCOMPARE(metrics.value(QStringLiteral("totalEvents")).toInt(), 10);
    QCOMPARE(metrics.value(QStringLiteral("activeAlerts")).toInt(), 4);
    // 100 − 3·4 active − min(20, 5·2 brute force)
    QCOMPARE(metrics.value(QStringLiteral("securityScore")).toInt(), 78);
    QCOMPARE(metrics.value(QStringLiteral("threatLevel")).toString(), QStringLiteral("HIGH"));
    QCOMPARE(metrics.value(QStringLiteral("geoDistribution")).toObject().value(QStringLiteral("DE")).toInt(), 10);
    QCOMPARE(metrics.value(QStringLiteral("timeDistribution")).toArray().at(12).toObject().value(QStringLiteral("count")).toInt(), 10);
    const QJsonArray users = metrics.value(QStringLiteral("userRiskScores")).toArray();
    QCOMPARE(users.size(), 6);
    QCOMPARE(users.at(0).toObject().value(QStringLiteral("userId")).toString(), QStringLiteral("user-0"));
    QCOMPARE(users.at(0).toObject().value(QStringLiteral("riskScore")).toInt(), 20);

    const Outcome other = ctl.run(words("metrics --from 2025-11-20 --company none --json"));
    QCOMPARE(other.json().object().value(QStringLiteral("totalEvents")).toInt(), 0);
    const Outcome people = ctl.run(words("metrics --from 2025-11-20T12:00:00Z"));
    QCOMPARE(people.status, 0);
    for (const char *part : {"Security score", "78", "BRUTE_FORCE_ATTACK", "AUTHENTICATION", "user-0", "DE"})
        QVERIFY2(people.out.contains(part), part);
}

void CtlDatabaseTest::showsAddresses()
{
    const Ctl ctl;
    fill(ctl);
    const Outcome outcome = ctl.run(words("ip 203.0.113.9 --to 2025-11-20T12:01:00Z --json"));
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    const QJsonObject threat = outcome.json().object();
    QCOMPARE(threat.value(QStringLiteral("address")).toString(), QStringLiteral("203.0.113.9"));
    QCOMPARE(threat.value(QStringLiteral("from")).toString(), QStringLiteral("2025-11-19T12:01:00.000Z"));
    QCOMPARE(threat.value(QStringLiteral("threatLevel")).toString(), QStringLiteral("HIGH"));
    QCOMPARE(threat.value(QStringLiteral("riskFactors")).toArray(),
             (QJsonArray{QStringLiteral("11 failed login attempts in 24h"),
                         QStringLiteral("Access attempts to 6 different accounts")}));
    QCOMPARE(threat.value(QStringLiteral("recommendations")).toArray().size(), 2);
    // The same address as IPv6 writes it.
    QCOMPARE(ctl.run(words("ip ::ffff:203.0.113.9 --to 2025-11-20T12:01:00Z --json")).out, outcome.out);
    // By default the last 24 hours, in which nothing happened.
    const QJsonObject now = ctl.run(words("ip 203.0.113.9 --json")).json().object();
    QCOMPARE(now.value(QStringLiteral("threatLevel")).toString(), QStringLiteral("LOW"));
    QCOMPARE(now.value(QStringLiteral("riskFactors")).toArray(), (QJsonArray{QStringLiteral("0 security events in 24h")}));
    const Outcome people = ctl.run(words("ip 203.0.113.9 --to 2025-11-20T12:01:00Z"));
    QVERIFY(people.out.contains("HIGH") && people.out.contains("11 failed login attempts in 24h"));
}

void CtlDatabaseTest::exportsToStandardOutput_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("csv") << "csv";
    QTest::newRow("json") << "json";
}

void CtlDatabaseTest::exportsToStandardOutput()
{
    QFETCH(QString, format);
    const Ctl ctl;
    fill(ctl);
    const Outcome outcome = ctl.run({QStringLiteral("export"), QStringLiteral("--format"), format});
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    const auto alerts = someAlerts();
    QCOMPARE(outcome.out.toStdString(), format == QLatin1String("csv") ? alertsToCsv(alerts) : alertsToJson(alerts));
}

void CtlDatabaseTest::exportsToAFile()
{
    const Ctl ctl;
    fill(ctl);
    const QString path = ctl.path(QStringLiteral("alerts.csv"));
    const QStringList arguments{QStringLiteral("export"), QStringLiteral("--format"), QStringLiteral("csv"),
                                QStringLiteral("-o"), path};
    const Outcome made = ctl.run(arguments);
    QVERIFY2(made.status == 0 && made.out.isEmpty(), made.told().constData());
    QCOMPARE(contents(path).toStdString(), alertsToCsv(someAlerts()));
    struct stat status {};
    QCOMPARE(::stat(qPrintable(path), &status), 0);
    QCOMPARE(static_cast<int>(status.st_mode & 07777), 0600);

    ctl.put(QStringLiteral("alerts.csv"), "mine");
    const Outcome refused = ctl.run(arguments);
    QVERIFY2(refused.status == 1, refused.told().constData());
    QVERIFY(refused.err.contains(path.toUtf8()) && refused.err.contains("--force"));
    QCOMPARE(contents(path), QByteArray("mine"));
    QCOMPARE(ctl.run(arguments + QStringList{QStringLiteral("--force")}).status, 0);
    QCOMPARE(contents(path).toStdString(), alertsToCsv(someAlerts()));

    const QString link = ctl.path(QStringLiteral("link.csv"));
    QCOMPARE(::symlink(qPrintable(ctl.path(QStringLiteral("elsewhere.csv"))), qPrintable(link)), 0);
    const Outcome linked = ctl.run({QStringLiteral("export"), QStringLiteral("--format"), QStringLiteral("csv"),
                                    QStringLiteral("--force"), QStringLiteral("-o"), link});
    QVERIFY2(linked.status == 1, linked.told().constData());
    QVERIFY(!QFile::exists(ctl.path(QStringLiteral("elsewhere.csv"))));
}

void CtlDatabaseTest::exportsARange()
{
    const Ctl ctl;
    fill(ctl);
    const Outcome outcome =
        ctl.run(words("export --format json --from 2025-11-20T12:02:00Z --to 2025-11-20T12:03:00Z"));
    QCOMPARE(idsOf(outcome), (std::vector<std::string>{idOf(2), idOf(3)}));
}

QTEST_GUILESS_MAIN(CtlDatabaseTest)
#include "tst_ctldatabase.moc"
