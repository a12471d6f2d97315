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
    void rulesHaveTheirNumbers_data();
    void rulesHaveTheirNumbers();
    void rulesChange();
    void everyRuleRangeIsInclusive();
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
    QJsonObject whole = toJson(MonitoringConfig());
    QCOMPARE(whole.take(QStringLiteral("preset")), QJsonValue(QStringLiteral("standard")));
    QCOMPARE(whole.take(QStringLiteral("detection")).toObject(), parsed(R"({"trackedKeys":1000000})"));
    QCOMPARE(whole.take(QStringLiteral("rules")).toObject().size(), int{kRuleCount});
    QCOMPARE(whole, expected);
}

void TestMonitoringConfig::rulesHaveTheirNumbers_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QByteArray>("settings");
    QTest::newRow("reference") << "brute-force" << QByteArray(R"({"enabled":true,"windowSeconds":300})");
    QTest::newRow("own threshold") << "account-enumeration"
                                   << QByteArray(R"({"enabled":true,"threshold":5,"windowSeconds":1200})");
    QTest::newRow("no threshold") << "escalation-after-denial" << QByteArray(R"({"enabled":true,"windowSeconds":1800})");
    QTest::newRow("travel") << "impossible-travel"
                            << QByteArray(R"({"enabled":true,"kilometres":500,"kilometresPerHour":800,)"
                                          R"("windowSeconds":5400,"countryWindowSeconds":900})");
    QTest::newRow("switch only") << "scanner-user-agent" << QByteArray(R"({"enabled":true})");
}

void TestMonitoringConfig::rulesHaveTheirNumbers()
{
    QFETCH(QString, rule);
    QFETCH(QByteArray, settings);
    const QJsonObject rules = toJson(MonitoringConfig()).value(QLatin1String("rules")).toObject();
    QCOMPARE(rules.value(rule).toObject(), parsed(settings.constData()));
}

void TestMonitoringConfig::rulesChange()
{
    const auto changed = merged({}, parsed(R"({"rules":{"csrf-attack":{"enabled":false,"threshold":4},
        "brute-force":{"windowSeconds":60}},"thresholds":{"failedLoginsPerMinute":9}})"));
    QVERIFY(changed.ok());
    QVERIFY(!changed->isOn(RuleId::CsrfAttack));
    QVERIFY(changed->isOn(RuleId::CspSpike));
    QCOMPARE(changed->rulesOn(), 19);
    QCOMPARE(changed->value(RuleId::CsrfAttack, 0), 4);
    QCOMPARE(changed->value(RuleId::BruteForce, 0), 9);
    QCOMPARE(changed->value(RuleId::BruteForce, 1), 60);
    const auto again = merged({}, toJson(*changed));
    QVERIFY(again.ok() && *again == *changed);
    // The reference preset has its thresholds, and nothing else can be changed.
    const auto reference = merged(*changed, parsed(R"({"preset":"reference"})"));
    QVERIFY(reference.ok());
    QCOMPARE(reference->rulesOn(), 6);
    QCOMPARE(reference->value(RuleId::BruteForce, 0), 9);
    QCOMPARE(reference->value(RuleId::BruteForce, 1), 300);
}

void TestMonitoringConfig::everyRuleRangeIsInclusive()
{
    for (const RuleInfo &rule : ruleCatalog()) {
        const QString name = QString::fromUtf8(rule.key.data(), static_cast<qsizetype>(rule.key.size()));
        QVERIFY(ruleNamed(rule.key) == &rule);
        QVERIFY(!rule.name().isEmpty() && !rule.explanation().isEmpty());
        for (std::size_t i = 0; i < rule.parameterCount; ++i) {
            const RuleParameter &parameter = rule.parameterSlots[i];
            const QString key = QString::fromUtf8(parameter.key.data(), static_cast<qsizetype>(parameter.key.size()));
            const auto with = [&](int value) {
                return merged({}, {{QStringLiteral("rules"), QJsonObject{{name, QJsonObject{{key, value}}}}}});
            };
            if (!parameter.threshold.empty()) {
                QVERIFY2(!with(parameter.standard).ok(), qPrintable(name));
                QCOMPARE(MonitoringConfig().value(rule.id, i), parameter.standard);
                continue;
            }
            QVERIFY2(!with(parameter.minimum - 1).ok() && !with(parameter.maximum + 1).ok(), qPrintable(name));
            for (const int edge : {parameter.minimum, parameter.maximum}) {
                const auto result = with(edge);
                QVERIFY2(result.ok(), qPrintable(name));
                QCOMPARE(result->value(rule.id, i), edge);
            }
        }
    }
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
    row("unknown preset", R"({"preset":"paranoid"})", "preset");
    row("no keys", R"({"detection":{"trackedKeys":1}})", "detection.trackedKeys");
    row("unknown detection", R"({"detection":{"keys":1}})", "detection.keys");
    row("rules is a list", R"({"rules":[]})", "rules");
    row("unknown rule", R"({"rules":{"brute":{}}})", "rules.brute");
    row("rule is a number", R"({"rules":{"csrf-attack":3}})", "rules.csrf-attack");
    row("rule enabled is a text", R"({"rules":{"csrf-attack":{"enabled":"no"}}})", "rules.csrf-attack.enabled");
    row("unknown parameter", R"({"rules":{"csrf-attack":{"days":3}}})", "rules.csrf-attack.days");
    row("half a second", R"({"rules":{"csrf-attack":{"windowSeconds":30.5}}})", "rules.csrf-attack.windowSeconds");
    row("threshold of section 2", R"({"rules":{"brute-force":{"threshold":3}}})", "thresholds.failedLoginsPerMinute");
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
