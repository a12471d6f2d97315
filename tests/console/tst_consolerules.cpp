// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "tests/console/consoletest.h"
#include "ui/views/alertstable.h"
#include "ui/views/nearmisspane.h"
#include "ui/views/ruleeditor.h"
#include "ui/views/rulespage.h"
#include "ui/views/rulestable.h"
#include "ui/views/ruletrialpane.h"

#include <QAbstractButton>
#include <QDialog>
#include <QMessageBox>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace bartizan;

namespace {

constexpr int kPatience = 30'000;

} // namespace

/// The rules page over a running engine: what is saved there holds at once, is audited, and what is close is shown.
class TestRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { ConsoleTest::isolate(); }
    void aSavedThresholdHoldsWithoutARestart();
    void showsWhoIsClose();
    void asksBeforeEditsAreLost();
    void anAlertLeadsToItsRule();

private:
    static RulesPage *rules(const ConsoleTest &console)
    {
        return static_cast<RulesPage *>(console.window->page(PageId::Rules));
    }
    static QSpinBox *threshold(const ConsoleTest &console)
    {
        return rules(console)->editor()->findChild<QSpinBox *>(QStringLiteral("threshold"));
    }
};

void TestRules::aSavedThresholdHoldsWithoutARestart()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->showPage(PageId::Rules);
    QVERIFY(rules(console)->table()->setCurrentRule(RuleId::BruteForce));
    threshold(console)->setValue(3);
    QTest::keyClick(rules(console)->table(), Qt::Key_S, Qt::ControlModifier);
    QTRY_COMPARE_WITH_TIMEOUT(console.session->settings().config.thresholds.failedLoginsPerMinute, 3, kPatience);
    QVERIFY(!rules(console)->hasEdits());
    QVERIFY(console.append(QStringLiteral("203.0.113.1"), 3));
    console.window->showPage(PageId::Alerts);
    QVERIFY(console.waitForAlerts(1));

    StoreOptions options;
    options.mode = StoreOptions::Mode::ReadOnly;
    auto store = openStore(console.path(), options);
    QVERIFY(store.ok());
    EventQuery changes;
    changes.eventType = SecurityEventType::SystemConfig;
    const auto rows = (*store)->events(changes);
    QVERIFY(rows.ok());
    const auto change = std::find_if(rows->begin(), rows->end(), [](const AuditEvent &row) {
        return row.action == "monitoring_config_changed";
    });
    QVERIFY(change != rows->end());
    QCOMPARE(change->metadata, std::string(R"({"new":{"thresholds":{"failedLoginsPerMinute":3}},)"
                                           R"("old":{"thresholds":{"failedLoginsPerMinute":5}}})"));
}

void TestRules::showsWhoIsClose()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->showPage(PageId::Rules);
    const NearMissModel &model = rules(console)->trial()->nearMisses()->model();
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(console.append(QStringLiteral("203.0.113.9"), 4));
    const auto shown = [&model] {
        for (int row = 0; row < model.rowCount(); ++row) {
            const QString line = model.index(row, 0).data(NearMissModel::RawTextRole).toString();
            if (line.startsWith(QStringLiteral("203.0.113.9: 4 of 5 failed logins, ")))
                return row;
        }
        return -1;
    };
    QTRY_VERIFY_WITH_TIMEOUT(shown() >= 0, kPatience);
    // Its address leads to the look-up.
    QTableView *table = rules(console)->trial()->nearMisses()->table();
    const QRect cell = table->visualRect(model.index(shown(), NearMissModel::GroupColumn));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, cell.center());
    QTRY_VERIFY_WITH_TIMEOUT(console.window->findChild<QDialog *>() != nullptr, kPatience);
}

void TestRules::asksBeforeEditsAreLost()
{
    ConsoleTest console;
    QVERIFY(console.open());
    console.window->showPage(PageId::Rules);
    QVERIFY(rules(console)->table()->setCurrentRule(RuleId::BruteForce));
    threshold(console)->setValue(9);
    console.window->showPage(PageId::Alerts); // Another page takes nothing away.
    QVERIFY(!console.window->close());
    QVERIFY(console.window->currentPage() == PageId::Rules);
    auto *question = console.window->findChild<QMessageBox *>();
    QVERIFY(question != nullptr);
    QTest::mouseClick(buttonNamed(question, QStringLiteral("Keep editing")), Qt::LeftButton);
    QCOMPARE(threshold(console)->value(), 9);
}

void TestRules::anAlertLeadsToItsRule()
{
    ConsoleTest console;
    QVERIFY(console.open());
    QVERIFY(console.append(QStringLiteral("203.0.113.1"), 5));
    console.window->showPage(PageId::Rules);
    QVERIFY(rules(console)->table()->setCurrentRule(RuleId::CsrfAttack));
    console.window->showPage(PageId::Alerts);
    QVERIFY(console.waitForAlerts(1));
    console.alerts()->table()->selectRow(0);
    QTRY_VERIFY_WITH_TIMEOUT(buttonNamed(console.alerts(), QStringLiteral("Brute force")) != nullptr, kPatience);
    QVERIFY(buttonNamed(console.alerts(), QStringLiteral("T1110 Brute Force")) != nullptr);
    buttonNamed(console.alerts(), QStringLiteral("Brute force"))->click();
    QVERIFY(console.window->currentPage() == PageId::Rules);
    QVERIFY(rules(console)->editor()->rule() == RuleId::BruteForce);
}

QTEST_MAIN(TestRules)
#include "tst_consolerules.moc"
