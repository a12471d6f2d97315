// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/monitoringconfig.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace bartizan;

namespace {

QJsonObject parsed(const char *text)
{
    return QJsonDocument::fromJson(QByteArray(text)).object();
}

} // namespace

class TestMonitoringConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void defaultsAreTheSpecified();
    void environmentTurnsAlertingOff();
    void partialUpdateMergesDeep();
    void refusals_data();
    void refusals();
    void everyRangeIsInclusive();
    void roundTrip();
};

void TestMonitoringConfig::defaultsAreTheSpecified()
{
    const QJsonObject expected = parsed(R"({"thresholds":{"failedLoginsPerMinute":5,"failedLoginsPerHour":20,
        "rateLimitViolationsPerMinute":10,"cspViolationsPerMinute":15,"adminActionsPerHour":25,
        "massDataAccessThreshold":100,"suspiciousIPThreshold":10},
        "alerting":{"enabled":true,"channels":["EMAIL"],"suppressDuplicateMinutes":10,"escalationTimeoutMinutes":60},
        "retention":{"alertRetentionDays":90,"metricsRetentionDays":365}})");
    QCOMPARE(toJson(MonitoringConfig()), expected);
}

void TestMonitoringConfig::environmentTurnsAlertingOff()
{
    qputenv("SECURITY_ALERTING_ENABLED", "false");
    QVERIFY(!MonitoringConfig::defaults().alerting.enabled);
    qputenv("SECURITY_ALERTING_ENABLED", "true");
    QVERIFY(MonitoringConfig::defaults().alerting.enabled);
    qunsetenv("SECURITY_ALERTING_ENABLED");
    QVERIFY(MonitoringConfig::defaults() == MonitoringConfig());
}

void TestMonitoringConfig::partialUpdateMergesDeep()
{
    const auto first = merged({}, parsed(R"({"thresholds":{"failedLoginsPerMinute":7},
                                             "alerting":{"channels":["SLACK","WEBHOOK"]}})"));
    QVERIFY(first.ok());
    MonitoringConfig expected;
    expected.thresholds.failedLoginsPerMinute = 7;
    expected.alerting.channels = {AlertChannel::Slack, AlertChannel::Webhook};
    QVERIFY(*first == expected);
    // Lists replace, they do not grow; the rest stays.
    const auto second = merged(*first, parsed(R"({"alerting":{"channels":[],"enabled":false}})"));
    QVERIFY(second.ok());
    expected.alerting.channels.clear();
    expected.alerting.enabled = false;
    QVERIFY(*second == expected);
    const auto nothing = merged(*second, {});
    QVERIFY(nothing.ok() && *nothing == *second);
}

void TestMonitoringConfig::refusals_data()
{
    QTest::addColumn<QByteArray>("update");
    QTest::addColumn<QString>("key");
    const auto row = [](const char *name, const char *update, const char *key) {
        QTest::newRow(name) << QByteArray(update) << QString::fromLatin1(key);
    };
    row("unknown section", R"({"threshold":{}})", "threshold");
    row("unknown key", R"({"thresholds":{"failedLogins":1}})", "thresholds.failedLogins");
    row("section is a number", R"({"retention":5})", "retention");
    row("too small", R"({"thresholds":{"failedLoginsPerMinute":0}})", "thresholds.failedLoginsPerMinute");
    row("too large", R"({"thresholds":{"failedLoginsPerMinute":101}})", "thresholds.failedLoginsPerMinute");
    row("far too large", R"({"retention":{"alertRetentionDays":1e300}})", "retention.alertRetentionDays");
    row("no whole number", R"({"alerting":{"suppressDuplicateMinutes":1.5}})", "alerting.suppressDuplicateMinutes");
    row("a text", R"({"alerting":{"escalationTimeoutMinutes":"60"}})", "alerting.escalationTimeoutMinutes");
    row("null", R"({"alerting":{"escalationTimeoutMinutes":null}})", "alerting.escalationTimeoutMinutes");
    row("enabled is 1", R"({"alerting":{"enabled":1}})", "alerting.enabled");
    row("channels is a text", R"({"alerting":{"channels":"EMAIL"}})", "alerting.channels");
    row("unknown channel", R"({"alerting":{"channels":["EMAIL","PIGEON"]}})", "alerting.channels");
    row("channel twice", R"({"alerting":{"channels":["EMAIL","EMAIL"]}})", "alerting.channels");
    row("good and bad", R"({"thresholds":{"failedLoginsPerMinute":7,"nonsense":1}})", "thresholds.nonsense");
}

void TestMonitoringConfig::refusals()
{
    QFETCH(QByteArray, update);
    QFETCH(QString, key);
    const auto result = merged({}, parsed(update.constData()));
    QVERIFY(!result.ok());
    QVERIFY2(result.error().message.contains(key), qPrintable(result.error().message));
}

void TestMonitoringConfig::everyRangeIsInclusive()
{
    QCOMPARE(configFields().size(), std::size_t{11});
    for (const ConfigField &field : configFields()) {
        const auto with = [&](int value) {
            const QString section = field.key().section(QLatin1Char('.'), 0, 0);
            const QString name = field.key().section(QLatin1Char('.'), 1);
            return merged({}, QJsonObject{{section, QJsonObject{{name, value}}}});
        };
        QVERIFY2(!with(field.minimum - 1).ok() && !with(field.maximum + 1).ok(), qPrintable(field.key()));
        for (const int edge : {field.minimum, field.maximum}) {
            const auto result = with(edge);
            QVERIFY2(result.ok(), qPrintable(field.key()));
            QCOMPARE(field.get(*result), edge);
        }
    }
}

void TestMonitoringConfig::roundTrip()
{
    const auto changed = merged({}, parsed(R"({"alerting":{"enabled":false,"channels":["DISCORD","PAGERDUTY"]},
                                               "retention":{"metricsRetentionDays":1}})"));
    QVERIFY(changed.ok());
    const auto again = merged({}, toJson(*changed));
    QVERIFY(again.ok());
    QVERIFY(*again == *changed);
}

QTEST_APPLESS_MAIN(TestMonitoringConfig)
#include "tst_monitoringconfig.moc"
