// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/nearmissmodel.h"
#include "ui/models/rulemodel.h"
#include "ui/models/rulewords.h"
#include "ui/models/trialmodel.h"

#include <QAbstractItemModelTester>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QtTest>

using namespace bartizan;

namespace {

NearMiss miss(const std::string &address, std::int64_t count, TimestampMs expiresAt, RuleId rule = RuleId::BruteForce)
{
    const bool pair = rule == RuleId::BruteForceSuccess || rule == RuleId::EscalationAfterDenial;
    return {rule, GroupKind::Address, address, count, 5, 1'000, expiresAt, pair};
}

TrialAlert alert(const std::string &id, TimestampMs at)
{
    return {id, at, "address:203.0.113.9", std::string("NL"), "6 accounts", 6, std::nullopt};
}

/// A text as it reads with the plural forms that the program loads.
QString inPlural(QString text) { return text.replace(QStringLiteral("(s)"), QStringLiteral("s")); }

} // namespace

/// The models of the rules page, each under the model tester.
class TestRuleModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRuleHasWords();
    void showsWhatIsInForce();
    void passesTheWishToSwitchOn();
    void referenceLeavesNoChoice();
    void whoMayNotWriteCannotSwitch();
    void filtersByTypeAndText();
    void sortsHitsAsNumbers();
    void nearMissesStandClosestFirst();
    void nearMissesThatLackOneEvent();
    void nearMissesCountDownAndGo();
    void nearMissesKeepTheSelection();
    void trialShowsGainedThenLost();
    void trialShowsAFewThatStay();
};

void TestRuleModels::everyRuleHasWords()
{
    static const QRegularExpression kMarker(QStringLiteral("%(\\d)"));
    for (const RuleInfo &rule : ruleCatalog()) {
        const QString name = rule.name();
        QVERIFY2(!rulewords::firesAt(rule.id, MonitoringConfig()).isEmpty(), qPrintable(name));
        QVERIFY2(!rulewords::counted(rule.id, 2).isEmpty(), qPrintable(name));
        // Every parameter can be edited, once.
        QSet<int> markers;
        for (auto it = kMarker.globalMatch(rulewords::sentence(rule.id)); it.hasNext();) {
            const int marker = it.next().captured(1).toInt();
            QVERIFY2(!markers.contains(marker), qPrintable(name));
            markers.insert(marker);
        }
        QCOMPARE(static_cast<std::size_t>(markers.size()), rule.parameters().size());
        for (std::size_t i = 0; i < rule.parameters().size(); ++i) {
            QVERIFY2(markers.contains(static_cast<int>(i) + 1), qPrintable(name));
            QVERIFY2(!rulewords::parameterName(rule.id, i).isEmpty(), qPrintable(name));
        }
        for (const std::string_view technique : rule.techniques)
            QVERIFY2(technique.empty() || !techniqueName(technique).empty(), qPrintable(name));
    }
    QCOMPARE(rulewords::firesAt(RuleId::BruteForce, {}), QStringLiteral("5 in 5 min"));
    QCOMPARE(rulewords::firesAt(RuleId::ImpossibleTravel, {}), QStringLiteral("500 km, 800 km/h"));
    QCOMPARE(rulewords::amount(RuleUnit::Seconds, 5400), QStringLiteral("1 h 30 min"));
    QCOMPARE(rulewords::group(GroupKind::Address, "203.0.113.9\n<b>"), QStringLiteral("203.0.113.9␊<b>"));
}

void TestRuleModels::showsWhatIsInForce()
{
    RuleModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 20);
    MonitoringConfig saved;
    saved.thresholds.failedLoginsPerMinute = 7;
    MonitoringConfig edited = saved;
    edited.thresholds.failedLoginsPerMinute = 9;
    edited.rules[static_cast<std::size_t>(RuleId::CsrfAttack)].enabled = false;
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setConfigs(saved, edited);
    model.setConfigs(saved, edited);
    QCOMPARE(changed.count(), 1);
    const auto at = [&model](RuleId rule, int column) { return model.index(static_cast<int>(rule), column); };
    QCOMPARE(at(RuleId::BruteForce, RuleModel::FiresColumn).data().toString(), QStringLiteral("7 in 5 min"));
    QVERIFY(at(RuleId::BruteForce, 0).data(RuleModel::EditedRole).toBool());
    QVERIFY(!at(RuleId::RateLimit, 0).data(RuleModel::EditedRole).toBool());
    QCOMPARE(at(RuleId::CsrfAttack, RuleModel::OnColumn).data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
    QCOMPARE(at(RuleId::BruteForce, RuleModel::HitsColumn).data().toString(), QString());
    RuleModel::Hits hits{};
    hits[0] = 1'234;
    model.setHits(hits);
    QCOMPARE(at(RuleId::BruteForce, RuleModel::HitsColumn).data().toString(), QStringLiteral("1,234"));
    QVERIFY(at(RuleId::AccountEnumeration, RuleModel::TechniqueColumn).data(Qt::ToolTipRole).toString().contains(
        QStringLiteral("Password Spraying")));
}

void TestRuleModels::passesTheWishToSwitchOn()
{
    RuleModel model;
    QSignalSpy wished(&model, &RuleModel::switchRequested);
    const QModelIndex box = model.index(static_cast<int>(RuleId::CsrfAttack), RuleModel::OnColumn);
    QVERIFY(model.setData(box, Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(wished.count(), 1);
    QVERIFY(wished.at(0).at(0).value<RuleId>() == RuleId::CsrfAttack);
    QCOMPARE(wished.at(0).at(1).toBool(), false);
    QCOMPARE(box.data(Qt::CheckStateRole).toInt(), int(Qt::Checked)); // Its owner decides.
    QVERIFY(!model.setData(box.siblingAtColumn(RuleModel::NameColumn), Qt::Unchecked, Qt::CheckStateRole));
}

void TestRuleModels::whoMayNotWriteCannotSwitch()
{
    RuleModel model;
    QSignalSpy wished(&model, &RuleModel::switchRequested);
    const QModelIndex box = model.index(0, RuleModel::OnColumn);
    QVERIFY(box.flags() & Qt::ItemIsUserCheckable);
    model.setWritable(false);
    QVERIFY(!(box.flags() & Qt::ItemIsUserCheckable));
    QVERIFY(!model.setData(box, Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(wished.count(), 0);
}

void TestRuleModels::referenceLeavesNoChoice()
{
    RuleModel model;
    MonitoringConfig reference;
    reference.preset = Preset::Reference;
    model.setConfigs(reference, reference);
    int on = 0;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex box = model.index(row, RuleModel::OnColumn);
        on += box.data(Qt::CheckStateRole).toInt() == Qt::Checked ? 1 : 0;
        QVERIFY(!(box.flags() & Qt::ItemIsUserCheckable));
        QVERIFY(!model.setData(box, Qt::Checked, Qt::CheckStateRole));
    }
    QCOMPARE(on, 6);
}

void TestRuleModels::filtersByTypeAndText()
{
    RuleModel model;
    RuleFilter filter;
    filter.setSourceModel(&model);
    const QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
    filter.setType(AlertType::PrivilegeEscalation);
    QCOMPARE(filter.rowCount(), 3);
    filter.setText(QStringLiteral("MASS"));
    QCOMPARE(filter.rowCount(), 1);
    filter.setType(std::nullopt);
    filter.setText(QStringLiteral("t1530"));
    QCOMPARE(filter.rowCount(), 2);
    filter.setText(QStringLiteral("nothing speaks of this"));
    QCOMPARE(filter.rowCount(), 0);
}

void TestRuleModels::sortsHitsAsNumbers()
{
    RuleModel model;
    RuleFilter filter;
    filter.setSourceModel(&model);
    RuleModel::Hits hits{};
    hits[3] = 9;
    hits[5] = 100;
    model.setHits(hits);
    filter.sort(RuleModel::HitsColumn, Qt::DescendingOrder);
    QCOMPARE(filter.index(0, 0).data(RuleModel::RuleRole).toInt(), 5);
    QCOMPARE(filter.index(1, 0).data(RuleModel::RuleRole).toInt(), 3);
}

void TestRuleModels::nearMissesStandClosestFirst()
{
    NearMissModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setNow(10 * kSecond);
    model.setNearMisses({miss("203.0.113.1", 3, 60 * kSecond), miss("203.0.113.9", 4, 90 * kSecond),
                         miss("203.0.113.2", 4, 70 * kSecond, RuleId::AccountEnumeration)});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.index(0, NearMissModel::GroupColumn).data().toString(), QStringLiteral("203.0.113.2"));
    QCOMPARE(inPlural(model.index(1, 0).data(NearMissModel::RawTextRole).toString()),
             QStringLiteral("203.0.113.9: 4 of 5 failed logins, 1 min 20 s left"));
    model.setRule(RuleId::AccountEnumeration);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(inPlural(model.index(0, NearMissModel::CountColumn).data().toString()), QStringLiteral("4 of 5 accounts"));
    model.setRule(std::nullopt);
    QCOMPARE(model.rowCount(), 3);
}

void TestRuleModels::nearMissesThatLackOneEvent()
{
    NearMissModel model;
    model.setNow(10 * kSecond);
    model.setNearMisses({miss("203.0.113.1", 4, 15 * kSecond), miss("203.0.113.9", 12, 90 * kSecond, RuleId::BruteForceSuccess),
                         miss("203.0.113.2", 5, 70 * kSecond, RuleId::EscalationAfterDenial)});
    const auto textAt = [&](int row) { return inPlural(model.index(row, NearMissModel::CountColumn).data().toString()); };
    QCOMPARE(textAt(0), QStringLiteral("5 denials, one grant away")); // It expires first.
    QCOMPARE(textAt(1), QStringLiteral("12 failed logins, one login away"));
    QCOMPARE(textAt(2), QStringLiteral("4 of 5 failed logins"));
    QCOMPARE(model.index(1, 0).data(NearMissModel::ShareRole).toDouble(), 5.0 / 6.0); // Of five and a login, the five.
}

void TestRuleModels::nearMissesCountDownAndGo()
{
    NearMissModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setNow(0);
    model.setNearMisses({miss("203.0.113.1", 4, 5 * kSecond), miss("203.0.113.9", 4, 90 * kSecond)});
    model.setNow(4 * kSecond);
    QCOMPARE(model.index(0, NearMissModel::LeftColumn).data().toString(), QStringLiteral("1 s"));
    model.setNow(5 * kSecond);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, NearMissModel::GroupColumn).data().toString(), QStringLiteral("203.0.113.9"));
}

void TestRuleModels::nearMissesKeepTheSelection()
{
    NearMissModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setNearMisses({miss("203.0.113.1", 2, kHour), miss("203.0.113.9", 1, kHour)});
    const QPersistentModelIndex kept(model.index(1, 0));
    model.setNearMisses({miss("203.0.113.1", 2, kHour), miss("203.0.113.9", 4, kHour), miss("203.0.113.3", 3, kHour)});
    QVERIFY(kept.isValid());
    QCOMPARE(kept.row(), 0);
    QCOMPARE(kept.data().toString(), QStringLiteral("203.0.113.9"));
    QCOMPARE(model.index(1, 0).data().toString(), QStringLiteral("203.0.113.3"));
    model.setNearMisses({});
    QVERIFY(!kept.isValid());
}

void TestRuleModels::trialShowsGainedThenLost()
{
    TrialModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    TrialReport report;
    report.gained = report.lost = 1;
    report.gainedAlerts = {alert("a", 1'000)};
    report.lostAlerts = {alert("b", 2'000)};
    report.lostAlerts[0].acknowledged = true;
    model.load(RuleId::AccountEnumeration, report);
    QCOMPARE(model.rowCount(), 2);
    const auto cell = [&model](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(cell(0, TrialModel::ChangeColumn), QStringLiteral("Gained"));
    QCOMPARE(cell(0, TrialModel::StatusColumn), QStringLiteral("new"));
    QCOMPARE(inPlural(cell(0, TrialModel::SaysColumn)), QStringLiteral("6 accounts"));
    QCOMPARE(cell(1, TrialModel::ChangeColumn), QStringLiteral("Lost"));
    QCOMPARE(cell(1, TrialModel::StatusColumn), QStringLiteral("acknowledged"));
    QCOMPARE(model.headerData(TrialModel::GroupColumn, Qt::Horizontal).toString(), QStringLiteral("Address"));
    QCOMPARE(model.headerData(TrialModel::CountryColumn, Qt::Horizontal, Qt::AccessibleTextRole).toString(), QStringLiteral("Country"));
    QCOMPARE(model.index(0, 0).data(TrialModel::AddressRole).toString(), QStringLiteral("203.0.113.9"));
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void TestRuleModels::trialShowsAFewThatStay()
{
    TrialModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    TrialReport report;
    report.same = 5;
    for (int i = 0; i < 5; ++i)
        report.sameAlerts.push_back(alert(std::string(1, static_cast<char>('a' + i)), i));
    model.load(RuleId::BruteForce, report);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.hiddenSame(), 2);
    model.showAllSame();
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.hiddenSame(), 0);
}

QTEST_GUILESS_MAIN(TestRuleModels)
#include "tst_rulemodels.moc"
