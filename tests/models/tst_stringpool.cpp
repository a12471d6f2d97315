// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/stringpool.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace bartizan;

/// Texts kept once each.
class TestStringPool : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsEachOnce();
    void keepsTextsOfEveryLength();
};

void TestStringPool::keepsEachOnce()
{
    StringPool pool;
    QCOMPARE(pool.size(), 1U);
    QCOMPARE(pool.intern(""), 0U);
    const auto a = pool.intern("a");
    QCOMPARE(pool.intern("b"), a + 1);
    QCOMPARE(pool.intern(std::string("a")), a);
    QCOMPARE(pool.find("b").value_or(0), a + 1);
    QVERIFY(!pool.find("c"));
    QVERIFY(pool.view(0).empty());
    QCOMPARE(pool.size(), 3U);
}

/// Around the size of a block, and beyond it, among many short ones.
void TestStringPool::keepsTextsOfEveryLength()
{
    StringPool pool;
    std::vector<std::string> texts;
    std::vector<StringPool::Number> numbers;
    const auto add = [&](std::size_t size) {
        std::string text = std::to_string(texts.size()) + ' ';
        text.resize(size, static_cast<char>('a' + texts.size() % 26));
        texts.push_back(text);
        numbers.push_back(pool.intern(text));
    };
    for (const std::size_t size : {65'534U, 65'535U, 65'536U, 65'537U, 1'000'000U, 30'000U, 35'536U, 30'000U, 35'535U, 70'000U}) {
        add(size);
        for (int i = 0; i < 300; ++i)
            add(20 + static_cast<std::size_t>(i) % 40);
    }
    QCOMPARE(pool.size(), texts.size() + 1);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        QVERIFY(pool.view(numbers[i]) == texts[i]);
        QCOMPARE(pool.find(texts[i]).value_or(0), numbers[i]);
    }
}

QTEST_GUILESS_MAIN(TestStringPool)
#include "tst_stringpool.moc"
