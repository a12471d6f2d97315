// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/opentransactions.h"

#include <QTest>

using namespace bartizan;
using Look = OpenTransactions::Look;

class TestOpenTransactions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knowsSinceWhen()
    {
        OpenTransactions transactions;
        QVERIFY(!transactions.before());
        transactions.see("10:10:", 1'000); // None runs.
        QVERIFY(transactions.before() == Look({1'000, 10}));
        QCOMPARE(transactions.seenRunningFor(), 0);
        transactions.see("10:11:10", 5'000);
        transactions.see("10:13:10,12", 60'000);
        QVERIFY(transactions.before() == Look({1'000, 10}));
        QCOMPARE(transactions.seenRunningFor(), 59'000);
        // The oldest one ends; number 12 began between the last two looks.
        transactions.see("12:14:12", 90'000);
        QVERIFY(transactions.before() == Look({5'000, 11}));
        QCOMPARE(transactions.seenRunningFor(), 85'000);
        transactions.see("14:14:", 95'000);
        QVERIFY(transactions.before() == Look({95'000, 14}));
    }
    void doesNotKnowWhatRanBefore()
    {
        OpenTransactions transactions;
        transactions.see("7:10:7,8", 1'000);
        QVERIFY(!transactions.before());
        transactions.see("9:12:9", 30'000);
        QVERIFY(!transactions.before());
        QCOMPARE(transactions.firstLook(), 1'000);
        transactions.see("10:13:10", 40'000);
        QVERIFY(transactions.before() == Look({1'000, 10}));
    }
    void goesOn()
    {
        OpenTransactions transactions;
        transactions.goOn({1'000, 10});
        transactions.see("12:20:12", 900'000);
        QVERIFY(transactions.before() == Look({1'000, 10}));
        QCOMPARE(transactions.seenRunningFor(), 0);
        transactions.see("20:22:20", 905'000);
        QVERIFY(transactions.before() == Look({900'000, 20}));
    }
    /// A look now and then is enough, but never one that is too late.
    void keepsFewLooks()
    {
        OpenTransactions transactions;
        std::int64_t next = 100;
        transactions.see("100:100:", 0);
        for (TimestampMs at = 10; at <= 100'000; at += 10)
            transactions.see("100:" + std::to_string(++next) + ":100", at);
        // Of each moment, what it answers when the oldest one is the first that began behind it.
        for (const std::int64_t oldest : {500, 5'000, 9'000}) {
            OpenTransactions then = transactions;
            then.see(std::to_string(oldest) + ":" + std::to_string(next) + ":" + std::to_string(oldest), 100'001);
            const auto look = then.before();
            QVERIFY(look);
            const TimestampMs began = (oldest - 100) * 10;
            QVERIFY2(look->at <= began && look->at >= began - 4'000, qPrintable(QString::number(look->at)));
        }
    }
};

QTEST_APPLESS_MAIN(TestOpenTransactions)
#include "tst_opentransactions.moc"
