// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/postgresstore.h"
#include "tests/postgres/attachtesting.h"
#include "tests/storage/storetesting.h"

#include <QTest>

#include <algorithm>
#include <limits>

using namespace bartizan;
using namespace bartizan::test;

namespace {

/// A log with a key and times of some types, and so many rows.
QString tableOf(const QString &key, const QString &time)
{
    return QStringLiteral("CREATE TABLE log (id %1 PRIMARY KEY, event_type text NOT NULL, action text NOT NULL, outcome text NOT NULL, "
                          "ip_address text, timestamp %2 NOT NULL)")
        .arg(key, time);
}

QString rowsOf(const QString &action, int count, const QString &time)
{
    return QStringLiteral("INSERT INTO log (event_type, action, outcome, ip_address, timestamp) SELECT 'AUTHENTICATION', '%1', 'FAILURE', "
                          "'203.0.113.9', %3 FROM generate_series(1, %2)")
        .arg(action)
        .arg(count)
        .arg(time);
}

const QString kNowMs = QStringLiteral("(extract(epoch FROM now()) * 1000)::bigint");
const QString kMs = QStringLiteral("bigint");
const QString kSerial = QStringLiteral("bigserial");

} // namespace

/// Another log is followed while engines and consoles run.
class TestAttachRunning : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void missesNoRow_data();
    void missesNoRow();
    void storesNothingOfTheOtherLog();
    void showsItInOpenConsoles();
    void importsIntoTheLogThatIsFollowed();

private:
    std::unique_ptr<Store> engine() const { return engineOf(m_profile); }
    Result<void> attach(const AttachOptions &options = {})
    {
        return attachTo(m_profile, QStringLiteral("public.log"), options);
    }
};

void TestAttachRunning::missesNoRow_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("time");
    QTest::addColumn<QString>("now");
    QTest::addColumn<bool>("cursor");
    QTest::addColumn<bool>("asks");
    const QString uuid = QStringLiteral("text DEFAULT gen_random_uuid()::text");
    for (const bool cursor : {true, false}) {
        for (const bool asks : {true, false}) {
            const QByteArray how = QByteArray(cursor ? ", with a cursor" : "") + (asks ? "" : ", between two looks");
            QTest::newRow(QByteArray("numbers and milliseconds" + how).constData()) << kSerial << kMs << kNowMs << cursor << asks;
            QTest::newRow(QByteArray("numbers and timestamps" + how).constData()) << kSerial << QStringLiteral("timestamptz") << QStringLiteral("now()") << cursor << asks;
            QTest::newRow(QByteArray("texts and milliseconds" + how).constData()) << uuid << kMs << kNowMs << cursor << asks;
            QTest::newRow(QByteArray("texts and timestamps" + how).constData()) << uuid << QStringLiteral("timestamp(3)") << QStringLiteral("now()") << cursor << asks;
        }
    }
}

/// Neither those that were there before, nor those that come behind.
void TestAttachRunning::missesNoRow()
{
    QFETCH(const QString, now);
    QFETCH(const bool, cursor);
    QFETCH(const bool, asks);
    const auto running = engine();
    VERIFY_OK(running->changed());
    QCOMPARE(running->fetchAfter(0, 100)->size(), 0U); // How far it is it knows now.
    QFETCH(const QString, key);
    QFETCH(const QString, time);
    sql(tableOf(key, time) + QLatin1Char(';') + rowsOf(QStringLiteral("before"), 3, now));
    VERIFY_OK(attach({.addCursor = cursor, .appendOnly = cursor}));
    sql(rowsOf(QStringLiteral("behind"), 2, now));
    if (!asks) // What it does before it learns of it may fail, and stores nothing.
        (void)running->fetchAfter(0, 100);
    LogReader reader{*running};
    QTRY_COMPARE_WITH_TIMEOUT(reader.readOn(), 5U, 10'000);
    QCOMPARE(std::count(reader.actions.begin(), reader.actions.end(), "before"), 3);
    QCOMPARE(reader.last, 5);
    VERIFY_OK(running->commit(commitOf({}, {5, kNoon, kNoon, 0})));
    QCOMPARE(engine()->backlog(5, 100)->count, 0);
    QCOMPARE(engine()->fetchAfter(5, 100)->size(), 0U);
}

/// A commit stores how far rows were taken in: of the log that is followed, or not at all.
void TestAttachRunning::storesNothingOfTheOtherLog()
{
    const auto running = engine();
    QCOMPARE(running->fetchAfter(0, 100)->size(), 0U);
    sql(tableOf(kSerial, kMs) + QLatin1Char(';') + rowsOf(QStringLiteral("before"), 3, kNowMs));
    VERIFY_OK(attach({.addCursor = true}));
    const auto refused = running->commit(commitOf({alertNumber(1, kNoon)}));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(QLatin1String("another audit log is followed")), qPrintable(refused.error().message));
    QCOMPARE(sql(QStringLiteral("SELECT from_snapshot IS NULL, (SELECT count(*) FROM bartizan.alert), (SELECT count(*) FROM log) "
                                "FROM bartizan.intake_state")),
             QByteArray("t|0|3"));
    bool hasLooked = false; // It is said once.
    const auto looked = [&] {
        const auto changed = running->changed();
        return hasLooked = hasLooked || (changed && *changed);
    };
    QTRY_VERIFY_WITH_TIMEOUT(looked(), 10'000);
    VERIFY_OK(running->commit(commitOf({alertNumber(1, kNoon)})));
    QCOMPARE(running->fetchAfter(0, 100)->size(), 4U);
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM log")), QByteArray("4"));
}

void TestAttachRunning::showsItInOpenConsoles()
{
    const auto console = connect(QStringLiteral("postgres"));
    const auto follower = connect(QStringLiteral("postgres"));
    dynamic_cast<PostgresStore &>(*console).setPace({.askEvery = std::chrono::milliseconds(0)});
    VERIFY_OK(follower->changed());
    sql(tableOf(QStringLiteral("text DEFAULT gen_random_uuid()::text"), QStringLiteral("timestamptz")) + QLatin1Char(';')
        + rowsOf(QStringLiteral("before"), 3, QStringLiteral("now()")));
    VERIFY_OK(attach({.addCursor = true}));
    EventQuery query;
    query.range = {kNoon - kDay, std::numeric_limits<TimestampMs>::max()};
    const auto count = console->countEvents(query);
    VERIFY_OK(count);
    QCOMPARE(*count, 3);
    QCOMPARE(console->events(query)->size(), 3U);
    QCOMPARE(console->metricsInputs({})->totalEvents, 3);
    // Who asks for changes learns of it so, though no row was taken.
    bool hasTold = false; // It is said once.
    const auto told = [&] {
        const auto changed = follower->changed();
        return hasTold = hasTold || (changed && *changed);
    };
    QTRY_VERIFY_WITH_TIMEOUT(told(), 10'000);
    QCOMPARE(*follower->countEvents(query), 3);
}

void TestAttachRunning::importsIntoTheLogThatIsFollowed()
{
    const auto import = connect(QStringLiteral("postgres"));
    auto &paced = dynamic_cast<PostgresStore &>(*import);
    paced.setPace({.askEvery = std::chrono::hours(1)});
    sql(tableOf(kSerial, kMs));
    VERIFY_OK(attach({.addCursor = true}));
    const std::vector<NewAuditRow> rows{{failedLogin(kNoon), 7}};
    QVERIFY(!import->append(rows, {})); // It has not looked since.
    QCOMPARE(sql(QStringLiteral("SELECT (SELECT count(*) FROM bartizan.audit), (SELECT count(*) FROM log), "
                                "(SELECT count(*) FROM bartizan.intake)")),
             QByteArray("0|0|0"));
    paced.setPace({.askEvery = std::chrono::milliseconds(0)});
    const auto report = import->append(rows, {});
    VERIFY_OK(report);
    QCOMPARE(report->inserted, 1);
    QCOMPARE(sql(QStringLiteral("SELECT count(*) FROM log")), QByteArray("1"));
}

QTEST_GUILESS_MAIN(TestAttachRunning)
#include "tst_attachrunning.moc"
