// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/mutepreview.h"
#include "tests/models/alertfixtures.h"
#include "ui/models/mutemodel.h"
#include "ui/models/mutewords.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QtTest>

using namespace bartizan;

namespace {

Mute muteOf(const std::string &id, TimestampMs end)
{
    Mute mute;
    mute.id = id;
    mute.rule = "brute-force";
    mute.group = "address:203.0.113.9";
    mute.reason = "<b>our</b>\nscanner";
    mute.by = "anna";
    mute.createdAt = fixtures::kNoon - kHour;
    mute.expiresAt = end;
    return mute;
}

} // namespace

class TestMuteModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsMutes();
    void followsWithoutLosingRows();
    void saysWhatItIsAbout();
    void foretells();
};

void TestMuteModel::showsMutes()
{
    MuteModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    Mute busy = muteOf("a", fixtures::kNoon + kHour);
    busy.alerts = 2;
    busy.hits = 1234;
    busy.lastHitAt = fixtures::kNoon - kMinute;
    Mute lifted = muteOf("c", fixtures::kNoon + kHour);
    lifted.liftedAt = fixtures::kNoon - kMinute;
    lifted.liftedBy = "otto";
    model.setNow(fixtures::kNoon, QTimeZone::utc());
    model.setMutes({busy, muteOf("b", fixtures::kNoon), lifted}, fixtures::kNoon);
    const auto cell = [&](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(cell(0, MuteModel::StateColumn), QStringLiteral("In force"));
    QCOMPARE(cell(1, MuteModel::StateColumn), QStringLiteral("Expired"));
    QCOMPARE(cell(2, MuteModel::StateColumn), QStringLiteral("Lifted by otto"));
    QCOMPARE(cell(0, MuteModel::HitsColumn), QStringLiteral("1,234"));
    QCOMPARE(cell(0, MuteModel::AlertsColumn), QStringLiteral("2"));
    QCOMPARE(cell(1, MuteModel::LastHitColumn), QStringLiteral("none yet"));
    QCOMPARE(cell(0, MuteModel::ReasonColumn), QStringLiteral("<b>our</b> / scanner")); // Two lines, in one.
    QVERIFY(mutewords::standing(muteOf("a", fixtures::kNoon), QTimeZone::utc()).endsWith(QLatin1String(": <b>our</b>\nscanner")));
    QVERIFY(!model.index(0, MuteModel::ReasonColumn).data(Qt::ToolTipRole).toString().contains(QLatin1String("<b>")));
    model.setEndedShown(false);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.total(), std::size_t{3});
    // What expires goes, to the millisecond.
    model.setNow(fixtures::kNoon + kHour - 1, QTimeZone::utc());
    QCOMPARE(model.rowCount(), 1);
    model.setNow(fixtures::kNoon + kHour, QTimeZone::utc());
    QCOMPARE(model.rowCount(), 0);
}

void TestMuteModel::followsWithoutLosingRows()
{
    MuteModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setNow(fixtures::kNoon, QTimeZone::utc());
    model.setMutes({muteOf("b", fixtures::kNoon + kDay), muteOf("a", fixtures::kNoon + kDay)}, fixtures::kNoon);
    const QPersistentModelIndex kept(model.index(1, 0));
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.setMutes({muteOf("c", fixtures::kNoon + kDay), muteOf("b", fixtures::kNoon + kDay), muteOf("a", fixtures::kNoon + kDay)}, fixtures::kNoon);
    QVERIFY(kept.isValid());
    QCOMPARE(kept.row(), 2);
    QCOMPARE(model.muteAt(kept.row()).id, std::string("a"));
    model.setMutes({muteOf("c", fixtures::kNoon + kDay), muteOf("a", fixtures::kNoon + kDay)}, fixtures::kNoon);
    QCOMPARE(kept.row(), 1);
    QCOMPARE(resets.count(), 0);
}

void TestMuteModel::saysWhatItIsAbout()
{
    Mute mute = muteOf("a", fixtures::kNoon);
    QCOMPARE(mutewords::about(mute), QStringLiteral("203.0.113.9"));
    mute.network = "203.0.113.0/24";
    QCOMPARE(mutewords::about(mute), QStringLiteral("203.0.113.0/24"));
    mute.group = "user:anna";
    QCOMPARE(mutewords::about(mute), QStringLiteral("anna, from 203.0.113.0/24"));
    mute.network.clear();
    mute.group.clear();
    QCOMPARE(mutewords::about(mute), QStringLiteral("whole log"));
    mute.rule = "<i>gone</i>";
    QCOMPARE(mutewords::rule(mute), QStringLiteral("<i>gone</i>"));
}

void TestMuteModel::foretells()
{
    MutePreview preview;
    QCOMPARE(mutewords::foretold(preview), QStringLiteral("Would have hidden nothing in the last 30 days."));
    QVERIFY(mutewords::activeNow(preview).isEmpty());
    preview.alerts = 1400;
    QVERIFY(mutewords::foretold(preview).contains(QLatin1String("1,400 alert")));
    preview.truePositives = 2;
    QVERIFY2(mutewords::foretold(preview).contains(QLatin1String("2 of them true positive")), qPrintable(mutewords::foretold(preview)));
}

QTEST_GUILESS_MAIN(TestMuteModel)
#include "tst_mutemodel.moc"
