// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertfixtures.h"
#include "ui/models/accountmodel.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace bartizan;

class TestAccountModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsAccounts();
};

void TestAccountModel::showsAccounts()
{
    AccountModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setAccounts({{"m.okafor", 24, 1, fixtures::kNoon}, {"<b>x</b>", 1234, 0, fixtures::kNoon - kDay}},
                      fixtures::kNoon, QTimeZone::utc());
    QCOMPARE(model.rowCount(), 2);
    // An account may have events of other kinds only: the numbers are those of logins, and say so.
    const auto header = [&model](int column) { return model.headerData(column, Qt::Horizontal).toString(); };
    QCOMPARE(header(AccountModel::FailedColumn), QStringLiteral("Failed logins"));
    QCOMPARE(header(AccountModel::SucceededColumn), QStringLiteral("Successful logins"));
    QCOMPARE(model.index(0, AccountModel::AccountColumn).data().toString(), QStringLiteral("m.okafor"));
    QCOMPARE(model.index(1, AccountModel::FailedColumn).data().toString(), QStringLiteral("1,234"));
    QCOMPARE(model.index(0, AccountModel::LastColumn).data().toString(), QStringLiteral("14:00:00"));
    QVERIFY(!model.index(1, 0).data(Qt::ToolTipRole).toString().contains(QLatin1String("<b>")));
    model.setAccounts({}, fixtures::kNoon, QTimeZone::utc());
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(TestAccountModel)
#include "tst_accountmodel.moc"
