// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/enginelock.h"
#include "tests/ctl/ctlprocess.h"
#include "tests/report/rfc4180.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

#include <csignal>

using namespace bartizan;
using test::Ctl;
using test::Outcome;
using test::words;

namespace {

QString data(const char *name)
{
    return QStringLiteral(BARTIZAN_TEST_DATA "/") + QString::fromUtf8(name);
}

const QByteArray kEvents =
    "{\"timestamp\":\"2026-01-02T03:04:05.678Z\",\"eventType\":\"AUTHENTICATION\",\"action\":\"login\","
    "\"outcome\":\"FAILURE\",\"severity\":\"LOW\",\"userId\":\"anna\",\"companyId\":\"acme\","
    "\"ipAddress\":\"192.0.2.1\",\"userAgent\":\"curl/8\",\"country\":\"DE\",\"sessionId\":\"s1\","
    "\"requestId\":\"r1\",\"metadata\":{\"tries\":2,\"deep\":{\"z\":[1,2]}},\"errorMessage\":\"no\"}\n"
    "{\"timestamp\":\"2026-01-02T03:04:06.000Z\",\"eventType\":\"API_SECURITY\",\"action\":\"call\","
    "\"outcome\":\"RATE_LIMITED\",\"ipAddress\":\"2001:db8::1\"}\n"
    "{\"timestamp\":\"2026-01-02T03:04:07.000Z\",\"eventType\":\"AUTHENTICATION\",\"action\":\"login\","
    "\"outcome\":\"SUCCESS\",\"userId\":\"anna\",\"ipAddress\":\"192.0.2.1\"}\n";

const QByteArray kHostile =
    "{\"timestamp\":\"2026-01-02T03:04:05.000Z\",\"eventType\":\"AUTHENTICATION\","
    "\"action\":\"\\u001b]0;owned\\u0007\",\"outcome\":\"FAILURE\",\"userId\":\"=1+1\\n\\u202e<script>\","
    "\"ipAddress\":\"192.0.2.1\",\"userAgent\":\"a,\\\"b\\\"\\r\\nc\",\"metadata\":{\"x\":\"\\u009b2J\"}}\n";

QJsonArray withoutOrigin(const QJsonArray &events)
{
    QJsonArray result;
    for (const QJsonValue &value : events) {
        QJsonObject event = value.toObject();
        QJsonObject metadata = event.value(QStringLiteral("metadata")).toObject();
        for (const char *key : {"file", "line", "originalFile", "originalLine"})
            metadata.remove(QLatin1String(key));
        event.insert(QStringLiteral("metadata"), metadata);
        event.remove(QStringLiteral("id"));
        result.append(event);
    }
    return result;
}

QJsonArray allEvents(const Ctl &ctl)
{
    return ctl.run(words("events --from 2000-01-01 --json")).json().array();
}

} // namespace

/// import and events: what goes in comes out, through the real program.
class CtlImportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesUnusableArguments_data();
    void refusesUnusableArguments();
    void importsEachKindOfLog_data();
    void importsEachKindOfLog();
    void importsStandardInput();
    void importsSeveralFiles();
    void importingTwiceAddsNothing();
    void quarantinesWithNumberAndReason();
    void goesOnAfterAFileThatFails();
    void namesAFileWithoutItsHeader();
    void countsLinesThatAreNoUtf8_data();
    void countsLinesThatAreNoUtf8();
    void reportsAsJson();
    void setsTheCompany();
    void findsAddressesAsTheLogSpellsThem_data();
    void findsAddressesAsTheLogSpellsThem();
    void saysWhereTheEngineRuns();
    void filtersEvents_data();
    void filtersEvents();
    void listsInPages();
    void printsWhatCanBeImportedAgain_data();
    void printsWhatCanBeImportedAgain();
    void showsHostileTextHarmlessly();
    void staysQuietWhenTheReaderLeaves();
    void endsOnASignal();
};

void CtlImportTest::refusesUnusableArguments_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("named");
    QTest::newRow("no file") << words("import") << QByteArray("FILE");
    QTest::newRow("bad format") << words("import --format syslog x") << QByteArray("--format: 'syslog'");
    QTest::newRow("bad year") << words("import --year 17 x") << QByteArray("--year");
    QTest::newRow("five digits") << words("import --year 20177 x") << QByteArray("--year");
    QTest::newRow("bad zone") << words("import --timezone Mars/Base x") << QByteArray("--timezone: 'Mars/Base'");
}

void CtlImportTest::refusesUnusableArguments()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, named);
    const Ctl ctl;
    const Outcome outcome = ctl.run(arguments);
    QVERIFY2(outcome.status == 2, outcome.told().constData());
    QVERIFY2(outcome.err.contains(named), outcome.told().constData());
    QVERIFY(!QFile::exists(ctl.database()));
    const Outcome help = ctl.run(words("import --help"));
    QCOMPARE(help.status, 0);
    for (const char *option : {"FILE…", "--format", "--year", "--timezone", "--company"})
        QVERIFY2(help.out.contains(option), option);
}

void CtlImportTest::importsEachKindOfLog_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("rows");
    const QByteArray csv = "timestamp,eventType,action,outcome,userId,metadata\r\n"
                           "2026-01-02T03:04:05.678Z,AUTHENTICATION,login,FAILURE,anna,\"{\"\"a\"\":1}\"\r\n"
                           "2026-01-02T03:04:06Z,AUTHENTICATION,login,SUCCESS,\"b, c\",\r\n";
    const QByteArray sshd = "Jan  2 03:04:05 web1 sshd[77]: Failed password for root from 203.0.113.9 port 4000 ssh2\n"
                            "Jan  2 03:04:09 web1 sshd[78]: Accepted publickey for anna from 192.0.2.1 port 4001 ssh2\n";
    for (const bool named : {false, true}) {
        QTest::addRow("ndjson%s", named ? ", named" : "") << (named ? "ndjson" : "auto") << kEvents << 3;
        QTest::addRow("csv%s", named ? ", named" : "") << (named ? "csv" : "auto") << csv << 2;
        QTest::addRow("sshd%s", named ? ", named" : "") << (named ? "sshd" : "auto") << sshd << 2;
    }
}

void CtlImportTest::importsEachKindOfLog()
{
    QFETCH(QString, format);
    QFETCH(QByteArray, text);
    QFETCH(int, rows);
    const Ctl ctl;
    const QString file = ctl.put(QStringLiteral("some.log"), text);
    const Outcome outcome = ctl.run({QStringLiteral("import"), QStringLiteral("--year"), QStringLiteral("2026"),
                                     QStringLiteral("--format"), format, file});
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    QVERIFY2(outcome.out.contains(QByteArray("imported " + QByteArray::number(rows))), outcome.told().constData());
    const QJsonArray events = allEvents(ctl);
    QCOMPARE(events.size(), rows);
    for (const QJsonValue &event : events) {
        const QJsonObject metadata = event.toObject().value(QStringLiteral("metadata")).toObject();
        QCOMPARE(metadata.value(QStringLiteral("file")).toString(), QStringLiteral("some.log"));
        QVERIFY(metadata.value(QStringLiteral("line")).toInt() > 0);
    }
}

void CtlImportTest::importsStandardInput()
{
    const Ctl ctl;
    const Outcome outcome = ctl.run(words("import -"), kEvents);
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    QVERIFY(outcome.out.contains("imported 3"));
    QCOMPARE(allEvents(ctl).size(), 3);
}

void CtlImportTest::importsSeveralFiles()
{
    const Ctl ctl;
    const QList<QByteArray> lines = kEvents.split('\n');
    const QString a = ctl.put(QStringLiteral("a.ndjson"), lines.at(0) + '\n');
    const QString b = ctl.put(QStringLiteral("b.ndjson"), lines.at(1) + '\n');
    const Outcome outcome = ctl.run({QStringLiteral("import"), a, b});
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    QCOMPARE(outcome.out.count("imported 1"), 2);
    QVERIFY(outcome.out.contains("a.ndjson") && outcome.out.contains("b.ndjson"));
    QCOMPARE(allEvents(ctl).size(), 2);
}

void CtlImportTest::importingTwiceAddsNothing()
{
    const Ctl ctl;
    const QStringList arguments{QStringLiteral("import"), QStringLiteral("--year"), QStringLiteral("2017"),
                                data("logs/auth-2980.log")};
    const Outcome first = ctl.run(arguments);
    QVERIFY2(first.status == 0 || first.status == 3, first.told().constData());
    const qsizetype rows = allEvents(ctl).size();
    QVERIFY(rows > 300);
    const Outcome second = ctl.run(arguments);
    QCOMPARE(second.status, first.status);
    QVERIFY2(second.out.contains(QByteArray("imported 0, duplicates skipped " + QByteArray::number(rows))), second.told().constData());
    QCOMPARE(allEvents(ctl).size(), rows);
}

void CtlImportTest::quarantinesWithNumberAndReason()
{
    const Ctl ctl;
    const QList<QByteArray> lines = kEvents.split('\n');
    const QByteArray text = lines.at(0) + "\nno JSON at all\n" + lines.at(1) + "\n{\"timestamp\":\"soon\",\"eventType\":"
        "\"AUTHENTICATION\",\"action\":\"a\",\"outcome\":\"FAILURE\"}\n";
    const QString file = ctl.put(QStringLiteral("mixed\x1b[2J.ndjson"), text);
    const Outcome outcome = ctl.run({QStringLiteral("import"), QStringLiteral("--format"), QStringLiteral("ndjson"), file});
    QVERIFY2(outcome.status == 3, outcome.told().constData());
    QVERIFY2(outcome.out.contains("line 2: quarantined: "), outcome.told().constData());
    QVERIFY2(outcome.out.contains("line 4: quarantined: "), outcome.told().constData());
    QVERIFY(outcome.out.contains("timestamp"));
    QVERIFY(outcome.out.contains("imported 2") && outcome.out.contains("quarantined 2"));
    QVERIFY(!outcome.out.contains('\x1b'));
    QCOMPARE(allEvents(ctl).size(), 2);
}

void CtlImportTest::goesOnAfterAFileThatFails()
{
    const Ctl ctl;
    const QString file = ctl.put(QStringLiteral("events.ndjson"), kEvents + "garbage\n");
    const Outcome outcome = ctl.run({QStringLiteral("import"), QStringLiteral("--format"), QStringLiteral("ndjson"),
                                     ctl.path(QStringLiteral("missing.log")), file});
    // A failure weighs more than a line in quarantine.
    QVERIFY2(outcome.status == 1, outcome.told().constData());
    QVERIFY(outcome.err.contains("missing.log"));
    QCOMPARE(allEvents(ctl).size(), 3);
}

void CtlImportTest::namesAFileWithoutItsHeader()
{
    const Ctl ctl;
    const QString bad = ctl.put(QStringLiteral("badhead.csv"), "time,what\n1,2\n");
    const QString open = ctl.put(QStringLiteral("open.csv"), "timestamp,\"what\n");
    const Outcome outcome = ctl.run(words("import --format csv") + QStringList{bad, open});
    QVERIFY2(outcome.status == 1, outcome.told().constData());
    QVERIFY2(outcome.err.contains("badhead.csv: The header of the CSV, line 1, lacks "), outcome.told().constData());
    QVERIFY2(outcome.err.contains("open.csv: The header of the CSV cannot be read"), outcome.told().constData());
}

void CtlImportTest::countsLinesThatAreNoUtf8_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QByteArray>("log");
    QTest::newRow("ndjson") << "ndjson" << QByteArray(R"({"timestamp":"2026-11-20T14:27:12Z","eventType":"AUTHENTICATION",)"
                                                      R"("action":"login","outcome":"FAILURE","userId":"J@rgen"})");
    QTest::newRow("csv") << "csv" << QByteArray("timestamp,eventType,action,outcome,userId\n"
                                                "2026-11-20T14:27:12Z,AUTHENTICATION,login,FAILURE,J@rgen");
    QTest::newRow("sshd") << "sshd" << QByteArray("Nov 20 14:27:12 host sshd[1]: Failed password for invalid user J@rgen "
                                                  "from 203.0.113.47 port 22 ssh2");
}

/// Letters in another encoding are lost: that is said.
void CtlImportTest::countsLinesThatAreNoUtf8()
{
    QFETCH(QString, format);
    QFETCH(QByteArray, log);
    const Ctl ctl;
    const QStringList import = words("import --year 2026 --format") + QStringList{format};
    QByteArray right = log;
    const Outcome good = ctl.run(import + words("-"), right.replace("@", "\xc3\xbc") + '\n');
    QVERIFY2(good.status == 0 && good.out.contains("imported 1") && !good.err.contains("UTF-8"), good.told().constData());
    QByteArray latin = log;
    const QString file = ctl.put(QStringLiteral("latin.log"), latin.replace("@", "\xfc") + '\n');
    const Outcome told = ctl.run(import + QStringList{file});
    QVERIFY2(told.status == 0 && told.out.contains("imported 1"), told.told().constData());
    QVERIFY2(told.err.contains("latin.log: lines with bytes that are no UTF-8: 1;"), told.told().constData());
    const QJsonObject json = ctl.run(import + words("--json") + QStringList{file}).json().object();
    QCOMPARE(json.value(QStringLiteral("files")).toArray().at(0).toObject().value(QStringLiteral("notUtf8")).toInt(), 1);
}

void CtlImportTest::reportsAsJson()
{
    const Ctl ctl;
    const QString file = ctl.put(QStringLiteral("events.ndjson"), kEvents + "{\"oops\x07\n");
    const Outcome outcome = ctl.run({QStringLiteral("import"), QStringLiteral("--json"), QStringLiteral("--format"),
                                     QStringLiteral("ndjson"), file, ctl.path(QStringLiteral("missing.log")), file});
    QCOMPARE(outcome.status, 1);
    const QJsonArray files = outcome.json().object().value(QStringLiteral("files")).toArray();
    QVERIFY2(files.size() == 3, outcome.told().constData());
    const QJsonObject first = files.at(0).toObject();
    QCOMPARE(first.value(QStringLiteral("format")).toString(), QStringLiteral("ndjson"));
    QCOMPARE(first.value(QStringLiteral("imported")).toInt(), 3);
    QCOMPARE(first.value(QStringLiteral("quarantined")).toInt(), 1);
    const QJsonObject line = first.value(QStringLiteral("quarantinedLines")).toArray().at(0).toObject();
    QCOMPARE(line.value(QStringLiteral("line")).toInt(), 4);
    QCOMPARE(line.value(QStringLiteral("text")).toString(), QStringLiteral("{\"oops\x07"));
    QVERIFY(!line.value(QStringLiteral("reason")).toString().isEmpty());
    QCOMPARE(files.at(1).toObject().value(QStringLiteral("failed")).toBool(), true);
    QCOMPARE(files.at(2).toObject().value(QStringLiteral("duplicates")).toInt(), 3);
}

void CtlImportTest::setsTheCompany()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("import --company globex -"), kEvents).status, 0);
    const QJsonArray events = allEvents(ctl);
    QCOMPARE(events.at(0).toObject().value(QStringLiteral("companyId")).toString(), QStringLiteral("acme"));
    QCOMPARE(events.at(1).toObject().value(QStringLiteral("companyId")).toString(), QStringLiteral("globex"));
}

void CtlImportTest::findsAddressesAsTheLogSpellsThem_data()
{
    QTest::addColumn<QString>("address");
    QTest::newRow("mapped") << "::ffff:10.0.0.1";
    QTest::newRow("capitals") << "2001:DB8::1";
    QTest::newRow("written out") << "2001:db8:0:0::1";
}

void CtlImportTest::findsAddressesAsTheLogSpellsThem()
{
    QFETCH(QString, address);
    const Ctl ctl;
    QByteArray log = kEvents;
    log.replace("192.0.2.1", address.toUtf8());
    QCOMPARE(ctl.run(words("import -"), log).status, 0);
    const QStringList arguments{QStringLiteral("ip"), address, QStringLiteral("--to"),
                                QStringLiteral("2026-01-02T04:00:00Z"), QStringLiteral("--json")};
    const Outcome outcome = ctl.run(arguments);
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    const QJsonObject threat = outcome.json().object();
    QCOMPARE(threat.value(QStringLiteral("address")).toString(), address);
    QCOMPARE(threat.value(QStringLiteral("riskFactors")).toArray(),
             (QJsonArray{QStringLiteral("2 security events in 24h")}));
}

void CtlImportTest::saysWhereTheEngineRuns()
{
    const Ctl ctl;
    const Outcome alone = ctl.run(words("import -"), kEvents);
    QVERIFY2(alone.err.contains("No monitoring engine runs"), alone.told().constData());
    const auto lock = EngineLock::take(ctl.database(), QStringLiteral("the console"), 0);
    QVERIFY(lock && lock->held());
    const Outcome beside = ctl.run(words("import -"), kEvents);
    QCOMPARE(beside.status, 0);
    QVERIFY2(beside.err.contains("runs elsewhere") && beside.err.contains("the console"), beside.told().constData());
}

void CtlImportTest::filtersEvents_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<QList<int>>("rows");
    QTest::newRow("all") << "" << QList<int>{5, 6, 7};
    QTest::newRow("type") << "--type api_security" << QList<int>{6};
    QTest::newRow("outcome") << "--outcome FAILURE" << QList<int>{5};
    QTest::newRow("user") << "--user anna" << QList<int>{5, 7};
    QTest::newRow("user, exactly") << "--user ann" << QList<int>();
    QTest::newRow("address") << "--ip 192.0.2.1" << QList<int>{5, 7};
    QTest::newRow("together") << "--ip 192.0.2.1 --outcome SUCCESS --user anna" << QList<int>{7};
    QTest::newRow("limit") << "--limit 2" << QList<int>{5, 6};
    QTest::newRow("range, edges included") << "--to 2026-01-02T03:04:06Z" << QList<int>{5, 6};
}

void CtlImportTest::filtersEvents()
{
    QFETCH(QString, options);
    QFETCH(QList<int>, rows);
    const Ctl ctl;
    QCOMPARE(ctl.run(words("import -"), kEvents).status, 0);
    const Outcome outcome = ctl.run(words("events --from 2026-01-01 --json") + options.split(QLatin1Char(' '), Qt::SkipEmptyParts));
    QVERIFY2(outcome.status == 0, outcome.told().constData());
    QList<int> found;
    const QJsonArray events = outcome.json().array();
    for (const QJsonValue &event : events)
        found.append(event.toObject().value(QStringLiteral("timestamp")).toString().mid(17, 2).toInt());
    QCOMPARE(found, rows);
}

void CtlImportTest::listsInPages()
{
    // More rows than a page, many of one millisecond: none may be lost or told twice at a page's edge.
    const Ctl ctl;
    QByteArray text;
    for (int i = 0; i < 2500; ++i) {
        text += "{\"timestamp\":\"2026-01-02T03:04:0" + QByteArray::number(i / 1250)
            + "Z\",\"eventType\":\"AUTHENTICATION\",\"action\":\"a\",\"outcome\":\"FAILURE\",\"userId\":\"u" + QByteArray::number(i) + "\"}\n";
    }
    QCOMPARE(ctl.run(words("import -"), text).status, 0);
    const Outcome outcome = ctl.run(words("events --from 2026-01-01 --format ndjson"));
    const QList<QByteArray> lines = outcome.out.trimmed().split('\n');
    QCOMPARE(lines.size(), 2500);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QByteArray user = "\"userId\":\"u" + QByteArray::number(i) + '"';
        QVERIFY2(lines.at(i).contains(user), lines.at(i).constData());
    }
    QCOMPARE(ctl.run(words("events --from 2026-01-01 --limit 1234 --format ndjson")).out.count('\n'), 1234);
    QCOMPARE(ctl.run(words("events --from 2026-01-01")).out.count('\n'), 2501);
}

void CtlImportTest::printsWhatCanBeImportedAgain_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("ndjson") << "ndjson";
    QTest::newRow("csv") << "csv";
}

void CtlImportTest::printsWhatCanBeImportedAgain()
{
    QFETCH(QString, format);
    const Ctl ctl;
    // Numbers that no double holds stay as they are, wherever they stand.
    const QByteArray large = R"({"timestamp":"2026-11-20T15:27:12Z","eventType":"AUTHENTICATION","action":"login",)"
                             R"("outcome":"SUCCESS","duration":1e400,"metadata":{"a":[-1.5E+999,"1e400\\\""],"b":7}})";
    QCOMPARE(ctl.run(words("import -"), kEvents + large + '\n').status, 0);
    const Outcome printed = ctl.run(words("events --from 2026-01-01 --format") + QStringList{format});
    QCOMPARE(printed.status, 0);
    const Ctl other;
    const Outcome again = other.run(words("import -"), printed.out);
    QVERIFY2(again.status == 0, again.told().constData());
    QCOMPARE(withoutOrigin(allEvents(other)), withoutOrigin(allEvents(ctl)));
}

void CtlImportTest::showsHostileTextHarmlessly()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(words("import -"), kHostile).status, 0);
    const Outcome table = ctl.run(words("events --from 2026-01-01"));
    QCOMPARE(table.out.count('\n'), 2);
    QVERIFY2(table.out.contains("\\x1b]0;owned\\x07") && table.out.contains("=1+1\\n\\u{202e}<script>"), table.told().constData());
    for (const char *format : {"table", "ndjson"}) {
        const Outcome outcome = ctl.run(words("events --from 2026-01-01 --format") + QStringList{QString::fromUtf8(format)});
        for (const char *raw : {"\x1b", "\x07", "\xe2\x80\xae", "\xc2\x9b"})
            QVERIFY2(!outcome.out.contains(raw), outcome.told().constData());
    }
    const auto csv = test::readRfc4180(ctl.run(words("events --from 2026-01-01 --format csv")).out.toStdString());
    QVERIFY(csv);
    QCOMPARE(csv->size(), 2U);
    QCOMPARE(csv->at(1).at(5), std::string("'=1+1\n\xe2\x80\xae<script>"));
    QCOMPARE(csv->at(1).at(9), std::string("a,\"b\"\r\nc"));
}

void CtlImportTest::staysQuietWhenTheReaderLeaves()
{
    const Ctl ctl;
    QCOMPARE(ctl.run(QStringList{QStringLiteral("import"), QStringLiteral("--year"), QStringLiteral("2017"),
                                 data("logs/auth-2980.log")}).status & ~3, 0);
    const Outcome outcome = ctl.shell(
        QStringLiteral("($CTL events --from 2017-01-01 --format ndjson; echo status $? >&2) | head -n 1"));
    QCOMPARE(outcome.err, QByteArray("status 0\n"));
    QCOMPARE(outcome.out.count('\n'), 1);
    const Outcome full = ctl.shell(QStringLiteral("$CTL events --from 2017-01-01 > /dev/full"));
    QVERIFY2(full.status == 1 && full.err.contains("standard output"), full.told().constData());
}

void CtlImportTest::endsOnASignal()
{
    const Ctl ctl;
    QByteArray text;
    for (int i = 0; i < 5000; ++i) {
        text += "{\"timestamp\":\"2026-01-02T03:04:05Z\",\"eventType\":\"AUTHENTICATION\",\"action\":\"a\","
                "\"outcome\":\"FAILURE\",\"userId\":\"u" + QByteArray::number(i) + "\"}\n";
    }
    QProcess import;
    import.start(Ctl::program(), {QStringLiteral("--db"), ctl.database(), QStringLiteral("import"), QStringLiteral("-")});
    import.write(text);
    // All but what the pipe itself holds has been read; more never comes.
    QTRY_COMPARE_WITH_TIMEOUT(import.bytesToWrite(), 0, 20'000);
    const auto pid = static_cast<pid_t>(import.processId());
    // A signal between the look at the flag and the read goes unseen until the next one.
    QCOMPARE(::kill(pid, SIGTERM), 0);
    if (!import.waitForFinished(5'000))
        ::kill(pid, SIGTERM);
    QVERIFY(import.state() == QProcess::NotRunning || import.waitForFinished(20'000));
    QCOMPARE(import.exitStatus(), QProcess::NormalExit);
    const QByteArray told = import.readAllStandardError();
    QVERIFY2(import.exitCode() == 1 && told.contains("interrupted") && !told.contains("Cannot read"), told.constData());
    // Whatever was stored by then, the next import adds exactly the rest.
    QCOMPARE(ctl.run(words("import -"), text).status, 0);
    QCOMPARE(allEvents(ctl).size(), 5000);
}

QTEST_GUILESS_MAIN(CtlImportTest)
#include "tst_ctlimport.moc"
