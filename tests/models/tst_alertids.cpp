// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/alertids.h"

#include "tests/models/alertfixtures.h"

#include <QtTest>

#include <string>
#include <vector>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

/// UUIDs, and what looks like one or is none.
std::vector<std::string> hostileIds()
{
    return {idOf(0),
            idOf(7),
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "ffffffff-ffff-ffff-ffff-ffff00000000", // As what stands for another text might look.
            "ffffffff-ffff-ffff-ffff-ffff00000001",
            "ffffffff-ffff-ffff-ffff-ffff01000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "0123456789abcdef0123456789abcdef",
            "{01234567-89ab-cdef-0123-456789abcde}",
            "01234567-89ab-cdef-0123-456789abcdeg",
            "01234567_89ab-cdef-0123-456789abcdef",
            "0123456-789ab-cdef-0123-456789abcdef",
            "01234567-89ab-cdef-0123-456789abcdef0",
            "01234567-89ab-cdef-0123-456789abcdef",
            "01234567-89AB-cdef-0123-456789abcdef",
            "a",
            "<b>\xff</b>",
            std::string(70'000, 'x')};
}

} // namespace

/// Ids of alerts, kept by their bytes.
class TestAlertIds : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsEachOnceAsItIs();
    void standsAsTextsDo();
    void tellsItsBytes();
};

void TestAlertIds::keepsEachOnceAsItIs()
{
    AlertIds ids;
    std::vector<std::string> all = hostileIds();
    for (int i = 100; i < 20'100; ++i)
        all.push_back(idOf(i * 7919));
    for (const std::string &id : all)
        QVERIFY(!ids.find(id));
    for (std::size_t i = 0; i < all.size(); ++i)
        QCOMPARE(ids.intern(all[i]), static_cast<AlertIds::Number>(i));
    QCOMPARE(ids.size(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        QVERIFY(ids[static_cast<AlertIds::Number>(i)] == all[i]);
        QCOMPARE(ids.intern(all[i]), static_cast<AlertIds::Number>(i));
        QCOMPARE(ids.find(all[i]).value_or(0), static_cast<AlertIds::Number>(i));
    }
    QCOMPARE(ids.size(), all.size());
    QVERIFY(!ids.find(""));
}

void TestAlertIds::standsAsTextsDo()
{
    AlertIds ids;
    const std::vector<std::string> all = hostileIds();
    for (const std::string &id : all)
        ids.intern(id);
    for (std::size_t a = 0; a < all.size(); ++a) {
        for (std::size_t b = 0; b < all.size(); ++b)
            QCOMPARE(ids.before(static_cast<AlertIds::Number>(a), static_cast<AlertIds::Number>(b)), all[a] < all[b]);
    }
}

void TestAlertIds::tellsItsBytes()
{
    AlertIds ids;
    ids.intern(idOf(5));
    QVERIFY(ids.bytes()['-'] && ids.bytes()['f'] && !ids.bytes()['g']);
    ids.intern("gun");
    QVERIFY(ids.bytes()['g'] && ids.bytes()['u'] && !ids.bytes()['z']);
}

QTEST_GUILESS_MAIN(TestAlertIds)
#include "tst_alertids.moc"
