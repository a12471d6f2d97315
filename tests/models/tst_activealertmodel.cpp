// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/activealertmodel.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTest>

using namespace bartizan;

namespace {

constexpr TimestampMs kNow = 1'772'454'000'000; // 2026-03-02T12:20:00Z

SecurityAlert alert(const std::string &id, TimestampMs at)
{
    SecurityAlert a;
    a.id = id;
    a.timestamp = at;
    a.severity = AlertSeverity::High;
    a.title = "Brute Force Attack";
    a.context.ipAddress = "192.0.2.88";
    a.context.country = "BR";
    return a;
}

QStringList ids(const ActiveAlertModel &model)
{
    QStringList list;
    for (int row = 0; row < model.rowCount(); ++row)
        list.append(model.index(row, 0).data(ActiveAlertModel::IdRole).toString());
    return list;
}

} // namespace

class TestActiveAlertModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void followsFineGrained();
    void selectionStays();
    void showsWhatItHas();
    void anomaliesAreToldApartInARow();
    void hostileTextStaysText();
};

void TestActiveAlertModel::followsFineGrained()
{
    ActiveAlertModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setAlerts({alert("c", kNow - 1), alert("b", kNow - 2), alert("a", kNow - 3)}, kNow);
    QCOMPARE(ids(model), QStringList({QStringLiteral("c"), QStringLiteral("b"), QStringLiteral("a")}));
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    SecurityAlert renamed = alert("b", kNow - 2);
    renamed.title = "Other";
    model.setAlerts({alert("e", kNow), alert("d", kNow), alert("c", kNow - 1), renamed}, kNow);
    QCOMPARE(ids(model), QStringList({QStringLiteral("e"), QStringLiteral("d"), QStringLiteral("c"), QStringLiteral("b")}));
    QCOMPARE(inserted.count(), 2);
    QCOMPARE(removed.count(), 1);
    QCOMPARE(changed.count(), 1);
    // The same again changes nothing; another order and nothing at all are followed too.
    model.setAlerts({alert("e", kNow), alert("d", kNow), alert("c", kNow - 1), renamed}, kNow);
    QCOMPARE(inserted.count() + removed.count() + changed.count(), 4);
    model.setAlerts({renamed, alert("d", kNow), alert("e", kNow)}, kNow);
    QCOMPARE(ids(model), QStringList({QStringLiteral("b"), QStringLiteral("d"), QStringLiteral("e")}));
    model.setAlerts({}, kNow);
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(reset.count(), 0);
}

void TestActiveAlertModel::selectionStays()
{
    ActiveAlertModel model;
    QItemSelectionModel selection(&model);
    model.setAlerts({alert("c", kNow - 1), alert("b", kNow - 2), alert("a", kNow - 3)}, kNow);
    selection.select(model.index(1, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    model.setAlerts({alert("e", kNow), alert("d", kNow), alert("b", kNow - 2)}, kNow);
    QCOMPARE(selection.selectedRows().size(), 1);
    QCOMPARE(selection.selectedRows().at(0).data(ActiveAlertModel::IdRole).toString(), QStringLiteral("b"));
    model.setAlerts({alert("e", kNow)}, kNow);
    QVERIFY(!selection.hasSelection());
}

void TestActiveAlertModel::showsWhatItHas()
{
    ActiveAlertModel model;
    SecurityAlert company = alert("x", kNow - 25 * kHour);
    company.context = {};
    company.context.companyId = "Birchfield";
    model.setAlerts({alert("y", kNow - kMinute), company}, kNow);
    const auto text = [&model](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(text(0, ActiveAlertModel::Time), QStringLiteral("12:19:00"));
    QCOMPARE(text(1, ActiveAlertModel::Time), QStringLiteral("03-01 11:20"));
    QCOMPARE(text(0, ActiveAlertModel::Source), QStringLiteral("192.0.2.88"));
    QCOMPARE(text(0, ActiveAlertModel::Country), QStringLiteral("BR"));
    QCOMPARE(text(1, ActiveAlertModel::Source), QStringLiteral("Birchfield"));
    QCOMPARE(text(0, ActiveAlertModel::Severity), QStringLiteral("HIGH"));
    QCOMPARE(model.index(0, ActiveAlertModel::Severity).data(Qt::AccessibleTextRole).toString(), QStringLiteral("Severity HIGH"));
    QCOMPARE(model.headerData(ActiveAlertModel::Time, Qt::Horizontal).toString(), QStringLiteral("Time (UTC)"));
    model.setZone(QTimeZone("Asia/Tokyo"));
    QCOMPARE(text(0, ActiveAlertModel::Time), QStringLiteral("21:19:00"));
    QVERIFY(!model.index(0, ActiveAlertModel::Mark).data(Qt::AccessibleTextRole).toString().isEmpty());
}

void TestActiveAlertModel::anomaliesAreToldApartInARow()
{
    ActiveAlertModel model;
    const auto shown = [&model](const std::string &title) {
        SecurityAlert one = alert("x", kNow);
        one.title = title;
        model.setAlerts({one}, kNow);
        return model.index(0, ActiveAlertModel::Title).data().toString();
    };
    QCOMPARE(shown("Anomaly Detected: geographical_anomaly"), QStringLiteral("Anomaly: geographical"));
    QCOMPARE(shown("Anomaly Detected: temporal_anomaly"), QStringLiteral("Anomaly: temporal"));
    QVERIFY(model.index(0, ActiveAlertModel::Title).data(Qt::ToolTipRole).toString().contains(
        QLatin1String("Anomaly Detected: temporal_anomaly")));
    // What somebody else called so stays as it is.
    for (const char *other : {"Anomaly Detected: _anomaly", "Anomaly Detected: flood", "Anomaly detected: x_anomaly"})
        QCOMPARE(shown(other), QLatin1String(other));
}

void TestActiveAlertModel::hostileTextStaysText()
{
    ActiveAlertModel model;
    SecurityAlert hostile = alert("z", kNow);
    hostile.title = "<b>bold</b>\n\xe2\x80\xaegnp.exe";
    model.setAlerts({hostile}, kNow);
    const QModelIndex title = model.index(0, ActiveAlertModel::Title);
    QVERIFY(title.data().toString().startsWith(QStringLiteral("<b>bold</b>")));
    QVERIFY(!title.data().toString().contains(QChar(0x202e)));
    QVERIFY(!title.data().toString().contains(QLatin1Char('\n')));
    QVERIFY(!title.data(Qt::ToolTipRole).toString().contains(QStringLiteral("<b>")));
}

QTEST_GUILESS_MAIN(TestActiveAlertModel)
#include "tst_activealertmodel.moc"
