// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/documentjson.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace bartizan;

class JsonWriterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesNestedDocuments();
    void writesOneLine();
    void laysObjectsOutAnew_data();
    void laysObjectsOutAnew();
    void keepsTheDocumentValid_data();
    void keepsTheDocumentValid();
    void escapesWhatCouldDriveATerminal_data();
    void escapesWhatCouldDriveATerminal();
    void copiesTenMegabytes();
    void writesEvents();
    void writesTheConfigurationWhole();
    void writesMetrics();
};

void JsonWriterTest::writesNestedDocuments()
{
    JsonWriter json;
    json.beginObject();
    json.key("z");
    json.beginArray();
    json.number(-3);
    json.boolean(true);
    json.null();
    json.beginObject();
    json.endObject();
    json.beginArray();
    json.endArray();
    json.endArray();
    json.key("a");
    json.text("b");
    json.endObject();
    QCOMPARE(json.take(), std::string("{\n  \"z\": [\n    -3,\n    true,\n    null,\n    {},\n    []\n  ],\n  \"a\": \"b\"\n}"));
}

void JsonWriterTest::writesOneLine()
{
    JsonWriter json(0);
    json.beginObject();
    json.key("a");
    json.object("{ \"b\" :\n [1, 2 ] , \"c\": {} }");
    json.key("d");
    json.number(4);
    json.endObject();
    QCOMPARE(json.take(), std::string("{\"a\":{\"b\":[1,2],\"c\":{}},\"d\":4}"));
}

void JsonWriterTest::laysObjectsOutAnew_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("empty") << QByteArray("{}") << QByteArray("{}");
    QTest::newRow("order, big and exact numbers")
        << QByteArray(R"({"z":1,"a":12345678901234567890,"n":1.10,"e":1E5})")
        << QByteArray(R"({"z":1,"a":12345678901234567890,"n":1.10,"e":1E5})");
    QTest::newRow("brackets and escapes in strings") << QByteArray(R"({"a":"}]\",{[\\"})") << QByteArray(R"({"a":"}]\",{[\\"})");
    QTest::newRow("literals") << QByteArray(" { \"a\" : [ true , false , null ] } ")
                              << QByteArray("{\"a\":[true,false,null]}");
}

void JsonWriterTest::laysObjectsOutAnew()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, expected);
    JsonWriter json(0);
    json.object(text.toStdString());
    QCOMPARE(QByteArray::fromStdString(json.take()), expected);
}

void JsonWriterTest::keepsTheDocumentValid_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("array") << QByteArray("[1]");
    QTest::newRow("cut off") << QByteArray("{\"a\":");
    QTest::newRow("two documents") << QByteArray("{} {}");
    QTest::newRow("no number") << QByteArray("{\"a\":1e400,\"b\":01}");
    QTest::newRow("no JSON") << QByteArray("}, \"admin\": {");
    QTest::newRow("nested too deep") << QByteArray("{\"a\":") + QByteArray(5000, '[') + QByteArray(5000, ']') + '}';
}

void JsonWriterTest::keepsTheDocumentValid()
{
    QFETCH(QByteArray, text);
    JsonWriter json;
    json.beginObject();
    json.key("metadata");
    json.object(text.toStdString());
    json.endObject();
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(json.take()));
    QVERIFY(document.isObject());
    QCOMPARE(document.object().size(), 1);
    QCOMPARE(document.object().value(QStringLiteral("metadata")).toString().toUtf8(), text);
}

void JsonWriterTest::escapesWhatCouldDriveATerminal_data()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::newRow("escape") << QByteArray("\x1b");
    QTest::newRow("delete") << QByteArray("\x7f");
    QTest::newRow("nul") << QByteArray("\0", 1);
    QTest::newRow("C1 CSI") << QByteArray("\xc2\x9b");
    QTest::newRow("right-to-left override") << QByteArray("\xe2\x80\xae");
    QTest::newRow("isolate") << QByteArray("\xe2\x81\xa6");
    QTest::newRow("line separator") << QByteArray("\xe2\x80\xa8");
    QTest::newRow("byte order mark") << QByteArray("\xef\xbb\xbf");
}

void JsonWriterTest::escapesWhatCouldDriveATerminal()
{
    QFETCH(QByteArray, raw);
    const std::string hostile = "ü" + raw.toStdString() + "x";
    JsonWriter json;
    json.beginObject();
    json.key(hostile);
    json.text(hostile);
    // The same character unescaped within metadata, where JSON allows it (C0 aside).
    json.key("leading");
    json.text(raw.toStdString() + "x");
    json.key("metadata");
    const bool control = raw.size() == 1 && raw.at(0) != '\x7f'; // JSON itself forbids C0.
    json.object(control ? std::string("{}") : R"({"a":")" + hostile + R"("})");
    json.endObject();
    const std::string text = json.take();
    QCOMPARE(text.find(raw.toStdString()), std::string::npos);
    const QJsonObject parsed = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    QCOMPARE(parsed.value(QString::fromStdString(hostile)).toString().toStdString(), hostile);
    QCOMPARE(parsed.value(QStringLiteral("leading")).toString().toStdString(), raw.toStdString() + "x");
    if (!control) {
        const QJsonObject metadata = parsed.value(QStringLiteral("metadata")).toObject();
        QCOMPARE(metadata.value(QStringLiteral("a")).toString().toStdString(), hostile);
    }
}

void JsonWriterTest::copiesTenMegabytes()
{
    const std::string metadata = R"({"a":")" + std::string(10'000'000, 'x') + R"("})";
    JsonWriter json(0);
    json.object(metadata);
    QVERIFY(json.take() == metadata);
}

void JsonWriterTest::writesEvents()
{
    AuditEvent event;
    event.id = 7;
    event.timestamp = *parseIso("2026-11-20T14:27:12.418Z");
    event.outcome = AuditOutcome::Failure;
    event.action = "login";
    event.context.ipAddress = "192.0.2.5";
    event.metadata = R"({"file":"auth.log","line":3})";
    event.errorMessage = "no";
    JsonWriter json(0);
    writeEvent(json, event, EventId::Hidden);
    QCOMPARE(json.take(),
             std::string(R"({"timestamp":"2026-11-20T14:27:12.418Z","eventType":"AUTHENTICATION","action":"login",)"
                         R"("outcome":"FAILURE","severity":"INFO","ipAddress":"192.0.2.5",)"
                         R"("metadata":{"file":"auth.log","line":3},"errorMessage":"no"})"));
    event.metadata.clear();
    event.errorMessage.reset();
    QCOMPARE(toJsonText(event),
             std::string("{\n  \"id\": 7,\n  \"timestamp\": \"2026-11-20T14:27:12.418Z\",\n"
                         "  \"eventType\": \"AUTHENTICATION\",\n  \"action\": \"login\",\n  \"outcome\": \"FAILURE\",\n"
                         "  \"severity\": \"INFO\",\n  \"ipAddress\": \"192.0.2.5\"\n}"));
}

void JsonWriterTest::writesTheConfigurationWhole()
{
    MonitoringConfig config;
    config.alerting.channels = {AlertChannel::Slack, AlertChannel::Email};
    config.retention.alertRetentionDays = 7;
    JsonWriter json(0);
    writeConfig(json, config);
    const std::string text = json.take();
    QCOMPARE(QJsonDocument::fromJson(QByteArray::fromStdString(text)).object(), toJson(config));
    const bool inOrder = text.starts_with("{\"thresholds\":{\"failedLoginsPerMinute\":5,")
        && text.find("\"alerting\":{\"enabled\":true,\"channels\":[\"SLACK\",\"EMAIL\"],\"suppress") != std::string::npos;
    QVERIFY2(inOrder, text.c_str());
}

void JsonWriterTest::writesMetrics()
{
    SecurityMetrics metrics;
    metrics.counts.totalEvents = 3;
    metrics.counts.eventsByType[static_cast<std::size_t>(SecurityEventType::ApiSecurity)] = 3;
    metrics.counts.geo = {{"DE", 2}, {"<b>", 1}};
    metrics.counts.alertsByType = {{AlertType::RateLimitBreach, 4}};
    metrics.counts.eventsByHour[9] = 3;
    metrics.topThreats = metrics.counts.alertsByType;
    metrics.threatLevel = ThreatLevel::Moderate;
    metrics.userRiskScores = {{{.userId = "anna", .email = {}, .failedLogins = 1}, 10}};
    JsonWriter json(0);
    writeMetrics(json, metrics);
    const std::string text = json.take();
    QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(text)).isObject());
    for (const char *part : {R"({"totalEvents":3,"criticalEvents":0,"activeAlerts":0,"resolvedAlerts":0,)"
                             R"("securityScore":100,"threatLevel":"MODERATE","eventsByType":{"API_SECURITY":3},)"
                             R"("alertsByType":{"RATE_LIMIT_BREACH":4},)"
                             R"("topThreats":[{"type":"RATE_LIMIT_BREACH","count":4}],)"
                             R"("geoDistribution":{"DE":2,"<b>":1},"timeDistribution":[{"hour":0,"count":0},)",
                             R"({"hour":9,"count":3})", R"({"hour":23,"count":0}])",
                             R"("userRiskScores":[{"userId":"anna","email":"unknown","riskScore":10}]})"})
        QVERIFY2(text.find(part) != std::string::npos, part);
}

QTEST_GUILESS_MAIN(JsonWriterTest)
#include "tst_jsonwriter.moc"
