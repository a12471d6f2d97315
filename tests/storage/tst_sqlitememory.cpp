// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlitefixture.h"
#include "storetesting.h"

#include <QtTest>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace bartizan {
namespace {

constexpr int kAlerts = 20'000;

/// What is allocated, in bytes.
std::size_t held()
{
#ifdef __GLIBC__
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}

} // namespace

/// A console has several connections open, beside a queue that it holds as a whole: none keeps what it has read and written.
class TestSqliteMemory : public QObject, private SqliteFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { closeBoth(); }
    void stepsAreNotKept();
    void readsAreNotKept();

private:
    /// Checks what is held beyond what there was before anything was read or written.
    void checkHeld() const;

    std::vector<std::string> m_ids;
    std::size_t m_before = 0;
};

void TestSqliteMemory::initTestCase()
{
#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
    QSKIP("Memory cannot be counted here.");
#endif
}

void TestSqliteMemory::init()
{
    VERIFY_OK(openBoth());
    EngineCommit commit;
    m_ids.clear();
    for (int i = 0; i < kAlerts; ++i) {
        commit.alerts.push_back(alertNumber(i, kNoon + i));
        commit.alerts.back().metadata = "{\"path\":\"" + std::string(300, 'x') + "\"}";
        m_ids.push_back(commit.alerts.back().id);
    }
    m_before = held();
    VERIFY_OK(m_store->commit(commit));
    checkHeld();
}

void TestSqliteMemory::checkHeld() const
{
    const std::size_t now = held();
    const std::size_t more = now > m_before ? now - m_before : 0;
    QVERIFY2(more < 4 << 20, qPrintable(QString::number(more))); // Pages, and what else SQLite keeps.
}

void TestSqliteMemory::stepsAreNotKept()
{
    TriageStep acknowledge;
    acknowledge.id = "a";
    VERIFY_OK(m_store->triage(m_ids, acknowledge, "ann", kNoon + kHour));
    checkHeld();
    VERIFY_OK(m_store->undo(m_ids, {"b", "a"}, "ann", kNoon + kHour));
    checkHeld();
}

void TestSqliteMemory::readsAreNotKept()
{
    AlertQuery all;
    all.newestFirst = true;
    const auto count = [&] {
        const auto alerts = m_store->alerts(all);
        return alerts ? alerts->size() : 0;
    };
    QCOMPARE(count(), std::size_t(kAlerts));
    checkHeld();
}

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestSqliteMemory)
#include "tst_sqlitememory.moc"
