// SPDX-License-Identifier: GPL-3.0-or-later
// A stream is read ahead of being judged, and most of its lines without the whole grammar of JSON: neither may show.
#include "core/engine/replayinput.h"

#include "core/engine/plaineventreader.h"
#include "core/ingest/linereader.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <random>

using namespace bartizan;

namespace {

constexpr TimestampMs kStart = 1'741'597'200'000; // 2025-03-10T09:00:00Z
/// More than are read ahead at once.
constexpr int kMany = 3000;

QByteArray eventAt(TimestampMs at, const QByteArray &more = {})
{
    return "{\"timestamp\":\"" + QByteArray::fromStdString(formatIso(at))
        + R"(","eventType":"AUTHENTICATION","action":"login","outcome":"FAILURE","ipAddress":"192.0.2.1")" + more + "}\n";
}

QByteArray manyEvents(int count)
{
    QByteArray lines;
    for (int i = 0; i < count; ++i)
        lines += eventAt(kStart + i * kSecond, ",\"userId\":\"user" + QByteArray::number(i % 7) + '"');
    return lines;
}

/// Padded as a line that is read is.
bool isPlain(QByteArray line, EventView &row)
{
    static PlainEventReader reader;
    static QByteArray kept;
    kept = std::move(line);
    const qsizetype size = kept.size();
    kept.append(qsizetype(PlainEventReader::kZeros), '\0');
    return reader.read({kept.constData(), static_cast<std::size_t>(size)}, row);
}

} // namespace

class TestReplayStream : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plainLines_data();
    void plainLines();
    void plainMetadata();
    void otherLines_data();
    void otherLines();
    void plainLinesMeanWhatJsonMeans();
    void errorsStandInOrder();
    void queriesCountWhatStandsBefore();
    void acknowledgersStandInOrder();
    void endsOfLinesAndFiles();
    void hugeLines();
    void anErrorEndsAStreamThatGoesOn_data();
    void anErrorEndsAStreamThatGoesOn();

private:
    Result<std::string> run(const QByteArray &lines);
    QTemporaryDir m_folder;
};

Result<std::string> TestReplayStream::run(const QByteArray &lines)
{
    const QString path = m_folder.filePath(QStringLiteral("in.ndjson"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(lines) != lines.size())
        return Error{QStringLiteral("cannot write the test's input")};
    file.close();
    std::string document;
    const auto done = replayNdjson(path, {}, [&document](std::string_view text) { document += text; });
    return done ? Result<std::string>(std::move(document)) : done.error();
}

void TestReplayStream::plainLines_data()
{
    QTest::addColumn<QByteArray>("line");
    const QByteArray needed = R"("eventType":"DATA_PRIVACY","action":"","outcome":"BLOCKED")";
    const QByteArray time = R"("timestamp":"2025-03-10T09:00:00.250Z")";
    QTest::newRow("in any order") << "{" + needed + "," + time + "}";
    QTest::newRow("nulls") << "{" + time + R"(,"userId":null,"severity":null,)" + needed + R"(,"errorMessage":null})";
    QTest::newRow("blanks") << " { " + time + "\t, " + needed + " }\t\r ";
    QTest::newRow("the last of two counts") << R"({"timestamp":"1999-01-01T00:00:00.000Z",)" + time + "," + needed + "}";
    QTest::newRow("null does not count") << "{" + time + "," + needed + R"(,"outcome":null})";
    QTest::newRow("long texts") << "{" + time + "," + needed + R"(,"userAgent":")" + QByteArray(3000, 'x') + "\"}";
}

void TestReplayStream::plainMetadata()
{
    const QByteArray needed = R"("timestamp":"2025-03-10T09:00:00.250Z","eventType":"DATA_PRIVACY","action":"a","outcome":"BLOCKED")";
    for (const QByteArray &metadata :
         {QByteArray("{}"), QByteArray(R"({"a":1})"), QByteArray(R"({"a":-17,"a":0,"":[],"b":[true,false,null,{"c":{}},"x"]})"),
          QByteArray(R"({"n":123456789012345678})")}) {
        // Wherever it stands, and again when the reader knows the lines.
        const QByteArray field = "\"metadata\":" + metadata;
        const QByteArrayList lines{"{" + needed + "," + field + "}", "{" + field + "," + needed + "}",
                                   "{" + needed + "," + field + ",\"userId\":\"anna\"}",
                                   "{" + needed + ",\"metadata\":{\"x\":1}," + field + ",\"metadata\":null}"};
        for (const QByteArray &line : lines) {
            EventView row;
            QVERIFY2(isPlain(line, row), line.constData());
            QCOMPARE(QByteArray(row.metadata.data(), qsizetype(row.metadata.size())), metadata);
            EventView without;
            QVERIFY(isPlain("{" + needed + ",\"userId\":\"anna\"}", without));
            QVERIFY(without.metadata.data() == nullptr);
        }
    }
}

void TestReplayStream::plainLines()
{
    QFETCH(const QByteArray, line);
    for (int again = 0; again < 2; ++again) { // The second time it knows what to expect.
        EventView row;
        QVERIFY(isPlain(line, row));
        QCOMPARE(row.timestamp, kStart + 250);
        QVERIFY(row.eventType == SecurityEventType::DataPrivacy);
        QVERIFY(row.outcome == AuditOutcome::Blocked);
        QVERIFY(row.severity == AuditSeverity::Info);
        QVERIFY(row.action.data() != nullptr && row.action.empty());
        QVERIFY(row.userId.data() == nullptr);
    }
}

void TestReplayStream::otherLines_data()
{
    QTest::addColumn<QByteArray>("line");
    const QByteArray good = R"("timestamp":"2025-03-10T09:00:00.250Z","eventType":"DATA_PRIVACY","action":"a","outcome":"BLOCKED")";
    const auto row = [&](const char *name, const QByteArray &line) { QTest::newRow(name) << line; };
    row("empty", "");
    row("empty object", "{}");
    row("no object", "[" + good + "]");
    row("cut short", "{" + good);
    row("cut short in a text", "{" + good.chopped(1));
    row("more behind it", "{" + good + "} {}");
    row("comma at the end", "{" + good + ",}");
    row("comma at the front", "{," + good + "}");
    row("two commas", "{" + good + R"(,,"userId":"x"})");
    row("no comma", "{" + good + R"( "userId":"x"})");
    row("no colon", "{" + good + R"(,"userId" "x"})");
    row("no value", "{" + good + R"(,"userId":})");
    row("nothing like null", "{" + good + R"(,"userId":nullx})");
    row("null cut short", "{" + good + R"(,"userId":nul)");
    row("a number", "{" + good + R"(,"userId":1})");
    row("an escape", "{" + good + R"(,"userId":"a\"b"})");
    row("an escaped name", "{" + good + R"(,"\u0075serId":"x"})");
    row("an empty name", "{" + good + R"(,"":"x"})");
    row("not ASCII", "{" + good + ",\"userId\":\"\xc3\xa4\"}");
    row("bad UTF-8", "{" + good + ",\"userId\":\"\xff\"}");
    row("a control character", "{" + good + ",\"userId\":\"a\tb\"}");
    row("a NUL", "{" + good + QByteArray(",\"userId\":\"a\0b\"}", 17));
    row("a NUL at the end", "{" + good + "}" + QByteArray(1, '\0'));
    for (const char *metadata :
         {"", "\"{}\"", "[]", "1", "{", "{}}", "{ }", R"({"a":1,})", R"({"a":1 })", R"({"a": 1})", R"({"a":1}})", R"({"a"})", R"({a:1})", R"({"a":01})",
          R"({"a":-0})", R"({"a":-})", R"({"a":1.0})", R"({"a":1e3})", R"({"a":1234567890123456789})", R"({"a":"\n"})", R"({"a":tru})",
          R"({"a":[1,]})", R"({"a":[1 ]})", R"({"a":[1})", R"({"a":{]})", R"({"a":"x})", "{\"a\":\"\xc3\xa4\"}"})
        QTest::addRow("metadata %s", metadata) << "{" + good + ",\"metadata\":" + metadata + "}";
    const QByteArray deep = QByteArray(40, '[') + QByteArray(40, ']');
    row("deep metadata", "{" + good + R"(,"metadata":{"a":)" + deep + "}}");
    row("an op", "{" + good + R"(,"op":"trace"})");
    row("an unknown field", "{" + good + R"(,"user":"x"})");
    row("an unknown severity", "{" + good + R"(,"severity":"WORST"})");
    row("another time", R"({"timestamp":"2025-03-10","eventType":"DATA_PRIVACY","action":"a","outcome":"BLOCKED"})");
    row("no such time", R"({"timestamp":"2025-03-10T24:00:00.000Z","eventType":"DATA_PRIVACY","action":"a","outcome":"BLOCKED"})");
    row("no such day", R"({"timestamp":"2025-02-29T09:00:00.000Z","eventType":"DATA_PRIVACY","action":"a","outcome":"BLOCKED"})");
    row("no action", R"({"timestamp":"2025-03-10T09:00:00.250Z","eventType":"DATA_PRIVACY","outcome":"BLOCKED"})");
}

void TestReplayStream::otherLines()
{
    QFETCH(const QByteArray, line);
    EventView row;
    QVERIFY(isPlain(R"({"timestamp":"2025-03-10T09:00:00.250Z","eventType":"DATA_PRIVACY","action":"a","outcome":"BLOCKED","userId":"x"})", row));
    row = {};
    QVERIFY(!isPlain(line, row));
}

/// Each stream twice: as it is, and with one letter of each line escaped, which means the same and is read by the whole
/// grammar.
void TestReplayStream::plainLinesMeanWhatJsonMeans()
{
    std::mt19937 random(3);
    const auto oneOf = [&random](std::initializer_list<const char *> texts) {
        return QByteArray(*(texts.begin() + random() % texts.size()));
    };
    int sound = 0;
    for (int stream = 0; stream < 150; ++stream) {
        QByteArray plain;
        QByteArray escaped;
        for (int i = 0; i < 12; ++i) {
            QByteArrayList fields{"\"timestamp\":\"" + QByteArray::fromStdString(formatIso(kStart + i * 250)) + '"',
                                  R"("action":"login")",
                                  "\"eventType\":" + oneOf({R"("AUTHENTICATION")", R"("API_SECURITY")"}),
                                  "\"outcome\":" + oneOf({R"("FAILURE")", R"("SUCCESS")"})};
            const int more = static_cast<int>(random() % 6);
            for (int f = 0; f < more; ++f)
                fields.append(oneOf({R"("userId")", R"("ipAddress")", R"("country")", R"("sessionId")", R"("companyId")"}) + oneOf({":", " : "})
                              + oneOf({"null", R"("")", R"("192.0.2.1")", R"("DE")", R"("anna")"}));
            if (random() % 200 == 0)
                fields.append(oneOf({R"("userId":1)", R"("user":"x")", R"("severity":"WORST")", R"("severity":"HIGH)", R"("metadata":{"a":1.0,"recordCount":90})"}));
            std::shuffle(fields.begin(), fields.end(), random);
            if (random() % 3 == 0)
                fields.append("\"metadata\":" + oneOf({"null", "{}", R"({"recordCount":70,"tags":["a",{"b":null}]})", R"({"recordCount":1e2})"}));
            const QByteArray line = oneOf({"{", " {\t"}) + fields.join(oneOf({",", ", "})) + oneOf({"}\n", "} \r\n"});
            plain += line;
            escaped += QByteArray(line).replace("login", "\\u006cogin");
        }
        const auto a = run(plain);
        const auto b = run(escaped);
        QCOMPARE(a.ok(), b.ok());
        QVERIFY2(a.ok() ? *a == *b : a.error() == b.error(), plain.constData());
        sound += a.ok() ? 1 : 0;
    }
    QVERIFY(sound > 100 && sound < 150);
}

void TestReplayStream::errorsStandInOrder()
{
    const QByteArray back = eventAt(kStart);
    const auto late = run(manyEvents(kMany) + "{nonsense\n" + back);
    QVERIFY(!late.ok());
    QVERIFY2(late.error().message.contains(QStringLiteral("line %1:").arg(kMany + 1)), qPrintable(late.error().message));
    // Of two the first counts, though what is wrong with it shows only when it is judged.
    const auto first = run(manyEvents(700) + "\n" + back + "{nonsense\n");
    QVERIFY(!first.ok());
    QVERIFY2(first.error().message.contains(QLatin1String("line 702:")) && first.error().message.contains(QLatin1String("goes back")),
             qPrintable(first.error().message));
    const auto query = run(manyEvents(kMany) + "{\"op\":\"query\",\"user\":\"x\"}\n{nonsense\n");
    QVERIFY(!query.ok());
    QVERIFY2(query.error().message.contains(QStringLiteral("line %1:").arg(kMany + 1)), qPrintable(query.error().message));
}

void TestReplayStream::queriesCountWhatStandsBefore()
{
    QByteArray lines;
    const QByteArrayList events = manyEvents(kMany).split('\n');
    const QList<int> before{1, 511, 512, 513, 1500, 2999};
    for (int i = 0; i < kMany; ++i) {
        if (before.contains(i))
            lines += "{\"op\":\"query\",\"ip\":\"192.0.2.1\"}\n";
        lines += events.at(i) + '\n';
    }
    const auto result = run(lines);
    QVERIFY2(result.ok(), result.ok() ? "" : qPrintable(result.error().message));
    const QJsonObject document = QJsonDocument::fromJson(QByteArray::fromStdString(*result)).object();
    const QJsonArray rows = document.value(QLatin1String("auditRows")).toObject().value(QLatin1String("monitorRows")).toArray();
    const QJsonArray answers = document.value(QLatin1String("queries")).toArray();
    QCOMPARE(answers.size(), before.size());
    for (int i = 0; i < before.size(); ++i) {
        const QJsonObject answer = answers.at(i).toObject();
        const QString at = answer.value(QLatin1String("at")).toString();
        const auto own = std::count_if(rows.begin(), rows.end(), [&at](const QJsonValue &row) {
            return row.toObject().value(QLatin1String("timestamp")).toString() <= at;
        });
        QCOMPARE(answer.value(QLatin1String("metrics")).toObject().value(QLatin1String("totalEvents")).toInt(),
                 before.at(i) + static_cast<int>(own));
    }
}

/// Whoever acknowledges occurs there, before all who come later: of users at the same risk that decides.
void TestReplayStream::acknowledgersStandInOrder()
{
    QByteArray lines = R"({"op":"config","config":{"thresholds":{"failedLoginsPerMinute":1}}})" "\n" + eventAt(kStart);
    lines += R"({"op":"acknowledge","at":"2025-03-10T09:00:01Z","alertIndex":1,"by":"zoe"})" "\n";
    for (int i = 0; i < 12; ++i) {
        lines += QByteArray(eventAt(kStart + kMinute + i, ",\"userId\":\"user" + QByteArray::number(i) + '"'))
                     .replace("FAILURE", "SUCCESS");
    }
    const auto result = run(lines);
    QVERIFY(result.ok());
    const QJsonObject document = QJsonDocument::fromJson(QByteArray::fromStdString(*result)).object();
    const QJsonArray risks = document.value(QLatin1String("metrics")).toObject().value(QLatin1String("userRiskScores")).toArray();
    QCOMPARE(risks.size(), 10);
    QCOMPARE(risks.at(0).toObject().value(QLatin1String("userId")).toString(), QStringLiteral("zoe"));
    QCOMPARE(risks.at(1).toObject().value(QLatin1String("userId")).toString(), QStringLiteral("user0"));
}

void TestReplayStream::endsOfLinesAndFiles()
{
    const QByteArray lines = manyEvents(3);
    const auto expected = run(lines);
    QVERIFY(expected.ok());
    const QByteArrayList spellings{QByteArray("\xEF\xBB\xBF") + lines, lines.chopped(1),
                                   QByteArray(lines).replace("\n", "\r\n"), QByteArray("\n\n") + lines};
    for (const QByteArray &same : spellings) {
        const auto found = run(same);
        QVERIFY2(found.ok(), found.ok() ? "" : qPrintable(found.error().message));
        QCOMPARE(*found, *expected);
    }
    const auto cut = run(lines.chopped(2));
    QVERIFY(!cut.ok());
    QVERIFY2(cut.error().message.contains(QLatin1String("line 3:")), qPrintable(cut.error().message));
}

void TestReplayStream::hugeLines()
{
    const QByteArray lines = manyEvents(600);
    const auto expected = run(lines + eventAt(kStart + kHour) + eventAt(kStart + kHour));
    const auto huge = run(lines + eventAt(kStart + kHour, ",\"errorMessage\":\"" + QByteArray(9 << 20, 'x') + '"')
                          + eventAt(kStart + kHour, ",\"errorMessage\":\"" + QByteArray(9 << 20, 'x') + "\\n\""));
    QVERIFY(expected.ok() && huge.ok());
    QCOMPARE(*huge, *expected);
    const auto tooLong = run(lines + eventAt(kStart + kHour, ",\"errorMessage\":\""
                                                 + QByteArray(qsizetype(LineReader::kMaxLine), 'x') + '"'));
    QVERIFY(!tooLong.ok());
    QVERIFY2(tooLong.error().message.contains(QLatin1String("line 601: the line is too long")), qPrintable(tooLong.error().message));
}

void TestReplayStream::anErrorEndsAStreamThatGoesOn_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("no JSON") << QByteArray("{nonsense\n");
    QTest::newRow("back in time") << eventAt(kStart - 1);
    QTest::newRow("a control line") << QByteArray("{\"op\":\"query\",\"at\":\"2025-03-10T08:59:59Z\"}\n");
}

/// The writer keeps the pipe open, and writes nothing more.
void TestReplayStream::anErrorEndsAStreamThatGoesOn()
{
    QFETCH(const QByteArray, line);
    const QString path = m_folder.filePath(QStringLiteral("pipe"));
    const QByteArray name = QFile::encodeName(path);
    ::unlink(name.constData());
    QCOMPARE(::mkfifo(name.constData(), 0600), 0);
    auto replayed = std::async(std::launch::async, [&path] { return replayNdjson(path, {}, [](std::string_view) {}); });
    const int pipe = ::open(name.constData(), O_WRONLY | O_CLOEXEC);
    QVERIFY(pipe >= 0);
    const QByteArray lines = eventAt(kStart) + line;
    QCOMPARE(::write(pipe, lines.constData(), static_cast<std::size_t>(lines.size())), lines.size());
    const bool ended = replayed.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
    ::close(pipe);
    QVERIFY(ended);
    const auto result = replayed.get();
    QVERIFY(!result.ok());
    QVERIFY2(result.error().message.contains(QLatin1String("line 2:")), qPrintable(result.error().message));
}

QTEST_GUILESS_MAIN(TestReplayStream)
#include "tst_replaystream.moc"
