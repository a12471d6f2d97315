// SPDX-License-Identifier: GPL-3.0-or-later
#include "collectingsink.h"
#include "core/ingest/attemptfolder.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <map>

using namespace bartizan;

namespace {

const QString kLogs = QStringLiteral(BARTIZAN_TEST_DATA "/logs/");

TimestampMs iso(const char *text) { return parseIso(text).value(); }

/// Scans lines as one log of 2026 in UTC.
std::vector<SeenAttempt> scan(const QByteArray &text, int *unreadable = nullptr)
{
    CollectingSink sink;
    SshdScanner scanner(LocalTime::of("UTC").value(), YearPlan{false, 2026, iso("2026-11-20T00:00:00Z")}, {}, sink);
    std::int64_t number = 0;
    const QList<QByteArray> lines = text.split('\n');
    for (const QByteArray &line : lines) {
        const QString reason = scanner.line({line.constData(), static_cast<std::size_t>(line.size())}, ++number);
        if (unreadable && !reason.isEmpty())
            ++*unreadable;
    }
    scanner.finish();
    return sink.attempts;
}

QByteArray utf8(const std::optional<std::string> &text)
{
    return text ? QByteArray::fromStdString(*text) : QByteArray("(absent)");
}

} // namespace

class TestSshdScanner : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void historicWordings_data();
    void historicWordings();
    void wording_data();
    void wording();
    void isNoAttempt_data();
    void isNoAttempt();
    void attemptsCountOnce_data();
    void attemptsCountOnce();
    void rememberedLinesAreFew();
    void ordersByTheLog();
    void unreadable_data();
    void unreadable();
    void journal();
    void journalOfBytes();
    void journalUnreadable_data();
    void journalUnreadable();
    void realAttack();

private:
    std::multimap<int, SeenAttempt> historic();
    std::multimap<int, SeenAttempt> m_historic;
};

std::multimap<int, SeenAttempt> TestSshdScanner::historic()
{
    CollectingSink sink;
    ImportOptions options;
    options.timeZone = "Europe/Zurich";
    options.now = iso("2005-08-14T12:00:00+02:00");
    const auto report = scanSshdLog(kLogs + QLatin1String("fail2ban-sshd-sample.log"), options, sink);
    std::multimap<int, SeenAttempt> byLine;
    if (report && report->lines == 70 && report->unreadable == 0) {
        for (const SeenAttempt &attempt : sink.attempts)
            byLine.emplace(static_cast<int>(attempt.line), attempt);
    }
    return byLine;
}

void TestSshdScanner::historicWordings_data()
{
    m_historic = historic();
    QVERIFY(!m_historic.empty());
    QTest::addColumn<QJsonObject>("expected");
    QFile file(kLogs + QLatin1String("fail2ban-sshd-sample.expected.jsonl"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    int rows = 0;
    while (!file.atEnd()) {
        const QJsonObject expected = QJsonDocument::fromJson(file.readLine()).object();
        if (expected[QLatin1String("level")] != QLatin1String("must"))
            continue;
        ++rows;
        QTest::newRow(qPrintable(expected[QLatin1String("case")].toString())) << expected;
    }
    QCOMPARE(rows, 48);
}

void TestSshdScanner::historicWordings()
{
    QFETCH(QJsonObject, expected);
    const int line = expected[QLatin1String("line")].toInt();
    const auto attempts = m_historic.equal_range(line);
    const bool failure = expected[QLatin1String("isFailure")].toBool();
    const bool success = expected[QLatin1String("isSuccess")].toBool();
    QCOMPARE(static_cast<int>(std::distance(attempts.first, attempts.second)), failure || success ? 1 : 0);
    if (!failure && !success)
        return;
    const SeenAttempt &attempt = attempts.first->second;
    QCOMPARE(attempt.success, success);
    const QJsonValue ip = expected[QLatin1String("ip")];
    QCOMPARE(utf8(attempt.address), ip.isNull() ? QByteArray("(absent)") : ip.toString().toUtf8());
    if (ip.isNull())
        QCOMPARE(utf8(attempt.source), expected[QLatin1String("host")].toString().toUtf8());
    const QJsonValue user = expected[QLatin1String("user")];
    if (!user.isNull())
        QCOMPARE(utf8(attempt.user), user.toString().toUtf8());
    const QJsonValue wall = expected[QLatin1String("wallTime")];
    if (!wall.isNull()) {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(attempt.time, QTimeZone("Europe/Zurich"));
        QCOMPARE(time.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss")), wall.toString());
    }
    const QJsonValue utc = expected[QLatin1String("utc")];
    if (!utc.isNull())
        QCOMPARE(attempt.time, iso(utc.toString().toLatin1().constData()));
}

void TestSshdScanner::wording_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<bool>("success");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("invalidUser");
    const auto row = [](const char *name, const char *message, bool success, const char *user, const char *address,
                        const char *source, const char *method, int port, bool invalidUser) {
        QTest::newRow(name) << QByteArray(message) << success << QByteArray(user) << QByteArray(address)
                            << QByteArray(source) << QByteArray(method) << port << invalidUser;
    };
    const char *const none = "(absent)";
    row("password", "Failed password for root from 203.0.113.9 port 4000 ssh2", false, "root", "203.0.113.9",
        "203.0.113.9", "password", 4000, false);
    row("none", "Failed none for invalid user x from 203.0.113.9 port 4000 ssh2", false, "x", "203.0.113.9",
        "203.0.113.9", "none", 4000, true);
    row("user is a source", "Failed password for invalid user from 10.10.1.1 from 203.0.113.9 port 4000 ssh2", false,
        "from 10.10.1.1", "203.0.113.9", "203.0.113.9", "password", 4000, true);
    row("user is a whole end", "Failed password for invalid user a from 10.1.1.1 port 22 ssh2 from 203.0.113.9 port 4000 ssh2",
        false, "a from 10.1.1.1 port 22 ssh2", "203.0.113.9", "203.0.113.9", "password", 4000, true);
    row("user is a key end", "Failed publickey for invalid user a from 10.1.1.1 port 22 ssh2: RSA SHA256:x from 203.0.113.9 port 4000 ssh2: RSA SHA256:y",
        false, "a from 10.1.1.1 port 22 ssh2: RSA SHA256:x", "203.0.113.9", "203.0.113.9", "publickey", 4000, true);
    row("empty user", "Failed password for invalid user  from 203.0.113.9 port 4000 ssh2", false, none, "203.0.113.9",
        "203.0.113.9", "password", 4000, true);
    row("no user", "Failed password for invalid user from 203.0.113.9 port 4000 ssh2", false, none, "203.0.113.9",
        "203.0.113.9", "password", 4000, true);
    row("user named as accepted", "Failed password for invalid user Accepted password for root from 10.1.1.1 from 203.0.113.9 port 1 ssh2",
        false, "Accepted password for root from 10.1.1.1", "203.0.113.9", "203.0.113.9", "password", 1, true);
    row("preauth behind it", "Failed keyboard-interactive/pam for root from 203.0.113.9 port 4000 ssh2 [preauth]", false,
        "root", "203.0.113.9", "203.0.113.9", "keyboard-interactive/pam", 4000, false);
    row("hostbased", "Failed hostbased for dan from 203.0.113.9 port 45785 ssh2: RSA 8c:e3, client user \"dan\", client host \"h.example\"",
        false, "dan", "203.0.113.9", "203.0.113.9", "hostbased", 45785, false);
    row("certificate", "Accepted publickey for git from 203.0.113.9 port 5 ssh2: RSA-CERT SHA256:x ID git@h (serial 0) CA RSA SHA256:y",
        true, "git", "203.0.113.9", "203.0.113.9", "publickey", 5, false);
    row("accepted", "Accepted password for ubuntu from 2001:DB8::0:1 port 65535 ssh2", true, "ubuntu", "2001:db8::1",
        "2001:DB8::0:1", "password", 65535, false);
    row("mapped", "Accepted keyboard-interactive/pam for m from ::ffff:192.0.2.1 port 4 ssh2", true, "m", "192.0.2.1",
        "::ffff:192.0.2.1", "keyboard-interactive/pam", 4, false);
    row("gssapi", "Accepted gssapi-with-mic for m from 192.0.2.1 port 4 ssh2: m@EXAMPLE.ORG", true, "m", "192.0.2.1",
        "192.0.2.1", "gssapi-with-mic", 4, false);
    row("unknown source", "Failed password for root from UNKNOWN port 65535 ssh2", false, "root", none, "UNKNOWN",
        "password", 65535, false);
    row("invalid user", "Invalid user  from 192.0.2.1 port 9", false, none, "192.0.2.1", "192.0.2.1", "", 9, true);
    row("illegal user", "Illegal user a b from 192.0.2.1", false, "a b", "192.0.2.1", "192.0.2.1", "", -1, true);
    row("invalid user is a source", "Invalid user x from 10.1.1.1 port 1 from 192.0.2.1 port 9", false,
        "x from 10.1.1.1 port 1", "192.0.2.1", "192.0.2.1", "", 9, true);
    row("pam_unix", "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root",
        false, "root", "192.0.2.1", "192.0.2.1", "", -1, false);
    row("pam_unix, no user", "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1",
        false, none, "192.0.2.1", "192.0.2.1", "", -1, false);
    row("pam_sss", "pam_sss(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=2001:db8::5 user=eve",
        false, "eve", "2001:db8::5", "2001:db8::5", "", -1, false);
    row("old pam_unix", "(pam_unix) authentication failure; logname= uid=0 euid=0 tty=NODEVssh ruser= rhost=h.example.com user=eve",
        false, "eve", none, "h.example.com", "", -1, false);
    row("PAM more", "PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root",
        false, "root", "192.0.2.1", "192.0.2.1", "", -1, false);
    row("PAM error", "error: PAM: Authentication failure for illegal user a b from 192.0.2.1 via 198.51.100.1", false,
        "a b", "192.0.2.1", "192.0.2.1", "", -1, true);
    row("PAM via in the user", "error: PAM: Authentication failure for x from 10.1.1.1 via 1 from 192.0.2.1", false,
        "x from 10.1.1.1 via 1", "192.0.2.1", "192.0.2.1", "", -1, false);
    row("not in AllowUsers", "User eve from 192.0.2.1 not allowed because not listed in AllowUsers", false, "eve",
        "192.0.2.1", "192.0.2.1", "", -1, false);
    row("locked", "User eve not allowed because account is locked", false, "eve", none, none, "", -1, false);
    row("shell", "User eve not allowed because shell /bin/x does not exist", false, "eve", none, none, "", -1, false);
    row("too many", "Disconnecting: Too many authentication failures for eve [preauth]", false, "eve", none, none, "", -1,
        false);
    row("too many, newer", "Disconnecting authenticating user eve 192.0.2.1 port 4: Too many authentication failures [preauth]",
        false, "eve", "192.0.2.1", "192.0.2.1", "", 4, false);
    row("too many, invalid", "Disconnecting invalid user a b 192.0.2.1 port 4: Too many authentication failures [preauth]",
        false, "a b", "192.0.2.1", "192.0.2.1", "", 4, true);
    row("auth fail", "error: Received disconnect from 192.0.2.1 port 7736:3: com.jcraft.jsch.JSchException: Auth fail [preauth]",
        false, none, "192.0.2.1", "192.0.2.1", "", 7736, false);
    row("auth fail, IPv6", "Received disconnect from 2001:db8::7: 3: x: Auth fail", false, none, "2001:db8::7",
        "2001:db8::7", "", -1, false);
    row("connect refused", "refused connect from h.example (192.0.2.1)", false, none, "192.0.2.1", "192.0.2.1", "", -1,
        false);
}

void TestSshdScanner::wording()
{
    QFETCH(QByteArray, message);
    const auto attempts = scan("Nov 11 10:00:00 h sshd[77]: " + message);
    QCOMPARE(attempts.size(), std::size_t(1));
    const SeenAttempt &attempt = attempts.front();
    QTEST(attempt.success, "success");
    QTEST(utf8(attempt.user), "user");
    QTEST(utf8(attempt.address), "address");
    QTEST(utf8(attempt.source), "source");
    QTEST(QByteArray::fromStdString(attempt.method), "method");
    QTEST(attempt.port, "port");
    QTEST(attempt.invalidUser, "invalidUser");
    QCOMPARE(attempt.pid, std::string("77"));
    QCOMPARE(attempt.host, std::string("h"));
    QCOMPARE(attempt.time, iso("2026-11-11T10:00:00Z"));
}

void TestSshdScanner::isNoAttempt_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char *line : {
             "Nov 11 10:00:00 h sshd[77]: Connection from 192.0.2.1 port 4 on 192.0.2.2 port 22",
             "Nov 11 10:00:00 h sshd[77]: Connection closed by authenticating user root 192.0.2.1 port 4 [preauth]",
             "Nov 11 10:00:00 h sshd[77]: Received disconnect from 192.0.2.1: 11: Bye Bye [preauth]",
             "Nov 11 10:00:00 h sshd[77]: Postponed publickey for git from 192.0.2.1 port 57904 ssh2 [preauth]",
             "Nov 11 10:00:00 h sshd[77]: pam_unix(sshd:session): session opened for user root by (uid=0)",
             "Nov 11 10:00:00 h sshd[77]: input_userauth_request: invalid user admin [preauth]",
             "Nov 11 10:00:00 h sshd[77]: error: maximum authentication attempts exceeded for invalid user a from 192.0.2.1 port 4 ssh2 [preauth]",
             "Nov 11 10:00:00 h sshd[77]: Disconnecting: Too many authentication failures [preauth]",
             "Nov 11 10:00:00 h sshd[77]: Server listening on 0.0.0.0 port 22.",
             "Nov 11 10:00:00 h sshd[77]: Failed password",
             "Nov 11 10:00:00 h sshd[77]: ",
             "Nov 11 10:00:00 h sshd[77]:",
             "Nov 11 10:00:00 h sshd[77]: message repeated 3 times: [ Server listening on 0.0.0.0 port 22.]",
             "Nov 11 10:00:00 h su[77]: Failed password for root from 192.0.2.1 port 4 ssh2",
             "Nov 11 10:00:00 su[77]: sshd[1]: Failed password for root from 192.0.2.1 port 4 ssh2",
             "Nov 11 10:00:00 h last message repeated 3 times",
             "Nov 11 10:00:00 h",
             "Nov 11 10:00:00",
             ""})
        QTest::newRow(line) << QByteArray(line);
}

void TestSshdScanner::isNoAttempt()
{
    QFETCH(QByteArray, line);
    int unreadable = 0;
    QCOMPARE(scan(line, &unreadable).size(), std::size_t(0));
    QCOMPARE(unreadable, 0);
}

void TestSshdScanner::attemptsCountOnce_data()
{
    QTest::addColumn<QByteArray>("log");
    QTest::addColumn<QList<int>>("lines");
    const auto row = [](const char *name, const QByteArray &log, const QList<int> &lines) {
        QTest::newRow(name) << log << lines;
    };
    const QByteArray invalid = "Invalid user a from 192.0.2.1 port 4\n";
    const QByteArray failed = "Failed password for invalid user a from 192.0.2.1 port 4 ssh2\n";
    const QByteArray pam = "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1\n";
    const auto at = [](int second, const QByteArray &message, int pid = 7) -> QByteArray {
        return "Nov 11 10:00:" + QByteArray::number(second).rightJustified(2, '0') + " h sshd["
            + QByteArray::number(pid) + "]: " + message;
    };
    row("told after", at(0, invalid) + at(2, failed), {2});
    row("told too late", at(0, invalid) + at(3, failed), {1, 2});
    row("told before", at(0, failed) + at(2, invalid), {1});
    row("told too early", at(0, failed) + at(3, invalid), {1, 2});
    row("told by another process", at(0, invalid, 7) + at(0, failed, 8), {1, 2});
    row("an accepted log-in tells nothing", at(0, pam) + at(1, "Accepted password for a from 192.0.2.1 port 4 ssh2\n"), {1, 2});
    row("several wordings of one", at(0, invalid) + at(0, pam) + at(1, "Disconnecting: Too many authentication failures for a [preauth]\n"), {1});
    row("one wording twice", at(0, invalid) + at(1, invalid), {1, 2});
    row("wordings far apart", at(0, invalid) + at(3, pam), {1, 2});
    row("another address", at(0, invalid) + at(1, "Failed password for a from 192.0.2.2 port 4 ssh2\n"), {1, 2});
    row("the source as a name", at(0, "error: PAM: Authentication failure for a from h.example\n") + at(1, failed), {2});
    row("repeated", at(0, failed) + at(0, "message repeated 3 times: [ Failed password for root from 192.0.2.1 port 4 ssh2]\n"), {1, 2, 2, 2});
    row("repeated and described", at(0, invalid) + at(0, "message repeated 2 times: [ Failed password for invalid user a from 192.0.2.1 port 4 ssh2]\n") + at(1, pam), {2, 2});
    row("repeated invalid user", at(0, "message repeated 2 times: [ Invalid user a from 192.0.2.1]\n"), {1, 1});
    row("the log ends", at(0, failed, 1) + at(0, invalid, 2), {1, 2});
    row("locked, then gone", at(0, "User root not allowed because account is locked\n") + at(0, "Received disconnect from 192.0.2.9: 11: Bye Bye [preauth]\n"), {2});
    row("without process ids", "Nov 11 10:00:00 h sshd: " + invalid + "Nov 11 10:00:01 h sshd: " + failed
        + "Nov 11 10:00:01 h sshd: Invalid user b from 192.0.2.8\n", {2, 3});
    row("out of order", at(30, invalid) + at(10, invalid) + at(30, failed), {1, 2, 3});
    row("another host", at(0, invalid) + "Nov 11 10:00:00 i sshd[7]: " + failed, {1, 2});
}

void TestSshdScanner::attemptsCountOnce()
{
    QFETCH(QByteArray, log);
    QFETCH(QList<int>, lines);
    QList<int> found;
    for (const SeenAttempt &attempt : scan(log))
        found.append(static_cast<int>(attempt.line));
    QCOMPARE(found, lines);
}

void TestSshdScanner::rememberedLinesAreFew()
{
    // Each line looks through what its process said before: a flood within two seconds must not make that long.
    constexpr int kFlood = 3 * static_cast<int>(AttemptFolder::kMaxDescribed);
    QByteArray log;
    for (int i = 0; i < kFlood; ++i)
        log += "Nov 19 10:00:00 h sshd[1]: Invalid user u" + QByteArray::number(i) + " from 192.0.2.1 port 4000\n";
    QCOMPARE(scan(log).size(), std::size_t(kFlood));
    log += "Nov 19 10:00:00 h sshd[1]: Failed password for invalid user u0 from 192.0.2.1 port 4000 ssh2\n";
    QCOMPARE(scan(log).size(), kFlood - AttemptFolder::kMaxDescribed + 1);
}

void TestSshdScanner::ordersByTheLog()
{
    const auto attempts = scan("Nov 11 10:00:00 h sshd[1]: Invalid user a from 192.0.2.1\n"
                               "Nov 11 10:00:01 h sshd[2]: Failed password for root from 192.0.2.2 port 4 ssh2\n"
                               "Nov 11 10:00:01 h sshd[3]: Accepted password for me from 192.0.2.3 port 4 ssh2\n"
                               "Nov 11 10:00:05 h CRON[4]: pam_unix(cron:session): session opened for user root\n"
                               "Nov 11 10:00:06 h sshd[5]: User eve not allowed because account is locked\n"
                               "Nov 11 10:00:07 h sshd[5]: Connection closed by 192.0.2.5 port 8 [preauth]");
    QCOMPARE(attempts.size(), std::size_t(4));
    QCOMPARE(attempts[0].line, 1);
    QCOMPARE(utf8(attempts[0].user), QByteArray("a"));
    QCOMPARE(attempts[1].line, 2);
    QCOMPARE(attempts[2].line, 3);
    QCOMPARE(utf8(attempts[2].user), QByteArray("me"));
    QCOMPARE(utf8(attempts[3].user), QByteArray("eve"));
    QCOMPARE(utf8(attempts[3].address), QByteArray("192.0.2.5"));
    QCOMPARE(attempts[3].time, iso("2026-11-11T10:00:06Z"));
}

void TestSshdScanner::unreadable_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char *line : {"sshd[1]: Failed password for root from 192.0.2.1 port 4 ssh2", "garbage", " ", "\x01\x02",
                             "Feb 30 10:00:00 h sshd[1]: x", "Nov 31 10:00:00 h sshd[1]: x", "Foo 11 10:00:00 h sshd[1]: x",
                             "Nov 11 24:00:00 h sshd[1]: x", "Nov 11 10:60:00 h sshd[1]: x", "Feb 29 10:00:00 h sshd[1]: x",
                             "2026-13-01T00:00:00Z h sshd[1]: x", "Nov 11 10:00:0",
                             "Nov 11 10:00:00 h sshd[1]: Failed password for root from 192.0.2.1 port 70000 ssh2",
                             "Nov 11 10:00:00 h sshd[1]: Accepted password for roo",
                             "Nov 11 10:00:00 h sshd[1]: message repeated 100001 times: [ Invalid user a from 192.0.2.1]"})
        QTest::newRow(line) << QByteArray(line);
}

void TestSshdScanner::unreadable()
{
    QFETCH(QByteArray, line);
    int unreadable = 0;
    QCOMPARE(scan(line, &unreadable).size(), std::size_t(0));
    QCOMPARE(unreadable, 1);
}

void TestSshdScanner::journal()
{
    int unreadable = 0;
    const auto attempts = scan(
        "{\"__REALTIME_TIMESTAMP\":\"1763820000123456\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"_PID\":\"812\",\"_HOSTNAME\":\"web1\","
        "\"MESSAGE\":\"Failed password for invalid user \\u0061 from 192.0.2.1 port 4 ssh2\"}\n"
        "{\"MESSAGE\":[70,97,105,108,101,100,32,112,97,115,115,119,111,114,100,32,102,111,114,32,105,110,118,97,108,105,100,"
        "32,117,115,101,114,32,255,32,102,114,111,109,32,49,57,50,46,48,46,50,46,50,32,112,111,114,116,32,52,32,115,115,104,50],"
        "\"__REALTIME_TIMESTAMP\":\"1763820001000000\",\"_COMM\":\"sshd-session\",\"_PID\":\"813\"}\n"
        "{\"__REALTIME_TIMESTAMP\":\"1763820002000000\",\"SYSLOG_IDENTIFIER\":\"su\",\"MESSAGE\":\"Failed password for a from 192.0.2.9 port 1 ssh2\"}\n"
        "{\"__REALTIME_TIMESTAMP\":\"1763820002000000\",\"SYSLOG_IDENTIFIER\":\"su\",\"MESSAGE\":null}\n",
        &unreadable);
    QCOMPARE(unreadable, 0);
    QCOMPARE(attempts.size(), std::size_t(2));
    QCOMPARE(attempts[0].time, TimestampMs(1763820000123));
    QCOMPARE(utf8(attempts[0].user), QByteArray("a"));
    QCOMPARE(utf8(attempts[0].address), QByteArray("192.0.2.1"));
    QCOMPARE(attempts[0].pid, std::string("812"));
    QCOMPARE(attempts[0].host, std::string("web1"));
    QCOMPARE(utf8(attempts[1].user), QByteArray("\xff"));
    QCOMPARE(utf8(attempts[1].address), QByteArray("192.0.2.2"));
}

void TestSshdScanner::journalOfBytes()
{
    // Any field comes as bytes where it is no UTF-8, and several can in one entry.
    const auto bytes = [](const QByteArray &text) -> QByteArray {
        QByteArrayList numbers;
        for (const char c : text)
            numbers.append(QByteArray::number(static_cast<unsigned char>(c)));
        return '[' + numbers.join(',') + ']';
    };
    const QByteArray host = QByteArray(100, 'h') + '\xff';
    const auto attempts = scan("{\"SYSLOG_IDENTIFIER\":" + bytes("sshd") + ",\"_PID\":" + bytes("812") + ",\"_HOSTNAME\":"
                               + bytes(host) + ",\"__REALTIME_TIMESTAMP\":" + bytes("1763820000123456") + ",\"_COMM\":"
                               + bytes(QByteArray(200, 'c')) + ",\"MESSAGE\":"
                               + bytes("Failed password for root from 192.0.2.1 port 4 ssh2") + "}\n");
    QCOMPARE(attempts.size(), std::size_t(1));
    QCOMPARE(attempts[0].time, TimestampMs(1763820000123));
    QCOMPARE(attempts[0].pid, std::string("812"));
    QCOMPARE(attempts[0].host, host.toStdString());
}

void TestSshdScanner::journalUnreadable_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char *line : {"{", "{}", "{\"MESSAGE\":\"x\"}", "{\"__REALTIME_TIMESTAMP\":\"12x\",\"MESSAGE\":\"x\"}",
                             "{\"__REALTIME_TIMESTAMP\":\"253402300800000000\",\"MESSAGE\":\"x\"}",
                             "{\"__REALTIME_TIMESTAMP\":\"1763820002000000\",\"MESSAGE\":[300]}",
                             "{\"__REALTIME_TIMESTAMP\":\"1763820002000000\",\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":null}",
                             "{\"__REALTIME_TIMESTAMP\":\"1763820002000000\",\"SYSLOG_IDENTIFIER\":\"sshd\"}",
                             "{\"__REALTIME_TIMESTAMP\":\"1763820002000000\"} {}",
                             "{\"__REALTIME_TIMESTAMP\":\"1763820002000000\",\"SYSLOG_IDENTIFIER\":\"sshd\""})
        QTest::newRow(line) << QByteArray(line);
}

void TestSshdScanner::journalUnreadable()
{
    QFETCH(QByteArray, line);
    int unreadable = 0;
    QCOMPARE(scan(line, &unreadable).size(), std::size_t(0));
    QCOMPARE(unreadable, 1);
}

void TestSshdScanner::realAttack()
{
    CollectingSink sink;
    ImportOptions options;
    options.year = 2017;
    options.now = iso("2026-11-20T00:00:00Z");
    const auto report = scanSshdLog(kLogs + QLatin1String("auth-2980.log"), options, sink);
    QVERIFY(report.ok());
    QCOMPARE(report->lines, 2980);
    QCOMPARE(report->unreadable, 0);
    int accepted = 0;
    int toldByInvalidUser = 0;
    for (const SeenAttempt &attempt : sink.attempts) {
        accepted += attempt.success ? 1 : 0;
        toldByInvalidUser += attempt.address == "91.197.232.109" ? 1 : 0;
    }
    QCOMPARE(accepted, 126);
    QCOMPARE(toldByInvalidUser, 58);
}

QTEST_GUILESS_MAIN(TestSshdScanner)
#include "tst_sshdscanner.moc"
