// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filtermatcher.h"
#include "core/query/filterparser.h"
#include "core/query/filterqueries.h"

#include <QDateTime>
#include <QtTest>

#include <random>

using namespace bartizan;

namespace {

// 2026-11-20T14:30:00Z.
constexpr TimestampMs kNow = 1'795'185'000'000;

SecurityAlert sampleAlert()
{
    SecurityAlert alert;
    alert.id = "0b7a3c52-0000-5000-8000-000000000001";
    alert.timestamp = kNow - kHour;
    alert.severity = AlertSeverity::High;
    alert.type = AlertType::BruteForceAttack;
    alert.title = "Brute Force Attack Detected";
    alert.description = "12 failed logins from 203.0.113.77";
    alert.context.ipAddress = "203.0.113.77";
    alert.context.userId = "Anna";
    alert.context.companyId = "acme";
    alert.context.country = "NL";
    alert.context.userAgent = "curl/8.4";
    alert.metadata = "{\"failedAttempts\":12}";
    alert.rule = "brute-force";
    alert.repeats = 4;
    return alert;
}

AuditEvent sampleEvent()
{
    AuditEvent event;
    event.timestamp = kNow - kDay;
    event.eventType = SecurityEventType::RateLimiting;
    event.outcome = AuditOutcome::RateLimited;
    event.severity = AuditSeverity::Medium;
    event.action = "api_call";
    event.context.ipAddress = "2001:db8:1::5";
    event.context.userId = "Anna";
    event.metadata = "{\"path\":\"/export\"}";
    event.errorMessage = "too many requests";
    return event;
}

FilterMatcher matcherOf(const QString &text, FilterSubject subject)
{
    const ParsedFilter parsed = parseFilter(text, subject);
    if (!parsed.ok())
        qFatal("%s", qPrintable(parsed.errors.front().message));
    return FilterMatcher(parsed.filter, subject, FilterMoment{kNow, QTimeZone("Europe/Amsterdam")});
}

} // namespace

class TestFilterMatcher : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void alerts_data();
    void alerts();
    void whereAnAlertStands();
    void events_data();
    void events();
    void looksUpCountries();
    void networks_data();
    void networks();
    void edgesOfDays();
    void rulesTextsOutByTheirBytes();
    void findsBytesWhereverTheyStand();
    void narrowsEventQueries();
    void narrowsAlertQueries();
};

void TestFilterMatcher::alerts_data()
{
    QTest::addColumn<bool>("passes");
    for (const char *text :
         {"", "severity:high", "severity>=medium", "severity>=high", "severity<=high", "severity<critical", "-severity:low",
          "severity:(low high)", "type:brute", "type:BRUTE_FORCE_ATTACK", "type:csrf,force", "-type:csrf", "status:new",
          "-status:acknowledged", "title:\"force attack\"", "ip:203.0.113.77", "ip:203.0.113.0/24", "ip:0.0.0.0/0",
          "-ip:198.51.100.0/24", "user:anna", "user:a*a", "user:*", "-user:ann", "-owner:*", "country:nl", "-country:CN",
          "company:ACME", "rule:brute*", "count:5", "count>=5", "count>4", "count<6", "agent:CURL", "since:2h", "since:today",
          "until:30m", "until:today", "since:2026-11-20T14:29", "-session:*", "12", "\"BRUTE force\"", "failedattempts",
          "high", "-csrf", "nl acme", "0b7a3c52"}) 
        QTest::newRow(text) << true;
    for (const char *text :
         {"severity:low", "severity>high", "severity<high", "-severity>=medium", "severity:(low critical)", "type:csrf",
          "-type:attack", "status:acknowledged", "title:csrf", "ip:203.0.113.7", "ip:203.0.114.0/24", "ip:2001:db8::/32",
          "user:ann", "user:\"a*a\"", "-user:ANNA", "owner:anna", "country:N", "rule:brute", "count:4", "count>5", "count<5",
          "agent:wget", "since:30m", "until:2h", "until:yesterday", "session:*", "csrf", "-brute", "brute csrf", "user:anna severity:low"})
        QTest::newRow(text) << false;
}

void TestFilterMatcher::alerts()
{
    QFETCH(bool, passes);
    QCOMPARE(matcherOf(QString::fromUtf8(QTest::currentDataTag()), FilterSubject::Alerts).matches(sampleAlert()), passes);
}

void TestFilterMatcher::whereAnAlertStands()
{
    SecurityAlert alert = sampleAlert();
    const auto passes = [&alert](const char *text) {
        return matcherOf(QString::fromUtf8(text), FilterSubject::Alerts).matches(alert);
    };
    QVERIFY(passes("status:new") && passes("status:active") && passes("-disposition:benign") && !passes("status:escalated"));
    alert.mute = "4f2a"; // What is muted passes where it is asked for, and nowhere else.
    QVERIFY(passes("status:muted") && passes("is:muted") && passes("mute:4f2a") && passes("is:(muted escalated)"));
    QVERIFY(!passes("") && !passes("status:new") && !passes("status:active") && !passes("-status:active") && !passes("-is:muted"));
    QVERIFY(!passes("mute:4f") && passes("mute:4f*") && !passes("is:muted status:active"));
    alert.status = AlertStatus::Escalated; // Nobody has acknowledged it.
    QVERIFY(passes("status:escalated") && passes("status:active") && !passes("status:new"));
    alert.acknowledged = true;
    QVERIFY(passes("status:escalated") && !passes("status:active") && !passes("status:acknowledged"));
    alert.status = AlertStatus::Resolved;
    alert.disposition = AlertDisposition::FalsePositive;
    alert.owner = "Anna";
    QVERIFY(passes("status:resolved") && passes("status:(new resolved)") && passes("disposition:false-positive"));
    QVERIFY(passes("-disposition:benign,duplicate") && !passes("disposition:true_positive"));
    QVERIFY(passes("owner:anna") && !passes("owner:ann"));
}

void TestFilterMatcher::events_data()
{
    QTest::addColumn<bool>("passes");
    for (const char *text : {"severity:medium", "severity>info", "type:rate", "outcome:rate-limited", "outcome:(failure rate_limited)",
                             "action:API", "ip:2001:db8::/32", "ip:2001:DB8:1::5", "user:Anna", "user:ann*", "-user:anna",
                             "since:24h", "\"too many\"", "/export", "medium", "\"rate limiting\"", "-country:NL"})
        QTest::newRow(text) << true;
    for (const char *text : {"severity:info", "type:auth", "outcome:failure", "action:login", "ip:2001:db8:2::/48", "user:anna",
                             "since:23h", "country:NL", "company:*", "login"})
        QTest::newRow(text) << false;
}

void TestFilterMatcher::events()
{
    QFETCH(bool, passes);
    QCOMPARE(matcherOf(QString::fromUtf8(QTest::currentDataTag()), FilterSubject::Events).matches(sampleEvent()), passes);
}

void TestFilterMatcher::looksUpCountries()
{
    const FilterMatcher matcher = matcherOf(QStringLiteral("country:NL"), FilterSubject::Events);
    AuditEvent event = sampleEvent();
    QVERIFY(matcher.matches(event, "NL"));
    QVERIFY(!matcher.matches(event, "DE"));
    event.context.country = "DE"; // What the row says itself counts.
    QVERIFY(!matcher.matches(event, "NL"));
}

void TestFilterMatcher::networks_data()
{
    QTest::addColumn<QByteArray>("network");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<bool>("inside");
    const auto row = [](const char *network, const char *address, bool inside) {
        QTest::addRow("%s in %s", address, network) << QByteArray(network) << QByteArray(address) << inside;
    };
    row("10.0.0.0/8", "10.255.255.255", true);
    row("10.0.0.0/8", "11.0.0.0", false);
    row("192.0.2.64/26", "192.0.2.127", true);
    row("192.0.2.64/26", "192.0.2.128", false);
    row("192.0.2.1/31", "192.0.2.0", true);
    row("0.0.0.0/0", "8.8.8.8", true);
    row("0.0.0.0/0", "2001:db8::1", false);
    row("::/0", "2001:db8::1", true);
    row("2001:db8::/33", "2001:db8:7fff::1", true);
    row("2001:db8::/33", "2001:db8:8000::1", false);
    row("192.0.2.0/24", "::ffff:192.0.2.7", true);
}

void TestFilterMatcher::networks()
{
    QFETCH(QByteArray, network);
    QFETCH(QByteArray, address);
    QFETCH(bool, inside);
    const auto parsed = IpNetwork::parse(network.toStdString());
    QVERIFY(parsed);
    QCOMPARE(parsed->contains(*IpAddress::parse(address.toStdString())), inside);
    QCOMPARE(IpNetwork::parse(parsed->text())->text(), parsed->text());
}

/// A day ends where the next begins, in the zone of the display: Amsterdam is an hour ahead of UTC in November.
void TestFilterMatcher::edgesOfDays()
{
    const TimestampMs midnight = *parseIso("2026-11-18T23:00:00Z");
    SecurityAlert alert = sampleAlert();
    const FilterMatcher since = matcherOf(QStringLiteral("since:2026-11-19"), FilterSubject::Alerts);
    const FilterMatcher until = matcherOf(QStringLiteral("until:2026-11-18"), FilterSubject::Alerts);
    alert.timestamp = midnight;
    QVERIFY(since.matches(alert) && !until.matches(alert));
    alert.timestamp = midnight - 1;
    QVERIFY(!since.matches(alert) && until.matches(alert));
    const FilterMatcher minute = matcherOf(QStringLiteral("until:2026-11-18T10:00Z"), FilterSubject::Alerts);
    alert.timestamp = *parseIso("2026-11-18T10:00:59.999Z");
    QVERIFY(minute.matches(alert));
    alert.timestamp += 1;
    QVERIFY(!minute.matches(alert));
}

void TestFilterMatcher::rulesTextsOutByTheirBytes()
{
    const std::string id = "0B7a3c52-0000-5000-8000-00000000000f";
    std::bitset<256> bytes;
    for (const char c : id)
        bytes.set(static_cast<unsigned char>(c));
    const auto may = [&bytes](const char *word) {
        return matcherOf(QString::fromUtf8(word), FilterSubject::Alerts).tests().front().mayHaveText(bytes);
    };
    for (const char *word : {"0b7a", "B7A3", "3C52-0000", "ffff", "A", "\u212a", "rule:0b*z"})
        QVERIFY2(may(word), word);
    for (const char *word : {"analyst", "e", "\"0b 7a\"", "rule:9", "\u00fc", "B\u00dc", "rule:\u00fc"})
        QVERIFY2(!may(word), word);
    // It is certain only where it says no.
    for (std::size_t from = 0; from < id.size(); ++from) {
        for (std::size_t size = 1; size <= id.size() - from; ++size) {
            const std::string part = id.substr(from, size);
            if (part.front() != '-')
                QVERIFY2(may(part.c_str()), part.c_str());
        }
    }
    bytes.set(0xc3);
    QVERIFY(may("\u00fc"));
}

/// Long texts are searched sixteen places at a time, whatever stands at their ends.
void TestFilterMatcher::findsBytesWhereverTheyStand()
{
    std::mt19937 random(5);
    const std::string letters = "aAbB-@[`{z\xc3";
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 80, ' ');
        for (char &c : text)
            c = letters[random() % (round % 2 == 0 ? 4 : letters.size())];
        QString word;
        for (std::size_t size = 1 + random() % 20 % (1 + random() % 20); size > 0; --size)
            word += QLatin1Char(letters[random() % (letters.size() - 1)]);
        const TextNeedle needle(word, TextNeedle::Kind::Part);
        QVERIFY(needle.isOfBytes() && needle.size() == static_cast<std::size_t>(word.size()));
        const QString all = QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
        const std::size_t from = random() % (text.size() + 1);
        const qsizetype expected = all.indexOf(word, static_cast<qsizetype>(from), Qt::CaseInsensitive);
        const std::size_t place = needle.find(text, from);
        QCOMPARE(place == std::string::npos ? -1 : static_cast<qsizetype>(place), expected);
        QCOMPARE(needle.matches(text), all.contains(word, Qt::CaseInsensitive));
    }
}

void TestFilterMatcher::narrowsEventQueries()
{
    const auto narrow = [](const QString &text, EventQuery query = {}) {
        return narrowedQuery(parseFilter(text, FilterSubject::Events).filter, std::move(query), FilterMoment{kNow});
    };
    const auto all = narrow(QStringLiteral("severity:high type:csrf outcome:failure ip:10.0.0.1 user:anna company:acme since:2h until:1h"));
    QVERIFY(all.rest.isEmpty());
    QVERIFY(all.query.severity == AuditSeverity::High);
    QVERIFY(all.query.eventType == SecurityEventType::CsrfProtection);
    QVERIFY(all.query.outcome == AuditOutcome::Failure);
    QCOMPARE(*all.query.ipAddress, std::string("10.0.0.1"));
    QCOMPARE(*all.query.userId, std::string("anna"));
    QCOMPARE(*all.query.companyId, std::string("acme"));
    QCOMPARE(all.query.range, (TimeRange{kNow - 2 * kHour, kNow - kHour}));
    const QString stays = QStringLiteral("severity>=high -type:csrf outcome:failure,success ip:10.0.0.0/8 ip:2001:db8::1 user:a* -company:acme word");
    QCOMPARE(filterText(narrow(stays).rest), filterText(parseFilter(stays, FilterSubject::Events).filter));
    // What contradicts the query must still be asked of each row.
    EventQuery ben;
    ben.userId = "ben";
    QCOMPARE(filterText(narrow(QStringLiteral("user:anna"), ben).rest), QStringLiteral("user:anna"));
    EventQuery range;
    range.range.start = kNow - kHour;
    QCOMPARE(narrow(QStringLiteral("since:2h"), range).query.range.start, kNow - kHour);
}

void TestFilterMatcher::narrowsAlertQueries()
{
    const auto narrowed = narrowedQuery(parseFilter(u"severity:high type:brute status:active status:new user:anna", FilterSubject::Alerts).filter,
                                        AlertQuery(), FilterMoment{kNow});
    QVERIFY(narrowed.query.severity == AlertSeverity::High);
    QVERIFY(narrowed.query.type == AlertType::BruteForceAttack);
    QVERIFY(narrowed.query.active == true);
    QVERIFY(narrowed.query.muted == false); // Nobody asked for what is muted.
    QCOMPARE(filterText(narrowed.rest), QStringLiteral("status:new user:anna")); // An escalated one may be active, too.
    const auto done = narrowedQuery(parseFilter(u"-status:active", FilterSubject::Alerts).filter, AlertQuery(), FilterMoment{kNow});
    QVERIFY(done.query.active == false && done.query.muted == false);
    QVERIFY(done.rest.isEmpty());
    const auto muted = narrowedQuery(parseFilter(u"is:muted mute:4f2a", FilterSubject::Alerts).filter, AlertQuery(), FilterMoment{kNow});
    QVERIFY(muted.query.muted == true && muted.query.mute == std::optional<std::string>("4f2a"));
    QVERIFY(muted.rest.isEmpty());
}

QTEST_GUILESS_MAIN(TestFilterMatcher)
#include "tst_filtermatcher.moc"
