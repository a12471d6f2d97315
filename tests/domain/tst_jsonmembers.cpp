// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/jsonmembers.h"
#include "core/domain/jsontext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <array>
#include <limits>

using namespace bartizan;

class TestJsonMembers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesAsQtDoes();
    void nothingIsAnEmptyObject();
    void anythingGoesAsQtWritesIt();
    void quickWaysWriteTheSame();
    void aStringIsReadBackWhateverItHolds();
};

void TestJsonMembers::writesAsQtDoes()
{
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const std::array<std::int64_t, 4> numbers{0, -7, kLeast, kMost};
    const std::array<std::string_view, 2> texts{"T1110.001", "a \"quoted\" \\ word/"};
    JsonMembers members;
    members.add("rule", "brute-force");
    members.add("count", kMost);
    members.add("windowSeconds", kLeast);
    members.add("exampleEvents", numbers);
    members.add("Techniques", texts);
    members.add("none", std::span<const std::int64_t>());
    QJsonArray ids;
    for (const std::int64_t number : numbers)
        ids.append(static_cast<qint64>(number));
    QJsonArray techniques;
    for (const std::string_view text : texts)
        techniques.append(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())));
    QJsonObject object;
    object.insert(QStringLiteral("rule"), QStringLiteral("brute-force"));
    object.insert(QStringLiteral("count"), static_cast<qint64>(kMost));
    object.insert(QStringLiteral("windowSeconds"), static_cast<qint64>(kLeast));
    object.insert(QStringLiteral("exampleEvents"), ids);
    object.insert(QStringLiteral("Techniques"), techniques);
    object.insert(QStringLiteral("none"), QJsonArray());
    QCOMPARE(members.text(), jsonTextOf(object));
    QCOMPARE(jsonObjectOf(members.text()), object);
}

void TestJsonMembers::nothingIsAnEmptyObject()
{
    QCOMPARE(JsonMembers().text(), jsonTextOf(QJsonObject()));
}

void TestJsonMembers::anythingGoesAsQtWritesIt()
{
    const QJsonObject hostile{{QStringLiteral("country"), QString::fromUtf8("\u202e<b>\x01\x08\x7f\U0001F600\\\"")},
                              {QStringLiteral("odd"), QString(QChar(0xD800))}};
    for (const QJsonValue &value : {QJsonValue(0.7), QJsonValue(0.8500000001), QJsonValue(true), QJsonValue(),
                                    QJsonValue(hostile), QJsonValue(QJsonArray{hostile, 1e300})}) {
        JsonMembers members;
        members.addValue("value", value);
        QCOMPARE(members.text(), jsonTextOf(QJsonObject{{QStringLiteral("value"), value}}));
    }
}

void TestJsonMembers::quickWaysWriteTheSame()
{
    for (const double number : {0.0, 0.7, 0.8, 0.99, 0.8500000001, -3.0, 1e15, 9007199254740994.0, 1e300, 5e-324}) {
        JsonMembers members;
        members.addNumber("value", number);
        QCOMPARE(members.text(), jsonTextOf(QJsonObject{{QStringLiteral("value"), number}}));
    }
    for (const char *text : {"", "User accessing from unusual country: DE", "a \"quoted\" \\ word/", "\x01\x08\x0c\x7f\n", "\u00e9\xff"}) {
        JsonMembers members;
        members.addText("value", text);
        QCOMPARE(members.text(), jsonTextOf(QJsonObject{{QStringLiteral("value"), QString::fromUtf8(text)}}));
    }
    JsonMembers inner;
    inner.addTrue("yes");
    JsonMembers outer;
    outer.addObject("value", inner);
    QCOMPARE(outer.text(), std::string(R"({"value":{"yes":true}})"));
}

void TestJsonMembers::aStringIsReadBackWhateverItHolds()
{
    // What must be escaped at the beginning, at the end, beside another, and alone.
    std::string everyByte;
    for (int c = 0; c < 0x80; ++c)
        everyByte += static_cast<char>(c);
    for (const std::string &text : {std::string(), std::string("\"\""), std::string("\\"), std::string("a\n"), std::string("\tb\r\x7f"),
                                    std::string("plain"), everyByte, everyByte + "\u00fc" + everyByte}) {
        std::string json = "[";
        appendJsonString(json, text);
        json += ']';
        const QJsonArray read = QJsonDocument::fromJson(QByteArray::fromStdString(json)).array();
        QCOMPARE(read.size(), 1);
        QCOMPARE(read.first().toString(), QString::fromStdString(text));
        QVERIFY(std::all_of(json.begin(), json.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; }));
    }
    std::string json;
    appendJsonString(json, "a\xff" "b");
    QCOMPARE(json, std::string("\"a\xef\xbf\xbd" "b\""));
}

QTEST_APPLESS_MAIN(TestJsonMembers)
#include "tst_jsonmembers.moc"
