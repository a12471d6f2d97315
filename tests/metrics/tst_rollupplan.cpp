// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/rollupplan.h"

#include <QTest>

using namespace bartizan;

namespace {

/// Roll-ups without a cell, and what is asked of them.
class EmptyStorage final : public RollupStorage {
public:
    std::size_t expected = 0; ///< Spans of cells that were said to be asked for.
    std::size_t asked = 0;    ///< Those that were.

    Result<void> expectCells(std::span<const LevelSpan> spans, KeyId) override
    {
        expected = spans.size();
        return {};
    }
    Result<std::vector<RollupCell>> cells(int, std::span<const CellSpan> spans, KeyId) override
    {
        asked += spans.size();
        return std::vector<RollupCell>();
    }
    Result<KeyId> numberOf(RollupName, std::string_view) override { return kNoKey; }
    Result<std::vector<std::string>> namesOf(RollupName, std::span<const KeyId>) override { return std::vector<std::string>(); }
    Result<KeyId> nameLimit(RollupName) override { return kNoKey; }
    Result<void> readBlocks(std::int64_t, std::int64_t, const UseBlock &) override { return {}; }
    Result<Totals> blockTotals(std::int64_t, std::int64_t) override { return Totals(); }
    Result<void> readCells(std::span<const RollupCell>, bool, const UseCell &) override { return {}; }
    Result<void> readCompanies(int, std::int64_t, const UseCell &) override { return {}; }
    Result<std::vector<KeyId>> enterNames(RollupName, std::span<const std::string_view>) override { return std::vector<KeyId>(); }
    Result<void> appendBlock(std::int64_t, std::string_view, Totals) override { return {}; }
    Result<void> writeCell(const RollupCell &, std::string_view, std::string_view) override { return {}; }
    Result<void> dropCells(int, std::int64_t) override { return {}; }
    Result<void> dropOtherLookups(std::uint64_t) override { return {}; }
    Result<void> addDue(int, std::int64_t) override { return {}; }
    Result<void> removeDue(int, std::int64_t) override { return {}; }
    Result<std::optional<std::int64_t>> firstDue(int, std::int64_t) override { return std::optional<std::int64_t>(); }
};

constexpr int kTopLevel = 6;
const std::function<bool(const RollupCell &)> kAll = [](const RollupCell &) { return true; };

} // namespace

class TestRollupPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void saysWhatItAsksFor();
    void expectsNothingOfARangeWithoutEnd();
};

void TestRollupPlan::saysWhatItAsksFor()
{
    EmptyStorage storage;
    const auto plan = planRollup(storage, {{1'900'003, 1'935'041}}, kTopLevel, kNoKey, kAll); // A year.
    QVERIFY(plan.ok());
    QCOMPARE(plan->size(), std::size_t(1)); // All of it has to be read row by row.
    QVERIFY(storage.expected > 0 && storage.asked > 0);
}

/// One row with a time that is none makes a range last for 300,000 years: the cells of that are not listed.
void TestRollupPlan::expectsNothingOfARangeWithoutEnd()
{
    EmptyStorage storage;
    const auto plan = planRollup(storage, {{1'900'003, 10'000'000'000}}, kTopLevel, kNoKey, kAll);
    QVERIFY(plan.ok());
    QCOMPARE(storage.expected, std::size_t(0));
    QVERIFY(storage.asked > 0);
}

QTEST_APPLESS_MAIN(TestRollupPlan)
#include "tst_rollupplan.moc"
