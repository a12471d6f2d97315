// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/models/alertmodelfixture.h"

#include <QtTest>

#include <map>
#include <random>

using namespace bartizan;
using namespace bartizan::fixtures;

namespace {

QString valueOf(const SecurityAlert &alert, AlertGrouping by)
{
    switch (by) {
    case AlertGrouping::Type: return QString::fromLatin1(toString(alert.type).data());
    case AlertGrouping::Address: return QString::fromStdString(alert.context.ipAddress.value_or(""));
    case AlertGrouping::User: return QString::fromStdString(alert.context.userId.value_or(""));
    default: return QString::fromStdString(alert.context.country.value_or(""));
    }
}

/// What is wrong with the rows of a grouped model, held against the alerts that its filter is to show; empty: nothing.
QString wrongWith(const AlertModel &model, const std::map<QString, SecurityAlert> &shown)
{
    const std::vector<std::string> order = model.shownIds();
    std::map<QString, int> places; // As they are sorted when there are no groups.
    for (const std::string &one : order)
        places.emplace(QString::fromStdString(one), int(places.size()));
    if (places.size() != shown.size() || model.counts().shown != int(shown.size()))
        return QStringLiteral("%1 shown, not %2").arg(places.size()).arg(shown.size());
    std::map<QString, std::vector<const SecurityAlert *>> groups;
    for (const auto &[key, one] : shown)
        groups[valueOf(one, model.grouping())].push_back(&one);
    std::size_t headers = 0;
    int last = -1;
    for (int row = 0; row < model.rowCount(); ++row) {
        if (!model.isGroup(row)) {
            const int place = places.at(model.idAt(row));
            if (place < last || valueOf(shown.at(model.idAt(row)), model.grouping()) != model.keyAt(model.groupRowOf(row)).mid(1))
                return QStringLiteral("row %1 stands wrong").arg(row);
            last = place;
            continue;
        }
        last = -1;
        ++headers;
        const auto &members = groups.at(model.keyAt(row).mid(1));
        int active = 0;
        AlertSeverity highest = AlertSeverity::Low;
        const SecurityAlert *newest = members.front();
        for (const SecurityAlert *one : members) {
            active += one->acknowledged ? 0 : 1;
            highest = std::max(highest, one->severity);
            if (one->timestamp > newest->timestamp || (one->timestamp == newest->timestamp && one->id < newest->id))
                newest = one;
        }
        const std::array rows{row};
        const AlertModel::Extent extent = model.extentOf(rows);
        std::vector<std::string> ids = model.idsOf(rows).strings();
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        int below = 0;
        while (row + below + 1 < model.rowCount() && !model.isGroup(row + below + 1))
            ++below;
        if (extent.alerts != int(members.size()) || extent.active != active || model.severityAt(row) != highest
            || model.idAt(row).toStdString() != newest->id || ids.size() != members.size()
            || below != (model.isOpen(row) ? int(members.size()) : 0) || model.rowOfKey(model.keyAt(row)) != row)
            return QStringLiteral("group %1 at %2 says %3, %4").arg(model.keyAt(row)).arg(row).arg(extent.alerts).arg(extent.active);
    }
    return headers == groups.size() ? QString() : QStringLiteral("%1 groups, not %2").arg(headers).arg(groups.size());
}

/// What a filter lets through, found one by one.
std::map<QString, SecurityAlert> passing(const std::map<QString, SecurityAlert> &all, const Filter &filter)
{
    const FilterMatcher matcher(filter, FilterSubject::Alerts, FilterMoment{});
    std::map<QString, SecurityAlert> some;
    for (const auto &[key, one] : all) {
        if (matcher.matches(one))
            some.emplace(key, one);
    }
    return some;
}

} // namespace

/// Groups of the queue held against the alerts themselves, whatever comes, goes and changes.
class TestAlertGroupChanges : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void adoptsWhileGrouped();
    void anyChangesAgreeWithTheUngrouped_data();
    void anyChangesAgreeWithTheUngrouped();
};

void TestAlertGroupChanges::adoptsWhileGrouped()
{
    AlertModel model;
    std::vector<SecurityAlert> all = ofUsers(0, 3000);
    std::reverse(all.begin(), all.end());
    model.load(std::span(all).first(200), true);
    model.setGrouping(AlertGrouping::User);
    model.setOpen(model.rowOfKey(QStringLiteral("\nu2")), true);
    auto records = std::make_unique<AlertRecords>();
    for (const SecurityAlert &one : all)
        (*records)[records->put(one)].state = AlertRecords::State::Listed;
    records->rankTexts();
    model.apply(ofUsers(3000, 2), {}, AlertModel::Arrivals::Wait);
    const std::vector changed{acknowledged(ofUsers(2, 1).front(), "a"), ofUsers(3000, 1).front(), ofUsers(3001, 1).front()};
    model.adopt(std::move(records), {told(changed, {idOf(6)})});
    QTRY_VERIFY(!model.isFiltering());
    std::map<QString, SecurityAlert> expected;
    for (const SecurityAlert &one : all)
        expected[QString::fromStdString(one.id)] = one.id == idOf(2) ? changed[0] : one;
    expected.erase(id(6));
    QCOMPARE(wrongWith(model, expected), QString());
    QVERIFY(model.isOpen(model.rowOfKey(QStringLiteral("\nu2"))));
    QCOMPARE(model.counts().waiting, 2);
    model.showWaiting();
    for (const int number : {3000, 3001})
        expected.emplace(id(number), ofUsers(number, 1).front());
    QCOMPARE(wrongWith(model, expected), QString());
}

void TestAlertGroupChanges::anyChangesAgreeWithTheUngrouped_data()
{
    QTest::addColumn<int>("by");
    for (int by = 1; by < int(enumCount<AlertGrouping>()); ++by)
        QTest::newRow(toString(static_cast<AlertGrouping>(by)).data()) << by;
}

/// Whatever comes, goes and changes, in whatever order: groups hold what the filter shows, each alert once, and their
/// figures are what counting gives.
void TestAlertGroupChanges::anyChangesAgreeWithTheUngrouped()
{
    QFETCH(int, by);
    std::mt19937 random(static_cast<unsigned>(by));
    const auto chance = [&](unsigned of) { return random() % of == 0; };
    for (int round = 0; round < 6; ++round) {
        Fixture f;
        std::map<QString, SecurityAlert> all;
        std::map<QString, SecurityAlert> waiting;
        int next = 0;
        const auto make = [&](int number) {
            SecurityAlert one = alert(number, static_cast<AlertSeverity>(random() % 4));
            one.timestamp = kNoon + TimestampMs(random() % 60) * kSecond;
            one.type = static_cast<AlertType>(random() % 4);
            one.context.ipAddress = chance(5) ? std::nullopt : std::optional("203.0.113." + std::to_string(random() % 9));
            one.context.userId = chance(3) ? std::nullopt : std::optional("u" + std::to_string(random() % 7));
            one.context.country = chance(3) ? std::nullopt : std::optional<std::string>(chance(2) ? "NL" : "CN");
            return one;
        };
        std::vector<SecurityAlert> first;
        for (; next < 60; ++next) {
            first.push_back(make(next));
            all.emplace(id(next), first.back());
        }
        f.model.load(first);
        f.model.setGrouping(static_cast<AlertGrouping>(by));
        for (int step = 0; step < 60; ++step) {
            switch (random() % 8) {
            case 0: f.model.sort(int(random() % AlertModel::ActionColumn), chance(2) ? Qt::AscendingOrder : Qt::DescendingOrder); break;
            case 1: f.model.setFilter(filtering(chance(2) ? QStringLiteral("status:active severity>=medium")
                                                          : chance(2) ? QString() : QStringLiteral("-user:u1 severity:low,high"))); break;
            case 2: f.model.setAllOpen(chance(2)); break;
            case 3:
                f.model.showWaiting();
                all.merge(std::exchange(waiting, {}));
                break;
            case 4:
                if (f.model.rowCount() > 0) {
                    const int row = f.model.groupRowOf(int(random() % unsigned(f.model.rowCount())));
                    f.model.setOpen(row, !f.model.isOpen(row));
                }
                break;
            default: {
                const bool show = chance(2);
                std::vector<SecurityAlert> changed;
                std::vector<std::string> removed;
                std::map<QString, SecurityAlert> &target = show ? all : waiting;
                for (auto &[key, one] : all) {
                    if (chance(9))
                        one = one.acknowledged ? make(key.left(8).toInt(nullptr, 16)) : acknowledged(one, "anna");
                    else if (!chance(12))
                        continue;
                    else
                        removed.push_back(one.id);
                    changed.push_back(one);
                }
                for (const std::string &gone : removed)
                    all.erase(QString::fromStdString(gone));
                for (auto i = random() % 6; i > 0; --i) {
                    changed.push_back(make(next));
                    target.emplace(id(next++), changed.back());
                }
                f.model.apply(changed, removed, show ? AlertModel::Arrivals::Show : AlertModel::Arrivals::Wait);
            }
            }
            const QString wrong = wrongWith(f.model, passing(all, f.model.filter()));
            QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("round %1, step %2: %3").arg(round).arg(step).arg(wrong)));
        }
        AlertModel plain; // And opened all, they are the rows that there are without groups.
        plain.setFilter(f.model.filter());
        f.model.showWaiting();
        all.merge(waiting);
        std::vector<SecurityAlert> truth;
        for (const auto &[key, one] : all)
            truth.push_back(one);
        plain.load(truth);
        f.model.setAllOpen(true);
        QSet<QString> grouped;
        for (int row = 0; row < f.model.rowCount(); ++row) {
            if (!f.model.isGroup(row))
                grouped.insert(f.model.idAt(row));
        }
        QSet<QString> ungrouped;
        for (int row = 0; row < plain.rowCount(); ++row)
            ungrouped.insert(plain.idAt(row));
        QCOMPARE(grouped, ungrouped);
    }
}

QTEST_GUILESS_MAIN(TestAlertGroupChanges)
#include "tst_alertgroupchanges.moc"
