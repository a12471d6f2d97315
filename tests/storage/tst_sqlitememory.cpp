// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlitefixture.h"
#include "storetesting.h"

#include <QFile>
#include <QtTest>

#include <algorithm>

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

/// A line of /proc/self/status, in bytes; -1: there is none.
qint64 memory(const char *key)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    const QList<QByteArray> lines = status.readAll().split('\n');
    const auto line = std::find_if(lines.begin(), lines.end(), [key](const QByteArray &one) { return one.startsWith(key); });
    return line == lines.end() ? -1 : line->simplified().split(' ').at(1).toLongLong() * 1024;
}

/// Has the peak count anew from what is held now, and tells that; -1: it cannot.
qint64 peakFromNow()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    QFile refs(QStringLiteral("/proc/self/clear_refs"));
    const bool done = refs.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && refs.write("5") == 1;
    return done ? memory("VmRSS:") : -1;
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
    void aFullQuarterHourTakesLittle();

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

/// As a flood leaves it, or steps of triage on very many alerts.
void TestSqliteMemory::aFullQuarterHourTakesLittle()
{
    constexpr int kRows = 250'000;
    for (int done = 0; done < kRows; done += 10'000) {
        std::vector<AuditEvent> rows;
        for (int i = done; i < done + 10'000; ++i)
            rows.push_back(row(kNoon + (i * 7919LL) % (10 * kMinute), SecurityEventType::Authentication, AuditOutcome::Success, "ann"));
        VERIFY_OK(appendRows(*m_store, rows));
    }
    const qint64 before = peakFromNow();
    if (before < 0)
        QSKIP("This system does not count the peak of memory anew.");
    const auto inputs = m_store->metricsInputs({{kNoon + 1, kNoon + 12 * kMinute}, {}, "UTC"}, nullptr);
    VERIFY_OK(inputs);
    QVERIFY(inputs->totalEvents > kRows * 9 / 10);
    const qint64 taken = memory("VmHWM:") - before;
    QVERIFY2(taken < 18 << 20, qPrintable(QString::number(taken))); // Of which a quarter is the block itself.
}

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestSqliteMemory)
#include "tst_sqlitememory.moc"
