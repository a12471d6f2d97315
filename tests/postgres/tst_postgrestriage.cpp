// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/openstore.h"
#include "core/storage/postgresconnection.h"
#include "tests/postgres/postgrestest.h"
#include "tests/storage/storetesting.h"

#include <QTest>

#include <atomic>
#include <set>
#include <thread>

using namespace bartizan;
using bartizan::test::PostgresTest;

/// Several people on the same alerts, and what is kept of what they do.
class TestPostgresTriage : public PostgresTest {
    Q_OBJECT
private Q_SLOTS:
    void oneWinnerForEachAlert();
    void tellsWhoHasAnAlertOpen();
    void goesOnWithTheSettingsBefore();
    void keepsHistoryToWhatIsThere();
    void letsNoAlertGoWhileSomethingIsSaidOfIt();
    void tellsOfEachAlertOnceHoweverOftenItChanged();
};

void TestPostgresTriage::oneWinnerForEachAlert()
{
    constexpr int kAlerts = 10'000;
    std::vector<SecurityAlert> alerts;
    std::vector<std::string> ids;
    for (int i = 0; i < kAlerts; ++i) {
        alerts.push_back(alertNumber(i, kNoon + i));
        ids.push_back(alerts.back().id);
    }
    VERIFY_OK(m_store->commit(commitOf(alerts)));
    std::vector<AcknowledgeReport> reports(2);
    std::atomic<int> failed{0};
    std::vector<std::thread> consoles;
    for (const int console : {0, 1}) {
        consoles.emplace_back([&, console] {
            const auto store = connect(QStringLiteral("postgres"));
            // In portions, and from both ends, so that they meet.
            for (int portion = 0; portion < 100; ++portion) {
                const auto first = static_cast<std::size_t>((console == 0 ? portion : 99 - portion) * 100);
                const auto done = store->acknowledge(std::span(ids).subspan(first, 100), console == 0 ? "ann" : "bob",
                                                     kNoon + console, "mine");
                failed += !done.ok();
                if (!done)
                    continue;
                AcknowledgeReport &all = reports[static_cast<std::size_t>(console)];
                all.acknowledged.insert(all.acknowledged.end(), done->acknowledged.begin(), done->acknowledged.end());
                all.already.insert(all.already.end(), done->already.begin(), done->already.end());
            }
        });
    }
    for (std::thread &console : consoles)
        console.join();
    QCOMPARE(failed.load(), 0);
    QCOMPARE(reports[0].acknowledged.size() + reports[1].acknowledged.size(), std::size_t{kAlerts});
    QCOMPARE(reports[0].already.size() + reports[1].already.size(), std::size_t{kAlerts});
    for (const std::size_t loser : {0U, 1U}) {
        for (const AcknowledgeConflict &conflict : reports[loser].already) {
            QCOMPARE(conflict.by, std::string(loser == 0 ? "bob" : "ann"));
            QCOMPARE(conflict.at, kNoon + (loser == 0 ? 1 : 0));
        }
    }
    // Both attempts are on record, in the audit log as well: the one that counts by alert, the other one by portion, with a row
    // that tells how many it was about and the step by which history knows each of them.
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT action, count(*) FROM bartizan.alert_history "
                                                       "WHERE action <> 'created' GROUP BY 1 ORDER BY 1")),
             QByteArray("acknowledge_refused|10000\nacknowledged|10000"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*), count(DISTINCT metadata) FROM bartizan.audit "
                                                       "WHERE action = 'alert_acknowledged'")),
             QByteArray("10000|10000"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT sum((metadata::json ->> 'alerts')::integer), count(*) <= 200, min(outcome), "
                                                       "max(outcome), min(event_type) FROM bartizan.audit WHERE action = 'alert_acknowledge_refused'")),
             QByteArray("10000|t|1|1|10"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral(
                 "SELECT count(*) FROM (SELECT actor, at, step, count(*) AS many FROM bartizan.alert_history "
                 "WHERE action = 'acknowledge_refused' GROUP BY 1, 2, 3) AS h JOIN bartizan.triage_step AS s ON s.id = h.step "
                 "FULL JOIN (SELECT l.user_id, l.timestamp, l.metadata::json ->> 'step' AS uid, (l.metadata::json ->> 'alerts')::integer AS many, "
                 "(SELECT a.seq FROM bartizan.alert AS a WHERE a.id = l.metadata::json ->> 'alertId' AND a.acknowledged_by <> l.user_id) AS seq "
                 "FROM bartizan.audit AS l WHERE l.action = 'alert_acknowledge_refused') AS r "
                 "ON (r.uid, r.user_id, r.timestamp, r.many) = (s.uid, h.actor, h.at, h.many) "
                 "WHERE h.many IS NULL OR r.many IS NULL OR r.seq IS NULL")),
             QByteArray("0"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*) = max(seq) AND count(*) = (SELECT count(*) FROM bartizan.audit) "
                                                       "FROM bartizan.intake")),
             QByteArray("t"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*), count(DISTINCT change) FROM bartizan.alert "
                                                       "WHERE acknowledged")),
             QByteArray("10000|10000"));
}

void TestPostgresTriage::tellsWhoHasAnAlertOpen()
{
    const auto other = connect(QStringLiteral("postgres"));
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon)})));
    const std::string a = alertNumber(1, 0).id;
    const std::string b = alertNumber(2, 0).id;
    QVERIFY(m_store->lookAt(a, "ann", "window 1")->empty());
    QVERIFY(*other->lookAt(a, "bob", "window 2") == std::vector<std::string>{"ann"});
    QVERIFY(*m_store->lookAt(a, "ann", "window 1") == std::vector<std::string>{"bob"});
    QVERIFY(other->lookAt(b, "bob", "window 2")->empty());
    QVERIFY(m_store->lookAt(a, "ann", "window 1")->empty());
    VERIFY_OK(m_store->lookAt("", "ann", "window 1"));
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT person, alert_id FROM bartizan.presence")),
             QByteArray("bob|") + b.c_str());
    // A console that ended without a word is forgotten.
    m_cluster->sql(m_database, QStringLiteral("UPDATE bartizan.presence SET seen_at = seen_at - interval '31 s'"));
    QVERIFY(m_store->lookAt(b, "ann", "window 1")->empty());
}

void TestPostgresTriage::goesOnWithTheSettingsBefore()
{
    VERIFY_OK(m_store->updateSettings({}, "Europe/Berlin", "ann", kNoon));
    m_cluster->sql(m_database, QStringLiteral("INSERT INTO bartizan.settings SELECT 2, 1, 'x', 'UTC', "
                                              "'{\"thresholds\": {\"failedLoginsPerMinute\": -5}}', 'off'"));
    const auto settings = m_store->loadSettings();
    VERIFY_OK(settings);
    QCOMPARE(settings->timeZone, std::string("Europe/Berlin"));
    QVERIFY2(m_store->warning().contains(QLatin1String("Version 2")), qPrintable(m_store->warning()));
    const auto mended = m_store->updateSettings({}, "Europe/Paris", "ann", kNoon);
    VERIFY_OK(mended);
    QCOMPARE(mended->version, 3);
    QCOMPARE(m_store->loadSettings()->timeZone, std::string("Europe/Paris"));
    QCOMPARE(m_store->warning(), QString());
}

/// As foreign keys would have it, by whatever way somebody comes.
void TestPostgresTriage::keepsHistoryToWhatIsThere()
{
    SecurityAlert old = alertNumber(1, kNoon - kDay);
    VERIFY_OK(m_store->commit(commitOf({old, alertNumber(2, kNoon)})));
    TriageStep step;
    step.id = "step";
    VERIFY_OK(m_store->triage(std::vector{old.id, alertNumber(2, 0).id}, step, "ann", kNoon));
    bool ok = true;
    for (const char *statement :
         {"INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment) VALUES (999, 1, '', '', '')",
          "INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment, step) SELECT min(seq), 1, '', '', '', 999 "
          "FROM bartizan.alert",
          "UPDATE bartizan.alert_history SET alert_seq = 999", "UPDATE bartizan.alert_history SET step = 999",
          "DELETE FROM bartizan.triage_step"}) {
        const QByteArray said = as(QStringLiteral("postgres"), QLatin1String(statement), &ok);
        QVERIFY2(!ok && said.startsWith("23503"), said.constData());
    }
    // What tells of an alert goes with it, and only that.
    EngineCommit retention;
    retention.dropAlertsBefore = kNoon;
    m_cluster->sql(m_database, QStringLiteral("UPDATE bartizan.alert SET raised_at = timestamp"));
    VERIFY_OK(m_store->commit(retention));
    QVERIFY(!m_store->alert(old.id)->has_value());
    VERIFY_OK(m_store->tidy());
    const QString left = QStringLiteral("SELECT (SELECT count(*) FROM bartizan.alert), (SELECT count(*) FROM bartizan.alert_change), "
                                        "(SELECT count(*) FROM bartizan.alert_history), "
                                        "(SELECT count(*) FROM bartizan.alert_history AS h WHERE NOT EXISTS ("
                                        "SELECT FROM bartizan.alert AS a WHERE a.seq = h.alert_seq))");
    QCOMPARE(m_cluster->sql(m_database, left), QByteArray("1|1|2|0"));
}

void TestPostgresTriage::tellsOfEachAlertOnceHoweverOftenItChanged()
{
    constexpr int kAlerts = 2'500; // More than one part of the stream has.
    std::vector<SecurityAlert> alerts;
    std::vector<std::string> ids;
    for (int i = 0; i < kAlerts; ++i) {
        alerts.push_back(alertNumber(i, kNoon + i));
        ids.push_back(alerts.back().id);
    }
    VERIFY_OK(m_store->commit(commitOf(alerts)));
    TriageStep step;
    step.kind = TriageKind::Comment;
    step.comment = "looked at";
    for (int i = 0; i < 4; ++i) {
        step.id = newStepId();
        VERIFY_OK(m_store->triage(ids, step, "ann", kNoon));
    }
    step.kind = TriageKind::Acknowledge;
    step.id = newStepId();
    VERIFY_OK(m_store->triage(std::span(ids).first(1'000), step, "ann", kNoon));
    const auto followFromTheBeginning = [&] {
        std::set<std::string> told;
        std::int64_t position = 0;
        for (;;) {
            const auto part = m_store->changesSince(position);
            VERIFY_OK(part);
            if (part->position == position)
                break;
            position = part->position;
            QVERIFY(!part->changed.empty()); // Nobody is sent for nothing.
            for (const SecurityAlert &alert : part->changed)
                QVERIFY(told.insert(alert.id).second);
        }
        QCOMPARE(told.size(), static_cast<std::size_t>(kAlerts));
        QCOMPARE(position, m_store->changesSince(-1)->position);
    };
    followFromTheBeginning();
    // What is said of the changes before, and what is open no longer, goes when the engine tidies up.
    const QString kept = QStringLiteral("SELECT (SELECT sum(cardinality(alerts)) FROM bartizan.alert_change), "
                                        "(SELECT count(*) FROM bartizan.alert_open)");
    QCOMPARE(m_cluster->sql(m_database, kept), QByteArray("13500|2500"));
    VERIFY_OK(m_store->tidy());
    QCOMPARE(m_cluster->sql(m_database, kept), QByteArray("3500|1500"));
    followFromTheBeginning();
    // An alert that is opened again is among the open ones.
    VERIFY_OK(m_store->undo(std::span(ids).first(1'000), {newStepId(), step.id}, "ann", kNoon));
    VERIFY_OK(m_store->tidy());
    QCOMPARE(m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM bartizan.alert_open")), QByteArray("2500"));
}

void TestPostgresTriage::letsNoAlertGoWhileSomethingIsSaidOfIt()
{
    VERIFY_OK(m_store->commit(commitOf({alertNumber(1, kNoon), alertNumber(2, kNoon)})));
    const auto profile = *ConnectionProfile::fromUrl(m_cluster->url(m_database));
    PostgresConnection dropper;
    VERIFY_OK(dropper.open(profile, {}, QStringLiteral("psql")));
    VERIFY_OK(dropper.execute("BEGIN; DELETE FROM bartizan.alert WHERE seq = (SELECT min(seq) FROM bartizan.alert)"));
    bool ok = true;
    QByteArray said;
    std::thread writer([&] {
        said = as(QStringLiteral("postgres"),
                  QStringLiteral("INSERT INTO bartizan.alert_history (alert_seq, at, action, actor, comment) "
                                 "SELECT min(seq), 1, '', '', '' FROM bartizan.alert"),
                  &ok);
    });
    const auto waits = [this] {
        return m_cluster->sql(m_database, QStringLiteral("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                                                         "AND wait_event_type = 'Lock'"));
    };
    const bool waited = QTest::qWaitFor([&waits] { return waits() == "1"; }, 30'000);
    const auto committed = dropper.execute("COMMIT");
    writer.join();
    VERIFY_OK(committed);
    QVERIFY(waited);
    QVERIFY2(!ok && said.startsWith("23503"), said.constData());
}

QTEST_GUILESS_MAIN(TestPostgresTriage)
#include "tst_postgrestriage.moc"
