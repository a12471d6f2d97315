// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/replayinput.h"
#include "core/engine/replaysshd.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace bartizan;

namespace {

const char kEvent[] = R"({"timestamp":"2025-03-10T09:00:00Z","eventType":"AUTHENTICATION","action":"a","outcome":"FAILURE"})";

} // namespace

class TestReplayInput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void errorsNameTheLine_data();
    void errorsNameTheLine();
    void nullIsAbsent();
    void blankLinesArePassedOver();
    void emptyStreamGivesADocument();
    void missingFile();
    void secondAcknowledgementInTheStandardPreset();
    void startRangeAndCompany();
    void hostileTextStaysText();
    void realSshdLog();

private:
    Result<std::string> run(const QByteArray &lines, const ReplayOptions &options = {});
    QTemporaryDir m_folder;
};

Result<std::string> TestReplayInput::run(const QByteArray &lines, const ReplayOptions &options)
{
    const QString path = m_folder.filePath(QStringLiteral("in.ndjson"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(lines) != lines.size())
        return Error{QStringLiteral("cannot write the test's input")};
    file.close();
    std::string document;
    const auto done = replayNdjson(path, options, [&document](std::string_view text) { document += text; });
    return done ? Result<std::string>(std::move(document)) : done.error();
}

void TestReplayInput::errorsNameTheLine_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("about");
    const auto row = [](const char *name, const char *line, const char *about) {
        QTest::newRow(name) << QByteArray(line) << QString::fromLatin1(about);
    };
    row("no JSON", "{nonsense", "no JSON");
    row("no object", "[1]", "object");
    row("two objects", "{} {}", "no JSON");
    row("bad UTF-8", "{\"action\":\"\xff\"}", "no JSON");
    row("unknown field", R"({"timestamp":"2025-03-10T09:00:01Z","when":"now"})", "when");
    row("unknown op", R"({"op":"dance"})", "dance");
    row("op is a number", R"({"op":1})", "op");
    row("missing outcome", R"({"timestamp":"2025-03-10T09:00:01Z","eventType":"AUTHENTICATION","action":"a"})", "outcome");
    row("no time", R"({"timestamp":"yesterday"})", "timestamp");
    row("time is a number", R"({"timestamp":17})", "timestamp");
    row("unknown type", R"({"eventType":"DANCING"})", "DANCING");
    row("unknown outcome", R"({"outcome":"success"})", "success");
    row("unknown severity", R"({"severity":"WORST"})", "WORST");
    row("user is a number", R"({"userId":5})", "userId");
    row("metadata is a text", R"({"metadata":"{}"})", "metadata");
    row("errorMessage is a list", R"({"errorMessage":[]})", "errorMessage");
    row("back in time", R"({"timestamp":"2025-03-10T08:59:59.999Z","eventType":"AUTHENTICATION","action":"a","outcome":"SUCCESS"})",
        "2025-03-10T08:59:59.999Z");
    row("query back in time", R"({"op":"query","at":"2025-03-10T08:59:59Z"})", "goes back");
    row("acknowledge back in time", R"({"op":"acknowledge","at":"2025-03-10T08:59:59Z","alertIndex":1,"by":"x"})", "goes back");
    row("acknowledge without by", R"({"op":"acknowledge","at":"2025-03-10T09:59:59Z","alertIndex":1})", "by");
    row("alertIndex is a text", R"({"op":"acknowledge","at":"2025-03-10T09:59:59Z","alertIndex":"1","by":"x"})", "alertIndex");
    row("acknowledge with more", R"({"op":"acknowledge","comment":"x"})", "comment");
    row("query with more", R"({"op":"query","user":"x"})", "user");
    row("query of no severity", R"({"op":"query","active":"WORST"})", "WORST");
    row("query csv", R"({"op":"query","csv":"yes"})", "csv");
    row("config out of range", R"({"op":"config","config":{"thresholds":{"failedLoginsPerMinute":0}}})",
        "thresholds.failedLoginsPerMinute");
    row("config unknown", R"({"op":"config","config":{"thresholds":{"x":1}}})", "thresholds.x");
    row("config without config", R"({"op":"config"})", "config");
    row("config with more", R"({"op":"config","config":{},"by":"x"})", "by");
    row("users is no list", R"({"op":"users","users":{}})", "users");
    row("user without id", R"({"op":"users","users":[{"email":"x@example.org"}]})", "id");
    row("user with more", R"({"op":"users","users":[{"id":"x","name":"y"}]})", "name");
}

void TestReplayInput::errorsNameTheLine()
{
    QFETCH(QByteArray, line);
    QFETCH(QString, about);
    const auto result = run(QByteArray(kEvent) + '\n' + kEvent + "\r\n" + line + '\n' + kEvent + '\n');
    QVERIFY(!result.ok());
    QVERIFY2(result.error().message.contains(QLatin1String("line 3")), qPrintable(result.error().message));
    QVERIFY2(result.error().message.contains(about), qPrintable(result.error().message));
}

void TestReplayInput::nullIsAbsent()
{
    const auto a = run(QByteArray(kEvent).chopped(1)
                       + R"(,"userId":null,"severity":null,"metadata":null,"errorMessage":null,"country":null})");
    const auto b = run(kEvent);
    QVERIFY(a.ok() && b.ok());
    QCOMPARE(*a, *b);
}

void TestReplayInput::blankLinesArePassedOver()
{
    const auto a = run(QByteArray("\n  \n") + kEvent + "\r\n\r\n" + kEvent);
    const auto b = run(QByteArray(kEvent) + '\n' + kEvent + '\n');
    QVERIFY(a.ok() && b.ok());
    QCOMPARE(*a, *b);
}

void TestReplayInput::emptyStreamGivesADocument()
{
    const auto result = run("");
    QVERIFY(result.ok());
    const QJsonObject document = QJsonDocument::fromJson(QByteArray::fromStdString(*result)).object();
    QCOMPARE(document.value(QLatin1String("metrics")).toObject().value(QLatin1String("securityScore")).toInt(), 100);
    QVERIFY(document.value(QLatin1String("ipThreats")).toObject().contains(QLatin1String("0.0.0.0")));
}

void TestReplayInput::missingFile()
{
    const auto result = replayNdjson(m_folder.filePath(QStringLiteral("none")), {}, [](std::string_view) { QFAIL("a document of nothing"); });
    QVERIFY(!result.ok());
    QVERIFY(result.error().message.contains(QLatin1String("none")));
}

void TestReplayInput::secondAcknowledgementInTheStandardPreset()
{
    const QByteArray lines = QByteArray(R"({"op":"config","config":{"thresholds":{"failedLoginsPerMinute":1}}})") + '\n'
        + QByteArray(kEvent).chopped(1) + R"(,"ipAddress":"192.0.2.1"})" + '\n'
        + R"({"op":"acknowledge","at":"2025-03-10T09:01:00Z","alertIndex":1,"by":"first"})" + '\n'
        + R"({"op":"acknowledge","at":"2025-03-10T09:02:00Z","alertIndex":1,"by":"second"})" + '\n';
    for (const ReplayPreset preset : {ReplayPreset::Standard, ReplayPreset::Reference}) {
        ReplayOptions options;
        options.preset = preset;
        const auto result = run(lines, options);
        QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().message));
        const QJsonObject document = QJsonDocument::fromJson(QByteArray::fromStdString(*result)).object();
        const QJsonObject alert = document.value(QLatin1String("alerts")).toArray().first().toObject();
        const bool reference = preset == ReplayPreset::Reference;
        QCOMPARE(alert.value(QLatin1String("acknowledgedBy")).toString(),
                 reference ? QStringLiteral("second") : QStringLiteral("first"));
        const QJsonArray results = document.value(QLatin1String("acknowledgements")).toArray();
        QCOMPARE(results.size(), 2);
        QCOMPARE(results.last().toObject().value(QLatin1String("result")).toBool(), reference);
    }
}

void TestReplayInput::startRangeAndCompany()
{
    ReplayOptions options;
    options.start = *parseIso("2025-03-10T08:00:00Z");
    options.from = *parseIso("2025-03-10T09:00:00.001Z");
    options.company = "acme";
    QByteArray later(kEvent);
    later.replace("09:00:00Z", "09:00:01Z");
    const auto result = run(QByteArray(kEvent) + '\n' + later.chopped(1) + R"(,"companyId":"acme"})" + '\n' + later, options);
    QVERIFY(result.ok());
    const QJsonObject document = QJsonDocument::fromJson(QByteArray::fromStdString(*result)).object();
    QCOMPARE(document.value(QLatin1String("run")).toObject().value(QLatin1String("start")).toString(),
             QStringLiteral("2025-03-10T08:00:00.000Z"));
    QCOMPARE(document.value(QLatin1String("metrics")).toObject().value(QLatin1String("totalEvents")).toInt(), 1);
    options.start = *parseIso("2025-03-10T10:00:00Z");
    QVERIFY(!run(kEvent, options).ok());
}

void TestReplayInput::hostileTextStaysText()
{
    const QByteArray lines = QByteArray(R"({"op":"config","config":{"thresholds":{"failedLoginsPerMinute":1}}})") + '\n'
        + QByteArray(kEvent).chopped(1)
        + R"(,"ipAddress":"<b>\u0000\"\\\n\u202e","userId":"=1+1","metadata":{"x":"\u0000","n":12345678901234567890,"failedAttempts":1e400}})";
    const auto refused = run(lines);
    QVERIFY(!refused.ok()); // 1e400 is no number that anything could hold.
    QByteArray sound = lines;
    sound.replace("1e400", "1e300");
    const auto result = run(sound);
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().message));
    const QJsonObject document = QJsonDocument::fromJson(QByteArray::fromStdString(*result)).object();
    const QJsonObject alert = document.value(QLatin1String("alerts")).toArray().first().toObject();
    const QString address = alert.value(QLatin1String("context")).toObject().value(QLatin1String("ipAddress")).toString();
    QCOMPARE(address.size(), 8);
    QCOMPARE(address.at(3), QChar(QLatin1Char('\0')));
    QVERIFY(alert.value(QLatin1String("description")).toString().contains(address));
}

void TestReplayInput::realSshdLog()
{
    ImportOptions import;
    import.year = 2017;
    QByteArray text;
    const auto result = replaySshd(QStringLiteral(BARTIZAN_TEST_DATA "/logs/auth-2980.log"), import, {},
                                   [&text](std::string_view piece) { text.append(piece.data(), qsizetype(piece.size())); });
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().message));
    const QJsonObject document = QJsonDocument::fromJson(text).object();
    QSet<QString> attackers;
    for (const QJsonValue &value : document.value(QLatin1String("alerts")).toArray()) {
        const QJsonObject alert = value.toObject();
        if (alert.value(QLatin1String("type")).toString() == QLatin1String("BRUTE_FORCE_ATTACK"))
            attackers.insert(alert.value(QLatin1String("context")).toObject().value(QLatin1String("ipAddress")).toString());
    }
    const QSet<QString> expected{QStringLiteral("181.25.206.27"),  QStringLiteral("24.151.103.17"),
                                 QStringLiteral("218.60.136.106"), QStringLiteral("106.57.58.19"),
                                 QStringLiteral("181.23.168.176"), QStringLiteral("91.197.232.109")};
    QCOMPARE(attackers, expected);
    QCOMPARE(result->unreadable, 0);
}

QTEST_GUILESS_MAIN(TestReplayInput)
#include "tst_replayinput.moc"
