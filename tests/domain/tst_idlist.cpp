// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/domain/idlist.h"

#include <QTest>

#include <algorithm>

using namespace bartizan;

namespace {

/// UUIDs, and what looks like one or is none.
const std::vector<std::string> kHostile{"01234567-89ab-cdef-0123-456789abcdef",
                                        "ffffffff-ffff-ffff-ffff-ffffffffffff",
                                        "ffffffff-ffff-ffff-ffff-ffff00000000", // As what stands for another text might look.
                                        "01234567-89AB-cdef-0123-456789abcdef",
                                        "0123456789abcdef0123456789abcdef",
                                        "",
                                        "<b>\xff</b>",
                                        std::string("\0x", 2),
                                        std::string(70'000, 'x')};

} // namespace

/// Ids of alerts, packed.
class TestIdList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsThemAsTheyAre();
    void namesEachOnce();
    void splitsThem();
    void hashesThemWhereverTheyStand();
};

void TestIdList::keepsThemAsTheyAre()
{
    IdList list(kHostile);
    QCOMPARE(list.size(), kHostile.size());
    QVERIFY(list.strings() == kHostile);
    QVERIFY(list.strings(2, 3) == std::vector(kHostile.begin() + 2, kHostile.begin() + 5));
    QVERIFY(list.strings(kHostile.size() - 1, 10).size() == 1 && list.strings(kHostile.size()).empty());
    // Of another list, whose numbers are others.
    IdList both{"a", "b"};
    both.append(list);
    QCOMPARE(both.size(), kHostile.size() + 2);
    for (std::size_t i = 0; i < kHostile.size(); ++i)
        QCOMPARE(both[i + 2], kHostile[i]);
    QVERIFY(list == IdList(kHostile) && list != both && IdList{"a"} != IdList{"b"});
    QVERIFY(IdList{kHostile[0]} != IdList{kHostile[1]});
}

void TestIdList::namesEachOnce()
{
    std::vector<std::string> twice = kHostile;
    twice.insert(twice.end(), kHostile.rbegin(), kHostile.rend());
    QVERIFY(IdList(twice).distinct() == kHostile);
    QVERIFY(IdList(twice).distinct(kHostile.size()) == std::vector<std::string>(kHostile.rbegin(), kHostile.rend()));
}

void TestIdList::splitsThem()
{
    for (std::size_t at = 0; at < kHostile.size(); ++at) {
        std::vector<std::string> others = kHostile;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
        std::reverse(others.begin(), others.end());
        const auto [among, rest] = IdList(kHostile).partition(others);
        std::reverse(others.begin(), others.end());
        QVERIFY(among == others);
        QVERIFY(rest == IdList{kHostile[at]});
    }
}

void TestIdList::hashesThemWhereverTheyStand()
{
    std::vector<std::string> turned(kHostile.rbegin(), kHostile.rend());
    turned.push_back(kHostile[0]);
    const IdHashes hashes = IdList(turned).hashes();
    QCOMPARE(hashes->size(), kHostile.size());
    QVERIFY(std::is_sorted(hashes->begin(), hashes->end()));
    for (const std::string &id : kHostile)
        QVERIFY(std::binary_search(hashes->begin(), hashes->end(), IdList::hashOf(id)));
    QVERIFY(!std::binary_search(hashes->begin(), hashes->end(), IdList::hashOf("another")));
}

QTEST_GUILESS_MAIN(TestIdList)
#include "tst_idlist.moc"
