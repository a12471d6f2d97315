// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notices/noticepolicy.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

namespace bartizan {

/// Which alerts are announced, how many at once, and when not.
class TestNoticePolicy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_policy = NoticePolicy();
        m_policy.begin(kNow);
        m_next = 0;
    }
    void announcesEachOnce();
    void mutedOnesAreNewsWhenTheyComeBack();
    void isNoNews_data();
    void isNoNews();
    void makesManyOne();
    void oneMoreThanAFewAtOnce();
    void beginsAnewAfterAPause();
    void soundsForGraveOnes_data();
    void soundsForGraveOnes();
    void soundsOnceInABurst();
    void soundsAgainForAGraverOne();
    void keepsQuiet_data();
    void keepsQuiet();
    void quietAlertsAreNotAnnouncedLater();
    void leavesOutWhatIsBelow();
    void soundWithoutPopups();
    void whatIsSeenToIsNoPartOfTheSum();
    void keepsChoices();

private:
    static constexpr TimestampMs kNow = 1'795'176'000'000;
    static constexpr std::int64_t kKnown = 500; ///< Number of the newest alert when the log was opened.

    SecurityAlert alert(AlertSeverity severity = AlertSeverity::Medium, TimestampMs at = kNow)
    {
        SecurityAlert made;
        made.id = "alert-" + std::to_string(++m_next);
        made.severity = severity;
        made.timestamp = at;
        return made;
    }
    std::vector<SecurityAlert> alerts(int count, AlertSeverity severity = AlertSeverity::Medium)
    {
        std::vector<SecurityAlert> made;
        for (int i = 0; i < count; ++i)
            made.push_back(alert(severity));
        return made;
    }
    /// They are kept until the next call: the answer points to them.
    NoticeStep take(const std::vector<SecurityAlert> &changed, TimestampMs now = kNow, QTime local = QTime(12, 0))
    {
        m_changes = {0, changed, {}, {}, kKnown};
        for (const SecurityAlert &one : changed)
            m_changes.numbers.push_back(kKnown + std::stoll(one.id.substr(std::string_view("alert-").size())));
        return m_policy.take(m_changes, now, local);
    }

    NoticePolicy m_policy;
    AlertChanges m_changes;
    int m_next = 0;
};

void TestNoticePolicy::announcesEachOnce()
{
    std::vector<SecurityAlert> one = alerts(1);
    const NoticeStep first = take(one);
    QCOMPARE(first.single, std::vector<const SecurityAlert *>{&m_changes.changed.front()});
    QVERIFY(!first.sum && !first.withdrawSingle && !first.sound);
    one.front().repeats = 3;
    QVERIFY(take(one, kNow + kMinute).single.empty());
    one.front().acknowledged = true;
    QVERIFY(take(one, kNow + 2 * kMinute).single.empty());
}

void TestNoticePolicy::mutedOnesAreNewsWhenTheyComeBack()
{
    std::vector<SecurityAlert> one = alerts(1);
    one.front().mute = "mute";
    QVERIFY(take(one).single.empty());
    one.front().repeats = 1;
    QVERIFY(take(one, kNow + kMinute).single.empty());
    one.front().mute.reset(); // The mute has ended, and it was hit again.
    one.front().repeats = 2;
    QCOMPARE(take(one, kNow + 2 * kMinute).single.size(), std::size_t{1});
    QVERIFY(take(one, kNow + 3 * kMinute).single.empty());
}

void TestNoticePolicy::isNoNews_data()
{
    QTest::addColumn<qint64>("age");
    QTest::addColumn<int>("number"); // 0: the newest one when the log was opened.
    QTest::addColumn<int>("repeats");
    QTest::addColumn<bool>("acknowledged");
    QTest::addColumn<bool>("news");
    constexpr qint64 hour = NoticePolicy::kOldest;
    QTest::newRow("of this moment") << qint64{0} << 1 << 0 << false << true;
    QTest::newRow("of this moment, repeated already") << qint64{0} << 1 << 2 << false << true;
    QTest::newRow("of an hour ago, raised since") << hour << 1 << 0 << false << true;
    QTest::newRow("of an hour ago, raised and repeated since") << hour << 1 << 3 << false << true;
    QTest::newRow("of more than an hour ago") << hour + 1 << 1 << 0 << false << false;
    QTest::newRow("acknowledged") << qint64{0} << 1 << 0 << true << false;
    QTest::newRow("was there, some step was taken on it") << qint64{1} << 0 << 0 << false << false;
    QTest::newRow("was there before others") << hour << -7 << 0 << false << false;
    QTest::newRow("was there, with a time to come") << qint64{-1} << 0 << 0 << false << false;
    QTest::newRow("was there, repeated") << qint64{1} << 0 << 1 << false << false;
}

void TestNoticePolicy::isNoNews()
{
    QFETCH(qint64, age);
    QFETCH(int, number);
    QFETCH(int, repeats);
    QFETCH(bool, acknowledged);
    QFETCH(bool, news);
    SecurityAlert one = alert(AlertSeverity::Low, kNow - age);
    one.id = "alert-" + std::to_string(number);
    one.repeats = repeats;
    one.acknowledged = acknowledged;
    QCOMPARE(take({one}).single.size(), news ? 1U : 0U);
}

void TestNoticePolicy::makesManyOne()
{
    QCOMPARE(take(alerts(3)).single.size(), 3U);
    QCOMPARE(take(alerts(2, AlertSeverity::High), kNow + 9 * kSecond).single.size(), 2U);
    const NoticeStep sixth = take(alerts(1), kNow + 9 * kSecond);
    QVERIFY(sixth.single.empty());
    QVERIFY(sixth.withdrawSingle);
    QCOMPARE(sixth.sum->count, 6);
    QVERIFY(sixth.sum->highest == AlertSeverity::High);
    const NoticeStep more = take(alerts(100, AlertSeverity::Critical), kNow + 15 * kSecond);
    QVERIFY(!more.withdrawSingle);
    QCOMPARE(more.sum->count, 106);
    QVERIFY(more.sum->highest == AlertSeverity::Critical);
}

void TestNoticePolicy::oneMoreThanAFewAtOnce()
{
    QCOMPARE(take(alerts(5)).single.size(), 5U);
    init();
    const NoticeStep step = take(alerts(6));
    QVERIFY(step.single.empty());
    QCOMPARE(step.sum->count, 6);
}

void TestNoticePolicy::beginsAnewAfterAPause()
{
    QVERIFY(take(alerts(1000)).sum);
    const NoticeStep within = take(alerts(1), kNow + NoticePolicy::kBurst - 1);
    QCOMPARE(within.sum->count, 1001);
    const NoticeStep after = take(alerts(1), kNow + 2 * NoticePolicy::kBurst - 1);
    QVERIFY(!after.sum);
    QCOMPARE(after.single.size(), 1U);
    // Five in ten seconds, over and over, stay single.
    for (int i = 1; i <= 50; ++i)
        QCOMPARE(take(alerts(1), kNow + 2 * NoticePolicy::kBurst + i * 2 * kSecond).single.size(), 1U);
}

void TestNoticePolicy::soundsForGraveOnes_data()
{
    QTest::addColumn<int>("severity");
    QTest::addColumn<bool>("sound");
    QTest::newRow("LOW") << 0 << false;
    QTest::newRow("MEDIUM") << 1 << false;
    QTest::newRow("HIGH") << 2 << true;
    QTest::newRow("CRITICAL") << 3 << true;
}

void TestNoticePolicy::soundsForGraveOnes()
{
    QFETCH(int, severity);
    QFETCH(bool, sound);
    const auto one = alerts(1, static_cast<AlertSeverity>(severity));
    QCOMPARE(take(one).sound, sound);
    QVERIFY(!take(one, kNow + kMinute).sound);
}

void TestNoticePolicy::soundsOnceInABurst()
{
    QVERIFY(take(alerts(1, AlertSeverity::High)).sound);
    QVERIFY(!take(alerts(1, AlertSeverity::High), kNow + NoticePolicy::kBurst - 1).sound);
    QVERIFY(take(alerts(1, AlertSeverity::High), kNow + NoticePolicy::kBurst).sound);
    NoticeChoices mute;
    mute.sound = false;
    m_policy.setChoices(mute);
    QVERIFY(!take(alerts(1, AlertSeverity::High), kNow + kMinute).sound);
}

void TestNoticePolicy::soundsAgainForAGraverOne()
{
    QVERIFY(take(alerts(1, AlertSeverity::High)).sound);
    QVERIFY(take(alerts(1, AlertSeverity::Critical), kNow + 5 * kSecond).sound);
    QVERIFY(!take(alerts(1, AlertSeverity::Critical), kNow + 6 * kSecond).sound);
    QVERIFY(!take(alerts(9, AlertSeverity::High), kNow + 7 * kSecond).sound);
    QVERIFY(!take(alerts(1, AlertSeverity::High), kNow + 5 * kSecond + NoticePolicy::kBurst - 1).sound);
    QVERIFY(take(alerts(1, AlertSeverity::High), kNow + 5 * kSecond + NoticePolicy::kBurst).sound);
    QVERIFY(take(alerts(1, AlertSeverity::Critical), kNow + 6 * kSecond + NoticePolicy::kBurst).sound);
}

void TestNoticePolicy::keepsQuiet_data()
{
    QTest::addColumn<QTime>("from");
    QTest::addColumn<QTime>("to");
    QTest::addColumn<QTime>("now");
    QTest::addColumn<bool>("quiet");
    const QTime ten(22, 0);
    const QTime seven(7, 0);
    QTest::newRow("before the night") << ten << seven << QTime(21, 59, 59, 999) << false;
    QTest::newRow("the night begins") << ten << seven << ten << true;
    QTest::newRow("midnight") << ten << seven << QTime(0, 0) << true;
    QTest::newRow("the last moment") << ten << seven << QTime(6, 59, 59, 999) << true;
    QTest::newRow("the night ends") << ten << seven << seven << false;
    QTest::newRow("by day, inside") << seven << ten << QTime(12, 0) << true;
    QTest::newRow("by day, outside") << seven << ten << QTime(23, 0) << false;
    QTest::newRow("all day") << ten << ten << QTime(3, 0) << true;
}

void TestNoticePolicy::keepsQuiet()
{
    QFETCH(QTime, from);
    QFETCH(QTime, to);
    QFETCH(QTime, now);
    QFETCH(bool, quiet);
    NoticeChoices choices;
    choices.quietFrom = from;
    choices.quietTo = to;
    m_policy.setChoices(choices);
    QCOMPARE(take(alerts(1, AlertSeverity::Critical), kNow, now).single.size(), 1U);
    choices.quietHours = true;
    m_policy.setChoices(choices);
    const NoticeStep step = take(alerts(1, AlertSeverity::Critical), kNow + kMinute, now);
    QCOMPARE(step.single.size(), quiet ? 0U : 1U);
    QCOMPARE(step.sound, !quiet);
}

void TestNoticePolicy::quietAlertsAreNotAnnouncedLater()
{
    NoticeChoices choices;
    choices.quietHours = true;
    m_policy.setChoices(choices);
    std::vector<SecurityAlert> one = alerts(1);
    QVERIFY(take(one, kNow, QTime(6, 59)).single.empty());
    one.front().repeats = 1;
    QVERIFY(take(one, kNow + kMinute, QTime(7, 0)).single.empty());
}

void TestNoticePolicy::leavesOutWhatIsBelow()
{
    NoticeChoices choices;
    choices.from = AlertSeverity::High;
    m_policy.setChoices(choices);
    QVERIFY(take(alerts(9, AlertSeverity::Medium)).single.empty());
    const NoticeStep step = take(alerts(1, AlertSeverity::High));
    QCOMPARE(step.single.size(), 1U);
    QVERIFY(!step.sum);
}

void TestNoticePolicy::soundWithoutPopups()
{
    NoticeChoices choices;
    choices.popups = false;
    m_policy.setChoices(choices);
    const NoticeStep step = take(alerts(7, AlertSeverity::High));
    QVERIFY(step.single.empty() && !step.sum);
    QVERIFY(step.sound);
}

void TestNoticePolicy::whatIsSeenToIsNoPartOfTheSum()
{
    std::vector<SecurityAlert> first = alerts(int(NoticePolicy::kMostSingle));
    QCOMPARE(take(first).single.size(), NoticePolicy::kMostSingle);
    first[0].acknowledged = first[3].acknowledged = true;
    QVERIFY(!take({first[0], first[3]}).sum);
    const SecurityAlert last = alert();
    const NoticeStep step = take({last});
    QVERIFY(step.sum && step.sum->count == 4);
    QCOMPARE(step.summed, (std::vector<std::string>{first[1].id, first[2].id, first[4].id, last.id}));
}

void TestNoticePolicy::keepsChoices()
{
    const QTemporaryDir folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    QVERIFY(NoticePreferences().choices() == NoticeChoices());
    const NoticeChoices other{false, AlertSeverity::High, false, true, QTime(1, 30), QTime(2, 45)};
    NoticePreferences preferences;
    QSignalSpy changed(&preferences, &NoticePreferences::changed);
    preferences.setChoices(other);
    preferences.setChoices(other);
    QCOMPARE(changed.count(), 1);
    QVERIFY(NoticePreferences().choices() == other);
    // What somebody wrote into the file by hand and cannot be read is as at the first start.
    QSettings().setValue(QStringLiteral("notices/quietFrom"), QStringLiteral("25:99"));
    QSettings().setValue(QStringLiteral("notices/from"), QStringLiteral("<b>"));
    const NoticeChoices mended = NoticePreferences().choices();
    QCOMPARE(mended.quietFrom, NoticeChoices().quietFrom);
    QVERIFY(mended.from == NoticeChoices().from);
    QCOMPARE(mended.quietTo, other.quietTo);
}

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestNoticePolicy)
#include "tst_noticepolicy.moc"
