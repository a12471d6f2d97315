// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertfixtures.h"
#include "ui/models/recommendedactions.h"

#include <QtTest>

using namespace bartizan;

class TestRecommendedActions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyTypeHasAdvice();
    void adviceNamesTheAddress();
    void anomaliesBringTheirOwn();
    void hostileMetadataIsNoAdvice();
};

void TestRecommendedActions::everyTypeHasAdvice()
{
    for (std::size_t i = 0; i < enumCount<AlertType>(); ++i) {
        SecurityAlert alert = fixtures::alert(1);
        alert.type = static_cast<AlertType>(i);
        alert.context.ipAddress.reset();
        const QStringList actions = recommendedActions(alert);
        QVERIFY2(actions.size() >= 2, toString(alert.type).data());
        for (const QString &action : actions)
            QVERIFY2(!action.contains(QLatin1Char('%')), qPrintable(action));
    }
}

void TestRecommendedActions::adviceNamesTheAddress()
{
    QVERIFY(recommendedActions(fixtures::alert(9)).first().contains(QLatin1String("203.0.113.9")));
}

void TestRecommendedActions::anomaliesBringTheirOwn()
{
    SecurityAlert alert = fixtures::alert(1);
    alert.type = AlertType::AuthenticationAnomaly;
    alert.metadata = R"({"anomaly":{"recommendedActions":["Verify user identity","Check for compromised credentials"]}})";
    QCOMPARE(recommendedActions(alert), QStringList({QStringLiteral("Verify user identity"),
                                                     QStringLiteral("Check for compromised credentials")}));
}

void TestRecommendedActions::hostileMetadataIsNoAdvice()
{
    SecurityAlert alert = fixtures::alert(1);
    alert.type = AlertType::AuthenticationAnomaly;
    alert.metadata = R"({"anomaly":{"recommendedActions":{"0":"x"}}})";
    QVERIFY(recommendedActions(alert).size() >= 2);
    alert.metadata = R"({"anomaly":{"recommendedActions":["a)" "\\u202e" R"(b\n"]}})";
    QVERIFY(!recommendedActions(alert).first().contains(QChar(0x202e)));
}

QTEST_GUILESS_MAIN(TestRecommendedActions)
#include "tst_recommendedactions.moc"
