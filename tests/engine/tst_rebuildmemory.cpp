// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/engineprocessor.h"
#include "core/engine/freememory.h"
#include "enginetesting.h"

#include <QtTest>

using namespace bartizan;
using namespace bartizan::testing;

namespace {

constexpr qint64 kMiB = 1 << 20;
constexpr int kBatch = 10'000;

/// A line of /proc/self/status, in bytes.
qint64 memory(const char *key)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    const QList<QByteArray> lines = status.readAll().split('\n');
    for (const QByteArray &line : lines) {
        if (line.startsWith(key))
            return line.simplified().split(' ').at(1).toLongLong() * 1024;
    }
    return -1;
}

/// Has the peak count anew from what is held now.
bool forgetPeak()
{
    QFile refs(QStringLiteral("/proc/self/clear_refs"));
    return refs.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && refs.write("5") == 1;
}

} // namespace

/// Rebuilding the state from the log takes little more memory than the state, however many rows the log has; and what lies
/// ahead of the stream is left in the log.
class TestRebuildMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void floodWithinTheWindows();
    void manyUsersAndAddresses();
    void stepsOfTriageAheadOfTheStream();

private:
    /// What begin() takes at most on top of what was held before, the state as it is then left out.
    qint64 takenBeyondState(int rows, TimestampMs apart, const std::function<void(AuditEvent &, int)> &fill);
};

void TestRebuildMemory::initTestCase()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("The address sanitizer keeps what is freed: memory cannot be measured under it.");
#endif
    if (!forgetPeak())
        QSKIP("This system does not count the peak of memory anew.");
}

qint64 TestRebuildMemory::takenBeyondState(int rows, TimestampMs apart, const std::function<void(AuditEvent &, int)> &fill)
{
    const TestDatabase database;
    const auto store = database.open(StoreOptions::Role::Engine);
    for (int done = 0; done < rows; done += kBatch) {
        std::vector<AuditEvent> events;
        for (int i = done; i < done + kBatch; ++i) {
            events.push_back(auditEvent(kBase + i * apart, SecurityEventType::DataPrivacy, AuditOutcome::Success, {}, {}));
            fill(events.back(), i);
        }
        append(*store, events);
    }
    // As an engine that has seen them all leaves it, if it is killed before its first checkpoint.
    const TimestampMs newest = kBase + (rows - 1) * apart;
    EngineCommit seen;
    seen.cursor = {rows, newest, kBase - kMinute, newest};
    if (!store->commit(seen) || !store->tidy())
        return -1;

    const ManualClock clock(newest + kMinute);
    EngineProcessor processor(*store, clock);
    returnFreeMemory();
    const qint64 before = memory("VmRSS:");
    if (!forgetPeak() || !processor.begin() || processor.resumed())
        return -1;
    const qint64 taken = memory("VmHWM:") - before;
    const qint64 state = processor.load().bytes;
    qInfo("took %lld MiB at most, of which the state %lld", static_cast<long long>(taken / kMiB),
          static_cast<long long>(state / kMiB));
    return taken - state;
}

void TestRebuildMemory::floodWithinTheWindows()
{
    // All of them count in windows: 200 MiB, if they were read before they are entered.
    const qint64 taken = takenBeyondState(200'000, 20, [](AuditEvent &row, int i) {
        row.context.ipAddress = "192.0.2." + std::to_string(i % 200);
        row.context.userId = "user" + std::to_string(i % 1000);
        row.metadata = R"({"path":")" + std::string(300, 'x') + R"("})";
    });
    QVERIFY(taken >= 0);
    QVERIFY2(taken < 48 * kMiB, qPrintable(QStringLiteral("%1 MiB").arg(taken / kMiB)));
}

void TestRebuildMemory::manyUsersAndAddresses()
{
    // Each user is known from his country for days, and each row names none: its address tells.
    const qint64 taken = takenBeyondState(400'000, kSecond, [](AuditEvent &row, int i) {
        const auto n = static_cast<unsigned>(i) * 2'654'435'761U;
        row.context.ipAddress = std::to_string(11 + (n & 63)) + '.' + std::to_string(n >> 8 & 255) + '.'
            + std::to_string(n >> 16 & 255) + '.' + std::to_string(n >> 24);
        row.context.userId = "user-with-quite-a-long-name-" + std::to_string(n);
        if (i % 2 == 0)
            row.context.country = "DE";
    });
    QVERIFY(taken >= 0);
    QVERIFY2(taken < 64 * kMiB, qPrintable(QStringLiteral("%1 MiB").arg(taken / kMiB)));
}

void TestRebuildMemory::stepsOfTriageAheadOfTheStream()
{
    // The stream stands still, as on a Sunday, while somebody acknowledges 100,000 alerts.
    const TestDatabase database;
    const auto store = database.open(StoreOptions::Role::Engine);
    append(*store, {failedLogin(kBase, "203.0.113.9")});
    const ManualClock clock(kBase + kDay);
    EngineProcessor processor(*store, clock);
    QVERIFY(processor.begin());
    QVERIFY(processor.step(kBatch));
    for (int done = 0; done < 100'000; done += kBatch) {
        std::vector<AuditEvent> own(kBatch, auditEvent(kBase + kDay, SecurityEventType::SystemConfig, AuditOutcome::Success,
                                                       "198.51.100.7", "anna"));
        for (AuditEvent &row : own) {
            row.origin = RowOrigin::Monitor;
            row.action = "alert_acknowledged";
            row.metadata = R"({"alertId":"11111111-2222-5333-8444-555555555555","step":"11111111-2222-5333-8444-555555555555"})";
        }
        append(*store, own);
    }
    QVERIFY(store->tidy());
    returnFreeMemory();
    const qint64 before = memory("VmRSS:");
    for (bool more = true; more;) {
        const auto step = processor.step(kBatch);
        QVERIFY(step);
        more = step->more;
    }
    returnFreeMemory();
    const qint64 kept = memory("VmRSS:") - before;
    QVERIFY2(kept < 32 * kMiB, qPrintable(QStringLiteral("%1 MiB").arg(kept / kMiB)));
}

QTEST_GUILESS_MAIN(TestRebuildMemory)
#include "tst_rebuildmemory.moc"
