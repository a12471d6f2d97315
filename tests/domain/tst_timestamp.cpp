// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/timestamp.h"
#include "core/domain/zoneoffsets.h"

#include <QDateTime>
#include <QTest>
#include <QTimeZone>

#include <random>

using namespace bartizan;

class TestTimestamp : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void formats();
    void roundTripAgainstQt();
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void zoneOffsetsAgainstQt_data();
    void zoneOffsetsAgainstQt();
    void unknownZone();
};

void TestTimestamp::formats()
{
    QCOMPARE(formatIso(0), std::string("1970-01-01T00:00:00.000Z"));
    QCOMPARE(formatIso(-1), std::string("1969-12-31T23:59:59.999Z"));
    QCOMPARE(formatIso(1'795'271'232'418), std::string("2026-11-21T14:27:12.418Z"));
    QCOMPARE(formatIso(std::numeric_limits<TimestampMs>::min()), std::string("0000-01-01T00:00:00.000Z"));
    QCOMPARE(formatIso(std::numeric_limits<TimestampMs>::max()), std::string("9999-12-31T23:59:59.999Z"));
    std::string appended = "at ";
    appendIso(0, appended);
    QCOMPARE(appended, std::string("at 1970-01-01T00:00:00.000Z"));
}

void TestTimestamp::roundTripAgainstQt()
{
    std::mt19937_64 random(3);
    for (int i = 0; i < 2000; ++i) {
        const auto t = static_cast<TimestampMs>(random() % 8'000'000'000'000ULL) - 2'000'000'000'000;
        const std::string text = formatIso(t);
        QCOMPARE(QString::fromStdString(text),
                 QDateTime::fromMSecsSinceEpoch(t, Qt::UTC).toString(Qt::ISODateWithMs));
        QCOMPARE(parseIso(text), std::optional(t));
    }
}

void TestTimestamp::reads_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("meaning");
    const auto row = [](const char *text, const char *meaning) { QTest::newRow(text) << QByteArray(text) << QByteArray(meaning); };
    row("2025-03-10", "2025-03-10T00:00:00.000Z");
    row("2025-03-10T09:08", "2025-03-10T09:08:00.000Z");
    row("2025-03-10 09:08:07", "2025-03-10T09:08:07.000Z");
    row("2025-03-10T09:08:07Z", "2025-03-10T09:08:07.000Z");
    row("2025-03-10t09:08:07z", "2025-03-10T09:08:07.000Z");
    row("2025-03-10T09:08:07.5Z", "2025-03-10T09:08:07.500Z");
    row("2025-03-10T09:08:07,123456789Z", "2025-03-10T09:08:07.123Z");
    row("2025-03-10T09:08:07.1239999999999999999999999Z", "2025-03-10T09:08:07.123Z");
    row("2025-03-10T09:08:07+01:00", "2025-03-10T08:08:07.000Z");
    row("2025-03-10T09:08:07-0330", "2025-03-10T12:38:07.000Z");
    row("2025-03-10T23:08:07-05", "2025-03-11T04:08:07.000Z");
    row("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z");
    row("2000-02-29", "2000-02-29T00:00:00.000Z");
    row("0001-01-01", "0001-01-01T00:00:00.000Z");
    row("0000-01-01T00:01+00:01", "0000-01-01T00:00:00.000Z");
    row("9999-12-31T23:58:59.999-00:01", "9999-12-31T23:59:59.999Z");
}

void TestTimestamp::reads()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, meaning);
    const auto t = parseIso(text.toStdString());
    QVERIFY(t.has_value());
    QCOMPARE(formatIso(*t), meaning.toStdString());
}

void TestTimestamp::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"", "now", "2025", "2025-3-1", "2025-13-01", "2025-00-01", "2025-02-29", "1900-02-29",
                             "2025-04-31", "2025-01-00", "2025-03-10T", "2025-03-10T9:00", "2025-03-10T24:00:00",
                             "2025-03-10T09:60", "2025-03-10T09:08:60Z", "2025-03-10T09:08:07.Z", "2025-03-10T09:08:07 Z",
                             "2025-03-10T09:08:07ZZ", "2025-03-10T09:08:07+", "2025-03-10T09:08:07+24:00",
                             "2025-03-10T09:08:07+01:60", "2025-03-10T09:08:07+1", "2025-03-10X09:08", " 2025-03-10",
                             "2025-03-10 ", "12025-03-10", "-025-03-10", "0000-01-01T00:00+00:01", "9999-12-31T23:59-00:01"})
        QTest::newRow(*text ? text : "empty") << QByteArray(text);
}

void TestTimestamp::refuses()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseIso(text.toStdString()).has_value());
}

void TestTimestamp::zoneOffsetsAgainstQt_data()
{
    QTest::addColumn<QByteArray>("zone");
    for (const char *zone : {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"})
        QTest::newRow(zone) << QByteArray(zone);
}

void TestTimestamp::zoneOffsetsAgainstQt()
{
    QFETCH(QByteArray, zone);
    const auto offsets = ZoneOffsets::ofZone(zone.toStdString());
    QVERIFY(offsets.ok());
    const QTimeZone qt(zone);
    std::size_t hint = 0;
    std::mt19937_64 random(9);
    for (int i = 0; i < 3000; ++i) {
        // Forward by about five days, with jumps anywhere in between: the hint must never mislead.
        const TimestampMs t = i % 7 == 0 ? static_cast<TimestampMs>(random() % 2'140'000'000'000ULL)
                                         : TimestampMs{1'000'000'000'000} + i * 3 * kDay;
        const QDateTime utc = QDateTime::fromMSecsSinceEpoch(t, Qt::UTC);
        QCOMPARE(offsets->offsetAt(t, hint), qt.offsetFromUtc(utc) * kSecond);
        QCOMPARE(offsets->hourOfDay(t, hint), static_cast<unsigned>(utc.toTimeZone(qt).time().hour()));
        const ZoneOffsets::Span same = offsets->sameOffsetAround(t, hint);
        QVERIFY(same.from <= t && t < same.until);
        std::size_t other = 0;
        QCOMPARE(offsets->offsetAt(same.from, other), offsets->offsetAt(t, hint));
        QCOMPARE(offsets->offsetAt(same.until - 1, other), offsets->offsetAt(t, hint));
    }
    QCOMPARE(ZoneOffsets().hourOfDay(-1, hint = 0), 23U);
}

void TestTimestamp::unknownZone()
{
    const auto zone = ZoneOffsets::ofZone("Mars/Olympus");
    QVERIFY(!zone.ok());
    QVERIFY(zone.error().message.contains(QLatin1String("Mars/Olympus")));
}

QTEST_APPLESS_MAIN(TestTimestamp)
#include "tst_timestamp.moc"
