// SPDX-License-Identifier: GPL-3.0-or-later
#include "importtesting.h"

#include "core/ingest/sshdscanner.h"

#include <QtTest>

#include <unistd.h>

using namespace bartizan;

namespace {

constexpr qint64 kMiB = 1 << 20;

/// What this process has in memory.
qint64 residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

class RememberedPeak final : public SshdSink {
public:
    void attempt(const SshdRecord &, std::uint32_t) override
    {
        if (++count % 10'000 == 0)
            peak = std::max(peak, residentBytes());
    }
    std::int64_t count = 0;
    qint64 peak = 0;
};

} // namespace

/// A log of 50 MiB needs no more memory than a small one.
class TestImportMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void scanIsFlat();
    void importIsFlat();

private:
    ImportBench m_bench;
    QString m_file;
    int m_lines = 0;
};

void TestImportMemory::initTestCase()
{
#ifdef __SANITIZE_ADDRESS__
    QSKIP("The address sanitizer keeps what is freed: memory cannot be measured under it.");
#endif
    m_file = m_bench.path(QStringLiteral("auth.log"));
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::WriteOnly));
    // Mostly names that do not exist, each of which waits for a Failed line that does not come.
    for (; file.pos() < 50 * kMiB; ++m_lines) {
        const QByteArray pid = QByteArray::number(m_lines);
        const QByteArray stamp = "Nov 11 " + QByteArray::number(m_lines / 360'000).rightJustified(2, '0') + ":"
            + QByteArray::number(m_lines / 6000 % 60).rightJustified(2, '0') + ":"
            + QByteArray::number(m_lines / 100 % 60).rightJustified(2, '0');
        file.write(stamp + " web1 sshd[" + pid + "]: Invalid user u" + pid + " from 198.18." + QByteArray::number(m_lines / 256 % 256)
                   + "." + QByteArray::number(m_lines % 256) + " port 40000\n");
        if (m_lines % 8 == 0)
            file.write(stamp + " web1 sshd[" + pid + "]: Failed password for invalid user u" + pid + " from 198.18.0.1 port 40000 ssh2\n");
    }
}

void TestImportMemory::scanIsFlat()
{
    const qint64 before = residentBytes();
    QVERIFY(before > 0);
    RememberedPeak sink;
    const auto report = scanSshdLog(m_file, m_bench.options(), sink);
    QVERIFY(report.ok());
    QVERIFY(sink.count >= m_lines);
    QVERIFY2(sink.peak - before < 16 * kMiB, qPrintable(QStringLiteral("grew by %1 MiB").arg((sink.peak - before) / kMiB)));
}

void TestImportMemory::importIsFlat()
{
    // SQLite fills its page cache and the batches their buffers in the first half; after it nothing may grow.
    qint64 half = 0;
    qint64 peak = 0;
    m_bench.observer().progress = [&](const ImportProgress &progress) {
        qint64 &highest = progress.bytesRead * 2 < progress.bytesTotal ? half : peak;
        highest = std::max(highest, residentBytes());
    };
    const auto report = m_bench.importPath(m_file);
    QVERIFY(report.ok());
    QVERIFY(report->totals.imported >= m_lines);
    QVERIFY(half > 0);
    QVERIFY2(peak - half < 40 * kMiB, qPrintable(QStringLiteral("grew from %1 to %2 MiB").arg(half / kMiB).arg(peak / kMiB)));
    QVERIFY2(peak < 300 * kMiB, qPrintable(QStringLiteral("%1 MiB").arg(peak / kMiB)));
}

QTEST_GUILESS_MAIN(TestImportMemory)
#include "tst_importmemory.moc"
