// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/fuzzymatch.h"

#include <QtTest>

using namespace bartizan;

class TestFuzzyMatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsLettersInTheirOrder_data();
    void findsLettersInTheirOrder();
    void prefersWhatIsMeant_data();
    void prefersWhatIsMeant();
};

void TestFuzzyMatch::findsLettersInTheirOrder_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("found");
    QTest::newRow("all") << QStringLiteral("Import log…") << true;
    QTest::newRow("other case, blanks") << QStringLiteral(" IM LOG ") << true;
    QTest::newRow("first letters") << QStringLiteral("il") << true;
    QTest::newRow("nothing typed") << QString() << true;
    QTest::newRow("another order") << QStringLiteral("li") << false;
    QTest::newRow("one letter too many") << QStringLiteral("importt") << false;
    QTest::newRow("longer than the text") << QString(50, QLatin1Char('i')) << false;
}

void TestFuzzyMatch::findsLettersInTheirOrder()
{
    QFETCH(QString, typed);
    QFETCH(bool, found);
    QCOMPARE(fuzzyScore(typed, QStringLiteral("Import log…")).has_value(), found);
}

void TestFuzzyMatch::prefersWhatIsMeant_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("better");
    QTest::addColumn<QString>("worse");
    const auto row = [](const char *typed, const char *better, const char *worse) {
        QTest::addRow("%s: %s", typed, better) << QString::fromUtf8(typed) << QString::fromUtf8(better) << QString::fromUtf8(worse);
    };
    row("al", "Alerts", "Import log…");
    row("ev", "Events", "Overview");
    row("set", "Settings", "Custom time range, reset");
    row("sort by count", "Sort by: Count, ascending", "Sort by: Country"); // A whole word, in a longer text.
    row("dark", "Dark", "Dashed arrow key");
    row("lu", "IP threat look-up…", "Pause what is shown, full");
}

void TestFuzzyMatch::prefersWhatIsMeant()
{
    QFETCH(QString, typed);
    QFETCH(QString, better);
    QFETCH(QString, worse);
    const auto good = fuzzyScore(typed, better);
    const auto bad = fuzzyScore(typed, worse);
    QVERIFY(good);
    QVERIFY2(!bad || *good > *bad, qPrintable(QStringLiteral("%1 %2").arg(*good).arg(bad.value_or(0))));
}

QTEST_GUILESS_MAIN(TestFuzzyMatch)
#include "tst_fuzzymatch.moc"
