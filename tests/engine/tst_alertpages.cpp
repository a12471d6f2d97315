// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/alertpages.h"
#include "core/engine/jobs.h"
#include "core/storage/openstore.h"
#include "tests/storage/storetesting.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace bartizan;

namespace {

constexpr int kAlerts = 2'600; // Some pages, the last one not full.

std::vector<std::string> idsOf(const std::vector<SecurityAlert> &alerts)
{
    std::vector<std::string> ids;
    for (const SecurityAlert &alert : alerts)
        ids.push_back(alert.id);
    return ids;
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// Alerts in pages, and exports made of them, on a real file.
class TestAlertPages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void readsAllInOrder_data();
    void readsAllInOrder();
    void readsNamedOnesInTheirOrder();
    void keepsToALimit();
    void exportsPageByPage_data();
    void exportsPageByPage();
    void exportsWhatIsNamed();
    void cancelledLeavesNothingBehind();
    void failedLeavesNothingBehind();

private:
    /// Reads to the end, and fails when a page is larger than it may be: that is what bounds the memory.
    std::vector<SecurityAlert> readAll(AlertPages &pages);
    ExportRequest request(const char *name, ExportFormat format) const;
    StoreFactory factory() const
    {
        return [path = m_path] { return openStore(path); };
    }

    QTemporaryDir m_folder;
    QString m_path = m_folder.filePath(QStringLiteral("audit.db"));
    std::unique_ptr<Store> m_store;
    std::vector<SecurityAlert> m_all; ///< Oldest first.
};

void TestAlertPages::initTestCase()
{
    StoreOptions options;
    options.mode = StoreOptions::Mode::Create;
    auto store = openStore(m_path, options);
    VERIFY_OK(store);
    m_store = std::move(*store);
    EngineCommit commit;
    for (int i = 0; i < kAlerts; ++i) // Many of one time, and not stored in the order of their ids.
        commit.alerts.push_back(alertNumber(i * 7919 % kAlerts, kNoon + i / 300));
    VERIFY_OK(m_store->commit(commit));
    const auto all = m_store->alerts({});
    VERIFY_OK(all);
    m_all = *all;
    QCOMPARE(m_all.size(), static_cast<std::size_t>(kAlerts));
}

std::vector<SecurityAlert> TestAlertPages::readAll(AlertPages &pages)
{
    std::vector<SecurityAlert> read;
    while (!pages.atEnd()) {
        auto page = pages.next();
        if (!page)
            qFatal("%s", qPrintable(page.error().message));
        if (page->size() > kAlertPage)
            qFatal("a page of %zu alerts", page->size());
        std::move(page->begin(), page->end(), std::back_inserter(read));
    }
    return read;
}

ExportRequest TestAlertPages::request(const char *name, ExportFormat format) const
{
    ExportRequest made;
    made.path = m_folder.filePath(QLatin1String(name));
    made.format = format;
    return made;
}

void TestAlertPages::readsAllInOrder_data()
{
    QTest::addColumn<bool>("newestFirst");
    QTest::newRow("oldest first") << false;
    QTest::newRow("newest first") << true;
}

void TestAlertPages::readsAllInOrder()
{
    QFETCH(bool, newestFirst);
    AlertQuery query;
    query.newestFirst = newestFirst;
    AlertPages pages(*m_store, query);
    QCOMPARE(*pages.count(), kAlerts);
    std::vector<SecurityAlert> expected = m_all;
    if (newestFirst)
        std::reverse(expected.begin(), expected.end());
    QVERIFY(readAll(pages) == expected);
}

void TestAlertPages::readsNamedOnesInTheirOrder()
{
    std::vector<std::string> ids = idsOf(m_all);
    std::rotate(ids.begin(), ids.begin() + 1'234, ids.end());
    std::vector<std::string> asked = ids;
    asked.insert(asked.begin() + 999, "no such alert"); // At the end of a page.
    asked.insert(asked.begin() + 1'500, "nor this");
    AlertPages pages(*m_store, asked);
    QCOMPARE(*pages.count(), static_cast<std::int64_t>(asked.size()));
    const auto read = readAll(pages);
    QVERIFY(idsOf(read) == ids);
    QVERIFY(read.front() == m_all[1'234]);
    AlertPages none(*m_store, std::span<const std::string>());
    QVERIFY(readAll(none).empty());
}

void TestAlertPages::keepsToALimit()
{
    for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, kAlertPage, kAlertPage + 1, std::size_t{kAlerts} + 5}) {
        AlertQuery query;
        query.limit = limit;
        AlertPages pages(*m_store, query);
        const std::size_t expected = std::min(limit, m_all.size());
        QCOMPARE(*pages.count(), static_cast<std::int64_t>(expected));
        QCOMPARE(readAll(pages).size(), expected);
    }
}

void TestAlertPages::exportsPageByPage_data()
{
    QTest::addColumn<ExportFormat>("format");
    QTest::newRow("csv") << ExportFormat::Csv;
    QTest::newRow("json") << ExportFormat::Json;
}

void TestAlertPages::exportsPageByPage()
{
    QFETCH(ExportFormat, format);
    const ExportRequest all = request(QTest::currentDataTag(), format);
    ExportJob job(7, factory(), all);
    QSignalSpy exported(&job, &Job::exported);
    QSignalSpy told(&job, &Job::progress);
    job.run();
    QCOMPARE(exported.count(), 1);
    QCOMPARE(exported[0][1].toLongLong(), kAlerts);
    QCOMPARE(told.last()[1].value<JobProgress>().done, kAlerts);
    QCOMPARE(told.last()[1].value<JobProgress>().total, kAlerts);
    const std::string expected = format == ExportFormat::Csv ? alertsToCsv(m_all) : alertsToJson(m_all);
    QVERIFY(contents(all.path).toStdString() == expected);
}

void TestAlertPages::exportsWhatIsNamed()
{
    ExportRequest some = request("some.json", ExportFormat::Json);
    std::vector<SecurityAlert> expected(m_all.rbegin(), m_all.rbegin() + 2'001);
    some.ids = std::make_shared<const std::vector<std::string>>(idsOf(expected));
    ExportJob job(7, factory(), some);
    QSignalSpy exported(&job, &Job::exported);
    job.run();
    QCOMPARE(exported.count(), 1);
    QCOMPARE(exported[0][1].toLongLong(), 2'001);
    QVERIFY(contents(some.path).toStdString() == alertsToJson(expected));
}

void TestAlertPages::cancelledLeavesNothingBehind()
{
    const auto before = QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden);
    ExportJob job(7, factory(), request("never.csv", ExportFormat::Csv));
    QSignalSpy exported(&job, &Job::exported);
    connect(&job, &Job::progress, &job, [&job] { job.cancel(); }, Qt::DirectConnection); // While the first page is read.
    job.run();
    QCOMPARE(exported.count(), 1);
    QCOMPARE(exported[0][1].toLongLong(), -1);
    QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden), before);
}

void TestAlertPages::failedLeavesNothingBehind()
{
    const auto before = QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden);
    ExportJob job(7, factory(), request("no/such/folder.csv", ExportFormat::Csv));
    QSignalSpy failed(&job, &Job::failed);
    job.run();
    QCOMPARE(failed.count(), 1);
    QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden), before);
}

QTEST_GUILESS_MAIN(TestAlertPages)
#include "tst_alertpages.moc"
