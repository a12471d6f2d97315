// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/detect/scannerlist.h"
#include "core/detect/useragents.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <random>

using namespace bartizan;

class TestScannerList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linesAndComments();
    void anywhereInAnyCase();
    void overlappingPhrases();
    void randomTextsAgainstSearching();
    void theListThatComesWithIt();
    void userAgentsAreRemembered();
};

void TestScannerList::linesAndComments()
{
    PhraseList list("# a comment\n\n  two words \r\n#another\nlast");
    QCOMPARE(list.size(), std::size_t{2});
    QVERIFY(list.find("xtwo wordsx") == "two words");
    QVERIFY(list.find("last") == "last");
    QVERIFY(!list.find("a comment") && !list.find("two  words") && !list.find(""));
    PhraseList none("");
    QVERIFY(!none.find("anything"));
}

void TestScannerList::anywhereInAnyCase()
{
    PhraseList list("NikTo\nz\xC3\xA9ro");
    for (int twice = 0; twice < 2; ++twice) { // The second time from memory.
        QVERIFY(list.find("Mozilla/5.0 nIKTO/2.1 (x)") == "NikTo");
        QVERIFY(!list.find("Nik To"));
        QVERIFY(list.find("z\xC3\xA9RO") == "z\xC3\xA9ro");
        QVERIFY(!list.find("z\xC3\x89ro")); // ASCII letters only.
    }
    QVERIFY(list.find(std::string(100'000, 'n') + "nikto") == "NikTo");
    QVERIFY(list.find(std::string_view("\0nikto", 6)) == "NikTo");
}

void TestScannerList::overlappingPhrases()
{
    PhraseList list("abcd\nbc\nabce\ncdxyz");
    QVERIFY(list.find("abcd") == "bc"); // It ends first.
    QVERIFY(list.find("abdcdxyz") == "cdxyz");
    QVERIFY(list.find("cdxycdxyz") == "cdxyz");
    QVERIFY(!list.find("abdcdxy"));
}

void TestScannerList::randomTextsAgainstSearching()
{
    std::mt19937 random(4);
    const auto word = [&](std::size_t longest) {
        std::string text(1 + random() % longest, ' ');
        std::generate(text.begin(), text.end(), [&] { return "abAB"[random() % 4]; });
        return text;
    };
    const auto lower = [](std::string text) {
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
        return text;
    };
    for (int round = 0; round < 200; ++round) {
        std::vector<std::string> phrases;
        std::string lines;
        for (unsigned i = 0; i < 1 + random() % 6; ++i) {
            phrases.push_back(word(7));
            lines += phrases.back() + '\n';
        }
        PhraseList list(lines);
        for (int i = 0; i < 200; ++i) {
            const std::string text = word(14);
            const bool held = std::any_of(phrases.begin(), phrases.end(), [&](const std::string &phrase) {
                return lower(text).find(lower(phrase)) != std::string::npos;
            });
            QCOMPARE(list.find(text).has_value(), held);
        }
    }
}

void TestScannerList::userAgentsAreRemembered()
{
    UserAgentReader reader;
    const std::uint64_t none = reader.read({}).fingerprint;
    QVERIFY(!reader.read({}).scanner);
    std::map<std::uint64_t, std::string> byFingerprint{{none, {}}};
    // More than it remembers, a few too long to be, and all of them twice.
    for (int i = 0; i < 6000; ++i) {
        const int n = i % 3000;
        std::string agent = "Mozilla/5.0 (" + std::to_string(n) + (n % 7 == 0 ? ") sqlmap" : ")");
        if (n % 100 == 0)
            agent += std::string(600, ' ');
        const UserAgentFacts &facts = reader.read(agent);
        QCOMPARE(facts.scanner.has_value(), n % 7 == 0);
        QCOMPARE(byFingerprint.emplace(facts.fingerprint, agent).first->second, agent);
    }
    QCOMPARE(byFingerprint.size(), std::size_t{3001});
}

void TestScannerList::theListThatComesWithIt()
{
    PhraseList list(scannerNames());
    QVERIFY(list.size() > 80);
    for (const char *scanner : {"sqlmap/1.7.2#stable (https://sqlmap.org)", "Mozilla/5.00 (Nikto/2.1.6)",
                                "gobuster/3.1", "Mozilla/5.0 zgrab/0.x", "Fuzz Faster U Fool v1.5"})
        QVERIFY2(list.find(scanner).has_value(), scanner);
    for (const char *browser : {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                                "Chrome/120.0.0.0 Safari/537.36",
                                "curl/8.4.0", "python-requests/2.31", "vuln scanner"})
        QVERIFY2(!list.find(browser), browser);
}

QTEST_APPLESS_MAIN(TestScannerList)
#include "tst_scannerlist.moc"
