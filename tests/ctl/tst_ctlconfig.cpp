// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/intel/geodatabase.h"
#include "core/storage/openstore.h"
#include "tests/ctl/ctlprocess.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace bartizan;
using test::Ctl;
using test::Outcome;
using test::words;

namespace {

/// What `config --json` prints of a new database.
QJsonObject defaults()
{
    QJsonObject all = toJson(MonitoringConfig());
    all.insert(QStringLiteral("timeZone"), QStringLiteral("UTC"));
    all.insert(QStringLiteral("geoDatabase"), QStringLiteral("bundled"));
    return all;
}

} // namespace

/// The configuration as bartizanctl shows and changes it.
class CtlConfigTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheConfiguration();
    void changesTheConfiguration();
    void refusesBadConfiguration_data();
    void refusesBadConfiguration();
    void takesAGeoDatabase();
    void loadsConfiguration();
    void jsonIsAWholeBackup();
};

void CtlConfigTest::showsTheConfiguration()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    QCOMPARE(ctl.run(words("config --json")).json().object(), defaults());
    QCOMPARE(ctl.run(words("config get --json")).json().object(), defaults());
    QCOMPARE(ctl.run(words("config get thresholds.failedLoginsPerMinute")).out, QByteArray("5\n"));
    QCOMPARE(ctl.run(words("config get alerting.channels")).out, QByteArray("EMAIL\n"));
    QCOMPARE(ctl.run(words("config get --json alerting.channels")).out, QByteArray("[\"EMAIL\"]\n"));
    QCOMPARE(ctl.run(words("config get timeZone")).out, QByteArray("UTC\n"));
    const Outcome table = ctl.run(words("config"));
    qsizetype rules = 0;
    for (const RuleInfo &rule : ruleCatalog()) {
        const auto own = [](const RuleParameter &parameter) { return parameter.threshold.empty(); };
        const auto parameters = rule.parameters();
        rules += 1 + std::count_if(parameters.begin(), parameters.end(), own);
    }
    QCOMPARE(table.out.count('\n'), 18 + rules); // a header, 13 settings, preset, keys, time zone, GeoIP database
    const Outcome unknown = ctl.run(words("config get thresholds.bogus"));
    QCOMPARE(unknown.status, 2);
    QVERIFY(unknown.err.contains("thresholds.bogus"));
}

void CtlConfigTest::changesTheConfiguration()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    const std::vector<std::pair<const char *, const char *>> changes{{"thresholds.failedLoginsPerMinute", "3"},
                                                                     {"alerting.enabled", "false"},
                                                                     {"alerting.channels", "SLACK,EMAIL"},
                                                                     {"retention.alertRetentionDays", "3650"},
                                                                     {"preset", "reference"},
                                                                     {"detection.trackedKeys", "50000"},
                                                                     {"rules.csrf-attack.enabled", "false"},
                                                                     {"rules.csrf-attack.windowSeconds", "60"},
                                                                     {"timeZone", "Europe/Berlin"},
                                                                     {"geoDatabase", "off"}};
    for (const auto &[key, value] : changes) {
        const Outcome set = ctl.run({QStringLiteral("config"), QStringLiteral("set"), QString::fromUtf8(key), QString::fromUtf8(value)});
        QVERIFY2(set.status == 0, set.told().constData());
    }
    for (const auto &[key, value] : changes) {
        QCOMPARE(ctl.run({QStringLiteral("config"), QStringLiteral("get"), QString::fromUtf8(key)}).out,
                 QByteArray(value) + '\n');
    }
    QCOMPARE(ctl.run(words("config set alerting.channels [\"WEBHOOK\"]")).status, 0);
    QCOMPARE(ctl.run(words("config get alerting.channels")).out, QByteArray("WEBHOOK\n"));
    QCOMPARE(ctl.run(words("config set alerting.channels []")).status, 0);
    QCOMPARE(ctl.run(words("config get alerting.channels")).out, QByteArray("\n"));
    const QJsonArray rows = ctl.run(words("events --type SYSTEM_CONFIG --json")).json().array();
    QCOMPARE(rows.size(), 12);
    QCOMPARE(rows.at(0).toObject().value(QStringLiteral("action")).toString(), QStringLiteral("monitoring_config_changed"));
}

void CtlConfigTest::refusesBadConfiguration_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::newRow("unknown") << "thresholds.bogus" << "1";
    QTest::newRow("unknown section") << "bogus.x" << "1";
    QTest::newRow("unknown rule") << "rules.bogus" << "true";
    QTest::newRow("a rule's range") << "rules.csrf-attack.threshold" << "0";
    QTest::newRow("a section") << "thresholds" << "1";
    QTest::newRow("too high") << "thresholds.failedLoginsPerMinute" << "101";
    QTest::newRow("too low") << "alerting.escalationTimeoutMinutes" << "4";
    QTest::newRow("negative") << "thresholds.adminActionsPerHour" << "-5";
    QTest::newRow("a fraction") << "thresholds.adminActionsPerHour" << "2.5";
    QTest::newRow("no number") << "thresholds.adminActionsPerHour" << "many";
    QTest::newRow("no truth value") << "alerting.enabled" << "1";
    QTest::newRow("no channel") << "alerting.channels" << "EMAIL,PIGEON";
    QTest::newRow("no time zone") << "timeZone" << "Mars/Base";
    QTest::newRow("no GeoIP database") << "geoDatabase" << "/nowhere/there-is-none.mmdb";
    QTest::newRow("no file of that kind") << "geoDatabase" << QCoreApplication::applicationFilePath();
}

void CtlConfigTest::refusesBadConfiguration()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    const Outcome outcome = ctl.run({QStringLiteral("config"), QStringLiteral("set"), key, value});
    QVERIFY2(outcome.status == 2, outcome.told().constData());
    QVERIFY2(outcome.err.contains(key.toUtf8()), outcome.told().constData());
    QCOMPARE(ctl.run(words("config --json")).json().object(), defaults());
}

void CtlConfigTest::takesAGeoDatabase()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    QCOMPARE(ctl.run(words("config get geoDatabase")).out, QByteArray("bundled\n"));
    const QString file = GeoDatabase::bundledPath();
    const Outcome set = ctl.run({QStringLiteral("config"), QStringLiteral("set"), QStringLiteral("geoDatabase"), file});
    QVERIFY2(set.status == 0, set.told().constData());
    QCOMPARE(ctl.run(words("config get geoDatabase")).out, file.toUtf8() + '\n');
    const QString part = ctl.put(QStringLiteral("geo.json"), R"({"geoDatabase":"/nowhere/none.mmdb"})");
    const Outcome refused = ctl.run({QStringLiteral("config"), QStringLiteral("load"), part});
    QVERIFY2(refused.status == 1 && refused.err.contains("/nowhere/none.mmdb"), refused.told().constData());
    QCOMPARE(ctl.run(words("config load -"), R"({"geoDatabase":"bundled"})").status, 0);
    QCOMPARE(ctl.run(words("config get geoDatabase")).out, QByteArray("bundled\n"));
}

void CtlConfigTest::loadsConfiguration()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    const QString part = ctl.put(QStringLiteral("part.json"),
                                 R"({"thresholds":{"adminActionsPerHour":7},"timeZone":"Asia/Tokyo"})");
    QCOMPARE(ctl.run({QStringLiteral("config"), QStringLiteral("load"), part}).status, 0);
    QCOMPARE(ctl.run(words("config get thresholds.adminActionsPerHour")).out, QByteArray("7\n"));
    QCOMPARE(ctl.run(words("config get thresholds.failedLoginsPerMinute")).out, QByteArray("5\n"));
    QCOMPARE(ctl.run(words("config get timeZone")).out, QByteArray("Asia/Tokyo\n"));
    // All or nothing, with the key named.
    const Outcome bad = ctl.run(words("config load -"), R"({"thresholds":{"adminActionsPerHour":9},"retention":{"bogus":1}})");
    QVERIFY2(bad.status == 1 && bad.err.contains("“-”: retention.bogus"), bad.told().constData());
    QCOMPARE(ctl.run(words("config get thresholds.adminActionsPerHour")).out, QByteArray("7\n"));
    // What --json prints can be loaded.
    const QByteArray whole = ctl.run(words("config --json")).out;
    QCOMPARE(ctl.run(words("config set thresholds.adminActionsPerHour 8")).status, 0);
    QCOMPARE(ctl.run(words("config load -"), whole).status, 0);
    QCOMPARE(ctl.run(words("config --json")).out, whole);
    for (const char *text : {"", "[]", "{\"a\":", "nonsense"})
        QCOMPARE(ctl.run(words("config load -"), text).status, 1);
    const Outcome missing = ctl.run(words("config load missing.json"));
    QVERIFY2(missing.status == 1 && missing.err.contains("missing.json"), missing.told().constData());
}

/// What one database prints, another one takes over whole, the settings beside the configuration as well.
void CtlConfigTest::jsonIsAWholeBackup()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("init")).status, 0);
    for (const char *change : {"timeZone Asia/Tokyo", "geoDatabase off", "thresholds.adminActionsPerHour 7"})
        QCOMPARE(ctl.run(words("config set") + words(change)).status, 0);
    const QByteArray backup = ctl.run(words("config get --json")).out;
    const Ctl other;
    QCOMPARE(other.run(words("init")).status, 0);
    QCOMPARE(other.run(words("config load -"), backup).status, 0);
    QCOMPARE(other.run(words("config")).out, ctl.run(words("config")).out);
    QCOMPARE(other.run(words("config get timeZone")).out, QByteArray("Asia/Tokyo\n"));
    QCOMPARE(other.run(words("config get geoDatabase")).out, QByteArray("off\n"));
}

QTEST_GUILESS_MAIN(CtlConfigTest)
#include "tst_ctlconfig.moc"
