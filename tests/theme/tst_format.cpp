// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/format.h"

#include <QTest>

using namespace bartizan;

namespace {

TimestampMs at(const char *iso)
{
    return *parseIso(iso);
}

} // namespace

class TestFormat : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void times();
    void zones();
    void ranges();
    void ages();
    void durations();
    void counts();
    void scores();
    void words();
    void hostileTextIsVisible();
    void toolTipsAreNeverMarkup();
};

void TestFormat::times()
{
    const QTimeZone utc = QTimeZone::utc();
    const TimestampMs now = at("2026-11-20T14:30:00Z");
    QCOMPARE(format::tableTime(at("2026-11-20T14:27:12.418Z"), now, utc), QStringLiteral("14:27:12"));
    QCOMPARE(format::tableTime(at("2026-11-19T22:54:10Z"), now, utc), QStringLiteral("11-19 22:54"));
    QCOMPARE(format::tableTime(at("2025-11-19T22:54:10Z"), now, utc), QStringLiteral("2025-11-19"));
    // In January the clock of December's alerts is wanted as much as in November that of October's.
    QCOMPARE(format::tableTime(at("2025-12-10T11:04:45Z"), now, utc), QStringLiteral("12-10 11:04"));
    QCOMPARE(format::tableTime(at("2027-01-03T11:04:45Z"), now, utc), QStringLiteral("2027-01-03"));
    // "Today" is a matter of the zone.
    const QTimeZone tokyo("Asia/Tokyo");
    QCOMPARE(format::tableTime(at("2026-11-19T22:54:10Z"), now, tokyo), QStringLiteral("07:54:10"));
    QCOMPARE(format::fullTime(at("2026-11-20T14:27:12.418Z"), utc), QStringLiteral("2026-11-20 14:27:12.418 UTC"));
    QCOMPARE(format::clockTime(at("2026-11-20T14:20:07.9Z"), utc), QStringLiteral("2026-11-20 14:20:07 UTC"));
}

void TestFormat::zones()
{
    const TimestampMs winter = at("2026-01-15T12:00:00Z");
    const TimestampMs summer = at("2026-07-15T12:00:00Z");
    const QTimeZone berlin("Europe/Berlin");
    QCOMPARE(format::zoneName(QTimeZone::utc(), winter), QStringLiteral("UTC"));
    QVERIFY(format::zoneName(berlin, winter) != format::zoneName(berlin, summer));
    QCOMPARE(format::timeHeader(QTimeZone::utc(), winter), QStringLiteral("Time (UTC)"));
}

void TestFormat::ranges()
{
    const QTimeZone utc = QTimeZone::utc();
    TimeRange range{at("2026-11-19T14:20:00Z"), at("2026-11-20T14:20:00Z")};
    QCOMPARE(format::timeRange(range, utc), QStringLiteral("2026-11-19 14:20 to 2026-11-20 14:20 UTC"));
    range.start = TimeRange().start;
    QCOMPARE(format::timeRange(range, utc), QStringLiteral("until 2026-11-20 14:20 UTC"));
    QCOMPARE(format::timeRange(TimeRange(), utc), QStringLiteral("all time"));
    // Across the end of summer time both zones are named.
    const TimeRange autumn{at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z")};
    const QString text = format::timeRange(autumn, QTimeZone("Europe/Berlin"));
    QVERIFY2(text.contains(QStringLiteral("14:00 CEST to")) && text.endsWith(QStringLiteral("13:00 CET")),
             qPrintable(text));
}

void TestFormat::ages()
{
    QCOMPARE(format::age(2'999), QStringLiteral("2 s"));
    QCOMPARE(format::age(-5), QStringLiteral("0 s"));
    QCOMPARE(format::age(4 * kMinute + 59 * kSecond), QStringLiteral("4 min"));
    QCOMPARE(format::age(3 * kHour + kMinute), QStringLiteral("3 h"));
    QCOMPARE(format::age(12 * kDay + 23 * kHour), QStringLiteral("12 d"));
}

void TestFormat::durations()
{
    QCOMPARE(format::duration(700), QStringLiteral("11 min 40 s"));
    QCOMPARE(format::duration(0.2), QStringLiteral("0 s"));
    QCOMPARE(format::duration(59.6), QStringLiteral("1 min"));
    QCOMPARE(format::duration(3 * 3600 + 25), QStringLiteral("3 h"));
    QCOMPARE(format::duration(2 * 86400 + 4 * 3600 + 59), QStringLiteral("2 d 4 h"));
}

void TestFormat::counts()
{
    QCOMPARE(format::count(1482), QStringLiteral("1,482"));
    QCOMPARE(format::shortCount(99'999), QStringLiteral("99,999"));
    QCOMPARE(format::shortCount(100'000), QStringLiteral("100 k"));
    QCOMPARE(format::shortCount(999'499), QStringLiteral("999 k"));
    QCOMPARE(format::shortCount(999'999), QStringLiteral("1.00 M"));
    QCOMPARE(format::shortCount(1'482'000), QStringLiteral("1.48 M"));
    QCOMPARE(format::shortCount(14'820'000), QStringLiteral("14.8 M"));
    QCOMPARE(format::shortCount(10'000'000'000), QStringLiteral("10.0 G"));
    QCOMPARE(format::repeat(37), QStringLiteral("×37"));
    QCOMPARE(format::repeat(1), QStringLiteral("1"));
    QCOMPARE(format::share(29, 100), QStringLiteral("29%"));
    QCOMPARE(format::share(2, 3), QStringLiteral("67%"));
    QCOMPARE(format::share(1, 0), QStringLiteral("0%"));
}

void TestFormat::scores()
{
    QCOMPARE(format::deduction(4.82), QString(QChar(0x2212) + QStringLiteral("4.82")));
    QCOMPARE(format::deduction(12.0), QString(QChar(0x2212) + QStringLiteral("12")));
    QCOMPARE(format::deduction(0.0), QStringLiteral("0"));
    QCOMPARE(format::score(64.18), QStringLiteral("64.18"));
    QCOMPARE(format::score(70.5), QStringLiteral("70.50"));
    QCOMPARE(format::score(70.0), QStringLiteral("70"));
}

void TestFormat::words()
{
    QCOMPARE(format::alertType(AlertType::AccountEnumeration), QStringLiteral("Account enumeration"));
    QCOMPARE(format::alertType(AlertType::SessionHijacking), QStringLiteral("Session hijacking"));
    QCOMPARE(format::eventType(SecurityEventType::ApiSecurity), QStringLiteral("API security"));
    QCOMPARE(format::severity(AlertSeverity::High), QStringLiteral("HIGH"));
    QCOMPARE(format::outcome(AuditOutcome::RateLimited), QStringLiteral("RATE_LIMITED"));
    QCOMPARE(format::status(AlertStatus::Acknowledged), QStringLiteral("Acknowledged"));
    QCOMPARE(format::status(AlertStatus::Resolved), QStringLiteral("Resolved"));
    QCOMPARE(format::status(AlertStatus::Resolved, AlertDisposition::FalsePositive), QStringLiteral("False positive"));
}

void TestFormat::hostileTextIsVisible()
{
    using namespace std::string_view_literals;
    const QString line = format::singleLine("a\0b\nc\td\x7f"sv);
    QCOMPARE(line, QString::fromUtf8("a\u2400b\u240ac\u2409d\u2421"));
    // A right-to-left override must not turn the rest of the row around.
    QCOMPARE(format::singleLine(QString::fromUtf8("evil\u202etxt.exe")), QString::fromUtf8("evil\ufffdtxt.exe"));
    QCOMPARE(format::singleLine("caf\xe9"sv), QString::fromUtf8("caf\ufffd"));
    QCOMPARE(format::singleLine(QString::fromUtf8("Zoë 中文")), QString::fromUtf8("Zoë 中文"));
}

void TestFormat::toolTipsAreNeverMarkup()
{
    const QString tip = format::toolTip(QStringLiteral("<img src=x onerror=1> & more"));
    QVERIFY(!tip.contains(QStringLiteral("<img")));
    QVERIFY(tip.contains(QStringLiteral("&lt;img src=x onerror=1&gt; &amp; more")));
    QCOMPARE(format::toolTip(QString()), QString());
    QVERIFY(format::toolTip(QString(10'000'000, QLatin1Char('x'))).size() < 3000);
}

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
