// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertmatcher.h"

#include "core/query/filterparser.h"
#include "tests/models/alertfixtures.h"
#include "ui/models/packedtext.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

/// Values that details repeat, some of them hostile: in others, in no encoding, with bytes that packing uses itself.
const std::vector<std::string> kAddresses{"", "203.0.113.7", "2001:db8::1", "10.0.0.1", "7", "not an address", "\x01\x02", "10.0.0.10"};
const std::vector<std::string> kUsers{"", "anna", "ann", "\xc3\x85sa", "0.0.1", "\xff\xfe", "a\x01z", "from", "<b>anna</b>", "Kiss", "SSH"};

std::string pick(std::mt19937 &random, const std::vector<std::string> &from)
{
    return from[random() % from.size()];
}

SecurityAlert randomAlert(std::mt19937 &random, int number)
{
    SecurityAlert made = alert(number);
    const std::string address = pick(random, kAddresses);
    const std::string user = pick(random, kUsers);
    made.context.ipAddress = address;
    made.context.userId = user;
    const std::vector<std::string> pieces{address, user, " failed logins from ", "FROM", "\x01", "\x03", "\xc3\xa4", "\xc3\x9f", "\xe2\x84\xaa", "\xc5", " ", "an", "1"};
    made.description.clear();
    for (std::size_t i = random() % 6; i > 0; --i)
        made.description += pick(random, pieces);
    made.metadata = "{\"value\":\"" + pick(random, pieces) + "\"}";
    return made;
}

/// Adds a word that is part of a text, perhaps in capitals; such as are ASCII, to be the same in any encoding.
void addPartOf(const std::string &text, std::mt19937 &random, std::vector<std::string> &words)
{
    if (text.empty())
        return;
    const std::size_t start = random() % text.size();
    std::string word = text.substr(start, 1 + random() % 30);
    if (std::any_of(word.begin(), word.end(), [](char c) { return c <= ' ' || c > '~'; }) && random() % 4 > 0)
        return;
    if (QString::fromStdString(word).toStdString() != word)
        return;
    words.push_back(random() % 2 == 0 ? word : QString::fromStdString(word).toUpper().toStdString());
}

} // namespace

class TestAlertMatcher : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void packedTextsComeBack();
    void packingLeavesOutWhatIsKnown();
    void wordsAreFoundAsInWholeTexts();
    void valuesThatComeLaterCount();
    void wordsDoNotGoOnInTheNextText();
    void valuesTellOfWordsAcrossTheirBorders_data();
    void valuesTellOfWordsAcrossTheirBorders();
};

void TestAlertMatcher::packedTextsComeBack()
{
    std::mt19937 random(3);
    for (int i = 0; i < 20'000; ++i) {
        const SecurityAlert made = randomAlert(random, i);
        const std::array<std::string_view, 2> values{*made.context.ipAddress, *made.context.userId};
        const std::string packed = packedtext::pack(made.description, values);
        QVERIFY(packedtext::unpack(packed, values) == made.description);
        QVERIFY(packed.size() <= made.description.size() + 1);
    }
}

void TestAlertMatcher::packingLeavesOutWhatIsKnown()
{
    AlertRecords records;
    for (int i = 0; i < 100; ++i) {
        SecurityAlert one = alert(i);
        one.context.userId = "user" + std::to_string(i);
        one.description = "5 failed logins of " + *one.context.userId + " from " + *one.context.ipAddress + " within 5 min";
        const AlertRecords::Number number = records.put(one);
        QVERIFY(records.description(number) == one.description);
    }
    QCOMPARE(records.pool(AlertRecords::Pool::Details).size(), std::size_t{3}); // The empty one, the description, the metadata.
}

/// Compared with a look at every whole alert, with words within pieces, within values, and across their borders.
void TestAlertMatcher::wordsAreFoundAsInWholeTexts()
{
    std::mt19937 random(11);
    AlertRecords records;
    std::vector<SecurityAlert> all;
    for (int i = 0; i < 1500; ++i) {
        all.push_back(randomAlert(random, i));
        records.put(all.back());
    }
    std::vector<std::string> words{"anna", "ANN", "from 203", "from 10.0.0.1", "7anna", "s from a", "nnan", "\xc3\xa5s", "\xc3\x84",
                                   "0.1\xc3\xa4", "failed logins", "\x01", "\x02", "1 from", "zan", "b>", "no such thing", "value\":\"2",
                                   ".0.0.1\"", "\xc3\xa4""anna", "\xc3\x84""AN", "10.0.0.1\xc3\x84", "0.1\xc3\x9f", "1ss", "\xc3\x9fsh", "s\xc3\x9fh", "\xe2\x84\xaaiss\xc3\xa4",
                                   "\xc3\xa4\xe2\x84\xaais", "i\xc3\x9f\xc3\x9f", "s\xc3\xa4""f", "from kiss", "annafrom", "1anna", "7kiss"};
    while (words.size() < 70) // Parts of ids, too.
        addPartOf(all[random() % all.size()].id, random, words);
    while (words.size() < 280)
        addPartOf(all[random() % all.size()].description, random, words);
    int found = 0;
    for (const std::string &word : words) {
        const Filter filter{{filterTerm(FilterField::Text, QString::fromStdString(word))}};
        const FilterMoment moment{kNoon, QTimeZone::utc()};
        AlertMatcher matcher(records);
        matcher.setFilter(filter, moment);
        const FilterMatcher naive(filter, FilterSubject::Alerts, moment);
        std::vector<std::uint8_t> together(all.size());
        matcher.pass(0, std::span(together).first(all.size() / 2));
        matcher.pass(static_cast<AlertRecords::Number>(all.size() / 2), std::span(together).subspan(all.size() / 2));
        for (std::size_t i = 0; i < all.size(); ++i) {
            const bool passes = matcher.passes(static_cast<AlertRecords::Number>(i)) == AlertMatcher::Everything;
            QVERIFY2(passes == naive.matches(all[i]), word.c_str());
            QVERIFY2(passes == (together[i] == AlertMatcher::Everything), word.c_str());
            found += passes ? 1 : 0;
        }
    }
    QVERIFY(found > 1000);
}

/// What was found out about a text holds no longer when a value with other letters comes into it.
void TestAlertMatcher::valuesThatComeLaterCount()
{
    AlertRecords records;
    const auto put = [&records](int number, const char *user) {
        SecurityAlert one = alert(number);
        one.context.userId = user;
        one.description = std::string("seen ") + user + " again";
        return records.put(one);
    };
    AlertMatcher matcher(records);
    matcher.setFilter({{filterTerm(FilterField::Text, QStringLiteral("n quizz"))}}, {kNoon, QTimeZone::utc()});
    QVERIFY(matcher.passes(put(1, "anna")) == AlertMatcher::Nothing);
    QVERIFY(matcher.passes(put(2, "quizzer")) == AlertMatcher::Everything);
    QVERIFY(matcher.passes(0) == AlertMatcher::Nothing);
}

/// Texts are searched together with those that stand behind them, but are texts by themselves; so are those that come later.
void TestAlertMatcher::wordsDoNotGoOnInTheNextText()
{
    const std::vector<std::string> users{"abab", "abxab", "xabab", "bab", "a", "b", "x", "ab", std::string(70'000, 'b') + "abx", "ABA", "bb"};
    for (const char *word : {"ab", "ba", "bx", "xa", "abx", "bab", "BB", "x", "aba", "bbabx", "xabab", "axb"}) {
        AlertRecords records;
        const auto put = [&](std::size_t i) {
            SecurityAlert one = alert(static_cast<int>(i));
            one.context.userId = users[i];
            records.put(one);
        };
        for (std::size_t i = 0; i < users.size() - 3; ++i)
            put(i);
        AlertMatcher matcher(records);
        matcher.setFilter({{filterTerm(FilterField::Text, QString::fromLatin1(word))}}, {kNoon, QTimeZone::utc()});
        const auto has = [&](std::size_t i) { return matcher.passes(static_cast<AlertRecords::Number>(i)) == AlertMatcher::Everything; };
        const auto expected = [&](std::size_t i) {
            return QString::fromStdString(users[i]).contains(QLatin1String(word), Qt::CaseInsensitive);
        };
        QCOMPARE(has(4), expected(4)); // Not the first one.
        for (std::size_t i = 0; i < users.size() - 3; ++i)
            QVERIFY2(has(i) == expected(i), qPrintable(QStringLiteral("%1 in text %2").arg(QLatin1String(word)).arg(i)));
        for (std::size_t i = users.size() - 3; i < users.size(); ++i)
            put(i);
        for (std::size_t i = 0; i < users.size(); ++i)
            QVERIFY2(has(i) == expected(i), qPrintable(QStringLiteral("%1 in text %2").arg(QLatin1String(word)).arg(i)));
    }
}

void TestAlertMatcher::valuesTellOfWordsAcrossTheirBorders_data()
{
    using S = packedtext::Standing;
    QTest::addColumn<QString>("packed");
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("value");
    QTest::addColumn<int>("expected");
    const auto row = [](const char *name, const char *packed, const char *word, const char *value, S expected) {
        QTest::newRow(name) << QString::fromUtf8(packed) << QString::fromUtf8(word) << QString::fromUtf8(value) << static_cast<int>(expected);
    };
    row("into it", "seen \x01 again", "SEEN 10.", "10.0.0.1", S::Yes);
    row("into another one", "seen \x01 again", "seen 10.", "11.0.0.1", S::No);
    row("to its end", "seen \x01 again", "seen 10.0.0.1", "10.0.0.1", S::Yes);
    row("through it", "seen \x01 again", "seen 10.0.0.1 a", "10.0.0.1", S::Perhaps);
    row("out of it", "seen \x01 again", ".1 AG", "10.0.0.1", S::Yes);
    row("out of another one", "seen \x01 again", ".1 ag", "10.0.0.2", S::No);
    row("out of it into the next one", "seen \x01 of \x02", ".1 of an", "10.0.0.1", S::Perhaps);
    row("in other letters", "f\xc3\xbcr \x01", "F\xc3\x9cR 10", "10.0.0.1", S::Yes);
    row("in other letters, to another one", "f\xc3\xbcr \x01", "f\xc3\xbcr 10", "11.0.0.1", S::No);
    row("in letters that become ASCII", "seen \x01 again", "seen \xe2\x84\xaais", "kiss", S::Yes);
}

/// What is certain need not be looked for in the whole text, which would take long for each alert of a million.
void TestAlertMatcher::valuesTellOfWordsAcrossTheirBorders()
{
    QFETCH(QString, packed);
    QFETCH(QString, word);
    QFETCH(QString, value);
    QFETCH(int, expected);
    auto most = packedtext::Standing::No;
    for (const auto &crossing : packedtext::crossings(packed.toStdString(), word.toStdString()))
        most = std::max(most, packedtext::standing(crossing, value.toStdString()));
    QCOMPARE(static_cast<int>(most), expected);
}

QTEST_GUILESS_MAIN(TestAlertMatcher)
#include "tst_alertmatcher.moc"
