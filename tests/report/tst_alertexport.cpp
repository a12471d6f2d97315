// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/spreadsheettext.h"
#include "core/report/alertexport.h"
#include "tests/report/rfc4180.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace bartizan;
using test::readRfc4180;

namespace {

SecurityAlert sampleAlert()
{
    SecurityAlert alert;
    alert.id = "0f2c9c1e-7c53-5b0e-8a44-6f2f0a0f9b11";
    alert.timestamp = *parseIso("2026-11-20T14:27:12.418Z");
    alert.severity = AlertSeverity::High;
    alert.type = AlertType::BruteForceAttack;
    alert.title = "Brute Force Attack Detected";
    alert.description = "5 failed login attempts from IP 192.0.2.5 in 5 minutes";
    alert.eventType = SecurityEventType::Authentication;
    alert.context.userId = "anna";
    alert.context.companyId = "acme";
    alert.context.ipAddress = "192.0.2.5";
    alert.metadata = R"({"failedAttempts":5,"big":12345678901234567890,"nested":{"z":1,"a":[true,null]}})";
    return alert;
}

QString cellOf(const std::string &text)
{
    return QString::fromStdString(text);
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Lets no file of this process grow beyond `bytes`: a full disk.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        getrlimit(RLIMIT_FSIZE, &m_before);
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit limit = m_before;
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    FileSizeLimit(const FileSizeLimit &) = delete;
    FileSizeLimit &operator=(const FileSizeLimit &) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

} // namespace

class AlertExportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void csvHasTheSpecifiedColumns();
    void writesTheColumnsAskedFor();
    void csvGuardsFormulas_data();
    void csvGuardsFormulas();
    void csvRoundTrips_data();
    void csvRoundTrips();
    void csvRepairsWhatIsNotUtf8();
    void clipboardGuardsFormulas();
    void jsonKeepsKeysInOrder();
    void jsonParses();
    void jsonTellsOfRepeats();
    void jsonTellsWhereAnAlertStands();
    void jsonOfNoAlertsIsAnEmptyArray();
    void writesAPrivateFile_data();
    void writesAPrivateFile();
    void neverOverwritesUnasked();
    void overwritesWhenAsked();
    void refusesASymbolicLink_data();
    void refusesASymbolicLink();
    void refusesWhatIsNoRegularFile();
    void namesAMissingFolder();
    void cancelledLeavesNothingBehind();
    void fullDiskLeavesNothingBehind();
    void fullDiskKeepsTheOldFile();
};

void AlertExportTest::csvHasTheSpecifiedColumns()
{
    SecurityAlert alert = sampleAlert();
    alert.acknowledged = true;
    QCOMPARE(alertsToCsv({&alert, 1}),
             std::string("timestamp,severity,type,title,description,eventType,userId,companyId,ipAddress,userAgent,"
                         "acknowledged\r\n"
                         "2026-11-20T14:27:12.418Z,HIGH,BRUTE_FORCE_ATTACK,Brute Force Attack Detected,"
                         "5 failed login attempts from IP 192.0.2.5 in 5 minutes,AUTHENTICATION,anna,acme,192.0.2.5,,"
                         "true\r\n"));
}

/// These alone, in this order, and as safe as ever.
void AlertExportTest::writesTheColumnsAskedFor()
{
    SecurityAlert alert = sampleAlert();
    alert.repeats = 6;
    alert.owner = "=cmd()";
    alert.status = AlertStatus::Resolved;
    SecurityAlert other = sampleAlert();
    other.context.ipAddress.reset();
    const std::vector columns{AlertColumn::Status, AlertColumn::IpAddress, AlertColumn::Count, AlertColumn::Owner,
                              AlertColumn::Timestamp};
    const auto written = [&](ExportFormat format) {
        AlertEncoder encoder(format, columns);
        encoder.add(alert);
        encoder.add(other);
        encoder.finish();
        return encoder.take();
    };
    QCOMPARE(written(ExportFormat::Csv), std::string("status,ipAddress,count,owner,timestamp\r\n"
                                                     "RESOLVED,192.0.2.5,7,'=cmd(),2026-11-20T14:27:12.418Z\r\n"
                                                     "NEW,,1,,2026-11-20T14:27:12.418Z\r\n"));
    QCOMPARE(written(ExportFormat::Json),
             std::string("[\n  {\n    \"status\": \"RESOLVED\",\n    \"ipAddress\": \"192.0.2.5\",\n    \"count\": 7,\n"
                         "    \"owner\": \"=cmd()\",\n    \"timestamp\": \"2026-11-20T14:27:12.418Z\"\n  },\n"
                         "  {\n    \"status\": \"NEW\",\n    \"ipAddress\": null,\n    \"count\": 1,\n"
                         "    \"owner\": null,\n    \"timestamp\": \"2026-11-20T14:27:12.418Z\"\n  }\n]\n"));
    alert.disposition = AlertDisposition::FalsePositive;
    other.mute = "m1";
    QVERIFY(written(ExportFormat::Csv).find("\r\nFALSE_POSITIVE,") != std::string::npos);
    QVERIFY(written(ExportFormat::Csv).find("\r\nMUTED,") != std::string::npos);
}

/// A cell is neither a formula nor two cells, and a line is one line.
void AlertExportTest::clipboardGuardsFormulas()
{
    QCOMPARE(clipboardLine({QStringLiteral("=1"), QStringLiteral("+1"), QStringLiteral("-1"), QStringLiteral("@a"), QStringLiteral("a=1"), {}}),
             QStringLiteral("'=1\t'+1\t'-1\t'@a\ta=1\t"));
    QCOMPARE(clipboardLine({QStringLiteral("a\tb"), QStringLiteral("\t=1"), QStringLiteral("c\r\nd")}),
             QStringLiteral("a b\t' =1\tc  d"));
    QCOMPARE(clipboardLine({QStringLiteral("\"=1"), QStringLiteral("\""), QStringLiteral("a\"")}),
             QStringLiteral("'\"=1\t'\"\ta\""));
    QCOMPARE(clipboardLine({QStringLiteral("\ufeff=1"), QStringLiteral("\uff0b1")}), QStringLiteral("'\ufeff=1\t'\uff0b1"));
    QCOMPARE(clipboardLine({QStringLiteral("\u202e=1")}), QStringLiteral("\u202e=1"));
}

void AlertExportTest::csvGuardsFormulas_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("cell");
    QTest::newRow("equals") << QByteArray("=HYPERLINK(\"http://x\",\"y\")") << QByteArray("'=HYPERLINK(\"http://x\",\"y\")");
    QTest::newRow("plus") << QByteArray("+1") << QByteArray("'+1");
    QTest::newRow("minus") << QByteArray("-2+3+cmd|' /C calc'!A0") << QByteArray("'-2+3+cmd|' /C calc'!A0");
    QTest::newRow("at") << QByteArray("@SUM(A1)") << QByteArray("'@SUM(A1)");
    QTest::newRow("tab") << QByteArray("\t=1") << QByteArray("'\t=1");
    QTest::newRow("carriage return") << QByteArray("\r=1") << QByteArray("'\r=1");
    QTest::newRow("full width") << QByteArray("\xef\xbc\x9d" "1") << QByteArray("'\xef\xbc\x9d" "1");
    QTest::newRow("behind a byte order mark") << QByteArray("\xef\xbb\xbf=1") << QByteArray("'\xef\xbb\xbf=1");
    QTest::newRow("behind what is not seen") << QByteArray("\xe2\x80\x8b\xe2\x81\xa0@a") << QByteArray("'\xe2\x80\x8b\xe2\x81\xa0@a");
    QTest::newRow("a byte order mark alone") << QByteArray("\xef\xbb\xbf" "anna") << QByteArray("\xef\xbb\xbf" "anna");
    QTest::newRow("inside") << QByteArray("a=1") << QByteArray("a=1");
    QTest::newRow("quote first") << QByteArray("\"=1") << QByteArray("\"=1");
    QTest::newRow("apostrophe first") << QByteArray("'=1") << QByteArray("'=1");
}

void AlertExportTest::csvGuardsFormulas()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, cell);
    SecurityAlert alert = sampleAlert();
    alert.title = alert.description = text.toStdString();
    alert.context = {.userId = alert.title,
                     .companyId = alert.title,
                     .platformUserId = {},
                     .ipAddress = alert.title,
                     .userAgent = alert.title,
                     .country = {},
                     .sessionId = {},
                     .requestId = {}};
    const auto records = readRfc4180(alertsToCsv({&alert, 1}));
    QVERIFY(records);
    QCOMPARE(records->size(), 2U);
    for (const std::size_t column : {3U, 4U, 6U, 7U, 8U, 9U})
        QCOMPARE(records->at(1).at(column), cell.toStdString());
}

void AlertExportTest::csvRoundTrips_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("comma") << QByteArray("other, boss");
    QTest::newRow("quote") << QByteArray("weird \"quoted\", agent");
    QTest::newRow("only quotes") << QByteArray("\"\"\"");
    QTest::newRow("line feed") << QByteArray("line\nbreak");
    QTest::newRow("carriage return") << QByteArray("line\rbreak");
    QTest::newRow("crlf at the end") << QByteArray("line\r\n");
    QTest::newRow("html") << QByteArray("<img src=x onerror=alert(1)>");
    QTest::newRow("unicode") << QByteArray("üñï-cødé 🚀");
    QTest::newRow("nul") << QByteArray("a\0b", 3);
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("blanks") << QByteArray("  a  ");
}

void AlertExportTest::csvRoundTrips()
{
    QFETCH(QByteArray, text);
    SecurityAlert alert = sampleAlert();
    alert.context.userId = alert.context.userAgent = alert.description = text.toStdString();
    const std::vector<SecurityAlert> alerts{alert, sampleAlert()};
    const auto records = readRfc4180(alertsToCsv(alerts));
    QVERIFY(records);
    QCOMPARE(records->size(), 3U);
    for (const auto &record : *records)
        QCOMPARE(record.size(), 11U);
    QCOMPARE(records->at(1).at(4), text.toStdString());
    QCOMPARE(records->at(1).at(6), text.toStdString());
    QCOMPARE(records->at(1).at(9), text.toStdString());
    QCOMPARE(records->at(2).at(6), std::string("anna"));
}

void AlertExportTest::csvRepairsWhatIsNotUtf8()
{
    SecurityAlert alert = sampleAlert();
    alert.context.userId = "a\xff\xfe" "b";
    const auto records = readRfc4180(alertsToCsv({&alert, 1}));
    QVERIFY(records);
    QCOMPARE(cellOf(records->at(1).at(6)), QStringLiteral("a\uFFFD\uFFFDb"));
}

void AlertExportTest::jsonKeepsKeysInOrder()
{
    const SecurityAlert alert = sampleAlert();
    QCOMPARE(alertsToJson({&alert, 1}), std::string(R"([
  {
    "id": "0f2c9c1e-7c53-5b0e-8a44-6f2f0a0f9b11",
    "timestamp": "2026-11-20T14:27:12.418Z",
    "severity": "HIGH",
    "type": "BRUTE_FORCE_ATTACK",
    "title": "Brute Force Attack Detected",
    "description": "5 failed login attempts from IP 192.0.2.5 in 5 minutes",
    "eventType": "AUTHENTICATION",
    "context": {
      "userId": "anna",
      "companyId": "acme",
      "ipAddress": "192.0.2.5"
    },
    "metadata": {
      "failedAttempts": 5,
      "big": 12345678901234567890,
      "nested": {
        "z": 1,
        "a": [
          true,
          null
        ]
      }
    },
    "acknowledged": false,
    "acknowledgedBy": null,
    "acknowledgedAt": null
  }
]
)"));
}

void AlertExportTest::jsonParses()
{
    SecurityAlert alert = sampleAlert();
    alert.acknowledged = true;
    alert.acknowledgedBy = "l.meyer";
    alert.acknowledgedAt = *parseIso("2026-11-20T15:00:00Z");
    alert.description = "quote \" backslash \\ nul \x01 escape \x1b[2J";
    alert.context.userAgent = "<b>\xe2\x80\xae\xc2\x9b</b>";
    const std::vector<SecurityAlert> alerts{alert, sampleAlert()};
    const std::string text = alertsToJson(alerts);
    for (const char *raw : {"\x1b", "\xe2\x80\xae", "\xc2\x9b"})
        QVERIFY2(text.find(raw) == std::string::npos, "a control character stands in the document as it is");
    const QJsonArray array = QJsonDocument::fromJson(QByteArray::fromStdString(text)).array();
    QCOMPARE(array.size(), 2);
    const QJsonObject first = array.at(0).toObject();
    QCOMPARE(first.value(QStringLiteral("description")).toString().toStdString(), alert.description);
    QCOMPARE(first.value(QStringLiteral("context")).toObject().value(QStringLiteral("userAgent")).toString().toStdString(),
             *alert.context.userAgent);
    QCOMPARE(first.value(QStringLiteral("acknowledgedAt")).toString(), QStringLiteral("2026-11-20T15:00:00.000Z"));
    QCOMPARE(first.value(QStringLiteral("acknowledgedBy")).toString(), QStringLiteral("l.meyer"));
}

void AlertExportTest::jsonTellsOfRepeats()
{
    SecurityAlert alert = sampleAlert();
    QVERIFY(alertsToJson({&alert, 1}).find("repeats") == std::string::npos); // As without any such counter.
    alert.repeats = 37;
    alert.lastRepeatAt = alert.timestamp + 12'000;
    const QJsonObject written =
        QJsonDocument::fromJson(QByteArray::fromStdString(alertsToJson({&alert, 1}))).array().at(0).toObject();
    QCOMPARE(written.value(QStringLiteral("repeats")).toInt(), 37);
    QCOMPARE(written.value(QStringLiteral("lastRepeatAt")).toString().toStdString(), formatIso(*alert.lastRepeatAt));
}

void AlertExportTest::jsonTellsWhereAnAlertStands()
{
    SecurityAlert alert = sampleAlert();
    for (const char *member : {"\"status\"", "disposition", "owner", "resolved"})
        QVERIFY(alertsToJson({&alert, 1}).find(member) == std::string::npos);
    alert.status = AlertStatus::Resolved;
    alert.disposition = AlertDisposition::FalsePositive;
    alert.owner = "a.lind";
    alert.resolvedBy = "r.ito";
    alert.resolvedAt = alert.timestamp + 12'000;
    const QJsonObject written =
        QJsonDocument::fromJson(QByteArray::fromStdString(alertsToJson({&alert, 1}))).array().at(0).toObject();
    QCOMPARE(written.value(QStringLiteral("status")).toString(), QStringLiteral("RESOLVED"));
    QCOMPARE(written.value(QStringLiteral("disposition")).toString(), QStringLiteral("FALSE_POSITIVE"));
    QCOMPARE(written.value(QStringLiteral("owner")).toString(), QStringLiteral("a.lind"));
    QCOMPARE(written.value(QStringLiteral("resolvedBy")).toString(), QStringLiteral("r.ito"));
    QCOMPARE(written.value(QStringLiteral("resolvedAt")).toString().toStdString(), formatIso(*alert.resolvedAt));
}

void AlertExportTest::jsonOfNoAlertsIsAnEmptyArray()
{
    QCOMPARE(alertsToJson({}), std::string("[]\n"));
}

void AlertExportTest::writesAPrivateFile_data()
{
    QTest::addColumn<ExportFormat>("format");
    QTest::newRow("csv") << ExportFormat::Csv;
    QTest::newRow("json") << ExportFormat::Json;
}

void AlertExportTest::writesAPrivateFile()
{
    QFETCH(ExportFormat, format);
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("alerts of today.csv"));
    const std::vector<SecurityAlert> alerts(1000, sampleAlert());
    std::int64_t last = 0;
    ExportObserver observer;
    observer.progress = [&](std::int64_t done, std::int64_t total) {
        QVERIFY(done >= last);
        QCOMPARE(total, 1000);
        last = done;
    };
    const mode_t before = ::umask(0);
    const auto written = exportAlerts(path, format, alerts, false, observer);
    ::umask(before);
    QVERIFY2(written, qPrintable(written ? QString() : written.error().message));
    QCOMPARE(*written, 1000);
    QCOMPARE(last, 1000);
    struct stat status {};
    QCOMPARE(::stat(qPrintable(path), &status), 0);
    QCOMPARE(static_cast<int>(status.st_mode & 07777), 0600);
    const std::string expected = format == ExportFormat::Csv ? alertsToCsv(alerts) : alertsToJson(alerts);
    QCOMPARE(contents(path).toStdString(), expected);
    QCOMPARE(QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).size(), 1);
}

void AlertExportTest::neverOverwritesUnasked()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("alerts.csv"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("mine");
    file.close();
    const SecurityAlert alert = sampleAlert();
    const auto written = exportAlerts(path, ExportFormat::Csv, {&alert, 1}, false, {});
    QVERIFY(!written);
    QVERIFY(written.error().message.contains(path));
    QCOMPARE(contents(path), QByteArray("mine"));
}

void AlertExportTest::overwritesWhenAsked()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("alerts.csv"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("old");
    file.close();
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    const SecurityAlert alert = sampleAlert();
    const auto written = exportAlerts(path, ExportFormat::Csv, {&alert, 1}, true, {});
    QVERIFY(written);
    QCOMPARE(contents(path).toStdString(), alertsToCsv({&alert, 1}));
    struct stat status {};
    QCOMPARE(::stat(qPrintable(path), &status), 0);
    QCOMPARE(static_cast<int>(status.st_mode & 07777), 0600);
}

void AlertExportTest::refusesASymbolicLink_data()
{
    QTest::addColumn<bool>("overwrite");
    QTest::addColumn<bool>("dangling");
    QTest::newRow("to a file") << false << false;
    QTest::newRow("to a file, overwriting") << true << false;
    QTest::newRow("to nothing") << false << true;
    QTest::newRow("to nothing, overwriting") << true << true;
}

void AlertExportTest::refusesASymbolicLink()
{
    QFETCH(bool, overwrite);
    QFETCH(bool, dangling);
    const QTemporaryDir dir;
    const QString target = dir.filePath(QStringLiteral("target"));
    if (!dangling) {
        QFile file(target);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("precious");
    }
    const QString link = dir.filePath(QStringLiteral("link"));
    QCOMPARE(::symlink(qPrintable(target), qPrintable(link)), 0);
    const SecurityAlert alert = sampleAlert();
    const auto written = exportAlerts(link, ExportFormat::Json, {&alert, 1}, overwrite, {});
    QVERIFY(!written);
    QVERIFY(written.error().message.contains(QStringLiteral("symbolic link")));
    QCOMPARE(QFile::exists(target), !dangling);
    QCOMPARE(contents(target), dangling ? QByteArray() : QByteArray("precious"));
}

void AlertExportTest::refusesWhatIsNoRegularFile()
{
    const QTemporaryDir dir;
    const SecurityAlert alert = sampleAlert();
    for (const QString &path : {dir.path(), QStringLiteral("/dev/full"), QString(), QStringLiteral("/")}) {
        const auto written = exportAlerts(path, ExportFormat::Csv, {&alert, 1}, true, {});
        QVERIFY2(!written, qPrintable(path));
        QVERIFY(written.error().message.contains(path));
    }
    QVERIFY(QFile::exists(QStringLiteral("/dev/full")));
}

void AlertExportTest::namesAMissingFolder()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("missing/alerts.csv"));
    const auto written = exportAlerts(path, ExportFormat::Csv, {}, false, {});
    QVERIFY(!written);
    QVERIFY(written.error().message.contains(path));
}

void AlertExportTest::cancelledLeavesNothingBehind()
{
    const QTemporaryDir dir;
    std::atomic<bool> cancel = false;
    const std::vector<SecurityAlert> alerts(2000, sampleAlert());
    ExportObserver observer;
    observer.cancel = &cancel;
    observer.progress = [&](std::int64_t done, std::int64_t) { cancel = done > 500; };
    const auto written = exportAlerts(dir.filePath(QStringLiteral("alerts.csv")), ExportFormat::Csv, alerts, false, observer);
    QVERIFY(written);
    QCOMPARE(*written, -1);
    QVERIFY(QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void AlertExportTest::fullDiskLeavesNothingBehind()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("alerts.json"));
    const std::vector<SecurityAlert> alerts(2000, sampleAlert());
    const auto written = [&] {
        const FileSizeLimit limit(64 * 1024);
        return exportAlerts(path, ExportFormat::Json, alerts, false, {});
    }();
    QVERIFY(!written);
    QVERIFY(written.error().message.contains(path));
    QVERIFY(QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void AlertExportTest::fullDiskKeepsTheOldFile()
{
    const QTemporaryDir dir;
    const QString path = dir.filePath(QStringLiteral("alerts.json"));
    const SecurityAlert alert = sampleAlert();
    QVERIFY(exportAlerts(path, ExportFormat::Json, {&alert, 1}, false, {}));
    const std::vector<SecurityAlert> alerts(2000, alert);
    const auto written = [&] {
        const FileSizeLimit limit(64 * 1024);
        return exportAlerts(path, ExportFormat::Json, alerts, true, {});
    }();
    QVERIFY(!written);
    QCOMPARE(contents(path).toStdString(), alertsToJson({&alert, 1}));
}

QTEST_GUILESS_MAIN(AlertExportTest)
#include "tst_alertexport.moc"
