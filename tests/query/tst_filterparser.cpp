// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/query/filtercompletion.h"
#include "core/query/filterparser.h"

#include <QtTest>

using namespace bartizan;
using F = FilterField;
using Op = FilterOperator;

class TestFilterParser : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTerms();
    void canonicalText_data();
    void canonicalText();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void keepsTheTermsThatAreRight();
    void refusesEndlessText();
    void narrows();
    void completes_data();
    void completes();
    void completesFromTheVocabulary();
};

void TestFilterParser::readsTerms()
{
    const ParsedFilter parsed = parseFilter(u"severity>=high -country:CN,RU user:(anna b*) \"free text\" word", FilterSubject::Alerts);
    QVERIFY(parsed.ok());
    const Filter expected{{{F::Severity, Op::AtLeast, false, {{QStringLiteral("high"), false}}},
                           {F::Country, Op::Is, true, {{QStringLiteral("CN"), false}, {QStringLiteral("RU"), false}}},
                           {F::User, Op::Is, false, {{QStringLiteral("anna"), false}, {QStringLiteral("b*"), true}}},
                           {F::Text, Op::Is, false, {{QStringLiteral("free text"), false}}},
                           {F::Text, Op::Is, false, {{QStringLiteral("word"), false}}}}};
    QCOMPARE(parsed.filter, expected);
}

void TestFilterParser::canonicalText_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char *typed, const char *canonical) {
        QTest::newRow(typed) << QString::fromUtf8(typed) << QString::fromUtf8(canonical);
    };
    row("  severity>=HIGH   type:Brute_Force ", "severity>=high type:brute-force");
    row("sev:>high", "severity>high");
    row("severity=low", "severity:low");
    row("ip:203.0.113.77/24", "ip:203.0.113.0/24");
    row("ip:203.0.113.7/32", "ip:203.0.113.7");
    row("address:2001:DB8::1/32", "ip:2001:db8::/32");
    row("ip:(10.0.0.1 2001:db8::1)", "ip:10.0.0.1,2001:db8::1");
    row("status:open status:ack", "status:active status:acknowledged");
    row("disposition:(FALSE_POSITIVE benign)", "disposition:false-positive,benign");
    row("user:(anna, anna ben)", "user:anna,ben");
    row("user:\"anna b\"", "user:\"anna b\"");
    row("user:\"a*\"", "user:\"a*\"");
    row("user:a*", "user:a*");
    row("user:-anna", "user:\"-anna\"");
    row("-\"a \\\"b\\\" \\\\ c\"", "-\"a \\\"b\\\" \\\\ c\"");
    row("-word", "-word");
    row("2001:db8::1 fe80::1 dead::beef", "\"2001:db8::1\" \"fe80::1\" \"dead::beef\"");
    row("\"OR\" \"severity:high\"", "\"OR\" \"severity:high\"");
    row("since:2H until:2026-11-19T14:30", "since:2h until:2026-11-19t14:30");
    row("count>=010", "count>=10");
    row("a - b --c", "a \"-\" b \"--c\"");
    row("Ünïcode title:ÄB", "Ünïcode title:ÄB");
    row("user:a,\"b,c\"", "user:a,\"b,c\"");
    row("", "");
}

void TestFilterParser::canonicalText()
{
    QFETCH(QString, typed);
    QFETCH(QString, canonical);
    const ParsedFilter parsed = parseFilter(typed, FilterSubject::Alerts);
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : qPrintable(parsed.errors.front().message));
    QCOMPARE(filterText(parsed.filter), canonical);
    QCOMPARE(parseFilter(canonical, FilterSubject::Alerts).filter, parsed.filter);
}

void TestFilterParser::saysWhatIsWrong_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("start");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *text, int start, int length, const char *message) {
        QTest::newRow(text) << QString::fromUtf8(text) << start << length << QString::fromUtf8(message);
    };
    row("severity:hgih", 9, 4, "severity: 'hgih' is unknown; low, medium, high, critical");
    row("a severity>=(high low)", 2, 8, "severity: one value is wanted behind >=, >, <= and <");
    row("severity:", 8, 1, "severity: a value is missing; low, medium, high, critical");
    row("user: anna", 4, 1, "user: a value is missing, as in user:anna");
    row("user:anna,", 9, 1, "user: a value is missing, as in user:anna");
    row("type:foo", 5, 3, "type: 'foo' is unknown; part of a type's name is wanted, as in authentication-anomaly");
    row("ip:300.1.1.1", 3, 9, "ip: '300.1.1.1' is no address; write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32");
    row("ip:10.0.0.0/33", 3, 11, "ip: '10.0.0.0/33' is no address; write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32");
    row("since:soon", 6, 4, "since: 'soon' is no time; write 30m, 2h, 7d, today, 2026-11-19 or 2026-11-19T14:30");
    row("since:2026-02-30", 6, 10, "since: '2026-02-30' is no time; write 30m, 2h, 7d, today, 2026-11-19 or 2026-11-19T14:30");
    row("-since:2h", 1, 5, "since: it takes one time, and no -; since: and until: are each other's opposite");
    row("user>=anna", 0, 4, "user: only user: can be asked for, not more or less");
    row("count:many", 6, 4, "count: 'many' is no whole number");
    row("x \"open", 2, 5, "The quotation mark is not closed");
    row("\"\"", 0, 2, "Nothing stands between the quotation marks");
    row("user:(anna", 5, 1, "The bracket is not closed");
    row("user:()", 5, 1, "user: a value is missing, as in user:anna");
    row("a OR b", 2, 2, "Terms beside each other must all hold; write user:(anna ben) for either, and -user:anna for not");
    row("(a b)", 0, 1, "A bracket or comma stands between the values of one field, as in user:(anna ben); "
                       "put quotes around it to search for it");
    row("foo:bar", 0, 3, "'foo' is no field; severity, type, status, disposition, title, ip, user, owner, country, company, "
                         "rule, mute, count, session, request, agent, since, until. Put quotes around it to search for it");
    row("outcome:failure", 0, 7, "'outcome' is no field; severity, type, status, disposition, title, ip, user, owner, country, "
                                 "company, rule, mute, count, session, request, agent, since, until. Put quotes around it to search for it");
}

void TestFilterParser::saysWhatIsWrong()
{
    QFETCH(QString, text);
    QFETCH(int, start);
    QFETCH(int, length);
    QFETCH(QString, message);
    const ParsedFilter parsed = parseFilter(text, FilterSubject::Alerts);
    QVERIFY(!parsed.ok());
    QCOMPARE(parsed.errors.front(), (FilterError{start, length, message}));
}

void TestFilterParser::keepsTheTermsThatAreRight()
{
    const ParsedFilter parsed = parseFilter(u"user:anna severity:hgih country:NL", FilterSubject::Alerts);
    QCOMPARE(parsed.errors.size(), std::size_t{1});
    QCOMPARE(filterText(parsed.filter), QStringLiteral("user:anna country:NL"));
}

void TestFilterParser::refusesEndlessText()
{
    QVERIFY(parseFilter(QString(kLongestFilter, QLatin1Char('a')), FilterSubject::Alerts).ok());
    QVERIFY(!parseFilter(QString(kLongestFilter + 1, QLatin1Char('a')), FilterSubject::Alerts).ok());
}

void TestFilterParser::narrows()
{
    const auto after = [](const char16_t *before, const FilterTerm &term) {
        return filterText(narrowed(parseFilter(before, FilterSubject::Alerts).filter, term));
    };
    const QString anna = QStringLiteral("anna");
    QCOMPARE(after(u"", filterTerm(F::User, anna)), QStringLiteral("user:anna"));
    QCOMPARE(after(u"user:ben status:new", filterTerm(F::User, anna)), QStringLiteral("status:new user:anna"));
    QCOMPARE(after(u"-user:anna", filterTerm(F::User, anna)), QStringLiteral("user:anna"));
    QCOMPARE(after(u"user:anna", filterTerm(F::User, anna, true)), QStringLiteral("-user:anna"));
    QCOMPARE(after(u"-user:ben", filterTerm(F::User, anna, true)), QStringLiteral("-user:ben -user:anna"));
    QCOMPARE(after(u"title:x", filterTerm(F::Title, QStringLiteral("y"))), QStringLiteral("title:x title:y"));
    QCOMPARE(after(u"", filterTerm(F::User, QStringLiteral("a* b"))), QStringLiteral("user:\"a* b\""));
}

void TestFilterParser::completes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("start");
    QTest::addColumn<int>("length");
    QTest::addColumn<QStringList>("candidates");
    const auto row = [](const char *text, int start, int length, const QStringList &candidates) {
        QTest::newRow(text) << QString::fromUtf8(text) << start << length << candidates;
    };
    row("se", 0, 2, {QStringLiteral("severity:"), QStringLiteral("session:")});
    row("user:anna -co", 11, 2, {QStringLiteral("country:"), QStringLiteral("company:"), QStringLiteral("count:")});
    row("severity>=", 10, 0, {QStringLiteral("low"), QStringLiteral("medium"), QStringLiteral("high"), QStringLiteral("critical")});
    row("severity:low,h", 13, 1, {QStringLiteral("high")});
    row("severity:(low cr", 14, 2, {QStringLiteral("critical")});
    row("severity:high", 9, 4, {});
    row("type:force", 5, 5, {QStringLiteral("brute-force-attack")});
    row("status:(new) ", 13, 0, {QStringLiteral("severity:"), QStringLiteral("type:"), QStringLiteral("status:"), QStringLiteral("disposition:"), QStringLiteral("title:"),
                                 QStringLiteral("ip:"), QStringLiteral("user:"), QStringLiteral("owner:"), QStringLiteral("country:"),
                                 QStringLiteral("company:"), QStringLiteral("rule:"), QStringLiteral("mute:"), QStringLiteral("count:"), QStringLiteral("session:"),
                                 QStringLiteral("request:"), QStringLiteral("agent:"), QStringLiteral("since:"), QStringLiteral("until:")});
    row("\"se", 0, 3, {});
    row("foo:b", 4, 1, {});
    row("since:t", 6, 1, {QStringLiteral("today"), QStringLiteral("yesterday")});
    row("user:\"a\"", 8, 0, {});
}

void TestFilterParser::completes()
{
    QFETCH(QString, text);
    QFETCH(int, start);
    QFETCH(int, length);
    QFETCH(QStringList, candidates);
    const FilterCompletion completion = filterCompletion(text, text.size(), FilterSubject::Alerts);
    QStringList found;
    for (const FilterCandidate &candidate : completion.candidates)
        found.append(candidate.text);
    QCOMPARE(found, candidates);
    QCOMPARE(completion.start, start);
    QCOMPARE(completion.length, length);
}

void TestFilterParser::completesFromTheVocabulary()
{
    const FilterVocabulary users = [](FilterField field, const QString &prefix) {
        return field == F::User && prefix == QLatin1String("a") ? QStringList{QStringLiteral("anna"), QStringLiteral("anna b")} : QStringList();
    };
    const QString text = QStringLiteral("user:a country:NL");
    const FilterCompletion completion = filterCompletion(text, 6, FilterSubject::Alerts, users);
    QCOMPARE(completion.start, 5);
    QCOMPARE(completion.length, 1);
    QCOMPARE(completion.candidates.size(), std::size_t{2});
    QCOMPARE(completion.candidates[1].text, QStringLiteral("\"anna b\""));
}

QTEST_GUILESS_MAIN(TestFilterParser)
#include "tst_filterparser.moc"
