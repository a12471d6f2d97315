// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/handoverdocument.h"
#include "core/report/markdowntext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace bartizan;

namespace {

/// 2026-11-20T12:00:00Z
constexpr TimestampMs kNoon = 1795176000000;

SecurityAlert alertOf(const std::string &id, AlertSeverity severity, const std::string &title)
{
    SecurityAlert alert;
    alert.id = id;
    alert.severity = severity;
    alert.title = title;
    alert.timestamp = kNoon - 3 * kHour;
    alert.context.ipAddress = "203.0.113.9";
    alert.metadata = "{}";
    return alert;
}

/// What an attacker could put into a name, a title, a comment.
constexpr char kActive[] = "# <img src=x onerror=alert(1)> | [x](http://evil) `c` \n=HYPERLINK(1)\r\0\x1b[2J"
                           "\xe2\x80\xae @all $x$ ~~gone~~ \xff";
const std::string kHostile(kActive, sizeof kActive - 1);

Handover busy()
{
    Handover handover;
    handover.range = {kNoon - kHour, kNoon};
    handover.open.counts = {0, 0, 1, 2};
    handover.open.listed = {alertOf("a", AlertSeverity::Critical, "Brute force")};
    handover.open.listed[0].owner = "ann";
    handover.raised.counts = {1, 0, 0, 0};
    handover.raised.listed = {alertOf("b", AlertSeverity::Low, kHostile)};
    HandoverStep resolved;
    resolved.at = kNoon - kMinute;
    resolved.actor = kHostile;
    resolved.detail = "FALSE_POSITIVE";
    resolved.comment = kHostile;
    resolved.alerts = 3;
    resolved.takenBack = 1;
    resolved.example = alertOf("c", AlertSeverity::High, kHostile);
    handover.steps[static_cast<std::size_t>(HandoverAction::Resolved)] = {5, 9, {resolved}};
    handover.people = {{kHostile, {0, 0, 9, 0, 0, 0}}};
    handover.peopleTotal = 1;
    Mute mute;
    mute.id = "m1";
    mute.rule = "brute-force";
    mute.group = "address:203.0.113.9";
    mute.network = "203.0.113.0/24";
    mute.reason = kHostile;
    mute.alertId = "a";
    mute.by = "ann";
    mute.createdAt = kNoon - 30 * kMinute;
    mute.expiresAt = kNoon + kDay;
    mute.alerts = 7;
    mute.hits = 1'234;
    handover.mutes = {5, {mute, mute, mute, mute}};
    Mute &lifted = handover.mutes.newest[1];
    lifted.id = "m2";
    lifted.group = "account:" + kHostile;
    lifted.company = "acme";
    lifted.liftedBy = kHostile;
    lifted.liftedAt = kNoon - kMinute;
    Mute &expired = handover.mutes.newest[2];
    expired.group.clear();
    expired.network.clear();
    expired.expiresAt = kNoon;
    Mute &liftedLater = handover.mutes.newest[3];
    liftedLater.rule = "no-such-rule";
    liftedLater.network.clear();
    liftedLater.liftedBy = "bob";
    liftedLater.liftedAt = kNoon + 1;
    handover.response.acknowledge[2] = {2, 5.0 * kMinute};
    handover.response.resolve[2] = {1, 90.0 * kMinute};
    return handover;
}

const HandoverSection &sectionOf(const HandoverDocument &document, const char *title)
{
    const auto found = std::find_if(document.sections.begin(), document.sections.end(),
                                    [title](const HandoverSection &s) { return s.title == QLatin1String(title); });
    if (found == document.sections.end())
        qFatal("there is no section %s", title);
    return *found;
}

/// What acts on a terminal or a line: controls, and characters that change the direction.
bool acts(QChar c)
{
    const char16_t u = c.unicode();
    return u < 0x20 || (u >= 0x7f && u < 0xa0) || u == 0x2028 || u == 0x2029 || (u >= 0x202a && u <= 0x202e)
        || (u >= 0x2066 && u <= 0x2069);
}

} // namespace

/// A handover in words, as Markdown and as JSON.
class TestHandover : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatHappened();
    void tellsOfMutes();
    void saysInWordsWhatIsEmpty();
    void writesTimesInTheZone();
    void everyLineHasItsCells();
    void markdownHoldsTextAlone();
    void jsonIsWhole();
    void cutsWhatIsLong();
    void saysNothingTwice();
    void namesWhatWasTakenBack_data();
    void namesWhatWasTakenBack();
    void tellsSeverityBesideItsWord();
    void hasTheWordsOfTheQueue();
    void joinsLinesOfRemarks();
};

void TestHandover::saysWhatHappened()
{
    const HandoverDocument document = handoverDocument(busy(), QTimeZone::utc());
    QCOMPARE(document.period, QStringLiteral("2026-11-20 11:00:00 UTC to 2026-11-20 12:00:00 UTC, all companies"));
    const HandoverSection &open = sectionOf(document, "Still open");
    QCOMPARE(open.note, QStringLiteral("2 CRITICAL, 1 HIGH"));
    QCOMPARE(open.total.value_or(-1), 3);
    QCOMPARE(open.more, QStringLiteral("and 2 more"));
    QCOMPARE(open.lines.size(), 1U);
    QCOMPARE(open.lines[0].cells, (QStringList{QStringLiteral("CRITICAL"), QStringLiteral("2026-11-20 09:00:00"),
                                               QStringLiteral("3 h"), QStringLiteral("Brute force"),
                                               QStringLiteral("203.0.113.9"), QStringLiteral("Active"),
                                               QStringLiteral("ann")}));
    QCOMPARE(open.lines[0].alertId, std::string("a"));
    const HandoverSection &resolved = sectionOf(document, "Resolved");
    QCOMPARE(resolved.note, QStringLiteral("9, in steps: 5"));
    QCOMPARE(resolved.more, QStringLiteral("and 4 more"));
    QCOMPARE(resolved.header.at(4), QStringLiteral("As"));
    QCOMPARE(resolved.lines[0].cells[4], QStringLiteral("False positive (1 of 3 taken back)"));
    QVERIFY(resolved.lines[0].cells[3].endsWith(QStringLiteral("and 2 more")));
    const HandoverSection &times = sectionOf(document, "Response times");
    QCOMPARE(times.lines.size(), 1U);
    QCOMPARE(times.lines[0].cells, (QStringList{QStringLiteral("HIGH"), QStringLiteral("2 min 30 s"), QStringLiteral("2"),
                                                QStringLiteral("1 h 30 min"), QStringLiteral("1")}));
}

void TestHandover::tellsOfMutes()
{
    const HandoverSection mutes = sectionOf(handoverDocument(busy(), QTimeZone::utc()), "Mutes");
    QCOMPARE(mutes.total.value_or(-1), 5);
    QCOMPARE(mutes.more, QStringLiteral("and 1 more"));
    QCOMPARE(mutes.lines.size(), 4U);
    const QString day = QStringLiteral("2026-11-20 ");
    QCOMPARE(mutes.lines[0].cells.mid(0, 7),
             (QStringList{day + QStringLiteral("11:30:00"), QStringLiteral("ann"), QStringLiteral("in force"),
                          QStringLiteral("Brute force: 203.0.113.0/24"), QStringLiteral("2026-11-21 12:00:00"),
                          QStringLiteral("7"), QStringLiteral("1,234")}));
    QCOMPARE(mutes.lines[0].alertId, std::string("a"));
    QVERIFY(mutes.lines[1].cells[2].startsWith(QStringLiteral("lifted by #")));
    QVERIFY(mutes.lines[1].cells[3].endsWith(QStringLiteral(", from 203.0.113.0/24, only alerts of company acme")));
    QCOMPARE(mutes.lines[1].cells[4], day + QStringLiteral("11:59:00"));
    QCOMPARE(mutes.lines[2].cells.mid(2, 3), (QStringList{QStringLiteral("expired"), QStringLiteral("Brute force: whole log"),
                                                          day + QStringLiteral("12:00:00")}));
    // Somebody lifted it after the end of the range: at the end it was in force, and was to last for a day.
    QCOMPARE(mutes.lines[3].cells.mid(2, 3), (QStringList{QStringLiteral("in force"), QStringLiteral("no-such-rule: 203.0.113.9"),
                                                          QStringLiteral("2026-11-21 12:00:00")}));
}

void TestHandover::saysInWordsWhatIsEmpty()
{
    Handover nothing;
    nothing.range = {kNoon, kNoon + kHour};
    nothing.companyId = "acme";
    const HandoverDocument document = handoverDocument(nothing, QTimeZone::utc());
    QVERIFY(document.period.endsWith(QStringLiteral(", acme")));
    QVERIFY(document.sections.size() >= 11);
    const QString markdown = handoverMarkdown(document);
    for (const HandoverSection &section : document.sections) {
        QVERIFY(section.lines.empty());
        QVERIFY2(section.empty.endsWith(QLatin1Char('.')), qPrintable(section.title));
        QVERIFY(markdown.contains(markdownText(section.empty)));
    }
    QVERIFY(!markdown.contains(QLatin1Char('|')));
}

void TestHandover::writesTimesInTheZone()
{
    const QTimeZone berlin("Europe/Berlin");
    if (!berlin.isValid())
        QSKIP("no data of time zones here");
    Handover handover = busy();
    // The clock was put back at 2026-10-25T01:00Z: before that, the abbreviation is another one.
    handover.range = {1792890000000 - kHour, 1792890000000 + kHour};
    handover.open.listed[0].timestamp = handover.range.start;
    handover.raised.listed[0].timestamp = handover.range.end;
    const HandoverDocument document = handoverDocument(handover, berlin);
    const QString zone = berlin.abbreviation(QDateTime::fromMSecsSinceEpoch(handover.range.end, Qt::UTC));
    QCOMPARE(sectionOf(document, "Still open").header[1], QStringLiteral("Time (%1)").arg(zone));
    QVERIFY(sectionOf(document, "Still open").lines[0].cells[1].startsWith(QStringLiteral("2026-10-25 02:00:00 ")));
    QCOMPARE(sectionOf(document, "New alerts").lines[0].cells[1], QStringLiteral("2026-10-25 03:00:00"));
}

void TestHandover::everyLineHasItsCells()
{
    const HandoverDocument document = handoverDocument(busy(), QTimeZone::utc());
    for (const HandoverSection &section : document.sections) {
        for (const HandoverLine &line : section.lines) {
            QCOMPARE(line.cells.size(), section.header.size());
            for (const QString &cell : line.cells)
                QVERIFY2(std::none_of(cell.begin(), cell.end(), acts), qPrintable(cell));
        }
    }
}

void TestHandover::markdownHoldsTextAlone()
{
    const QString markdown = handoverMarkdown(handoverDocument(busy(), QTimeZone::utc()));
    const QStringList lines = markdown.split(QLatin1Char('\n'));
    QVERIFY(std::none_of(markdown.begin(), markdown.end(), [](QChar c) { return c != QLatin1Char('\n') && acts(c); }));
    qsizetype bars = 0;
    for (const QString &line : lines) {
        // Headings are ours, and a table keeps its columns.
        const bool heading = line.startsWith(QLatin1Char('#'));
        QVERIFY2(!heading || line.startsWith(QStringLiteral("# Shift")) || line.startsWith(QStringLiteral("## ")), qPrintable(line));
        qsizetype here = 0;
        for (qsizetype i = 0; i < line.size(); ++i) {
            if (line.at(i) == QLatin1Char('\\'))
                ++i;
            else if (line.at(i) == QLatin1Char('|'))
                ++here;
            else
                QVERIFY2(!QStringLiteral("<`[*_$@").contains(line.at(i)), qPrintable(line));
        }
        if (here > 0 && bars > 0)
            QCOMPARE(here, bars);
        bars = here;
    }
}

void TestHandover::jsonIsWhole()
{
    const std::string json = handoverJson(busy());
    QJsonParseError error;
    const QJsonObject document = QJsonDocument::fromJson(QByteArray::fromStdString(json), &error).object();
    QVERIFY2(error.error == QJsonParseError::NoError, qPrintable(error.errorString()));
    QCOMPARE(document.value(QLatin1String("from")).toString(), QStringLiteral("2026-11-20T11:00:00.000Z"));
    const QJsonObject open = document.value(QLatin1String("open")).toObject();
    QCOMPARE(open.value(QLatin1String("total")).toInt(), 3);
    QCOMPARE(open.value(QLatin1String("alerts")).toArray().size(), 1);
    const QJsonObject resolved = document.value(QLatin1String("resolved")).toObject();
    QCOMPARE(resolved.value(QLatin1String("steps")).toInt(), 5);
    const QJsonObject step = resolved.value(QLatin1String("newest")).toArray().first().toObject();
    QCOMPARE(step.value(QLatin1String("takenBack")).toInt(), 1);
    QCOMPARE(step.value(QLatin1String("detail")).toString(), QStringLiteral("FALSE_POSITIVE"));
    const QJsonObject mutes = document.value(QLatin1String("mutes")).toObject();
    QCOMPARE(mutes.value(QLatin1String("total")).toInt(), 5);
    const QJsonArray listed = mutes.value(QLatin1String("newest")).toArray();
    QCOMPARE(listed.size(), 4);
    QCOMPARE(listed[0].toObject().value(QLatin1String("hits")).toInt(), 1'234);
    QVERIFY(listed[0].toObject().value(QLatin1String("inForce")).toBool());
    QVERIFY(!listed[1].toObject().value(QLatin1String("inForce")).toBool());
    QCOMPARE(listed[1].toObject().value(QLatin1String("liftedAt")).toString(), QStringLiteral("2026-11-20T11:59:00.000Z"));
    const QJsonObject times = document.value(QLatin1String("acknowledgeTimes")).toObject();
    QCOMPARE(times.value(QLatin1String("HIGH")).toObject().value(QLatin1String("meanMs")).toDouble(), 150'000.0);
    QVERIFY(times.value(QLatin1String("LOW")).toObject().value(QLatin1String("meanMs")).isNull());
    QVERIFY(std::none_of(json.begin(), json.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
}

void TestHandover::cutsWhatIsLong()
{
    Handover handover = busy();
    handover.open.listed[0].title = std::string(100'000, 'x');
    const HandoverDocument document = handoverDocument(handover, QTimeZone::utc());
    const QString title = sectionOf(document, "Still open").lines[0].cells[3];
    QVERIFY(title.size() <= 300);
    QVERIFY(title.endsWith(QChar(0x2026)));
    // Never within a character, wherever the bytes are cut.
    for (const char *character : {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
        for (int shift = 0; shift < 4; ++shift) {
            std::string text(static_cast<std::size_t>(shift), 'x');
            for (int i = 0; i < 2'000; ++i)
                text += character;
            handover.open.listed[0].title = text;
            const QString cut = sectionOf(handoverDocument(handover, QTimeZone::utc()), "Still open").lines[0].cells[3];
            QVERIFY(cut.size() > 290 && cut.size() <= 300);
            QVERIFY(cut.isValidUtf16() && !cut.contains(QChar(QChar::ReplacementCharacter)));
        }
    }
}

void TestHandover::hasTheWordsOfTheQueue()
{
    Handover handover = busy();
    handover.open.listed[0].title = "Anomaly Detected: temporal_anomaly";
    handover.raised.listed[0].title = handover.open.listed[0].title;
    HandoverStep &step = handover.steps[static_cast<std::size_t>(HandoverAction::Resolved)].newest[0];
    step.example.title = handover.open.listed[0].title;
    const HandoverDocument document = handoverDocument(handover, QTimeZone::utc());
    QCOMPARE(sectionOf(document, "Still open").lines[0].cells[3], QStringLiteral("Anomaly: temporal"));
    QCOMPARE(sectionOf(document, "New alerts").lines[0].cells[2], QStringLiteral("Anomaly: temporal"));
    QCOMPARE(sectionOf(document, "Resolved").lines[0].cells[3], QStringLiteral("Anomaly: temporal and 2 more"));
}

/// A cell has one line, whatever people wrote; other controls stay visible.
void TestHandover::joinsLinesOfRemarks()
{
    Handover handover = busy();
    handover.steps[static_cast<std::size_t>(HandoverAction::Resolved)].newest[0].comment = "first\r\nsecond\n\nthird\tx";
    handover.mutes.newest[0].reason = "planned\nwork";
    const HandoverDocument document = handoverDocument(handover, QTimeZone::utc());
    QCOMPARE(sectionOf(document, "Resolved").lines[0].cells.last(),
             QString(QStringLiteral("first / second / third") + QChar(0x2409) + QLatin1Char('x')));
    QCOMPARE(sectionOf(document, "Mutes").lines[0].cells.last(), QStringLiteral("planned / work"));
    QVERIFY(handoverMarkdown(document).contains(QLatin1String("| first / second / third")));
}

/// What the title of a section says does not stand in each of its lines; a severity has a column of its own.
void TestHandover::saysNothingTwice()
{
    HandoverStep step;
    step.actor = "anna";
    step.alerts = 1;
    step.example = alertOf("a", AlertSeverity::High, "Brute force");
    step.comment = "look";
    Handover handover = busy();
    const auto give = [&](HandoverAction action) { handover.steps[static_cast<std::size_t>(action)] = {1, 1, {step}}; };
    for (const auto action : {HandoverAction::Acknowledged, HandoverAction::Escalated, HandoverAction::Commented})
        give(action);
    step.formerOwner = "ben";
    give(HandoverAction::Owned);
    const HandoverDocument document = handoverDocument(handover, QTimeZone::utc());
    for (const char *title : {"Acknowledged", "Escalated", "Comments"}) {
        const HandoverSection &section = sectionOf(document, title);
        QCOMPARE(section.header.size(), 5);
        QCOMPARE(section.lines[0].cells.size(), 5);
        QCOMPARE(section.header.at(0), QStringLiteral("Severity"));
        QCOMPARE(section.lines[0].cells.at(0), QStringLiteral("HIGH"));
        QVERIFY(section.lines[0].severity == AlertSeverity::High);
        QCOMPARE(section.lines[0].cells.mid(2), (QStringList{QStringLiteral("anna"), QStringLiteral("Brute force"),
                                                             QStringLiteral("look")}));
    }
    const HandoverSection &owned = sectionOf(document, "Owner changes");
    QCOMPARE(owned.header.at(4), QStringLiteral("From"));
    QCOMPARE(owned.lines[0].cells.at(4), QStringLiteral("ben"));
    // What was taken back is said, in words.
    step.takenBack = 1;
    give(HandoverAction::Acknowledged);
    const HandoverSection back = sectionOf(handoverDocument(handover, QTimeZone::utc()), "Acknowledged");
    QCOMPARE(back.header.at(4), QStringLiteral("Taken back"));
    QCOMPARE(back.lines[0].cells.at(4), QStringLiteral("taken back"));
}

void TestHandover::namesWhatWasTakenBack_data()
{
    QTest::addColumn<QString>("action");
    QTest::addColumn<QString>("words");
    QTest::newRow("acknowledged") << QStringLiteral("acknowledged") << QStringLiteral("took back: acknowledged");
    QTest::newRow("owned") << QStringLiteral("owned") << QStringLiteral("took back: took over");
    QTest::newRow("undone") << QStringLiteral("undone") << QStringLiteral("took back: took a step back");
    QTest::newRow("unknown") << QStringLiteral("a word of tomorrow") << QStringLiteral("took a step back");
}

void TestHandover::namesWhatWasTakenBack()
{
    QFETCH(QString, action);
    HandoverStep step;
    step.detail = action.toStdString();
    step.alerts = 1;
    Handover handover = busy();
    handover.steps[static_cast<std::size_t>(HandoverAction::TakenBack)] = {1, 1, {step}};
    QTEST(sectionOf(handoverDocument(handover, QTimeZone::utc()), "Taken back").lines[0].cells[4], "words");
}

/// Whoever draws a severity needs not read its word, which a person may be called as well.
void TestHandover::tellsSeverityBesideItsWord()
{
    Handover handover = busy();
    handover.people[0].name = "CRITICAL";
    handover.raised.listed[0].mute = "m1";
    const HandoverDocument document = handoverDocument(handover, QTimeZone::utc());
    QVERIFY(sectionOf(document, "Still open").lines[0].severity == AlertSeverity::Critical);
    QVERIFY(sectionOf(document, "New alerts").lines[0].severity == AlertSeverity::Low);
    QVERIFY(sectionOf(document, "Response times").lines[0].severity == AlertSeverity::High);
    QVERIFY(!sectionOf(document, "Who did what").lines[0].severity);
    // What a mute keeps out of the queue is not called active.
    QCOMPARE(sectionOf(document, "New alerts").lines[0].cells[4], QStringLiteral("Muted"));
}

QTEST_GUILESS_MAIN(TestHandover)
#include "tst_handover.moc"
