// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ownchanges.h"

#include <QTest>

using namespace bartizan;

/// Which changes of alerts one's own steps have brought about.
class TestOwnChanges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void awaitsEachOnce();
    void awaitsNoMoreThanWasDone();
    void forgetsWhatWasToldAsOne();
};

void TestOwnChanges::awaitsEachOnce()
{
    OwnChanges changes;
    QVERIFY(!changes.take("a"));
    changes.begin(1, IdList{"a", "b"}.hashes());
    QVERIFY(changes.take("a") && !changes.take("a") && !changes.take("c"));
    changes.begin(2, IdList{"a"}.hashes());
    QVERIFY(changes.take("a") && changes.take("b"));
    QVERIFY(!changes.take("a") && !changes.take("b"));
}

void TestOwnChanges::awaitsNoMoreThanWasDone()
{
    OwnChanges changes;
    changes.begin(1, IdList{"a", "b", "c", "d"}.hashes());
    QVERIFY(changes.take("b"));
    changes.end(1, IdList{"b", "d"}.hashes(), std::nullopt); // Others had been at the other two.
    QVERIFY(!changes.take("a") && !changes.take("b") && !changes.take("c"));
    QVERIFY(changes.take("d") && !changes.take("d"));
    changes.begin(2, IdList{"a"}.hashes());
    changes.drop(2);
    QVERIFY(!changes.take("a"));
    changes.begin(3, IdList{"a"}.hashes());
    changes.forgetEnded(); // It runs.
    QVERIFY(changes.take("a"));
}

/// Two steps on one alert, of which only the outcome is told: somebody else's change after that is not one's own.
void TestOwnChanges::forgetsWhatWasToldAsOne()
{
    OwnChanges changes;
    const IdHashes both = IdList{"a", "b"}.hashes();
    for (const quint64 token : {1, 2})
        changes.begin(token, both);
    changes.end(1, both, 7);
    changes.end(2, both, 9);
    QVERIFY(changes.take("a"));
    changes.forgetTold(8);
    QVERIFY(changes.take("a") && changes.take("b")); // The second one's.
    changes.begin(3, both);
    changes.end(3, both, 12);
    changes.forgetTold(12);
    QVERIFY(!changes.take("a") && !changes.take("b"));
}

QTEST_GUILESS_MAIN(TestOwnChanges)
#include "tst_ownchanges.moc"
