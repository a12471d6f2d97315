// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/rowdetails.h"

#include "restoredetector.h"
#include "rulebench.h"

#include "core/domain/rulegroup.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace bartizan;
using namespace bartizan::test;

class TestRowDetails : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void numbersBeyondRangeHideNothing_data();
    void numbersBeyondRangeHideNothing();
    void textsBeyondUnicodeHideNothing_data();
    void textsBeyondUnicodeHideNothing();
    void depthHidesNothing();
    void recordCountsBeyondRange();
    void digitsInTextsStay();
    void whatIsNoJsonHasNoDetails();
    void rulesSeeSuchAccounts();
    void partsOfRecordsAddUp();
    void sumsDoNotOverflow();
    void longTextsAreShortened();
    void longNamesAreToldApart();
    void longNamesAreKnownAfterRestart();
};

void TestRowDetails::numbersBeyondRangeHideNothing_data()
{
    QTest::addColumn<QByteArray>("number");
    for (const char *number : {"18446744073709551616", "-9223372036854775809", "123456789012345678901234567890", "1e400",
                               "-1e400", "1.5E+999", "1e-400", "0"})
        QTest::newRow(number) << QByteArray(number);
    QTest::newRow("thousand digits") << QByteArray(1000, '7');
}

void TestRowDetails::numbersBeyondRangeHideNothing()
{
    QFETCH(QByteArray, number);
    DetailsReader reader;
    for (const std::string &blind : {number.toStdString(), "[1," + number.toStdString() + "]", "{\"b\":" + number.toStdString() + "}"}) {
        for (const bool first : {true, false}) {
            std::string metadata = R"("username":"Anna","email":"a@example.org","recordCount":7,"latitude":52.5,"longitude":-13.25)";
            metadata = first ? "{\"x\":" + blind + "," + metadata + "}" : "{" + metadata + ",\"x\":" + blind + "}";
            const RowDetails &found = reader.read(metadata);
            QCOMPARE(found.username, std::string_view("Anna"));
            QCOMPARE(found.email, std::string_view("a@example.org"));
            QCOMPARE(found.recordParts, 7 * kRecordParts);
            QCOMPARE(found.latitude, 52.5);
            QCOMPARE(found.longitude, -13.25);
        }
    }
}

void TestRowDetails::textsBeyondUnicodeHideNothing_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("first half of a pair") << QByteArray(R"("\ud800")"); // What JSON.stringify writes.
    QTest::newRow("second half of a pair") << QByteArray(R"("x\uDC00y")");
    QTest::newRow("halves the wrong way round") << QByteArray(R"("\udc00\ud800")");
    QTest::newRow("no UTF-8") << QByteArray("\"a\xff" "b\"");
    QTest::newRow("cut UTF-8") << QByteArray("\"\xe2\x82\"");
    QTest::newRow("in a list") << QByteArray(R"([[{"\ud83d":1}]])");
    QTest::newRow("with a number beyond range") << QByteArray("[1e400,\"\\ud800\",\"\xff\"]");
}

void TestRowDetails::textsBeyondUnicodeHideNothing()
{
    QFETCH(QByteArray, value);
    DetailsReader reader;
    const std::string details = R"("username":"surrogate \\ud800","email":"a@example.org","recordCount":7)";
    for (const std::string &metadata : {"{\"q\":" + value.toStdString() + "," + details + "}",
                                        "{" + details + ",\"q\":" + value.toStdString() + "}"}) {
        const RowDetails &found = reader.read(metadata);
        QCOMPARE(found.username, std::string_view(R"(surrogate \ud800)"));
        QCOMPARE(found.email, std::string_view("a@example.org"));
        QCOMPARE(found.recordParts, 7 * kRecordParts);
    }
    QCOMPARE(reader.read(R"({"username":"a\ud800b"})").username, std::string_view("a\xEF\xBF\xBD" "b"));
}

void TestRowDetails::depthHidesNothing()
{
    DetailsReader reader;
    for (const std::size_t depth : {1'100u, 100'000u}) {
        const std::string lists = std::string(depth, '[') + std::string(depth, ']');
        std::string objects;
        for (std::size_t i = 0; i < depth; ++i)
            objects += R"({"username":)";
        objects += "\"]}\\\"\"" + std::string(depth, '}');
        for (const std::string &deep : {lists, objects}) {
            const RowDetails &found = reader.read("{\"a\":" + deep + R"(,"username":"anna","recordCount":1e6,"b":)" + deep + "}");
            QCOMPARE(found.username, std::string_view("anna"));
            QCOMPARE(found.recordParts, 1'000'000 * kRecordParts);
        }
        QVERIFY(reader.read("{\"username\":\"anna\",\"a\":" + std::string(depth, '[') + "}").username.empty());
    }
}

void TestRowDetails::recordCountsBeyondRange()
{
    DetailsReader reader;
    const auto partsOf = [&](const std::string &number) {
        return reader.read("{\"recordCount\":" + number + ",\"n\":1}").recordParts;
    };
    for (const char *many : {"1e20", "100000000000000000000", "18446744073709551616", "1e308", "1e400", "1E+999"})
        QCOMPARE(partsOf(many), kMostRecords * kRecordParts);
    for (const char *none : {"-1e20", "-100000000000000000000", "-1e400", "1e-400", "-1", "0", "\"5\"", "null"})
        QCOMPARE(partsOf(none), kRecordParts);
    QCOMPARE(partsOf("1.9"), std::int64_t{1900});
    QCOMPARE(partsOf("0.5"), std::int64_t{500});
    QCOMPARE(partsOf("10000000"), kMostRecords * kRecordParts);
}

void TestRowDetails::digitsInTextsStay()
{
    DetailsReader reader;
    const RowDetails &found
        = reader.read(R"({"q\"1e400":1e400,"username":"a\\\"1e400 -123456789012345678901","email":"1e999\\"})");
    QCOMPARE(found.username, std::string_view(R"(a\"1e400 -123456789012345678901)"));
    QCOMPARE(found.email, std::string_view(R"(1e999\)"));
}

void TestRowDetails::whatIsNoJsonHasNoDetails()
{
    DetailsReader reader;
    for (const char *text : {R"({"username":"anna","x":1e400)", R"({"username":"anna","x":1e400-})",
                             R"({"username":"anna","x":--1})", R"({"username":"anna","x":"1e400)", R"(["username",1e400])"}) {
        const RowDetails &found = reader.read(text);
        QVERIFY2(found.username.empty(), text);
        QVERIFY2(std::isnan(found.latitude), text);
    }
}

void TestRowDetails::rulesSeeSuchAccounts()
{
    Bench b(RuleId::MultipleFailedLogins, [](MonitoringConfig &c) { c.setValue(RuleId::MultipleFailedLogins, 0, 5); });
    AuditEvent e = rowOf(Type::Authentication, Outcome::Failure);
    e.context.userId.reset();
    const std::string deep = std::string(1'100, '[') + std::string(1'100, ']');
    for (const std::string &number : {std::string("1e400"), std::string("99999999999999999999"), std::string(R"("\ud800")"),
                                      std::string("\"\xff\""), deep}) {
        QCOMPARE(b.alerts(), std::size_t{0});
        e.metadata = std::string(R"({"username":"Anna","build":)") + number + "}";
        b.process(e, kStart);
    }
    QCOMPARE(b.alerts(), std::size_t{1});
    QCOMPARE(b.out.alerts[0].group, std::string("account:anna"));
}

void TestRowDetails::partsOfRecordsAddUp()
{
    Bench b(RuleId::MassDataAccess);
    AuditEvent e = rowOf(Type::DataPrivacy, Outcome::Success);
    e.metadata = R"({"recordCount":1.9})";
    for (int i = 1; i <= 60; ++i) {
        b.process(e, kStart + i * kSecond);
        QCOMPARE(b.alerts(), std::size_t{i >= 53 ? 1u : 0u}); // 52 of them are 98.8, 53 are 100.7.
    }
    QCOMPARE(b.only(), std::string("User anna accessed 100 records in 1 hour"));
}

void TestRowDetails::sumsDoNotOverflow()
{
    Bench b(RuleId::MassDataAccess, [](MonitoringConfig &c) { c.alerting.suppressDuplicateMinutes = 1; });
    AuditEvent e = rowOf(Type::DataPrivacy, Outcome::Success);
    e.metadata = R"({"recordCount":1e300})";
    for (int i = 0; i < 20'000; ++i)
        b.process(e, kStart + i * 100);
    QCOMPARE(b.out.alerts.back().description, std::string("User anna accessed 198010000000 records in 1 hour"));
    // As many rows as no window holds: 900 million.
    QVERIFY(kMostRecords * kRecordParts <= std::numeric_limits<std::int64_t>::max() / 900'000'000);
    QVERIFY(kMostRecords > 100'000); // The greatest threshold.
}

void TestRowDetails::longTextsAreShortened()
{
    const std::string longest(kLongestKeyText, 'x');
    QCOMPARE(groupText(GroupKind::User, longest), "user:" + longest);
    const std::string longer(kLongestKeyText + 1, 'x');
    const std::string shortened = shortKeyText(longer);
    // sha256sum of 257 times x: the form stands in stores, and may not change.
    QCOMPARE(shortened, std::string(200, 'x') + "…#15eb95a462ee20bd");
    QCOMPARE(groupText(GroupKind::User, longer), "user:" + shortened);
    QCOMPARE(groupText(GroupKind::User, shortened), "user:" + shortened);
    // No character is cut in two.
    for (const std::string character : {"ä", "€", "😀"}) {
        for (std::size_t before = 196; before <= 200; ++before) {
            std::string text(before, 'x');
            while (text.size() <= kLongestKeyText)
                text += character;
            const QByteArray form = QByteArray::fromStdString(shortKeyText(text));
            QCOMPARE(QString::fromUtf8(form).toUtf8(), form);
            QVERIFY(form.size() > 215 && form.size() <= 220);
        }
    }
    QVERIFY(shortKeyText(std::string(10'000, '\x80')).size() <= 220);
}

void TestRowDetails::longNamesAreToldApart()
{
    // Two accounts in turn, one of which comes to the threshold; returns the bytes held.
    const auto bytesOf = [](const std::string &head) {
        Bench b(RuleId::MultipleFailedLogins, [](MonitoringConfig &c) { c.setValue(RuleId::MultipleFailedLogins, 0, 3); });
        AuditEvent e = rowOf(Type::Authentication, Outcome::Failure);
        for (const char *tail : {"x", "y", "x", "y"}) {
            e.context.userId = head + tail;
            b.process(e, kStart);
        }
        const bool apart = b.alerts() == 0;
        b.process(e, kStart + 1);
        return apart && b.alerts() == 1 ? b.detector.load().bytes : -1;
    };
    const std::int64_t plain = bytesOf("A");
    const std::int64_t flooded = bytesOf(std::string(1'000'000, 'A'));
    QVERIFY(plain > 0 && flooded > 0);
    QVERIFY2(flooded < plain + 10'000, std::to_string(flooded - plain).c_str());
}

void TestRowDetails::longNamesAreKnownAfterRestart()
{
    for (const RuleId rule : {RuleId::AccessDeniedBurst, RuleId::MultipleFailedLogins}) {
        const bool logins = rule == RuleId::MultipleFailedLogins;
        AuditEvent e = rowOf(logins ? Type::Authentication : Type::Authorization, Outcome::Failure);
        e.context.userId = std::string(300, 'N');
        Bench before(rule);
        for (int i = 0; before.alerts() == 0 && i < 100; ++i)
            before.process(e, kStart + i);
        QCOMPARE(before.alerts(), std::size_t{1});
        const SecurityAlert &alert = before.out.alerts[0];
        QVERIFY(alert.group.size() < 240);

        Bench after(rule);
        CollectedHistory history(before.seen.back().timestamp);
        history.windowRows = before.seen;
        history.alerts.push_back({alert.type, alert.context.ipAddress, alert.timestamp, alert.id, alert.group});
        restore(after.detector, history);
        after.process(e, history.asOf + 1);
        QCOMPARE(after.alerts(), std::size_t{0});
        QCOMPARE(after.out.repeats.size(), std::size_t{1});
        QCOMPARE(after.out.repeats[0].alertId, alert.id);
    }
}

QTEST_APPLESS_MAIN(TestRowDetails)
#include "tst_rowdetails.moc"
