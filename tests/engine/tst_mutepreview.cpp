// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/mutepreview.h"
#include "core/storage/openstore.h"
#include "tests/storage/mutetesting.h"

#include <QTemporaryDir>

using namespace bartizan;

namespace {

std::vector<std::string> idsOf(const std::vector<SecurityAlert> &alerts)
{
    std::vector<std::string> ids;
    for (const SecurityAlert &alert : alerts)
        ids.push_back(alert.id);
    return ids;
}

} // namespace

/// What a mute would have hidden, on a real file.
class TestMutePreview : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void putsTruePositivesFirst();
    void looksThirtyDaysBack();
    void goesByNetworkAndCompany();
    void countsMoreThanItNames();
    void tellsOfProgressAndStops();
    void leavesTheDatabaseAsItIs();

private:
    void resolve(int number, AlertDisposition disposition);
    Result<MutePreview> preview(const Mute &mute) { return previewMute(*m_store, mute, kNoon, {}); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Store> m_store;
};

void TestMutePreview::init()
{
    m_store.reset();
    m_folder = std::make_unique<QTemporaryDir>();
    auto opened = openStore(m_folder->filePath(QStringLiteral("audit.db")), {.mode = StoreOptions::Mode::Create});
    VERIFY_OK(opened);
    m_store = std::move(*opened);
}

void TestMutePreview::resolve(int number, AlertDisposition disposition)
{
    TriageStep step;
    step.id = "step-" + std::to_string(number);
    step.kind = TriageKind::Resolve;
    step.disposition = disposition;
    VERIFY_OK(m_store->triage(std::vector{id(number)}, step, "ann", kNoon));
}

void TestMutePreview::putsTruePositivesFirst()
{
    SecurityAlert busy = alertNumber(3, kNoon - 3 * kDay);
    busy.repeats = 4;
    SecurityAlert otherRule = alertNumber(7, kNoon - kDay);
    otherRule.rule = "account-enumeration";
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon - kDay), alertNumber(2, kNoon - 2 * kDay), busy,
                                        alertNumber(4, kNoon - 4 * kDay), alertNumber(5, kNoon - 5 * kDay),
                                        alertAbout(6, kNoon - kDay, "203.0.113.10"), otherRule})));
    resolve(1, AlertDisposition::Benign);
    resolve(3, AlertDisposition::TruePositive);
    resolve(5, AlertDisposition::TruePositive);
    const auto found = preview(scannerMute());
    VERIFY_OK(found);
    QCOMPARE(found->alerts, 5);
    QCOMPARE(found->hits, 9);
    QCOMPARE(found->truePositives, 2);
    QCOMPARE(found->active, 2);
    QVERIFY(!found->cancelled);
    QCOMPARE(idsOf(found->named), (std::vector<std::string>{id(3), id(5), id(2), id(4), id(1)}));
}

void TestMutePreview::looksThirtyDaysBack()
{
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon - 30 * kDay), alertNumber(2, kNoon - 30 * kDay + 1),
                                        alertNumber(3, kNoon - kDay), alertNumber(4, kNoon - kDay + 1), alertNumber(5, kNoon),
                                        alertNumber(6, kNoon + 1)})));
    const auto found = preview(scannerMute());
    VERIFY_OK(found);
    QCOMPARE(idsOf(found->named), (std::vector<std::string>{id(5), id(4), id(3), id(2)}));
    QVERIFY((found->range == TimeRange{kNoon - 30 * kDay + 1, kNoon}));
}

void TestMutePreview::goesByNetworkAndCompany()
{
    SecurityAlert ofUser = alertNumber(4, kNoon);
    ofUser.group = "user:anna";
    SecurityAlert acme = alertAbout(5, kNoon, "203.0.113.9");
    acme.context.companyId = "acme";
    VERIFY_OK(m_store->commit(commitOf({alertAbout(1, kNoon, "203.0.113.9"), alertAbout(2, kNoon, "203.0.113.77"),
                                        alertAbout(3, kNoon, "203.0.114.1"), ofUser, acme})));
    Mute mute = scannerMute();
    mute.network = "203.0.113.0/24";
    QCOMPARE(preview(mute)->alerts, 3);
    mute.company = "acme";
    QCOMPARE(idsOf(preview(mute)->named), std::vector<std::string>{id(5)});
    mute = scannerMute();
    mute.group = "user:anna";
    QCOMPARE(preview(mute)->alerts, 1);
    mute.network = "198.51.100.0/24";
    QCOMPARE(preview(mute)->alerts, 0);
}

void TestMutePreview::countsMoreThanItNames()
{
    constexpr int kMany = 5000; // More than are read at once, and than are named.
    std::vector<SecurityAlert> alerts;
    for (int i = 0; i < kMany; ++i)
        alerts.push_back(alertNumber(i, kNoon - kMany + i));
    VERIFY_OK(m_store->commit(commitOf(alerts)));
    resolve(17, AlertDisposition::TruePositive);
    const auto found = preview(scannerMute());
    VERIFY_OK(found);
    QCOMPARE(found->alerts, kMany);
    QCOMPARE(found->named.size(), MutePreview::kNamed);
    QCOMPARE(found->named[0].id, id(17));
    QCOMPARE(found->named[1].id, id(kMany - 1));
}

void TestMutePreview::tellsOfProgressAndStops()
{
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon - kDay)})));
    std::atomic<bool> cancel{false};
    std::vector<std::int64_t> told;
    MutePreviewObserver observer;
    observer.cancel = &cancel;
    observer.progress = [&](std::int64_t done, std::int64_t total) {
        QCOMPARE(total, 30);
        told.push_back(done);
        cancel = done == 3;
    };
    const auto found = previewMute(*m_store, scannerMute(), kNoon, observer);
    VERIFY_OK(found);
    QVERIFY(found->cancelled);
    QCOMPARE(told, (std::vector<std::int64_t>{1, 2, 3}));
}

void TestMutePreview::leavesTheDatabaseAsItIs()
{
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon - kDay)})));
    const auto before = m_store->changesSince(-1)->position;
    VERIFY_OK(preview(scannerMute()));
    QCOMPARE(m_store->changesSince(-1)->position, before);
    QVERIFY(m_store->mutes()->empty());
    QVERIFY(m_store->alert(id(1))->value().isActive());
}

QTEST_GUILESS_MAIN(TestMutePreview)
#include "tst_mutepreview.moc"
