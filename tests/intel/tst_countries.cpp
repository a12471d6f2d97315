// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/intel/countries.h"

#include <QtTest>

#include <set>
#include <string>

using namespace bartizan;

class TestCountries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tableIsWhole();
    void everyCodeAndNameFindsItself();
    void otherNames_data();
    void otherNames();
    void unknownTextIsNoCountry_data();
    void unknownTextIsNoCountry();
};

void TestCountries::tableIsWhole()
{
    // ISO 3166-1 has 249 entries; Kosovo stands beside them.
    QCOMPARE(countries().size(), std::size_t(250));
    std::set<std::string_view> codes;
    std::set<std::string_view> names;
    for (const Country &country : countries()) {
        QCOMPARE(country.alpha2.size(), std::size_t(2));
        QCOMPARE(country.alpha3.size(), std::size_t(3));
        codes.insert(country.alpha2);
        codes.insert(country.alpha3);
        names.insert(country.name);
    }
    QCOMPARE(codes.size(), std::size_t(500));
    QCOMPARE(names.size(), std::size_t(250));
    QVERIFY(std::is_sorted(countries().begin(), countries().end(),
                           [](const Country &a, const Country &b) { return a.alpha2 < b.alpha2; }));
}

void TestCountries::everyCodeAndNameFindsItself()
{
    for (const Country &country : countries()) {
        QCOMPARE(findCountry(country.alpha2), &country);
        QCOMPARE(findCountry(country.alpha3), &country);
        QCOMPARE(findCountry(country.name), &country);
    }
}

void TestCountries::otherNames_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("alpha2");
    const auto row = [](const char *text, const char *alpha2) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(alpha2);
    };
    row("de", "DE");
    row("dEu", "DE");
    row("  GERMANY\t", "DE");
    row("USA", "US");
    row("United States of America", "US");
    row("UK", "GB");
    row("South Korea", "KR");
    row("Korea, Republic of", "KR");
    row("Russian Federation", "RU");
    row("Viet Nam", "VN");
    row("Turkey", "TR");
    row("Côte d'Ivoire", "CI");
    row("Czech Republic", "CZ");
    row("Kosovo", "XK");
}

void TestCountries::otherNames()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, alpha2);
    const Country *country = findCountry(text.toStdString());
    QVERIFY(country != nullptr);
    QCOMPARE(std::string(country->alpha2), alpha2.toStdString());
}

void TestCountries::unknownTextIsNoCountry_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"", "  ", "D", "ZZ", "ZZZ", "Atlantis", "DE,FR", "<b>DE</b>", "Germany!"})
        QTest::newRow(text) << QByteArray(text);
    QTest::newRow("NUL") << QByteArray("DE\0", 3);
    QTest::newRow("very long") << QByteArray(1 << 20, 'D');
}

void TestCountries::unknownTextIsNoCountry()
{
    QFETCH(QByteArray, text);
    QVERIFY(findCountry(text.toStdString()) == nullptr);
}

QTEST_GUILESS_MAIN(TestCountries)
#include "tst_countries.moc"
