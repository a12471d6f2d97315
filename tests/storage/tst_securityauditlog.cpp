// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlitefixture.h"

namespace bartizan {

/// The view that other programs read and append through (resources/migrations/0004_security_audit_log.sql).
class TestSecurityAuditLog : public QObject, protected SqliteFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { VERIFY_OK(openBoth()); }
    void cleanup() { closeBoth(); }

    void takesARowByNames();
    void takesTimes_data();
    void takesTimes();
    void quarantinesWhatItCannotTake_data();
    void quarantinesWhatItCannotTake();
    void readsBackByNames();
    void takesValuesOfOtherTypes();
};

void TestSecurityAuditLog::takesARowByNames()
{
    (void)m_store->changed();
    VERIFY_OK(m_direct->execute(
        "INSERT INTO security_audit_log (id, timestamp, eventType, action, outcome, severity, userId, companyId, "
        "platformUserId, ipAddress, userAgent, country, sessionId, requestId, metadata, errorMessage) VALUES (77, "
        "1795176000000, 'API_SECURITY', 'call', 'SUSPICIOUS', 'HIGH', 'u', 'c', 'p', '203.0.113.9', 'agent', 'DE', 's', "
        "'r', '{\"a\":[1]}', 'e')"));
    QVERIFY(*m_store->changed());
    const auto rows = m_store->fetchAfter(0, 10);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 1U);
    AuditEvent expected;
    expected.id = 1; // Given by the database.
    expected.timestamp = kNoon;
    expected.eventType = SecurityEventType::ApiSecurity;
    expected.outcome = AuditOutcome::Suspicious;
    expected.severity = AuditSeverity::High;
    expected.action = "call";
    expected.context = {"u", "c", "p", "203.0.113.9", "agent", "DE", "s", "r"};
    expected.metadata = "{\"a\":[1]}";
    expected.errorMessage = "e";
    QVERIFY(rows->front() == expected);
    QCOMPARE(*m_store->companies(), std::vector<std::string>{"c"});
    QCOMPARE(*m_store->quarantinedCount(), 0);

    // Only what must be there; severity is INFO then. A fingerprint is not needed: the same row twice is two rows.
    for (int i = 0; i < 2; ++i) {
        VERIFY_OK(m_direct->execute("INSERT INTO security_audit_log (timestamp, eventType, action, outcome, companyId) "
                                     "VALUES (1795176000000, 'AUTHENTICATION', '', 'FAILURE', 'c')"));
    }
    const auto more = m_store->fetchAfter(1, 10);
    QCOMPARE(more->size(), 2U);
    QVERIFY(more->front().severity == AuditSeverity::Info);
    QVERIFY(!more->front().context.userId);
    QVERIFY(more->front().metadata.empty());
    // Rows of the store follow without a gap.
    VERIFY_OK(appendRows(*m_store, {failedLogin(kNoon)}));
    QCOMPARE(m_store->backlog(0)->count, 4);
}

void TestSecurityAuditLog::takesTimes_data()
{
    QTest::addColumn<QByteArray>("time");
    QTest::addColumn<bool>("taken");
    const auto add = [](const char *time, bool taken) { QTest::newRow(time) << QByteArray(time) << taken; };
    add("1795176000000", true);
    add("'2026-11-20T12:00:00Z'", true);
    add("'2026-11-20T12:00:00.000Z'", true);
    add("'2026-11-20 12:00:00'", true);
    add("'2026-11-20T12:00'", true);
    add("'2026-11-20T14:00:00+02:00'", true);
    add("'2026-11-20T06:30:00.000-05:30'", true);
    add("NULL", false);
    add("'now'", false);
    add("'12:00:00'", false);
    add("'2026-02-30T12:00:00Z'", false);
    add("'2026-11-20T25:00:00Z'", false);
    add("'2026-11-20T12:00:00Zebra'", false);
    add("'1795176000000'", false);
    add("253402300800000", false);
    add("1.5", false);
    add("x'00'", false);
}

void TestSecurityAuditLog::takesTimes()
{
    QFETCH(QByteArray, time);
    QFETCH(bool, taken);
    VERIFY_OK(m_direct->execute(QByteArray("INSERT INTO security_audit_log (timestamp, eventType, action, outcome) "
                                            "VALUES (" + time + ", 'AUTHENTICATION', 'login', 'FAILURE')").constData()));
    const auto rows = m_store->fetchAfter(0, 10);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), taken ? 1U : 0U);
    QCOMPARE(*m_store->quarantinedCount(), taken ? 0 : 1);
    if (taken)
        QCOMPARE(rows->front().timestamp, kNoon);
    else
        QVERIFY(m_store->quarantined(0, 1)->front().reason.starts_with("timestamp: "));
}

void TestSecurityAuditLog::quarantinesWhatItCannotTake_data()
{
    QTest::addColumn<QByteArray>("values");
    QTest::addColumn<QString>("reason");
    QTest::newRow("type") << QByteArray("'authentication', 'a', 'FAILURE', NULL, NULL")
                          << QStringLiteral("eventType: \"authentication\" is unknown");
    QTest::newRow("no type") << QByteArray("NULL, 'a', 'FAILURE', NULL, NULL") << QStringLiteral("eventType: is missing");
    QTest::newRow("outcome") << QByteArray("'AUTHENTICATION', 'a', 'FAILED', NULL, NULL")
                             << QStringLiteral("outcome: \"FAILED\" is unknown");
    QTest::newRow("no outcome") << QByteArray("'AUTHENTICATION', 'a', NULL, NULL, NULL")
                                << QStringLiteral("outcome: is missing");
    QTest::newRow("severity") << QByteArray("'AUTHENTICATION', 'a', 'FAILURE', 'FATAL', NULL")
                              << QStringLiteral("severity: \"FATAL\" is unknown");
    QTest::newRow("no action") << QByteArray("'AUTHENTICATION', NULL, 'FAILURE', NULL, NULL")
                               << QStringLiteral("action: is missing");
    const QString metadata = QStringLiteral("metadata: is no JSON object");
    for (const char *text : {"'{\"a\":'", "'[1]'", "'null'", "''", "7", "x'ff'"}) {
        QTest::newRow(text) << "'AUTHENTICATION', 'a', 'FAILURE', 'LOW', " + QByteArray(text) << metadata;
    }
}

void TestSecurityAuditLog::quarantinesWhatItCannotTake()
{
    QFETCH(QByteArray, values);
    QFETCH(QString, reason);
    VERIFY_OK(m_direct->execute(
        QByteArray("INSERT INTO security_audit_log (eventType, action, outcome, severity, metadata, timestamp, "
                   "userAgent) VALUES (" + values + ", 1795176000000, '<b>=1+1')").constData()));
    QCOMPARE(m_store->fetchAfter(0, 10)->size(), 0U);
    const auto lines = m_store->quarantined(0, 10);
    VERIFY_OK(lines);
    QCOMPARE(lines->size(), 1U);
    QCOMPARE(QString::fromStdString(lines->front().reason), reason);
    QCOMPARE(lines->front().source, std::string("security_audit_log"));
    const std::string &text = lines->front().text;
    QVERIFY2(text.find("\"timestamp\":\"1795176000000\"") != std::string::npos, text.c_str());
    QVERIFY2(text.find("\"userAgent\":\"<b>=1+1\"") != std::string::npos, text.c_str());
    // The program that logs goes on.
    VERIFY_OK(m_direct->execute("INSERT INTO security_audit_log (timestamp, eventType, action, outcome) "
                                 "VALUES (0, 'AUTHENTICATION', 'login', 'FAILURE')"));
    QCOMPARE(m_store->fetchAfter(0, 10)->size(), 1U);
}

void TestSecurityAuditLog::readsBackByNames()
{
    AuditEvent event = failedLogin(kNoon);
    event.severity = AuditSeverity::Critical;
    event.metadata = "{\"a\":1}";
    VERIFY_OK(appendRows(*m_store, {event}));
    auto statement = m_direct->prepare("SELECT id, timestamp, eventType, outcome, severity, ipAddress, userId, "
                                        "json_extract(metadata, '$.a') FROM security_audit_log");
    VERIFY_OK(statement);
    QVERIFY(*statement->step());
    QCOMPARE(statement->integer(0), 1);
    QCOMPARE(statement->integer(1), kNoon);
    QCOMPARE(statement->string(2), std::string("AUTHENTICATION"));
    QCOMPARE(statement->string(3), std::string("FAILURE"));
    QCOMPARE(statement->string(4), std::string("CRITICAL"));
    QCOMPARE(statement->string(5), std::string("203.0.113.9"));
    QVERIFY(statement->isNull(6));
    QCOMPARE(statement->integer(7), 1);
    // Rows are evidence: through the view they are neither changed nor deleted.
    QVERIFY(!m_direct->execute("DELETE FROM security_audit_log"));
    QVERIFY(!m_direct->execute("UPDATE security_audit_log SET action = 'x'"));
}

void TestSecurityAuditLog::takesValuesOfOtherTypes()
{
    VERIFY_OK(m_direct->execute("INSERT INTO security_audit_log (timestamp, eventType, action, outcome, userId, "
                                 "sessionId) VALUES (0, 'AUTHENTICATION', 5, 'FAILURE', 42, x'610062')"));
    const auto rows = m_store->fetchAfter(0, 10);
    VERIFY_OK(rows);
    QCOMPARE(rows->size(), 1U);
    QCOMPARE(rows->front().action, std::string("5"));
    QCOMPARE(rows->front().context.userId.value(), std::string("42"));
    QCOMPARE(rows->front().context.sessionId.value(), std::string("a\0b", 3));
}

} // namespace bartizan

QTEST_GUILESS_MAIN(bartizan::TestSecurityAuditLog)
#include "tst_securityauditlog.moc"
